// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "base/alloc.h"
#include "base/file.h"

#define CELLS 4

static const char *const build_ids[DMAFP_NR_ARMS] = {
	"b000000000000000000000000000000000000000",
	"d111111111111111111111111111111111111111",
	"a222222222222222222222222222222222222222",
	"c333333333333333333333333333333333333333",
};

void fixture_set_text(char **member, const char *text)
{
	free(*member);
	*member = dmafp_alloc_string(text);
}

static void fill_hist(struct dmafp_hist *h, uint64_t cost, bool tail)
{
	h->count = FIXTURE_SAMPLES;
	h->min = h->max = cost;
	h->sum = FIXTURE_SAMPLES * cost;
	h->nr_buckets = tail ? 3 : 1;
	h->buckets = dmafp_alloc(3, sizeof(*h->buckets));
	h->buckets[0] = (struct dmafp_bucket) { cost, 1, tail ? 90 : FIXTURE_SAMPLES };
	if (!tail)
		return;
	h->buckets[1] = (struct dmafp_bucket) { cost + 7, 1, 9 };
	h->buckets[2] = (struct dmafp_bucket) { cost + 100, 1, 1 };
	h->max = cost + 100;
	h->sum += 9 * 7 + 100;
}

static void fill_phase(struct dmafp_phase_result *p, uint64_t cost, bool tail, bool called)
{
	p->counted_ops = 64;
	p->calls = called ? 64 : 0;
	fill_hist(&p->hist, cost, tail);
}

static void fill_cell(struct dmafp_cell_result *cell, const char *op, uint64_t bytes,
		      const char *direction)
{
	cell->op = dmafp_alloc_string(op);
	cell->bytes = bytes;
	cell->direction = dmafp_alloc_string(direction);
	cell->cpus = dmafp_alloc(1, sizeof(*cell->cpus));
	cell->nr_cpus = 1;
	cell->ops_per_sample = 1;
	cell->node = -1;
	cell->block = 16;
	cell->warmup = 32;
	cell->iterations = FIXTURE_SAMPLES;
}

static void fill_map_page(struct dmafp_cell_result *cell, uint64_t bytes,
			  const char *direction, bool on, uint64_t lock)
{
	fill_cell(cell, "map_page", bytes, direction);
	cell->reaches = dmafp_alloc_string("__iommu_dma_map");
	cell->on_path = true;
	cell->has_unmap = true;
	fill_phase(&cell->map,
		   FIXTURE_MAP + (on ? FIXTURE_CHECK - FIXTURE_NULL + lock : 0), true, on);
	fill_phase(&cell->unmap, FIXTURE_UNMAP, true, false);
}

static void fill_cells(struct dmafp_result *r, enum dmafp_arm_id arm)
{
	uint64_t lock = arm == DMAFP_ARM_ALWAYS_LOCK ? FIXTURE_LOCK : 0;
	bool on = strcmp(r->mode, "plain");

	r->nr_cells = CELLS;
	r->cells = dmafp_alloc(CELLS, sizeof(*r->cells));
	fill_cell(&r->cells[0], "null", 0, NULL);
	fill_phase(&r->cells[0].map, FIXTURE_NULL, false, false);
	fill_cell(&r->cells[1], "check", 0, NULL);
	fill_phase(&r->cells[1].map, FIXTURE_CHECK + lock, false, true);
	fill_map_page(&r->cells[2], 4096, "to_device", on, lock);
	fill_map_page(&r->cells[3], 65536, "from_device", on, lock);
}

static void fill_kernel(struct dmafp_result *r, enum dmafp_arm_id arm)
{
	r->kernel.release = dmafp_alloc_string("6.12.57");
	r->kernel.version = dmafp_alloc_string("#1 SMP PREEMPT_DYNAMIC");
	r->kernel.build_id = dmafp_alloc_string(build_ids[arm]);
	r->kernel.config_sha256 = dmafp_alloc_string("0123456789abcdef");
	r->kernel.command_line = dmafp_alloc_string("console=ttyS0 intel_iommu=on");
	r->kernel.compiler = dmafp_alloc_string("gcc (Debian 12.2.0-14) 12.2.0");
	if (arm == DMAFP_ARM_BASE)
		return;
	r->nr_patches = 1;
	r->patches = dmafp_alloc(1, sizeof(*r->patches));
	r->patches[0].name = dmafp_alloc_string("iommu: Lock group->mutex in "
						"iommu_deferred_attach()");
	r->patches[0].file = dmafp_path("%s.patch", dmafp_arm_name(arm));
	r->patches[0].sha256 = dmafp_alloc_string("fedcba9876543210");
}

