/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Simulated boots: what the result file of each would hold. */
#ifndef DMAFP_METHOD_NOISE_H
#define DMAFP_METHOD_NOISE_H

#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_rng.h>

#define METHOD_MAX_BOOTS 30
#define METHOD_SAMPLES 4096 /* of a boot: iterations of configs/profiles/default.ini */

/**
 * struct op - what is measured
 * @ticks: its cost in a quiet boot
 * @cycle: 1 cycle, of @ticks
 * @margin_check: its margin is one tick, else a hundredth of its cost
 */
struct op {
	const char *name;
	double ticks;
	bool margin_check;
};

extern const struct op op_map, op_check;

/**
 * struct noise - why boots of one kernel differ; sizes are parts of the op's cost
 * @name: in tables
 * @why: what it stands for and where its numbers come from
 * @offset: standard deviation of the boots' offsets
 * @skew: mean of what a boot is slower by, lognormal
 * @tail: how much of a sample's cost varies within a boot
 * @sigma: how skewed that is: sigma of a lognormal
 * @drift: over the whole campaign, up or down
 * @apart: boots of base come first, not in turn with the arm's
 * @storms: share of boots that are disturbed as a whole
 * @interrupts: share of samples that an interrupt falls into
 * @clock: how far the two clock states are apart
 * @clock_share: boots in the slow one
 * @spread: of the arm's boots, as a multiple of base's
 * @step: ticks by which the clock advances, 0: one
 */
struct noise {
	const char *name, *why;
	double offset, skew;
	double tail, sigma;
	double drift;
	bool apart;
	double storms, interrupts;
	double clock, clock_share;
	double spread, step;
};

extern const struct noise noises[];
extern const size_t nr_noises;

/** noise_find() - by name, or NULL */
const struct noise *noise_find(const char *name);

enum statistic { MIN, P50, P99, NR_STATISTICS };

/**
 * struct boot - before the arm's shift and before rounding
 * @below: share of all possible samples below its min, p50 and p99
 * @scale: of all its samples
 * @interrupts: share of samples that an interrupt falls into
 * @time: seconds since the first boot
 */
struct boot {
	double below[NR_STATISTICS];
	double scale, interrupts;
	double time;
};

/**
 * struct campaign - @nr boots of base and of an arm that is the same kernel
 * @phase: fraction of a tick that all samples have in addition
 */
struct campaign {
	const struct op *op;
	const struct noise *noise;
	size_t nr;
	double phase;
	struct boot base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS];
};

/** campaign_draw() - simulate one */
void campaign_draw(struct campaign *campaign, const struct op *op, const struct noise *noise,
		   size_t nr, gsl_rng *rng);

/** campaign_redraw() - another row of the same boots: their offsets stay, the samples are new */
void campaign_redraw(struct campaign *campaign, gsl_rng *rng);

/**
 * campaign_read() - what is judged of a boot
 * @shift: ticks that every sample takes in addition
 *
 * Samples are whole ticks.  The least of them is one; quantiles are interpolated.
 */
double campaign_read(const struct campaign *campaign, const struct boot *boot,
		     enum statistic statistic, double shift);

/**
 * struct moments - what map_benchmark makes of the samples of one boot
 * @mean: in units of 100 ns
 * @variance: the same, between iterations
 */
struct moments {
	double mean, variance;
};

/** boot_moments() - each sample floored to 100 ns, then averaged; @shift in ticks */
struct moments boot_moments(const struct campaign *campaign, const struct boot *boot, double shift,
			    gsl_rng *rng);

#endif /* DMAFP_METHOD_NOISE_H */
