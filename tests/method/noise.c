// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "analysis/hist.h"
#include "noise.h"

#define INTERRUPT_TICKS 6000.0 /* 2 us of a 3 GHz TSC: a timer tick's handler */
#define BOOT_SECONDS 300.0
#define STORM_INTERRUPTS 0.03 /* of samples in a boot that is disturbed: p99 sees it */
#define UNIT_TICKS 300.0 /* 100 ns of a 3 GHz TSC */
#define UNIT_OVERHEAD 90.0 /* map_benchmark's window holds one ktime_get(): 30 ns */

/* 764 instructions in docs/harness.md at about one per cycle */
const struct op op_map = { "map_page", 800, false };
/* two fenced stamps and a call that returns early */
const struct op op_check = { "check", 60, true };

const struct noise noises[] = {
	{ .name = "offsets", .why = "boots differ by a normal offset, sd 0.5 %",
	  .offset = 0.005, .tail = 0.08, .sigma = 0.6 },
	{ .name = "skewed", .why = "offsets and samples with long tails to the right",
	  .offset = 0.002, .skew = 0.005, .tail = 0.15, .sigma = 1.0 },
	{ .name = "drift", .why = "2 % over the campaign, arms in turn",
	  .offset = 0.005, .tail = 0.08, .sigma = 0.6, .drift = 0.02 },
	{ .name = "interrupts", .why = "1 sample in 1000 hit; 1 boot in 20 slower by 5 to 15 %",
	  .offset = 0.005, .tail = 0.08, .sigma = 0.6, .storms = 0.05, .interrupts = 0.001 },
	{ .name = "two clocks", .why = "half of the boots at a clock 3 % lower",
	  .offset = 0.002, .tail = 0.08, .sigma = 0.6, .clock = 0.03, .clock_share = 0.5 },
	{ .name = "spread", .why = "the arm's boots spread three times as much as base's",
	  .offset = 0.003, .tail = 0.08, .sigma = 0.6, .spread = 3 },
	{ .name = "steps", .why = "a clock that advances by 4 ticks",
	  .offset = 0.005, .tail = 0.08, .sigma = 0.6, .step = 4 },
	{ .name = "all", .why = "all of these but steps, the spread being 1.5 times as much",
	  .offset = 0.005, .skew = 0.003, .tail = 0.15, .sigma = 1.0, .drift = 0.02,
	  .storms = 0.05, .interrupts = 0.001, .clock = 0.03, .clock_share = 0.3,
	  .spread = 1.5 },
	{ .name = "apart", .why = "drift, but all boots of base before those of the arm",
	  .offset = 0.005, .tail = 0.08, .sigma = 0.6, .drift = 0.02, .apart = true },
};

const size_t nr_noises = sizeof(noises) / sizeof(noises[0]);

const struct noise *noise_find(const char *name)
{
	for (size_t i = 0; i < nr_noises; i++)
		if (!strcmp(noises[i].name, name))
			return &noises[i];
	return NULL;
}

/* the sample of a quiet boot below which a share @u of samples is, 1: the median */
static double sample_at(const struct noise *noise, double u)
{
	return 1 - noise->tail + noise->tail * exp(noise->sigma * gsl_cdf_ugaussian_Pinv(u));
}

/*
 * Samples with ranks 1, 2048 and 4056 of 4096, drawn as order statistics: each is
 * beta distributed between the last one and 1.
 */
static void draw_ranks(double below[NR_STATISTICS], gsl_rng *rng)
{
	static const unsigned int rank[] = { 1, METHOD_SAMPLES / 2,
					      METHOD_SAMPLES - METHOD_SAMPLES / 100 };
	unsigned int last = 0;
	double low = 0;

	for (size_t i = 0; i < NR_STATISTICS; i++) {
		low += (1 - low) * gsl_ran_beta(rng, rank[i] - last,
						METHOD_SAMPLES - rank[i] + 1);
		below[i] = low;
		last = rank[i];
	}
}

static void draw_offsets(struct boot *boot, const struct noise *noise, double spread,
			 double drift, gsl_rng *rng)
{
	boot->scale = 1 + drift + spread * noise->offset * gsl_ran_ugaussian(rng);
	boot->interrupts = noise->interrupts;
	/* a lognormal of sigma 1 has the mean exp(1/2) */
	if (noise->skew > 0)
		boot->scale += spread * noise->skew * gsl_ran_lognormal(rng, -0.5, 1);
	if (gsl_rng_uniform(rng) < noise->storms) {
		boot->scale += gsl_ran_flat(rng, 0.05, 0.15);
		boot->interrupts = STORM_INTERRUPTS;
	}
	if (gsl_rng_uniform(rng) < noise->clock_share)
		boot->scale *= 1 + noise->clock;
}

void campaign_redraw(struct campaign *campaign, gsl_rng *rng)
{
	campaign->phase = gsl_rng_uniform(rng);
	for (size_t i = 0; i < campaign->nr; i++) {
		draw_ranks(campaign->base[i].below, rng);
		draw_ranks(campaign->arm[i].below, rng);
	}
}

