// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts around the tables: head, boots, sources, first maps, commands. */
#include "rendered.h"

/* Head */

static void test_controls_fail(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	fixture_shift(
		&find(report, DMAFP_ARM_ALWAYS_LOCK, "keyed", "nic")->cells[MAP_4K].map.hist,
		-FIXTURE_LOCK);
	fixture_shift(
		&find(report, DMAFP_ARM_PLACEBO, "keyed", "nic")->cells[CHECK].map.hist, 1);
	text = text_of(report);
	expect_text(text,
		    "\n  always-lock  +0 to +17 (most: check map in plain on nvme) on "
		    "these 14\n               rows: REGRESSED on 13 only, must be on "
		    "all\n");
	expect_text(text, "\n  placebo      +0 to +1 (most: check map in keyed on nic) on "
			  "all 30\n               rows: EQUIVALENT on 29 only, must be on "
			  "all\n");
	free(text);
}

static void test_arm_missing(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < 6; i++)
		fixture_drop(report, DMAFP_ARM_PLACEBO);
	text = text_of(report);
	expect_text(text, "\n  patched      no row that ran the path can be judged\n");
	expect_text(text, "\n  placebo      not measured\n");
	expect_text(text, "\nplacebo was not measured.\n");
	free(text);
}

/* Boots */

static struct dmafp_result *boot_again(struct dmafp_report *report, enum dmafp_arm_id arm,
				       const char *mode, const char *label)
{
	struct dmafp_result *r =
		strcmp(label, "nic") ? fixture_result(arm, mode) : fixture_nic(arm, mode);

	fixture_set_text(&r->created, "2027-01-01T00:00:00Z");
	dmafp_set_add(&report->set, r);
	return r;
}

static void boot_all_again(struct dmafp_report *report)
{
	size_t i, nr = report->set.nr;

	for (i = 0; i < nr; i++) {
		const struct dmafp_result *r = report->set.results[i];

		boot_again(report, dmafp_arm_find(r->arm), r->mode, r->device.label);
	}
}

/* The second boot of base in kdump on the NIC; call it before the set is sorted */
static struct dmafp_result *last_boot(struct dmafp_report *report)
{
	size_t i;

	for (i = report->set.nr; i--;) {
		struct dmafp_result *r = report->set.results[i];

		if (!strcmp(r->arm, "base") && !strcmp(r->mode, "kdump") &&
		    !strcmp(r->device.label, "nic"))
			return r;
	}
	fail();
	return NULL;
}

static void test_one_boot(void **state)
{
	char *text = text_of(*state);

	expect_text(text, "\n1 boot of each arm, mode and device that was measured.\n");
	free(text);
}

static void test_two_boots(void **state)
{
	char *text, *once = text_of(*state);

	free(once);
	boot_all_again(*state);
	text = text_of(*state);
	expect_text(text, "\n2 boots each, identical to the last count.\n");
	assert_int_equal(count(text, "2 boots each"), 1);
	expect_text(text, "== keyed and kdump on nvme, nic: the same");
	free(text);
}

static void test_uneven_boots(void **state)
{
	char *text;

	boot_again(*state, DMAFP_ARM_BASE, "keyed", "nic");
	boot_again(*state, DMAFP_ARM_BASE, "keyed", "nic");
	text = text_of(*state);
	expect_text(text, "\n1 to 3 boots each, identical to the last count.\n");
	free(text);
}

static void expect_differing(struct dmafp_report *report, const char *what)
{
	char *text = text_of(report);

	expect_text(text, "\n2 boots each, NOT identical: ");
	expect_text(text, what);
	expect_text(text, "nothing is averaged.");
	free(text);
}

static void test_boots_differ(void **state)
{
	boot_all_again(*state);
	fixture_shift(&last_boot(*state)->cells[MAP_4K].map.hist, 1);
	expect_differing(*state, ": base in kdump on nic. ");
}

/* Ops that may sleep are not judged, so that the head only mentions them */
static void test_sleeping_boots_differ(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	boot_all_again(report);
	fixture_shift(&last_boot(report)->cells[MAP_64K].map.hist, 2);
	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->cells[MAP_64K].sleeps = true;
	text = text_of(report);
	expect_text(text, "\n2 boots each, identical to the last count, but for ops that may "
			  "sleep.\n");
	free(text);
}