static void fill_places(struct dmafp_result *r, enum dmafp_arm_id arm)
{
	r->lab.present = true;
	r->lab.accel = dmafp_alloc_string("icount");
	r->lab.qemu_version = dmafp_alloc_string("QEMU emulator version 7.2.17");
	r->lab.qemu_command = dmafp_path("qemu-system-x86_64 -M q35,kernel-irqchip=split "
					 "-accel tcg -icount shift=0,sleep=off "
					 "-kernel boots/%s-%s/bzImage -rtc base=utc",
					 dmafp_arm_name(arm), r->mode);
	r->machine.arch = dmafp_alloc_string("x86_64");
	r->machine.cpu = dmafp_alloc_string("QEMU TCG CPU version 2.5+");
	r->machine.nr_cpus = r->machine.nr_nodes = 1;
	r->machine.memory_kib = 1048576;
	r->iommu.driver = dmafp_alloc_string("intel-iommu");
	r->iommu.unit = dmafp_alloc_string("dmar0");
	r->iommu.group_type = dmafp_alloc_string("DMA");
	r->iommu.group = 3;
	r->device.pci = dmafp_alloc_string("0000:00:04.0");
	r->device.label = dmafp_alloc_string("nvme");
	r->device.vendor = 0x1b36;
	r->device.device = 0x0010;
	r->device.class_code = 0x010802;
	r->device.dma_mask_bits = 64;
	r->device.attach_deferred = !strcmp(r->mode, "kdump");
}

static void fill_first(struct dmafp_result *r, enum dmafp_arm_id arm)
{
	struct dmafp_first_result *f = &r->first_map;
	bool kdump = !strcmp(r->mode, "kdump");

	f->present = true;
	f->op = dmafp_alloc_string("map_page");
	f->bytes = 4096;
	f->direction = dmafp_alloc_string("to_device");
	f->deferred_before = f->counted_deferred_before = kdump;
	f->map_ticks = (kdump ? 50000 : 900) + (arm == DMAFP_ARM_PATCHED && kdump ? 60 : 0);
	f->unmap_ticks = 500;
	f->counted = true;
	f->calls = strcmp(r->mode, "plain") ? 1 : 0;
	f->attaches = kdump;
	f->attach_ticks = kdump ? 49000 : 0;
}

static void fill_calibration(struct dmafp_calibration_result *c)
{
	c->repeats = 100;
	c->short_run = 16;
	c->long_run = 1016;
	c->short_min = c->short_max = 26;
	c->long_min = c->long_max = 1026;
	c->stamp = dmafp_alloc_string("tsc");
}

struct dmafp_result *fixture_result(enum dmafp_arm_id arm, const char *mode)
{
	struct dmafp_result *r = dmafp_result_new();

	r->tool_version = dmafp_alloc_string("0.1.0");
	r->created = dmafp_alloc_string("2026-01-02T03:04:05Z");
	r->arm = dmafp_alloc_string(dmafp_arm_name(arm));
	r->mode = dmafp_alloc_string(mode);
	r->profile.name = dmafp_alloc_string("default");
	r->profile.sha256 = dmafp_alloc_string("00112233445566778899");
	fill_kernel(r, arm);
	fill_places(r, arm);
	fill_calibration(&r->calibration);
	fill_first(r, arm);
	fill_cells(r, arm);
	return r;
}

/* Loads */

static void add_call(struct dmafp_load *load, const char *name, enum dmafp_api_kind kind,
		     uint64_t calls)
{
	load->calls = dmafp_alloc_grow(load->calls, load->nr_calls, sizeof(*load->calls));
	load->calls[load->nr_calls++] = (struct dmafp_api_call) {
		.name = dmafp_alloc_string(name), .kind = kind, .calls = calls
	};
}

static void add_measure(struct dmafp_load *load, enum dmafp_measure_kind kind, uint64_t batch,
			uint64_t cost, bool tail)
{
	struct dmafp_measure *m;

	load->measures = dmafp_alloc_grow(load->measures, load->nr_measures,
					  sizeof(*load->measures));
	m = &load->measures[load->nr_measures++];
	m->kind = kind;
	m->ops_per_sample = batch;
	fill_hist(&m->hist, cost * batch, tail);
}

