// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples as shares and costs of functions, the arms side by side. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/functions.h"
#include "analysis/load.h"
#include "sampled.h"

/*
 * map_page of the fixture: the means of map and unmap are 614 + 1.63 and 400 + 1.63,
 * and the null op, which has no unmap, takes 20 around each of them.
 */
#define COST (614 + 1.63 + 400 + 1.63 - 2 * 20)

static struct dmafp_set set;
static struct dmafp_functions_list list;

static int tear_down(void **state)
{
	(void)state;
	dmafp_functions_list_free(&list);
	dmafp_set_free(&set);
	return 0;
}

static struct dmafp_result *add(enum dmafp_arm_id arm)
{
	struct dmafp_result *r = fixture_result(arm, "keyed");

	dmafp_set_add(&set, r);
	return r;
}

static struct dmafp_sampling *cell_of(struct dmafp_result *r)
{
	return &r->cells[SAMPLED_CELL].sampling;
}

static struct dmafp_functions *collect(void)
{
	dmafp_set_group(&set);
	dmafp_functions_collect(&set, &list);
	return list.items;
}

static const struct dmafp_functions_row *find(const struct dmafp_functions *f,
					      const char *name)
{
	size_t i;

	for (i = 0; i < f->nr_rows; i++)
		if (!strcmp(f->rows[i].name, name))
			return &f->rows[i];
	fail_msg("%s is not there", name);
	return NULL;
}

static void nothing_sampled_is_nothing(void **state)
{
	(void)state;
	add(DMAFP_ARM_BASE);
	collect();
	assert_int_equal(list.nr, 0);
}

/* Idle, perf, user space and the harness are no part of an op */
static void a_share_is_of_what_was_busy(void **state)
{
	const struct dmafp_functions_arm *arm;
	const struct dmafp_functions_row *row;
	struct dmafp_functions *f;

	(void)state;
	sampled_fill(cell_of(add(DMAFP_ARM_BASE)), 20, 0);
	f = collect();
	assert_int_equal(list.nr, 1);
	assert_string_equal(f->title, "map_page 4K to");
	assert_string_equal(f->unit, "instructions");
	assert_string_equal(dmafp_functions_unit(f), "op");
	arm = &f->arms[DMAFP_ARM_BASE];
	assert_int_equal(arm->samples, 1610);
	assert_int_equal(arm->idle, 500);
	assert_int_equal(arm->harness, 100);
	assert_int_equal(arm->user, 7);
	assert_int_equal(arm->recorder, 3);
	assert_int_equal(arm->lost, 4);
	assert_int_equal(arm->busy, 1000);
	assert_true(arm->has_cost);
	assert_float_equal(arm->cost, COST, 1e-6);
	row = find(f, "iommu_deferred_attach");
	assert_int_equal(row->sides[DMAFP_ARM_BASE].samples, 20);
	assert_float_equal(row->sides[DMAFP_ARM_BASE].share, 0.02, 1e-9);
	assert_float_equal(row->sides[DMAFP_ARM_BASE].cost, 0.02 * COST, 1e-6);
	/* 21 of 1002: the deviation of a binomial share of 1000 */
	assert_float_equal(row->sides[DMAFP_ARM_BASE].error,
			   COST * sqrt(21 / 1002. * (981 / 1002.) / 1000), 1e-6);
	/* whatever the compiler called it */
	assert_int_equal(find(f, "iommu_pgsize")->sides[DMAFP_ARM_BASE].samples, 290);
	assert_int_equal(f->nr_rows, 3);
	assert_int_equal(f->path.sides[DMAFP_ARM_BASE].samples, 311);
	assert_int_equal(f->others.sides[DMAFP_ARM_BASE].samples, 689);
	assert_float_equal(f->path.sides[DMAFP_ARM_BASE].cost +
				   f->others.sides[DMAFP_ARM_BASE].cost,
			   COST, 1e-6);
}

