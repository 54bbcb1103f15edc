// SPDX-License-Identifier: GPL-2.0-or-later
/* What perf says of recordings: asked for, cut down, written, and read by reports. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/path/image.h"
#include "analysis/render/perf_print.h"
#include "base/proc.h"
#include "fake_perf.h"
#include "perf/excerpt.h"
#include "perf/perf.h"
#include "sampled.h"

/* This program has a build id, and that is all that is asked of a kernel here. */
#define VMLINUX "/proc/self/exe"

static char *results, *calls, *build_id;
static struct dmafp_perf_image images[DMAFP_NR_ARMS];
static struct dmafp_perf_options options;
static struct dmafp_perf_texts texts;
static char notes[512];
static struct dmafp_err err;

static void note(void *ctx, const char *text)
{
	(void)ctx;
	strcat(notes, text);
	strcat(notes, "\n");
}

static int set_up(void **state)
{
	struct dmafp_image image;
	unsigned int arm;

	(void)state;
	if (fake_perf_set_up() || dmafp_image_open(&image, VMLINUX, &err))
		return -1;
	build_id = dmafp_alloc_string(image.build_id);
	dmafp_image_close(&image);
	results = work;
	calls = dmafp_path("%s/../perf-calls", work);
	setenv("CALLS", calls, 1);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		images[arm] = (struct dmafp_perf_image) { dmafp_arm_name(arm), VMLINUX };
	options = (struct dmafp_perf_options) {
		.dir = results, .images = images, .nr_images = DMAFP_NR_ARMS, .note = note
	};
	texts = (struct dmafp_perf_texts) { 0 };
	err = (struct dmafp_err) { 0 };
	notes[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	dmafp_perf_texts_free(&texts);
	unsetenv("CALLS");
	fake_perf_tear_down();
	free(calls);
	free(build_id);
	return 0;
}

static void put(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", results, name);

	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	free(path);
}

/* A result of that arm that was sampled, with its perf.data */
static void add_with(enum dmafp_arm_id arm, uint64_t check, uint64_t mutex)
{
	struct dmafp_result *r = fixture_result(arm, "keyed");
	char *path = dmafp_path("%s/%s.json", results, dmafp_arm_name(arm)), *data;

	fixture_set_text(&r->kernel.build_id, build_id);
	sampled_fill(&r->cells[SAMPLED_CELL].sampling, check, mutex);
	if (dmafp_result_write(r, path, &err))
		fail_msg("%s", err.msg);
	data = dmafp_path("%s-keyed-nvme-0000.00.04.0-x.perf.data", dmafp_arm_name(arm));
	put(data, "data");
	dmafp_result_free(r);
	free(path);
	free(data);
}

static void add(enum dmafp_arm_id arm, uint64_t check)
{
	add_with(arm, check, 0);
}

static int take(void)
{
	dmafp_perf_texts_free(&texts);
	return dmafp_perf_take(&options, &texts, &err);
}

static char *called(void)
{
	struct dmafp_err ignored;
	char *text = dmafp_file_read(calls, NULL, &ignored);

	return text ? text : dmafp_alloc_string("");
}

static void must_say(const char *part)
{
	if (!strstr(err.msg, part))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, part);
}

static void every_arm_is_asked_of(void **state)
{
	const struct dmafp_perf_item *item;
	char *text, *part;

	(void)state;
	add(DMAFP_ARM_BASE, 20);
	add(DMAFP_ARM_PATCHED, 15);
	add(DMAFP_ARM_PLACEBO, 20);
	if (take())
		fail_msg("%s", err.msg);
	assert_string_equal(texts.tool_version, "perf version 6.1.192");
	assert_string_equal(texts.symbol, "iommu_deferred_attach");
	assert_int_equal(texts.nr, 1);
	item = &texts.items[0];
	assert_string_equal(item->mode, "keyed");
	assert_string_equal(item->title, "map_page 4K to");
	assert_string_equal(item->pci, "0000:00:04.0");
	assert_string_equal(item->event, "cpu-clock");
	/* base against each, and the arms whose check may be another one */
	assert_int_equal(item->nr_diffs, 2);
	assert_string_equal(item->diffs[0].arm, "patched");
	assert_non_null(
		strstr(dmafp_perf_item_diff(item, "placebo"), "iommu_deferred_attach"));
	assert_null(dmafp_perf_item_diff(item, "always-lock"));
	assert_int_equal(item->nr_annotations, 2);
	assert_string_equal(dmafp_perf_item_annotation(item, "base")->build_id, build_id);
	assert_string_equal(dmafp_perf_item_annotation(item, "patched")->text,
			    "# 9 samples\n     9  +0     ret\n");
	assert_null(dmafp_perf_item_annotation(item, "placebo"));
	text = called();
	part = dmafp_path(
		"diff -f --percentage absolute --dsos [kernel.kallsyms],[kernel.vmlinux] "
		"-s symbol %s/base-keyed-nvme-0000.00.04.0-x.perf.data "
		"%s/patched-keyed-nvme-0000.00.04.0-x.perf.data\n",
		results, results);
	assert_non_null(strstr(text, part));
	free(part);
	part = dmafp_path("annotate -f -n --stdio -i %s/base-keyed-nvme-0000.00.04.0-x.perf.data "
			  "-s iommu_deferred_attach\n",
			  results);
	assert_non_null(strstr(text, part));
	assert_non_null(strstr(text, "buildid-cache --add /"));
	free(part);
	free(text);
	assert_string_equal(notes, "");
}

