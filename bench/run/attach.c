// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/klog.h"
#include "run/attach.h"
#include "run/fault.h"
#include "run/pin.h"

/* The kernel names a sleeping call at most once a second (__might_resched()). */
#define NAMED_AGAIN_US	1200000

/* One call of dmafp_attach_collect() */
struct rounds {
	const struct dmafp_attach *attach;
	struct dmafp_attach_result *result;
	struct dmafp_klog *klog;
	struct dmafp_err *err;
	bool over; /* no more of them are possible */
};

unsigned int dmafp_attach_rounds(const struct dmafp_profile *profile)
{
	unsigned int races = 0;

	if (profile->attach.race_cpus.nr)
		races = profile->attach.race_rounds * profile->attach.hold_us.nr;
	return races + profile->attach.atomic;
}

void dmafp_attach_keep_trace(struct dmafp_trace *trace, const struct dmafp_record *records,
			     const struct dmafp_first_map *arg)
{
	size_t i, nr = arg->nr_records;

	if (nr > DMAFP_ATTACH_RECORDS)
		nr = DMAFP_ATTACH_RECORDS;
	free(trace->records);
	trace->records = dmafp_alloc(nr ? nr : 1, sizeof(*trace->records));
	trace->nr = 0;
	trace->lost = arg->lost_records;
	for (i = 0; i < nr; i++) {
		if (records[i].what < DMAFP_RECORD_CALL ||
		    records[i].what > DMAFP_RECORD_RETURN)
			continue;
		trace->records[trace->nr++] = (struct dmafp_trace_record) {
			.ticks = records[i].ticks,
			.cpu = records[i].cpu,
			.pid = records[i].pid,
			.what = records[i].what - DMAFP_RECORD_CALL,
			.held = records[i].flags & DMAFP_RECORD_HELD,
			.overlap = records[i].flags & DMAFP_RECORD_OVERLAP,
		};
	}
}

static struct dmafp_round *add_round(struct dmafp_attach_result *result)
{
	result->rounds = dmafp_alloc_grow(result->rounds, result->nr_rounds,
					  sizeof(*result->rounds));
	result->rounds[result->nr_rounds] = (struct dmafp_round) { 0 };
	return &result->rounds[result->nr_rounds++];
}

/* "": clean; NULL: not known, which a part that is not known makes the whole */
static char *join(char *log, char *more)
{
	char *both = log && more ? dmafp_path("%s%s", log, more) : NULL;

	free(log);
	free(more);
	return both;
}

static void keep_round(const struct rounds *rounds, const struct dmafp_first_map *arg,
		       char *log)
{
	struct dmafp_round *round = add_round(rounds->result);

	*round = (struct dmafp_round) {
		.kind = arg->nr_racers ? DMAFP_ROUND_RACE : DMAFP_ROUND_ATOMIC,
		.threads = arg->nr_racers ? arg->nr_racers : 1,
		.hold_us = arg->hold_us,
		.deferred_before = arg->deferred_before,
		.deferred_after = arg->deferred_after,
		.counted = arg->flags & DMAFP_FIRST_PROBE,
		.calls = arg->calls,
		.attaches = arg->attaches,
		.overlaps = arg->overlaps,
		.held = arg->held,
		.attach_ticks = arg->attach_ticks,
		.failed = arg->failed,
		.wrong = arg->wrong,
		.map_ticks = arg->map_ticks,
		.log = dmafp_fault_lines(log),
	};
	round->sleeps = dmafp_fault_sleeping(log, &round->place, &round->stack);
	free(log);
}

/* The first race whose attaches overlapped, or else the first one */
static void keep_trace(struct dmafp_attach_result *result,
		       const struct dmafp_record *records, const struct dmafp_first_map *arg)
{
	if (!arg->nr_racers ||
	    (result->traced >= 0 &&
	     (!arg->overlaps || result->rounds[result->traced].overlaps)))
		return;
	result->traced = (int)result->nr_rounds - 1;
	dmafp_attach_keep_trace(&result->trace, records, arg);
}

/* A map that failed is a result here, not the end of the run. */
static int first_map(const struct rounds *rounds, struct dmafp_first_map *arg)
{
	struct dmafp_pin *pin = dmafp_pin_to(rounds->attach->cell->cpus[0]);
	int ret = dmafp_transport_first_map(rounds->attach->transport, arg, rounds->err);

	dmafp_pin_restore(pin);
	if (ret != -EIO || arg->nr_racers)
		return ret;
	arg->failed = 1;
	return 0;
}

