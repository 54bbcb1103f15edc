// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/table.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"
#include "matrix/outcome.h"

#define INDENT "    "

static bool expects_verdict(const struct dmafp_outcome *outcome)
{
	return !strcmp(outcome->row->expect, "verdict");
}

/* What the IOMMU group's type says; NULL: it is neither. */
static const char *invalidation(const struct dmafp_outcome *outcome)
{
	const char *type = outcome->survey.group_type;

	if (type && !strcmp(type, "DMA"))
		return "strict";
	return type && !strcmp(type, "DMA-FQ") ? "lazy" : NULL;
}

static bool invalidates_as_expected(const struct dmafp_outcome *outcome)
{
	const char *is = invalidation(outcome);

	return is && !strcmp(is, dmafp_matrix_invalidation(outcome->row));
}

bool dmafp_outcome_good(const struct dmafp_outcome *outcome)
{
	if (outcome->err.exit || !invalidates_as_expected(outcome))
		return false;
	if (!expects_verdict(outcome))
		return dmafp_survey_path_ran(&outcome->survey, outcome->devices);
	switch (outcome->report.judgement->overall) {
	case DMAFP_EQUIVALENT:
	case DMAFP_IMPROVED:
	case DMAFP_REGRESSED:
		return true;
	default:
		return false;
	}
}

/* "-3", or "+20..+21"; free() it */
static char *range_text(const struct dmafp_range *range)
{
	if (!range->nr)
		return dmafp_alloc_string("not judged");
	if (range->low == range->high)
		return dmafp_path("%+.4g", range->high);
	return dmafp_path("%+.4g..%+.4g", range->low, range->high);
}

static void print_verdict(const struct dmafp_outcome *outcome, FILE *out)
{
	const struct dmafp_judgement *judgement = outcome->report.judgement;
	char *patched = range_text(&judgement->ranges[DMAFP_ARM_PATCHED]);
	char *lock = range_text(&judgement->ranges[DMAFP_ARM_ALWAYS_LOCK]);
	char *placebo = range_text(&judgement->ranges[DMAFP_ARM_PLACEBO]);

	dmafp_wrap(out, INDENT, INDENT, "%s: patched %s, always-lock %s, placebo %s",
		   dmafp_verdict_name(judgement->overall), patched, lock, placebo);
	free(placebo);
	free(lock);
	free(patched);
}

static void print_says(const struct dmafp_outcome *outcome, FILE *out)
{
	if (!outcome->err.exit && strcmp(outcome->row->gets, "asked"))
		dmafp_wrap(out, INDENT, INDENT, "asked for %s, which this kernel does not do here",
			   outcome->row->invalidation);
	if (outcome->err.exit)
		dmafp_wrap(out, INDENT, INDENT, "FAILED, exit code %d: %.*s",
			   (int)outcome->err.exit, (int)strcspn(outcome->err.msg, "\n"),
			   outcome->err.msg);
	else if (!invalidates_as_expected(outcome))
		dmafp_wrap(out, INDENT, INDENT,
			   "INVALID: invalidation must be %s, group type is %s",
			   dmafp_matrix_invalidation(outcome->row),
			   outcome->survey.group_type ? outcome->survey.group_type :
							"not known");
	else if (expects_verdict(outcome))
		print_verdict(outcome, out);
	else
		dmafp_wrap(out, INDENT, INDENT, "%s",
			   dmafp_outcome_good(outcome) ?
				   "survey: the path ran once per map in mode keyed" :
				   "INVALID: the path did not run as it must");
}

static const char *config_text(const struct dmafp_matrix_row *row)
{
	return *row->package ? "Debian" : row->config;
}

static void number(uint64_t value, char *text, size_t size)
{
	if (value)
		snprintf(text, size, "%" PRIu64, value);
	else
		snprintf(text, size, "-");
}

static void print_row(const struct dmafp_outcome *outcome, FILE *out)
{
	const struct dmafp_matrix_row *row = outcome->row;
	const struct dmafp_survey_mode *shown = dmafp_survey_shown(&outcome->survey);
	char calls[DMAFP_SURVEY_MODES][16], all[50], null[24], check[24], map[24];
	const char *release = outcome->survey.release;

	for (size_t i = 0; i < DMAFP_SURVEY_MODES; i++)
		dmafp_survey_calls(&outcome->survey.modes[i], calls[i], sizeof(calls[i]));
	snprintf(all, sizeof(all), "%s/%s/%s", calls[0], calls[1], calls[2]);
	number(shown->null, null, sizeof(null));
	number(shown->check, check, sizeof(check));
	number(shown->map, map, sizeof(map));
	fprintf(out, "%-20.20s %-7.7s %-6s %-6s %-7s %4s %5s %5s %4.0f\n",
		release ? release : row->name, config_text(row),
		strcmp(row->iommu, "amd") ? "VT-d" : "AMD-Vi",
		invalidation(outcome) ? invalidation(outcome) : row->invalidation, all, null,
		check, map, outcome->seconds);
}

