/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory to be mapped: one slot for each mapping that is live at the same time,
 * as in a driver's ring.  No two slots share a byte.
 */
#ifndef DMAFP_BUFFER_H
#define DMAFP_BUFFER_H

#include <linux/types.h>

struct dmafp_buffer;
struct dmafp_mapping;

/**
 * dmafp_buffer_affordable() - may so much memory be taken?
 * @bytes: size of a slot
 * @nr: number of slots
 *
 * Half of what the machine has left is for its other users.
 *
 * Return: true if so.
 */
bool dmafp_buffer_affordable(size_t bytes, u32 nr);

/**
 * dmafp_buffer_create() - allocate zeroed slots
 * @bytes: size of a slot, a multiple of the page size
 * @nr: number of slots
 * @node: NUMA node, and no other
 * @slots: out: page, cpu and phys of @nr mappings
 *
 * Return: the buffer, or ERR_PTR(-ENOMEM).
 */
struct dmafp_buffer *dmafp_buffer_create(size_t bytes, u32 nr, int node,
					 struct dmafp_mapping *slots);

/**
 * dmafp_buffer_destroy() - free all slots
 * @buffer: may be NULL
 */
void dmafp_buffer_destroy(struct dmafp_buffer *buffer);

/**
 * dmafp_buffer_touch() - the CPU writes to a slot, a byte of each cache line
 * @cpu: where it is
 * @bytes: its size
 */
void dmafp_buffer_touch(void *cpu, size_t bytes);

#endif /* DMAFP_BUFFER_H */
