// SPDX-License-Identifier: GPL-2.0-or-later
/* What a watch has seen: its exit code, its text and its JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "run/watch.h"

static struct dmafp_watched *watched;

/* One device that behaved, in a capture kernel */
static int set_up(void **state)
{
	(void)state;
	watched = dmafp_alloc(1, sizeof(*watched));
	watched->mode = "kdump";
	watched->sees_preempt = true;
	watched->nr = 1;
	watched->devices[0] = (struct dmafp_watch_device) {
		.name = "0000:00:04.0",
		.driver = "nvme",
		.entries = 1,
		.first = { .cpu = 1, .pid = 42, .nr_stack = 1, .comm = "kworker/1:0",
			   .stack = { 0x1000 } },
	};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(watched);
	return 0;
}

static void breach(unsigned int flags)
{
	struct dmafp_watch_device *device = &watched->devices[0];

	device->entries = 2;
	device->overlaps = !!(flags & DMAFP_WATCH_OVERLAPS);
	device->atomic = !!(flags & ~DMAFP_WATCH_OVERLAPS);
	device->breach = device->first;
	device->breach.flags = flags;
	device->breach.nr_stack = 2;
	device->breach.stack[1] = 0x2000;
}

static char *text(void)
{
	struct dmafp_symbols *none = dmafp_symbols_read("/nonexistent");
	char *printed = NULL;
	size_t size, column = 0;
	FILE *out = open_memstream(&printed, &size);

	dmafp_watch_print(watched, none, out);
	fclose(out);
	dmafp_symbols_free(none);
	for (size_t i = 0; i < size; i++) {
		column = printed[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 72);
		assert_true(printed[i] == '\n' || (printed[i] >= ' ' && printed[i] <= '~'));
	}
	return printed;
}

static void expect(enum dmafp_exit exit, const char *part)
{
	char *printed = text();

	assert_int_equal(dmafp_watch_exit(watched), exit);
	if (!strstr(printed, part))
		fail_msg("no '%s' in:\n%s", part, printed);
	free(printed);
}

static void good_driver(void **state)
{
	(void)state;
	expect(DMAFP_EXIT_NO_COST, "dmafp watch: no breach\n");
	expect(DMAFP_EXIT_NO_COST, "0000:00:04.0, driver nvme: no breach\n");
	expect(DMAFP_EXIT_NO_COST,
	       "entries 1, concurrent 0, atomic 0, failed attaches 0\n"
	       "  first entry: thread kworker/1:0/42 on CPU 1:\n    - alone, may sleep\n");
}

static void breaches_are_named(void **state)
{
	(void)state;
	breach(DMAFP_WATCH_OVERLAPS);
	expect(DMAFP_EXIT_BREACH, "dmafp watch: BREACH\n");
	expect(DMAFP_EXIT_BREACH, "    - another thread was inside\n    0x1000\n    0x2000\n");
	breach(DMAFP_WATCH_PREEMPT_OFF);
	expect(DMAFP_EXIT_BREACH, "    - preemption disabled or a spinlock held\n");
	breach(DMAFP_WATCH_IRQS_OFF | DMAFP_WATCH_INTERRUPT);
	expect(DMAFP_EXIT_BREACH, "    - in an interrupt\n    - interrupts disabled\n");
}

static void blindness_is_no_pass(void **state)
{
	(void)state;
	watched->nr = 0;
	expect(DMAFP_EXIT_NO_COST, "entered: 0; in breach: 0.");
	watched->mode = "plain";
	expect(DMAFP_EXIT_INCONCLUSIVE, "This kernel is no capture kernel");
	watched->mode = "keyed";
	expect(DMAFP_EXIT_INCONCLUSIVE, "no kernel crashed before it");
	watched->mode = "kdump";
	watched->missed = 3;
	expect(DMAFP_EXIT_INCONCLUSIVE, "3 entries were missed");
	watched->sees_preempt = false;
	expect(DMAFP_EXIT_INCONCLUSIVE, "does not count preemption");
}

/* What was missed takes nothing from what was seen. */
static void a_breach_stays_one(void **state)
{
	(void)state;
	breach(DMAFP_WATCH_OVERLAPS);
	watched->missed = 1;
	expect(DMAFP_EXIT_BREACH, "dmafp watch: BREACH\n");
}

static void odd_names_do_not_break_the_text(void **state)
{
	(void)state;
	memset(watched->devices[0].name, 'x', DMAFP_WATCH_NAME_LEN - 1);
	memset(watched->devices[0].driver, 'y', DMAFP_NAME_LEN - 1);
	memset(watched->devices[0].first.comm, '\xff', DMAFP_COMM_LEN - 1);
	watched->devices[0].first.nr_stack = 1000;
	breach(DMAFP_WATCH_OVERLAPS);
	expect(DMAFP_EXIT_BREACH, "on CPU 1:\n    - another");
	*watched->devices[0].driver = '\0';
	expect(DMAFP_EXIT_BREACH, ", driver (none): BREACH\n");
}

static void json_says_the_same(void **state)
{
	struct dmafp_symbols *none = dmafp_symbols_read("/nonexistent");
	json_t *json, *device;

	(void)state;
	breach(DMAFP_WATCH_OVERLAPS);
	json = dmafp_watch_json(watched, none);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "exit_code")),
			 DMAFP_EXIT_BREACH);
	device = json_array_get(json_object_get(json, "devices"), 0);
	assert_int_equal(json_integer_value(json_object_get(device, "concurrent")), 1);
	device = json_object_get(device, "breach");
	assert_true(json_is_true(json_object_get(device, "overlaps")));
	assert_false(json_is_true(json_object_get(device, "preempt_off")));
	assert_int_equal(json_array_size(json_object_get(device, "stack")), 2);
	json_decref(json);
	dmafp_symbols_free(none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(good_driver),
		TEST(breaches_are_named),
		TEST(blindness_is_no_pass),
		TEST(a_breach_stays_one),
		TEST(odd_names_do_not_break_the_text),
		TEST(json_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
