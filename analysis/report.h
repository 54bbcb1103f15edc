/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From result files to a printed or written report. */
#ifndef DMAFP_ANALYSIS_REPORT_H
#define DMAFP_ANALYSIS_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/render/render.h"
#include "analysis/set.h"
#include "base/err.h"

/** struct dmafp_style - how a report is shown, see struct dmafp_view */
struct dmafp_style {
	bool color, cover;
};

/**
 * struct dmafp_report - results, their comparison and what it says
 * @rules: by which it is judged
 * @style: in which it is shown
 */
struct dmafp_report {
	struct dmafp_rules rules;
	struct dmafp_style style;
	struct dmafp_set set;
	struct dmafp_comparison *comparison;
	struct dmafp_judgement *judgement;
};

/**
 * dmafp_report_load() - read results, compare and judge them
 * @report: zeroed but for its rules and style; filled; release it with
 *	dmafp_report_free(), also after a failure
 * @paths: result files and directories of them
 * @nr: how many
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_report_load(struct dmafp_report *report, const char *const *paths, size_t nr,
		      struct dmafp_err *err);

/**
 * dmafp_report_judge() - compare and judge what is in @report->set already
 *
 * A judgement from before is released: what it was of has changed since.
 */
void dmafp_report_judge(struct dmafp_report *report);

/**
 * dmafp_report_print() - print to a stream and see that it arrived
 *
 * Return: 0, or a negative errno.
 */
int dmafp_report_print(const struct dmafp_report *report,
		       const struct dmafp_renderer *renderer, FILE *out,
		       struct dmafp_err *err);

/**
 * dmafp_report_write() - write to a file, atomically
 *
 * Return: 0, or a negative errno.
 */
int dmafp_report_write(const struct dmafp_report *report,
		       const struct dmafp_renderer *renderer, const char *path,
		       struct dmafp_err *err);

/**
 * dmafp_report_save() - write the text to @path, JSON and page beside it
 *
 * REPORT.txt has them in REPORT.json and REPORT.html, any other FILE in
 * FILE.json and FILE.html.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_report_save(const struct dmafp_report *report, const char *path,
		      struct dmafp_err *err);

/** dmafp_report_free() - release what the report holds */
void dmafp_report_free(struct dmafp_report *report);

/**
 * dmafp_diff_report() - all of it in one call
 * @paths: result files and directories of them
 * @nr: how many
 * @output: file for the text, JSON and page go beside it; NULL: to neither
 * @out: the text is printed here, too, on a terminal in colours; NULL: it is not
 * @err: filled on failure
 *
 * Return: exit code of the verdict, 0..3, or a negative errno.
 */
int dmafp_diff_report(const char *const *paths, size_t nr, const char *output, FILE *out,
		      struct dmafp_err *err);

#endif /* DMAFP_ANALYSIS_REPORT_H */
