/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Result files, sorted into what can be compared: mode, IOMMU, device, arm. */
#ifndef DMAFP_ANALYSIS_SET_H
#define DMAFP_ANALYSIS_SET_H

#include <stddef.h>
#include <sys/types.h>

#include "analysis/evidence.h"
#include "analysis/result.h"
#include "base/err.h"

enum dmafp_arm_id {
	DMAFP_ARM_BASE,
	DMAFP_ARM_PATCHED,
	DMAFP_ARM_ALWAYS_LOCK,
	DMAFP_ARM_PLACEBO,
	DMAFP_NR_ARMS
};

/**
 * struct dmafp_boots - replicates: the same arm, mode and device, booted again
 * @items: by time of creation
 * @nr: how many
 */
struct dmafp_boots {
	const struct dmafp_result **items;
	size_t nr;
};

/**
 * struct dmafp_group - one mode x IOMMU x device, all arms side by side
 * @mode: of the vocabulary
 * @iommu: driver of the IOMMU, "no IOMMU" if none
 * @pci: address of the device
 * @label: what it is
 * @arms: the boots of each arm; none: the arm was not measured
 */
struct dmafp_group {
	const char *mode, *iommu, *pci, *label;
	struct dmafp_boots arms[DMAFP_NR_ARMS];
};

/** struct dmafp_file_id - a file, by whatever path */
struct dmafp_file_id {
	dev_t device;
	ino_t inode;
};

/**
 * struct dmafp_set - results and their groups
 * @results: owned
 * @nr: how many
 * @groups: plain before keyed before kdump, then by IOMMU and device
 * @nr_groups: how many
 * @evidence: found beside the results
 * @files: struct dmafp_file_id of each, a tree of tsearch(3)
 */
struct dmafp_set {
	struct dmafp_result **results;
	size_t nr;
	struct dmafp_group *groups;
	size_t nr_groups;
	struct dmafp_evidence evidence;
	void *files;
};

/** dmafp_arm_name() - the arm in the words of the vocabulary */
const char *dmafp_arm_name(enum dmafp_arm_id arm);

/** dmafp_arm_find() - the arm of that name, DMAFP_NR_ARMS if there is none */
enum dmafp_arm_id dmafp_arm_find(const char *name);

/** dmafp_set_add() - put a result into the set, which owns it then */
void dmafp_set_add(struct dmafp_set *set, struct dmafp_result *result);

/**
 * dmafp_set_load() - read a result file, or all of a directory and below
 * @set: zeroed, or holding results
 * @path: a file must be a result or evidence; of a directory the *.json that
 *	are either are taken, and there must be one
 * @err: filled on failure
 *
 * A file that is in the set already, by whatever path, is not taken twice.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_set_load(struct dmafp_set *set, const char *path, struct dmafp_err *err);

/**
 * dmafp_set_group() - sort the results into groups, after the last one was added
 *
 * Results of an arm that is none of the four are in no group.
 */
void dmafp_set_group(struct dmafp_set *set);

/** dmafp_set_free() - release all that the set holds, and empty it */
void dmafp_set_free(struct dmafp_set *set);

#endif /* DMAFP_ANALYSIS_SET_H */
