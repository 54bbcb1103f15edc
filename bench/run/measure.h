/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One cell on a selected device: measured, then its calls counted. */
#ifndef DMAFP_RUN_MEASURE_H
#define DMAFP_RUN_MEASURE_H

#include "analysis/result.h"
#include "base/err.h"
#include "run/plan.h"
#include "run/session.h"

/**
 * dmafp_measure_cell() - measure one cell and append it to the result
 * @session: its transport has the device selected
 * @cell: of the session's plan
 * @result: gets a cell more, unless this device cannot do it: that is noted
 * @err: filled on failure
 *
 * Calls are counted after measuring, because the probes that count them are not
 * free.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_measure_cell(const struct dmafp_session *session,
		       const struct dmafp_plan_cell *cell, struct dmafp_result *result,
		       struct dmafp_err *err);

#endif /* DMAFP_RUN_MEASURE_H */
