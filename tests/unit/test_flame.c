// SPDX-License-Identifier: GPL-2.0-or-later
/* The call tree of folded stacks, and flame graphs of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/calltree.h"
#include "analysis/render/flame.h"
#include "base/proc.h"

static struct dmafp_step_stack base_stacks[] = {
	{ (char *)"dmafp_run", 5 },
	{ (char *)"dmafp_run;dma_map", 20 },
	{ (char *)"dmafp_run;dma_map;check", 10 },
	{ (char *)"dmafp_run;dma_map;alloc_iova<a&b>_[i]", 65 },
};

static struct dmafp_step_stack patched_stacks[] = {
	{ (char *)"dmafp_run", 5 },
	{ (char *)"dmafp_run;dma_map;check", 7 },
	{ (char *)"dmafp_run;dma_map", 20 },
	{ (char *)"dmafp_run;dma_map;alloc_iova<a&b>_[i]", 65 },
	{ (char *)"dmafp_run;dma_map;mutex_lock", 3 },
};

static const struct dmafp_steps base = {
	.arm = (char *)"base",
	.stacks = base_stacks,
	.nr_stacks = 4,
	.instructions = 100,
};

static const struct dmafp_steps patched = {
	.arm = (char *)"patched",
	.stacks = patched_stacks,
	.nr_stacks = 5,
	.instructions = 100,
};

static const struct dmafp_call *find(const struct dmafp_call *call, const char *name)
{
	for (call = call->calls; call; call = call->next)
		if (!strcmp(call->name, name))
			return call;
	fail_msg("no call of %s", name);
	return NULL;
}

static void test_tree(void **state)
{
	const struct dmafp_steps *arms[] = { &base, &patched };
	struct dmafp_call *root = dmafp_calltree_make(arms, 2);
	const struct dmafp_call *map = find(find(root, "dmafp_run"), "dma_map"), *call;

	(void)state;
	assert_int_equal(root->total[0], 100);
	assert_int_equal(root->total[1], 100);
	assert_int_equal(root->self[0], 0);
	assert_int_equal(map->total[0], 95);
	assert_int_equal(map->self[0], 20);
	assert_int_equal(map->self[1], 20);
	assert_int_equal(find(map, "check")->total[0], 10);
	assert_int_equal(find(map, "check")->total[1], 7);
	assert_int_equal(find(map, "mutex_lock")->total[0], 0);
	/* as they first ran on the first arm, then what only others call */
	call = map->calls;
	assert_string_equal(call->name, "check");
	assert_string_equal(call->next->next->name, "mutex_lock");
	assert_null(call->next->next->next);
	dmafp_calltree_free(root);
}

static char *draw(const struct dmafp_flame *flame)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	dmafp_flame_svg(flame, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* xmllint's view of it: well-formed, and what an XPath expression makes of it */
static void expect_xpath(const char *svg, const char *xpath, const char *value)
{
	char path[] = "/tmp/dmafp-flame.XXXXXX", *said;
	const char *const argv[] = { "xmllint", "--nonet", "--xpath", xpath, path, NULL };
	FILE *file = fdopen(mkstemp(path), "w");
	struct dmafp_err err;

	assert_non_null(file);
	fputs(svg, file);
	assert_int_equal(fclose(file), 0);
	said = dmafp_proc_output(argv, &err);
	remove(path);
	if (!said)
		fail_msg("%s: %s", xpath, err.msg);
	said[strcspn(said, "\n")] = '\0';
	assert_string_equal(said, value);
	free(said);
}

#define RECT(_name) \
	"//*[local-name()='g'][starts-with(*[1],'" _name ":')]/*[local-name()='rect']"

static void test_arm(void **state)
{
	const struct dmafp_flame flame = { "map <4K>", &base, NULL, "check" };
	char *svg = draw(&flame), *again = draw(&flame);

	(void)state;
	assert_string_equal(svg, again);
	expect_xpath(svg, "count(//*[local-name()='g'])", "4");
	/* 100 instructions are 1180 pixels */
	expect_xpath(svg, "number(" RECT("dmafp_run") "/@width)", "1180");
	expect_xpath(svg, "number(" RECT("dma_map") "/@width)", "1121");
	expect_xpath(svg, "number(" RECT("check") "/@width)", "118");
	/* side by side, above their caller */
	expect_xpath(svg, "number(" RECT("alloc_iova<a&b>_[i]") "/@x)", "128");
	expect_xpath(svg, RECT("dma_map") "/@y < " RECT("dmafp_run") "/@y", "true");
	expect_xpath(svg, "string(" RECT("check") "/../*[1])",
		     "check: 10 instructions, 10.0 %, 10 its own");
	expect_xpath(svg, "string(" RECT("check") "/@fill)", "#ef6548");
	expect_xpath(svg, "string(" RECT("dmafp_run") "/@fill)", "#d0d0d0");
	expect_xpath(svg, "string(//*[local-name()='text'][1])", "map <4K>");
	/* it is narrow: the legend has its number */
	expect_xpath(svg, "count(//*[local-name()='text'][.='check 10'])", "2");
	free(again);
	free(svg);
}

static void test_difference(void **state)
{
	const struct dmafp_flame flame = { "difference", &patched, &base, NULL };
	char *svg = draw(&flame);

	(void)state;
	/* 5 + 20 + 10 + 65 + 3: the arm with more of each */
	expect_xpath(svg, "number(" RECT("dmafp_run") "/@width)", "1180");
	expect_xpath(svg, "number(" RECT("check") "/@width)", "114.56");
	expect_xpath(svg, "string(" RECT("check") "/../*[1])",
		     "check: 10 in base, 7 in patched, -3");
	expect_xpath(svg, "string(" RECT("check") "/@fill)", "#92c5de");
	expect_xpath(svg, "string(" RECT("mutex_lock") "/@fill)", "#f4a582");
	expect_xpath(svg, "string(" RECT("dma_map") "/@fill)", "#e8e8e8");
	free(svg);
}

/* As deep as a file may be; a quote and a byte that is no character are no markup */
static void test_deep(void **state)
{
	char text[8 * DMAFP_STEPS_MAX_DEPTH] = "\"\xff";
	struct dmafp_step_stack stack = { text, 100 };
	struct dmafp_steps steps = { (char *)"base", NULL, (char *)"map", &stack, 1, 100, 0 };
	const struct dmafp_flame flame = { "deep", &steps, NULL, NULL };
	size_t i;
	char *svg;

	(void)state;
	for (i = 1; i < DMAFP_STEPS_MAX_DEPTH; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ";f%zu", i);
	svg = draw(&flame);
	expect_xpath(svg, "count(//*[local-name()='g'])", "256");
	expect_xpath(svg, "string(//*[local-name()='g'][1]/*[1])",
		     "\"\xef\xbf\xbd: 100 instructions, 100.0 %, 0 its own");
	free(svg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_arm),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
