// SPDX-License-Identifier: GPL-2.0-or-later
/* Of arms that are not booted in turns no row of the timed domain is judged. */
#include "judged.h"

#include "analysis/stat/drift.h"
#include "lab/turns.h"

#define ARMS  4
#define BOOTS 30
#define KINDS 2

struct boots {
	double times[ARMS][BOOTS], values[ARMS][BOOTS];
	size_t nr[ARMS];
};

/* When each arm's boots of one kind are made, of @nr turns */
static void take(struct boots *b, const struct dmafp_turn *turns, size_t nr, bool keyed)
{
	size_t i;

	*b = (struct boots){ 0 };
	for (i = 0; i < nr; i++)
		if (turns[i].keyed == keyed)
			b->times[turns[i].arm][b->nr[turns[i].arm]++] = (double)i;
}

static struct dmafp_replicates arm_of(const struct boots *b, size_t arm)
{
	return (struct dmafp_replicates){ b->values[arm], b->times[arm], b->nr[arm] };
}

static double mean_time(const struct boots *b, size_t arm)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < b->nr[arm]; i++)
		sum += b->times[arm][i];
	return sum / (double)b->nr[arm];
}

static void expect_turns(const struct boots *b, unsigned int boots)
{
	struct dmafp_replicates base = arm_of(b, 0), other;
	size_t arm;

	for (arm = 1; arm < ARMS; arm++) {
		other = arm_of(b, arm);
		assert_int_equal(other.nr, boots);
		assert_true(dmafp_drift_interleaved(&base, &other));
		/* there and back: a change that goes on evenly is none between the arms */
		if (boots % 2 == 0)
			assert_true(mean_time(b, arm) == mean_time(b, 0));
	}
}

static void test_rounds(void **state)
{
	struct dmafp_turn turns[KINDS * ARMS * BOOTS];
	unsigned int boots;
	struct boots b;
	size_t nr;

	(void)state;
	for (boots = 1; boots <= BOOTS; boots++) {
		nr = dmafp_turns_plan(turns, ARMS, boots, true, true);
		assert_int_equal(nr, (size_t)KINDS * ARMS * boots);
		take(&b, turns, nr, false);
		expect_turns(&b, boots);
		take(&b, turns, nr, true);
		expect_turns(&b, boots);
	}
}

/* The third boot of any arm comes after the second ones of all */
static void test_replicates(void **state)
{
	struct dmafp_turn turns[KINDS * ARMS * BOOTS];
	size_t nr, i;

	(void)state;
	nr = dmafp_turns_plan(turns, ARMS, BOOTS, false, true);
	assert_int_equal(nr, (size_t)ARMS * BOOTS);
	for (i = 0; i < nr; i++) {
		assert_true(turns[i].keyed);
		assert_int_equal(turns[i].replicate, i / ARMS + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_replicates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
