// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/compare.h"
#include "analysis/hist.h"
#include "analysis/lines.h"
#include "analysis/place.h"
#include "analysis/traffic.h"
#include "base/alloc.h"
#include "base/file.h"

static const struct dmafp_load *find_load(const struct dmafp_result *result,
					  const struct dmafp_load *like)
{
	size_t i;

	for (i = 0; i < result->traffic.nr_loads; i++)
		if (dmafp_load_same(&result->traffic.loads[i], like))
			return &result->traffic.loads[i];
	return NULL;
}

static double quantile(const struct dmafp_hist *h, enum dmafp_domain domain, unsigned int percent)
{
	if (domain == DMAFP_DOMAIN_EXACT)
		return (double)dmafp_hist_quantile(h, percent, 100);
	return dmafp_hist_point(h, percent, 100);
}

/*
 * What two values seem to differ by they differ by to less than one width: of the last ns
 * of a bucket and the first of the next it is a width, and 1 ns in truth.
 */
static double blur_by(uint64_t width)
{
	return width > 1 ? (double)width : 0;
}

/* Among the overflow samples a quantile may be anything */
static double blur_of(const struct dmafp_hist *h)
{
	uint64_t width = dmafp_hist_width(h, 50, 100);

	return width ? blur_by(width) : INFINITY;
}

/*
 * fio tells the least and the greatest latency to the ns, whatever its buckets; of all
 * else these are as wide as what is measured is coarse.
 */
static double grain_of(const struct dmafp_measure *measure)
{
	if (measure->kind == DMAFP_MEASURE_SUBMIT || measure->kind == DMAFP_MEASURE_COMPLETE ||
	    !measure->hist.nr_buckets)
		return 0;
	return blur_by(measure->hist.buckets[0].width);
}

#define NR_RANKS 10000 /* that dmafp_hist_quantile() takes */

/*
 * The samples of ranks k and n + 1 - k hold the median between them with 95 %, if
 * of n tosses of a coin fewer than k show heads with 2.5 % at most; of five samples
 * and fewer it is all of them.
 */
static double wobble_of(const struct dmafp_hist *h)
{
	uint64_t n = h->count < NR_RANKS ? h->count : NR_RANKS, k = 1;

	while (2 * (k + 1) <= n &&
	       gsl_cdf_binomial_P((unsigned int)k, 0.5, (unsigned int)n) <= 0.025)
		k++;
	return (double)(dmafp_hist_quantile(h, (unsigned int)(n + 1 - k), (unsigned int)n) -
			dmafp_hist_quantile(h, (unsigned int)k, (unsigned int)n));
}

static void fill_boot(struct dmafp_traffic_boot *boot, const struct dmafp_traffic_row *row,
		      const struct dmafp_result *result)
{
	const struct dmafp_load *load = find_load(result, row->load);
	const struct dmafp_hist *h;
	double ops;

	boot->measure = load ? dmafp_load_measure(load, row->kind) : NULL;
	if (!boot->measure)
		return;
	boot->load = load;
	h = &boot->measure->hist;
	ops = (double)boot->measure->ops_per_sample;
	boot->min = (double)h->min / ops;
	boot->p50 = quantile(h, result->domain, 50) / ops;
	boot->p99 = quantile(h, result->domain, 99) / ops;
	boot->grain = grain_of(boot->measure) / ops;
	boot->blur = blur_of(h) / ops;
	boot->wobble = wobble_of(h) / ops;
}

static void fill_side(struct dmafp_traffic_side *side, const struct dmafp_traffic_row *row,
		      const struct dmafp_boots *boots)
{
	size_t i;

	side->boots = dmafp_alloc(boots->nr, sizeof(*side->boots));
	side->nr_boots = boots->nr;
	for (i = 0; i < boots->nr; i++) {
		fill_boot(&side->boots[i], row, boots->items[i]);
		if (!side->load)
			side->load = side->boots[i].load;
	}
}

static bool has_row(const struct dmafp_traffic_row *rows, size_t first, size_t nr,
		    const struct dmafp_load *load, enum dmafp_measure_kind kind)
{
	size_t i;

	for (i = first; i < nr; i++)
		if (rows[i].kind == kind && dmafp_load_same(rows[i].load, load))
			return true;
	return false;
}

static void add_row(struct dmafp_traffic_row **rows, size_t *nr, const struct dmafp_group *group,
		    const struct dmafp_load *load, enum dmafp_measure_kind kind)
{
	struct dmafp_traffic_row *row;
	unsigned int arm;

	*rows = dmafp_alloc_grow(*rows, *nr, sizeof(**rows));
	row = &(*rows)[(*nr)++];
	row->group = group;
	row->load = load;
	row->kind = kind;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fill_side(&row->sides[arm], row, &group->arms[arm]);
}