/* The other way round as well: base has no mutex, and its 0 is no certainty */
static void arms_are_compared(void **state)
{
	const struct dmafp_functions_row *check, *mutex;
	struct dmafp_functions *f;
	double cost;

	(void)state;
	sampled_fill(cell_of(add(DMAFP_ARM_BASE)), 20, 0);
	sampled_fill(cell_of(add(DMAFP_ARM_PATCHED)), 15, 0);
	sampled_fill(cell_of(add(DMAFP_ARM_ALWAYS_LOCK)), 30, 40);
	f = collect();
	assert_int_equal(list.nr, 1);
	check = find(f, "iommu_deferred_attach");
	mutex = find(f, "mutex_lock");
	assert_true(mutex->shared);
	assert_true(dmafp_functions_both(f, DMAFP_ARM_PATCHED));
	assert_float_equal(dmafp_functions_difference(check, DMAFP_ARM_PATCHED),
			   -0.005 * COST, 1e-6);
	/* 5 samples of 20: well within chance */
	assert_false(dmafp_functions_differ(f, check, DMAFP_ARM_PATCHED));
	cost = 0.04 * (COST + FIXTURE_LOCK);
	assert_float_equal(dmafp_functions_difference(mutex, DMAFP_ARM_ALWAYS_LOCK), cost,
			   1e-6);
	assert_true(dmafp_functions_error(mutex, DMAFP_ARM_ALWAYS_LOCK) >
		    mutex->sides[DMAFP_ARM_ALWAYS_LOCK].error);
	assert_true(dmafp_functions_differ(f, mutex, DMAFP_ARM_ALWAYS_LOCK));
	assert_false(dmafp_functions_both(f, DMAFP_ARM_PLACEBO));
	assert_false(dmafp_functions_differ(f, mutex, DMAFP_ARM_PLACEBO));
}

/* What placebo has as well is where samples stick, and no cost */
static void placebo_is_the_floor(void **state)
{
	const struct dmafp_functions_row *mutex;
	struct dmafp_functions *f;

	(void)state;
	sampled_fill(cell_of(add(DMAFP_ARM_BASE)), 20, 0);
	sampled_fill(cell_of(add(DMAFP_ARM_PATCHED)), 20, 40);
	sampled_fill(cell_of(add(DMAFP_ARM_PLACEBO)), 20, 41);
	f = collect();
	mutex = find(f, "mutex_lock");
	assert_false(dmafp_functions_differ(f, mutex, DMAFP_ARM_PATCHED));
	/* by itself it is what it is */
	assert_true(dmafp_functions_differ(f, mutex, DMAFP_ARM_PLACEBO));
}

static void boots_are_summed_up(void **state)
{
	struct dmafp_functions *f;
	struct dmafp_result *r;

	(void)state;
	sampled_fill(cell_of(add(DMAFP_ARM_BASE)), 20, 0);
	r = add(DMAFP_ARM_BASE);
	fixture_set_text(&r->created, "2026-02-02T00:00:00Z");
	fixture_shift(&r->cells[SAMPLED_CELL].map.hist, 100);
	sampled_fill(cell_of(r), 10, 0);
	/* a third boot has no samples, and so no say in what they are worth */
	fixture_shift(&add(DMAFP_ARM_BASE)->cells[SAMPLED_CELL].map.hist, 5000);
	f = collect();
	assert_int_equal(f->arms[DMAFP_ARM_BASE].boots, 2);
	assert_int_equal(f->arms[DMAFP_ARM_BASE].busy, 2000);
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].share,
			   0.015, 1e-9);
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, COST + 50, 1e-6);
}

static void make_timed(struct dmafp_result *r)
{
	r->domain = DMAFP_DOMAIN_TIMED;
	r->calibration.tick_khz = 2000000;
}

static void ticks_of_a_clock_are_time(void **state)
{
	struct dmafp_result *r = add(DMAFP_ARM_BASE);
	struct dmafp_functions *f;

	(void)state;
	make_timed(r);
	sampled_fill(cell_of(r), 20, 0);
	f = collect();
	assert_string_equal(f->unit, "ns");
	/* two ticks are a nanosecond */
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, COST / 2, 1e-6);
	dmafp_functions_list_free(&list);
	r->calibration.tick_khz = 0;
	f = collect();
	assert_string_equal(f->unit, "ticks");
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, COST, 1e-6);
}