void dmafp_outcome_print(const struct dmafp_outcome *outcomes, size_t nr, FILE *out)
{
	fprintf(out, "%-20s %-7s %-6s %-6s %-7s %4s %5s %5s %4s\n", "", "", "", "inval-", "calls",
		"null", "check", "map4K", "");
	fprintf(out, "%-20s %-7s %-6s %-6s %-7s %4s %5s %5s %4s\n", "kernel", "config", "IOMMU",
		"idates", "p/k/c", "p50", "p50", "p50", "sec");
	for (size_t i = 0; i < nr; i++) {
		print_row(&outcomes[i], out);
		print_says(&outcomes[i], out);
	}
	fputc('\n', out);
	dmafp_wrap(out, "", "  ",
		   "calls: of iommu_deferred_attach() per map, in modes plain/keyed/kdump; '-': not measured.");
	dmafp_wrap(out, "", "  ",
		   "p50: instructions of arm base in mode keyed. Differences: arm minus base, over min, p50 and p99; of patched and always-lock on rows that ran the path, of placebo on all.");
}

static json_t *mode_json(const struct dmafp_survey_mode *mode)
{
	json_t *calls = json_null();

	if (mode->high >= 0 && mode->low >= 0)
		calls = json_pack("[f, f]", mode->low, mode->high);
	return json_pack("{s:s, s:I, s:o, s:I, s:I, s:I}", "mode", mode->name, "devices",
			 (json_int_t)mode->devices, "calls_per_map", calls, "null_p50",
			 (json_int_t)mode->null, "check_p50", (json_int_t)mode->check,
			 "map_page_4k_p50", (json_int_t)mode->map);
}

static json_t *modes_json(const struct dmafp_survey *survey)
{
	json_t *modes = json_array();

	for (size_t i = 0; i < DMAFP_SURVEY_MODES; i++)
		if (survey->modes[i].devices)
			json_array_append_new(modes, mode_json(&survey->modes[i]));
	return modes;
}

static json_t *ranges_json(const struct dmafp_judgement *judgement)
{
	json_t *ranges = json_object();

	for (unsigned int arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_range *range = &judgement->ranges[arm];

		json_object_set_new(ranges, dmafp_arm_name(arm),
				    range->nr ? json_pack("{s:f, s:f}", "low", range->low,
							  "high", range->high) :
						json_null());
	}
	return ranges;
}

static json_t *text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

static void add_measured(json_t *root, const struct dmafp_outcome *outcome)
{
	const struct dmafp_judgement *judgement = outcome->report.judgement;

	json_object_set_new(root, "release", text_json(outcome->survey.release));
	json_object_set_new(root, "group_type", text_json(outcome->survey.group_type));
	json_object_set_new(root, "exact", json_boolean(outcome->survey.exact));
	json_object_set_new(root, "modes", modes_json(&outcome->survey));
	if (!expects_verdict(outcome))
		return;
	json_object_set_new(root, "verdict", text_json(dmafp_verdict_name(judgement->overall)));
	json_object_set_new(root, "minus_base", ranges_json(judgement));
}

json_t *dmafp_outcome_json(const struct dmafp_outcome *outcomes, size_t nr)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < nr; i++) {
		const struct dmafp_outcome *outcome = &outcomes[i];
		const struct dmafp_matrix_row *row = outcome->row;
		json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i, s:f}", "row",
					 row->name, "kernel",
					 *row->package ? row->package : row->source, "config",
					 config_text(row), "iommu", row->iommu, "invalidation",
					 row->invalidation, "expect", row->expect, "as_expected",
					 dmafp_outcome_good(outcome), "exit",
					 (int)outcome->err.exit, "seconds", outcome->seconds);

		if (outcome->err.exit)
			json_object_set_new(root, "error", json_string(outcome->err.msg));
		else
			add_measured(root, outcome);
		json_array_append_new(rows, root);
	}
	return json_pack("{s:o}", "rows", rows);
}

void dmafp_outcome_free(struct dmafp_outcome *outcome)
{
	dmafp_report_free(&outcome->report);
}
