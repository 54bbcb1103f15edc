// SPDX-License-Identifier: GPL-2.0-only
#include <linux/build_bug.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>
#include "buffer.h"
#include "compat.h"
#include "device.h"
#include "op.h"

#define DMAFP_OP_ROW(_name, _reaches, _flags, _attrs)			\
	{								\
		.name = #_name,						\
		.reaches = _reaches,					\
		.flags = _flags,					\
		.attrs = _attrs,					\
		.vtable = &dmafp_op_##_name,				\
	},

static const struct dmafp_op_type dmafp_ops[] = {
	DMAFP_OPS(DMAFP_OP_ROW)
};

static_assert((int)DMAFP_BIDIRECTIONAL == (int)DMA_BIDIRECTIONAL);
static_assert((int)DMAFP_TO_DEVICE == (int)DMA_TO_DEVICE);
static_assert((int)DMAFP_FROM_DEVICE == (int)DMA_FROM_DEVICE);
static_assert(DMAFP_ATTR_WEAK_ORDERING == DMA_ATTR_WEAK_ORDERING);
static_assert(DMAFP_ATTR_WRITE_COMBINE == DMA_ATTR_WRITE_COMBINE);
static_assert(DMAFP_ATTR_NO_KERNEL_MAPPING == DMA_ATTR_NO_KERNEL_MAPPING);
static_assert(DMAFP_ATTR_SKIP_CPU_SYNC == DMA_ATTR_SKIP_CPU_SYNC);
static_assert(DMAFP_ATTR_FORCE_CONTIGUOUS == DMA_ATTR_FORCE_CONTIGUOUS);
static_assert(DMAFP_ATTR_ALLOC_SINGLE_PAGES == DMA_ATTR_ALLOC_SINGLE_PAGES);
static_assert(DMAFP_ATTR_NO_WARN == DMA_ATTR_NO_WARN);
static_assert(DMAFP_ATTR_PRIVILEGED == DMA_ATTR_PRIVILEGED);

u32 dmafp_op_nr(void)
{
	return ARRAY_SIZE(dmafp_ops);
}

static bool dmafp_op_available(const struct dmafp_op_type *op)
{
	return !op->vtable->available || op->vtable->available();
}

int dmafp_op_describe(struct dmafp_op *arg)
{
	const struct dmafp_op_type *op;

	if (arg->index >= ARRAY_SIZE(dmafp_ops))
		return -EINVAL;

	op = &dmafp_ops[arg->index];
	arg->flags = op->flags;
	arg->attrs = op->attrs;
	if (!dmafp_op_available(op))
		arg->flags |= DMAFP_OP_UNAVAILABLE;
	strscpy_pad(arg->name, op->name, sizeof(arg->name));
	strscpy_pad(arg->reaches, op->reaches, sizeof(arg->reaches));
	return 0;
}

static bool dmafp_op_bytes_valid(const struct dmafp_op_type *op, u64 bytes)
{
	if (!(op->flags & DMAFP_OP_USES_SIZE))
		return bytes == 0;

	return bytes && !(bytes & ~PAGE_MASK) &&
	       bytes <= PAGE_SIZE << DMAFP_PAGE_ORDER_MAX;
}

/* What an op does not use must be 0, lest two cells differ in name only. */
static bool dmafp_op_direction_valid(const struct dmafp_op_type *op,
				     u32 direction)
{
	if (!(op->flags & DMAFP_OP_USES_DIRECTION))
		return direction == 0;

	return direction <= DMAFP_FROM_DEVICE;
}

static bool dmafp_op_entries_valid(const struct dmafp_op_type *op,
				   const struct dmafp_cell *cell)
{
	if (!(op->flags & DMAFP_OP_USES_ENTRIES))
		return cell->entries == 0;

	return cell->entries >= 1 && cell->entries <= DMAFP_MAX_ENTRIES &&
	       cell->bytes % (cell->entries * PAGE_SIZE) == 0;
}

static bool dmafp_op_flags_valid(const struct dmafp_op_type *op, u32 flags)
{
	u32 known = 0;

	if (op->flags & DMAFP_OP_USES_BUFFER)
		known |= DMAFP_CELL_TOUCH;
	if (op->flags & DMAFP_OP_USES_ENTRIES)
		known |= DMAFP_CELL_SCATTERED;
	return !(flags & ~known);
}

