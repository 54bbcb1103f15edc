// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The I/O schema of KCIDB, version 5.3 (https://github.com/kernelci/kcidb-io,
 * kcidb_io/schema/v05_03.py): base and patched as checkouts and builds, a test
 * per row of each, and one for the overall verdict, which holds the controls.
 * Nothing may be null there: what is not known is left out.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/cell.h"
#include "analysis/json_text.h"
#include "analysis/render/kcidb.h"
#include "analysis/render/reading.h"
#include "analysis/render/render.h"
#include "analysis/timed.h"
#include "base/file.h"

#define MAJOR	   5
#define MINOR	   3
#define EXCERPT	   16384 /* most characters of a log_excerpt */
#define LINE_DEPTH 3

const char *const dmafp_kcidb_statuses[DMAFP_NR_VERDICTS] = {
	[DMAFP_EQUIVALENT] = "PASS",
	[DMAFP_IMPROVED] = "PASS",
	[DMAFP_REGRESSED] = "FAIL",
	[DMAFP_INVALID] = "ERROR",
	[DMAFP_INCONCLUSIVE] = "DONE",
	[DMAFP_NOT_REACHED] = "DONE",
	[DMAFP_NOT_JUDGED] = "DONE",
};

void dmafp_kcidb_text(json_t *object, const char *name, const char *text)
{
	json_t *json = text ? json_string(text) : NULL;

	if (json)
		json_object_set_new(object, name, json);
}

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

void dmafp_kcidb_number(json_t *object, const char *name, double value)
{
	bool whole = value == (double)(json_int_t)value;

	set(object, name, whole ? json_integer((json_int_t)value) : json_real(value));
}

void dmafp_kcidb_lines(json_t *object, const char *name, const struct dmafp_lines *lines)
{
	char *text = dmafp_lines_join(lines, "\n");

	if (strlen(text) > EXCERPT)
		text[EXCERPT] = '\0';
	if (lines->nr)
		dmafp_kcidb_text(object, name, text);
	free(text);
}

json_t *dmafp_kcidb_object(const char *id)
{
	json_t *object = json_object();

	dmafp_kcidb_text(object, "id", id);
	dmafp_kcidb_text(object, "origin", DMAFP_KCIDB_ORIGIN);
	return object;
}

/* Names */

const char *dmafp_kcidb_kernel(const struct dmafp_result *r)
{
	return r->kernel.build_id ? r->kernel.build_id : r->arm;
}

char *dmafp_kcidb_build(const struct dmafp_result *r)
{
	return dmafp_path(DMAFP_KCIDB_ORIGIN ":%s", dmafp_kcidb_kernel(r));
}

/* One tree per kernel: from which sources it was made is not in a result */
static char *checkout_id(const struct dmafp_result *r)
{
	return dmafp_path(DMAFP_KCIDB_ORIGIN ":source-of-%s", dmafp_kcidb_kernel(r));
}

