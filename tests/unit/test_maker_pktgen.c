// SPDX-License-Identifier: GPL-2.0-or-later
/* For how long pktgen's packets are sampled: a private part of its maker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* what it decides is nobody else's to ask */
#include "traffic/maker_pktgen.c"

/* At their own pace, and the more they idle the longer: 300 us are 2.73 times 110 */
static void samples_take_as_long_as_packets_idle(void **state)
{
	(void)state;
	assert_int_equal(long_enough(0, 3000), 3000);
	assert_int_equal(long_enough(100000, 3000), 3000);
	assert_int_equal(long_enough(110000, 3000), 3000);
	assert_int_equal(long_enough(300000, 3000), 8181);
	assert_int_equal(long_enough(1000000000, 3000), 30000);
	assert_int_equal(long_enough(1000000000, 40000), 40000);
}

/* What is sampled is made as it was measured */
static void packets_keep_their_pace(void **state)
{
	uint64_t frames[] = { 1514 };
	const struct dmafp_profile profile = {
		.pktgen = { .frames = { frames, 1 }, .fragments = 1, .pace = 300000 },
	};
	/* without /proc/net/pktgen it ends when it is to begin, and knows by then */
	const struct dmafp_traffic traffic = { .profile = &profile, .procfs = "/nonexistent" };
	struct pktgen_use pktgen = { 0 };
	uint32_t cpu = 0;
	const struct dmafp_maker_use use = {
		.traffic = &traffic, .cpus = &cpu, .nr_cpus = 1, .private = &pktgen
	};
	struct dmafp_maker_way way = { 0 };
	struct dmafp_err err;

	(void)state;
	assert_true(sustain(&use, 0, 3000, &way, &err) < 0);
	assert_int_equal(way.pace_ns, 300000);
	assert_int_equal(way.depth, 0);
	assert_int_equal(gen_of(&use, 0).pace_ns, 300000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_take_as_long_as_packets_idle),
		cmocka_unit_test(packets_keep_their_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