static void fill_load(struct dmafp_load *load, enum dmafp_load_tool tool)
{
	load->tool = tool;
	load->cpus = dmafp_alloc(1, sizeof(*load->cpus));
	load->nr_cpus = 1;
	load->ops = 2000;
	load->elapsed_ns = load->ops * FIXTURE_TIME;
	load->counted_ops = FIXTURE_COUNTED;
	if (tool == DMAFP_LOAD_PKTGEN) {
		load->op = dmafp_alloc_string("send");
		load->bytes = 1514;
		load->fragments = 1;
		return;
	}
	load->op = dmafp_alloc_string("randread");
	load->engine = dmafp_alloc_string("libaio");
	load->bytes = 4096;
	load->depth = 1;
	load->has_cpu = true;
	load->user_ns = load->ops * 1000;
	load->system_ns = load->ops * 3000;
}

static void name_traffic(struct dmafp_traffic_result *t, enum dmafp_load_tool tool)
{
	bool fio = tool == DMAFP_LOAD_FIO;

	t->present = true;
	fixture_set_text(&t->driver, fio ? "nvme" : "e1000e");
	fixture_set_text(&t->node, fio ? "nvme0n1" : "eth0");
	fixture_set_text(&t->tool_version, fio ? "fio-3.33" : "2.75");
}

struct dmafp_load *fixture_add_load(struct dmafp_result *r, enum dmafp_load_tool tool)
{
	uint64_t lock = strcmp(r->arm, "always-lock") ? 0 : FIXTURE_LOCK;
	bool on = strcmp(r->mode, "plain");
	uint64_t check = on ? FIXTURE_CHECK - FIXTURE_NULL + lock : 0;
	struct dmafp_load *load;

	name_traffic(&r->traffic, tool);
	r->traffic.loads = dmafp_alloc_grow(r->traffic.loads, r->traffic.nr_loads,
					    sizeof(*r->traffic.loads));
	load = &r->traffic.loads[r->traffic.nr_loads++];
	fill_load(load, tool);
	if (tool == DMAFP_LOAD_FIO) {
		add_measure(load, DMAFP_MEASURE_SUBMIT, 1, FIXTURE_SUBMIT + check, true);
		add_measure(load, DMAFP_MEASURE_COMPLETE, 1, 50000, true);
	} else {
		add_measure(load, DMAFP_MEASURE_SEND, FIXTURE_BATCH, FIXTURE_SEND + check, false);
	}
	add_measure(load, DMAFP_MEASURE_TIME, 1, FIXTURE_TIME, true);
	add_measure(load, DMAFP_MEASURE_BUSY, FIXTURE_BATCH, FIXTURE_BUSY + check, false);
	add_call(load, "iommu_deferred_attach", DMAFP_API_CHECK, on ? FIXTURE_COUNTED : 0);
	add_call(load, "dma_map_page_attrs", DMAFP_API_MAP, FIXTURE_COUNTED);
	add_call(load, "dma_unmap_page_attrs", DMAFP_API_UNMAP, FIXTURE_COUNTED);
	return load;
}

struct dmafp_hist *fixture_measure(struct dmafp_load *load, enum dmafp_measure_kind kind)
{
	size_t i;

	for (i = 0; i < load->nr_measures; i++)
		if (load->measures[i].kind == kind)
			return &load->measures[i].hist;
	abort();
}

void fixture_add_loads(struct dmafp_report *report, enum dmafp_load_tool tool)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		fixture_add_load(report->set.results[i], tool);
}

struct dmafp_result *fixture_nic(enum dmafp_arm_id arm, const char *mode)
{
	struct dmafp_result *r = fixture_result(arm, mode);

	fixture_set_text(&r->device.pci, "0000:00:05.0");
	fixture_set_text(&r->device.label, "nic");
	return r;
}

struct dmafp_cell_result *fixture_cell(struct dmafp_result *result, size_t index)
{
	return &result->cells[index];
}

void fixture_add_series(struct dmafp_phase_result *p, uint64_t drift)
{
	size_t i;

	p->nr_series = 1;
	p->series = dmafp_alloc(1, sizeof(*p->series));
	p->series->nr_points = 20;
	p->series->stride = FIXTURE_SAMPLES / 20;
	p->series->points = dmafp_alloc(20, sizeof(*p->series->points));
	for (i = 0; i < 20; i++)
		p->series->points[i] = p->hist.min + (i >= 10 ? drift : 0);
}