void dmafp_kcidb_append(char **path, const char *part)
{
	char *longer = dmafp_path("%s.%s", *path, part), *c = longer + strlen(*path) + 1;

	for (; *c; c++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", *c))
			*c = '_';
	free(*path);
	*path = longer;
}

static char *path_of(const struct dmafp_row *row)
{
	char *path = dmafp_path(DMAFP_KCIDB_ORIGIN), *title = dmafp_cell_title(row->cell);
	const char *parameters = title + strlen(row->cell->op);

	dmafp_kcidb_append(&path, row->group->mode);
	dmafp_kcidb_append(&path, row->cell->op);
	dmafp_kcidb_append(&path, dmafp_row_phase_name(row->phase));
	if (*parameters)
		dmafp_kcidb_append(&path, parameters + 1);
	free(title);
	return path;
}

/* Checkouts and builds */

/* The hash of the patches' hashes, a line each: as the schema says */
static void set_patchset(json_t *checkout, const struct dmafp_result *r)
{
	struct dmafp_lines hashes = { 0 }, names = { 0 };
	char *text, *lines, hex[DMAFP_SHA256_HEX] = "";
	bool known = true;
	size_t i;

	for (i = 0; i < r->nr_patches; i++) {
		known &= r->patches[i].sha256 && strlen(r->patches[i].sha256) == 64;
		dmafp_lines_add(&hashes, "%s", known ? r->patches[i].sha256 : "");
		if (r->patches[i].name)
			dmafp_lines_add(&names, "%s", r->patches[i].name);
	}
	lines = dmafp_lines_join(&hashes, "\n");
	text = dmafp_path("%s\n", lines);
	if (r->nr_patches)
		dmafp_sha256(text, strlen(text), hex);
	if (known)
		dmafp_kcidb_text(checkout, "patchset_hash", hex);
	dmafp_kcidb_lines(checkout, "comment", &names);
	free(text);
	free(lines);
	dmafp_lines_free(&hashes);
	dmafp_lines_free(&names);
}

static json_t *checkout_json(const struct dmafp_result *r)
{
	char *id = checkout_id(r);
	json_t *json = dmafp_kcidb_object(id), *misc = json_object();

	set_patchset(json, r);
	set(json, "valid", json_true());
	dmafp_kcidb_text(misc, "release", r->kernel.release);
	dmafp_kcidb_text(misc, "arm", r->arm);
	set(json, "misc", misc);
	free(id);
	return json;
}

/* "[a-z0-9_]*" */
static bool is_arch(const char *arch)
{
	return arch && !arch[strspn(arch, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static json_t *build_json(const struct dmafp_result *r)
{
	char *id = dmafp_kcidb_build(r), *checkout = checkout_id(r);
	json_t *json = dmafp_kcidb_object(id), *misc = json_object();

	dmafp_kcidb_text(json, "checkout_id", checkout);
	dmafp_kcidb_text(json, "status", "PASS"); /* it booted */
	dmafp_kcidb_text(json, "architecture", is_arch(r->machine.arch) ? r->machine.arch : NULL);
	dmafp_kcidb_text(json, "compiler", r->kernel.compiler);
	dmafp_kcidb_text(json, "comment", r->arm);
	dmafp_kcidb_text(misc, "config_sha256", r->kernel.config_sha256);
	dmafp_kcidb_text(misc, "version", r->kernel.version);
	set(json, "misc", misc);
	free(checkout);
	free(id);
	return json;
}

static bool has_id(const json_t *array, const char *id)
{
	size_t i;

	for (i = 0; i < json_array_size(array); i++)
		if (!strcmp(json_string_value(json_object_get(json_array_get(array, i), "id")), id))
			return true;
	return false;
}

/* All kernels of base and patched: one each, unless results were forced together */
static void add_kernels(const struct dmafp_set *results, json_t *checkouts, json_t *builds)
{
	size_t i;

	for (i = 0; i < results->nr; i++) {
		const struct dmafp_result *r = results->results[i];
		char *id = dmafp_kcidb_build(r);

		if (dmafp_arm_find(r->arm) <= DMAFP_ARM_PATCHED && !has_id(builds, id)) {
			json_array_append_new(checkouts, checkout_json(r));
			json_array_append_new(builds, build_json(r));
		}
		free(id);
	}
}

/* Tests */

json_t *dmafp_kcidb_environment(const struct dmafp_group *group, const struct dmafp_result *r)
{
	json_t *json = json_object(), *misc = json_object();

	dmafp_kcidb_text(json, "comment",
			 !r->lab.present	? r->machine.cpu
			 : !r->lab.qemu_version ? "QEMU"
						: r->lab.qemu_version);
	dmafp_kcidb_text(misc, "cpu", r->machine.cpu);
	dmafp_kcidb_text(misc, "hypervisor", r->machine.hypervisor);
	dmafp_kcidb_text(misc, "accel", r->lab.accel);
	dmafp_kcidb_text(misc, "mode", group->mode);
	dmafp_kcidb_text(misc, "iommu", group->iommu);
	dmafp_kcidb_text(misc, "iommu_group_type", r->iommu.group_type);
	dmafp_kcidb_text(misc, "pci", group->pci);
	dmafp_kcidb_text(misc, "device", group->label);
	dmafp_kcidb_text(misc, "profile", r->profile.name);
	set(json, "misc", misc);
	return json;
}

/* Where the arm is compared: what was found */
static void set_findings(json_t *misc, const struct dmafp_row *row,
			 const struct dmafp_row_verdict *v, enum dmafp_arm_id arm)
{
	json_t *object = json_object();
	struct dmafp_reading reading;
	unsigned int s;

	for (s = 0; s < DMAFP_NR_STATISTICS; s++)
		if (dmafp_reading_of(row, v, arm, s, &reading) && reading.compared)
			dmafp_kcidb_number(object, dmafp_statistic_name(s), reading.difference);
	set(misc, "minus_base", object);
	dmafp_kcidb_text(misc, "verdict", dmafp_verdict_name(v->verdicts[arm]));
	if (!dmafp_reading_of(row, v, arm, DMAFP_STATISTIC_P50, &reading) || !reading.effect)
		return;
	set(misc, "p50_minus_base_95",
	    json_pack("[f, f]", reading.effect->difference_95.low,
		      reading.effect->difference_95.high));
	dmafp_kcidb_number(misc, "margin", v->margin);
	dmafp_kcidb_number(misc, "p", v->p[arm]);
}

static json_t *row_misc(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			enum dmafp_arm_id arm, bool forced)
{
	double calls = dmafp_reading_calls(row, arm);
	json_t *json = json_object();

	dmafp_kcidb_text(json, "arm", dmafp_arm_name(arm));
	dmafp_kcidb_text(json, "domain", v->timed ? "timed" : "exact");
	dmafp_kcidb_number(json, "boots", (double)row->sides[arm].nr_phases);
	dmafp_kcidb_number(json, "samples", (double)row->sides[arm].stats.count);
	set(json, "reached", json_boolean(v->reached));
	if (calls >= 0)
		dmafp_kcidb_number(json, "calls_per_op", calls);
	if (arm != DMAFP_ARM_BASE)
		set_findings(json, row, v, arm);
	if (forced)
		set(json, "forced", json_true());
	return json;
}

static json_t *number_json(const struct dmafp_row_verdict *v, double value)
{
	json_t *json = json_object();
	char unit[32];

	snprintf(unit, sizeof(unit), "%s/op", dmafp_reading_unit(v));
	dmafp_kcidb_number(json, "value", value);
	dmafp_kcidb_text(json, "unit", unit);
	return json;
}

/* The place in the report makes it unique, the time tells one run from another */
char *dmafp_kcidb_test(const struct dmafp_result *r, const struct dmafp_group *group, size_t place)
{
	return dmafp_path(DMAFP_KCIDB_ORIGIN ":%s:%s:%s:%s:%zu", dmafp_kcidb_kernel(r), r->created,
			  group->mode, group->pci, place);
}

static void add_test(json_t *tests, const struct dmafp_judgement *j, const struct dmafp_row *row,
		     size_t place, enum dmafp_arm_id arm)
{
	const struct dmafp_row_verdict *v = &j->rows[place];
	const struct dmafp_boots *boots = &row->group->arms[arm];
	bool forced = dmafp_judgement_forced(j);
	struct dmafp_reading reading;
	char *id, *build, *path, *title;
	json_t *json;

	if (!boots->nr || !dmafp_reading_of(row, v, arm, DMAFP_STATISTIC_P50, &reading))
		return;
	id = dmafp_kcidb_test(boots->items[0], row->group, place);
	build = dmafp_kcidb_build(boots->items[0]);
	path = path_of(row);
	title = dmafp_cell_title(row->cell);
	json = dmafp_kcidb_object(id);
	dmafp_kcidb_text(json, "build_id", build);
	dmafp_kcidb_text(json, "path", path);
	dmafp_kcidb_text(json, "status",
			 arm == DMAFP_ARM_BASE ? "DONE" : dmafp_kcidb_statuses[v->verdicts[arm]]);
	dmafp_kcidb_text(json, "comment",
			 forced ? "FORCED: results that cannot be compared" : title);
	set(json, "number", number_json(v, reading.value));
	dmafp_kcidb_text(json, "start_time", boots->items[0]->created);
	if (arm != DMAFP_ARM_BASE)
		dmafp_kcidb_lines(json, "log_excerpt", &v->notes);
	set(json, "environment", dmafp_kcidb_environment(row->group, boots->items[0]));
	set(json, "misc", row_misc(row, v, arm, forced));
	json_array_append_new(tests, json);
	free(title);
	free(path);
	free(build);
	free(id);
}

/* The overall verdict */

static json_t *controls_json(const struct dmafp_judgement *j)
{
	json_t *json = json_object();
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_range *range = &j->ranges[arm];
		json_t *object = json_object();

		dmafp_kcidb_number(object, "rows", (double)range->nr);
		dmafp_kcidb_number(object, "rows_as_they_must_be", (double)range->nr_good);
		if (range->nr) {
			dmafp_kcidb_number(object, "least_difference", range->low);
			dmafp_kcidb_number(object, "greatest_difference", range->high);
		}
		set(json, dmafp_arm_name(arm), object);
	}
	return json;
}

static const struct dmafp_result *first_of(const struct dmafp_set *results,
					   enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < results->nr; i++)
		if (dmafp_arm_find(results->results[i]->arm) == arm)
			return results->results[i];
	return NULL;
}

static void add_overall(json_t *tests, const struct dmafp_set *results,
			const struct dmafp_judgement *j)
{
	const struct dmafp_lines *why = j->differences.nr ? &j->differences : &j->reasons;
	const struct dmafp_result *r = first_of(results, DMAFP_ARM_PATCHED);
	json_t *json, *misc;
	char *id, *build;

	r = r ? r : first_of(results, DMAFP_ARM_BASE);
	if (!r)
		return;
	misc = json_object();
	id = dmafp_path(DMAFP_KCIDB_ORIGIN ":%s:%s:overall", dmafp_kcidb_kernel(r), r->created);
	build = dmafp_kcidb_build(r);
	json = dmafp_kcidb_object(id);
	dmafp_kcidb_text(json, "build_id", build);
	dmafp_kcidb_text(json, "path", DMAFP_KCIDB_ORIGIN);
	dmafp_kcidb_text(json, "status", dmafp_kcidb_statuses[j->overall]);
	dmafp_kcidb_text(json, "comment", dmafp_judgement_forced(j) ?
					  "FORCED: results that cannot be compared" :
					  "overall verdict");
	dmafp_kcidb_text(json, "start_time", r->created);
	dmafp_kcidb_lines(json, "log_excerpt", why);
	dmafp_kcidb_text(misc, "verdict", dmafp_verdict_name(j->overall));
	set(misc, "arms", controls_json(j));
	if (dmafp_judgement_forced(j))
		set(misc, "forced", json_true());
	set(json, "misc", misc);
	json_array_append_new(tests, json);
	free(build);
	free(id);
}

static void render(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;
	json_t *root = json_object(), *tests = json_array();
	json_t *checkouts = json_array(), *builds = json_array();
	size_t i;

	set(root, "version", json_pack("{s:i, s:i}", "major", MAJOR, "minor", MINOR));
	add_kernels(c->set, checkouts, builds);
	add_overall(tests, c->set, j);
	for (i = 0; i < c->nr_rows && !dmafp_judgement_refused(j); i++) {
		add_test(tests, j, &c->rows[i], i, DMAFP_ARM_BASE);
		add_test(tests, j, &c->rows[i], i, DMAFP_ARM_PATCHED);
	}
	dmafp_kcidb_traffic(tests, c, j);
	set(root, "checkouts", checkouts);
	set(root, "builds", builds);
	set(root, "tests", tests);
	dmafp_json_print(root, LINE_DEPTH, out);
}

const struct dmafp_renderer dmafp_render_kcidb = {
	.name = "kcidb",
	.summary = "JSON for KCIDB, I/O schema 5.3",
	.render = render,
};
