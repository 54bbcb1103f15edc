// SPDX-License-Identifier: GPL-2.0-or-later
/* Values as people write them. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/size.h"
#include "run/attr.h"
#include "run/event.h"
#include "run/pin.h"
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

/* Millionths, none of them rounded away */
static void percentages(void **state)
{
	static const struct {
		const char *text;
		uint64_t ppm;
	} good[] = { { "1%", 10000 },	 { "0.25%", 2500 }, { "100%", 1000000 },
		     { "0.0001%", 1 },	 { "0%", 0 },	    { "99.9999%", 999999 } };
	static const char *const bad[] = { "", "%", "1", "1 %", "-1%", "1.%", ".5%", "0.00001%",
					   "100.0001%", "101%", "1%%", "99999999999999999999%" };
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(dmafp_value_percent(good[i].text, &v), 0);
		assert_int_equal(v, good[i].ppm);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (dmafp_value_percent(bad[i], &v) != -EINVAL)
			fail_msg("'%s' is taken for a percentage", bad[i]);
}

static void size_texts(void **state)
{
	char text[DMAFP_SIZE_TEXT];

	(void)state;
	assert_string_equal(dmafp_size_text(0, text), "0");
	assert_string_equal(dmafp_size_text(1000, text), "1000");
	assert_string_equal(dmafp_size_text(4096, text), "4K");
	assert_string_equal(dmafp_size_text(1536 * 1024, text), "1536K");
	assert_string_equal(dmafp_size_text(5ull << 40, text), "5120G");
	assert_string_equal(dmafp_size_text(UINT64_MAX, text),
			    "18446744073709551615");
}

static void cpu_lists(void **state)
{
	static const char *const bad[] = { "",	     "a",     "1-",	"-1",
					   "2-1",    "0,0",   "0-2,1",	"0-8",
					   "node",   "node:", "node:x", "node:1,node:1",
					   "all,all" };
	struct dmafp_cpus cpus = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(dmafp_value_cpus("0, 2-4 ,7", 7, &cpus), 0);
	assert_int_equal(cpus.numbers.nr, 5);
	assert_int_equal(cpus.numbers.items[1], 2);
	assert_int_equal(cpus.numbers.items[3], 4);
	assert_int_equal(cpus.numbers.items[4], 7);
	dmafp_cpus_free(&cpus);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (dmafp_value_cpus(bad[i], 7, &cpus) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
		dmafp_cpus_free(&cpus);
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

static void events(void **state)
{
	static const struct {
		const char *text;
		struct dmafp_event event;
	} good[] = {
		/* PERF_TYPE_HARDWARE 0, HW_CACHE 3, RAW 4, as in perf_event_open(2) */
		{ "cycles", { .type = 0, .config = 0 } },
		{ "instructions", { .type = 0, .config = 1 } },
		{ "branches", { .type = 0, .config = 4 } },
		{ "branch-misses", { .type = 0, .config = 5 } },
		{ "cache-misses", { .type = 0, .config = 3 } },
		{ "l1d-misses", { .type = 3, .config = 0x10000 } },
		{ "dtlb-misses", { .type = 3, .config = 0x10003 } },
		{ "r01c2", { .type = 4, .config = 0x1c2 } },
		{ "0x6:12", { .type = 6, .config = 12 } },
		{ "1:0xffffffffffffffff", { .type = 1, .config = UINT64_MAX } },
	};
	static const char *const bad[] = { "",	 "cycle", "r",	  "rxyz",	  "4:",
					   ":1", "4:1:2", "4:-1", "4294967296:1", "r1 " };
	struct dmafp_event event;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(dmafp_event_parse(good[i].text, &event), 0);
		assert_memory_equal(&event, &good[i].event, sizeof(event));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (dmafp_event_parse(bad[i], &event) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
}

static void attributes(void **state)
{
	struct dmafp_names names = { 0 }, back = { 0 };

	(void)state;
	assert_int_equal(dmafp_value_names("privileged, weak_ordering, other", &names), 0);
	/* 1 << 9 and 1 << 1 in include/linux/dma-mapping.h */
	assert_int_equal(dmafp_attr_bits(&names), 0x202);
	dmafp_attr_list(0x202, &back);
	assert_int_equal(back.nr, 2);
	assert_string_equal(back.items[0], "weak_ordering");
	assert_string_equal(back.items[1], "privileged");
	dmafp_names_free(&names);
	dmafp_names_free(&back);
}

static void found_cpus(void **state)
{
	struct dmafp_cpus all = { .all = true }, none = { 0 };
	struct dmafp_err err;
	uint32_t *cpus;
	cpu_set_t set;
	uint64_t node = 8191;
	int nr;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	nr = dmafp_pin_find(&all, &cpus, &err);
	assert_int_equal(nr, CPU_COUNT(&set));
	while (nr--)
		assert_true(CPU_ISSET(cpus[nr], &set));
	free(cpus);
	/* one CPU by two names is one */
	for (node = 0; !CPU_ISSET(node, &set); node++)
		;
	all.numbers = (struct dmafp_numbers) { &node, 1 };
	assert_int_equal(dmafp_pin_find(&all, &cpus, &err), CPU_COUNT(&set));
	assert_int_equal(cpus[0], node);
	free(cpus);
	node = 8191;
	none.nodes = (struct dmafp_numbers) { &node, 1 };
	assert_int_equal(dmafp_pin_find(&none, &cpus, &err), -ENODEV);
	assert_null(cpus);
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
		cmocka_unit_test(percentages),
		cmocka_unit_test(sizes),      cmocka_unit_test(size_texts),
		cmocka_unit_test(cpu_lists),  cmocka_unit_test(names),
		cmocka_unit_test(booleans),   cmocka_unit_test(events),
		cmocka_unit_test(attributes), cmocka_unit_test(found_cpus),
	};

	return cmocka_run_group_tests_name("profile values", tests, NULL, NULL);
}
