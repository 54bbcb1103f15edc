/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ioctl ABI between the dmafp kernel module and its driver program.
 *
 * The node is /dev/dmafp (root only; every ioctl needs CAP_SYS_ADMIN).
 *
 * Every structure begins with its own size.  A caller built against an older
 * header passes a shorter structure, the missing tail reads as zero; a caller
 * built against a newer one may pass a longer structure if the tail the module
 * does not know is zero.  Pointers travel as __u64.
 *
 * Reserved fields, unknown flags and fields that do not matter for what is
 * asked must be zero.
 *
 * errno:
 *   ENOTTY      no such ioctl
 *   EPERM       the caller has no CAP_SYS_ADMIN
 *   EFAULT      the structure, or what a field points to, is no memory of the
 *               caller that can be read or written as it must be
 *   EINVAL      size too short, a field out of range, a field that must be zero
 *               is not, or a CPU that is not online or went offline meanwhile
 *   E2BIG       non-zero bytes behind the last field the module knows, or size
 *               above the page size
 *   EOPNOTSUPP  valid, but this kernel or device cannot do it: the op is
 *               unavailable, the attach is still deferred (make a first map), or
 *               a function to be counted cannot be probed
 *   ENODEV      no device selected, no such device bound, or it was unbound
 *               meanwhile; of DMAFP_IOC_TALLY, no such PCI function
 *   EBUSY       the device is selected by another open file
 *   ENOMEM      no memory for buffers, histograms, threads or probes
 *   EINTR       a signal came first
 *   EIO         a mapping call failed, or a call escaped the probes and the
 *               counts would be too low
 *
 * After an error the structure is as the caller left it; what a DMAFP_IOC_RUN or
 * DMAFP_IOC_IDLE that failed with EFAULT has written behind its pointers is
 * undefined.
 */
#ifndef _UAPI_DMAFP_H
#define _UAPI_DMAFP_H

#include <linux/ioctl.h>
#include <linux/types.h>

#ifdef __cplusplus
#define DMAFP_STATIC_ASSERT	static_assert
#else
#define DMAFP_STATIC_ASSERT	_Static_assert
#endif

/* The same for 32 bit callers: no padding that depends on the compiler. */
#define DMAFP_ASSERT_ABI(_type, _size, _last, _offset)			\
	DMAFP_STATIC_ASSERT(sizeof(struct _type) == (_size) &&		\
		__builtin_offsetof(struct _type, _last) == (_offset),	\
		#_type " is not as in the ABI")

#define DMAFP_ABI_VERSION	2
#define DMAFP_NAME_LEN		32
#define DMAFP_MAX_THREADS	1024
#define DMAFP_MAX_ENTRIES	512	/* of a scatterlist */
#define DMAFP_MAX_LIVE		65536	/* mappings in a worker's ring */
#define DMAFP_MAX_EVENTS	16	/* PMU counters of a worker */
#define DMAFP_MAX_SERIES	4096	/* points of a time series */
#define DMAFP_MAX_BLOCK		1024	/* ops with interrupts off */
#define DMAFP_MAX_RACERS	64	/* first maps at the same moment */
#define DMAFP_MAX_RECORDS	4096	/* probe records of a first map */
#define DMAFP_MAX_HOLD_US	1000	/* an attach is held up so long at most */
#define DMAFP_MAX_DELAY_NS	10000000 /* between a map and its unmap */
#define DMAFP_COMM_LEN		16

/*
 * Histogram geometry.  Bucket i < DMAFP_HIST_UNIT holds exactly the value i.
 * Above, every power of two is cut into DMAFP_HIST_SUB equal buckets, up to
 * 2^DMAFP_HIST_MAX_SHIFT ticks; larger values count as overflow.
 */
#define DMAFP_HIST_UNIT_SHIFT	14
#define DMAFP_HIST_UNIT		(1u << DMAFP_HIST_UNIT_SHIFT)
#define DMAFP_HIST_SUB_SHIFT	8
#define DMAFP_HIST_SUB		(1u << DMAFP_HIST_SUB_SHIFT)
#define DMAFP_HIST_MAX_SHIFT	40
#define DMAFP_HIST_BUCKETS	(DMAFP_HIST_UNIT + \
	(DMAFP_HIST_MAX_SHIFT - DMAFP_HIST_UNIT_SHIFT) * DMAFP_HIST_SUB)

/* dmafp_info.stamp: what one tick is */
enum dmafp_stamp_kind {
	DMAFP_STAMP_TSC		= 1,	/* lfence; rdtsc; lfence */
	DMAFP_STAMP_CNTVCT	= 2,	/* isb; cntvct_el0; isb */
};

