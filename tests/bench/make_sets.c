// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results of a long campaign in the timed domain, for measuring how long reading
 * and judging them takes: four arms, each with as many samples as asked for over
 * all of its boots, cells and phases.
 *
 *	make-sets FOLDER SAMPLES BOOTS CELLS BUCKETS
 *
 * A histogram is as a noisy machine makes it: BUCKETS neighbouring values, the
 * most of the samples in the first, and a tail of 256 wide buckets behind.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "fixture.h"

#define TAIL	   256
#define TAIL_FROM  65536
#define TAIL_WIDTH 256

struct plan {
	const char *folder;
	uint64_t samples;
	unsigned int boots, cells, buckets;
};

static void put(struct dmafp_hist *h, uint64_t low, uint64_t width, uint64_t count)
{
	h->buckets[h->nr_buckets++] = (struct dmafp_bucket) { low, width, count };
	h->count += count;
	h->sum += count * low;
	h->max = low + width - 1;
}

/* Counts fall off with the distance from the mode, and none of them is zero */
static void fill(struct dmafp_hist *h, uint64_t low, uint64_t samples, unsigned int buckets)
{
	uint64_t rest = samples - TAIL, count;
	unsigned int i;

	free(h->buckets);
	*h = (struct dmafp_hist) { .min = low };
	h->buckets = dmafp_alloc(buckets + TAIL, sizeof(*h->buckets));
	for (i = 0; i < buckets; i++) {
		count = i + 1 < buckets ? rest / 64 + 1 : rest;
		if (rest - count < buckets - i)
			count = i + 1 < buckets ? 1 : rest;
		put(h, low + i, 1, count);
		rest -= count;
	}
	for (i = 0; i < TAIL; i++)
		put(h, TAIL_FROM + (uint64_t)i * TAIL_WIDTH, TAIL_WIDTH, 1);
}

static void clone_cell(struct dmafp_cell_result *to, const struct dmafp_cell_result *from,
		       uint64_t bytes)
{
	*to = *from;
	to->op = dmafp_alloc_string(from->op);
	to->reaches = dmafp_alloc_string(from->reaches);
	to->direction = dmafp_alloc_string(from->direction);
	to->bytes = bytes;
	to->cpus = dmafp_alloc(1, sizeof(*to->cpus));
	to->map.hist.buckets = to->unmap.hist.buckets = NULL;
}

/* null and check, then as many map_page as asked for, each of another size */
static void add_cells(struct dmafp_result *r, unsigned int nr)
{
	struct dmafp_cell_result *cells = dmafp_alloc(nr, sizeof(*cells));
	unsigned int i;

	memcpy(cells, r->cells, 3 * sizeof(*cells));
	for (i = 3; i < nr; i++)
		clone_cell(&cells[i], &r->cells[2], 4096ull * (i - 1));
	for (i = 3; i < r->nr_cells; i++) {
		free(r->cells[i].op);
		free(r->cells[i].reaches);
		free(r->cells[i].direction);
		free(r->cells[i].cpus);
		free(r->cells[i].map.hist.buckets);
		free(r->cells[i].unmap.hist.buckets);
	}
	free(r->cells);
	r->cells = cells;
	r->nr_cells = nr;
}

static struct dmafp_result *make(const struct plan *plan, enum dmafp_arm_id arm, unsigned int boot)
{
	struct dmafp_result *r = fixture_result(arm, "keyed");
	unsigned int i, hists = 2 * plan->cells - 2; /* null and check have one phase */
	uint64_t each = plan->samples / plan->boots / hists, noise = (boot * 7 + arm * 3) % 5;

	add_cells(r, plan->cells);
	r->domain = DMAFP_DOMAIN_TIMED;
	snprintf(r->created, strlen(r->created) + 1, "2026-01-%02uT03:04:05Z", boot % 28 + 1);
	for (i = 0; i < r->nr_cells; i++) {
		uint64_t lock = i && arm == DMAFP_ARM_ALWAYS_LOCK ? 60 : 0;

		r->cells[i].iterations = each;
		fill(&r->cells[i].map.hist, (i ? 600 : 30) + noise + lock, each, plan->buckets);
		if (r->cells[i].has_unmap)
			fill(&r->cells[i].unmap.hist, 500 + noise, each, plan->buckets);
	}
	return r;
}

static int write_one(const struct plan *plan, enum dmafp_arm_id arm, unsigned int boot)
{
	struct dmafp_result *r = make(plan, arm, boot);
	char *folder = dmafp_path("%s/boot%u", plan->folder, boot + 1);
	char *path = dmafp_path("%s/%s.json", folder, dmafp_arm_name(arm));
	struct dmafp_err err;
	int ret = dmafp_file_mkdirs(folder, &err);

	if (!ret)
		ret = dmafp_result_write(r, path, &err);
	if (ret)
		fprintf(stderr, "make-sets: %s\n", err.msg);
	free(path);
	free(folder);
	dmafp_result_free(r);
	return ret;
}

int main(int argc, char **argv)
{
	struct plan plan;
	unsigned int arm, boot;
	int ret = 0;

	if (argc != 6) {
		fprintf(stderr, "usage: make-sets FOLDER SAMPLES BOOTS CELLS BUCKETS\n");
		return 64;
	}
	plan = (struct plan) { argv[1], strtoull(argv[2], NULL, 10),
			       (unsigned int)atoi(argv[3]), (unsigned int)atoi(argv[4]),
			       (unsigned int)atoi(argv[5]) };
	for (arm = 0; !ret && arm < DMAFP_NR_ARMS; arm++)
		for (boot = 0; !ret && boot < plan.boots; boot++)
			ret = write_one(&plan, arm, boot);
	return ret ? 1 : 0;
}
