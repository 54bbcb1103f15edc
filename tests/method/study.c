// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>
#undef sign /* Rmath renames what others call so */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "analysis/stat/drift.h"
#include "peers.h"
#include "study.h"

#define BLOCK 100 /* campaigns of one seed */

/* values of one statistic, as a result file would hold them */
struct values {
	double base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS];
	double base_times[METHOD_MAX_BOOTS], arm_times[METHOD_MAX_BOOTS];
	size_t nr;
};

static void values_read(struct values *values, const struct campaign *campaign,
			enum statistic statistic, double shift)
{
	values->nr = campaign->nr;
	for (size_t i = 0; i < campaign->nr; i++) {
		const struct boot *base = &campaign->base[i], *arm = &campaign->arm[i];

		values->base[i] = campaign_read(campaign, base, statistic, 0);
		values->arm[i] = campaign_read(campaign, arm, statistic, shift);
		values->base_times[i] = base->time;
		values->arm_times[i] = arm->time;
	}
}

static double median(const double *values, size_t nr)
{
	double sorted[METHOD_MAX_BOOTS];

	memcpy(sorted, values, nr * sizeof(*values));
	gsl_sort(sorted, 1, nr);
	return gsl_stats_median_from_sorted_data(sorted, 1, nr);
}

static struct dmafp_effect effect_of(effect_fn *effect_fn, const struct values *values,
				     double margin)
{
	const struct dmafp_replicates base = { values->base, values->base_times, values->nr };
	const struct dmafp_replicates arm = { values->arm, values->arm_times, values->nr };
	struct dmafp_effect effect;

	effect_fn(&base, &arm, margin, &effect);
	return effect;
}

static bool is_verdict(const struct dmafp_effect *effect)
{
	return effect->known && fmin(effect->p_more, effect->p_less) <= ALPHA_VERDICT;
}

static bool is_regressed(const struct dmafp_effect *effect)
{
	return effect->known && effect->p_more <= ALPHA_VERDICT;
}

static bool is_equivalent(const struct dmafp_effect *effect)
{
	return effect->known && effect->p_equivalent <= ALPHA_EQUIVALENT;
}

static void count_drift(const struct values *values, uint64_t *counts)
{
	const struct dmafp_replicates arms[] = {
		{ values->base, values->base_times, values->nr },
		{ values->arm, values->arm_times, values->nr },
	};
	struct dmafp_drift drift;

	dmafp_drift_of(arms, 2, &drift);
	counts[DRIFT_FOUND] += drift.known && drift.p <= ALPHA_DRIFT;
	counts[NOT_IN_TURN] += !dmafp_drift_interleaved(&arms[0], &arms[1]);
}

static bool misses(struct dmafp_interval interval, double truth)
{
	return truth < interval.low || truth > interval.high;
}

static double margin_of(const struct op *op, const struct values *values)
{
	return op->margin_check ? 1 : median(values->base, values->nr) / 100;
}

static double true_margin(const struct campaign *campaign)
{
	return campaign->op->margin_check ? 1 : campaign->op->ticks / 100;
}

static void count_statistic(effect_fn *method, const struct campaign *campaign,
			    enum statistic statistic, double sign, uint64_t *counts)
{
	static const enum count verdict[] = { SAME_VERDICT_MIN, SAME_VERDICT, SAME_VERDICT_P99 };
	static const enum count edge[] = { EDGE_EQUIVALENT_MIN, EDGE_EQUIVALENT,
					   EDGE_EQUIVALENT_P99 };
	static const enum count miss[] = { MISS_MIN, MISS, MISS_P99 };
	struct dmafp_effect effect;
	struct values values;
	double margin, shift;

	values_read(&values, campaign, statistic, 0);
	margin = margin_of(campaign->op, &values);
	effect = effect_of(method, &values, margin);
	counts[verdict[statistic]] += is_verdict(&effect);
	if (statistic == P50) {
		count_drift(&values, counts);
		counts[SAME_EQUIVALENT] += is_equivalent(&effect);
		counts[MISS_RATIO] += misses(effect.ratio_95, 1);
	}

	shift = sign * margin;
	values_read(&values, campaign, statistic, shift);
	effect = effect_of(method, &values, margin);
	counts[edge[statistic]] += is_equivalent(&effect);
	counts[miss[statistic]] += misses(effect.difference_95, shift);
	if (statistic == P50)
		counts[EDGE_VERDICT] += is_verdict(&effect);
}

static bool sees(effect_fn *method, const struct campaign *campaign, double shift)
{
	struct dmafp_effect effect;
	struct values values;

	values_read(&values, campaign, P50, shift);
	effect = effect_of(method, &values, margin_of(campaign->op, &values));
	return effect.known && misses(effect.difference_95, 0);
}

static bool regresses(effect_fn *method, const struct campaign *campaign, double shift,
		      double margin)
{
	struct dmafp_effect effect;
	struct values values;

	values_read(&values, campaign, P50, shift);
	effect = effect_of(method, &values, margin);
	return is_regressed(&effect);
}

static void count_power(effect_fn *method, const struct campaign *campaign, uint64_t *counts)
{
	double margin = true_margin(campaign);

	counts[TWICE_REGRESSED] += regresses(method, campaign, 2 * margin, margin);
	counts[TWICE_WELCH_REGRESSED] += regresses(peer_welch_effect, campaign, 2 * margin, margin);
	counts[HALF_REGRESSED] += regresses(method, campaign, margin, margin / 2);
	counts[PERCENT_SEEN] += sees(method, campaign, campaign->op->ticks / 100);
	counts[CYCLE_SEEN] += sees(method, campaign, 1);
}