/**
 * struct dmafp_info - what the loaded module is
 * @size: sizeof(struct dmafp_info)
 * @abi_version: out: DMAFP_ABI_VERSION of the module
 * @nr_ops: out: ops are numbered 0..nr_ops-1
 * @stamp: out: enum dmafp_stamp_kind
 * @tick_khz: out: nominal tick rate in kHz, 0 if the kernel does not know it
 * @__reserved: 0
 * @version: out: version string of the module
 */
struct dmafp_info {
	__u32 size;
	__u32 abi_version;
	__u32 nr_ops;
	__u32 stamp;
	__u32 tick_khz;
	__u32 __reserved;
	char version[DMAFP_NAME_LEN];
};

DMAFP_ASSERT_ABI(dmafp_info, 56, version, 24);

/* dmafp_op.flags */
#define DMAFP_OP_TIMES_UNMAP	(1u << 0)  /* has a second phase, unmap */
#define DMAFP_OP_USES_SIZE	(1u << 1)  /* cell.bytes matters */
#define DMAFP_OP_USES_DIRECTION	(1u << 2)  /* cell.direction matters */
#define DMAFP_OP_ON_PATH	(1u << 3)  /* the deferred check is on its map path */
#define DMAFP_OP_DIRECT		(1u << 4)  /* calls iommu_deferred_attach() itself */
#define DMAFP_OP_UNAVAILABLE	(1u << 5)  /* this kernel lacks what it needs */
#define DMAFP_OP_USES_ENTRIES	(1u << 6)  /* cell.entries and CELL_SCATTERED matter */
#define DMAFP_OP_USES_BUFFER	(1u << 7)  /* CELL_TOUCH and cell.node matter */
#define DMAFP_OP_SLEEPS		(1u << 8)  /* may sleep: interrupts stay on in a block */

/* dmafp_op.attrs, dmafp_cell.attrs: DMA_ATTR_* of the kernel, the same bits */
#define DMAFP_ATTR_WEAK_ORDERING	(1u << 1)
#define DMAFP_ATTR_WRITE_COMBINE	(1u << 2)
#define DMAFP_ATTR_NO_KERNEL_MAPPING	(1u << 4)
#define DMAFP_ATTR_SKIP_CPU_SYNC	(1u << 5)
#define DMAFP_ATTR_FORCE_CONTIGUOUS	(1u << 6)
#define DMAFP_ATTR_ALLOC_SINGLE_PAGES	(1u << 7)
#define DMAFP_ATTR_NO_WARN		(1u << 8)
#define DMAFP_ATTR_PRIVILEGED		(1u << 9)

/**
 * struct dmafp_op - one row of the module's op table
 * @size: sizeof(struct dmafp_op)
 * @index: in: 0..nr_ops-1
 * @flags: out: DMAFP_OP_*
 * @attrs: out: DMAFP_ATTR_* that it takes
 * @name: out: op name, as in profiles
 * @reaches: out: function of drivers/iommu/dma-iommu.c (or other) it reaches
 */
struct dmafp_op {
	__u32 size;
	__u32 index;
	__u32 flags;
	__u32 attrs;
	char name[DMAFP_NAME_LEN];
	char reaches[DMAFP_NAME_LEN * 2];
};

DMAFP_ASSERT_ABI(dmafp_op, 112, reaches, 48);

/* dmafp_device.flags */
#define DMAFP_DEV_IOMMU			(1u << 0)  /* dev->iommu is there */
#define DMAFP_DEV_ATTACH_DEFERRED	(1u << 1)  /* no map has happened yet */
#define DMAFP_DEV_DMA_IOMMU		(1u << 2)  /* the DMA API uses dma-iommu */
#define DMAFP_DEV_COHERENT		(1u << 3)  /* hardware keeps caches coherent */

/* dmafp_device.domain_type: the default domain's type, as in sysfs */
enum dmafp_domain_type {
	DMAFP_DOMAIN_NONE	= 0,
	DMAFP_DOMAIN_IDENTITY	= 1,
	DMAFP_DOMAIN_DMA	= 2,	/* strict invalidation */
	DMAFP_DOMAIN_DMA_FQ	= 3,	/* lazy invalidation, flush queue */
	DMAFP_DOMAIN_OTHER	= 4,
};