static void test_counts_differ(void **state)
{
	boot_all_again(*state);
	last_boot(*state)->cells[MAP_4K].unmap.attaches = 1;
	expect_differing(*state, ": base in kdump on nic. ");
}

static void test_first_maps_differ(void **state)
{
	boot_all_again(*state);
	last_boot(*state)->first_map.map_ticks++;
	expect_differing(*state, ": base's first map in kdump on nic. ");
}

static void test_boot_lacks_cell(void **state)
{
	boot_all_again(*state);
	last_boot(*state)->cells[MAP_4K].bytes++;
	expect_differing(*state, ": base in kdump on nic. ");
}

/* Many files, one note */
static void test_boot_notes(void **state)
{
	struct dmafp_report *report = *state;
	size_t i, nr = report->set.nr;
	char *text;

	boot_all_again(report);
	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];
		char *path = dmafp_path("out/boot%d/%s-%s-%s.json", i < nr ? 1 : 2,
					r->arm, r->mode, r->device.label);

		fixture_set_text(&r->path, path);
		free(path);
		if (i >= nr && !strcmp(r->arm, "base"))
			fixture_shift(&r->cells[CHECK].map.hist, 1);
	}
	text = text_of(report);
	assert_int_equal(count(text, "the boots boot1 and boot2 have"), 1);
	expect_text(text, ": check map in plain, keyed and kdump\n  on nvme, nic.");
	free(text);
}

/* Sources */

static void test_kernels(void **state)
{
	struct dmafp_report *report = *state;
	char *text = text_of(report);
	size_t i;

	expect_text(text,
		    "\nKernels:  6.12.57; build ids: base b00000000000, patched d11111111111,\n"
		    "          always-lock a22222222222, placebo c33333333333\n");
	free(text);
	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, "placebo"))
			fixture_set_text(&report->set.results[i]->kernel.release, "6.13");
	text = text_of(report);
	expect_text(text, "base 6.12.57 b00000000000");
	expect_text(text, "placebo 6.13 c33333333333");
	free(text);
}

static void test_versions(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		fixture_set_text(&report->set.results[i]->lab.qemu_version,
				 "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)");
	text = text_of(report);
	expect_text(text, "\nLab:      QEMU 7.2.22, icount, 1 CPU: ");
	expect_text(text, "\nBuild:    gcc 12.2.0; config ");
	free(text);
	text = fixture_render(report, &dmafp_render_json);
	expect_text(text, "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)");
	free(text);
}

static void test_devices(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	text = text_of(report);
	expect_text(text,
		    "nvme 0000:00:04.0 [1b36:0010], nic 0000:00:05.0 [1b36:0010];\n"
		    "          each: DMA mask 64 bits, intel-iommu (dmar0), group type");
	free(text);
	find(report, DMAFP_ARM_BASE, "plain", "nic")->device.dma_mask_bits = 32;
	report->rules.force = true;
	text = text_of(report);
	expect_text(text, "nic 0000:00:05.0 [1b36:0010]; DMA mask 32 bits");
	free(text);
}

/* First maps */

static void test_first_maps(void **state)
{
	char *text = text_of(*state);

	expect_text(text, "\nkdump on nvme, nic 50000 50060   +60   +0   +0 yes>no       1 "
			  "    0\n");
	expect_text(text, "\n900 in all arms (no>no, 0 attaches, 0 overlaps) in plain and "
			  "keyed on\n  nvme, nic.\n");
	expect_text(text, "pays for it here, by +60.");
	assert_int_equal(count(text, "50060"), 1);
	free(text);
}

/* kdump has its row also when nothing differs, and then nothing to explain */
static void test_first_maps_equal(void **state)
{
	const char *const labels[] = { "nvme", "nic" };
	char *text;
	size_t i;

	for (i = 0; i < 2; i++)
		find(*state, DMAFP_ARM_PATCHED, "kdump", labels[i])->first_map.map_ticks =
			50000;
	text = text_of(*state);
	expect_text(text, "\nkdump on nvme, nic 50000 50000    +0 ");
	expect_no_text(text, "pays for it here");
	free(text);
}

