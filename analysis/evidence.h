/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands beside the results: proof, exact profiles, what perf says, when was looked. */
#ifndef DMAFP_ANALYSIS_EVIDENCE_H
#define DMAFP_ANALYSIS_EVIDENCE_H

#include "analysis/looks.h"
#include "analysis/perf_text.h"
#include "analysis/steps.h"
#include "analysis/walk.h"

/* The member that marks such a file, and holds its version */
#define DMAFP_WALKS_MEMBER "dmafp_path"
#define DMAFP_STEPS_MEMBER "dmafp_trace"
#define DMAFP_PERF_MEMBER  "dmafp_perf"

/**
 * struct dmafp_evidence - of one comparison
 * @walks: one per `dmafp path`
 * @steps: one per `dmafp trace`
 * @perfs: one per `dmafp perf`
 * @looks: of a campaign that may stop early
 */
struct dmafp_evidence {
	struct dmafp_walks *walks;
	size_t nr_walks;
	struct dmafp_profile_steps *steps;
	size_t nr_steps;
	struct dmafp_perf_texts *perfs;
	size_t nr_perfs;
	struct dmafp_looks looks;
};

/**
 * dmafp_evidence_version() - is @root such a file, of a version that can be read?
 *
 * Return: 0, or -EINVAL (DMAFP_EXIT_DATA).
 */
int dmafp_evidence_version(const json_t *root, const char *member, int newest,
			   struct dmafp_err *err);

/** dmafp_evidence_is() - does the file say that it is evidence? */
bool dmafp_evidence_is(const json_t *root);

/**
 * dmafp_evidence_add() - take in one file
 * @root: what dmafp_evidence_is() is true of
 * @path: for messages
 *
 * Return: 0, or a negative errno.
 */
int dmafp_evidence_add(struct dmafp_evidence *evidence, const json_t *root, const char *path,
		       struct dmafp_err *err);

/** dmafp_evidence_free() - release all, and empty it */
void dmafp_evidence_free(struct dmafp_evidence *evidence);

#endif /* DMAFP_ANALYSIS_EVIDENCE_H */
