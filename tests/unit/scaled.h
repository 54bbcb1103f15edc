/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of scaling share: boots with one and with two workers. */
#ifndef DMAFP_TEST_SCALED_H
#define DMAFP_TEST_SCALED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "base/alloc.h"
#include "base/file.h"

#define SCALED_KHZ 1000 /* a tick is a microsecond */

/* The fixture's cells of map_page, which become one worker and two */
enum {
	ALONE = 2,
	BOTH = 3
};

/* @threads workers that made so many samples in so many ticks each */
static inline void scaled_cell(struct dmafp_cell_result *cell, size_t threads,
			       const uint64_t *samples, const uint64_t *elapsed)
{
	size_t i;

	free(cell->cpus);
	cell->cpus = dmafp_alloc(threads, sizeof(*cell->cpus));
	cell->nr_cpus = threads;
	cell->nr_runs = threads;
	cell->runs = dmafp_alloc(threads, sizeof(*cell->runs));
	cell->iterations = 0;
	cell->duration_ns = 100000000;
	cell->scales = cell->preemptible = true;
	cell->bytes = 4096;
	cell->node = cell->worker_node = 0;
	fixture_set_text(&cell->direction, "to_device");
	fixture_set_text(&cell->place, "local");
	for (i = 0; i < threads; i++) {
		cell->cpus[i] = (uint32_t)i;
		cell->runs[i].has_samples = true;
		cell->runs[i].samples = samples[i];
		cell->runs[i].elapsed = elapsed[i];
	}
}

/* A boot of @arm: @alone ops in 0.1 s with one worker, @both with each of two */
static inline struct dmafp_result *scaled_boot(enum dmafp_arm_id arm, unsigned int boot,
					       uint64_t alone, uint64_t both)
{
	struct dmafp_result *r = fixture_result(arm, "keyed");

	r->domain = DMAFP_DOMAIN_TIMED;
	r->calibration.tick_khz = SCALED_KHZ;
	r->profile.margin_ppm = 10000;
	r->profile.margin_check = 1;
	r->device.node = 0;
	free(r->created);
	r->created = dmafp_path("2026-01-02T03:%02u:00Z", boot * DMAFP_NR_ARMS + arm);
	scaled_cell(&r->cells[ALONE], 1, (uint64_t[]) { alone }, (uint64_t[]) { 100000 });
	scaled_cell(&r->cells[BOTH], 2, (uint64_t[]) { both, both },
		    (uint64_t[]) { 100000, 100000 });
	return r;
}

/*
 * Three boots of each arm.  One worker makes 10000, 10100 or 10200 ops per second, two
 * workers make 19000, 19200 or 19400; the arms follow each other, but in always-lock two
 * are no faster than 11000, 11200 or 11400.
 */
static inline int setup_scaled(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));
	unsigned int arm, boot;

	for (boot = 0; boot < 3; boot++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			dmafp_set_add(&report->set,
				      scaled_boot(arm, boot, 1000 + 10 * boot,
						  (arm == DMAFP_ARM_ALWAYS_LOCK ? 550 : 950) +
							  10 * boot));
	*state = report;
	return 0;
}

static inline int teardown_scaled(void **state)
{
	dmafp_report_free(*state);
	test_free(*state);
	return 0;
}

#define SCALED(test) cmocka_unit_test_setup_teardown(test, setup_scaled, teardown_scaled)

#endif /* DMAFP_TEST_SCALED_H */
