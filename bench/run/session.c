// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/attach.h"
#include "run/cell_sampling.h"
#include "run/measure.h"
#include "run/pin.h"
#include "run/session.h"

/* One device while it is measured */
struct work {
	struct dmafp_session *session;
	struct dmafp_pci_device *device;
	struct dmafp_result *result;
	struct dmafp_err *err;
};

/* Everything one device does apart from its cells */
enum {
	STEP_CALIBRATE,
	STEP_FIRST_MAP,
	NR_STEPS
};

/* Each round ends with a new device, and the first begins with one. */
static unsigned int evidence_steps(const struct dmafp_plan *plan)
{
	return plan->attach_rounds ? plan->attach_rounds + 1 : 0;
}

unsigned int dmafp_session_steps(const struct dmafp_plan *plan)
{
	return NR_STEPS + plan->nr_cells + plan->recount + evidence_steps(plan);
}

static void note(const struct work *work, const char *text)
{
	const struct dmafp_run_options *options = work->session->options;

	if (options->note)
		options->note(options->ctx, text);
}

static int stopped(const struct work *work)
{
	const struct dmafp_run_options *options = work->session->options;
	int sig = options->stop ? *options->stop : 0;

	if (!sig)
		return 0;
	return dmafp_err_set(
		work->err, EINTR, (enum dmafp_exit)(128 + sig),
		"interrupted; nothing is kept of a device that was not finished");
}

/* Before each step: show where we are, and stop where we were told to. */
static int begin(const struct work *work, const char *what)
{
	struct dmafp_session *session = work->session;
	const struct dmafp_run_options *options = session->options;
	char text[DMAFP_CELL_TEXT + 64];

	snprintf(text, sizeof(text), "%s %s: %s", work->device->label, work->device->pci,
		 what);
	if (options->progress)
		options->progress(options->ctx, text, session->done, session->total);
	session->done++;
	return stopped(work);
}

static int select_device(const struct work *work, struct dmafp_device *facts)
{
	return dmafp_transport_device(work->session->transport, work->device, facts,
				      work->err);
}

static void keep_device(struct dmafp_result *result, const struct dmafp_pci_device *device)
{
	result->device.pci = dmafp_alloc_string(device->pci);
	result->device.label = dmafp_alloc_string(device->label);
	result->device.vendor = device->vendor;
	result->device.device = device->device;
	result->device.class_code = device->class_code;
	result->device.driver = *device->driver ? dmafp_alloc_string(device->driver) : NULL;
	result->device.node = device->node;
	result->iommu.driver = *device->iommu ? dmafp_alloc_string(device->iommu) : NULL;
	result->iommu.unit = *device->unit ? dmafp_alloc_string(device->unit) : NULL;
	result->iommu.group_type =
		*device->group_type ? dmafp_alloc_string(device->group_type) : NULL;
	result->iommu.group = device->group;
}

static int take_device(const struct work *work)
{
	struct dmafp_device facts;
	int ret = select_device(work, &facts);

	if (ret)
		return ret;
	work->result->device.dma_mask_bits = facts.dma_mask_bits;
	work->result->device.attach_deferred = facts.flags & DMAFP_DEV_ATTACH_DEFERRED;
	if (!(facts.flags & DMAFP_DEV_DMA_IOMMU))
		note(work, "the device's DMA does not go through dma-iommu: the path under "
			   "test is not on its way");
	return 0;
}

static bool is_exact(const struct dmafp_calibration *arg)
{
	return arg->short_min == arg->short_max && arg->long_min == arg->long_max &&
	       arg->long_min - arg->short_min == arg->long_run - arg->short_run;
}

static char *why_timed(const struct dmafp_calibration *arg)
{
	return dmafp_path("%u instructions read as %" PRIu64 "..%" PRIu64
			  " ticks, %u as %" PRIu64 "..%" PRIu64,
			  arg->short_run, (uint64_t)arg->short_min,
			  (uint64_t)arg->short_max, arg->long_run,
			  (uint64_t)arg->long_min, (uint64_t)arg->long_max);
}

