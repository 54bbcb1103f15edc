/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record of CSV, field by field. */
#ifndef DMAFP_ANALYSIS_CSV_RECORD_H
#define DMAFP_ANALYSIS_CSV_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"

/** struct dmafp_csv - one record while it is written */
struct dmafp_csv {
	FILE *out;
	bool begun;
};

/** dmafp_csv_put() - the next field, quoted if need be */
void dmafp_csv_put(struct dmafp_csv *csv, const char *text);

/** dmafp_csv_flag() - "yes" or "no" */
void dmafp_csv_flag(struct dmafp_csv *csv, bool flag);

/** dmafp_csv_count() - a whole number */
void dmafp_csv_count(struct dmafp_csv *csv, uint64_t count);

/** dmafp_csv_number() - nothing where nothing is known: no number stands for that */
void dmafp_csv_number(struct dmafp_csv *csv, bool known, double value);

/** dmafp_csv_end() - the record is complete */
void dmafp_csv_end(struct dmafp_csv *csv);

/** dmafp_csv_traffic() - the records of real traffic */
void dmafp_csv_traffic(struct dmafp_csv *csv, const struct dmafp_comparison *comparison,
		       const struct dmafp_judgement *judgement);

#endif /* DMAFP_ANALYSIS_CSV_RECORD_H */
