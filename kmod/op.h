/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An op is one DMA API call to be measured.  A new one is a row in
 * uapi/dmafp_ops.h and a file op_NAME.c that defines a struct dmafp_op_vtable
 * dmafp_op_NAME.
 */
#ifndef DMAFP_OP_H
#define DMAFP_OP_H

#include <linux/dma-direction.h>
#include <linux/types.h>
#include "uapi/dmafp.h"
#include "uapi/dmafp_ops.h"

struct device;
struct dmafp_buffer;
struct iommu_domain;
struct page;
struct sg_table;

/**
 * struct dmafp_mapping - what a map takes that is its own, and what it returns
 * @page: buffer, for ops with DMAFP_OP_USES_BUFFER
 * @cpu: the same, as the CPU sees it; or what was allocated by the map
 * @phys: physical address that the map leads to, 0 if only the map makes it
 * @sgt: scatterlist of the buffer; or what was allocated by the map
 * @dma: DMA address, but see dmafp_op_dma()
 * @error: return value of calls that return no address
 */
struct dmafp_mapping {
	struct page *page;
	void *cpu;
	phys_addr_t phys;
	struct sg_table *sgt;
	dma_addr_t dma;
	int error;
};

/**
 * struct dmafp_call - the arguments of an op, ready to be used
 * @dev: device to map for
 * @domain: its IOMMU domain, NULL if none
 * @bytes: size of the buffer
 * @direction: direction of the mapping
 * @attrs: DMA_ATTR_*
 * @entries: scatterlist entries
 * @flags: DMAFP_CELL_*
 * @node: NUMA node of the buffer
 * @nr: number of @mappings
 * @mappings: those that can be live at the same time
 * @buffer: memory of @mappings, or NULL
 *
 * Belongs to one worker.  Valid as long as the device is held, see
 * dmafp_device_enter().
 */
struct dmafp_call {
	struct device *dev;
	struct iommu_domain *domain;
	size_t bytes;
	enum dma_data_direction direction;
	unsigned long attrs;
	u32 entries;
	u32 flags;
	int node;
	u32 nr;
	struct dmafp_mapping *mappings;
	struct dmafp_buffer *buffer;
};

/**
 * struct dmafp_block - ops that are made in one go
 * @map: out: ticks of the maps, a sample each
 * @unmap: out: the same of the unmaps; unused without DMAFP_OP_TIMES_UNMAP
 * @nr: in: ops to do
 * @done: out: samples there are; fewer than @nr if @limit was reached
 * @limit: in: ticks after which it ends
 * @delay: in: ticks between a map and its unmap
 * @quiet: in: interrupts are off
 * @head: in, out: the mapping that is made next; all others are live
 */
struct dmafp_block {
	u64 *map;
	u64 *unmap;
	u32 nr;
	u32 done;
	u64 limit;
	u64 delay;
	bool quiet;
	u32 head;
};

/* Stamped one by one, or as a block; enum dmafp_method says which. */
#define DMAFP_OP_NR_METHODS	(DMAFP_METHOD_SUSTAINED + 1)

/**
 * struct dmafp_op_vtable - what an op does
 * @available: can this kernel do it at all; NULL means yes
 * @prepare: allocate what the call needs beyond a buffer; process context; NULL
 *	if nothing.  Returns 0 or a negative errno and then leaves nothing behind.
 * @unprepare: free it; NULL if nothing
 * @map: one map, not timed by the op; any context that the DMA API allows
 * @failed: did that map fail?
 * @unmap: undo a map that did not fail; NULL if there is nothing to undo
 * @run: timed ops by method, with the loops of loop.h.  Returns 0, or -EIO if a
 *	map failed; all but those that were live before are unmapped then, too.
 */
struct dmafp_op_vtable {
	bool (*available)(void);
	int (*prepare)(struct dmafp_call *call);
	void (*unprepare)(struct dmafp_call *call);
	void (*map)(const struct dmafp_call *call, struct dmafp_mapping *m);
	bool (*failed)(const struct dmafp_call *call,
		       const struct dmafp_mapping *m);
	void (*unmap)(const struct dmafp_call *call,
		      const struct dmafp_mapping *m);
	int (*run[DMAFP_OP_NR_METHODS])(const struct dmafp_call *call,
					struct dmafp_block *block);
};

/**
 * struct dmafp_op_type - an op
 * @name: name in profiles
 * @reaches: kernel function it is about
 * @flags: DMAFP_OP_*, without DMAFP_OP_UNAVAILABLE
 * @attrs: DMAFP_ATTR_* that it takes
 * @vtable: what it does
 */
struct dmafp_op_type {
	const char *name;
	const char *reaches;
	u32 flags;
	u32 attrs;
	const struct dmafp_op_vtable *vtable;
};

#define DMAFP_OP_DECLARE(_name, _reaches, _flags, _attrs)		\
	extern const struct dmafp_op_vtable dmafp_op_##_name;
DMAFP_OPS(DMAFP_OP_DECLARE)
#undef DMAFP_OP_DECLARE

/**
 * dmafp_op_nr() - number of ops
 *
 * Return: one more than the largest index.
 */
u32 dmafp_op_nr(void);

/**
 * dmafp_op_describe() - fill in one row for userspace
 * @arg: in: index; out: the rest
 *
 * Return: 0, or -EINVAL for an index out of range or a reserved field.
 */
int dmafp_op_describe(struct dmafp_op *arg);

/**
 * dmafp_op_find() - validate a cell and find its op
 * @cell: private copy of what userspace asked for
 *
 * Return: the op, or ERR_PTR: -EINVAL for a field out of range, -EOPNOTSUPP for
 * an op that this kernel cannot do.
 */
const struct dmafp_op_type *dmafp_op_find(const struct dmafp_cell *cell);

/**
 * dmafp_op_prepare() - make a call ready
 * @op: result of dmafp_op_find(@cell)
 * @cell: validated cell
 * @dev: device, held by the caller until dmafp_op_unprepare()
 * @node: NUMA node for a cell that asks for the worker's own
 * @nr: how many mappings are to be live at the same time
 * @call: out: the call, with @nr mappings
 *
 * Return: 0, -ENOMEM, or -EOPNOTSUPP if the op cannot be done on this device;
 * -EIO if it could not be mapped beforehand.
 */
int dmafp_op_prepare(const struct dmafp_op_type *op,
		     const struct dmafp_cell *cell, struct device *dev,
		     int node, u32 nr, struct dmafp_call *call);

/**
 * dmafp_op_unprepare() - release what dmafp_op_prepare() allocated
 * @op: the op
 * @call: the call
 */
void dmafp_op_unprepare(const struct dmafp_op_type *op,
			struct dmafp_call *call);

/**
 * dmafp_op_dma() - where a mapping begins
 * @m: mapping that was made and did not fail
 *
 * Return: its DMA address.
 */
dma_addr_t dmafp_op_dma(const struct dmafp_mapping *m);

#endif /* DMAFP_OP_H */
