// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine around a run: what a killed one left is put back, findings are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/journal.h"
#include "run/machine.h"
#include "tree.h"

static struct dmafp_err err;
static char notes[4096];

static void take_note(void *ctx, const char *text)
{
	(void)ctx;
	strcat(notes, text);
	strcat(notes, "\n");
}

/* As of a process of this boot that had changed one file, which is not the machine's */
static void leave_journal(bool lasting, const char *boot)
{
	char *path = tree_path("state/journal"), *file = tree_path("setting");
	struct dmafp_journal journal;

	tree_put("state/journal", "");
	tree_put("setting", "tuned\n");
	assert_int_equal(dmafp_journal_open(&journal, path, false, &err), 0);
	dmafp_journal_append(&journal,
			     json_pack("{s:i, s:s, s:b}", "dmafp_tune", 1, "boot", boot,
				       "lasting", lasting),
			     &err);
	dmafp_journal_append(&journal,
			     json_pack("{s:s, s:[{s:s, s:s}]}", "knob", "x", "files",
				       "path", file, "old", "before\n"),
			     &err);
	dmafp_journal_close(&journal);
	free(file);
	free(path);
	*notes = '\0';
}

static void setting_is(const char *expected)
{
	char *path = tree_path("setting"), *text = dmafp_file_read(path, NULL, &err);

	assert_string_equal(text, expected);
	free(text);
	free(path);
}

static void begin_and_end(void)
{
	char *state = tree_path("state");
	const struct dmafp_run_options options = { .tune_state = state, .note = take_note };
	struct dmafp_plan *const plans[] = { NULL };
	struct dmafp_machine machine;

	assert_int_equal(dmafp_machine_begin(&machine, &options, plans, &err), 0);
	assert_false(machine.tuned);
	dmafp_machine_end(&machine);
	free(state);
}

static const char *this_boot(void)
{
	static char boot[64];

	assert_int_equal(dmafp_file_read_line("/proc/sys/kernel/random/boot_id", boot,
					      sizeof(boot)),
			 0);
	return boot;
}

static void what_a_killed_run_left_is_put_back(void **state)
{
	(void)state;
	leave_journal(false, this_boot());
	begin_and_end();
	setting_is("before\n");
	assert_string_equal(notes, "put back what an earlier dmafp had tuned: 1 files\n");
}

static void what_shall_last_is_left(void **state)
{
	(void)state;
	leave_journal(true, this_boot());
	begin_and_end();
	setting_is("tuned\n");
	assert_string_equal(notes, "");
}

static void another_boot_is_forgotten(void **state)
{
	(void)state;
	leave_journal(false, "another");
	begin_and_end();
	setting_is("tuned\n");
	assert_non_null(strstr(notes, "need not be put back"));
}

static void a_damaged_journal_is_a_note(void **state)
{
	(void)state;
	leave_journal(false, this_boot());
	tree_put("state/journal", "what\n");
	begin_and_end();
	setting_is("tuned\n");
	assert_non_null(strstr(notes, "is no record"));
}

static const struct dmafp_finding_result *find(const struct dmafp_result *result,
					       const char *check)
{
	size_t i;

	for (i = 0; i < result->machine.nr_findings; i++)
		if (!strcmp(result->machine.findings[i].check, check))
			return &result->machine.findings[i];
	return NULL;
}

static void findings_are_kept(void **state)
{
	struct dmafp_result *result = dmafp_result_new();
	struct dmafp_pci_device device = { .pci = "00ff:1f:1e.6" };
	/* a CPU that no machine has */
	uint32_t cpus[] = { 0, 8000 };
	struct dmafp_plan_cell cell = { .cpus = cpus, .nr_cpus = 2 };
	struct dmafp_plan plan = { .first = { .cpus = cpus, .nr_cpus = 1 },
				   .cells = &cell,
				   .nr_cells = 1 };

	(void)state;
	dmafp_machine_audit(&device, &plan, result);
	assert_string_equal(find(result, "device")->reading,
			    "there is no PCI device 00ff:1f:1e.6");
	assert_string_equal(find(result, "cpus")->reading,
			    "of CPUs 0,8000, 8000 are not online");
	dmafp_result_free(result);
	result = dmafp_result_new();
	dmafp_machine_audit(NULL, &plan, result);
	assert_null(find(result, "device"));
	assert_non_null(find(result, "cpus"));
	dmafp_result_free(result);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tree_make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_killed_run_left_is_put_back),
		TEST(what_shall_last_is_left),
		TEST(another_boot_is_forgotten),
		TEST(a_damaged_journal_is_a_note),
		TEST(findings_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
