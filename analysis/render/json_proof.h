/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The static proof as a part of the JSON report. */
#ifndef DMAFP_ANALYSIS_JSON_PROOF_H
#define DMAFP_ANALYSIS_JSON_PROOF_H

#include <jansson.h>

#include "analysis/compare.h"

/** dmafp_json_proof() - a new reference; null where there are no walks */
json_t *dmafp_json_proof(const struct dmafp_comparison *comparison);

#endif /* DMAFP_ANALYSIS_JSON_PROOF_H */
