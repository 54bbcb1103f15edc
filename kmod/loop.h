/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timed loop, to be inlined into each op.
 *
 * Between the two stamps there may be nothing but the call itself: no indirect
 * call, no store of a result, no check.  Hence every op instantiates the loop
 * with its own inline functions, and what a window measured goes into a small
 * array of the worker; histograms are filled after the block.
 */
#ifndef DMAFP_LOOP_H
#define DMAFP_LOOP_H

#include <linux/compiler.h>
#include "op.h"
#include "stamp.h"

typedef void (*dmafp_loop_map)(const struct dmafp_call *call,
			       struct dmafp_mapping *m);
typedef bool (*dmafp_loop_failed)(const struct dmafp_call *call,
				  const struct dmafp_mapping *m);
typedef void (*dmafp_loop_unmap)(const struct dmafp_call *call,
				 const struct dmafp_mapping *m);

/**
 * dmafp_loop_block() - body of an op's run_block
 * @call: arguments of the op
 * @ticks: out: what was measured
 * @nr: number of ops
 * @map: the op's map, an inline function
 * @failed: the op's check of a map, an inline function
 * @unmap: the op's unmap, an inline function, or NULL without that phase
 *
 * Runs with preemption and interrupts disabled.
 *
 * Return: number of ops done; fewer than @nr means that a map failed.
 */
static __always_inline u32 dmafp_loop_block(const struct dmafp_call *call,
					    const struct dmafp_ticks *ticks,
					    u32 nr, dmafp_loop_map map,
					    dmafp_loop_failed failed,
					    dmafp_loop_unmap unmap)
{
	/* Copies, so that no argument has to be fetched twice in a window. */
	const struct dmafp_call args = *call;
	const struct dmafp_ticks out = *ticks;
	struct dmafp_stamp begin, end;
	struct dmafp_mapping m = { };
	u32 i;

	for (i = 0; i < nr; i++) {
		begin = dmafp_stamp_read();
		map(&args, &m);
		end = dmafp_stamp_read();
		out.map[i] = dmafp_stamp_ticks(begin, end);
		if (unlikely(failed(&args, &m)))
			break;
		if (!unmap)
			continue;

		begin = dmafp_stamp_read();
		unmap(&args, &m);
		end = dmafp_stamp_read();
		out.unmap[i] = dmafp_stamp_ticks(begin, end);
	}
	return i;
}

#endif /* DMAFP_LOOP_H */
