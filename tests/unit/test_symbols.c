// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses of a made-up /proc/kallsyms as names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/symbols.h"

/* Not in the order of addresses, as modules are not; data and zeroes between */
static const char table[] = "0000000000000010 A fixed_percpu_data\n"
			    "ffffffff81000100 T second\n"
			    "ffffffff81000000 T first\n"
			    "ffffffff81000180 D some_data\n"
			    "ffffffff81000200 t third\n"
			    "ffffffffc0000040 t breaker_probe\t[breaker]\n"
			    "0000000000000000 T hidden\n"
			    "not a line\n";

static struct dmafp_symbols *read_table(const char *text)
{
	char path[] = "/tmp/dmafp-symbols-XXXXXX";
	struct dmafp_symbols *symbols;
	struct dmafp_err err;

	close(mkstemp(path));
	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	symbols = dmafp_symbols_read(path);
	unlink(path);
	return symbols;
}

static void expect_text(const struct dmafp_symbols *symbols, uint64_t address,
			const char *want)
{
	char text[DMAFP_SYMBOL_TEXT];

	assert_string_equal(dmafp_symbols_text(symbols, address, text), want);
}

static void names_functions(void **state)
{
	struct dmafp_symbols *symbols = read_table(table);

	(void)state;
	expect_text(symbols, 0xffffffff81000001, "first+0x1");
	expect_text(symbols, 0xffffffff81000123, "second+0x23");
	/* data is no function, and does not end one */
	expect_text(symbols, 0xffffffff81000190, "second+0x90");
	expect_text(symbols, 0xffffffffc0000050, "breaker_probe+0x10 [breaker]");
	/* where a function that does not return is the last its caller calls */
	expect_text(symbols, 0xffffffff81000200, "second+0x100");
	dmafp_symbols_free(symbols);
}

static void leaves_the_rest_as_numbers(void **state)
{
	struct dmafp_symbols *symbols = read_table(table);

	(void)state;
	expect_text(symbols, 0xffffffff80000000, "0xffffffff80000000");
	expect_text(symbols, 0xffffffff82000000, "0xffffffff82000000");
	dmafp_symbols_free(symbols);
	symbols = dmafp_symbols_read("/nonexistent");
	expect_text(symbols, 0xffffffff81000001, "0xffffffff81000001");
	dmafp_symbols_free(symbols);
	dmafp_symbols_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_functions),
		cmocka_unit_test(leaves_the_rest_as_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
