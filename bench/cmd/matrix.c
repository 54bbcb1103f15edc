// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "base/where.h"
#include "cmd/cmd.h"
#include "lab/lab.h"
#include "matrix/outcome.h"
#include "matrix/row.h"

struct matrix_options {
	const char *file;
	const char *output;
	unsigned int jobs;
	bool list;
	bool dry_run;
	bool json;
};

static const struct matrix_options defaults;

#define OFFSET(member)	offsetof(struct matrix_options, member)

static const struct dmafp_option options[] = {
	{ "file", 'f', DMAFP_OPT_STRING, OFFSET(file), "FILE", NULL,
	  "rows of your own [configs/matrix.ini]" },
	{ "output", 'o', DMAFP_OPT_STRING, OFFSET(output), "DIR", NULL,
	  "new folder, with one for each row in it [results/matrix-TIME]" },
	{ "jobs", 'J', DMAFP_OPT_UINT, OFFSET(jobs), "N", NULL,
	  "guests at a time, and make's jobs less one [one per CPU]" },
	{ "json", 'j', DMAFP_OPT_FLAG, OFFSET(json), NULL, NULL,
	  "print JSON instead of the table" },
	{ "list", 'l', DMAFP_OPT_FLAG, OFFSET(list), NULL, NULL, "print the rows and stop" },
	{ "dry-run", 'n', DMAFP_OPT_FLAG, OFFSET(dry_run), NULL, NULL,
	  "print what each row would build and boot, and stop" },
	{ 0 },
};

/* One run of the command. */
struct run {
	const struct matrix_options *opts;
	struct dmafp_matrix matrix;
	const struct dmafp_matrix_row **rows;
	size_t nr;
	char *out;
	struct dmafp_outcome *outcomes;
};

static void list_rows(const struct run *run)
{
	printf("%-19s %-22s %-7s %-5s %-6s %s\n", "row", "kernel", "config", "IOMMU", "inval.",
	       "expect");
	for (size_t i = 0; i < run->nr; i++) {
		const struct dmafp_matrix_row *row = run->rows[i];

		printf("%-19s %-22s %-7s %-5s %-6s %s\n", row->name,
		       *row->package ? row->package : row->source,
		       *row->package ? "Debian" : row->config, row->iommu, row->invalidation,
		       row->expect);
	}
}

static int boot_row(const struct run *run, struct dmafp_outcome *outcome, const char *dir)
{
	const struct dmafp_matrix_row *row = outcome->row;
	char *source = dmafp_matrix_source(row), *config = dmafp_matrix_config(row);
	const struct dmafp_lab_options lab = {
		.kernel_src = source,
		.kernel_package = *row->package ? row->package : NULL,
		.config = config,
		.profile = row->profile,
		.iommu = row->iommu,
		.invalidation = row->invalidation,
		.modes = dmafp_alloc_list((const char *const *)row->modes.items, row->modes.nr),
		.arms = dmafp_alloc_list((const char *const *)row->arms.items, row->arms.nr),
		.jobs = run->opts->jobs,
		.output = dir,
		.dry_run = run->opts->dry_run,
	};
	struct dmafp_lab_outcome done;
	int ret = dmafp_lab_execute(&lab, &done, &outcome->err);

	outcome->devices = done.devices;
	dmafp_lab_outcome_end(&done);
	free((void *)lab.modes);
	free((void *)lab.arms);
	free(config);
	free(source);
	return ret;
}

static int judge_row(struct dmafp_outcome *outcome, const char *dir)
{
	struct dmafp_err *err = &outcome->err;
	const char *const paths[] = { dir };
	char *text = dmafp_path("%s/report.txt", dir);
	int ret = dmafp_report_load(&outcome->report, paths, 1, err);

	if (!ret)
		dmafp_survey_take(&outcome->survey, &outcome->report.set);
	/* one arm gives no verdict, and its report would say no more than that */
	if (!ret && !strcmp(outcome->row->expect, "verdict"))
		ret = dmafp_report_save(&outcome->report, text, err);
	free(text);
	return ret;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A row that fails is an outcome, too; only a signal ends the whole. */
static int run_row(const struct run *run, size_t i)
{
	struct dmafp_outcome *outcome = &run->outcomes[i];
	char *dir = dmafp_path("%s/%s", run->out, run->rows[i]->name);
	double began = seconds();
	int ret;

	outcome->row = run->rows[i];
	fprintf(stderr, "== %s (%zu of %zu)\n", outcome->row->name, i + 1, run->nr);
	ret = boot_row(run, outcome, dir);
	if (!ret && !run->opts->dry_run)
		ret = judge_row(outcome, dir);
	outcome->seconds = seconds() - began;
	if (ret)
		fprintf(stderr, "dmafp: row %s: %s\n", outcome->row->name, outcome->err.msg);
	else
		outcome->err.exit = 0;
	free(dir);
	return ret && dmafp_proc_interrupted() ? ret : 0;
}

static int pick_rows(struct run *run, int argc, char **argv, struct dmafp_err *err)
{
	size_t nr = argc ? (size_t)argc : run->matrix.nr;

	run->rows = dmafp_alloc(nr, sizeof(*run->rows));
	for (size_t i = 0; i < nr; i++) {
		run->rows[i] = argc ? dmafp_matrix_find(&run->matrix, argv[i], err) :
				      &run->matrix.rows[i];
		if (!run->rows[i])
			return -ENOENT;
		/* they would share a folder */
		for (size_t k = 0; k < i; k++)
			if (run->rows[k] == run->rows[i])
				return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
						     "row '%s' is named twice", argv[i]);
	}
	run->nr = nr;
	return 0;
}

