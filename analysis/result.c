// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "analysis/cell.h"
#include "analysis/hist.h"
#include "analysis/document.h"
#include "analysis/json_text.h"
#include "analysis/member_row.h"
#include "analysis/result.h"
#include "analysis/upgrade.h"
#include "base/file.h"

#define VERSION_MEMBER "dmafp_result"
#define LINE_DEPTH     3 /* a cell's phase is a line */

static const char *const domain_words[] = {
	[DMAFP_DOMAIN_EXACT] = "exact", [DMAFP_DOMAIN_TIMED] = "timed", NULL
};

static const char *const method_words[] = {
	[DMAFP_BY_LATENCY] = "latency",
	[DMAFP_BY_BLOCK] = "block",
	[DMAFP_BY_SUSTAINED] = "sustained",
	NULL
};

static const struct dmafp_member counted_members[] = {
	MEMBER("ops", POSITIVE, dmafp_phase_result, counted_ops),
	MEMBER("calls", U64, dmafp_phase_result, calls),
	MEMBER("attaches", U64, dmafp_phase_result, attaches),
	OPTIONAL("reached", dmafp_phase_result, reached, has_reached),
	{ 0 }
};

static const struct dmafp_member series_members[] = {
	MEMBER("stride", U32, dmafp_series, stride),
	ARRAY("points", U64S, NULL, dmafp_series, points, nr_points),
	{ 0 }
};

static const struct dmafp_member run_members[] = {
	MEMBER("elapsed", U64, dmafp_worker_result, elapsed),
	OPTIONAL("samples", dmafp_worker_result, samples, has_samples),
	ARRAY("counters", ARRAY, dmafp_counter_members, dmafp_worker_result, counters,
	      nr_counters),
	{ 0 }
};

static const struct dmafp_member scaling_members[] = {
	MEMBER("place", NAME, dmafp_cell_result, place),
	MEMBER("worker_node", INDEX, dmafp_cell_result, worker_node),
	{ 0 }
};

static const struct dmafp_member phase_members[] = {
	MAYBE_GROUP("counted", COUNTED, counted_members, dmafp_phase_result, counted_ops),
	OBJECT("hist", dmafp_hist_members, dmafp_phase_result, hist),
	ARRAY("workers", ARRAY, dmafp_hist_members, dmafp_phase_result, workers, nr_workers),
	ARRAY("series", ARRAY, series_members, dmafp_phase_result, series, nr_series),
	{ 0 }
};

static const struct dmafp_member cell_members[] = {
	MEMBER("op", NAME, dmafp_cell_result, op),
	MEMBER("reaches", STRING, dmafp_cell_result, reaches),
	MEMBER("on_path", BOOL, dmafp_cell_result, on_path),
	MEMBER("sleeps", BOOL, dmafp_cell_result, sleeps),
	CHOICE("method", method_words, dmafp_cell_result, method),
	MEMBER("ops_per_sample", POSITIVE, dmafp_cell_result, ops_per_sample),
	MEMBER("bytes", U64, dmafp_cell_result, bytes),
	MEMBER("entries", U32, dmafp_cell_result, entries),
	MEMBER("layout", STRING, dmafp_cell_result, layout),
	MEMBER("direction", STRING, dmafp_cell_result, direction),
	ARRAY("attrs", NAMES, NULL, dmafp_cell_result, attrs, nr_attrs),
	MEMBER("mask_bits", KNOWN, dmafp_cell_result, mask_bits),
	MEMBER("node", INDEX, dmafp_cell_result, node),
	MEMBER("touch", BOOL, dmafp_cell_result, touch),
	ARRAY("cpus", U32S, NULL, dmafp_cell_result, cpus, nr_cpus),
	MEMBER("preemptible", BOOL, dmafp_cell_result, preemptible),
	MAYBE_GROUP("scaling", MAYBE, scaling_members, dmafp_cell_result, scales),
	MEMBER("block", U32, dmafp_cell_result, block),
	MEMBER("live", U32, dmafp_cell_result, live),
	MEMBER("delay_ns", U32, dmafp_cell_result, delay_ns),
	MEMBER("warmup", U64, dmafp_cell_result, warmup),
	MEMBER("iterations", U64, dmafp_cell_result, iterations),
	MEMBER("duration_ns", U64, dmafp_cell_result, duration_ns),
	ARRAY("workers", ARRAY, run_members, dmafp_cell_result, runs, nr_runs),
	OBJECT("map", phase_members, dmafp_cell_result, map),
	MAYBE("unmap", phase_members, dmafp_cell_result, unmap, has_unmap),
	MAYBE("sampling", dmafp_sampling_members, dmafp_cell_result, sampling, sampling.present),
	{ 0 }
};

