// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include "counter.h"
#include "symbol.h"

/* One reading of a counter: since it was created */
struct dmafp_counter_reading {
	u64 value;
	u64 enabled;
	u64 running;
};

/**
 * struct dmafp_counter_one - one counter
 * @event: NULL if absent
 * @error: why it is
 * @begin: reading before the current block
 * @sum: of all blocks
 */
struct dmafp_counter_one {
	struct perf_event *event;
	int error;
	struct dmafp_counter_reading begin;
	struct dmafp_counter_reading sum;
};

/**
 * struct dmafp_counter_set - the counters of a worker
 * @nr: how many
 * @ones: each of them
 */
struct dmafp_counter_set {
	u32 nr;
	struct dmafp_counter_one ones[];
};

/* The other types would take more than a config, or probe the kernel. */
bool dmafp_counter_valid(const struct dmafp_event *events, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (events[i].__reserved)
			return false;
		switch (events[i].type) {
		case PERF_TYPE_HARDWARE:
		case PERF_TYPE_SOFTWARE:
		case PERF_TYPE_HW_CACHE:
		case PERF_TYPE_RAW:
			break;
		default:
			return false;
		}
	}
	return true;
}

#ifdef CONFIG_PERF_EVENTS
static struct perf_event *dmafp_counter_open(const struct dmafp_event *event,
					     u32 cpu)
{
	struct perf_event_attr attr = {
		.type = event->type,
		.size = sizeof(attr),
		.config = event->config,
		.exclude_user = 1,
		.exclude_hv = 1,
	};

	if (!dmafp_symbol_has_event_read())
		return ERR_PTR(-EOPNOTSUPP);
	return perf_event_create_kernel_counter(&attr, cpu, NULL, NULL, NULL);
}
#else
static struct perf_event *dmafp_counter_open(const struct dmafp_event *event,
					     u32 cpu)
{
	return ERR_PTR(-EOPNOTSUPP);
}
#endif

struct dmafp_counter_set *dmafp_counter_create(const struct dmafp_event *events,
					       u32 nr, u32 cpu)
{
	struct dmafp_counter_set *set;
	struct perf_event *event;

	set = kzalloc(struct_size(set, ones, nr), GFP_KERNEL);
	if (!set)
		return ERR_PTR(-ENOMEM);

	for (; set->nr < nr; set->nr++) {
		event = dmafp_counter_open(&events[set->nr], cpu);
		if (event == ERR_PTR(-ENOMEM)) {
			dmafp_counter_destroy(set);
			return ERR_CAST(event);
		}
		if (IS_ERR(event))
			set->ones[set->nr].error = PTR_ERR(event);
		else
			set->ones[set->nr].event = event;
	}
	return set;
}

void dmafp_counter_destroy(struct dmafp_counter_set *set)
{
	u32 i;

	if (!set)
		return;

	for (i = 0; i < set->nr; i++) {
		if (set->ones[i].event)
			perf_event_release_kernel(set->ones[i].event);
	}
	kfree(set);
}

static void dmafp_counter_read(struct dmafp_counter_one *one,
			       struct dmafp_counter_reading *now)
{
	if (!one->error)
		one->error = static_call(dmafp_event_read)(one->event,
							   &now->value,
							   &now->enabled,
							   &now->running);
}

void dmafp_counter_begin(struct dmafp_counter_set *set)
{
	u32 i;

	for (i = 0; i < set->nr; i++)
		dmafp_counter_read(&set->ones[i], &set->ones[i].begin);
}

void dmafp_counter_end(struct dmafp_counter_set *set)
{
	struct dmafp_counter_reading now = { };
	struct dmafp_counter_one *one;
	u32 i;

	for (i = 0; i < set->nr; i++) {
		one = &set->ones[i];
		dmafp_counter_read(one, &now);
		if (one->error)
			continue;
		one->sum.value += now.value - one->begin.value;
		one->sum.enabled += now.enabled - one->begin.enabled;
		one->sum.running += now.running - one->begin.running;
	}
}

void dmafp_counter_result(const struct dmafp_counter_set *set, u32 i,
			  struct dmafp_counter *result)
{
	const struct dmafp_counter_one *one = &set->ones[i];

	*result = (struct dmafp_counter) { .error = -one->error };
	if (one->error)
		return;

	result->enabled = one->sum.enabled;
	result->running = one->sum.running;
	result->state = DMAFP_COUNTER_MULTIPLEXED;
	if (result->enabled && result->enabled == result->running) {
		result->state = DMAFP_COUNTER_VALID;
		result->value = one->sum.value;
	}
}