/**
 * struct dmafp_device - select a device bound to the module, and its facts
 * @size: sizeof(struct dmafp_device)
 * @segment: in: PCI segment ("domain" of the address)
 * @bus: in: PCI bus
 * @devfn: in: PCI device and function
 * @__reserved: 0
 * @flags: out: DMAFP_DEV_*
 * @domain_type: out: enum dmafp_domain_type
 * @dma_mask_bits: out: width of the DMA mask in use
 * @node: out: NUMA node of the device, -1 if none
 *
 * The file owns the device until it is closed or selects another; a call that
 * fails with EINVAL, EBUSY or, for an address where nothing is bound, ENODEV
 * changes nothing.  Calling again with the same address refreshes the facts.
 */
struct dmafp_device {
	__u32 size;
	__u32 segment;
	__u8 bus;
	__u8 devfn;
	__u16 __reserved;
	__u32 flags;
	__u32 domain_type;
	__u32 dma_mask_bits;
	__s32 node;
};

DMAFP_ASSERT_ABI(dmafp_device, 28, node, 24);

/**
 * struct dmafp_calibration - does a known run of instructions read as such?
 * @size: sizeof(struct dmafp_calibration)
 * @repeats: in: 1..10000 readings of each run
 * @short_run: out: instructions in the short run
 * @long_run: out: instructions in the long run
 * @short_min: out: least ticks read around the short run
 * @short_max: out: most ticks
 * @long_min: out: least ticks read around the long run
 * @long_max: out: most ticks
 *
 * The domain is exact if and only if min equals max for both runs and
 * long_min - short_min == long_run - short_run.
 */
struct dmafp_calibration {
	__u32 size;
	__u32 repeats;
	__u32 short_run;
	__u32 long_run;
	__u64 short_min;
	__u64 short_max;
	__u64 long_min;
	__u64 long_max;
};

DMAFP_ASSERT_ABI(dmafp_calibration, 48, long_max, 40);

enum dmafp_direction {
	DMAFP_BIDIRECTIONAL	= 0,
	DMAFP_TO_DEVICE		= 1,
	DMAFP_FROM_DEVICE	= 2,
};

/* dmafp_cell.flags */
#define DMAFP_CELL_TOUCH	(1u << 0)  /* the CPU writes the buffer before each map */
#define DMAFP_CELL_SCATTERED	(1u << 1)  /* no entry begins where the one before ends */

/**
 * struct dmafp_cell - what is called, and with which arguments
 * @op: index of the op
 * @direction: enum dmafp_direction for ops with USES_DIRECTION, else 0
 * @bytes: buffer size; a multiple of the page size for ops with USES_SIZE, else 0
 * @node: NUMA node of the buffer, -1 for the worker's own; must have memory
 * @flags: DMAFP_CELL_*; TOUCH for ops with USES_BUFFER, SCATTERED with
 *	USES_ENTRIES.  TOUCH writes a byte of each cache line, before the stamps.
 * @attrs: DMAFP_ATTR_*, those that the op takes
 * @entries: scatterlist entries for ops with USES_ENTRIES, 1..DMAFP_MAX_ENTRIES,
 *	else 0; each is @bytes / @entries long, a multiple of the page size
 * @mask_bits: width of the device's DMA mask meanwhile, 12..64; 0: as bound.  A
 *	map that finds no address below it fails, and the kernel's allocator of
 *	addresses remembers that: such a device is as before only after it has been
 *	removed and found again.
 * @__reserved: 0
 */
struct dmafp_cell {
	__u32 op;
	__u32 direction;
	__u64 bytes;
	__s32 node;
	__u32 flags;
	__u32 attrs;
	__u32 entries;
	__u32 mask_bits;
	__u32 __reserved[3];
};

DMAFP_ASSERT_ABI(dmafp_cell, 48, __reserved, 36);

/* dmafp_record.what */
enum dmafp_record_what {
	DMAFP_RECORD_CALL	= 1,	/* iommu_deferred_attach() entered */
	DMAFP_RECORD_LOCK	= 2,	/* mutex_lock() of a mutex of the IOMMU group entered */
	DMAFP_RECORD_UNLOCK	= 3,	/* mutex_unlock() of it entered */
	DMAFP_RECORD_ATTACH	= 4,	/* attach_dev() entered */
	DMAFP_RECORD_ATTACHED	= 5,	/* attach_dev() returned */
	DMAFP_RECORD_RETURN	= 6,	/* iommu_deferred_attach() returned */
};

/* dmafp_record.flags, of an ATTACH */
#define DMAFP_RECORD_HELD	(1u << 0)  /* this thread held a mutex of the group */
#define DMAFP_RECORD_OVERLAP	(1u << 1)  /* another attach was under way */