static int calibrate(const struct work *work)
{
	struct dmafp_calibration arg = { .repeats =
						 work->session->profile->run.calibrations };
	struct dmafp_result *result = work->result;
	int ret = begin(work, "calibration");

	if (!ret)
		ret = dmafp_transport_calibrate(work->session->transport, &arg, work->err);
	if (ret)
		return ret;
	result->domain = is_exact(&arg) ? DMAFP_DOMAIN_EXACT : DMAFP_DOMAIN_TIMED;
	result->domain_reason = is_exact(&arg) ? NULL : why_timed(&arg);
	result->calibration = (struct dmafp_calibration_result) {
		.repeats = arg.repeats,
		.short_run = arg.short_run,
		.long_run = arg.long_run,
		.short_min = arg.short_min,
		.short_max = arg.short_max,
		.long_min = arg.long_min,
		.long_max = arg.long_max,
		.tick_khz = work->session->info.tick_khz,
		.stamp = dmafp_alloc_string(
			work->session->info.stamp == DMAFP_STAMP_CNTVCT ? "cntvct" : "tsc"),
	};
	return 0;
}

/* The module makes these maps in the caller's context, so on the caller's CPU. */
static int first_map_on_cpu(const struct work *work, struct dmafp_first_map *arg)
{
	struct dmafp_pin *pin = dmafp_pin_to(work->session->plan->first.cpus[0]);
	int ret = dmafp_transport_first_map(work->session->transport, arg, work->err);

	dmafp_pin_restore(pin);
	return ret;
}

static int first_map(const struct work *work)
{
	const struct dmafp_plan_cell *cell = &work->session->plan->first;
	struct dmafp_first_map arg = { .cell = dmafp_plan_cell_abi(cell) };
	const char *direction = dmafp_plan_direction(cell);
	int ret = begin(work, "first map");

	if (!ret)
		ret = first_map_on_cpu(work, &arg);
	if (ret)
		return ret;
	work->result->first_map = (struct dmafp_first_result) {
		.present = true,
		.op = dmafp_alloc_string(cell->op.name),
		.bytes = cell->bytes,
		.direction = dmafp_alloc_string(direction),
		.deferred_before = arg.deferred_before,
		.deferred_after = arg.deferred_after,
		.map_ticks = arg.map_ticks,
		.unmap_ticks = arg.unmap_ticks,
	};
	return 0;
}

static int measure_cell(const struct work *work, const struct dmafp_plan_cell *cell)
{
	size_t before = work->result->nr_cells;
	char text[DMAFP_CELL_TEXT];
	int ret;

	dmafp_plan_cell_text(cell, text);
	ret = begin(work, text);
	if (ret)
		return ret;
	ret = dmafp_measure_cell(work->session, cell, work->result, work->err);
	if (!ret && work->result->nr_cells > before)
		ret = dmafp_cell_sampling_take(work->session, cell, work->result, work->err);
	return ret ? dmafp_err_prefix(work->err, ret, "%s: ", text) : 0;
}

static int measure_cells(const struct work *work)
{
	const struct dmafp_plan *plan = work->session->plan;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < plan->nr_cells; i++)
		ret = measure_cell(work, &plan->cells[i]);
	return ret;
}

/* Forget the device, find it again: its next map is a first one once more. */
static int renew_device(const struct work *work, bool *bound)
{
	struct dmafp_transport *transport = work->session->transport;
	struct dmafp_device facts;
	int ret;

	ret = transport->ops->unbind(transport, work->device, work->err);
	if (ret)
		return ret;
	*bound = false;
	ret = transport->ops->rediscover(transport, work->device, work->err);
	if (!ret)
		ret = transport->ops->bind(transport, work->device, work->err);
	if (ret)
		return ret;
	*bound = true;
	return select_device(work, &facts);
}

