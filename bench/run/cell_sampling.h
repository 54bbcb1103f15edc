/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cells under a profiler: the cell is made once more, with interrupts on, so that
 * a sample can fall into what is otherwise made with interrupts off.
 */
#ifndef DMAFP_RUN_CELL_SAMPLING_H
#define DMAFP_RUN_CELL_SAMPLING_H

#include "analysis/result.h"
#include "base/err.h"
#include "run/session.h"

/**
 * dmafp_cell_sampling_check() - can cells be sampled here, where the profile says so?
 *
 * Return: 0, or a negative errno: it should not begin to measure.
 */
int dmafp_cell_sampling_check(const struct dmafp_session *session, struct dmafp_err *err);

/**
 * dmafp_cell_sampling_take() - sample one cell, where the profile says so
 * @cell: has been measured
 * @result: what it belongs to; its last cell is the one that gets the samples
 *
 * Without the samples the result is still one: what fails by then is a note.
 *
 * Return: 0, -EINTR, or a negative errno: perf.data could not be kept.
 */
int dmafp_cell_sampling_take(struct dmafp_session *session,
			     const struct dmafp_plan_cell *cell, struct dmafp_result *result,
			     struct dmafp_err *err);

#endif /* DMAFP_RUN_CELL_SAMPLING_H */