/**
 * struct dmafp_record - one thing that a probe saw during a first map
 * @ticks: since the first record
 * @cpu: where
 * @pid: thread
 * @what: enum dmafp_record_what
 * @flags: DMAFP_RECORD_*
 */
struct dmafp_record {
	__u64 ticks;
	__u32 cpu;
	__u32 pid;
	__u32 what;
	__u32 flags;
};

DMAFP_ASSERT_ABI(dmafp_record, 24, flags, 20);

/* dmafp_first_map.flags */
#define DMAFP_FIRST_PROBE	(1u << 0)  /* in: count attaches; perturbs ticks */
#define DMAFP_FIRST_ATOMIC	(1u << 1)  /* in: map with preemption disabled */

/**
 * struct dmafp_first_map - the first mapping of a freshly bound device
 * @size: sizeof(struct dmafp_first_map)
 * @flags: in: DMAFP_FIRST_*; ATOMIC fails with EOPNOTSUPP where the kernel has no
 *	CONFIG_DEBUG_ATOMIC_SLEEP: nobody would notice what sleeps
 * @cell: in: the mapping call (an op with DMAFP_OP_ON_PATH, if it is to be atomic
 *	without DMAFP_OP_SLEEPS)
 * @nr_racers: in: 0: the caller maps; 1..DMAFP_MAX_RACERS: so many threads do,
 *	all at the same moment (needs PROBE, excludes ATOMIC)
 * @hold_us: in: every attach_dev() is held up so long at its entry, to make the
 *	race's window wider, 0..DMAFP_MAX_HOLD_US (needs PROBE)
 * @racer_cpus: in: pointer to nr_racers __u32, CPU of each; one may come twice;
 *	0 without racers
 * @records: out: pointer to nr_records struct dmafp_record (needs PROBE); 0
 *	without room
 * @nr_records: in: room, 0..DMAFP_MAX_RECORDS; out: how many there are, in the
 *	order of their ticks
 * @lost_records: out: records for which there was no room; 0 if there was to be
 *	none
 * @deferred_before: out: dev->iommu->attach_deferred before the call
 * @deferred_after: out: the same after it
 * @calls: out: calls of iommu_deferred_attach() for this device (PROBE only)
 * @attaches: out: calls of the domain's attach_dev() for this device (PROBE only)
 * @overlaps: out: attaches begun while another was under way (PROBE only)
 * @held: out: attaches whose thread held a mutex of the device's IOMMU group
 *	(PROBE only)
 * @failed: out: racers whose map failed
 * @wrong: out: racers whose mapping does not lead to their buffer, by
 *	iommu_iova_to_phys()
 * @map_ticks: out: ticks of the one map call; of a race the longest
 * @unmap_ticks: out: ticks of the one unmap call; of a race the longest
 * @attach_ticks: out: summed ticks inside attach_dev() (PROBE only)
 *
 * Runs in process context with interrupts on: the attach may sleep.
 */
struct dmafp_first_map {
	__u32 size;
	__u32 flags;
	struct dmafp_cell cell;
	__u32 nr_racers;
	__u32 hold_us;
	__u64 racer_cpus;
	__u64 records;
	__u32 nr_records;
	__u32 lost_records;
	__u32 deferred_before;
	__u32 deferred_after;
	__u32 calls;
	__u32 attaches;
	__u32 overlaps;
	__u32 held;
	__u32 failed;
	__u32 wrong;
	__u64 map_ticks;
	__u64 unmap_ticks;
	__u64 attach_ticks;
};

DMAFP_ASSERT_ABI(dmafp_first_map, 144, attach_ticks, 136);

/* dmafp_count.flags */
#define DMAFP_COUNT_REACHED	(1u << 0)  /* out: dmafp_op.reaches could be probed */

/**
 * struct dmafp_count - calls per op, counted by probes, nothing timed
 * @size: sizeof(struct dmafp_count)
 * @ops: in: how many map/unmap pairs to make, 1..1000000
 * @cell: in: what to call
 * @flags: out: DMAFP_COUNT_*
 * @__reserved: 0
 * @map_calls: out: calls of iommu_deferred_attach() during the maps
 * @unmap_calls: out: the same during the unmaps
 * @map_attaches: out: calls of attach_dev() during the maps
 * @unmap_attaches: out: the same during the unmaps
 * @map_reached: out: calls of dmafp_op.reaches during the maps (REACHED only)
 */
