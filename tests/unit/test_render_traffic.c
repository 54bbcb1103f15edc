// SPDX-License-Identifier: GPL-2.0-or-later
/* What reports show of real traffic: fio on the NVMe device, pktgen on the NIC. */
#include "rendered.h"
#include "base/alloc.h"

/* Both devices in plain, keyed and kdump mode, with a load each */
static int setup_loads(void **state)
{
	struct dmafp_report *report;
	size_t i;

	setup_lab(state);
	report = *state;
	for (i = 0; i < report->set.nr; i++)
		fixture_add_load(report->set.results[i],
				 strcmp(report->set.results[i]->device.label, "nic") ?
					 DMAFP_LOAD_FIO :
					 DMAFP_LOAD_PKTGEN);
	return 0;
}

static struct dmafp_hist *measure(struct dmafp_report *report, enum dmafp_arm_id arm,
				  const char *mode, const char *label,
				  enum dmafp_measure_kind kind)
{
	return fixture_measure(find(report, arm, mode, label)->traffic.loads, kind);
}

static void shift_reached(struct dmafp_report *report, enum dmafp_arm_id arm, const char *label,
			  enum dmafp_measure_kind kind, int64_t ns)
{
	fixture_shift(measure(report, arm, "keyed", label, kind), ns);
	fixture_shift(measure(report, arm, "kdump", label, kind), ns);
}

static char *render(struct dmafp_report *report, const struct dmafp_renderer *renderer)
{
	dmafp_report_judge(report);
	return fixture_render(report, renderer);
}

static char *part_of(char *text, const char *from)
{
	char *at = strstr(text, from), *end;

	if (!at) {
		fprintf(stderr, "%s", text);
		fail_msg("\"%s\" is not in the report above", from);
	}
	end = strstr(at + 1, "\n== ");
	if (end)
		*end = '\0';
	return at;
}

static void expect_narrow(const char *text)
{
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		size_t len = strcspn(text, "\n");

		if (len > 72 || (len && text[len - 1] == ' '))
			fail_msg("too wide, or a blank at its end: %.*s", (int)len, text);
	}
}

/* Without loads nothing is said of them, in any form */
static void test_none(void **state)
{
	size_t i;

	dmafp_report_judge(*state);
	for (i = 0; dmafp_renderer_names[i]; i++) {
		char *text = fixture_render(*state, dmafp_renderer_find(dmafp_renderer_names[i]));

		expect_no_text(text, "raffic: ");
		expect_no_text(text, "eal traffic");
		free(text);
	}
}

static void test_table(void **state)
{
	char *text, *part;

	shift_reached(*state, DMAFP_ARM_PATCHED, "nvme", DMAFP_MEASURE_SUBMIT, -3);
	text = render(*state, &dmafp_render_text);
	expect_narrow(text);
	expect_words(text, "Real traffic, instructions per IO or packet: patched -3 to +0, "
			   "always-lock +17, on 8 rows that see a lock, floor 0.");
	/* check was left as it is */
	expect_words(text, "REAL TRAFFIC DOES NOT AGREE WITH check in patched: randread 4K "
			   "libaio qd1 submit in keyed and kdump on nvme: measured -3, predicted "
			   "+0 (1 check per IO), unexplained -3, floor 0.");
	expect_words(text, "patched takes 3 fewer instructions per IO: randread 4K libaio qd1 "
			   "submit in keyed and kdump on nvme.");
	part = part_of(text, "\n== Traffic: fio in keyed and kdump on nvme: the same in every "
			     "number\n");
	expect_words(part, "randread 4K libaio qd1, per IO: 1 check, 1 dma_map_page_attrs, 1 "
			   "dma_unmap_page_attrs");
	expect_text(part, "\n  submit patched     p50 4414    -3     +0      -3     0 IMPR\n");
	expect_text(part, "\n  submit always-lock p50 4414   +17    +17      +0     0 REGR\n");
	expect_text(part, "\n  busy patched       p50 9014    +0     +0      +0     0 EQUIV\n");
	expect_text(part, "\nplacebo, which is part of the floor: +0 on all 2 rows.");
	free(text);
}

static void test_plain(void **state)
{
	char *text = render(*state, &dmafp_render_text), *part;

	part = part_of(text, "\n== Traffic: pktgen in plain on nic\n");
	expect_words(part, "send 1514, per packet: 1 dma_map_page_attrs, 1 dma_unmap_page_attrs");
	expect_text(part, "\n  send patched       p50 4500    +0     +0      +0     0 -\n");
	free(text);
}