/* Cycles are counted over the loop as well: of 1100 samples of both, 1000 are the op's */
static void cycles_where_they_were_counted(void **state)
{
	struct dmafp_result *r = add(DMAFP_ARM_BASE);
	struct dmafp_cell_result *cell = &r->cells[SAMPLED_CELL];
	struct dmafp_functions *f;

	(void)state;
	make_timed(r);
	sampled_fill(cell_of(r), 20, 0);
	fixture_set_text(&cell->sampling.event, "cycles");
	fixture_add_counter(cell, DMAFP_COUNTER_IS_VALID, 110000);
	fixture_set_text(&cell->runs[0].counters[0].event, "cycles");
	f = collect();
	assert_string_equal(f->unit, "cycles");
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, 110000. / FIXTURE_SAMPLES / 1.1,
			   1e-6);
	dmafp_functions_list_free(&list);
	/* without cycles sampled, their count says nothing of a share */
	fixture_set_text(&cell->sampling.event, "cpu-clock");
	f = collect();
	assert_string_equal(f->unit, "ns");
	dmafp_functions_list_free(&list);
	/* of transactions only, by an event whose name goes on */
	fixture_set_text(&cell->sampling.event, "cycles-t");
	f = collect();
	assert_string_equal(f->unit, "ns");
}

/* 100 samples about 8 ops each took 2400 ops, 8 and then 16 for each: 45 cycles an op */
static void cycles_of_method_block(void **state)
{
	struct dmafp_result *r = add(DMAFP_ARM_BASE);
	struct dmafp_cell_result *cell = &r->cells[SAMPLED_CELL];
	struct dmafp_functions *f;

	(void)state;
	make_timed(r);
	cell->method = DMAFP_BY_BLOCK;
	cell->ops_per_sample = 8;
	sampled_fill(cell_of(r), 20, 0);
	fixture_set_text(&cell->sampling.event, "cycles");
	fixture_add_counter(cell, DMAFP_COUNTER_IS_VALID, 108000);
	fixture_set_text(&cell->runs[0].counters[0].event, "cycles");
	f = collect();
	assert_string_equal(f->unit, "cycles");
	/* of 1100 samples of loop and op, 1000 are the op's */
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, 45 / 1.1, 1e-6);
}

static void put(struct dmafp_sampling *s, const char *function, uint64_t samples,
		uint64_t period)
{
	struct dmafp_sampled *item = dmafp_sampling_count(s, function, samples);

	item->has_period = true;
	item->period += period;
	s->samples += samples;
}

/*
 * Cycles at a frequency, on two CPUs: one is always busy and samples every million
 * cycles, the other is busy for a tenth of the time and does so every 100000, so that
 * both have 100 samples.
 */
static void sample_two_cpus(struct dmafp_sampling *s)
{
	*s = (struct dmafp_sampling) {
		.present = true,
		.tool_version = dmafp_alloc_string("perf version 6.1.192"),
		.event = dmafp_alloc_string("cycles"),
		.frequency = 4999,
		.has_period = true,
	};
	put(s, "iommu_map", 100, 100000000);
	put(s, "iommu_deferred_attach", 100, 10000000);
	put(s, "dmafp_map_page_run_stamped [dmafp]", 50, 5500000);
}