struct dmafp_count {
	__u32 size;
	__u32 ops;
	struct dmafp_cell cell;
	__u32 flags;
	__u32 __reserved;
	__u64 map_calls;
	__u64 unmap_calls;
	__u64 map_attaches;
	__u64 unmap_attaches;
	__u64 map_reached;
};

DMAFP_ASSERT_ABI(dmafp_count, 104, map_reached, 96);

enum dmafp_phase {
	DMAFP_PHASE_MAP		= 0,
	DMAFP_PHASE_UNMAP	= 1,
	DMAFP_NR_PHASES		= 2,
};

/**
 * struct dmafp_summary - one phase of one worker
 * @count: samples
 * @min: least ticks
 * @max: most ticks
 * @sum: sum of all ticks
 * @overflow: samples beyond the last bucket (they are in count, min, max, sum)
 * @elapsed: ticks from before the worker's first recorded block to after its
 *	last, harness included; the same in both phases
 * @nr_series: points of the time series
 * @series_stride: samples that a point stands for: it is the median (of an even
 *	number the lower) of the first block of that many
 */
struct dmafp_summary {
	__u64 count;
	__u64 min;
	__u64 max;
	__u64 sum;
	__u64 overflow;
	__u64 elapsed;
	__u32 nr_series;
	__u32 series_stride;
};

DMAFP_ASSERT_ABI(dmafp_summary, 56, series_stride, 52);

/**
 * struct dmafp_event - a PMU counter to be read around blocks
 * @type: PERF_TYPE_HARDWARE, _SOFTWARE, _HW_CACHE or _RAW of perf_event_open(2)
 * @__reserved: 0
 * @config: perf_event_attr.config
 */
struct dmafp_event {
	__u32 type;
	__u32 __reserved;
	__u64 config;
};

DMAFP_ASSERT_ABI(dmafp_event, 16, config, 8);

/* dmafp_counter.state */
enum dmafp_counter_state {
	DMAFP_COUNTER_ABSENT		= 0,	/* the machine has none; error says why */
	DMAFP_COUNTER_VALID		= 1,	/* counted all the time */
	DMAFP_COUNTER_MULTIPLEXED	= 2,	/* shared the PMU: enabled != running */
};

/**
 * struct dmafp_counter - what one PMU counter of one worker counted
 * @state: enum dmafp_counter_state
 * @error: positive errno of an absent one, else 0
 * @value: sum over the recorded blocks, 0 unless VALID; user mode and hypervisor
 *	excluded, the stamps and what else a block does included
 * @enabled: ns enabled; @running: ns of them on the PMU
 */
struct dmafp_counter {
	__u32 state;
	__s32 error;
	__u64 value;
	__u64 enabled;
	__u64 running;
};

DMAFP_ASSERT_ABI(dmafp_counter, 32, running, 24);

/*
 * dmafp_run.method
 *
 * LATENCY: a sample is one op, stamped by itself.
 * BLOCK: a sample is @block ops, namely what 2 * @block ops between two stamps
 * took less what @block ops did, which cancels the stamps; 0 if it is negative.
 * The maps of a block come first, then its unmaps.
 * SUSTAINED: as LATENCY, but an unmap is that of the oldest of @live mappings.
 */
enum dmafp_method {
	DMAFP_METHOD_LATENCY	= 0,
	DMAFP_METHOD_BLOCK	= 1,
	DMAFP_METHOD_SUSTAINED	= 2,
};

/* dmafp_run.flags */
#define DMAFP_RUN_INTERRUPTIBLE	(1u << 0)  /* interrupts stay on in all blocks */
#define DMAFP_RUN_PREEMPTIBLE	(1u << 1)  /* and so does preemption */

