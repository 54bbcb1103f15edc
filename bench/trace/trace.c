// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/set.h"
#include "base/alloc.h"
#include "base/file.h"
#include "kmod/uapi/dmafp_ops.h"
#include "lab/arm.h"
#include "lab/boot.h"
#include "trace/files.h"
#include "trace/stepper.h"
#include "trace/trace.h"

#define MAX_GUESTS 8

/*
 * A block of the warm-up, then one with its last op, which is stepped; the recorded
 * ones follow.
 */
#define BLOCK  64
#define WARMUP (BLOCK + 1)

/* @boot is only there while it runs, the table's @arm stays. */
struct guest {
	const struct dmafp_boot *boot;
	const char *arm;
	struct dmafp_stepper stepper;
	struct dmafp_steps map, unmap;
};

struct trace {
	const struct dmafp_trace_options *options;
	struct guest guests[MAX_GUESTS];
	size_t nr;
};

#define OP_NAME(name, reaches, flags, attrs) #name,
const char *const dmafp_trace_op_names[] = { DMAFP_OPS(OP_NAME) NULL };
#undef OP_NAME

#define OP_FLAGS(name, reaches, flags, attrs) flags,
static const uint32_t op_flags[] = { DMAFP_OPS(OP_FLAGS) };
#undef OP_FLAGS

static uint32_t flags_of(const char *op)
{
	size_t i;

	for (i = 0; dmafp_trace_op_names[i]; i++)
		if (!strcmp(op, dmafp_trace_op_names[i]))
			return op_flags[i];
	return 0;
}

static char *profile_text(const struct dmafp_trace_options *o)
{
	bool is_null = !strcmp(o->op, "null");

	return dmafp_path("[profile]\n"
			  "name = trace\n"
			  "description = one op, stepped\n"
			  "[run]\n"
			  "ops = %s%s\n"
			  "sizes = %s\n"
			  "directions = %s\n"
			  "entries = 16\n"
			  "warmup = %d\n"
			  "iterations = %d\n"
			  "block = %d\n"
			  "[first_map]\n"
			  "recount = no\n"
			  "[devices]\n"
			  "classes = %s\n"
			  "[lab]\n"
			  "boots = 1\n"
			  "devices = %s\n",
			  is_null ? "" : "null, ", o->op, o->size, o->direction, WARMUP, BLOCK,
			  BLOCK, o->device, strcmp(o->device, "nic") ? "nvme" : "e1000e");
}

static struct guest *guest_of(struct trace *trace, const struct dmafp_boot *boot)
{
	size_t i;

	for (i = 0; i < trace->nr; i++)
		if (trace->guests[i].boot == boot)
			return &trace->guests[i];
	return NULL;
}

static void name_steps(struct dmafp_steps *steps, const char *arm, const char *phase)
{
	steps->arm = dmafp_alloc_string(arm);
	steps->phase = dmafp_alloc_string(phase);
}

static int start(void *ctx, const struct dmafp_boot *boot, struct dmafp_err *err)
{
	struct trace *trace = ctx;
	struct guest *guest = &trace->guests[trace->nr];
	char *vmlinux = dmafp_path("%s/vmlinux", boot->kernel->build);
	int ret;

	if (trace->nr == MAX_GUESTS) {
		free(vmlinux);
		return dmafp_err_set(err, E2BIG, DMAFP_EXIT_INTERNAL, "more than %d guests",
				     MAX_GUESTS);
	}
	trace->nr++;
	guest->boot = boot;
	guest->arm = boot->kernel->arm;
	name_steps(&guest->map, boot->kernel->arm, "map");
	name_steps(&guest->unmap, boot->kernel->arm, "unmap");
	guest->stepper.op = trace->options->op;
	guest->stepper.module = boot->kernel->module;
	guest->stepper.map = trace->options->map ? &guest->map : NULL;
	guest->stepper.unmap = trace->options->unmap ? &guest->unmap : NULL;
	ret = dmafp_stepper_start(&guest->stepper, boot->gdb, vmlinux, err);
	free(vmlinux);
	return ret ? dmafp_err_prefix(err, ret, "boot %s: ", boot->name) : 0;
}

static int poll_guest(void *ctx, const struct dmafp_boot *boot, struct dmafp_err *err)
{
	struct guest *guest = guest_of(ctx, boot);

	return dmafp_stepper_poll(&guest->stepper, err);
}

static const struct dmafp_result *result_of(const struct dmafp_set *set, const char *arm)
{
	size_t i;

	for (i = 0; i < set->nr; i++)
		if (!strcmp(set->results[i]->arm, arm))
			return set->results[i];
	return NULL;
}

static const struct dmafp_cell_result *cell_of(const struct dmafp_result *result, const char *op)
{
	size_t i;

	for (i = 0; i < result->nr_cells; i++)
		if (!strcmp(result->cells[i].op, op))
			return &result->cells[i];
	return NULL;
}

