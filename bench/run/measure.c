// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/attr.h"
#include "run/measure.h"
#include "run/pin.h"
#include "run/samples.h"

#define SAME_METHOD(result, abi) \
	_Static_assert((int)(result) == (int)(abi), "methods of the ABI and of the result")
SAME_METHOD(DMAFP_BY_LATENCY, DMAFP_METHOD_LATENCY);
SAME_METHOD(DMAFP_BY_BLOCK, DMAFP_METHOD_BLOCK);
SAME_METHOD(DMAFP_BY_SUSTAINED, DMAFP_METHOD_SUSTAINED);

/* One cell while it is measured */
struct work {
	const struct dmafp_session *session;
	const struct dmafp_plan_cell *cell;
	struct dmafp_cell_result *result;
	struct dmafp_err *err;
};

static void note(const struct work *work, const char *text)
{
	const struct dmafp_run_options *options = work->session->options;

	if (options->note)
		options->note(options->ctx, text);
}

static void keep_call(struct dmafp_cell_result *result, const struct dmafp_plan_cell *cell)
{
	struct dmafp_names attrs = { 0 };

	dmafp_attr_list(cell->attrs, &attrs);
	result->op = dmafp_alloc_string(cell->op.name);
	result->reaches = dmafp_alloc_string(cell->op.reaches);
	result->on_path = cell->op.flags & DMAFP_OP_ON_PATH;
	result->sleeps = cell->op.flags & DMAFP_OP_SLEEPS;
	result->has_unmap = cell->op.flags & DMAFP_OP_TIMES_UNMAP;
	result->bytes = cell->bytes;
	result->entries = cell->entries;
	if (cell->entries)
		result->layout =
			dmafp_alloc_string(cell->scattered ? "scattered" : "contiguous");
	result->direction = dmafp_alloc_string(dmafp_plan_direction(cell));
	result->attrs = attrs.items;
	result->nr_attrs = attrs.nr;
	result->mask_bits = cell->mask;
	result->node = cell->node;
	result->touch = cell->touch;
}

static void keep_way(struct dmafp_cell_result *result, const struct dmafp_plan_cell *cell)
{
	size_t i;

	result->method = (enum dmafp_cell_method)cell->method;
	result->ops_per_sample = dmafp_plan_ops_per_sample(cell);
	result->nr_cpus = cell->nr_cpus;
	result->cpus = dmafp_alloc(cell->nr_cpus, sizeof(*result->cpus));
	for (i = 0; i < cell->nr_cpus; i++)
		result->cpus[i] = cell->cpus[i];
	result->block = cell->block;
	result->live = cell->live;
	result->delay_ns = cell->delay;
	result->warmup = cell->warmup;
	result->iterations = cell->iterations;
	result->duration_ns = cell->duration;
	result->preemptible = cell->preemptible;
	if (!cell->place)
		return;
	result->scales = true;
	result->place = dmafp_alloc_string(cell->place->name);
	result->worker_node = cell->place->worker_node;
}

static int keep_phase(const struct work *work, const struct dmafp_samples *samples,
		      enum dmafp_phase phase, struct dmafp_phase_result *result)
{
	return dmafp_samples_to_phase(samples, phase, work->cell->iterations,
				      work->cell->duration, result, work->err);
}

static int keep_samples(const struct work *work, const struct dmafp_samples *samples)
{
	const struct dmafp_session *session = work->session;
	struct dmafp_cell_result *result = work->result;
	size_t i;
	int ret;

	ret = keep_phase(work, samples, DMAFP_PHASE_MAP, &result->map);
	if (!ret && result->has_unmap)
		ret = keep_phase(work, samples, DMAFP_PHASE_UNMAP, &result->unmap);
	if (ret)
		return ret;
	result->nr_runs = work->cell->nr_cpus;
	result->runs = dmafp_alloc(result->nr_runs, sizeof(*result->runs));
	for (i = 0; i < result->nr_runs; i++)
		dmafp_samples_to_run(samples, i, session->plan->events,
				     session->profile->run.events.items, &result->runs[i]);
	return 0;
}

/* A counter without a value is told, one that no cell has only once. */
static void note_counter(const struct work *work,
			 const struct dmafp_counter_result *counter, bool first)
{
	char text[DMAFP_CELL_TEXT], *line = NULL;

	dmafp_plan_cell_text(work->cell, text);
	if (counter->state == DMAFP_COUNTER_IS_MULTIPLEXED)
		line = dmafp_path("%s: %s shared the PMU with others and is rejected: ask "
				  "for fewer events",
				  text, counter->event);
	else if (counter->state == DMAFP_COUNTER_IS_ABSENT && first)
		line = dmafp_path("%s is absent: %s", counter->event, counter->reason);
	if (line)
		note(work, line);
	free(line);
}

