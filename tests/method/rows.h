/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One campaign of many rows, which share their boots. */
#ifndef DMAFP_METHOD_ROWS_H
#define DMAFP_METHOD_ROWS_H

#include "study.h"

#define METHOD_MAX_ROWS 64

/** rows_count() - simulate one and count what came out */
void rows_count(effect_fn *method, const struct cell *cell, uint64_t *counts, gsl_rng *rng);

#endif /* DMAFP_METHOD_ROWS_H */