/* What it needs is made beside the results, and nothing is left of it. */
static void nothing_is_left_but_the_file(void **state)
{
	static const char *const ls[] = { "sh", "-c", "ls -A \"$RESULTS\" | tr '\\n' ' '",
					  NULL };
	char *text;

	(void)state;
	add(DMAFP_ARM_BASE, 20);
	if (dmafp_perf_write(&options, &err))
		fail_msg("%s", err.msg);
	setenv("RESULTS", results, 1);
	text = dmafp_proc_output(ls, &err);
	assert_string_equal(
		text, "base-keyed-nvme-0000.00.04.0-x.perf.data base.json perf.json ");
	free(text);
}

static void without_samples_no_perf_is_needed(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	char *path = dmafp_path("%s/base.json", results), *text;

	(void)state;
	setenv("FAKE", "old", 1);
	assert_int_equal(dmafp_result_write(r, path, &err), 0);
	assert_int_equal(dmafp_perf_write(&options, &err), 0);
	text = called();
	assert_string_equal(text, "");
	free(text);
	free(path);
	path = dmafp_path("%s/perf.json", results);
	assert_false(dmafp_file_exists(path));
	free(path);
	dmafp_result_free(r);
}

static void a_recording_that_is_gone_is_a_note(void **state)
{
	char *path = dmafp_path("%s/base-keyed-nvme-0000.00.04.0-x.perf.data", results);

	(void)state;
	add(DMAFP_ARM_BASE, 20);
	unlink(path);
	assert_int_equal(take(), 0);
	assert_int_equal(texts.nr, 0);
	assert_string_equal(
		notes,
		"map_page 4K to in keyed on nvme: no perf.data beside the results\n");
	free(path);
}

static void kernels_are_needed(void **state)
{
	(void)state;
	add(DMAFP_ARM_BASE, 20);
	add(DMAFP_ARM_PATCHED, 20);
	options.nr_images = 1;
	assert_int_not_equal(take(), 0);
	must_say("the kernel of arm patched (build id ");
	must_say("is needed for its symbols: give its vmlinux by --vmlinux patched=FILE");
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
}

/* Symbols of another kernel would name whatever lies at the same address. */
static void another_kernel_is_refused(void **state)
{
	(void)state;
	free(build_id);
	build_id = dmafp_alloc_string("0123456789012345678901234567890123456789");
	add(DMAFP_ARM_BASE, 20);
	assert_int_not_equal(take(), 0);
	must_say("/proc/self/exe has the build id ");
	must_say("but the kernel of arm base was 0123456789012345678901234567890123456789");
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	images[0].vmlinux = "/nowhere";
	assert_int_not_equal(take(), 0);
	must_say("/nowhere");
}

static void perf_fails(void **state)
{
	(void)state;
	add(DMAFP_ARM_BASE, 20);
	add(DMAFP_ARM_PATCHED, 20);
	setenv("FAKE", "old", 1);
	assert_int_not_equal(take(), 0);
	must_say("too old");
	setenv("FAKE", "nocache", 1);
	assert_int_not_equal(take(), 0);
	must_say("perf buildid-cache failed with status 1: no room in the cache");
	setenv("FAKE", "nodiff", 1);
	assert_int_not_equal(take(), 0);
	must_say("perf diff failed with status 1: it does not say why");
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
}

