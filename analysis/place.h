/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections and rows in words, as few as say it: what is shared is said once. */
#ifndef DMAFP_ANALYSIS_PLACE_H
#define DMAFP_ANALYSIS_PLACE_H

#include <stdbool.h>

#include "analysis/compare.h"

/**
 * dmafp_place_device() - the device of a group, as short as it is unique
 *
 * The label; with the address where another device has the same label, and
 * with the IOMMU where the comparison has several.
 *
 * Return: text to free().
 */
char *dmafp_place_device(const struct dmafp_comparison *comparison,
			 const struct dmafp_group *group);

/**
 * dmafp_place_sections() - "keyed and kdump on nvme, nic; plain on nvme"
 * @comparison: all sections
 * @chosen: one flag per section
 *
 * Return: text to free().
 */
char *dmafp_place_sections(const struct dmafp_comparison *comparison, const bool *chosen);

/**
 * dmafp_place_take() - all places whose text is that of the one at @first
 * @texts: @nr of them, NULL where there is nothing to say; those that are the same are
 *	taken away
 * @same: out: a flag for each, all false before
 *
 * Return: the text, to free().
 */
char *dmafp_place_take(char **texts, size_t nr, size_t first, bool *same);

/**
 * dmafp_place_texts() - "A in keyed and kdump on nvme; B in plain on nvme"
 * @comparison: all sections
 * @texts: one per section, NULL where there is nothing to say; all are freed
 *
 * Return: text to free(), empty if there is none.
 */
char *dmafp_place_texts(const struct dmafp_comparison *comparison, char **texts);

/**
 * dmafp_place_rows() - "check map, map_page map (all 4) in keyed on nvme, nic"
 * @comparison: all rows
 * @chosen: one flag per row
 *
 * Return: text to free().
 */
char *dmafp_place_rows(const struct dmafp_comparison *comparison, const bool *chosen);

#endif /* DMAFP_ANALYSIS_PLACE_H */