/* A number that is not shown elsewhere keeps sections apart */
static void test_modes_part(void **state)
{
	char *text;

	fixture_shift(measure(*state, DMAFP_ARM_ALWAYS_LOCK, "kdump", "nic", DMAFP_MEASURE_BUSY),
		      FIXTURE_BATCH);
	text = render(*state, &dmafp_render_text);
	expect_text(text, "\n== Traffic: pktgen in keyed on nic\n");
	expect_text(text, "\n== Traffic: pktgen in kdump on nic\n");
	expect_text(text, "\n== Traffic: fio in keyed and kdump on nvme: the same");
	free(text);
}

/* Everything once more, the same */
static void boot_again(struct dmafp_report *report)
{
	size_t i, nr = report->set.nr;

	for (i = 0; i < nr; i++) {
		const struct dmafp_result *r = report->set.results[i];
		unsigned int arm = dmafp_arm_find(r->arm);
		bool nic = !strcmp(r->device.label, "nic");
		struct dmafp_result *again = nic ? fixture_nic(arm, r->mode) :
						   fixture_result(arm, r->mode);

		fixture_set_text(&again->created, "2026-01-02T04:00:00Z");
		fixture_add_load(again, nic ? DMAFP_LOAD_PKTGEN : DMAFP_LOAD_FIO);
		dmafp_set_add(&report->set, again);
	}
}

static void test_hidden(void **state)
{
	char *text, *part;

	boot_again(*state);
	shift_reached(*state, DMAFP_ARM_PLACEBO, "nvme", DMAFP_MEASURE_SUBMIT, 30);
	text = render(*state, &dmafp_render_text);
	expect_narrow(text);
	expect_words(text, "on 6 rows that see a lock, floor 0, 2 rows do not see one.");
	expect_words(text, "hid a lock would not show, and patched is not judged");
	part = part_of(text, "\n== Traffic: fio in keyed and kdump on nvme");
	expect_text(part, "\n  submit patched     p50 4414    +0     +0      +0    30 hid\n");
	expect_text(part, "\n  submit always-lock p50 4414   +17    +17      +0    30 EQUIV\n"
			  "submit: the floor 30 hides always-lock's +17\n");
	/* the median of a boot that is 30 above base's and one that is not */
	expect_text(part, "floor: +0 to +15 on all 2 rows.");
	free(text);
}

/* Boots that differ in real traffic alone are not identical to the last count */
static void test_boots_differ(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	boot_again(report);
	text = render(report, &dmafp_render_text);
	expect_words(text, "2 boots each, identical to the last count.");
	free(text);
	/* what idles says nothing */
	fixture_shift(measure(report, DMAFP_ARM_PATCHED, "keyed", "nvme",
			      DMAFP_MEASURE_COMPLETE), 1);
	text = render(report, &dmafp_render_text);
	expect_words(text, "2 boots each, identical to the last count.");
	free(text);
	fixture_shift(measure(report, DMAFP_ARM_PATCHED, "keyed", "nvme", DMAFP_MEASURE_SUBMIT), 1);
	text = render(report, &dmafp_render_text);
	expect_words(text, "2 boots each, identical to the last count, but for real traffic.");
	free(text);
}

static void test_calls_differ(void **state)
{
	struct dmafp_load *load = find(*state, DMAFP_ARM_PATCHED, "keyed", "nvme")->traffic.loads;
	char *text;

	load->calls[2].calls /= 2;
	text = render(*state, &dmafp_render_text);
	expect_words(text, "1 dma_unmap_page_attrs, not the same in all boots and arms");
	free(text);
}

static void see_attach(struct dmafp_result *r, uint32_t overlaps)
{
	r->traffic.attach = (struct dmafp_driver_attach) {
		.seen = true,
		.entries = 2,
		.overlaps = overlaps,
		.thread = dmafp_alloc_string("kworker/0:1"),
		.stack = dmafp_alloc_string("iommu_deferred_attach < nvme_map_data"),
	};
}