static const struct dmafp_member first_counted_members[] = {
	MEMBER("deferred_before", BOOL, dmafp_first_result, counted_deferred_before),
	MEMBER("calls", U64, dmafp_first_result, calls),
	MEMBER("attaches", U64, dmafp_first_result, attaches),
	MEMBER("overlaps", U64, dmafp_first_result, overlaps),
	MEMBER("attach_ticks", U64, dmafp_first_result, attach_ticks),
	OPTIONAL("held", dmafp_first_result, held, has_held),
	OBJECT("trace", dmafp_trace_members, dmafp_first_result, trace),
	{ 0 }
};

static const struct dmafp_member first_members[] = {
	MEMBER("op", NAME, dmafp_first_result, op),
	MEMBER("bytes", U64, dmafp_first_result, bytes),
	MEMBER("direction", STRING, dmafp_first_result, direction),
	MEMBER("deferred_before", BOOL, dmafp_first_result, deferred_before),
	MEMBER("deferred_after", BOOL, dmafp_first_result, deferred_after),
	MEMBER("map_ticks", U64, dmafp_first_result, map_ticks),
	MEMBER("unmap_ticks", U64, dmafp_first_result, unmap_ticks),
	MAYBE_GROUP("counted", MAYBE, first_counted_members, dmafp_first_result, counted),
	{ 0 }
};

static const struct dmafp_member calibration_members[] = {
	MEMBER("stamp", STRING, dmafp_calibration_result, stamp),
	MEMBER("tick_khz", KNOWN, dmafp_calibration_result, tick_khz),
	MEMBER("repeats", U32, dmafp_calibration_result, repeats),
	MEMBER("short_run", U32, dmafp_calibration_result, short_run),
	MEMBER("long_run", U32, dmafp_calibration_result, long_run),
	MEMBER("short_min", U64, dmafp_calibration_result, short_min),
	MEMBER("short_max", U64, dmafp_calibration_result, short_max),
	MEMBER("long_min", U64, dmafp_calibration_result, long_min),
	MEMBER("long_max", U64, dmafp_calibration_result, long_max),
	{ 0 }
};

static const struct dmafp_member patch_members[] = {
	MEMBER("name", STRING, dmafp_patch_ref, name),
	MEMBER("file", STRING, dmafp_patch_ref, file),
	MEMBER("sha256", STRING, dmafp_patch_ref, sha256),
	{ 0 }
};

static const struct dmafp_member lab_members[] = {
	MEMBER("accel", STRING, dmafp_lab_ref, accel),
	MEMBER("qemu_version", STRING, dmafp_lab_ref, qemu_version),
	MEMBER("qemu_command", STRING, dmafp_lab_ref, qemu_command),
	{ 0 }
};

static const struct dmafp_member option_members[] = {
	MEMBER("name", NAME, dmafp_kernel_option, name),
	MEMBER("value", NAME, dmafp_kernel_option, value),
	{ 0 }
};

static const struct dmafp_member kernel_members[] = {
	MEMBER("release", STRING, dmafp_result, kernel.release),
	MEMBER("version", STRING, dmafp_result, kernel.version),
	MEMBER("build_id", STRING, dmafp_result, kernel.build_id),
	MEMBER("config_sha256", STRING, dmafp_result, kernel.config_sha256),
	MEMBER("command_line", STRING, dmafp_result, kernel.command_line),
	MEMBER("compiler", STRING, dmafp_result, kernel.compiler),
	ARRAY("options", ARRAY, option_members, dmafp_result, kernel.options, kernel.nr_options),
	{ 0 }
};