static int probe_first_map(const struct work *work)
{
	struct dmafp_first_result *result = &work->result->first_map;
	struct dmafp_record records[DMAFP_ATTACH_RECORDS];
	struct dmafp_first_map arg = {
		.flags = DMAFP_FIRST_PROBE,
		.cell = dmafp_plan_cell_abi(&work->session->plan->first),
		.records = (uintptr_t)records,
		.nr_records = DMAFP_ATTACH_RECORDS,
	};
	int ret;

	ret = first_map_on_cpu(work, &arg);
	if (ret == -EOPNOTSUPP) {
		note(work, "attaches cannot be counted on this kernel");
		return 0;
	}
	if (ret)
		return ret;
	/* AMD-Vi keeps its device data and defers an attach once per boot */
	if (result->deferred_before && !arg.deferred_before) {
		note(work, "the attach is not deferred a second time: attaches not counted");
		return 0;
	}
	result->counted = true;
	result->counted_deferred_before = arg.deferred_before;
	result->calls = arg.calls;
	result->attaches = arg.attaches;
	result->overlaps = arg.overlaps;
	result->attach_ticks = arg.attach_ticks;
	result->has_held = true;
	result->held = arg.held;
	dmafp_attach_keep_trace(&result->trace, records, &arg);
	return 0;
}

static int recount(const struct work *work, bool *bound)
{
	int ret;

	if (!work->session->plan->recount)
		return 0;
	ret = begin(work, "second first map");
	if (!ret)
		ret = renew_device(work, bound);
	return ret ? ret : probe_first_map(work);
}

/* The rounds of evidence, each on the device found again */
struct evidence {
	const struct work *work;
	bool *bound;
};

static int renew_for_round(void *ctx, unsigned int round)
{
	const struct evidence *evidence = ctx;
	char text[32];
	int ret;

	snprintf(text, sizeof(text), "attach, %u rounds done", round);
	ret = begin(evidence->work, text);
	return ret ? ret : renew_device(evidence->work, evidence->bound);
}

static void note_for_round(void *ctx, const char *text)
{
	note(((const struct evidence *)ctx)->work, text);
}

static int attach(const struct work *work, bool *bound)
{
	struct dmafp_session *session = work->session;
	struct evidence evidence = { work, bound };
	const struct dmafp_attach with = {
		.transport = session->transport,
		.profile = session->profile,
		.cell = &session->plan->first,
		.renew = renew_for_round,
		.note = note_for_round,
		.ctx = &evidence,
	};

	unsigned int end = session->done + evidence_steps(session->plan);
	int ret = 0;

	/* where the first one was not deferred, no later one is */
	if (session->plan->attach_rounds && work->result->first_map.deferred_before)
		ret = dmafp_attach_collect(&with, &work->result->attach, work->err);
	if (!ret)
		session->done = end;
	return ret;
}

static int measure_bound(const struct work *work, bool *bound)
{
	int ret;

	ret = take_device(work);
	if (!ret)
		ret = calibrate(work);
	if (!ret)
		ret = first_map(work);
	if (!ret)
		ret = measure_cells(work);
	if (!ret)
		ret = recount(work, bound);
	return ret ? ret : attach(work, bound);
}

int dmafp_session_measure(struct dmafp_session *session, struct dmafp_pci_device *device,
			  struct dmafp_result *result, struct dmafp_err *err)
{
	struct dmafp_transport *transport = session->transport;
	struct work work = { session, device, result, err };
	struct dmafp_err unbind_err = { 0 };
	bool bound;
	int ret, undo;

	keep_device(result, device);
	ret = transport->ops->bind(transport, device, err);
	if (ret)
		return ret;
	bound = true;
	ret = measure_bound(&work, &bound);
	/* whichever call the signal ended, the signal is the reason */
	if (ret && stopped(&work))
		ret = -EINTR;
	undo = bound ? transport->ops->unbind(transport, device, &unbind_err) : 0;
	if (!undo)
		return ret;
	if (ret)
		note(&work, unbind_err.msg);
	else
		*err = unbind_err;
	return ret ? ret : undo;
}