/**
 * struct dmafp_run - measure one cell
 * @size: sizeof(struct dmafp_run)
 * @flags: in: DMAFP_RUN_*.  INTERRUPTIBLE is for a profiler that samples by an
 *	interrupt, which sees nothing of a block that keeps them off.  What comes
 *	in between is in the ticks then, so they are not to be judged; preemption
 *	is off in a block, as without it.  PREEMPTIBLE is for workers that may wait
 *	for one another: a mutex that a kernel under test takes in the call puts
 *	its waiters to sleep, which neither allows.  Interrupts are on with it, too
 * @cell: in: what to call
 * @method: in: enum dmafp_method
 * @nr_threads: in: workers, 1..DMAFP_MAX_THREADS
 * @block: in: ops per block with interrupts off, 1..DMAFP_MAX_BLOCK; half of
 *	that for METHOD_BLOCK.  A block that takes longer than a millisecond is cut
 *	short, which costs no sample.  One of METHOD_BLOCK cannot be: where it takes
 *	longer, interrupts are on in the next.  They always are with
 *	DMAFP_OP_SLEEPS, and then preemption is, too.
 * @live: in: mappings in a worker's ring for METHOD_SUSTAINED,
 *	1..DMAFP_MAX_LIVE, else 0
 * @delay_ns: in: between a map and its unmap, 0..DMAFP_MAX_DELAY_NS; 0 but for
 *	METHOD_LATENCY.  Interrupts are on meanwhile.
 * @nr_events: in: PMU counters, 0..DMAFP_MAX_EVENTS
 * @warmup: in: ops per worker that are not recorded
 * @iterations: in: samples per worker that are recorded; 0: until @duration_ns
 * @duration_ns: in: stop after the block in which so much time has passed since
 *	recording began; 0: after @iterations.  Not both 0.
 * @cpus: in: pointer to nr_threads __u32, the CPU of each worker, none twice
 * @events: in: pointer to nr_events struct dmafp_event
 * @nr_series: in: room for the points of a time series, 0..DMAFP_MAX_SERIES,
 *	even; where there would be more, every second one goes
 * @__reserved: 0
 * @summaries: out: pointer to nr_threads * DMAFP_NR_PHASES summaries
 * @buckets: out: pointer to nr_threads * DMAFP_NR_PHASES * DMAFP_HIST_BUCKETS
 *	__u64, worker by worker, phase by phase
 * @series: out: pointer to nr_threads * DMAFP_NR_PHASES * nr_series __u64, each
 *	the median ticks of a block
 * @counters: out: pointer to nr_threads * nr_events struct dmafp_counter
 *
 * A worker's samples may be fewer than @iterations only if @duration_ns is given.
 * All workers begin to record at the same moment, when the last has warmed up:
 * with @duration_ns alone they work side by side until its end.
 */
struct dmafp_run {
	__u32 size;
	__u32 flags;
	struct dmafp_cell cell;
	__u32 method;
	__u32 nr_threads;
	__u32 block;
	__u32 live;
	__u32 delay_ns;
	__u32 nr_events;
	__u64 warmup;
	__u64 iterations;
	__u64 duration_ns;
	__u64 cpus;
	__u64 events;
	__u32 nr_series;
	__u32 __reserved;
	__u64 summaries;
	__u64 buckets;
	__u64 series;
	__u64 counters;
};

DMAFP_ASSERT_ABI(dmafp_run, 160, counters, 152);

#define DMAFP_WATCH_NAME_LEN	64
#define DMAFP_WATCH_STACK	16
#define DMAFP_WATCH_MAX_DEVICES	64

/* dmafp_watch_entry.flags */
#define DMAFP_WATCH_PREEMPT_OFF	(1u << 0)  /* no preemption, or within rcu_read_lock() */
#define DMAFP_WATCH_IRQS_OFF	(1u << 1)  /* interrupts were disabled */
#define DMAFP_WATCH_INTERRUPT	(1u << 2)  /* in a hard or soft interrupt */
#define DMAFP_WATCH_OVERLAPS	(1u << 3)  /* another thread was inside */

/**
 * struct dmafp_watch_entry - how a deferred attach was entered
 * @flags: DMAFP_WATCH_*
 * @cpu: where
 * @pid: thread
 * @nr_stack: addresses in @stack
 * @comm: name of the thread
 * @stack: return addresses, innermost first
 */
struct dmafp_watch_entry {
	__u32 flags;
	__u32 cpu;
	__u32 pid;
	__u32 nr_stack;
	char comm[DMAFP_COMM_LEN];
	__u64 stack[DMAFP_WATCH_STACK];
};

DMAFP_ASSERT_ABI(dmafp_watch_entry, 160, stack, 32);

/**
 * struct dmafp_watch_device - a device whose deferred attach was entered
 * @name: dev_name()
 * @driver: driver that was bound or being bound, empty if none
 * @entries: how often iommu_deferred_attach() was entered while it was deferred
 * @overlaps: of these, while another thread was inside for this device
 * @atomic: of these, in atomic context
 * @failed: attaches that returned an error
 * @first: the first entry
 * @breach: the first one that overlapped or was atomic; zero if none was
 */
struct dmafp_watch_device {
	char name[DMAFP_WATCH_NAME_LEN];
	char driver[DMAFP_NAME_LEN];
	__u32 entries;
	__u32 overlaps;
	__u32 atomic;
	__u32 failed;
	struct dmafp_watch_entry first;
	struct dmafp_watch_entry breach;
};

