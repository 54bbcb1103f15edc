// SPDX-License-Identifier: GPL-2.0-only
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/string.h>
#include "compat.h"
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

static bool dmafp_op_node_valid(s32 node)
{
	if (node == NUMA_NO_NODE)
		return true;

	return node >= 0 && node < MAX_NUMNODES && node_state(node, N_MEMORY);
}

const struct dmafp_op_type *dmafp_op_find(const struct dmafp_cell *cell)
{
	const struct dmafp_op_type *op;

	if (cell->op >= ARRAY_SIZE(dmafp_ops) || cell->flags || cell->attrs ||
	    cell->entries || cell->mask_bits ||
	    memchr_inv(cell->__reserved, 0, sizeof(cell->__reserved)))
		return ERR_PTR(-EINVAL);

	op = &dmafp_ops[cell->op];
	if (!dmafp_op_direction_valid(op, cell->direction) ||
	    !dmafp_op_bytes_valid(op, cell->bytes) ||
	    !dmafp_op_node_valid(cell->node))
		return ERR_PTR(-EINVAL);

	return dmafp_op_available(op) ? op : ERR_PTR(-EOPNOTSUPP);
}

int dmafp_op_prepare(const struct dmafp_op_type *op,
		     const struct dmafp_cell *cell, struct device *dev,
		     int node, struct dmafp_call *call)
{
	*call = (struct dmafp_call) {
		.dev = dev,
		.domain = iommu_get_domain_for_dev(dev),
		.bytes = cell->bytes,
		.direction = (enum dma_data_direction)cell->direction,
		.node = cell->node == NUMA_NO_NODE ? node : cell->node,
	};

	return op->vtable->prepare ? op->vtable->prepare(call) : 0;
}

void dmafp_op_unprepare(const struct dmafp_op_type *op,
			struct dmafp_call *call)
{
	if (op->vtable->unprepare)
		op->vtable->unprepare(call);
}
