/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What perf sampled and says, for the JSON report. */
#ifndef DMAFP_ANALYSIS_JSON_FUNCTIONS_H
#define DMAFP_ANALYSIS_JSON_FUNCTIONS_H

#include <jansson.h>

#include "analysis/compare.h"

/** dmafp_json_functions() - one object per load or cell that was sampled */
json_t *dmafp_json_functions(const struct dmafp_comparison *comparison);

#endif /* DMAFP_ANALYSIS_JSON_FUNCTIONS_H */
