/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A survey: what arm base shows by itself, without a verdict.  Did the path run,
 * and what do the calls cost?
 */
#ifndef DMAFP_MATRIX_SURVEY_H
#define DMAFP_MATRIX_SURVEY_H

#include <stdio.h>

#include "analysis/set.h"

#define DMAFP_SURVEY_MODES 3

/**
 * struct dmafp_survey_mode - one mode of arm base
 * @name: of the vocabulary
 * @devices: results of the first boot, one per device
 * @low: least calls of iommu_deferred_attach() per map, over all ops whose map
 *	path holds the check, devices and boots; below 0: not counted
 * @high: most of them
 * @null: median of op null, of the first device that has it; 0: not measured
 * @check: the same of op check
 * @map: the same of op map_page with 4 KiB
 */
struct dmafp_survey_mode {
	const char *name;
	size_t devices;
	double low, high;
	uint64_t null, check, map;
};

/**
 * struct dmafp_survey - all modes; strings belong to the set
 * @release: of the kernel
 * @iommu: driver of the IOMMU
 * @group_type: "DMA", "DMA-FQ"
 * @exact: a tick is an instruction in every result
 * @modes: plain, keyed, kdump
 */
struct dmafp_survey {
	const char *release, *iommu, *group_type;
	bool exact;
	struct dmafp_survey_mode modes[DMAFP_SURVEY_MODES];
};

/**
 * dmafp_survey_take() - look through the results of arm base
 * @survey: filled
 * @set: results, at least one; must outlive the survey
 */
void dmafp_survey_take(struct dmafp_survey *survey, const struct dmafp_set *set);

/**
 * dmafp_survey_path_ran() - was the path run in mode keyed, as it must be?
 * @survey: taken
 * @devices: how many there must be
 *
 * Return: true if every op whose map path holds the check called
 * iommu_deferred_attach() exactly once per map, on all @devices.
 */
bool dmafp_survey_path_ran(const struct dmafp_survey *survey, size_t devices);

/** dmafp_survey_calls() - "1", "0-1", "?" where not counted, "-" where not measured */
void dmafp_survey_calls(const struct dmafp_survey_mode *mode, char *text, size_t size);

/** dmafp_survey_shown() - the mode whose medians stand for all: keyed, kdump, plain */
const struct dmafp_survey_mode *dmafp_survey_shown(const struct dmafp_survey *survey);

/** dmafp_survey_print() - as text for mail */
void dmafp_survey_print(const struct dmafp_survey *survey, size_t devices, FILE *out);

#endif /* DMAFP_MATRIX_SURVEY_H */