static void perf_has_nothing_to_say(void **state)
{
	(void)state;
	add(DMAFP_ARM_BASE, 20);
	add(DMAFP_ARM_PATCHED, 20);
	setenv("FAKE", "nofunction", 1);
	assert_int_equal(take(), 0);
	assert_int_equal(texts.items[0].nr_diffs, 0);
	assert_string_equal(
		notes, "map_page 4K to in keyed on nvme: perf diff names no function\n");
	setenv("FAKE", "nosample", 1);
	assert_int_equal(take(), 0);
	assert_null(dmafp_perf_item_annotation(&texts.items[0], "base")->text);
}

/* Excerpts, of what perf 6.1 printed */

static void perf_diff_is_cut_down(void **state)
{
	static const char text[] =
		"# Event 'cpu-clock'\n#\n"
		"# Baseline  Delta Abs  Symbol                                  \n"
		"# ........  .........  ........................................\n#\n"
		"    90.16%     -0.13%  [k] default_idle\n"
		"     2.62%     -0.07%  [k] 0x0000000000011d00\n"
		"     0.03%     +0.01%  [k] a1\n     0.03%     +0.01%  [k] a2\n"
		"     0.03%     +0.01%  [k] a3\n     0.03%     +0.01%  [k] a4\n"
		"     0.03%     +0.01%  [k] a5\n     0.03%     +0.01%  [k] a6\n"
		"     0.03%     +0.01%  [k] a7\n     0.03%     +0.01%  [k] a8\n"
		"               +0.46%  [k] mutex_unlock\n"
		"     0.10%             [k] iommu_map\n"
		"     0.02%     -0.01%  [.] main\n"
		"\n# Event 'dummy:HG'\n#\n# Baseline  Delta Abs  Symbol\n"
		"     9.99%     +0.01%  [k] iommu_pgsize\n";
	char *excerpt = dmafp_excerpt_diff(text);

	(void)state;
	assert_string_equal(
		excerpt, "# Event 'cpu-clock'\n"
			 "# Baseline  Delta Abs  Symbol\n"
			 "# ........  .........  ........................................\n"
			 "    90.16%     -0.13%  [k] default_idle\n"
			 "     0.03%     +0.01%  [k] a1\n     0.03%     +0.01%  [k] a2\n"
			 "     0.03%     +0.01%  [k] a3\n     0.03%     +0.01%  [k] a4\n"
			 "     0.03%     +0.01%  [k] a5\n     0.03%     +0.01%  [k] a6\n"
			 "     0.03%     +0.01%  [k] a7\n"
			 "               +0.46%  [k] mutex_unlock\n"
			 "     0.10%             [k] iommu_map\n");
	free(excerpt);
	assert_null(dmafp_excerpt_diff("# Event 'cpu-clock'\n#\n# Baseline\n\n"));
	assert_null(dmafp_excerpt_diff(""));
}

static void perf_annotate_is_cut_down(void **state)
{
	static const char text[] =
		" Samples |\tSource code & Disassembly of elf for cpu-clock (19 samples, percent: "
		"local period)\n"
		"---------------------------------\n"
		"         :\n"
		"         : 3                Disassembly of section .text:\n"
		"         : 5                ffffffff812bb1b0 <iommu_deferred_attach>:\n"
		"         : 6                iommu_deferred_attach():\n"
		"         : 7    /usr/src/linux/drivers/iommu/iommu.c:2190\n"
		"       0 :   ffffffff812bb1b0:       push   %rbp\n"
		"      12 :   ffffffff812bb1bf:       lea    0x68(%rax),%rdi # ff <x+0x1>\n"
		"         : 8    flags = a | b; /* good for all */\n"
		"       7 :   ffffffff812bb2f0:       ret    \n"
		" Samples |\tSource code & Disassembly of elf for cpu-clock (3 samples, percent: "
		"local period)\n"
		"       1 :   ffffffff812bb1b0:       push   %rbp\n"
		"       0 :   ffffffff812bb1bf:       lea    0x68(%rax),%rdi # ff <x+0x1>\n"
		"       2 :   ffffffff812bb2f0:       ret    \n";
	char *excerpt = dmafp_excerpt_annotate(text);

	(void)state;
	assert_string_equal(excerpt, "# 22 samples\n"
				     "     1  +0     push   %rbp\n"
				     "    12  +0xf   lea    0x68(%rax),%rdi # ff <x+0x1>\n"
				     "     9  +0x140 ret\n");
	free(excerpt);
	assert_null(dmafp_excerpt_annotate("Error:\nThe perf.data data has no samples!\n"));
	assert_null(dmafp_excerpt_annotate(""));
}