static void a_sample_weighs_its_period(void **state)
{
	struct dmafp_result *r = add(DMAFP_ARM_BASE), *older;
	struct dmafp_cell_result *cell = &r->cells[SAMPLED_CELL];
	const struct dmafp_functions_side *busy, *idle;
	struct dmafp_functions *f;
	double cost;

	(void)state;
	make_timed(r);
	sample_two_cpus(&cell->sampling);
	fixture_add_counter(cell, DMAFP_COUNTER_IS_VALID, 115500);
	fixture_set_text(&cell->runs[0].counters[0].event, "cycles");
	f = collect();
	assert_true(f->by_period);
	/* 1155 cycles an op, of which 5.5 of 115.5 are the loop's: by samples 1 of 5 were */
	cost = 1155 * 110 / 115.5;
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, cost, 1e-6);
	busy = &find(f, "iommu_map")->sides[DMAFP_ARM_BASE];
	idle = &find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE];
	assert_int_equal(busy->samples, idle->samples);
	assert_float_equal(busy->share, 100 / 110., 1e-9);
	assert_float_equal(idle->share, 10 / 110., 1e-9);
	assert_float_equal(idle->cost, cost / 11, 1e-6);
	/* 101 of 202 is a half; samples weigh 1000000 and 100000, 550000 in the mean */
	assert_float_equal(busy->error, cost * (100 / 55.) * sqrt(0.25 / 200), 1e-6);
	assert_float_equal(idle->error, cost * (10 / 55.) * sqrt(0.25 / 200), 1e-6);
	assert_float_equal(f->path.sides[DMAFP_ARM_BASE].share, 1, 1e-9);
	dmafp_functions_list_free(&list);

	/* a boot without periods has none to add: all samples weigh the same */
	older = add(DMAFP_ARM_BASE);
	make_timed(older);
	sampled_fill(cell_of(older), 20, 0);
	f = collect();
	assert_false(f->by_period);
	/* 100 and 20 of 200 and 1000 */
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].share,
			   120 / 1200., 1e-9);
}

/* User space, which is busy as well, by its own periods: 30 of 140 */
static void user_space_weighs_its_periods(void **state)
{
	struct dmafp_load *load = sampled_load(add(DMAFP_ARM_BASE), 4475);
	struct dmafp_functions *f;

	(void)state;
	sample_two_cpus(&load->sampling);
	load->sampling.user = 5;
	load->sampling.samples += 5;
	load->sampling.user_period = 30000000;
	f = collect();
	assert_float_equal(f->others.sides[DMAFP_ARM_BASE].share, 30 / 140., 1e-9);
}

/* Of a load, user space is part of what the CPUs were busy with */
static void loads_are_busy_time(void **state)
{
	struct dmafp_result *base = add(DMAFP_ARM_BASE), *lock = add(DMAFP_ARM_ALWAYS_LOCK);
	struct dmafp_functions *f;

	(void)state;
	sampled_fill(&sampled_load(base, 4475)->sampling, 20, 0);
	sampled_fill(&sampled_load(lock, 4495)->sampling, 20, 40);
	f = collect();
	assert_int_equal(list.nr, 1);
	assert_string_equal(f->title, "send 1514");
	assert_string_equal(dmafp_functions_unit(f), "packet");
	assert_string_equal(f->unit, "instructions");
	assert_int_equal(f->arms[DMAFP_ARM_BASE].busy, 1007);
	assert_int_equal(f->others.sides[DMAFP_ARM_BASE].samples, 696);
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, 4475, 1e-6);
	assert_float_equal(f->arms[DMAFP_ARM_ALWAYS_LOCK].cost, 4495, 1e-6);
	assert_float_equal(find(f, "mutex_lock")->sides[DMAFP_ARM_ALWAYS_LOCK].cost,
			   4495 * 40. / 1007, 1e-6);
}

/* What was sampled of packets at another pace says nothing of what one took at its own */
static void another_pace_has_shares_only(void **state)
{
	struct dmafp_load *load = sampled_load(add(DMAFP_ARM_BASE), 4475);
	struct dmafp_functions *f;
	char *unlike;

	(void)state;
	load->pace_ns = 300000;
	sampled_fill(&load->sampling, 20, 0);
	load->sampling.has_load = true;
	load->sampling.pace_ns = 300000;
	f = collect();
	assert_null(f->unlike);
	assert_null(dmafp_functions_unlike(f));
	assert_true(f->arms[DMAFP_ARM_BASE].has_cost);
	dmafp_functions_list_free(&list);

	load->sampling.pace_ns = 110000;
	f = collect();
	unlike = dmafp_functions_unlike(f);
	assert_string_equal(unlike, "a pace of 110000 ns in place of 300000");
	free(unlike);
	assert_false(f->arms[DMAFP_ARM_BASE].has_cost);
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].share,
			   20. / 1007, 1e-9);
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].cost, 0, 0);
}

