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
 *               meanwhile
 *   EBUSY       the device is selected by another open file
 *   ENOMEM      no memory for buffers, histograms, threads or probes
 *   EINTR       a signal came first
 *   EIO         a mapping call failed, or a call escaped the probes and the
 *               counts would be too low
 *
 * After an error the structure is as the caller left it; what a DMAFP_IOC_RUN
 * that failed with EFAULT has written behind its pointers is undefined.
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

#define DMAFP_ABI_VERSION	1
#define DMAFP_NAME_LEN		32
#define DMAFP_MAX_THREADS	1024

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

/**
 * struct dmafp_op - one row of the module's op table
 * @size: sizeof(struct dmafp_op)
 * @index: in: 0..nr_ops-1
 * @flags: out: DMAFP_OP_*
 * @__reserved: 0
 * @name: out: op name, as in profiles
 * @reaches: out: function of drivers/iommu/dma-iommu.c (or other) it reaches
 */
struct dmafp_op {
	__u32 size;
	__u32 index;
	__u32 flags;
	__u32 __reserved;
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

/**
 * struct dmafp_cell - what is called, and with which arguments
 * @op: index of the op
 * @direction: enum dmafp_direction for ops with USES_DIRECTION, else 0
 * @bytes: buffer size; a multiple of the page size for ops with USES_SIZE, else 0
 * @node: NUMA node of the buffer, -1 for the worker's own; must have memory
 * @__reserved: 0
 */
struct dmafp_cell {
	__u32 op;
	__u32 direction;
	__u64 bytes;
	__s32 node;
	__u32 __reserved;
};

DMAFP_ASSERT_ABI(dmafp_cell, 24, __reserved, 20);

/* dmafp_first_map.flags */
#define DMAFP_FIRST_PROBE	(1u << 0)  /* in: count attaches; perturbs ticks */

/**
 * struct dmafp_first_map - the first mapping of a freshly bound device
 * @size: sizeof(struct dmafp_first_map)
 * @flags: in: DMAFP_FIRST_*
 * @cell: in: the mapping call (an op with DMAFP_OP_ON_PATH)
 * @deferred_before: out: dev->iommu->attach_deferred before the call
 * @deferred_after: out: the same after it
 * @calls: out: calls of iommu_deferred_attach() for this device (PROBE only)
 * @attaches: out: calls of the domain's attach_dev() for this device (PROBE only)
 * @overlaps: out: attaches begun while another was under way (PROBE only)
 * @__reserved: 0
 * @map_ticks: out: ticks of the one map call
 * @unmap_ticks: out: ticks of the one unmap call
 * @attach_ticks: out: summed ticks inside attach_dev() (PROBE only)
 *
 * Runs in process context with interrupts on: the attach may sleep.
 */
struct dmafp_first_map {
	__u32 size;
	__u32 flags;
	struct dmafp_cell cell;
	__u32 deferred_before;
	__u32 deferred_after;
	__u32 calls;
	__u32 attaches;
	__u32 overlaps;
	__u32 __reserved;
	__u64 map_ticks;
	__u64 unmap_ticks;
	__u64 attach_ticks;
};

DMAFP_ASSERT_ABI(dmafp_first_map, 80, attach_ticks, 72);

/**
 * struct dmafp_count - calls per op, counted by probes, nothing timed
 * @size: sizeof(struct dmafp_count)
 * @ops: in: how many map/unmap pairs to make, 1..1000000
 * @cell: in: what to call
 * @map_calls: out: calls of iommu_deferred_attach() during the maps
 * @unmap_calls: out: the same during the unmaps
 * @map_attaches: out: calls of attach_dev() during the maps
 * @unmap_attaches: out: the same during the unmaps
 */
struct dmafp_count {
	__u32 size;
	__u32 ops;
	struct dmafp_cell cell;
	__u64 map_calls;
	__u64 unmap_calls;
	__u64 map_attaches;
	__u64 unmap_attaches;
};

DMAFP_ASSERT_ABI(dmafp_count, 64, unmap_attaches, 56);

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
 */
struct dmafp_summary {
	__u64 count;
	__u64 min;
	__u64 max;
	__u64 sum;
	__u64 overflow;
};

DMAFP_ASSERT_ABI(dmafp_summary, 40, overflow, 32);

/**
 * struct dmafp_run - measure one cell
 * @size: sizeof(struct dmafp_run)
 * @flags: 0
 * @cell: in: what to call
 * @nr_threads: in: workers, 1..DMAFP_MAX_THREADS
 * @block: in: ops per block with interrupts off, 1..1024
 * @warmup: in: ops per worker that are not recorded
 * @iterations: in: ops per worker that are recorded, at least 1
 * @cpus: in: pointer to nr_threads __u32, the CPU of each worker, none twice
 * @summaries: out: pointer to nr_threads * DMAFP_NR_PHASES summaries
 * @buckets: out: pointer to nr_threads * DMAFP_NR_PHASES * DMAFP_HIST_BUCKETS
 *	__u64, worker by worker, phase by phase
 */
struct dmafp_run {
	__u32 size;
	__u32 flags;
	struct dmafp_cell cell;
	__u32 nr_threads;
	__u32 block;
	__u64 warmup;
	__u64 iterations;
	__u64 cpus;
	__u64 summaries;
	__u64 buckets;
};

DMAFP_ASSERT_ABI(dmafp_run, 80, buckets, 72);

#define DMAFP_IOC_MAGIC		'D'
#define DMAFP_IOC_INFO		_IO(DMAFP_IOC_MAGIC, 0x80)
#define DMAFP_IOC_OP		_IO(DMAFP_IOC_MAGIC, 0x81)
#define DMAFP_IOC_DEVICE	_IO(DMAFP_IOC_MAGIC, 0x82)
#define DMAFP_IOC_CALIBRATE	_IO(DMAFP_IOC_MAGIC, 0x83)
#define DMAFP_IOC_FIRST_MAP	_IO(DMAFP_IOC_MAGIC, 0x84)
#define DMAFP_IOC_COUNT		_IO(DMAFP_IOC_MAGIC, 0x85)
#define DMAFP_IOC_RUN		_IO(DMAFP_IOC_MAGIC, 0x86)

#endif /* _UAPI_DMAFP_H */