DMAFP_ASSERT_ABI(dmafp_watch_device, 432, breach, 272);

/* dmafp_watch.flags */
#define DMAFP_WATCH_ON		(1u << 0)  /* in: watch from now on; forgets what was seen */
#define DMAFP_WATCH_OFF		(1u << 1)  /* in: stop */
#define DMAFP_WATCH_IS_ON	(1u << 8)  /* out: it is watching */
/* out: this kernel counts preemption; without it, disabled preemption is not seen */
#define DMAFP_WATCH_SEES_PREEMPT (1u << 9)

/**
 * struct dmafp_watch - watch how drivers enter deferred attaches
 * @size: sizeof(struct dmafp_watch)
 * @flags: in: DMAFP_WATCH_ON, _OFF or neither (look); out: the others
 * @nr_devices: in: room, at most DMAFP_WATCH_MAX_DEVICES; out: devices there are
 * @missed: out: entries that the probe missed, or for which there was no room
 * @devices: out: pointer to nr_devices struct dmafp_watch_device; 0 without room
 *
 * Needs no device.  There is one watch for the machine; it goes on after the
 * file is closed, until it is told to stop or the module is unloaded.  The
 * module's parameter watch=1 switches it on as early as the module is loaded.
 */
struct dmafp_watch {
	__u32 size;
	__u32 flags;
	__u32 nr_devices;
	__u32 missed;
	__u64 devices;
};

DMAFP_ASSERT_ABI(dmafp_watch, 24, devices, 16);

#define DMAFP_TALLY_MAX_CALLS	64

/* dmafp_tally_call.kind: what a call of the DMA API does */
enum dmafp_tally_kind {
	DMAFP_TALLY_CHECK	= 1,	/* is the attach deferred?  Not of the API itself */
	DMAFP_TALLY_MAP		= 2,	/* maps memory that is there */
	DMAFP_TALLY_UNMAP	= 3,
	DMAFP_TALLY_ALLOC	= 4,	/* allocates memory, and maps it */
	DMAFP_TALLY_FREE	= 5,
	DMAFP_TALLY_SYNC	= 6,	/* maps nothing: caches, bounce buffers, IOTLB */
	DMAFP_TALLY_RESERVE	= 7,	/* takes a range of addresses, to map into later */
	DMAFP_TALLY_RELEASE	= 8,	/* gives back one that nothing is mapped in */
};

/* dmafp_tally_call.flags */
#define DMAFP_TALLY_PRESENT	(1u << 0)  /* is there and was probed; else nothing is known */

/**
 * struct dmafp_tally_call - a function of the DMA API, and its calls
 * @name: the function
 * @kind: enum dmafp_tally_kind
 * @flags: DMAFP_TALLY_PRESENT
 * @calls: how often it was called for the device; 0 unless PRESENT
 *
 * A call of a driver is one call of one function: where a function of the table
 * goes on into another one of it, the second is not counted.  That is so of
 * dma_map_page_attrs() and dma_map_resource(), which since 6.18 go on into
 * dma_map_phys(), of their unmaps, and of dma_iova_destroy(), which may go on
 * into dma_iova_free().  It is known by where the second returns to: into the
 * first, or, if that ended in a jump, where the first was called from, and from
 * there nothing else is called.  What is inline in the kernel's headers counts
 * as what it calls: dma_map_single() as dma_map_page_attrs(), and the managed
 * dmam_alloc_attrs() as dma_alloc_attrs().
 *
 * A DMAFP_TALLY_CHECK is apart from that: it is made by the map, alloc or
 * reserve, and shows how many of them came to it.
 */
struct dmafp_tally_call {
	char name[DMAFP_NAME_LEN];
	__u32 kind;
	__u32 flags;
	__u64 calls;
};

DMAFP_ASSERT_ABI(dmafp_tally_call, 48, calls, 40);

/* dmafp_tally.flags */
#define DMAFP_TALLY_ON		(1u << 0)  /* in: count from now on; forgets what was counted */
#define DMAFP_TALLY_OFF		(1u << 1)  /* in: stop */
#define DMAFP_TALLY_IS_ON	(1u << 8)  /* out: it is counting */

