// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A fake module with fake devices, for tests of everything above it.  It is
 * deterministic and measures nothing: a result made through it names
 * "loopback" as its hypervisor and as its IOMMU driver.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kmod/uapi/dmafp_ops.h"
#include "run/samples.h"
#include "run/transport.h"
#include "run/transport_loopback_idle.h"
#include "run/transport_loopback_tally.h"

#define NR_DEVICES 2

struct loopback {
	struct dmafp_transport base;
	struct dmafp_loopback config;
	unsigned int calls; /* of config.fail_call */
	bool bound[NR_DEVICES];
	bool deferred[NR_DEVICES];
	int selected; /* -1: none */
	struct dmafp_loopback_tally tally;
	uint64_t looks; /* at idle times */
};

#define OP_ROW(_name, _reaches, _flags, _attrs) \
	{ .name = #_name, .reaches = _reaches, .flags = _flags, .attrs = _attrs },

static const struct dmafp_op op_table[] = { DMAFP_OPS(OP_ROW) };

#define NR_OPS (sizeof(op_table) / sizeof(op_table[0]))

static const struct dmafp_pci_device devices[NR_DEVICES] = {
	{ .pci = "0000:00:04.0",
	  .devfn = 0x20,
	  .vendor = 0x1b36,
	  .device = 0x0010,
	  .class_code = 0x010802,
	  .label = "nvme",
	  .group = 1,
	  .group_type = "DMA",
	  .unit = "loopback0",
	  .iommu = "loopback",
	  .node = -1 },
	{ .pci = "0000:00:05.0",
	  .devfn = 0x28,
	  .vendor = 0x8086,
	  .device = 0x10d3,
	  .class_code = 0x020000,
	  .label = "nic",
	  .group = 2,
	  .group_type = "DMA",
	  .unit = "loopback0",
	  .iommu = "loopback",
	  .node = -1 },
};

static struct loopback *self_of(struct dmafp_transport *transport)
{
	return (struct loopback *)transport;
}

static bool key_is_on(const struct loopback *self)
{
	return strcmp(self->config.mode, "plain");
}

static int inject(struct loopback *self, const char *what, struct dmafp_err *err)
{
	const struct dmafp_loopback *config = &self->config;

	if (!config->fail_call || strcmp(config->fail_call, what) ||
	    self->calls++ != config->fail_after)
		return 0;
	return dmafp_err_set(err, config->fail_code, DMAFP_EXIT_DEVICE,
			     "%s: injected: %s", what, strerror(config->fail_code));
}

static int loopback_list(struct dmafp_transport *transport,
			 struct dmafp_device_list *list, struct dmafp_err *err)
{
	int ret = inject(self_of(transport), "list", err);

	list->nr = ret ? 0 : NR_DEVICES;
	list->items = dmafp_alloc(NR_DEVICES, sizeof(*list->items));
	memcpy(list->items, devices, sizeof(devices));
	return ret;
}

static int index_of(unsigned int bus, unsigned int devfn)
{
	int i;

	for (i = 0; i < NR_DEVICES; i++)
		if (devices[i].bus == bus && devices[i].devfn == devfn)
			return i;
	return 0;
}

static void set_bound(struct loopback *self, int i, bool bound)
{
	if (self->config.bound)
		*self->config.bound += bound - self->bound[i];
	self->bound[i] = bound;
}

static int loopback_bind(struct dmafp_transport *transport,
			 struct dmafp_pci_device *device, struct dmafp_err *err)
{
	struct loopback *self = self_of(transport);
	int ret = inject(self, "bind", err);

	if (!ret)
		set_bound(self, index_of(device->bus, device->devfn), true);
	return ret;
}

static int loopback_unbind(struct dmafp_transport *transport,
			   struct dmafp_pci_device *device, struct dmafp_err *err)
{
	struct loopback *self = self_of(transport);

	set_bound(self, index_of(device->bus, device->devfn), false);
	return inject(self, "unbind", err);
}

static void defer(struct loopback *self, int i)
{
	self->deferred[i] = !strcmp(self->config.mode, "kdump");
}

static int loopback_rediscover(struct dmafp_transport *transport,
			       struct dmafp_pci_device *device, struct dmafp_err *err)
{
	struct loopback *self = self_of(transport);

	if (!self->config.deferred_once)
		defer(self, index_of(device->bus, device->devfn));
	return inject(self, "rediscover", err);
}

static int fake_info(struct dmafp_info *info)
{
	info->abi_version = DMAFP_ABI_VERSION;
	info->nr_ops = NR_OPS;
	info->stamp = DMAFP_STAMP_TSC;
	info->tick_khz = 1000000;
	snprintf(info->version, sizeof(info->version), "loopback");
	return 0;
}

static int fake_op(struct dmafp_op *op)
{
	__u32 size = op->size, index = op->index;

	if (index >= NR_OPS)
		return -EINVAL;
	*op = op_table[index];
	op->size = size;
	op->index = index;
	return 0;
}

static int fake_device(struct loopback *self, struct dmafp_device *facts)
{
	int i = index_of(facts->bus, facts->devfn);

	if (!self->bound[i])
		return -ENODEV;
	self->selected = i;
	facts->flags = DMAFP_DEV_IOMMU | DMAFP_DEV_DMA_IOMMU | DMAFP_DEV_COHERENT;
	if (self->deferred[i])
		facts->flags |= DMAFP_DEV_ATTACH_DEFERRED;
	facts->domain_type = DMAFP_DOMAIN_DMA;
	facts->dma_mask_bits = 64;
	facts->node = -1;
	return 0;
}

static int fake_calibrate(const struct loopback *self, struct dmafp_calibration *arg)
{
	arg->short_run = 256;
	arg->long_run = 1024;
	arg->short_min = arg->short_max = 260;
	arg->long_min = arg->long_max = 1028;
	if (self->config.inexact)
		arg->long_max += 7;
	return 0;
}

/*
 * One op: 6 ticks more where the check is reached, one for each page, ten for
 * each entry of a scatterlist, a slow one in 64.
 */
static uint64_t ticks_of(const struct loopback *self, const struct dmafp_cell *cell,
			 enum dmafp_phase phase, uint64_t i)
{
	const struct dmafp_op *op = &op_table[cell->op];
	uint64_t ticks;

	if (op->flags & DMAFP_OP_DIRECT)
		return 21;
	if (!(op->flags & DMAFP_OP_USES_SIZE))
		return 10;
	ticks = 400 + cell->bytes / 4096 + 10 * (uint64_t)cell->entries +
		8 * (cell->direction == DMAFP_FROM_DEVICE);
	if (op->flags & DMAFP_OP_ON_PATH && phase == DMAFP_PHASE_MAP && key_is_on(self))
		ticks += 6;
	return ticks + (i % 64 == 63 ? 20000 : 0);
}

/* All racers attach; but for the first, each while the one before is under way. */
static void fake_race(struct dmafp_first_map *arg, bool deferred)
{
	struct dmafp_record *records = (void *)(uintptr_t)arg->records;
	__u32 i;

	arg->calls = arg->nr_racers;
	arg->attaches = deferred ? arg->nr_racers : 0;
	arg->overlaps = arg->hold_us && deferred ? arg->nr_racers - 1 : 0;
	arg->attach_ticks = arg->attaches * 89000;
	if (arg->nr_records > arg->nr_racers)
		arg->nr_records = arg->nr_racers;
	for (i = 0; i < arg->nr_records; i++)
		records[i] = (struct dmafp_record) {
			.ticks = i * 100,
			.cpu = i,
			.pid = 100 + i,
			.what = DMAFP_RECORD_ATTACH,
			.flags = i && arg->hold_us ? DMAFP_RECORD_OVERLAP : 0,
		};
}

static int fake_first_map(struct loopback *self, struct dmafp_first_map *arg)
{
	bool deferred = self->deferred[self->selected];

	if (arg->flags & DMAFP_FIRST_PROBE && self->config.no_probes)
		return -EOPNOTSUPP;
	arg->deferred_before = deferred;
	arg->map_ticks = ticks_of(self, &arg->cell, DMAFP_PHASE_MAP, 0);
	arg->map_ticks += deferred ? 90000 : 0;
	arg->unmap_ticks = ticks_of(self, &arg->cell, DMAFP_PHASE_UNMAP, 0);
	if (arg->nr_racers) {
		fake_race(arg, deferred);
	} else if (arg->flags & DMAFP_FIRST_PROBE) {
		arg->nr_records = 0;
		arg->calls = key_is_on(self);
		arg->attaches = deferred;
		arg->attach_ticks = deferred ? 89000 : 0;
	}
	self->deferred[self->selected] = false;
	return 0;
}

static bool may(const struct dmafp_op *op, uint32_t flag, uint64_t value)
{
	return op->flags & flag || !value;
}

/* As strict as the module, so that what it would refuse is found without it. */
static bool cell_valid(const struct dmafp_cell *cell)
{
	const struct dmafp_op *op = &op_table[cell->op];
	uint32_t flags = 0;

	if (cell->op >= NR_OPS)
		return false;
	if (op->flags & DMAFP_OP_USES_BUFFER)
		flags |= DMAFP_CELL_TOUCH;
	if (op->flags & DMAFP_OP_USES_ENTRIES)
		flags |= DMAFP_CELL_SCATTERED;
	if (cell->flags & ~flags || cell->attrs & ~op->attrs || cell->node < -1 ||
	    !may(op, DMAFP_OP_USES_SIZE, cell->bytes) ||
	    !may(op, DMAFP_OP_USES_DIRECTION, cell->direction) ||
	    !may(op, DMAFP_OP_USES_ENTRIES, cell->entries))
		return false;
	if (op->flags & DMAFP_OP_USES_SIZE && (!cell->bytes || cell->bytes % 4096))
		return false;
	if (op->flags & DMAFP_OP_USES_ENTRIES &&
	    (!cell->entries || cell->bytes % (cell->entries * 4096ull)))
		return false;
	return !cell->mask_bits || (cell->mask_bits >= 12 && cell->mask_bits <= 64);
}

static bool run_valid(const struct dmafp_run *arg)
{
	uint32_t most =
		arg->method == DMAFP_METHOD_BLOCK ? DMAFP_MAX_BLOCK / 2 : DMAFP_MAX_BLOCK;

	uint32_t flags = DMAFP_RUN_INTERRUPTIBLE | DMAFP_RUN_PREEMPTIBLE;

	return cell_valid(&arg->cell) && !(arg->flags & ~flags) &&
	       arg->block >= 1 && arg->block <= most &&
	       !arg->live == (arg->method != DMAFP_METHOD_SUSTAINED) &&
	       (!arg->delay_ns || arg->method == DMAFP_METHOD_LATENCY) &&
	       (arg->iterations || arg->duration_ns) && arg->nr_series % 2 == 0;
}

static bool is_refused(const struct loopback *self, const struct dmafp_cell *cell)
{
	const char *op = self->config.unsupported;

	return op && !strcmp(op, op_table[cell->op].name);
}

static int fake_count(const struct loopback *self, struct dmafp_count *arg)
{
	const struct dmafp_op *op;

	if (!cell_valid(&arg->cell))
		return -EINVAL;
	if (self->config.no_probes)
		return -EOPNOTSUPP;
	op = &op_table[arg->cell.op];
	if (op->flags & DMAFP_OP_DIRECT ||
	    (op->flags & DMAFP_OP_ON_PATH && key_is_on(self)))
		arg->map_calls = arg->ops;
	if (op->flags & (DMAFP_OP_DIRECT | DMAFP_OP_USES_SIZE)) {
		arg->flags |= DMAFP_COUNT_REACHED;
		arg->map_reached = arg->ops;
	}
	return 0;
}

static void add_sample(struct dmafp_summary *summary, __u64 *buckets, uint64_t ticks)
{
	if (!summary->count || ticks < summary->min)
		summary->min = ticks;
	if (ticks > summary->max)
		summary->max = ticks;
	summary->sum += ticks;
	summary->count++;
	buckets[dmafp_samples_index(ticks)]++;
}

/* A microsecond a sample, where time is the bound. */
static uint64_t nr_samples(const struct dmafp_run *arg)
{
	uint64_t in_time = arg->duration_ns / 1000;

	if (arg->duration_ns && (!arg->iterations || in_time < arg->iterations))
		return in_time;
	return arg->iterations;
}

static uint64_t sample_of(const struct loopback *self, const struct dmafp_run *arg,
			  enum dmafp_phase phase, uint64_t i)
{
	return ticks_of(self, &arg->cell, phase, i) *
	       (arg->method == DMAFP_METHOD_BLOCK ? arg->block : 1);
}

static void fake_series(const struct loopback *self, const struct dmafp_run *arg,
			size_t slot, struct dmafp_summary *summary)
{
	__u64 *points = (__u64 *)(uintptr_t)arg->series + slot * arg->nr_series;
	uint64_t i;

	if (!arg->nr_series)
		return;
	summary->series_stride = (summary->count + arg->nr_series - 1) / arg->nr_series;
	for (i = 0; i < summary->count; i += summary->series_stride)
		points[summary->nr_series++] =
			sample_of(self, arg, slot % DMAFP_NR_PHASES, i);
}

static void fake_phase(const struct loopback *self, const struct dmafp_run *arg, size_t slot)
{
	struct dmafp_summary *summary =
		(struct dmafp_summary *)(uintptr_t)arg->summaries + slot;
	__u64 *buckets = (__u64 *)(uintptr_t)arg->buckets + slot * DMAFP_HIST_BUCKETS;
	uint64_t i, nr = nr_samples(arg);

	for (i = 0; i < nr; i++)
		add_sample(summary, buckets,
			   sample_of(self, arg, slot % DMAFP_NR_PHASES, i));
	summary->elapsed = nr * 1000;
	fake_series(self, arg, slot, summary);
}

/* Counts 1000 events a sample, for the first event, 2000 for the second, ... */
static void fake_counters(const struct loopback *self, const struct dmafp_run *arg,
			  uint64_t thread)
{
	struct dmafp_counter *counters =
		(struct dmafp_counter *)(uintptr_t)arg->counters + thread * arg->nr_events;
	uint64_t i;

	for (i = 0; i < arg->nr_events; i++) {
		struct dmafp_counter *counter = &counters[i];

		counter->state = self->config.counters;
		if (counter->state == DMAFP_COUNTER_ABSENT) {
			counter->error = ENOENT;
			continue;
		}
		counter->enabled = counter->running = 1000000;
		if (counter->state == DMAFP_COUNTER_MULTIPLEXED)
			counter->running /= 2;
		else
			counter->value = nr_samples(arg) * 1000 * (i + 1);
	}
}

static int fake_run(const struct loopback *self, struct dmafp_run *arg)
{
	uint64_t thread, phase;
	unsigned int phases;

	if (!run_valid(arg))
		return -EINVAL;
	if (is_refused(self, &arg->cell))
		return -EOPNOTSUPP;
	phases = op_table[arg->cell.op].flags & DMAFP_OP_TIMES_UNMAP ? 2 : 1;
	for (thread = 0; thread < arg->nr_threads; thread++) {
		for (phase = 0; phase < phases; phase++)
			fake_phase(self, arg, thread * DMAFP_NR_PHASES + phase);
		fake_counters(self, arg, thread);
	}
	if (self->config.corrupt)
		((__u64 *)(uintptr_t)arg->buckets)[0]++;
	return 0;
}

static int fake_tally(struct loopback *self, struct dmafp_tally *arg)
{
	if (arg->flags == DMAFP_TALLY_ON && self->config.no_probes)
		return -EOPNOTSUPP;
	return dmafp_loopback_tally_call(&self->tally, arg, devices, NR_DEVICES,
					 key_is_on(self));
}

static int fake_idle(struct loopback *self, struct dmafp_idle *arg)
{
	return dmafp_loopback_idle_call(self->looks++, arg, self->config.no_idle);
}

static int dispatch(struct loopback *self, unsigned long request, void *arg)
{
	switch (request) {
	case DMAFP_IOC_INFO:
		return fake_info(arg);
	case DMAFP_IOC_OP:
		return fake_op(arg);
	case DMAFP_IOC_DEVICE:
		return fake_device(self, arg);
	case DMAFP_IOC_CALIBRATE:
		return fake_calibrate(self, arg);
	case DMAFP_IOC_TALLY:
		return fake_tally(self, arg);
	case DMAFP_IOC_IDLE:
		return fake_idle(self, arg);
	}
	if (self->selected < 0 || !self->bound[self->selected])
		return -ENODEV;
	switch (request) {
	case DMAFP_IOC_FIRST_MAP:
		return fake_first_map(self, arg);
	case DMAFP_IOC_COUNT:
		return fake_count(self, arg);
	case DMAFP_IOC_RUN:
		return fake_run(self, arg);
	}
	return -ENOTTY;
}

static int loopback_call(struct dmafp_transport *transport, unsigned long request,
			 void *arg, const char *what, struct dmafp_err *err)
{
	struct loopback *self = self_of(transport);
	int ret = inject(self, what, err);

	if (ret)
		return ret;
	ret = dispatch(self, request, arg);
	if (ret)
		dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE, "%s: %s", what, strerror(-ret));
	return ret;
}

static void loopback_close(struct dmafp_transport *transport)
{
	free(self_of(transport));
}

static const struct dmafp_transport_ops loopback_ops = {
	.name = "loopback",
	.list = loopback_list,
	.bind = loopback_bind,
	.unbind = loopback_unbind,
	.rediscover = loopback_rediscover,
	.call = loopback_call,
	.close = loopback_close,
};

struct dmafp_transport *dmafp_transport_loopback(const struct dmafp_loopback *config)
{
	struct loopback *self = dmafp_alloc(1, sizeof(*self));
	int i;

	self->base.ops = &loopback_ops;
	self->config = *config;
	self->selected = -1;
	self->tally.misses = config->misses;
	for (i = 0; i < NR_DEVICES; i++)
		defer(self, i);
	return &self->base;
}