static const struct dmafp_member machine_members[] = {
	MEMBER("arch", STRING, dmafp_result, machine.arch),
	MEMBER("cpu", STRING, dmafp_result, machine.cpu),
	MEMBER("nr_cpus", U32, dmafp_result, machine.nr_cpus),
	MEMBER("nr_nodes", U32, dmafp_result, machine.nr_nodes),
	MEMBER("memory_kib", U64, dmafp_result, machine.memory_kib),
	MEMBER("hypervisor", STRING, dmafp_result, machine.hypervisor),
	ARRAY("findings", ARRAY, dmafp_finding_members, dmafp_result, machine.findings,
	      machine.nr_findings),
	{ 0 }
};

static const struct dmafp_member iommu_members[] = {
	MEMBER("driver", STRING, dmafp_result, iommu.driver),
	MEMBER("unit", STRING, dmafp_result, iommu.unit),
	MEMBER("group_type", STRING, dmafp_result, iommu.group_type),
	MEMBER("group", INDEX, dmafp_result, iommu.group),
	{ 0 }
};

static const struct dmafp_member device_members[] = {
	MEMBER("pci", NAME, dmafp_result, device.pci),
	MEMBER("label", NAME, dmafp_result, device.label),
	MEMBER("vendor", U16, dmafp_result, device.vendor),
	MEMBER("device", U16, dmafp_result, device.device),
	MEMBER("class_code", U32, dmafp_result, device.class_code),
	MEMBER("driver", STRING, dmafp_result, device.driver),
	MEMBER("dma_mask_bits", U32, dmafp_result, device.dma_mask_bits),
	MEMBER("node", INDEX, dmafp_result, device.node),
	MEMBER("attach_deferred", BOOL, dmafp_result, device.attach_deferred),
	{ 0 }
};

static const struct dmafp_member profile_members[] = {
	MEMBER("name", STRING, dmafp_result, profile.name),
	MEMBER("sha256", STRING, dmafp_result, profile.sha256),
	MEMBER("margin_ppm", KNOWN, dmafp_result, profile.margin_ppm),
	MEMBER("margin_check", KNOWN, dmafp_result, profile.margin_check),
	{ 0 }
};

static const struct dmafp_member result_members[] = {
	MEMBER("tool_version", NAME, dmafp_result, tool_version),
	MEMBER("created", NAME, dmafp_result, created),
	MEMBER("arm", NAME, dmafp_result, arm),
	MEMBER("mode", NAME, dmafp_result, mode),
	CHOICE("domain", domain_words, dmafp_result, domain),
	MEMBER("domain_reason", STRING, dmafp_result, domain_reason),
	MEMBER("campaign", STRING, dmafp_result, campaign),
	GROUP("kernel", kernel_members),
	ARRAY("patches", ARRAY, patch_members, dmafp_result, patches, nr_patches),
	MAYBE("lab", lab_members, dmafp_result, lab, lab.present),
	GROUP("machine", machine_members),
	GROUP("iommu", iommu_members),
	GROUP("device", device_members),
	GROUP("profile", profile_members),
	OBJECT("calibration", calibration_members, dmafp_result, calibration),
	MAYBE("first_map", first_members, dmafp_result, first_map, first_map.present),
	MAYBE("attach", dmafp_attach_members, dmafp_result, attach, attach.present),
	ARRAY("cells", ARRAY, cell_members, dmafp_result, cells, nr_cells),
	MAYBE("traffic", dmafp_traffic_members, dmafp_result, traffic, traffic.present),
	{ 0 }
};

struct dmafp_result *dmafp_result_new(void)
{
	struct dmafp_result *result = dmafp_alloc(1, sizeof(*result));

	result->iommu.group = -1;
	result->device.node = -1;
	return result;
}

void dmafp_result_free(struct dmafp_result *result)
{
	if (!result)
		return;
	dmafp_members_free(result_members, result);
	free(result->path);
	free(result);
}

void dmafp_result_drop_cell(struct dmafp_result *result)
{
	struct dmafp_cell_result *last = &result->cells[--result->nr_cells];

	dmafp_members_free(cell_members, last);
	*last = (struct dmafp_cell_result) { 0 };
}

json_t *dmafp_result_to_json(const struct dmafp_result *result)
{
	json_t *root = json_object();

	json_object_set_new(root, VERSION_MEMBER, json_integer(DMAFP_RESULT_VERSION));
	dmafp_members_write(result_members, result, root);
	return root;
}