void fixture_add_counter(struct dmafp_cell_result *cell, enum dmafp_counter_word state,
			 uint64_t value)
{
	struct dmafp_counter_result *c = dmafp_alloc(1, sizeof(*c));

	cell->nr_runs = 1;
	cell->runs = dmafp_alloc(1, sizeof(*cell->runs));
	cell->runs->elapsed = 123456;
	cell->runs->nr_counters = 1;
	cell->runs->counters = c;
	c->event = dmafp_alloc_string("cycles");
	c->state = state;
	c->valid = state == DMAFP_COUNTER_IS_VALID;
	c->value = c->valid ? value : 0;
	c->enabled_ns = c->running_ns = state == DMAFP_COUNTER_IS_ABSENT ? 0 : 1000;
	if (state == DMAFP_COUNTER_IS_MULTIPLEXED)
		c->running_ns = 10;
	if (state == DMAFP_COUNTER_IS_ABSENT)
		c->reason = dmafp_alloc_string("no PMU");
}

void fixture_shift(struct dmafp_hist *h, int64_t ticks)
{
	size_t i;

	for (i = 0; i < h->nr_buckets; i++)
		h->buckets[i].low += (uint64_t)ticks;
	h->min += (uint64_t)ticks;
	h->max += (uint64_t)ticks;
	h->sum += (uint64_t)ticks * h->count;
}

void fixture_four(struct dmafp_report *report, const char *mode)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		dmafp_set_add(&report->set, fixture_result(arm, mode));
}

static size_t find_arm(const struct dmafp_report *report, enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, dmafp_arm_name(arm)))
			return i;
	abort();
}

struct dmafp_result *fixture_arm(struct dmafp_report *report, enum dmafp_arm_id arm)
{
	return report->set.results[find_arm(report, arm)];
}

void fixture_drop(struct dmafp_report *report, enum dmafp_arm_id arm)
{
	size_t i = find_arm(report, arm);

	dmafp_result_free(report->set.results[i]);
	report->set.nr--;
	for (; i < report->set.nr; i++)
		report->set.results[i] = report->set.results[i + 1];
}

enum dmafp_verdict fixture_row(const struct dmafp_report *report, const char *mode,
			       size_t cell, enum dmafp_row_phase phase,
			       enum dmafp_arm_id arm)
{
	const struct dmafp_comparison *c = report->comparison;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_row *row = &c->rows[i];
		const struct dmafp_result *first = dmafp_group_any(row->group);

		if (!strcmp(row->group->mode, mode) && row->cell == &first->cells[cell] &&
		    row->phase == phase)
			return report->judgement->rows[i].verdicts[arm];
	}
	abort();
}

const struct dmafp_traffic_verdict *fixture_traffic_row(const struct dmafp_report *report,
							const char *mode,
							enum dmafp_measure_kind kind)
{
	const struct dmafp_comparison *c = report->comparison;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		if (!strcmp(c->traffic_rows[i].group->mode, mode) &&
		    c->traffic_rows[i].kind == kind)
			return &report->judgement->traffic_rows[i];
	abort();
}

static int holds(const struct dmafp_lines *lines, const char *part)
{
	size_t i;

	for (i = 0; i < lines->nr; i++)
		if (strstr(lines->items[i], part))
			return 1;
	return 0;
}

int fixture_has_reason(const struct dmafp_report *report, const char *part)
{
	return holds(&report->judgement->reasons, part);
}

int fixture_has_difference(const struct dmafp_report *report, const char *part)
{
	return holds(&report->judgement->differences, part);
}

int fixture_has_note(const struct dmafp_report *report, const char *part)
{
	const struct dmafp_judgement *j = report->judgement;
	int found = holds(&j->notes, part);
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		found |= holds(&j->rows[i].notes, part);
	for (i = 0; i < j->nr_traffic_rows; i++)
		found |= holds(&j->traffic_rows[i].notes, part);
	return found;
}

char *fixture_render(const struct dmafp_report *report,
		     const struct dmafp_renderer *renderer)
{
	struct dmafp_view view = {
		.comparison = report->comparison,
		.judgement = report->judgement,
	};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	renderer->render(&view, out);
	fclose(out);
	return text;
}
