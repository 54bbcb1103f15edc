/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the KCIDB report share; strings that are returned are to free(). */
#ifndef DMAFP_ANALYSIS_KCIDB_H
#define DMAFP_ANALYSIS_KCIDB_H

#include <jansson.h>

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/lines.h"

#define DMAFP_KCIDB_ORIGIN "dmafp"

extern const char *const dmafp_kcidb_statuses[DMAFP_NR_VERDICTS];

/** dmafp_kcidb_text() - a member; left out if it is not known, or not UTF-8 */
void dmafp_kcidb_text(json_t *object, const char *name, const char *text);

/** dmafp_kcidb_number() - a member; a whole number as such */
void dmafp_kcidb_number(json_t *object, const char *name, double value);

/** dmafp_kcidb_lines() - a member of several lines, left out without any */
void dmafp_kcidb_lines(json_t *object, const char *name, const struct dmafp_lines *lines);

/** dmafp_kcidb_object() - one with its id and the origin */
json_t *dmafp_kcidb_object(const char *id);

/** dmafp_kcidb_kernel() - what tells the kernel of a result from others */
const char *dmafp_kcidb_kernel(const struct dmafp_result *result);

/** dmafp_kcidb_build() - the id of its build */
char *dmafp_kcidb_build(const struct dmafp_result *result);

/** dmafp_kcidb_append() - another part of a path: letters, digits, '_' and '-' */
void dmafp_kcidb_append(char **path, const char *part);

/** dmafp_kcidb_environment() - where a test ran */
json_t *dmafp_kcidb_environment(const struct dmafp_group *group, const struct dmafp_result *result);

/** dmafp_kcidb_test() - the id of a test: @place is that of its row in the report */
char *dmafp_kcidb_test(const struct dmafp_result *result, const struct dmafp_group *group,
		       size_t place);

/** dmafp_kcidb_traffic() - the tests of real traffic */
void dmafp_kcidb_traffic(json_t *tests, const struct dmafp_comparison *comparison,
			 const struct dmafp_judgement *judgement);

#endif /* DMAFP_ANALYSIS_KCIDB_H */
