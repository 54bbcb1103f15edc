// SPDX-License-Identifier: GPL-2.0-or-later
/* Buckets taken out of a text before it is parsed: nothing else may change by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/document.h"

static char *take(const char *text, struct dmafp_bucket_lists *lists)
{
	size_t len = strlen(text);
	char *left;

	*lists = (struct dmafp_bucket_lists) { 0 };
	left = dmafp_bucket_lists_take(lists, text, &len);
	if (left)
		assert_int_equal(strlen(left), len);
	else
		assert_int_equal(len, strlen(text));
	return left;
}

static void expect_left(const char *text, const char *expected, size_t nr)
{
	struct dmafp_bucket_lists lists;
	char *left = take(text, &lists);

	assert_non_null(left);
	assert_string_equal(left, expected);
	assert_int_equal(lists.nr, nr);
	free(left);
	dmafp_bucket_lists_free(&lists);
}

static void test_taken(void **state)
{
	struct dmafp_bucket_lists lists;
	char *left;

	(void)state;
	left = take("{\"buckets\": [[5,1,4096],[9223372036854775807,2,3]], \"x\": 1}", &lists);
	assert_string_equal(left, "{\"buckets\": 0, \"x\": 1}");
	assert_int_equal(lists.nr, 1);
	assert_int_equal(lists.items[0].nr, 2);
	assert_int_equal(lists.items[0].items[0].values[0], 5);
	assert_int_equal(lists.items[0].items[0].values[2], 4096);
	assert_int_equal(lists.items[0].items[1].values[0], INT64_MAX);
	assert_int_equal(lists.items[0].items[1].values[1], 2);
	free(left);
	dmafp_bucket_lists_free(&lists);
}

static void test_blanks_and_order(void **state)
{
	(void)state;
	expect_left("[{\"buckets\"\n:\t[ [ 1 , 2\r,3 ] , [4,5,6] ] },{\"buckets\":[]}]",
		    "[{\"buckets\"\n:\t0},{\"buckets\":1}]", 2);
}

/* Strings that only look like the member */
static void test_strings(void **state)
{
	(void)state;
	expect_left("[\"buckets\", \"\\\"buckets\\\": [[1,1,1]]\", \"x\\\\\", \"buckets]\"]",
		    "[\"buckets\", \"\\\"buckets\\\": [[1,1,1]]\", \"x\\\\\", \"buckets]\"]", 0);
	expect_left("{\"b\\u0075ckets\": [[1,1,1]]}", "{\"b\\u0075ckets\": [[1,1,1]]}", 0);
	expect_left("\"never ends \\", "\"never ends \\", 0);
	expect_left("", "", 0);
}

/* Not plain: left to the parser, all of them */
static void test_not_plain(void **state)
{
	static const char *const values[] = {
		"0", "null", "{}", "[", "[[", "[[1,1,1]", "[[1,1]]", "[[1,1,1,1]]", "[[1,1,1],]",
		"[1,1,1]", "[[01,1,1]]", "[[-1,1,1]]", "[[1.0,1,1]]", "[[1e1,1,1]]", "[[1,0,1]]",
		"[[1,1,0]]", "[[9223372036854775808,1,1]]", "[[99999999999999999999,1,1]]",
		"[[1,1,\"1\"]]", "[[1 1,1]]", "",
	};
	struct dmafp_bucket_lists lists;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char text[128];

		snprintf(text, sizeof(text), "[{\"buckets\": [[1,1,1]]}, {\"buckets\": %s",
			 values[i]);
		assert_null(take(text, &lists));
		assert_int_equal(lists.nr, 0);
	}
}

/* What is wrong elsewhere is said of the text as it is, by line */
static void test_messages(void **state)
{
	static const char twice[] = "{\"buckets\": [[1,1,1],\n[2,1,1]],\n\"a\": 1, \"a\": 2}";
	static const char cut[] = "{\"buckets\": [[1,1,1],\n[2,1,1]],\n\"a\": ";
	struct dmafp_document doc;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_document_parse(&doc, twice, strlen(twice), &err), -22);
	assert_non_null(strstr(err.msg, "line 3"));
	dmafp_document_free(&doc);
	assert_int_equal(dmafp_document_parse(&doc, cut, strlen(cut), &err), -22);
	assert_non_null(strstr(err.msg, "truncated at line 3"));
	dmafp_document_free(&doc);
}

/* A message quotes what it does not understand, but not so that a terminal obeys */
static void test_quoted(void **state)
{
	static const char text[] = "{\"a\": tr\x1b[2Jue}";
	struct dmafp_document doc;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_document_parse(&doc, text, strlen(text), &err), -22);
	assert_null(strchr(err.msg, '\x1b'));
	dmafp_document_free(&doc);
	dmafp_err_set(&err, 22, DMAFP_EXIT_DATA, "cannot read %s", "a\x1b[2J\nb\x7f");
	assert_string_equal(err.msg, "cannot read a?[2J\nb?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),	 cmocka_unit_test(test_blanks_and_order),
		cmocka_unit_test(test_strings),	 cmocka_unit_test(test_not_plain),
		cmocka_unit_test(test_messages), cmocka_unit_test(test_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
