// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbols and inlined functions, of this very program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "trace/inlined.h"
#include "trace/symbols.h"

#define SELF "/proc/self/exe"

static volatile int sink;

static inline __attribute__((always_inline)) void innermost(void)
{
	sink = sink * 3 + 1;
}

static inline __attribute__((always_inline)) void inner(void)
{
	sink = sink * 5 + 1;
	innermost();
}

__attribute__((noinline, used)) static void outer_of_inlined(void)
{
	sink++;
	inner();
}

static void test_symbols(void **state)
{
	struct dmafp_functions f = { 0 };
	const struct dmafp_function *outer;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_functions_add(&f, SELF, NULL, 0, &err), 0);
	outer = dmafp_functions_find(&f, "outer_of_inlined");
	assert_non_null(outer);
	assert_true(outer->size > 4);
	assert_ptr_equal(dmafp_functions_at(&f, outer->address), outer);
	assert_ptr_equal(dmafp_functions_at(&f, outer->address + outer->size - 1), outer);
	assert_ptr_not_equal(dmafp_functions_at(&f, outer->address - 1), outer);
	assert_null(dmafp_functions_at(&f, 0));
	assert_null(dmafp_functions_find(&f, "no_such_function"));
	dmafp_functions_free(&f);
}

/* Code of a section goes where that was loaded; what was not loaded is nowhere. */
static void test_places(void **state)
{
	const struct dmafp_section_place text = { ".text", 0x10000000 }, other = { ".other", 0 };
	struct dmafp_functions f = { 0 }, moved = { 0 };
	const struct dmafp_function *outer;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_functions_add(&f, SELF, NULL, 0, &err), 0);
	assert_int_equal(dmafp_functions_add(&moved, SELF, &text, 1, &err), 0);
	outer = dmafp_functions_find(&moved, "outer_of_inlined");
	assert_non_null(outer);
	assert_int_equal(outer->address,
			 dmafp_functions_find(&f, "outer_of_inlined")->address + 0x10000000);
	dmafp_functions_free(&f);
	assert_true(dmafp_functions_add(&f, SELF, &other, 1, &err) < 0);
	assert_non_null(strstr(err.msg, "no symbols of code"));
	dmafp_functions_free(&f);
	dmafp_functions_free(&moved);
}

static void test_no_elf(void **state)
{
	struct dmafp_functions f = { 0 };
	struct dmafp_err err;

	(void)state;
	assert_true(dmafp_functions_add(&f, "README.md", NULL, 0, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_true(dmafp_functions_add(&f, "/nonexistent", NULL, 0, &err) < 0);
	assert_null(dmafp_inlined_open("README.md"));
	assert_null(dmafp_inlined_open("/nonexistent"));
}

static void test_inlined(void **state)
{
	struct dmafp_inlined *inlined = dmafp_inlined_open(SELF);
	const char *names[DMAFP_INLINED_MAX];
	const struct dmafp_function *outer;
	struct dmafp_functions f = { 0 };
	size_t seen[3] = { 0 };
	struct dmafp_err err;
	uint64_t at;

	(void)state;
	assert_non_null(inlined);
	assert_int_equal(dmafp_functions_add(&f, SELF, NULL, 0, &err), 0);
	outer = dmafp_functions_find(&f, "outer_of_inlined");
	for (at = outer->address; at < outer->address + outer->size; at++) {
		size_t nr = dmafp_inlined_at(inlined, at, names);

		assert_true(nr <= 2);
		seen[nr]++;
		if (nr > 0)
			assert_string_equal(names[0], "inner");
		if (nr > 1)
			assert_string_equal(names[1], "innermost");
	}
	assert_true(seen[0] && seen[1] && seen[2]);
	assert_int_equal(dmafp_inlined_at(NULL, outer->address, names), 0);
	assert_int_equal(dmafp_inlined_at(inlined, 1, names), 0);
	dmafp_functions_free(&f);
	dmafp_inlined_close(inlined);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_elf),
		cmocka_unit_test(test_inlined),
	};

	if (sink)
		outer_of_inlined();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
