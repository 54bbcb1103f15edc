/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timed loops, to be inlined into each op.
 *
 * Between two stamps there may be nothing but the call itself: no indirect
 * call, no store of a result, no check.  Hence every op instantiates the loops
 * with its own inline functions, and what a window measured goes into a small
 * array of the worker; histograms are filled after the block.
 */
#ifndef DMAFP_LOOP_H
#define DMAFP_LOOP_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/processor.h>
#include "buffer.h"
#include "op.h"
#include "stamp.h"

typedef void (*dmafp_loop_map)(const struct dmafp_call *call,
			       struct dmafp_mapping *m);
typedef bool (*dmafp_loop_failed)(const struct dmafp_call *call,
				  const struct dmafp_mapping *m);
typedef void (*dmafp_loop_unmap)(const struct dmafp_call *call,
				 const struct dmafp_mapping *m);

/* The CPU writes what the device is to read, as a driver's user would. */
static __always_inline void dmafp_loop_touch(const struct dmafp_call *call,
					     const struct dmafp_mapping *m)
{
	if (call->flags & DMAFP_CELL_TOUCH)
		dmafp_buffer_touch(m->cpu, call->bytes);
}

/* As long as a device would take; interrupts are on meanwhile. */
static __always_inline void dmafp_loop_wait(const struct dmafp_block *block,
					    struct dmafp_stamp begin)
{
	if (!block->delay)
		return;

	if (block->quiet)
		local_irq_enable();
	while (dmafp_stamp_ticks(begin, dmafp_stamp_read()) < block->delay)
		cpu_relax();
	if (block->quiet)
		local_irq_disable();
}

/**
 * dmafp_loop_stamped() - ops that are stamped one by one
 * @call: arguments of the op
 * @block: what to do, and what was measured
 * @map: the op's map, an inline function
 * @failed: the op's check of a map, an inline function
 * @unmap: the op's unmap, an inline function, or NULL without that phase
 *
 * Goes round the ring of mappings.  The one that is unmapped is the oldest; with
 * a ring of one it is the one just made.
 *
 * Return: 0, or -EIO if a map failed.
 */
static __always_inline int dmafp_loop_stamped(const struct dmafp_call *call,
					      struct dmafp_block *block,
					      dmafp_loop_map map,
					      dmafp_loop_failed failed,
					      dmafp_loop_unmap unmap)
{
	/* Copies, so that no argument has to be fetched twice in a window. */
	const struct dmafp_call args = *call;
	const struct dmafp_block b = *block;
	struct dmafp_stamp first = dmafp_stamp_read(), begin, end;
	struct dmafp_mapping m;
	u32 head = b.head, i = 0;
	int err = 0;

	do {
		m = args.mappings[head];
		dmafp_loop_touch(&args, &m);
		begin = dmafp_stamp_read();
		map(&args, &m);
		end = dmafp_stamp_read();
		b.map[i] = dmafp_stamp_ticks(begin, end);
		if (unlikely(failed(&args, &m))) {
			err = -EIO;
			break;
		}
		dmafp_loop_wait(&b, end);

		args.mappings[head] = m;
		head = head + 1 < args.nr ? head + 1 : 0;
		if (unmap) {
			m = args.mappings[head];
			begin = dmafp_stamp_read();
			unmap(&args, &m);
			end = dmafp_stamp_read();
			b.unmap[i] = dmafp_stamp_ticks(begin, end);
		}
	} while (++i < b.nr && dmafp_stamp_ticks(first, end) < b.limit);

	block->head = head;
	block->done = i;
	return err;
}

/* As it is written: unrolled, 2N ops are not twice the instructions of N. */
#ifdef __clang__
#define dmafp_loop_times(_i, _nr)					\
	_Pragma("nounroll")						\
	for ((_i) = 0; (_i) < (_nr); (_i)++)
#else
#define dmafp_loop_times(_i, _nr) for ((_i) = 0; (_i) < (_nr); (_i)++)
#endif

