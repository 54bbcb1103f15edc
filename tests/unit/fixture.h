/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results made in memory: four arms that differ as they must. */
#ifndef DMAFP_TEST_FIXTURE_H
#define DMAFP_TEST_FIXTURE_H

#include "analysis/report.h"

/* What the made-up kernels cost, in instructions */
#define FIXTURE_NULL	20
#define FIXTURE_CHECK	34
#define FIXTURE_MAP	600
#define FIXTURE_UNMAP	400
#define FIXTURE_LOCK	17 /* always-lock costs so much more on the path */
#define FIXTURE_SAMPLES 100

/**
 * fixture_result() - one boot of @arm in @mode on the NVMe device
 *
 * Cells: null, check, map_page 4K to, map_page 64K from, in this order.  Of the
 * 100 samples of a phase costing c, 90 read c, 9 read c + 7 and 1 reads c + 100,
 * so that min = p50 = c, p99 = c + 7, max = c + 100 and the sum is 100 c + 163;
 * check and null always read c.
 */
struct dmafp_result *fixture_result(enum dmafp_arm_id arm, const char *mode);

/** fixture_nic() - the same on another device */
struct dmafp_result *fixture_nic(enum dmafp_arm_id arm, const char *mode);

/* What the made-up loads cost; each op makes one check */
#define FIXTURE_SUBMIT	4400
#define FIXTURE_BUSY	9000
#define FIXTURE_SEND	4500
#define FIXTURE_TIME	20000
#define FIXTURE_BATCH	100 /* ops in a sample of busy and of send */
#define FIXTURE_COUNTED 64  /* ops of the counting pass */

/**
 * fixture_add_load() - real traffic, of the arm and mode of the result
 * @tool: fio: "randread 4K libaio qd1" on nvme0n1; pktgen: "send 1514" on eth0
 *
 * Each op calls iommu_deferred_attach() once, unless the mode is plain, and maps and
 * unmaps once.  Measures of fio: submit, like a map_page that costs FIXTURE_SUBMIT;
 * complete; time; busy.  Of pktgen: send, time, busy.  Busy and send are of
 * FIXTURE_BATCH ops per sample, and always read the same.
 */
struct dmafp_load *fixture_add_load(struct dmafp_result *result, enum dmafp_load_tool tool);

/** fixture_measure() - the histogram of a measure that the load has */
struct dmafp_hist *fixture_measure(struct dmafp_load *load, enum dmafp_measure_kind kind);

/** fixture_add_loads() - the same to every result of the report's set */
void fixture_add_loads(struct dmafp_report *report, enum dmafp_load_tool tool);

/** fixture_set_text() - replace a string of a result */
void fixture_set_text(char **member, const char *text);

/** fixture_shift() - every sample of a histogram takes @ticks more */
void fixture_shift(struct dmafp_hist *hist, int64_t ticks);

/** fixture_add_series() - a time series that ends @drift ticks above its start */
void fixture_add_series(struct dmafp_phase_result *phase, uint64_t drift);

/** fixture_add_counter() - one worker with one counter of that state */
void fixture_add_counter(struct dmafp_cell_result *cell, enum dmafp_counter_word state,
			 uint64_t value);

/** fixture_cell() - the cell at @index */
struct dmafp_cell_result *fixture_cell(struct dmafp_result *result, size_t index);

/** fixture_four() - the four arms in @mode, into the report's set */
void fixture_four(struct dmafp_report *report, const char *mode);

/** fixture_arm() - the first result of @arm in the report's set */
struct dmafp_result *fixture_arm(struct dmafp_report *report, enum dmafp_arm_id arm);

/** fixture_drop() - take the first result of @arm out and free it */
void fixture_drop(struct dmafp_report *report, enum dmafp_arm_id arm);

/** fixture_row() - the verdict of @arm on one row of the first device in @mode */
enum dmafp_verdict fixture_row(const struct dmafp_report *report, const char *mode,
			       size_t cell, enum dmafp_row_phase phase,
			       enum dmafp_arm_id arm);

/** fixture_traffic_row() - the verdict on the first row of that measure in @mode */
const struct dmafp_traffic_verdict *fixture_traffic_row(const struct dmafp_report *report,
							const char *mode,
							enum dmafp_measure_kind kind);

/** fixture_has_reason() - does a reason hold @part? */
int fixture_has_reason(const struct dmafp_report *report, const char *part);

/** fixture_has_difference() - is there a difference that holds @part? */
int fixture_has_difference(const struct dmafp_report *report, const char *part);

/** fixture_has_note() - does a note, of the whole or of a row, hold @part? */
int fixture_has_note(const struct dmafp_report *report, const char *part);

/** fixture_render() - the report as a string to free() */
char *fixture_render(const struct dmafp_report *report,
		     const struct dmafp_renderer *renderer);

#endif /* DMAFP_TEST_FIXTURE_H */