static bool dmafp_op_node_valid(s32 node)
{
	if (node == NUMA_NO_NODE)
		return true;

	return node >= 0 && node < MAX_NUMNODES && node_state(node, N_MEMORY);
}

const struct dmafp_op_type *dmafp_op_find(const struct dmafp_cell *cell)
{
	const struct dmafp_op_type *op;

	if (cell->op >= ARRAY_SIZE(dmafp_ops) ||
	    !dmafp_device_mask_valid(cell->mask_bits) ||
	    memchr_inv(cell->__reserved, 0, sizeof(cell->__reserved)))
		return ERR_PTR(-EINVAL);

	op = &dmafp_ops[cell->op];
	if (!dmafp_op_direction_valid(op, cell->direction) ||
	    !dmafp_op_bytes_valid(op, cell->bytes) ||
	    !dmafp_op_entries_valid(op, cell) ||
	    !dmafp_op_flags_valid(op, cell->flags) ||
	    cell->attrs & ~op->attrs ||
	    !dmafp_op_node_valid(cell->node))
		return ERR_PTR(-EINVAL);

	return dmafp_op_available(op) ? op : ERR_PTR(-EOPNOTSUPP);
}

static int dmafp_op_prepare_mappings(const struct dmafp_op_type *op,
				     struct dmafp_call *call)
{
	struct dmafp_buffer *buffer;

	call->mappings = kvzalloc_node(array_size(call->nr,
						  sizeof(*call->mappings)),
				       GFP_KERNEL, call->node);
	if (!call->mappings)
		return -ENOMEM;
	if (!(op->flags & DMAFP_OP_USES_BUFFER))
		return 0;

	buffer = dmafp_buffer_create(call->bytes, call->nr, call->node,
				     call->mappings);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	call->buffer = buffer;
	return 0;
}

static void dmafp_op_unprepare_mappings(struct dmafp_call *call)
{
	dmafp_buffer_destroy(call->buffer);
	kvfree(call->mappings);
}

/*
 * In the kernel after a crash all nodes but one have no memory, or a few pages
 * below the first megabyte: then the closest one that has.
 */
static bool dmafp_op_node_has_memory(int node)
{
	return node_present_pages(node) >= SZ_16M >> PAGE_SHIFT;
}

static int dmafp_op_own_node(int node)
{
	int closest = NUMA_NO_NODE, n;

	if (node == NUMA_NO_NODE || dmafp_op_node_has_memory(node))
		return node;
	for_each_node_state(n, N_MEMORY) {
		if (dmafp_op_node_has_memory(n) &&
		    (closest == NUMA_NO_NODE ||
		     node_distance(node, n) < node_distance(node, closest)))
			closest = n;
	}
	return closest == NUMA_NO_NODE ? node : closest;
}

int dmafp_op_prepare(const struct dmafp_op_type *op,
		     const struct dmafp_cell *cell, struct device *dev,
		     int node, u32 nr, struct dmafp_call *call)
{
	int err;

	*call = (struct dmafp_call) {
		.dev = dev,
		.domain = iommu_get_domain_for_dev(dev),
		.bytes = cell->bytes,
		.direction = (enum dma_data_direction)cell->direction,
		.attrs = cell->attrs,
		.entries = cell->entries,
		.flags = cell->flags,
		.node = cell->node == NUMA_NO_NODE ? dmafp_op_own_node(node) :
						     cell->node,
		.nr = nr,
	};

	err = dmafp_op_prepare_mappings(op, call);
	if (!err && op->vtable->prepare)
		err = op->vtable->prepare(call);
	if (err)
		dmafp_op_unprepare_mappings(call);
	return err;
}

void dmafp_op_unprepare(const struct dmafp_op_type *op,
			struct dmafp_call *call)
{
	if (op->vtable->unprepare)
		op->vtable->unprepare(call);
	dmafp_op_unprepare_mappings(call);
}

dma_addr_t dmafp_op_dma(const struct dmafp_mapping *m)
{
	return m->sgt ? sg_dma_address(m->sgt->sgl) : m->dma;
}