static void add_result(struct dmafp_traffic_row **rows, size_t *nr, size_t first,
		       const struct dmafp_group *group, const struct dmafp_result *result)
{
	unsigned int kind;
	size_t i;

	for (i = 0; i < result->traffic.nr_loads; i++) {
		const struct dmafp_load *load = &result->traffic.loads[i];

		for (kind = 0; kind < DMAFP_NR_MEASURE_KINDS; kind++)
			if (dmafp_load_measure(load, kind) &&
			    !has_row(*rows, first, *nr, load, kind))
				add_row(rows, nr, group, load, kind);
	}
}

void dmafp_traffic_add(struct dmafp_traffic_row **rows, size_t *nr,
		       const struct dmafp_group *group)
{
	size_t first = *nr, boot;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (boot = 0; boot < group->arms[arm].nr; boot++)
			add_result(rows, nr, first, group, group->arms[arm].items[boot]);
}

void dmafp_traffic_release(struct dmafp_traffic_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		free(row->sides[arm].boots);
}

bool dmafp_traffic_complete(const struct dmafp_traffic_side *side)
{
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		if (!side->boots[i].load)
			return false;
	return side->nr_boots;
}

char *dmafp_traffic_title(const struct dmafp_traffic_row *row)
{
	char *load = dmafp_load_title(row->load);
	char *title = dmafp_path("%s %s", load, dmafp_measure_name(row->kind));

	free(load);
	return title;
}

const char *dmafp_traffic_number(double value, bool sign, char text[DMAFP_TRAFFIC_NUMBER])
{
	double size = fabs(value);
	const char *format = sign ? "%+.2f" : "%.2f";

	if (isnan(value))
		return strcpy(text, "?");
	if (size >= 9999999)
		format = sign ? "%+.1e" : "%.1e";
	else if (size >= 9999 || fabs(value - round(value)) < 1e-6)
		format = sign ? "%+.0f" : "%.0f";
	else if (size < 0.1)
		format = sign ? "%+.1g" : "%.1g";
	snprintf(text, DMAFP_TRAFFIC_NUMBER, format, value == 0 || size < 1e-6 ? 0 : value);
	return text;
}

/* "randread 4K libaio qd1 submit, busy": the chosen measures of the load at @first */
static void add_load(struct dmafp_lines *loads, const struct dmafp_comparison *c,
		     const struct dmafp_section *section, const bool *chosen, size_t first)
{
	const struct dmafp_traffic_row *like = &c->traffic_rows[first];
	size_t i, end = section->first_traffic + section->nr_traffic;
	struct dmafp_lines kinds = { 0 };
	char *title, *list;

	for (i = first; i < end; i++)
		if (chosen[i] && dmafp_load_same(c->traffic_rows[i].load, like->load))
			dmafp_lines_add(&kinds, "%s", dmafp_measure_name(c->traffic_rows[i].kind));
	title = dmafp_load_title(like->load);
	list = dmafp_lines_join(&kinds, ", ");
	dmafp_lines_add(loads, "%s %s", title, list);
	free(list);
	free(title);
	dmafp_lines_free(&kinds);
}

static bool starts_load(const struct dmafp_comparison *c, const struct dmafp_section *section,
			const bool *chosen, size_t row)
{
	size_t i;

	for (i = section->first_traffic; i < row; i++)
		if (chosen[i] &&
		    dmafp_load_same(c->traffic_rows[i].load, c->traffic_rows[row].load))
			return false;
	return chosen[row];
}

/* The chosen rows of a section, NULL if there is none */
static char *rows_of(const struct dmafp_comparison *c, const struct dmafp_section *section,
		     const bool *chosen)
{
	size_t i, end = section->first_traffic + section->nr_traffic;
	struct dmafp_lines loads = { 0 };
	char *text = NULL;

	for (i = section->first_traffic; i < end; i++)
		if (starts_load(c, section, chosen, i))
			add_load(&loads, c, section, chosen, i);
	if (loads.nr)
		text = dmafp_lines_join(&loads, ", ");
	dmafp_lines_free(&loads);
	return text;
}

char *dmafp_traffic_place(const struct dmafp_comparison *c, const bool *chosen)
{
	char **texts = dmafp_alloc(c->nr_sections, sizeof(*texts)), *text;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		texts[i] = rows_of(c, &c->sections[i], chosen);
	text = dmafp_place_texts(c, texts);
	free(texts);
	return text;
}