void campaign_draw(struct campaign *campaign, const struct op *op, const struct noise *noise,
		   size_t nr, gsl_rng *rng)
{
	double drift = gsl_rng_uniform(rng) < 0.5 ? noise->drift : -noise->drift;
	double spread = noise->spread > 0 ? noise->spread : 1;

	campaign->op = op;
	campaign->noise = noise;
	campaign->nr = nr;
	for (size_t i = 0; i < 2 * nr; i++) {
		bool is_arm = noise->apart ? i >= nr : i % 2;
		size_t of_arm = noise->apart ? i % nr : i / 2;
		struct boot *boot = is_arm ? &campaign->arm[of_arm] : &campaign->base[of_arm];

		draw_offsets(boot, noise, is_arm ? spread : 1, drift * i / (2 * nr - 1), rng);
		boot->time = BOOT_SECONDS * i;
	}
	campaign_redraw(campaign, rng);
}

static double step_of(const struct noise *noise)
{
	return noise->step > 0 ? noise->step : 1;
}

/* share of samples that are read as at most @ticks, a multiple of the step: each is rounded */
static double share_to(const struct campaign *campaign, const struct boot *boot, double ticks,
		       double shift)
{
	const struct noise *noise = campaign->noise;
	double edge = ticks + step_of(noise) / 2 - campaign->phase - shift;
	double varies = (edge / campaign->op->ticks / boot->scale - 1 + noise->tail) / noise->tail;

	return varies > 0 ? gsl_cdf_ugaussian_P(log(varies) / noise->sigma) : 0;
}

#define NEAR 2	     /* buckets on each side of the quantile's */
#define COUNT 10000000 /* stands for all samples: shares, not counts, are known */

/*
 * The histogram near a quantile, all else in its outermost buckets; the quantile
 * is that of rank @num in 100.
 */
static double point(const struct campaign *campaign, const struct boot *boot, double ticks,
		    double below, double shift, unsigned int num)
{
	struct dmafp_bucket buckets[2 * NEAR + 1];
	struct dmafp_hist hist = { .count = COUNT, .max = UINT64_MAX, .buckets = buckets };
	double step = step_of(campaign->noise), first = ticks - NEAR * step;
	uint64_t seen = 0, to;

	for (size_t i = 0; i <= 2 * NEAR; i++) {
		double share = share_to(campaign, boot, first + i * step, shift);

		/* what the boot's samples have below is num / 100 */
		share = fmin(1, fmax(0, share - below + num / 100.0));
		to = i < 2 * NEAR ? (uint64_t)(share * COUNT) : COUNT;
		if (to > seen)
			buckets[hist.nr_buckets++] =
				(struct dmafp_bucket){ first + i * step, 1, to - seen };
		seen = to;
	}
	return dmafp_hist_point(&hist, num, 100);
}

double campaign_read(const struct campaign *campaign, const struct boot *boot,
		     enum statistic statistic, double shift)
{
	double below = boot->below[statistic], step = step_of(campaign->noise);
	double ticks = campaign->op->ticks * boot->scale * sample_at(campaign->noise, below) +
		       campaign->phase + shift;

	if (below > 1 - boot->interrupts)
		return round((ticks + INTERRUPT_TICKS) / step) * step;
	ticks = round(ticks / step) * step;
	if (statistic == MIN)
		return ticks;
	return point(campaign, boot, ticks, below, shift, statistic == P50 ? 50 : 99);
}

#define GRID 128

/* samples of a quiet boot at the middles of GRID equal shares */
static const double *quiet_grid(const struct noise *noise)
{
	static double grid[GRID];
	static const struct noise *of;

	if (of != noise) {
		for (size_t i = 0; i < GRID; i++)
			grid[i] = sample_at(noise, (i + 0.5) / GRID);
		of = noise;
	}
	return grid;
}

struct moments boot_moments(const struct campaign *campaign, const struct boot *boot, double shift,
			    gsl_rng *rng)
{
	const double *grid = quiet_grid(campaign->noise);
	double ticks = campaign->op->ticks * boot->scale;
	double extra = UNIT_OVERHEAD + campaign->phase + shift;
	double sum = 0, squares = 0, hit = floor(INTERRUPT_TICKS / UNIT_TICKS);
	struct moments moments;

	for (size_t i = 0; i < GRID; i++) {
		double units = floor((ticks * grid[i] + extra) / UNIT_TICKS);

		sum += units;
		squares += units * units;
	}
	moments.mean = sum / GRID;
	moments.variance = squares / GRID - moments.mean * moments.mean +
			   boot->interrupts * (1 - boot->interrupts) * hit * hit;
	moments.mean += boot->interrupts * hit +
			gsl_ran_gaussian(rng, sqrt(moments.variance / METHOD_SAMPLES));
	return moments;
}
