/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came of the rows of a matrix, as a table and as JSON. */
#ifndef DMAFP_MATRIX_OUTCOME_H
#define DMAFP_MATRIX_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "analysis/report.h"
#include "matrix/row.h"
#include "matrix/survey.h"

/**
 * struct dmafp_outcome - one row that was run
 * @row: which
 * @err: exit is 0: it ran; else why it did not, and nothing below but @seconds
 *	is filled
 * @report: its results, judged
 * @survey: arm base of them
 * @devices: how many devices the row's profile asks for
 * @seconds: wall time, building included
 */
struct dmafp_outcome {
	const struct dmafp_matrix_row *row;
	struct dmafp_err err;
	struct dmafp_report report;
	struct dmafp_survey survey;
	size_t devices;
	double seconds;
};

/**
 * dmafp_outcome_good() - is it what the row expects?
 *
 * A row that expects a verdict wants one that its controls bear out, whatever
 * it is; one that expects a survey wants the path to have run.
 */
bool dmafp_outcome_good(const struct dmafp_outcome *outcome);

/** dmafp_outcome_print() - the table, at most 72 columns of ASCII */
void dmafp_outcome_print(const struct dmafp_outcome *outcomes, size_t nr, FILE *out);

/** dmafp_outcome_json() - the same as data; a new reference */
json_t *dmafp_outcome_json(const struct dmafp_outcome *outcomes, size_t nr);

/** dmafp_outcome_free() - release what it holds */
void dmafp_outcome_free(struct dmafp_outcome *outcome);

#endif /* DMAFP_MATRIX_OUTCOME_H */