/* One boot of one arm is enough: the arms would not be compared alike */
static void another_depth_has_shares_only(void **state)
{
	struct dmafp_load *base = sampled_load(add(DMAFP_ARM_BASE), 4475);
	struct dmafp_load *patched = sampled_load(add(DMAFP_ARM_PATCHED), 4475);
	struct dmafp_functions *f;
	char *unlike;

	(void)state;
	base->depth = patched->depth = 1;
	sampled_fill(&base->sampling, 20, 0);
	sampled_fill(&patched->sampling, 20, 0);
	base->sampling.has_load = patched->sampling.has_load = true;
	base->sampling.depth = 1;
	patched->sampling.depth = 32;
	f = collect();
	unlike = dmafp_functions_unlike(f);
	assert_string_equal(unlike, "32 IOs in flight in place of 1");
	free(unlike);
	assert_false(f->arms[DMAFP_ARM_BASE].has_cost);
	assert_false(dmafp_functions_both(f, DMAFP_ARM_PATCHED));
}

static void a_load_without_busy_time_has_shares_only(void **state)
{
	struct dmafp_result *base = add(DMAFP_ARM_BASE);
	struct dmafp_load *load = sampled_load(base, 4475);
	struct dmafp_functions *f;

	(void)state;
	sampled_fill(&load->sampling, 20, 0);
	load->measures[0].kind = DMAFP_MEASURE_SEND;
	f = collect();
	assert_false(f->arms[DMAFP_ARM_BASE].has_cost);
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].share,
			   20. / 1007, 1e-9);
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].cost,
			   0, 0);
}

static void count_cycles(struct dmafp_load *load, uint64_t cycles)
{
	load->counters = dmafp_alloc(1, sizeof(*load->counters));
	load->nr_counters = 1;
	load->counters[0] = (struct dmafp_counter_result) {
		.event = dmafp_alloc_string("cycles"),
		.state = DMAFP_COUNTER_IS_VALID,
		.valid = true,
		.value = cycles,
	};
}

static void cycles_of_a_load(void **state)
{
	struct dmafp_result *base = add(DMAFP_ARM_BASE);
	struct dmafp_load *load = sampled_load(base, 4475);
	struct dmafp_functions *f;

	(void)state;
	make_timed(base);
	sampled_fill(&load->sampling, 20, 0);
	fixture_set_text(&load->sampling.event, "cycles");
	f = collect();
	assert_string_equal(f->unit, "ns");
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, 4475, 1e-6);
	dmafp_functions_list_free(&list);
	count_cycles(load, 1234500);
	f = collect();
	assert_string_equal(f->unit, "cycles");
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, 12345, 1e-6);
}

/*
 * fio has no busy time at all, and pktgen none with nohz=off: in the timed domain cycles
 * are the cost all the same, of 100 ops, and nanoseconds never are instructions
 */
static void cycles_of_a_load_without_busy_time(void **state)
{
	struct dmafp_result *base = add(DMAFP_ARM_BASE);
	struct dmafp_load *load = sampled_load(base, 4475);
	struct dmafp_functions *f;

	(void)state;
	make_timed(base);
	sampled_fill(&load->sampling, 20, 0);
	fixture_set_text(&load->sampling.event, "cycles");
	load->measures[0].kind = DMAFP_MEASURE_TIME;
	f = collect();
	assert_string_equal(f->unit, "ns");
	assert_false(f->arms[DMAFP_ARM_BASE].has_cost);
	dmafp_functions_list_free(&list);
	count_cycles(load, 1234500);
	f = collect();
	assert_string_equal(f->unit, "cycles");
	assert_true(f->arms[DMAFP_ARM_BASE].has_cost);
	assert_float_equal(f->arms[DMAFP_ARM_BASE].cost, 12345, 1e-6);
	assert_float_equal(find(f, "iommu_deferred_attach")->sides[DMAFP_ARM_BASE].cost,
			   12345 * 20. / 1007, 1e-6);
}

static struct dmafp_result *copy_of(json_t *json)
{
	struct dmafp_err err;
	struct dmafp_result *copy = dmafp_result_from_json(json, &err);

