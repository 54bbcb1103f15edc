// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of CPUs as the kernel writes them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpulist.h"

static struct dmafp_cpulist list;

static void is_text(const char *expected)
{
	char *text = dmafp_cpulist_text(&list);

	assert_string_equal(text, expected);
	free(text);
}

static void is_mask(const char *expected)
{
	char *text = dmafp_cpulist_mask(&list);

	assert_string_equal(text, expected);
	free(text);
}

static void lists(void **state)
{
	(void)state;
	assert_int_equal(dmafp_cpulist_parse("0-3,8,10-11\n", &list), 0);
	assert_int_equal(dmafp_cpulist_count(&list), 7);
	is_text("0-3,8,10-11");
	is_mask("d0f");
	assert_int_equal(dmafp_cpulist_parse("8191", &list), 0);
	is_text("8191");
	assert_true(dmafp_cpulist_has(&list, 8191));
	assert_false(dmafp_cpulist_has(&list, 8192));
	assert_int_equal(dmafp_cpulist_next(&list, 0), 8191);
	assert_int_equal(dmafp_cpulist_next(&list, 8192), DMAFP_CPULIST_MAX);
}

static void empty_ones(void **state)
{
	static const char *const texts[] = { "", "\n", " (null)\n", "(null)" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(dmafp_cpulist_parse(texts[i], &list), 0);
		assert_int_equal(dmafp_cpulist_count(&list), 0);
	}
	is_text("");
	is_mask("0");
}

static void no_lists(void **state)
{
	static const char *const texts[] = { "x",      "1-", "-1",  "3-1",
					     "1,,2",   "1,", "1 2", "8192",
					     "0-8192", "a",  "1;2", "99999999999999999999" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (dmafp_cpulist_parse(texts[i], &list) != -EINVAL)
			fail_msg("'%s' is a list", texts[i]);
}

static void masks(void **state)
{
	(void)state;
	assert_int_equal(dmafp_cpulist_parse_mask("f\n", &list), 0);
	is_text("0-3");
	assert_int_equal(dmafp_cpulist_parse_mask("00000001,80000000\n", &list), 0);
	is_text("31-32");
	is_mask("1,80000000");
	assert_int_equal(dmafp_cpulist_parse_mask("123456789", &list), -EINVAL);
	assert_int_equal(dmafp_cpulist_parse_mask("", &list), -EINVAL);
	assert_int_equal(dmafp_cpulist_parse_mask("1,", &list), -EINVAL);
	assert_int_equal(dmafp_cpulist_parse_mask("g", &list), -EINVAL);
}

static void sets(void **state)
{
	struct dmafp_cpulist other = { 0 };
	uint32_t *numbers;
	size_t nr;

	(void)state;
	dmafp_cpulist_parse("0-40", &list);
	dmafp_cpulist_add(&other, 33);
	dmafp_cpulist_add(&other, DMAFP_CPULIST_MAX);
	assert_true(dmafp_cpulist_meet(&list, &other));
	dmafp_cpulist_remove(&list, &other);
	is_text("0-32,34-40");
	numbers = dmafp_cpulist_numbers(&other, &nr);
	assert_int_equal(nr, 1);
	assert_int_equal(numbers[0], 33);
	free(numbers);
	assert_false(dmafp_cpulist_meet(&list, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),    cmocka_unit_test(empty_ones),
		cmocka_unit_test(no_lists), cmocka_unit_test(masks),
		cmocka_unit_test(sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
