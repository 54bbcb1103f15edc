// SPDX-License-Identifier: GPL-2.0-or-later
/* Exact profiles as text, and their files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/render/steps_text.h"
#include "base/file.h"
#include "trace/files.h"

static struct dmafp_step_stack base_stacks[] = {
	{ (char *)"dmafp_run", 5 },
	{ (char *)"dmafp_run;dma_map", 20 },
	{ (char *)"dmafp_run;dma_map;check", 10 },
	{ (char *)"dmafp_run;dma_map;lock", 4 },
	{ (char *)"dmafp_run;dma_map;alloc", 61 },
	{ (char *)"dmafp_run;dma_map;alloc;lock", 4 },
};

static struct dmafp_step_stack patched_stacks[] = {
	{ (char *)"dmafp_run", 5 },
	{ (char *)"dmafp_run;dma_map", 20 },
	{ (char *)"dmafp_run;dma_map;check", 7 },
	{ (char *)"dmafp_run;dma_map;lock", 4 },
	{ (char *)"dmafp_run;dma_map;alloc", 61 },
	{ (char *)"dmafp_run;dma_map;alloc;lock", 4 },
};

static struct dmafp_steps items[] = {
	{ (char *)"base", (char *)"00", (char *)"map", base_stacks, 6, 104, 104 },
	{ (char *)"patched", (char *)"01", (char *)"map", patched_stacks, 6, 101, 99 },
};

static const struct dmafp_profile_steps profile = {
	(char *)"map_page", 4096, (char *)"to_device", (char *)"keyed", (char *)"nvme",
	(char *)"intel-iommu", items, 2
};

static char *printed(const struct dmafp_profile_steps *steps)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	dmafp_steps_print(steps, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_text(void **state)
{
	char *text = printed(&profile);

	(void)state;
	assert_string_equal(text,
			    "map_page 4K to_device on nvme, mode keyed, intel-iommu\n"
			    "\n"
			    "map, instructions from stamp to stamp:\n"
			    "  base           104 stepped, equals the measured count\n"
			    "  patched        101 stepped, but measured are 99\n"
			    "\n"
			    "function  base patched diff\n"
			    "check       10       7   -3\n"
			    "alloc       61      61   +0\n"
			    "dma_map     20      20   +0\n"
			    "lock         8       8   +0\n"
			    "dmafp_run    5       5   +0\n"
			    "all        104     101   -3\n"
			    "\n"
			    "call, with what it calls base patched diff\n"
			    "dmafp_run                 104     101   -3\n"
			    "  dma_map                  99      96   -3\n"
			    "    check                  10       7   -3\n"
			    "    lock                    4       4   +0\n"
			    "    alloc                  65      65   +0\n"
			    "      lock                  4       4   +0\n");
	free(text);
}

static void test_short(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	dmafp_steps_print_short(&profile, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text,
			    "\n"
			    "== Exact profile: map_page 4K to_device, map in keyed on nvme\n"
			    "instructions\n"
			    "function                 base patched diff\n"
			    "check                      10       7   -3\n"
			    "4 others                   94      94   +0\n"
			    "all, from stamp to stamp  104     101   -3\n"
			    "NOT as measured: patched was stepped in 101 instructions and measured at\n"
			    "99.\n");
	free(text);
}

/* Four arms and long names: a mail has 72 columns. */
static void test_narrow(void **state)
{
	static struct dmafp_step_stack stacks[] = {
		{ (char *)"dmafp_alloc_noncontiguous_run_stamped;"
			  "a_function_with_a_name_that_is_longer_than_most_of_the_lines_of_mail;"
			  "__x86_indirect_thunk_array", 99999999 },
	};
	static const char *const arms[] = { "base", "patched", "always-lock", "placebo" };
	struct dmafp_steps four[4];
	struct dmafp_profile_steps wide = profile;
	char *text, *line, *rest;
	size_t i, lines = 0;

	(void)state;
	for (i = 0; i < 4; i++)
		four[i] = (struct dmafp_steps) { (char *)arms[i], NULL, (char *)"unmap", stacks,
						 1, 99999999, 0 };
	wide.items = four;
	wide.nr = 4;
	text = rest = printed(&wide);
	assert_non_null(strstr(text, "\nunmap, instructions"));
	assert_non_null(strstr(text, "stepped, not measured"));
	while ((line = strsep(&rest, "\n"))) {
		lines++;
		if (strlen(line) > 72)
			fail_msg("%zu columns: %s", strlen(line), line);
	}
	assert_true(lines > 15);
	free(text);
}

