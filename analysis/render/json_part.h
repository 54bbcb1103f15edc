/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the JSON report; what is returned is a new reference. */
#ifndef DMAFP_ANALYSIS_JSON_PART_H
#define DMAFP_ANALYSIS_JSON_PART_H

#include <jansson.h>

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/stat/effect.h"

/** dmafp_json_place() - set mode, iommu, pci and label of a group */
void dmafp_json_place(json_t *object, const struct dmafp_group *group);

/** dmafp_json_effect() - an arm against base; what is not known is null */
json_t *dmafp_json_effect(const struct dmafp_effect *effect);

/** dmafp_json_stop() - of a campaign that may stop early */
json_t *dmafp_json_stop(const struct dmafp_comparison *comparison,
			const struct dmafp_judgement *judgement);

/** dmafp_json_traffic() - the rows of real traffic of a section that has some */
json_t *dmafp_json_traffic(const struct dmafp_comparison *comparison,
			   const struct dmafp_judgement *judgement,
			   const struct dmafp_section *section);

/** dmafp_json_traffic_sum() - what all of them say, where there are some */
json_t *dmafp_json_traffic_sum(const struct dmafp_judgement *judgement);

#endif /* DMAFP_ANALYSIS_JSON_PART_H */
