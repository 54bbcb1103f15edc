// SPDX-License-Identifier: GPL-2.0-or-later
/* Values as people write them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/value.h"

static void sizes(void **state)
{
	static const char *const bad[] = { "",	  "K",	  "-4K", "4KB",
					   "4 K", "0x10", "4T",	 "18446744073709551615K" };
	uint64_t v;
	size_t i;

	(void)state;
	assert_int_equal(dmafp_value_size("4096", &v), 0);
	assert_int_equal(v, 4096);
	assert_int_equal(dmafp_value_size("64k", &v), 0);
	assert_int_equal(v, 65536);
	assert_int_equal(dmafp_value_size("3M", &v), 0);
	assert_int_equal(v, 3 << 20);
	assert_int_equal(dmafp_value_size("2G", &v), 0);
	assert_int_equal(v, 2147483648u);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(dmafp_value_size(bad[i], &v), -EINVAL);
}

static void size_texts(void **state)
{
	char text[DMAFP_SIZE_TEXT];

	(void)state;
	assert_string_equal(dmafp_value_size_text(0, text), "0");
	assert_string_equal(dmafp_value_size_text(1000, text), "1000");
	assert_string_equal(dmafp_value_size_text(4096, text), "4K");
	assert_string_equal(dmafp_value_size_text(1536 * 1024, text), "1536K");
	assert_string_equal(dmafp_value_size_text(5ull << 40, text), "5120G");
	assert_string_equal(dmafp_value_size_text(UINT64_MAX, text),
			    "18446744073709551615");
}

static void cpu_lists(void **state)
{
	static const char *const bad[] = { "",	  "a",	 "1-",	  "-1",
					   "2-1", "0,0", "0-2,1", "0-8" };
	struct dmafp_numbers cpus = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(dmafp_value_cpus("0, 2-4 ,7", 7, &cpus), 0);
	assert_int_equal(cpus.nr, 5);
	assert_int_equal(cpus.items[1], 2);
	assert_int_equal(cpus.items[3], 4);
	assert_int_equal(cpus.items[4], 7);
	dmafp_numbers_free(&cpus);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (dmafp_value_cpus(bad[i], 7, &cpus) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
		dmafp_numbers_free(&cpus);
	}
}

static void names(void **state)
{
	static const char *const bad[] = { "", "a b", "a,", "a,a", "a;b" };
	struct dmafp_names list = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(dmafp_value_names(" a_1 ,virtio-net", &list), 0);
	assert_int_equal(list.nr, 2);
	assert_string_equal(list.items[0], "a_1");
	assert_string_equal(list.items[1], "virtio-net");
	assert_true(dmafp_names_has(&list, "a_1"));
	assert_false(dmafp_names_has(&list, "a"));
	dmafp_names_free(&list);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(dmafp_value_names(bad[i], &list), -EINVAL);
		dmafp_names_free(&list);
	}
}

static void booleans(void **state)
{
	bool v = false;

	(void)state;
	assert_int_equal(dmafp_value_bool("yes", &v), 0);
	assert_true(v);
	assert_int_equal(dmafp_value_bool("off", &v), 0);
	assert_false(v);
	assert_int_equal(dmafp_value_bool("Yes", &v), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),     cmocka_unit_test(size_texts),
		cmocka_unit_test(cpu_lists), cmocka_unit_test(names),
		cmocka_unit_test(booleans),
	};

	return cmocka_run_group_tests_name("profile values", tests, NULL, NULL);
}
