/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One campaign of one row. */
#ifndef DMAFP_METHOD_ROW_H
#define DMAFP_METHOD_ROW_H

#include "study.h"

/** row_count() - simulate one and count what came out; @sign: of the arm's shift */
void row_count(effect_fn *method, const struct cell *cell, double sign, uint64_t *counts,
	       gsl_rng *rng);

#endif /* DMAFP_METHOD_ROW_H */
