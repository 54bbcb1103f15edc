// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings of an audit: in results, and what a report says of them. */
#include "base/alloc.h"
#include "judged.h"

static void find_out(struct dmafp_result *r, const char *check,
		     enum dmafp_finding_class class, const char *reading)
{
	r->machine.findings = dmafp_alloc_grow(r->machine.findings, r->machine.nr_findings,
					       sizeof(*r->machine.findings));
	r->machine.findings[r->machine.nr_findings++] = (struct dmafp_finding_result) {
		.check = dmafp_alloc_string(check),
		.class = class,
		.reading = dmafp_alloc_string(reading),
	};
}

static void find_out_in_all(struct dmafp_report *report, const char *check,
			    enum dmafp_finding_class class, const char *reading)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		find_out(report->set.results[i], check, class, reading);
}

static void make_timed(struct dmafp_report *report)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->domain = DMAFP_DOMAIN_TIMED;
}

/* The notes that name a command of the doctor, joined; free() it */
static char *environment_notes(struct dmafp_report *report)
{
	struct dmafp_lines found = { 0 };
	char *text;
	size_t i;

	dmafp_report_judge(report);
	for (i = 0; i < report->judgement->notes.nr; i++)
		if (strstr(report->judgement->notes.items[i], "dmafp doctor"))
			dmafp_lines_add(&found, "%s", report->judgement->notes.items[i]);
	text = dmafp_lines_join(&found, "\n");
	dmafp_lines_free(&found);
	return text;
}

static void notes_are(struct dmafp_report *report, const char *expected)
{
	char *text = environment_notes(report);

	assert_string_equal(text, expected);
	free(text);
}

static void the_same_in_all_arms_says_nothing(void **state)
{
	find_out_in_all(*state, "hypervisor", DMAFP_FINDING_WARNS, "TCGTCGTCGTCG");
	notes_are(*state, "");
}

static void unless_it_is_time(void **state)
{
	find_out_in_all(*state, "hypervisor", DMAFP_FINDING_WARNS, "KVM");
	find_out_in_all(*state, "governor", DMAFP_FINDING_WARNS,
			"powersave on 2 of 2 CPUs");
	find_out_in_all(*state, "microcode", DMAFP_FINDING_RECORDS, "0x11");
	make_timed(*state);
	notes_are(*state,
		  "The machine spoils figures, in all arms alike: hypervisor (KVM), "
		  "governor (powersave on 2 of 2 CPUs). 'dmafp doctor' says what to do.");
}

static void arms_that_differ(void **state)
{
	find_out_in_all(*state, "hypervisor", DMAFP_FINDING_WARNS, "TCG");
	find_out(fixture_arm(*state, DMAFP_ARM_PATCHED), "kprobes", DMAFP_FINDING_WARNS,
		 "2 are set");
	find_out(fixture_arm(*state, DMAFP_ARM_PATCHED), "trace-events",
		 DMAFP_FINDING_BLOCKS, "of dma");
	notes_are(*state,
		  "patched was measured on another state of the machine than base: kprobes "
		  "(2 are set), trace-events (of dma). 'dmafp doctor' says what to do.");
}

static void base_differs(void **state)
{
	find_out_in_all(*state, "microcode", DMAFP_FINDING_RECORDS, "0x11");
	find_out(fixture_arm(*state, DMAFP_ARM_BASE), "boost", DMAFP_FINDING_WARNS, "on");
	find_out(fixture_arm(*state, DMAFP_ARM_ALWAYS_LOCK), "boost", DMAFP_FINDING_WARNS,
		 "on");
	find_out(fixture_arm(*state, DMAFP_ARM_PLACEBO), "boost", DMAFP_FINDING_WARNS,
		 "on");
	make_timed(*state);
	notes_are(*state,
		  "base was measured on another state of the machine than patched: boost "
		  "(on). 'dmafp doctor' says what to do.");
}

/* Results of before anybody looked do not differ from those of after. */
static void arms_that_are_not_known(void **state)
{
	find_out(fixture_arm(*state, DMAFP_ARM_PATCHED), "boost", DMAFP_FINDING_WARNS,
		 "on");
	notes_are(*state, "");
}

static void load_comes_and_goes(void **state)
{
	find_out_in_all(*state, "microcode", DMAFP_FINDING_RECORDS, "0x11");
	find_out(fixture_arm(*state, DMAFP_ARM_PATCHED), "load", DMAFP_FINDING_WARNS,
		 "0.61");
	notes_are(*state, "");
	make_timed(*state);
	notes_are(*state,
		  "patched was measured on another state of the machine than base: load "
		  "(0.61). 'dmafp doctor' says what to do.");
}

static void in_and_out_of_a_file(void **state)
{
	struct dmafp_result *from = fixture_arm(*state, DMAFP_ARM_BASE), *to;
	struct dmafp_err err;
	json_t *root;

	find_out(from, "boost", DMAFP_FINDING_WARNS, "on");
	find_out(from, "iommu", DMAFP_FINDING_BLOCKS, "none");
	find_out(from, "microcode", DMAFP_FINDING_RECORDS, "0x11");
	root = dmafp_result_to_json(from);
	to = dmafp_result_from_json(root, &err);
	assert_non_null(to);
	assert_int_equal(to->machine.nr_findings, 3);
	assert_string_equal(to->machine.findings[0].check, "boost");
	assert_int_equal(to->machine.findings[0].class, DMAFP_FINDING_WARNS);
	assert_int_equal(to->machine.findings[1].class, DMAFP_FINDING_BLOCKS);
	assert_string_equal(to->machine.findings[2].reading, "0x11");
	dmafp_result_free(to);
	json_decref(root);
}

static void older_files_have_none(void **state)
{
	struct dmafp_result *from = fixture_arm(*state, DMAFP_ARM_BASE), *to;
	struct dmafp_err err;
	json_t *root;

	find_out(from, "boost", DMAFP_FINDING_WARNS, "on");
	root = dmafp_result_to_json(from);
	json_object_del(json_object_get(root, "machine"), "findings");
	to = dmafp_result_from_json(root, &err);
	assert_non_null(to);
	assert_int_equal(to->machine.nr_findings, 0);
	/* what was handed in is as it was */
	assert_null(json_object_get(json_object_get(root, "machine"), "findings"));
	dmafp_result_free(to);
	json_decref(root);
}

static void a_class_that_is_none_is_refused(void **state)
{
	struct dmafp_result *from = fixture_arm(*state, DMAFP_ARM_BASE);
	struct dmafp_err err;
	json_t *root, *finding;

	find_out(from, "boost", DMAFP_FINDING_WARNS, "on");
	root = dmafp_result_to_json(from);
	finding = json_array_get(
		json_object_get(json_object_get(root, "machine"), "findings"), 0);
	json_object_set_new(finding, "class", json_string("good"));
	assert_null(dmafp_result_from_json(root, &err));
	assert_non_null(strstr(err.msg, "machine.findings[0].class"));
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED(the_same_in_all_arms_says_nothing),
		KEYED(unless_it_is_time),
		KEYED(arms_that_differ),
		KEYED(base_differs),
		KEYED(arms_that_are_not_known),
		KEYED(load_comes_and_goes),
		KEYED(in_and_out_of_a_file),
		KEYED(older_files_have_none),
		KEYED(a_class_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
