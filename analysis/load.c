// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/load.h"
#include "analysis/member_row.h"
#include "base/size.h"

static const char *const tool_words[] = {
	[DMAFP_LOAD_FIO] = "fio", [DMAFP_LOAD_PKTGEN] = "pktgen", NULL
};

static const char *const measure_words[] = {
	[DMAFP_MEASURE_SUBMIT] = "submit", [DMAFP_MEASURE_COMPLETE] = "complete",
	[DMAFP_MEASURE_SEND] = "send",	   [DMAFP_MEASURE_TIME] = "time",
	[DMAFP_MEASURE_BUSY] = "busy",	   NULL
};

static const char *const api_words[] = {
	[DMAFP_API_CHECK] = "check",	 [DMAFP_API_MAP] = "map",
	[DMAFP_API_UNMAP] = "unmap",	 [DMAFP_API_ALLOC] = "alloc",
	[DMAFP_API_FREE] = "free",	 [DMAFP_API_SYNC] = "sync",
	[DMAFP_API_RESERVE] = "reserve", [DMAFP_API_RELEASE] = "release",
	NULL
};

static const struct dmafp_member measure_members[] = {
	CHOICE("kind", measure_words, dmafp_measure, kind),
	MEMBER("ops_per_sample", POSITIVE, dmafp_measure, ops_per_sample),
	OBJECT("hist", dmafp_hist_members, dmafp_measure, hist),
	{ 0 }
};

static const struct dmafp_member call_members[] = {
	MEMBER("name", NAME, dmafp_api_call, name),
	CHOICE("kind", api_words, dmafp_api_call, kind),
	MEMBER("calls", U64, dmafp_api_call, calls),
	{ 0 }
};

static const struct dmafp_member counted_members[] = {
	MEMBER("ops", POSITIVE, dmafp_load, counted_ops),
	ARRAY("calls", ARRAY, call_members, dmafp_load, calls, nr_calls),
	{ 0 }
};

static const struct dmafp_member cpu_members[] = {
	MEMBER("user_ns", U64, dmafp_load, user_ns),
	MEMBER("system_ns", U64, dmafp_load, system_ns),
	{ 0 }
};

static const struct dmafp_member load_members[] = {
	CHOICE("tool", tool_words, dmafp_load, tool),
	MEMBER("op", NAME, dmafp_load, op),
	MEMBER("engine", STRING, dmafp_load, engine),
	MEMBER("bytes", POSITIVE, dmafp_load, bytes),
	MEMBER("fragments", U32, dmafp_load, fragments),
	MEMBER("depth", U32, dmafp_load, depth),
	ARRAY("cpus", U32S, NULL, dmafp_load, cpus, nr_cpus),
	MEMBER("pace_ns", U64, dmafp_load, pace_ns),
	MEMBER("ops", POSITIVE, dmafp_load, ops),
	MEMBER("errors", U64, dmafp_load, errors),
	MEMBER("elapsed_ns", U64, dmafp_load, elapsed_ns),
	MAYBE_GROUP("cpu", MAYBE, cpu_members, dmafp_load, has_cpu),
	ARRAY("measures", ARRAY, measure_members, dmafp_load, measures, nr_measures),
	ARRAY("counters", ARRAY, dmafp_counter_members, dmafp_load, counters, nr_counters),
	MAYBE_GROUP("counted", COUNTED, counted_members, dmafp_load, counted_ops),
	MAYBE("sampling", dmafp_sampling_members, dmafp_load, sampling, sampling.present),
	{ 0 }
};

static const struct dmafp_member attach_members[] = {
	MEMBER("entries", U32, dmafp_driver_attach, entries),
	MEMBER("overlaps", U32, dmafp_driver_attach, overlaps),
	MEMBER("atomic", U32, dmafp_driver_attach, atomic),
	MEMBER("failed", U32, dmafp_driver_attach, failed),
	MEMBER("thread", STRING, dmafp_driver_attach, thread),
	MEMBER("stack", STRING, dmafp_driver_attach, stack),
	{ 0 }
};

const struct dmafp_member dmafp_traffic_members[] = {
	MEMBER("driver", NAME, dmafp_traffic_result, driver),
	MEMBER("node", NAME, dmafp_traffic_result, node),
	MEMBER("peer", STRING, dmafp_traffic_result, peer),
	MEMBER("tool_version", STRING, dmafp_traffic_result, tool_version),
	MAYBE("attach", attach_members, dmafp_traffic_result, attach, attach.seen),
	ARRAY("loads", ARRAY, load_members, dmafp_traffic_result, loads, nr_loads),
	{ 0 }
};