/**
 * struct dmafp_tally - count the DMA API calls that are made for a device
 * @size: sizeof(struct dmafp_tally)
 * @flags: in: DMAFP_TALLY_ON, _OFF or neither (look); out: IS_ON or 0
 * @segment: PCI segment of the device; in with ON, which any driver or none may
 *	be bound to; without ON in: 0, out: that of the tally there is
 * @bus: PCI bus, likewise
 * @devfn: PCI device and function, likewise
 * @__reserved: 0
 * @nr_calls: in: room, at most DMAFP_TALLY_MAX_CALLS; out: rows there are, 0 if
 *	there has been no tally
 * @__reserved2: 0
 * @missed: out: calls that escaped the probes, or of which it is not known whether
 *	they are to be counted; unless it is 0, the counts are not right
 * @calls: out: pointer to nr_calls struct dmafp_tally_call; 0 without room
 *
 * Needs no device that is bound to the module.  There is one tally for the
 * machine; it goes on after the file is closed, until it is told to stop or the
 * module is unloaded.  After EFAULT it may have been switched all the same.  A
 * device that is removed and found again is another one, whose calls are not
 * counted.
 *
 * All functions are counted from one moment on, and to one.  Counts that are
 * looked at while there is traffic are not all of the same moment; nor does every
 * unmap belong to a map that was counted.
 *
 * The probes slow every call of the DMA API down, for all devices: nothing that
 * is timed meanwhile is to be judged.
 */
struct dmafp_tally {
	__u32 size;
	__u32 flags;
	__u32 segment;
	__u8 bus;
	__u8 devfn;
	__u16 __reserved;
	__u32 nr_calls;
	__u32 __reserved2;
	__u64 missed;
	__u64 calls;
};

DMAFP_ASSERT_ABI(dmafp_tally, 40, calls, 32);

#define DMAFP_IDLE_MAX_CPUS	8192

/* dmafp_idle_cpu.flags */
#define DMAFP_IDLE_KNOWN	(1u << 0)  /* the kernel accounts for it; else nothing is known */

/**
 * struct dmafp_idle_cpu - how long a CPU has idled
 * @cpu: in: which
 * @flags: out: DMAFP_IDLE_KNOWN, or 0: with nohz=off the kernel has but samples
 * @idle_us: out: microseconds since it came up in which its idle task ran and no
 *	interrupt did, also while threads waited for IO; 0 unless KNOWN
 * @now_ns: out: when that was, CLOCK_MONOTONIC; 0 unless KNOWN
 *
 * Of two readings of a CPU, the time between them less what it idled meanwhile
 * is how long it was busy, to two microseconds.
 */
struct dmafp_idle_cpu {
	__u32 cpu;
	__u32 flags;
	__u64 idle_us;
	__u64 now_ns;
};

DMAFP_ASSERT_ABI(dmafp_idle_cpu, 24, now_ns, 16);

/**
 * struct dmafp_idle - how long CPUs have idled, by the kernel's own accounting
 * @size: sizeof(struct dmafp_idle)
 * @flags: 0
 * @nr_cpus: in: how many, 1..DMAFP_IDLE_MAX_CPUS
 * @__reserved: 0
 * @cpus: in, out: pointer to nr_cpus struct dmafp_idle_cpu, each of a CPU that is
 *	online
 *
 * Needs no device.
 */
struct dmafp_idle {
	__u32 size;
	__u32 flags;
	__u32 nr_cpus;
	__u32 __reserved;
	__u64 cpus;
};

DMAFP_ASSERT_ABI(dmafp_idle, 24, cpus, 16);

#define DMAFP_IOC_MAGIC		'D'
#define DMAFP_IOC_INFO		_IO(DMAFP_IOC_MAGIC, 0x80)
#define DMAFP_IOC_OP		_IO(DMAFP_IOC_MAGIC, 0x81)
#define DMAFP_IOC_DEVICE	_IO(DMAFP_IOC_MAGIC, 0x82)
#define DMAFP_IOC_CALIBRATE	_IO(DMAFP_IOC_MAGIC, 0x83)
#define DMAFP_IOC_FIRST_MAP	_IO(DMAFP_IOC_MAGIC, 0x84)
#define DMAFP_IOC_COUNT		_IO(DMAFP_IOC_MAGIC, 0x85)
#define DMAFP_IOC_RUN		_IO(DMAFP_IOC_MAGIC, 0x86)
#define DMAFP_IOC_WATCH		_IO(DMAFP_IOC_MAGIC, 0x87)
#define DMAFP_IOC_TALLY		_IO(DMAFP_IOC_MAGIC, 0x88)
#define DMAFP_IOC_IDLE		_IO(DMAFP_IOC_MAGIC, 0x89)

#endif /* _UAPI_DMAFP_H */