static void lines_are_of_72_columns(void **state)
{
	char *page = NULL;
	size_t len;
	FILE *out = open_memstream(&page, &len);

	(void)state;
	dmafp_perf_print_lines(
		"1234567890123456789012345678901234567890123456789012345678901234567890"
		"12345\nb\xc3\xa4r\n\nlast",
		2, out);
	fclose(out);
	assert_string_equal(
		page, "123456789012345678901234567890123456789012345678901234567890123456"
		      "789012\nb?r\n(2 more lines)\n");
	free(page);
}

/* The file, and the reports that take it in */

static void load(struct dmafp_report *report)
{
	const char *const paths[] = { results };

	*report = (struct dmafp_report) { .rules.force = true };
	if (dmafp_report_load(report, paths, 1, &err))
		fail_msg("%s", err.msg);
}

static void must_have(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("no \"%s\" in:\n%s", part,
			 strstr(page, "== perf") ? strstr(page, "== perf") : page);
}

static void reports_take_it_in(void **state)
{
	struct dmafp_report report;
	json_t *root, *item;
	char *page;

	(void)state;
	add(DMAFP_ARM_BASE, 20);
	add(DMAFP_ARM_PATCHED, 15);
	assert_int_equal(dmafp_perf_write(&options, &err), 0);
	load(&report);
	page = fixture_render(&report, &dmafp_render_text);
	must_have(page, "== perf: map_page 4K to in keyed on nvme\n");
	/*
	 * 20 and 15 of 1000 samples, of an op of 977.3 instructions; 21 and 16 of 1002
	 * deviate by 4.4 and 3.9, which is 11.5 for 1.96 of both
	 */
	must_have(page, "\niommu_deferred_attach  2.00    1.50   19.5    14.7 -4.9 11.5\n");
	must_have(page, "\niommu_pgsize (+)      29.00   29.00  283.4   283.4 +0.0 ");
	must_have(page, "\nsmaller ones           0.10    0.10    1.0     1.0 +0.0 ");
	must_have(page, "\nall of the map path   31.10   30.60  303.9   299.0 -4.9 ");
	assert_null(strstr(page, "\niommu_map "));
	must_have(page, "1000 of 1610 in base, 1000 of 1610 in\npatched.");
	must_have(page, "share times 977.3 instructions per op in base");
	must_have(page, "no PMU that counts cycles");
	must_have(page, "Lost samples: 4 in base, 4 in patched.");
	must_have(page, "     0.40%     -0.11%  [k] iommu_deferred_attach\n");
	must_have(page, "perf annotate of iommu_deferred_attach, patched:\n"
			"# 9 samples\n     9  +0     ret\n");
	assert_null(strstr(page, "Control: iommu_deferred_attach"));
	free(page);
	page = fixture_render(&report, &dmafp_render_html);
	must_have(page, "<a href=\"#perf\">What perf samples</a>");
	must_have(page,
		  "<th scope=\"row\">iommu_deferred_attach</th><td>2.00</td><td>19.5</td>"
		  "<td>1.50</td><td>14.7</td><td>-4.9 ");
	must_have(page, "<summary>perf annotate of iommu_deferred_attach, base</summary>");
	free(page);
	page = fixture_render(&report, &dmafp_render_json);
	root = json_loads(page, 0, NULL);
	item = json_array_get(json_object_get(root, "functions"), 0);
	assert_string_equal(json_string_value(json_object_get(item, "unit")),
			    "instructions");
	item = json_object_get(json_object_get(item, "perf"), "annotate");
	must_have(json_string_value(json_object_get(item, "base")), "9  +0     ret");
	json_decref(root);
	free(page);
	dmafp_report_free(&report);
}