static int check_version(const json_t *root, struct dmafp_err *err)
{
	const json_t *version = json_object_get(root, VERSION_MEMBER);

	if (!version)
		return dmafp_err_set(
			err, EINVAL, DMAFP_EXIT_DATA,
			"this is not a dmafp result: there is no member " VERSION_MEMBER);
	if (!json_is_integer(version))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "member " VERSION_MEMBER " is not an integer");
	if (json_integer_value(version) >= 1 &&
	    json_integer_value(version) <= DMAFP_RESULT_VERSION)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "this is result version %lld, this dmafp reads 1 to %d: %s",
			     json_integer_value(version), DMAFP_RESULT_VERSION,
			     json_integer_value(version) > DMAFP_RESULT_VERSION
				     ? "use a newer dmafp"
				     : "the file is damaged");
}

static int check_workers(const struct dmafp_phase_result *phase, struct dmafp_err *err)
{
	unsigned __int128 count = 0;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < phase->nr_workers; i++) {
		ret = dmafp_hist_check(&phase->workers[i], err);
		count += phase->workers[i].count;
	}
	if (!ret && phase->nr_workers && count != phase->hist.count)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				    "the workers' counts do not add up to hist.count");
	return ret;
}

/* Medians of samples lie between the least and the most of them. */
static int check_series(const struct dmafp_phase_result *phase, size_t worker,
			struct dmafp_err *err)
{
	const struct dmafp_series *series = &phase->series[worker];
	const struct dmafp_hist *hist =
		phase->nr_workers > worker ? &phase->workers[worker] : &phase->hist;
	size_t i;

	if (series->nr_points && (!series->stride || series->nr_points > hist->count))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "series[%zu] has points that stand for no sample",
				     worker);
	for (i = 0; i < series->nr_points; i++)
		if (series->points[i] < hist->min || series->points[i] > hist->max)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "series[%zu].points[%zu] is %" PRIu64
					     ", no sample between %" PRIu64 " and %" PRIu64,
					     worker, i, series->points[i], hist->min,
					     hist->max);
	return 0;
}

static int check_phase(const struct dmafp_phase_result *phase, size_t workers,
		       size_t cell, const char *name, struct dmafp_err *err)
{
	int ret = dmafp_hist_check(&phase->hist, err);
	size_t i;

	if (!ret)
		ret = check_workers(phase, err);
	if (!ret && phase->nr_series && phase->nr_series != workers)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				    "there are not as many series as workers");
	for (i = 0; !ret && i < phase->nr_series; i++)
		ret = check_series(phase, i, err);
	return ret ? dmafp_err_prefix(err, ret, "cells[%zu].%s: ", cell, name) : 0;
}

static int check_counters(const struct dmafp_cell_result *cell, struct dmafp_err *err)
{
	size_t i, j;

	for (i = 0; i < cell->nr_runs; i++)
		for (j = 0; j < cell->runs[i].nr_counters; j++) {
			const char *fault = dmafp_counter_fault(&cell->runs[i].counters[j]);

			if (fault)
				return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
						     "workers[%zu].counters[%zu] %s", i,
						     j, fault);
		}
	return 0;
}

static int check_parameters(const struct dmafp_cell_result *cell, struct dmafp_err *err)
{
	const char *fault = NULL;

	if (!cell->iterations && !cell->duration_ns)
		fault = "has neither iterations nor a duration";
	else if (cell->ops_per_sample != (cell->method == DMAFP_BY_BLOCK ? cell->block : 1))
		fault = "has samples of another number of ops than its method makes";
	else if (!cell->live != (cell->method != DMAFP_BY_SUSTAINED))
		fault = "must have a ring of mappings if it is sustained, and only then";
	else if (!cell->layout != !cell->entries)
		fault = "must have a layout if it has entries, and only then";
	else if (cell->nr_runs && cell->nr_runs != cell->nr_cpus)
		fault = "has not as many workers as CPUs";
	else if (cell->sampling.present)
		fault = dmafp_sampling_fault(&cell->sampling);
	return fault ? dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "it %s", fault)
		     : check_counters(cell, err);
}

/* Together they made what the cell holds. */
static int check_samples(const struct dmafp_cell_result *cell, struct dmafp_err *err)
{
	unsigned __int128 samples = 0;
	bool all = cell->nr_runs;
	size_t i;

	for (i = 0; i < cell->nr_runs; i++) {
		all &= cell->runs[i].has_samples;
		samples += cell->runs[i].samples;
	}
	if (!all || samples == cell->map.hist.count)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "the workers' samples do not add up to map.hist.count");
}