/* @nr maps, then @nr unmaps, each between two stamps */
static __always_inline int dmafp_loop_batch(const struct dmafp_call *call,
					    u32 nr, u64 *map_ticks,
					    u64 *unmap_ticks,
					    dmafp_loop_map map,
					    dmafp_loop_failed failed,
					    dmafp_loop_unmap unmap)
{
	struct dmafp_mapping *m = call->mappings;
	struct dmafp_stamp begin, end;
	u32 i, nr_failed = 0;

	for (i = 0; i < nr; i++)
		dmafp_loop_touch(call, &m[i]);

	begin = dmafp_stamp_read();
	dmafp_loop_times(i, nr) {
		map(call, &m[i]);
		barrier();
	}
	end = dmafp_stamp_read();
	*map_ticks = dmafp_stamp_ticks(begin, end);

	for (i = 0; i < nr; i++)
		nr_failed += failed(call, &m[i]);
	if (unlikely(nr_failed)) {
		for (i = 0; i < nr && unmap; i++) {
			if (!failed(call, &m[i]))
				unmap(call, &m[i]);
		}
		return -EIO;
	}
	if (!unmap)
		return 0;

	begin = dmafp_stamp_read();
	dmafp_loop_times(i, nr) {
		unmap(call, &m[i]);
		barrier();
	}
	end = dmafp_stamp_read();
	*unmap_ticks = dmafp_stamp_ticks(begin, end);
	return 0;
}

/**
 * dmafp_loop_block() - one sample of a block of ops
 * @call: arguments of the op, with twice as many mappings as ops
 * @block: what to do, and what was measured
 * @map: the op's map, an inline function
 * @failed: the op's check of a map, an inline function
 * @unmap: the op's unmap, an inline function, or NULL without that phase
 *
 * Return: 0, or -EIO if a map failed.
 */
static __always_inline int dmafp_loop_block(const struct dmafp_call *call,
					    struct dmafp_block *block,
					    dmafp_loop_map map,
					    dmafp_loop_failed failed,
					    dmafp_loop_unmap unmap)
{
	const struct dmafp_call args = *call;
	u64 maps[2], unmaps[2] = { };
	u32 i;
	int err;

	block->done = 0;
	dmafp_loop_times(i, 2) {
		err = dmafp_loop_batch(&args, block->nr << i, &maps[i],
				       &unmaps[i], map, failed, unmap);
		if (err)
			return err;
	}
	block->map[0] = maps[1] - min(maps[0], maps[1]);
	block->unmap[0] = unmaps[1] - min(unmaps[0], unmaps[1]);
	block->done = 1;
	return 0;
}

/**
 * DMAFP_LOOP_OP() - define the vtable of an op and its loops
 * @_name: the op
 * @_map: its map, an inline function
 * @_failed: its check of a map, an inline function
 * @_unmap: its unmap, an inline function, or NULL
 * @...: other members of struct dmafp_op_vtable
 */
#define DMAFP_LOOP_OP(_name, _map, _failed, _unmap, ...)		\
static int dmafp_##_name##_run_stamped(const struct dmafp_call *call,	\
				       struct dmafp_block *block)	\
{									\
	return dmafp_loop_stamped(call, block, _map, _failed, _unmap);	\
}									\
									\
static int dmafp_##_name##_run_block(const struct dmafp_call *call,	\
				     struct dmafp_block *block)		\
{									\
	return dmafp_loop_block(call, block, _map, _failed, _unmap);	\
}									\
									\
const struct dmafp_op_vtable dmafp_op_##_name = {			\
	.map		= _map,						\
	.failed		= _failed,					\
	.unmap		= _unmap,					\
	.run		= {						\
		[DMAFP_METHOD_LATENCY]	 = dmafp_##_name##_run_stamped,	\
		[DMAFP_METHOD_BLOCK]	 = dmafp_##_name##_run_block,	\
		[DMAFP_METHOD_SUSTAINED] = dmafp_##_name##_run_stamped,	\
	},								\
	__VA_ARGS__							\
}

#endif /* DMAFP_LOOP_H */
