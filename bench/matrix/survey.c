// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "analysis/compare.h"
#include "analysis/hist.h"
#include "analysis/render/table.h"
#include "analysis/render/wrap.h"
#include "matrix/survey.h"

enum { PLAIN, KEYED, KDUMP };

static const char *const mode_names[DMAFP_SURVEY_MODES] = {
	[PLAIN] = "plain", [KEYED] = "keyed", [KDUMP] = "kdump",
};

static bool is_base(const struct dmafp_result *result)
{
	return result->arm && dmafp_arm_find(result->arm) == DMAFP_ARM_BASE;
}

static void take_calls(struct dmafp_survey_mode *mode, const struct dmafp_phase_result *map)
{
	double calls = -1;

	if (map->counted_ops)
		calls = (double)map->calls / (double)map->counted_ops;
	if (mode->high < -1 || calls < mode->low)
		mode->low = calls;
	if (calls > mode->high)
		mode->high = calls;
}

static void take_median(uint64_t *median, const struct dmafp_cell_result *cell)
{
	if (!*median && cell->method == DMAFP_BY_LATENCY && cell->map.hist.count)
		*median = dmafp_hist_quantile(&cell->map.hist, 1, 2);
}

static void take_cell(struct dmafp_survey_mode *mode, const struct dmafp_cell_result *cell)
{
	if (cell->on_path)
		take_calls(mode, &cell->map);
	if (!strcmp(cell->op, DMAFP_NULL_OP))
		take_median(&mode->null, cell);
	else if (!strcmp(cell->op, "check"))
		take_median(&mode->check, cell);
	else if (!strcmp(cell->op, "map_page") && cell->bytes == 4096)
		take_median(&mode->map, cell);
}

static bool belongs(const struct dmafp_result *result, const struct dmafp_survey_mode *mode)
{
	return is_base(result) && !strcmp(result->mode, mode->name);
}

/* Is there another boot's result of the same device before this one? */
static bool is_replicate(const struct dmafp_set *set, size_t at,
			 const struct dmafp_survey_mode *mode)
{
	for (size_t i = 0; i < at; i++)
		if (belongs(set->results[i], mode) &&
		    !strcmp(set->results[i]->device.pci, set->results[at]->device.pci))
			return true;
	return false;
}

static void take_mode(struct dmafp_survey_mode *mode, const struct dmafp_set *set)
{
	/* below every count: nothing was seen yet */
	mode->low = mode->high = -2;
	for (size_t i = 0; i < set->nr; i++) {
		const struct dmafp_result *result = set->results[i];

		if (!belongs(result, mode))
			continue;
		mode->devices += !is_replicate(set, i, mode);
		for (size_t k = 0; k < result->nr_cells; k++)
			take_cell(mode, &result->cells[k]);
	}
}

void dmafp_survey_take(struct dmafp_survey *survey, const struct dmafp_set *set)
{
	*survey = (struct dmafp_survey) { .exact = true };
	for (size_t i = 0; i < set->nr; i++) {
		const struct dmafp_result *result = set->results[i];

		if (!is_base(result))
			continue;
		survey->exact &= result->domain == DMAFP_DOMAIN_EXACT;
		if (survey->release)
			continue;
		survey->release = result->kernel.release;
		survey->iommu = result->iommu.driver;
		survey->group_type = result->iommu.group_type;
	}
	for (size_t i = 0; i < DMAFP_SURVEY_MODES; i++) {
		survey->modes[i].name = mode_names[i];
		take_mode(&survey->modes[i], set);
	}
}

bool dmafp_survey_path_ran(const struct dmafp_survey *survey, size_t devices)
{
	const struct dmafp_survey_mode *keyed = &survey->modes[KEYED];

	return keyed->devices >= devices && keyed->low == 1 && keyed->high == 1;
}

void dmafp_survey_calls(const struct dmafp_survey_mode *mode, char *text, size_t size)
{
	if (!mode->devices || mode->high < -1)
		snprintf(text, size, "-");
	else if (mode->low < 0)
		snprintf(text, size, "?");
	else if (mode->low == mode->high)
		snprintf(text, size, "%.3g", mode->low);
	else
		snprintf(text, size, "%.2g-%.2g", mode->low, mode->high);
}

const struct dmafp_survey_mode *dmafp_survey_shown(const struct dmafp_survey *survey)
{
	static const int order[] = { KEYED, KDUMP, PLAIN };

	for (size_t i = 0; i < DMAFP_SURVEY_MODES; i++)
		if (survey->modes[order[i]].devices)
			return &survey->modes[order[i]];
	return &survey->modes[KEYED];
}

static void add_median(struct dmafp_table *table, uint64_t median)
{
	if (median)
		dmafp_table_add_number(table, median);
	else
		dmafp_table_add(table, "-");
}

static void print_modes(const struct dmafp_survey *survey, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "mode", "" }, true },	   { { "", "devices" }, false },
		{ { "calls", "/map" }, false },	   { { "null", "p50" }, false },
		{ { "check", "p50" }, false },	   { { "map_page", "4K p50" }, false },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 6 };
	char calls[16];

	for (size_t i = 0; i < DMAFP_SURVEY_MODES; i++) {
		const struct dmafp_survey_mode *mode = &survey->modes[i];

		if (!mode->devices)
			continue;
		dmafp_survey_calls(mode, calls, sizeof(calls));
		dmafp_table_add(&table, "%s", mode->name);
		dmafp_table_add_number(&table, mode->devices);
		dmafp_table_add(&table, "%s", calls);
		add_median(&table, mode->null);
		add_median(&table, mode->check);
		add_median(&table, mode->map);
	}
	dmafp_table_print(&table, out);
}

static const char *known(const char *text)
{
	return text ? text : "not known";
}

void dmafp_survey_print(const struct dmafp_survey *survey, size_t devices, FILE *out)
{
	dmafp_wrap(out, "", "  ", "dmafp: survey of Linux %s, no verdict: there is one arm",
		   known(survey->release));
	dmafp_wrap(out, "", "  ", "IOMMU %s, group type %s; %s per op, medians",
		   known(survey->iommu), known(survey->group_type),
		   survey->exact ? "instructions" : "ticks (timed domain)");
	fputc('\n', out);
	print_modes(survey, out);
	fputc('\n', out);
	if (dmafp_survey_path_ran(survey, devices))
		dmafp_wrap(out, "", "  ",
			   "The path ran: in mode keyed every map called iommu_deferred_attach() once, on %zu of %zu devices.",
			   survey->modes[KEYED].devices, devices);
	else
		dmafp_wrap(out, "", "  ",
			   "INVALID: nothing shows that the path ran once per map in mode keyed on %zu device%s.",
			   devices, devices == 1 ? "" : "s");
}
