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
struct iommu_domain;
struct page;

/**
 * struct dmafp_call - the arguments of an op, ready to be used
 * @dev: device to map for
 * @domain: its IOMMU domain, NULL if none
 * @page: buffer, owned by the call
 * @phys: physical address that a map leads to, 0 if only the map makes it
 * @bytes: size of the buffer
 * @direction: direction of the mapping
 * @node: NUMA node of the buffer
 *
 * Belongs to one worker.  Valid as long as the device is held, see
 * dmafp_device_enter().
 */
struct dmafp_call {
	struct device *dev;
	struct iommu_domain *domain;
	struct page *page;
	phys_addr_t phys;
	size_t bytes;
	enum dma_data_direction direction;
	int node;
};

/**
 * struct dmafp_mapping - what an op's map returned and its unmap needs
 * @dma: DMA address
 * @error: return value of calls that return no address
 */
struct dmafp_mapping {
	dma_addr_t dma;
	int error;
};

/**
 * struct dmafp_ticks - the ticks of one block of ops
 * @map: ticks of each map
 * @unmap: ticks of each unmap; unused without DMAFP_OP_TIMES_UNMAP
 */
struct dmafp_ticks {
	u64 *map;
	u64 *unmap;
};

/**
 * struct dmafp_op_vtable - what an op does
 * @available: can this kernel do it at all; NULL means yes
 * @prepare: allocate what the call needs; process context; NULL if nothing.
 *	Returns 0 or a negative errno and then leaves nothing behind.
 * @unprepare: free it; NULL if nothing
 * @map: one map, not timed by the op; any context that the DMA API allows
 * @failed: did that map fail?
 * @unmap: undo a map that did not fail; NULL if there is nothing to undo
 * @run_block: @nr timed ops with the loop of loop.h.  Returns how many were
 *	done; fewer than @nr means that a map failed.  Nothing is left mapped.
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
	u32 (*run_block)(const struct dmafp_call *call,
			 const struct dmafp_ticks *ticks, u32 nr);
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
 * @call: out: the call
 *
 * Return: 0, -ENOMEM, or -EOPNOTSUPP if the op cannot be done on this device.
 */
int dmafp_op_prepare(const struct dmafp_op_type *op,
		     const struct dmafp_cell *cell, struct device *dev,
		     int node, struct dmafp_call *call);

/**
 * dmafp_op_unprepare() - release what dmafp_op_prepare() allocated
 * @op: the op
 * @call: the call
 */
void dmafp_op_unprepare(const struct dmafp_op_type *op,
			struct dmafp_call *call);

#endif /* DMAFP_OP_H */