static void test_driver_attach(void **state)
{
	unsigned int arm;
	char *text;

	text = render(*state, &dmafp_render_text);
	expect_no_text(text, "own deferred attach");
	free(text);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		see_attach(find(*state, arm, "kdump", "nvme"), arm == DMAFP_ARM_BASE);
	text = render(*state, &dmafp_render_text);
	expect_words(text, "- kdump on nvme, base: nvme entered its deferred attach 2 times, 1 "
			   "of them with another thread inside, 0 in atomic context, 0 failed; "
			   "first in kworker/0:1: iommu_deferred_attach < nvme_map_data. - kdump "
			   "on nvme, patched, always-lock, placebo: nvme entered its deferred "
			   "attach 2 times, 0 of them with");
	free(text);
}

static void drop_cells(struct dmafp_report *report)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		while (report->set.results[i]->nr_cells)
			dmafp_result_drop_cell(report->set.results[i]);
}

/* Loads alone: no table without a row, and no sentence about none */
static void test_loads_alone(void **state)
{
	char *text;

	drop_cells(*state);
	text = render(*state, &dmafp_render_text);
	expect_narrow(text);
	expect_no_text(text, "Arm minus base");
	expect_no_text(text, "on all 0 rows");
	expect_no_text(text, "\n== keyed");
	expect_no_text(text, "Unit: ");
	expect_text(text, "\n  submit patched     p50 4414    +0      ?       ?     0 EQUIV\n");
	expect_text(text, "\n== Overall verdict: EQUIVALENT\n");
	free(text);
}

/* Refused: no number of a load in any form.  Forced: marked in each record and section */
static void test_refused(void **state)
{
	size_t i;

	fixture_set_text(&find(*state, DMAFP_ARM_PATCHED, "keyed", "nic")->machine.cpu, "another");
	dmafp_report_judge(*state);
	assert_true(dmafp_judgement_refused(((struct dmafp_report *)*state)->judgement));
	for (i = 0; dmafp_renderer_names[i]; i++) {
		char *text = fixture_render(*state, dmafp_renderer_find(dmafp_renderer_names[i]));

		expect_no_text(text, "randread");
		expect_no_text(text, "send 1514");
		free(text);
	}
}

static void test_forced(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	fixture_set_text(&find(report, DMAFP_ARM_PATCHED, "keyed", "nic")->machine.cpu, "another");
	report->rules.force = true;
	text = render(report, &dmafp_render_csv);
	expect_text(text, ",randread,submit,fio libaio,");
	assert_int_equal(count(text, ",no\n"), 0);
	free(text);
	text = fixture_render(report, &dmafp_render_kcidb);
	/* base and patched: 4 measures on nvme, 3 on nic, in three modes; and cells as ever */
	assert_int_equal(count(text, "\"forced\": true"), 2 * 3 * (4 + 3) + 2 * 6 * 6 + 1);
	free(text);
	text = fixture_render(report, &dmafp_render_text);
	expect_text(text, "== FORCED: results that cannot be compared\n== Traffic: fio in plain");
	free(text);
}

#define LOADS(test) cmocka_unit_test_setup_teardown(test, setup_loads, teardown)

static void count_cycles(struct dmafp_load *load, uint64_t per_op)
{
	load->counters = dmafp_alloc(1, sizeof(*load->counters));
	load->nr_counters = 1;
	load->counters[0] = (struct dmafp_counter_result) {
		.event = dmafp_alloc_string("cycles"),
		.state = DMAFP_COUNTER_IS_VALID,
		.valid = true,
		.value = per_op * load->ops,
	};
}

/* What is counted of fio begins and ends with its threads: said where there are cycles */
static void test_what_cycles_are_of(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->domain = DMAFP_DOMAIN_TIMED;
	text = render(report, &dmafp_render_text);
	assert_null(strstr(text, "cycles per IO are"));
	free(text);
	for (i = 0; i < report->set.nr; i++)
		count_cycles(report->set.results[i]->traffic.loads, 5000);
	text = render(report, &dmafp_render_text);
	expect_words(text, "cycles per IO are all that the CPUs of the load took, the start and "
			   "the end of fio's threads included");
	assert_null(strstr(part_of(text, "== Traffic: pktgen"), "cycles per IO are"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB(test_none),
		LOADS(test_table),
		LOADS(test_plain),
		LOADS(test_modes_part),
		LOADS(test_hidden),
		LOADS(test_boots_differ),
		LOADS(test_calls_differ),
		LOADS(test_driver_attach),
		LOADS(test_loads_alone),
		LOADS(test_refused),
		LOADS(test_forced),
		LOADS(test_what_cycles_are_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
