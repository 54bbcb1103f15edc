// SPDX-License-Identifier: GPL-2.0-or-later
/* "Did you mean": distances, their limit, and the hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"

static const char *const words[] = { "plain", "kdump", "keyed", "iterations" };

static int nearest(const char *word)
{
	return dmafp_nearest(word, words, sizeof(words) / sizeof(words[0]));
}

static void one_step_of_each_kind(void **state)
{
	(void)state;
	assert_int_equal(nearest("kdump"), 1);
	assert_int_equal(nearest("kdum"), 1);
	assert_int_equal(nearest("kdummp"), 1);
	assert_int_equal(nearest("kdunp"), 1);
	assert_int_equal(nearest("kdmup"), 1);
}

static void limit_is_a_third_and_at_least_two(void **state)
{
	(void)state;
	assert_int_equal(nearest("pl"), -1);
	assert_int_equal(nearest("pla"), 0);
	assert_int_equal(nearest("plxxx"), -1);
	/* 10 letters: 3 wrong ones are near, 4 are not */
	assert_int_equal(nearest("itxxxtions"), 3);
	assert_int_equal(nearest("itxxxxions"), -1);
	/* two neighbours swapped count once, not twice */
	assert_int_equal(nearest("tireatoins"), 3);
}

static void the_nearest_wins_and_the_first_of_equals(void **state)
{
	static const char *const some[] = { "abcx", "abcd", "abcy" };

	(void)state;
	assert_int_equal(dmafp_nearest("abcd", some, 3), 1);
	assert_int_equal(dmafp_nearest("abc", some, 3), 0);
	assert_int_equal(dmafp_nearest("abc", some, 0), -1);
}

static void long_words_are_far(void **state)
{
	char word[200];
	const char *const some[] = { word, "ok" };

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(nearest(word), -1);
	assert_int_equal(dmafp_nearest("ok", some, 2), 1);
	word[65] = '\0';
	assert_int_equal(dmafp_nearest(word, some, 1), -1);
	word[64] = '\0';
	assert_int_equal(dmafp_nearest(word, some, 1), 0);
}

static void hint(void **state)
{
	char text[DMAFP_HINT_LEN] = "old";

	(void)state;
	assert_ptr_equal(dmafp_nearest_hint("kdmup", words, 4, text), text);
	assert_string_equal(text, ", did you mean 'kdump'?");
	assert_string_equal(dmafp_nearest_hint("zzzzzzzz", words, 4, text), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_step_of_each_kind),
		cmocka_unit_test(limit_is_a_third_and_at_least_two),
		cmocka_unit_test(the_nearest_wins_and_the_first_of_equals),
		cmocka_unit_test(long_words_are_far),
		cmocka_unit_test(hint),
	};

	return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