static void give_up(struct rounds *rounds, const char *why)
{
	rounds->attach->note(rounds->attach->ctx, why);
	rounds->over = true;
}

static int renew(const struct rounds *rounds)
{
	const struct dmafp_attach *attach = rounds->attach;

	return attach->renew(attach->ctx, (unsigned int)rounds->result->nr_rounds);
}

/* Part of the round is that the device goes: it shows what the attach left behind. */
static int make_round(struct rounds *rounds, struct dmafp_first_map *arg)
{
	struct dmafp_record records[DMAFP_ATTACH_RECORDS];
	const struct dmafp_attach *attach = rounds->attach;
	char *log;
	int ret;

	arg->cell = dmafp_plan_cell_abi(attach->cell);
	if (arg->flags & DMAFP_FIRST_PROBE) {
		arg->records = (uintptr_t)records;
		arg->nr_records = DMAFP_ATTACH_RECORDS;
	}
	free(dmafp_klog_take(rounds->klog));
	ret = first_map(rounds, arg);
	if (ret == -EOPNOTSUPP) {
		give_up(rounds, arg->flags & DMAFP_FIRST_ATOMIC ?
					"no atomic first map: this kernel does not say what "
					"sleeps (CONFIG_DEBUG_ATOMIC_SLEEP)" :
					"no race for the first map: this kernel cannot be "
					"probed");
		return 0;
	}
	if (ret)
		return ret;
	if (!arg->deferred_before && !arg->failed) {
		give_up(rounds, "no more evidence about the attach: it is not deferred a "
				"second time");
		return 0;
	}
	log = dmafp_klog_take(rounds->klog);
	ret = renew(rounds);
	keep_round(rounds, arg, join(log, dmafp_klog_take(rounds->klog)));
	keep_trace(rounds->result, records, arg);
	return ret;
}

static int make_races(struct rounds *rounds, uint32_t hold_us)
{
	const struct dmafp_profile *profile = rounds->attach->profile;
	const struct dmafp_numbers *list = &profile->attach.race_cpus;
	uint32_t *cpus = dmafp_alloc(list->nr, sizeof(*cpus));
	uint64_t i;
	int ret = 0;

	for (i = 0; i < list->nr; i++)
		cpus[i] = (uint32_t)list->items[i];
	for (i = 0; !ret && !rounds->over && i < profile->attach.race_rounds; i++) {
		struct dmafp_first_map arg = {
			.flags = DMAFP_FIRST_PROBE,
			.nr_racers = (uint32_t)list->nr,
			.racer_cpus = (uintptr_t)cpus,
			.hold_us = hold_us,
		};

		ret = make_round(rounds, &arg);
	}
	free(cpus);
	return ret ? dmafp_err_prefix(rounds->err, ret, "race: ") : 0;
}

/* Without probes: their trampolines would hide the callers in the stack. */
static int make_atomic(struct rounds *rounds)
{
	struct dmafp_first_map arg = { .flags = DMAFP_FIRST_ATOMIC };
	int ret;

	usleep(NAMED_AGAIN_US);
	ret = make_round(rounds, &arg);
	return ret ? dmafp_err_prefix(rounds->err, ret, "atomic: ") : 0;
}

int dmafp_attach_collect(const struct dmafp_attach *attach,
			 struct dmafp_attach_result *result, struct dmafp_err *err)
{
	const struct dmafp_profile *profile = attach->profile;
	struct rounds rounds = {
		.attach = attach,
		.result = result,
		.klog = dmafp_klog_open("/dev/kmsg"),
		.err = err,
	};
	size_t nr_holds = profile->attach.race_cpus.nr ? profile->attach.hold_us.nr : 0;
	int ret = 0;
	size_t i;

	result->present = true;
	result->traced = -1;
	ret = renew(&rounds);
	for (i = 0; !ret && !rounds.over && i < nr_holds; i++)
		ret = make_races(&rounds, (uint32_t)profile->attach.hold_us.items[i]);
	if (!ret && !rounds.over && profile->attach.atomic)
		ret = make_atomic(&rounds);
	dmafp_klog_close(rounds.klog);
	return ret;
}