static void read_moments(const struct campaign *campaign, double shift, struct moments *base,
			 struct moments *arm, gsl_rng *rng)
{
	for (size_t i = 0; i < campaign->nr; i++) {
		base[i] = boot_moments(campaign, &campaign->base[i], 0, rng);
		arm[i] = boot_moments(campaign, &campaign->arm[i], shift, rng);
	}
}

static void count_peers(const struct campaign *campaign, uint64_t *counts, gsl_rng *rng)
{
	struct moments base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS];
	double twice = 2 * true_margin(campaign);
	struct dmafp_effect welch;
	struct values values;
	size_t nr = campaign->nr;

	values_read(&values, campaign, P50, 0);
	counts[SAME_MANN_WHITNEY] += peer_mann_whitney(values.base, values.arm, nr) <= 0.05;
	counts[SAME_WELCH] += peer_welch(values.base, values.arm, nr) <= 0.05;
	welch = effect_of(peer_welch_effect, &values, true_margin(campaign));
	counts[SAME_WELCH_EQUIVALENT] += is_equivalent(&welch);
	counts[MISS_WELCH] += misses(welch.difference_95, 0);
	read_moments(campaign, 0, base, arm, rng);
	counts[SAME_PRINTED] += peer_printed(base, arm);
	counts[SAME_ITERATIONS] += peer_iterations(base, arm, nr);

	values_read(&values, campaign, P50, twice);
	counts[TWICE_MANN_WHITNEY] += peer_mann_whitney(values.base, values.arm, nr) > 0.05;
	counts[TWICE_WELCH] += peer_welch(values.base, values.arm, nr) > 0.05;
	read_moments(campaign, twice, base, arm, rng);
	counts[TWICE_PRINTED] += !peer_printed(base, arm);
	counts[TWICE_ITERATIONS] += !peer_iterations(base, arm, nr);
}

static void run_campaign(const struct study *study, const struct cell *cell, double sign,
			 uint64_t *counts, gsl_rng *rng)
{
	struct campaign campaign;

	campaign_draw(&campaign, cell->op, cell->noise, cell->nr, rng);
	for (enum statistic statistic = 0; statistic < NR_STATISTICS; statistic++)
		count_statistic(study->effect, &campaign, statistic, sign, counts);
	count_power(study->effect, &campaign, counts);
	count_peers(&campaign, counts, rng);
}

static void run_job(const struct study *study, const struct cell *cells, size_t nr,
		    unsigned int job, uint64_t (*counts)[NR_COUNTS])
{
	uint64_t blocks = (study->campaigns + BLOCK - 1) / BLOCK;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < nr; i++) {
		for (uint64_t block = job; block < blocks; block += study->jobs) {
			uint64_t first = block * BLOCK, end = first + BLOCK;

			gsl_rng_set(rng, (study->seed * 2654435761ul) ^ (i << 20 | block));
			for (; first < end && first < study->campaigns; first++)
				run_campaign(study, &cells[i], first % 2 ? -1 : 1, counts[i], rng);
		}
		if (study->progress && job == 0)
			fprintf(stderr, "\r%zu of %zu", i + 1, nr);
	}
	if (study->progress && job == 0)
		fprintf(stderr, "\r\033[K");
	gsl_rng_free(rng);
}

static int wait_all(const pid_t *pids, unsigned int nr)
{
	int ret = 0, status;

	for (unsigned int i = 0; i < nr; i++)
		if (waitpid(pids[i], &status, 0) != pids[i] || !WIFEXITED(status) ||
		    WEXITSTATUS(status))
			ret = -ECHILD;
	return ret;
}

int study_run(const struct study *study, struct cell *cells, size_t nr)
{
	size_t size = study->jobs * nr * sizeof(uint64_t[NR_COUNTS]);
	unsigned int started = 0;
	uint64_t (*counts)[NR_COUNTS];
	pid_t pids[64];
	int ret = 0;

	if (study->jobs < 1 || study->jobs > 64)
		return -EINVAL;
	counts = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		return -errno;
	for (; started < study->jobs; started++) {
		pids[started] = fork();
		if (pids[started] < 0) {
			ret = -errno;
			break;
		}
		if (!pids[started]) {
			run_job(study, cells, nr, started, counts + started * nr);
			_exit(0);
		}
	}
	ret = wait_all(pids, started) ?: ret;
	for (size_t i = 0; i < nr; i++) {
		cells[i].campaigns = study->campaigns;
		for (size_t count = 0; count < NR_COUNTS; count++) {
			cells[i].counts[count] = 0;
			for (unsigned int job = 0; job < study->jobs; job++)
				cells[i].counts[count] += counts[job * nr + i][count];
		}
	}
	munmap(counts, size);
	return ret;
}

struct rate rate_of(uint64_t count, uint64_t all)
{
	return (struct rate){
		.rate = (double)count / all,
		.low = count ? qbeta(0.025, count, all - count + 1, 1, 0) : 0,
		.high = count < all ? qbeta(0.975, count + 1, all - count, 1, 0) : 1,
	};
}