static int check_unique(const struct dmafp_result *result, size_t cell,
			struct dmafp_err *err)
{
	size_t i;

	for (i = 0; i < cell; i++)
		if (dmafp_cell_same(&result->cells[i], &result->cells[cell]))
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "cells[%zu] is cells[%zu] once more", cell, i);
	return 0;
}

static int check_cells(const struct dmafp_result *result, struct dmafp_err *err)
{
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < result->nr_cells; i++) {
		const struct dmafp_cell_result *cell = &result->cells[i];

		ret = check_unique(result, i, err);
		if (!ret && (check_parameters(cell, err) || check_samples(cell, err)))
			ret = dmafp_err_prefix(err, -EINVAL, "cells[%zu]: ", i);
		if (!ret)
			ret = check_phase(&cell->map, cell->nr_cpus, i, "map", err);
		if (!ret && cell->has_unmap)
			ret = check_phase(&cell->unmap, cell->nr_cpus, i, "unmap", err);
	}
	return ret;
}

/* A result is exact because a known run of instructions read as such, or not */
static int check_calibration(const struct dmafp_result *result, struct dmafp_err *err)
{
	const struct dmafp_calibration_result *c = &result->calibration;

	if (result->domain != DMAFP_DOMAIN_EXACT)
		return 0;
	if (c->repeats && c->long_run > c->short_run && c->short_min == c->short_max &&
	    c->long_min == c->long_max &&
	    c->long_min - c->short_min == c->long_run - c->short_run)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "the domain says exact, but the calibration does not read "
			     "one tick per instruction");
}

struct dmafp_result *dmafp_result_from_json(const json_t *root, struct dmafp_err *err)
{
	struct dmafp_document doc = { .root = (json_t *)root };

	return dmafp_result_from_document(&doc, err);
}

struct dmafp_result *dmafp_result_from_document(struct dmafp_document *doc, struct dmafp_err *err)
{
	const json_t *root = doc->root;
	struct dmafp_result *result;
	json_t *now;
	int ret;

	if (!json_is_object(root)) {
		dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			      "this is not a dmafp result: it is not a JSON object");
		return NULL;
	}
	if (check_version(root, err))
		return NULL;
	result = dmafp_result_new();
	now = dmafp_upgrade(root);
	ret = dmafp_members_read(result_members, now, result, &doc->lists, err);
	json_decref(now);
	if (ret || check_cells(result, err) || dmafp_attach_check(&result->attach, err) ||
	    dmafp_traffic_check(&result->traffic, err) ||
	    check_calibration(result, err)) {
		dmafp_result_free(result);
		return NULL;
	}
	return result;
}

/* What the reader would refuse must not be written: there is no second run */
static int check_readable(const json_t *root, const char *path, struct dmafp_err *err)
{
	struct dmafp_result *copy = dmafp_result_from_json(root, err);

	if (!copy) {
		err->exit = DMAFP_EXIT_INTERNAL;
		return dmafp_err_prefix(err, -EINVAL, "refusing to write %s: ", path);
	}
	dmafp_result_free(copy);
	return 0;
}

int dmafp_result_write(const struct dmafp_result *result, const char *path,
		       struct dmafp_err *err)
{
	json_t *root = dmafp_result_to_json(result);
	int ret = check_readable(root, path, err);
	char *text;

	if (!ret) {
		text = dmafp_json_text(root, LINE_DEPTH);
		ret = dmafp_file_write(path, text, strlen(text), err);
		free(text);
	}
	json_decref(root);
	return ret;
}

struct dmafp_result *dmafp_result_read(const char *path, struct dmafp_err *err)
{
	struct dmafp_result *result = NULL;
	struct dmafp_document doc;
	size_t len;
	char *text;

	text = dmafp_file_read(path, &len, err);
	if (!text)
		return NULL;
	if (!dmafp_document_parse(&doc, text, len, err))
		result = dmafp_result_from_document(&doc, err);
	if (result)
		result->path = dmafp_alloc_string(path);
	else
		dmafp_err_prefix(err, -EINVAL, "%s: ", path);
	dmafp_document_free(&doc);
	free(text);
	return result;
}
