/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One simulated campaign that is looked at after each boot of both arms. */
#ifndef DMAFP_METHOD_LOOKS_H
#define DMAFP_METHOD_LOOKS_H

#include "study.h"

#define LOOKS_FIRST 3 /* boots of each arm; before there is no interval */

/** looks_plan() - levels of each number of boots up to @boots_max, looked at from LOOKS_FIRST on */
const struct dmafp_sequential *looks_plan(size_t boots_max);

/** looks_count() - one row: draw it and count what it would be called */
void looks_count(const struct cell *cell, double sign, uint64_t *counts, gsl_rng *rng);

/** looks_rows_count() - many rows, judged together */
void looks_rows_count(const struct cell *cell, uint64_t *counts, gsl_rng *rng);

#endif /* DMAFP_METHOD_LOOKS_H */