	if (!copy)
		fail_msg("%s", err.msg);
	return copy;
}

/* How a load was made for samples is kept; older results do not say it, nor any period */
static void a_result_keeps_how_it_was_sampled(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed"), *copy;
	struct dmafp_load *load = sampled_load(r, 4475);
	json_t *json, *sampling, *function;

	(void)state;
	sample_two_cpus(&load->sampling);
	load->sampling.has_load = true;
	load->sampling.pace_ns = 110000;
	load->sampling.depth = 32;
	json = dmafp_result_to_json(r);
	copy = copy_of(json);
	assert_true(copy->traffic.loads[0].sampling.has_load);
	assert_int_equal(copy->traffic.loads[0].sampling.pace_ns, 110000);
	assert_int_equal(copy->traffic.loads[0].sampling.depth, 32);
	assert_int_equal(copy->traffic.loads[0].sampling.functions[0].period, 100000000);
	dmafp_result_free(copy);

	sampling = json_object_get(json_object_get(json, "traffic"), "loads");
	sampling = json_object_get(json_array_get(sampling, 0), "sampling");
	function = json_array_get(json_object_get(sampling, "functions"), 0);
	json_object_del(sampling, "load");
	copy = copy_of(json);
	assert_false(copy->traffic.loads[0].sampling.has_load);
	assert_true(copy->traffic.loads[0].sampling.has_period);
	dmafp_result_free(copy);

	json_object_del(sampling, "user_period");
	for (size_t i = 0; i < 3; i++)
		json_object_del(json_array_get(json_object_get(sampling, "functions"), i),
				"period");
	copy = copy_of(json);
	assert_false(copy->traffic.loads[0].sampling.has_period);
	assert_int_equal(copy->traffic.loads[0].sampling.functions[0].samples, 100);
	/* nothing was added to what the caller has */
	assert_null(json_object_get(sampling, "load"));
	assert_null(json_object_get(function, "period"));
	dmafp_result_free(copy);
	json_decref(json);
	dmafp_result_free(r);
}

static void cells_and_loads_of_all_groups(void **state)
{
	struct dmafp_result *nic = fixture_nic(DMAFP_ARM_BASE, "plain");
	struct dmafp_result *base = add(DMAFP_ARM_BASE);

	(void)state;
	dmafp_set_add(&set, nic);
	sampled_fill(cell_of(base), 20, 0);
	sampled_fill(&base->cells[3].sampling, 20, 0);
	sampled_fill(cell_of(nic), 20, 0);
	sampled_fill(&sampled_load(nic, 10)->sampling, 20, 0);
	collect();
	assert_int_equal(list.nr, 4);
	assert_string_equal(list.items[0].group->mode, "plain");
	assert_non_null(list.items[1].load);
	assert_string_equal(list.items[3].title, "map_page 64K from");
}

#define FUNCTIONS_TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FUNCTIONS_TEST(nothing_sampled_is_nothing),
		FUNCTIONS_TEST(a_share_is_of_what_was_busy),
		FUNCTIONS_TEST(arms_are_compared),
		FUNCTIONS_TEST(placebo_is_the_floor),
		FUNCTIONS_TEST(boots_are_summed_up),
		FUNCTIONS_TEST(ticks_of_a_clock_are_time),
		FUNCTIONS_TEST(cycles_where_they_were_counted),
		FUNCTIONS_TEST(cycles_of_method_block),
		FUNCTIONS_TEST(a_sample_weighs_its_period),
		FUNCTIONS_TEST(user_space_weighs_its_periods),
		FUNCTIONS_TEST(loads_are_busy_time),
		FUNCTIONS_TEST(another_pace_has_shares_only),
		FUNCTIONS_TEST(another_depth_has_shares_only),
		FUNCTIONS_TEST(a_load_without_busy_time_has_shares_only),
		FUNCTIONS_TEST(cycles_of_a_load),
		FUNCTIONS_TEST(cycles_of_a_load_without_busy_time),
		FUNCTIONS_TEST(a_result_keeps_how_it_was_sampled),
		FUNCTIONS_TEST(cells_and_loads_of_all_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
