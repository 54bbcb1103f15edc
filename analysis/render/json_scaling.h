/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Throughput over the number of workers, as JSON. */
#ifndef DMAFP_ANALYSIS_JSON_SCALING_H
#define DMAFP_ANALYSIS_JSON_SCALING_H

#include <jansson.h>

#include "analysis/compare.h"

/** dmafp_json_scaling() - all curves, an array */
json_t *dmafp_json_scaling(const struct dmafp_comparison *comparison);

#endif /* DMAFP_ANALYSIS_JSON_SCALING_H */