/* A load that was made in another way for its samples, which have periods */
static void another_load_was_sampled(void **state)
{
	struct dmafp_report report = { .rules.force = true };
	enum dmafp_arm_id arm;
	char *page;
	size_t i, k;

	(void)state;
	fixture_four(&report, "keyed");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_load *l = sampled_load(report.set.results[arm], 4475);

		sampled_fill(&l->sampling, 20, 0);
		l->sampling.has_period = l->sampling.has_load = true;
		l->sampling.pace_ns = 110000;
		for (i = 0; i < l->sampling.nr_functions; i++) {
			l->sampling.functions[i].has_period = true;
			l->sampling.functions[i].period = l->sampling.functions[i].samples;
		}
	}
	dmafp_report_judge(&report);
	page = fixture_render(&report, &dmafp_render_text);
	must_have(page, "\nShares are of the periods of the samples that were neither idle nor of\n"
			"perf itself: 1007 of 1610 in base, ");
	must_have(page, "\nSampled with a pace of 110000 ns in place of 0: shares are of that "
			"load,\nand say nothing of what this one takes per packet.\n");
	/* 20 of 1000: user space has no period here */
	must_have(page, "\niommu_deferred_attach  2.00    2.00      ?       ?    ?  ?\n");
	free(page);
	page = fixture_render(&report, &dmafp_render_html);
	must_have(page, "sampled with a pace of 110000 ns in place of 0: there is no cost per "
			"packet");
	free(page);
	page = fixture_render(&report, &dmafp_render_json);
	must_have(page, "\"unlike\": \"a pace of 110000 ns in place of 0\"");
	must_have(page, "\"by_period\": true");
	free(page);
	for (k = 0; k < report.set.nr; k++)
		report.set.results[k]->traffic.loads[0].sampling.pace_ns = 0;
	page = fixture_render(&report, &dmafp_render_text);
	assert_null(strstr(page, "Sampled with"));
	must_have(page, "\niommu_deferred_attach  2.00    2.00   89.5    89.5 +0.0 ");
	free(page);
	dmafp_report_free(&report);
}

static void the_control_is_told(void **state)
{
	struct dmafp_report report;
	char *page;

	(void)state;
	add(DMAFP_ARM_BASE, 2);
	add(DMAFP_ARM_PATCHED, 2);
	add_with(DMAFP_ARM_ALWAYS_LOCK, 30, 90);
	load(&report);
	page = fixture_render(&report, &dmafp_render_text);
	/* 30 and 90 of 1000 of what takes 17 more, less 2 of 1000 */
	must_have(page,
		  "Control: iommu_deferred_attach and the mutex take +117.4 instructions\n"
		  "per op in always-lock (+- ");
	/* a row of its own, however little it is; but not for what neither arm shown has */
	must_have(page, "\niommu_deferred_attach  0.20    0.20 ");
	assert_null(strstr(page, "\nmutex_lock"));
	free(page);
	dmafp_report_free(&report);
}

/* No page has a part for what was not sampled. */
static void without_samples_reports_are_as_ever(void **state)
{
	struct dmafp_report report = { .rules.force = true };
	char *page;

	(void)state;
	fixture_four(&report, "keyed");
	dmafp_report_judge(&report);
	page = fixture_render(&report, &dmafp_render_text);
	assert_null(strstr(page, "== perf"));
	free(page);
	page = fixture_render(&report, &dmafp_render_html);
	assert_null(strstr(page, "What perf samples"));
	free(page);
	dmafp_report_free(&report);
}

static void must_be_refused(const char *why)
{
	const char *const paths[] = { results };
	struct dmafp_report report = { .rules.force = true };

	if (!dmafp_report_load(&report, paths, 1, &err))
		fail_msg("read, but should be refused: %s", why);
	must_say(why);
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	dmafp_report_free(&report);
}

static void bad_files_are_refused(void **state)
{
	(void)state;
	add(DMAFP_ARM_BASE, 20);
	put("perf.json", "{\"dmafp_perf\": 2}");
	must_be_refused("dmafp_perf is not a version that this dmafp reads (1 to 1)");
	put("perf.json", "{\"dmafp_perf\": 1, \"tool_version\": \"x\", \"symbol\": \"x\"}");
	must_be_refused("perf.json: member items is missing");
	put("perf.json", "{\"dmafp_perf\": 1, \"tool_version\": \"x\", \"symbol\": \"x\", "
			 "\"items\": [{\"mode\": \"\"}]}");
	must_be_refused("member items[0].mode is not a string that says something");
}

#define PERF_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PERF_TEST(every_arm_is_asked_of),
		PERF_TEST(nothing_is_left_but_the_file),
		PERF_TEST(without_samples_no_perf_is_needed),
		PERF_TEST(a_recording_that_is_gone_is_a_note),
		PERF_TEST(kernels_are_needed),
		PERF_TEST(another_kernel_is_refused),
		PERF_TEST(perf_fails),
		PERF_TEST(perf_has_nothing_to_say),
		cmocka_unit_test(perf_diff_is_cut_down),
		cmocka_unit_test(perf_annotate_is_cut_down),
		cmocka_unit_test(lines_are_of_72_columns),
		PERF_TEST(reports_take_it_in),
		PERF_TEST(another_load_was_sampled),
		PERF_TEST(the_control_is_told),
		PERF_TEST(without_samples_reports_are_as_ever),
		PERF_TEST(bad_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