static void expect_file(const char *dir, const char *name, const char *content)
{
	char *path = dmafp_path("%s/%s", dir, name);
	struct dmafp_err err;
	char *text = dmafp_file_read(path, NULL, &err);

	if (!text)
		fail_msg("%s", err.msg);
	if (!strstr(text, content))
		fail_msg("no \"%s\" in %s:\n%s", content, name, text);
	free(text);
	free(path);
}

static void test_files(void **state)
{
	char dir[] = "/tmp/dmafp-trace.XXXXXX", *path;
	struct dmafp_profile_steps again = { 0 };
	struct dmafp_err err;
	json_t *root;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(dmafp_trace_files_write(&profile, dir, "check", &err), 0);
	expect_file(dir, "trace-base.folded",
		    "dmafp_run 5\n"
		    "dmafp_run;dma_map 20\n"
		    "dmafp_run;dma_map;check 10\n"
		    "dmafp_run;dma_map;lock 4\n"
		    "dmafp_run;dma_map;alloc 61\n"
		    "dmafp_run;dma_map;alloc;lock 4\n");
	expect_file(dir, "trace-patched.folded", "check 7\n");
	expect_file(dir, "trace-patched.svg", "check: 7 instructions");
	expect_file(dir, "trace-patched-diff.svg", "check: 10 in base, 7 in patched, -3");
	path = dmafp_path("%s/trace.json", dir);
	root = json_load_file(path, 0, NULL);
	assert_int_equal(dmafp_steps_from_json(&again, root, &err), 0);
	assert_int_equal(again.nr, 2);
	assert_int_equal(again.items[1].stacks[2].instructions, 7);
	assert_int_equal(again.items[1].measured, 99);
	json_decref(root);
	dmafp_steps_free(&again);
	free(path);
	assert_int_equal(dmafp_file_remove_tree(dir), 0);
	assert_true(dmafp_trace_files_write(&profile, dir, "check", &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_IO);
}

static void expect_refused(struct dmafp_step_stack *stack, const char *says)
{
	struct dmafp_steps item = { (char *)"base", NULL, (char *)"map", stack, 1, 5, 0 };
	const struct dmafp_profile_steps one = {
		(char *)"check", 0, NULL, (char *)"keyed", (char *)"nvme", NULL, &item, 1
	};
	json_t *root = dmafp_steps_to_json(&one);
	struct dmafp_profile_steps again = { 0 };
	struct dmafp_err err = { 0 };

	assert_int_equal(dmafp_steps_from_json(&again, root, &err), says ? -EINVAL : 0);
	if (says && !strstr(err.msg, says))
		fail_msg("no \"%s\" in: %s", says, err.msg);
	dmafp_steps_free(&again);
	json_decref(root);
}

static void test_refused(void **state)
{
	char text[2 * DMAFP_STEPS_MAX_DEPTH + 2] = "f";
	struct dmafp_step_stack stack = { text, 5 };
	size_t i;

	(void)state;
	for (i = 1; i < DMAFP_STEPS_MAX_DEPTH; i++)
		strcat(text, ";f");
	expect_refused(&stack, NULL);
	strcat(text, ";f");
	expect_refused(&stack, "items[0].stacks[0] has more than 256 frames");
	stack = (struct dmafp_step_stack) { (char *)"f", 6 };
	expect_refused(&stack, "items[0].stacks do not add up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
