// SPDX-License-Identifier: GPL-2.0-or-later
/* How long CPUs are busy, by the fake module's idle times. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/transport.h"
#include "run/transport_loopback_idle.h"
#include "traffic/busy.h"

static struct dmafp_err error;

static struct dmafp_transport *loopback(bool no_idle)
{
	const struct dmafp_loopback config = { .mode = "plain", .no_idle = no_idle };

	return dmafp_transport_loopback(&config);
}

/* Of each CPU what it was busy, the time between the two looks being the same. */
static void sums_up(void **state)
{
	static const uint32_t cpus[] = { 3, 0, 7 };
	struct dmafp_transport *transport = loopback(false);
	struct dmafp_busy busy;
	uint64_t ns;
	bool known;

	(void)state;
	dmafp_busy_init(&busy, transport, cpus, 3);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(dmafp_busy_begin(&busy, &error), 0);
		assert_int_equal(dmafp_busy_end(&busy, &known, &ns, &error), 0);
		assert_true(known);
		assert_int_equal(ns, 3 * DMAFP_LOOPBACK_IDLE_BUSY_NS);
	}
	/* once more from the same beginning */
	assert_int_equal(dmafp_busy_end(&busy, &known, &ns, &error), 0);
	assert_int_equal(ns, 2 * 3 * DMAFP_LOOPBACK_IDLE_BUSY_NS);
	dmafp_busy_release(&busy);
	dmafp_transport_close(transport);
}

/* Rounded to microseconds a CPU may idle longer than the time that passed. */
static void never_below_zero(void **state)
{
	static const uint32_t cpu;
	struct dmafp_transport *transport = loopback(false);
	struct dmafp_busy busy;
	uint64_t ns = 1;
	bool known;

	(void)state;
	dmafp_busy_init(&busy, transport, &cpu, 1);
	assert_int_equal(dmafp_busy_begin(&busy, &error), 0);
	busy.before[0].now_ns += DMAFP_LOOPBACK_IDLE_TIME_NS - 1000;
	assert_int_equal(dmafp_busy_end(&busy, &known, &ns, &error), 0);
	assert_true(known);
	assert_int_equal(ns, 0);
	dmafp_busy_release(&busy);
	dmafp_transport_close(transport);
}

static void is_not_known(struct dmafp_transport *transport)
{
	static const uint32_t cpu;
	struct dmafp_busy busy;
	uint64_t ns = 1;
	bool known = true;

	dmafp_busy_init(&busy, transport, &cpu, 1);
	assert_int_equal(dmafp_busy_begin(&busy, &error), 0);
	assert_int_equal(dmafp_busy_end(&busy, &known, &ns, &error), 0);
	assert_false(known);
	assert_int_equal(ns, 0);
	dmafp_busy_release(&busy);
}

static void not_known(void **state)
{
	struct dmafp_transport *transport = loopback(true);

	(void)state;
	is_not_known(transport);
	is_not_known(NULL);
	dmafp_transport_close(transport);
}

static void offline(void **state)
{
	static const uint32_t cpus[] = { 0, DMAFP_LOOPBACK_CPUS };
	struct dmafp_transport *transport = loopback(false);
	struct dmafp_busy busy;

	(void)state;
	dmafp_busy_init(&busy, transport, cpus, 2);
	assert_int_equal(dmafp_busy_begin(&busy, &error), -EINVAL);
	assert_int_equal(error.exit, DMAFP_EXIT_USAGE);
	assert_non_null(strstr(error.msg, "not online"));
	dmafp_busy_release(&busy);
	dmafp_transport_close(transport);
}

/* As strict as the module: it takes from one CPU on. */
static void refused(void **state)
{
	struct dmafp_transport *transport = loopback(false);
	static struct dmafp_idle_cpu cpus[DMAFP_IDLE_MAX_CPUS + 1];

	(void)state;
	assert_int_equal(dmafp_transport_idle(transport, cpus, 0, &error), -EINVAL);
	assert_int_equal(
		dmafp_transport_idle(transport, cpus, DMAFP_IDLE_MAX_CPUS, &error), 0);
	assert_int_equal(dmafp_transport_idle(transport, cpus, DMAFP_IDLE_MAX_CPUS + 1,
					      &error),
			 -EINVAL);
	dmafp_transport_close(transport);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_up),   cmocka_unit_test(never_below_zero),
		cmocka_unit_test(not_known), cmocka_unit_test(offline),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