static void note_counters(const struct work *work, bool first)
{
	const struct dmafp_worker_result *run = &work->result->runs[0];
	size_t i;

	for (i = 0; i < run->nr_counters; i++)
		note_counter(work, &run->counters[i], first);
}

static int run(const struct work *work, struct dmafp_samples *samples)
{
	const struct dmafp_plan_cell *cell = work->cell;
	const struct dmafp_plan *plan = work->session->plan;
	struct dmafp_run arg = dmafp_plan_cell_run(cell);

	arg.iterations = cell->iterations;
	arg.duration_ns = cell->duration;
	arg.nr_events = plan->nr_events;
	arg.events = plan->nr_events ? (uintptr_t)plan->events : 0;
	arg.nr_series = plan->nr_series;
	arg.summaries = (uintptr_t)samples->summaries;
	arg.buckets = (uintptr_t)samples->buckets;
	arg.series = plan->nr_series ? (uintptr_t)samples->series : 0;
	arg.counters = plan->nr_events ? (uintptr_t)samples->counters : 0;

	return dmafp_transport_run(work->session->transport, &arg, work->err);
}

/* Returns -EOPNOTSUPP where the device cannot do it. */
static int measure(const struct work *work)
{
	struct dmafp_samples samples = { .nr_threads = work->cell->nr_cpus,
					 .nr_series = work->session->plan->nr_series,
					 .nr_events = work->session->plan->nr_events };
	int ret;

	dmafp_samples_init(&samples);
	ret = run(work, &samples);
	if (!ret)
		ret = keep_samples(work, &samples);
	dmafp_samples_release(&samples);
	return ret;
}

static int count_on_cpu(const struct work *work, struct dmafp_count *arg)
{
	struct dmafp_pin *pin = dmafp_pin_to(work->cell->cpus[0]);
	int ret = dmafp_transport_count(work->session->transport, arg, work->err);

	dmafp_pin_restore(pin);
	return ret;
}

/* Not counted is not the same as never called: counted_ops stays 0 then. */
static int count(const struct work *work)
{
	struct dmafp_count arg = { .ops = work->cell->count_ops,
				   .cell = dmafp_plan_cell_abi(work->cell) };
	struct dmafp_cell_result *result = work->result;
	int ret;

	if (!work->cell->count_ops)
		return 0;
	ret = count_on_cpu(work, &arg);
	if (ret == -EOPNOTSUPP) {
		note(work, "calls cannot be counted on this kernel");
		return 0;
	}
	if (ret)
		return ret;
	result->map.counted_ops = arg.ops;
	result->map.calls = arg.map_calls;
	result->map.attaches = arg.map_attaches;
	result->map.has_reached = arg.flags & DMAFP_COUNT_REACHED;
	result->map.reached = result->map.has_reached ? arg.map_reached : 0;
	if (!result->has_unmap)
		return 0;
	result->unmap.counted_ops = arg.ops;
	result->unmap.calls = arg.unmap_calls;
	result->unmap.attaches = arg.unmap_attaches;
	return 0;
}

static void note_skipped(const struct work *work)
{
	char text[DMAFP_CELL_TEXT], *line;

	line = dmafp_path("%s skipped: this device cannot do it",
			  dmafp_plan_cell_text(work->cell, text));
	note(work, line);
	free(line);
}

int dmafp_measure_cell(const struct dmafp_session *session,
		       const struct dmafp_plan_cell *cell, struct dmafp_result *result,
		       struct dmafp_err *err)
{
	struct work work = { .session = session, .cell = cell, .err = err };
	int ret;

	result->cells =
		dmafp_alloc_grow(result->cells, result->nr_cells, sizeof(*result->cells));
	work.result = &result->cells[result->nr_cells++];
	keep_call(work.result, cell);
	keep_way(work.result, cell);
	ret = measure(&work);
	/* a device whose attach is still deferred can do nothing: that is a failure */
	if (ret == -EOPNOTSUPP && !result->first_map.deferred_after) {
		note_skipped(&work);
		dmafp_result_drop_cell(result);
		return 0;
	}
	if (ret)
		return ret;
	note_counters(&work, result->nr_cells == 1);
	return count(&work);
}