static void test_first_maps_per_device(void **state)
{
	char *text;

	find(*state, DMAFP_ARM_ALWAYS_LOCK, "kdump", "nic")->first_map.map_ticks++;
	text = text_of(*state);
	expect_text(text, "\nkdump on nvme 50000 50060   +60   +0 ");
	expect_text(text, "\nkdump on nic  50000 50060   +60   +1 ");
	free(text);
}

/* A mode in which one arm differs has its rows in the table */
static void test_first_maps_keyed(void **state)
{
	char *text;

	find(*state, DMAFP_ARM_PATCHED, "keyed", "nic")->first_map.map_ticks -= 3;
	text = text_of(*state);
	expect_text(text, "\nkeyed on nic         900   897    -3   +0   +0 no>no ");
	expect_words(text, "900 in all arms (no>no, 0 attaches, 0 overlaps) in plain on "
			   "nvme, nic; keyed on nvme.");
	free(text);
}

static void test_first_facts_differ(void **state)
{
	char *text;

	find(*state, DMAFP_ARM_PATCHED, "kdump", "nic")->first_map.attaches = 2;
	find(*state, DMAFP_ARM_PATCHED, "kdump", "nic")->first_map.overlaps = 1;
	text = text_of(*state);
	expect_text(text, "\nkdump on nvme 50000 50060   +60   +0   +0 yes>no ");
	expect_text(text, "\nkdump on nic  50000 50060   +60   +0   +0 * ");
	expect_text(text, "\n* base: yes>no, 1 attaches, 0 overlaps; patched: yes>no, 2 "
			  "attaches, 1");
	expect_text(text, "- patched in kdump on nic: attaches began while another");
	free(text);
}

/* Commands */

static void set_commands(struct dmafp_report *report, const char *mode, const char *line,
			 const char *qemu)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		if (strcmp(r->mode, mode))
			continue;
		fixture_set_text(&r->kernel.command_line, line);
		fixture_set_text(&r->lab.qemu_command, qemu);
	}
}

static void test_commands(void **state)
{
	static const char crash[] = "qemu -append 'quiet a=1 -- guest --crash' -snapshot";
	char *text;

	set_commands(*state, "plain", "quiet a=1 -- guest --crash", crash);
	set_commands(*state, "keyed", "quiet b=2 -- guest",
		     "qemu -append 'quiet b=2 -- guest' "
		     "-snapshot");
	set_commands(*state, "kdump", "c=3 quiet d=4 -- guest x", crash);
	text = text_of(*state);
	expect_text(text, "\n== Commands\n"
			  "qemu -append LINE -snapshot\n"
			  "LINE: quiet and\n"
			  "  plain: a=1 -- guest --crash\n"
			  "  keyed: b=2 -- guest\n"
			  "  kdump (kexec): c=3 d=4 -- guest x\n\n");
	free(text);
}

/* The line of a boot that left no result is shown nowhere else: it stays */
static void test_command_not_elided(void **state)
{
	static const char crash[] = "qemu -append 'quiet a=1 -- guest --crash' -snapshot";
	struct dmafp_report report = { 0 };
	char *text;

	(void)state;
	add_mode(&report, "kdump");
	set_commands(&report, "kdump", "quiet d=4 -- guest", crash);
	text = text_of(&report);
	expect_text(text, "\n== Commands\n"
			  "qemu -append 'quiet a=1 -- guest --crash' -snapshot\n"
			  "LINE (kdump): quiet d=4 -- guest\n\n");
	free(text);
	dmafp_report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB(test_controls_fail),    LAB(test_arm_missing),
		LAB(test_one_boot),	    LAB(test_two_boots),
		LAB(test_uneven_boots),	    LAB(test_boots_differ),
		LAB(test_sleeping_boots_differ),
		LAB(test_counts_differ),    LAB(test_first_maps_differ),
		LAB(test_boot_lacks_cell),  LAB(test_boot_notes),
		LAB(test_kernels),	    LAB(test_versions),
		LAB(test_devices),	    LAB(test_first_maps),
		LAB(test_first_maps_equal), LAB(test_first_maps_per_device),
		LAB(test_first_maps_keyed), LAB(test_first_facts_differ),
		LAB(test_commands),	    cmocka_unit_test(test_command_not_elided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
