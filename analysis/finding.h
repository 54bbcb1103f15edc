/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an audit of the machine found, as a result keeps it. */
#ifndef DMAFP_ANALYSIS_FINDING_H
#define DMAFP_ANALYSIS_FINDING_H

#include "analysis/member.h"

/* What a finding means for a run */
enum dmafp_finding_class {
	DMAFP_FINDING_RECORDS, /* to be known, and no more */
	DMAFP_FINDING_WARNS,   /* figures suffer */
	DMAFP_FINDING_BLOCKS, /* a run is impossible, or what it measures is not the kernel */
	DMAFP_FINDING_GOOD, /* as it should be; not in results */
};

/** dmafp_finding_word() - "records", "warns", "blocks", "good" */
const char *dmafp_finding_word(enum dmafp_finding_class class);

/**
 * struct dmafp_finding_result - one finding
 * @check: name of the check, as in docs/doctor.md
 * @class: any but DMAFP_FINDING_GOOD
 * @reading: what was seen
 */
struct dmafp_finding_result {
	char *check;
	enum dmafp_finding_class class;
	char *reading;
};

/** dmafp_finding_members - its members in JSON */
extern const struct dmafp_member dmafp_finding_members[];

#endif /* DMAFP_ANALYSIS_FINDING_H */
