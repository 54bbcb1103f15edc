// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>
#undef sign /* Rmath renames what others call so */
#include <gsl/gsl_rng.h>

#include "looks.h"
#include "orders.h"

const double orders_levels[ORDERS_LEVELS] = { 0.05, 0.025, 0.025 / 5, 0.025 / 22 };

/* By boots and level: the greatest U that is a claim, -1: none is */
struct critical {
	double looks[METHOD_MAX_BOOTS + 1][ORDERS_LEVELS];
	double naive[METHOD_MAX_BOOTS + 1][ORDERS_LEVELS];
};

static double greatest(const struct dmafp_sequential *look, size_t boots, double alpha)
{
	double n = (double)boots, u = -1;

	while (dmafp_sequential_p(look, pwilcox(u + 1, n, n, 1, 0)) <= alpha)
		u++;
	return u;
}

static void find_critical(struct critical *c, size_t boots_max)
{
	const struct dmafp_sequential *plan = looks_plan(boots_max);
	size_t boots, i;

	for (boots = LOOKS_FIRST; boots <= boots_max; boots++)
		for (i = 0; i < ORDERS_LEVELS; i++) {
			c->looks[boots][i] = greatest(&plan[boots], boots, orders_levels[i]);
			c->naive[boots][i] = greatest(NULL, boots, orders_levels[i]);
		}
}

/* One campaign: boots are numbers in random order */
static void run(struct orders *o, const struct critical *c, gsl_rng *rng)
{
	bool looks[ORDERS_LEVELS] = { false }, naive[ORDERS_LEVELS] = { false };
	double base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS], u = 0;
	size_t i, k;

	for (i = 0; i < o->boots_max; i++) {
		base[i] = gsl_rng_uniform(rng);
		arm[i] = gsl_rng_uniform(rng);
		for (k = 0; k < i; k++)
			u += (arm[i] < base[k]) + (arm[k] < base[i]);
		u += arm[i] < base[i];
		for (k = 0; i + 1 >= LOOKS_FIRST && k < ORDERS_LEVELS; k++) {
			looks[k] |= u <= c->looks[i + 1][k];
			naive[k] |= u <= c->naive[i + 1][k];
		}
	}
	for (k = 0; k < ORDERS_LEVELS; k++) {
		o->looks[k] += looks[k];
		o->naive[k] += naive[k];
	}
}

void orders_count(struct orders *o, unsigned long seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	static struct critical c;
	uint64_t i;

	find_critical(&c, o->boots_max);
	gsl_rng_set(rng, seed * 2654435761ul ^ o->boots_max);
	for (i = 0; i < o->all; i++)
		run(o, &c, rng);
	gsl_rng_free(rng);
}