static void describe(struct dmafp_profile_steps *steps, const struct dmafp_result *result,
		     const struct dmafp_cell_result *cell)
{
	if (steps->op)
		return;
	steps->op = dmafp_alloc_string(cell->op);
	steps->bytes = cell->bytes;
	steps->direction = dmafp_alloc_string(cell->direction);
	steps->mode = dmafp_alloc_string(result->mode);
	steps->device = dmafp_alloc_string(result->device.label);
	steps->iommu = dmafp_alloc_string(result->iommu.driver);
}

/* Into the profile, which owns it then, with what the guest measured beside it */
static void add_item(struct dmafp_trace_outcome *outcome, struct dmafp_steps *from,
		     const struct dmafp_result *result, const struct dmafp_hist *hist)
{
	struct dmafp_profile_steps *steps = &outcome->steps;
	struct dmafp_steps *item;

	if (!from->instructions)
		return;
	steps->items = dmafp_alloc_grow(steps->items, steps->nr, sizeof(*steps->items));
	item = &steps->items[steps->nr++];
	*item = *from;
	*from = (struct dmafp_steps) { 0 };
	item->build_id = dmafp_alloc_string(result->kernel.build_id);
	item->measured = result->domain == DMAFP_DOMAIN_EXACT ? hist->min : 0;
	outcome->equal &= item->measured == item->instructions;
	outcome->stepped += item->instructions;
}

static int add_guest(struct trace *trace, struct guest *guest, const struct dmafp_set *set,
		     struct dmafp_trace_outcome *outcome, struct dmafp_err *err)
{
	const struct dmafp_result *result = result_of(set, guest->arm);
	const struct dmafp_cell_result *cell =
		result ? cell_of(result, trace->options->op) : NULL;

	if (guest->stepper.state != DMAFP_STEPPER_DONE || !cell)
		return dmafp_err_set(err, ENODATA, DMAFP_EXIT_GUEST,
				     "arm %s: the guest ended and %s was not %s: can this kernel do it? See %s",
				     guest->arm, trace->options->op, cell ? "stepped" : "measured",
				     outcome->dir);
	describe(&outcome->steps, result, cell);
	outcome->seconds += guest->stepper.seconds;
	add_item(outcome, &guest->map, result, &cell->map.hist);
	add_item(outcome, &guest->unmap, result, &cell->unmap.hist);
	return 0;
}

/* In the order of the arms' table, however the guests came and went */
static int gather(struct trace *trace, struct dmafp_trace_outcome *outcome,
		  struct dmafp_err *err)
{
	const struct dmafp_arm *arm;
	struct dmafp_set set = { 0 };
	int ret = dmafp_set_load(&set, outcome->dir, err);
	size_t i;

	outcome->equal = true;
	for (arm = dmafp_arms; !ret && arm->name; arm++)
		for (i = 0; !ret && i < trace->nr; i++)
			if (!strcmp(trace->guests[i].arm, arm->name))
				ret = add_guest(trace, &trace->guests[i], &set, outcome, err);
	dmafp_set_free(&set);
	return ret;
}

static void end(struct trace *trace)
{
	size_t i;

	for (i = 0; i < trace->nr; i++) {
		dmafp_stepper_end(&trace->guests[i].stepper);
		dmafp_steps_item_free(&trace->guests[i].map);
		dmafp_steps_item_free(&trace->guests[i].unmap);
	}
	free(trace);
}

static int check(const struct dmafp_trace_options *o, struct dmafp_err *err)
{
	if (o->unmap && !(flags_of(o->op) & DMAFP_OP_TIMES_UNMAP))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "%s has no unmap phase: use --phase map", o->op);
	return 0;
}

int dmafp_trace_execute(const struct dmafp_trace_options *options,
			struct dmafp_trace_outcome *outcome, struct dmafp_err *err)
{
	struct trace *trace = dmafp_alloc(1, sizeof(*trace));
	const struct dmafp_lab_watch watch = { start, poll_guest, trace };
	struct dmafp_lab_options lab = options->lab;
	struct dmafp_lab_outcome boots = { 0 };
	char *text = profile_text(options), *output = dmafp_path_now("trace");
	int ret = check(options, err);

	*outcome = (struct dmafp_trace_outcome) { 0 };
	trace->options = options;
	lab.profile_text = text;
	lab.watch = &watch;
	lab.output = lab.output ? lab.output : output;
	ret = ret ?: dmafp_lab_execute(&lab, &boots, err);
	outcome->dir = dmafp_alloc_string(boots.dir);
	outcome->total_s = boots.total_s;
	dmafp_lab_outcome_end(&boots);
	ret = ret ?: gather(trace, outcome, err);
	ret = ret ?: dmafp_trace_files_write(&outcome->steps, outcome->dir, options->highlight,
					     err);
	end(trace);
	free(output);
	free(text);
	return ret;
}