static int write_text(const struct run *run, const char *name, const char *text,
		      struct dmafp_err *err)
{
	char *path = dmafp_path("%s/%s", run->out, name);
	int ret = dmafp_file_write(path, text, strlen(text), err);

	free(path);
	return ret;
}

static int report(const struct run *run, struct dmafp_err *err)
{
	json_t *root = dmafp_outcome_json(run->outcomes, run->nr);
	char *json = json_dumps(root, JSON_INDENT(1)), *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret;

	if (!out || !json)
		abort();
	dmafp_outcome_print(run->outcomes, run->nr, out);
	fclose(out);
	ret = dmafp_file_mkdirs(run->out, err) ?: write_text(run, "matrix.txt", text, err) ?:
	      write_text(run, "matrix.json", json, err);
	puts(run->opts->json ? json : text);
	fprintf(stderr, "table, its JSON, and each row's results and report: %s\n", run->out);
	free(text);
	free(json);
	json_decref(root);
	return ret;
}

/* The first error's, or else INVALID where a row is not what it should be. */
static int exit_code(const struct run *run)
{
	int code = 0;

	for (size_t i = 0; i < run->nr; i++) {
		if (run->outcomes[i].err.exit)
			return (int)run->outcomes[i].err.exit;
		if (!dmafp_outcome_good(&run->outcomes[i]))
			code = DMAFP_EXIT_INVALID;
	}
	return code;
}

static int run_rows(struct run *run, struct dmafp_err *err)
{
	int ret = 0;

	if (!run->opts->dry_run && dmafp_file_exists(run->out))
		return dmafp_err_set(err, EEXIST, DMAFP_EXIT_USAGE,
				     "%s is there already: results are not mixed, name another folder with --output",
				     run->out);
	dmafp_proc_init();
	run->outcomes = dmafp_alloc(run->nr, sizeof(*run->outcomes));
	for (size_t i = 0; !ret && i < run->nr; i++) {
		ret = run_row(run, i);
		if (ret)
			*err = run->outcomes[i].err;
	}
	if (ret || run->opts->dry_run)
		return ret;
	return report(run, err) ?: exit_code(run);
}

static int run_matrix(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	struct run run = { .opts = arg };
	char *file = run.opts->file ? dmafp_alloc_string(run.opts->file) :
				      dmafp_path("%s/configs/matrix.ini", dmafp_where_data());
	int ret = dmafp_matrix_load(&run.matrix, file, err) ?: pick_rows(&run, argc, argv, err);

	run.out = run.opts->output ? dmafp_alloc_string(run.opts->output) :
				    dmafp_path_now("matrix");
	if (!ret && run.opts->list)
		list_rows(&run);
	else if (!ret)
		ret = run_rows(&run, err);
	for (size_t i = 0; run.outcomes && i < run.nr; i++)
		dmafp_outcome_free(&run.outcomes[i]);
	free(run.outcomes);
	free(run.rows);
	free(run.out);
	dmafp_matrix_free(&run.matrix);
	free(file);
	return ret;
}

const struct dmafp_command dmafp_cmd_matrix = {
	.name = "matrix",
	.summary = "run the lab on many kernels and IOMMUs, print one table",
	.usage = "[ROW...]",
	.description =
		"Runs the rows of configs/matrix.ini, all or those that are named, one after\n"
		"another through the lab: the distribution's own kernels, unmodified, and\n"
		"kernels built from source, on Intel VT-d and AMD-Vi, with strict and lazy\n"
		"invalidation. A row says what is expected of it: a verdict that its controls\n"
		"bear out, or a survey that shows that the path ran. docs/matrix.md has the\n"
		"keys, and the table of a real run.\n"
		"\n"
		"Exit code: 0 every row is what it is expected to be, 3 one is not, 64 and\n"
		"above one failed; the others are run all the same.",
	.examples = "  dmafp matrix --list\n"
		    "  dmafp matrix debian-6.12-vtd debian-6.1-amdvi\n"
		    "  dmafp matrix --output /tmp/matrix",
	.options = options,
	.options_size = sizeof(struct matrix_options),
	.defaults = &defaults,
	.max_args = -1,
	.run = run_matrix,
};