static int check_measures(const struct dmafp_load *load, struct dmafp_err *err)
{
	size_t i, j;

	for (i = 0; i < load->nr_measures; i++) {
		const struct dmafp_measure *m = &load->measures[i];
		int ret = dmafp_hist_check(&m->hist, err);

		if (ret)
			return dmafp_err_prefix(err, ret, "measures[%zu]: ", i);
		for (j = 0; j < i; j++)
			if (load->measures[j].kind == m->kind)
				return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
						     "measure %s is there twice",
						     measure_words[m->kind]);
	}
	return 0;
}

static const char *load_fault(const struct dmafp_load *load)
{
	bool fio;
	size_t i;

	for (i = 0; i < load->nr_counters; i++) {
		const char *fault = dmafp_counter_fault(&load->counters[i]);

		if (fault)
			return fault;
	}
	if (load->sampling.present && dmafp_sampling_fault(&load->sampling))
		return dmafp_sampling_fault(&load->sampling);
	if (load->errors > load->ops)
		return "has more failed ops than ops";
	fio = load->tool == DMAFP_LOAD_FIO;
	if (!load->engine == fio)
		return "must have an engine if fio made it, and only then";
	if (!load->depth == fio)
		return "must have a depth if fio made it, and only then";
	return NULL;
}

static int check_load(const struct dmafp_traffic_result *traffic, size_t i,
		      struct dmafp_err *err)
{
	const struct dmafp_load *load = &traffic->loads[i];
	const char *fault = load_fault(load);
	size_t j;

	if (fault)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "it %s", fault);
	for (j = 0; j < i; j++)
		if (dmafp_load_same(load, &traffic->loads[j]))
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "it is loads[%zu] once more", j);
	return check_measures(load, err);
}

int dmafp_traffic_check(const struct dmafp_traffic_result *traffic, struct dmafp_err *err)
{
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < traffic->nr_loads; i++) {
		ret = check_load(traffic, i, err);
		if (ret)
			dmafp_err_prefix(err, ret, "traffic.loads[%zu]: ", i);
	}
	return ret;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool dmafp_load_same(const struct dmafp_load *a, const struct dmafp_load *b)
{
	return a->tool == b->tool && same_text(a->op, b->op) && same_text(a->engine, b->engine) &&
	       a->bytes == b->bytes && a->fragments == b->fragments && a->depth == b->depth &&
	       a->pace_ns == b->pace_ns && a->nr_cpus == b->nr_cpus &&
	       (!a->nr_cpus || !memcmp(a->cpus, b->cpus, a->nr_cpus * sizeof(*a->cpus)));
}

static void print_title(const struct dmafp_load *load, FILE *out)
{
	char size[DMAFP_SIZE_TEXT];

	fputs(load->op, out);
	if (load->tool == DMAFP_LOAD_FIO)
		fprintf(out, " %s %s qd%" PRIu32, dmafp_size_text(load->bytes, size),
			load->engine, load->depth);
	else
		fprintf(out, " %" PRIu64, load->bytes);
	if (load->fragments > 1)
		fprintf(out, "/%" PRIu32, load->fragments);
	if (load->nr_cpus > 1)
		fprintf(out, " x%zu", load->nr_cpus);
}

char *dmafp_load_title(const struct dmafp_load *load)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	print_title(load, out);
	fclose(out);
	return text;
}

const char *dmafp_load_tool(const struct dmafp_load *load)
{
	return tool_words[load->tool];
}

const char *dmafp_load_unit(const struct dmafp_load *load)
{
	return load->tool == DMAFP_LOAD_FIO ? "IO" : "packet";
}

const struct dmafp_measure *dmafp_load_measure(const struct dmafp_load *load,
					       enum dmafp_measure_kind kind)
{
	size_t i;

	for (i = 0; i < load->nr_measures; i++)
		if (load->measures[i].kind == kind)
			return &load->measures[i];
	return NULL;
}

double dmafp_load_calls(const struct dmafp_load *load, enum dmafp_api_kind kind)
{
	uint64_t calls = 0;
	size_t i;

	if (!load->counted_ops)
		return -1;
	for (i = 0; i < load->nr_calls; i++)
		if (load->calls[i].kind == kind)
			calls += load->calls[i].calls;
	return (double)calls / (double)load->counted_ops;
}

const char *dmafp_measure_name(enum dmafp_measure_kind kind)
{
	return measure_words[kind];
}

const char *dmafp_api_kind_name(enum dmafp_api_kind kind)
{
	return api_words[kind];
}
