// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/stringify.h>
#include "calibrate.h"
#include "stamp.h"

#define DMAFP_CALIBRATE_SHORT		256
#define DMAFP_CALIBRATE_LONG		1024
#define DMAFP_CALIBRATE_REPEATS_MAX	10000

/* In the text as written: neither compiler nor alternatives touch it. */
#define DMAFP_CALIBRATE_ASM(n)	".rept " __stringify(n) "\n\tnop\n\t.endr"

static noinline u64 dmafp_calibrate_read_short(void)
{
	struct dmafp_stamp begin, end;

	begin = dmafp_stamp_read();
	asm volatile(DMAFP_CALIBRATE_ASM(DMAFP_CALIBRATE_SHORT) : : : "memory");
	end = dmafp_stamp_read();
	return dmafp_stamp_ticks(begin, end);
}

static noinline u64 dmafp_calibrate_read_long(void)
{
	struct dmafp_stamp begin, end;

	begin = dmafp_stamp_read();
	asm volatile(DMAFP_CALIBRATE_ASM(DMAFP_CALIBRATE_LONG) : : : "memory");
	end = dmafp_stamp_read();
	return dmafp_stamp_ticks(begin, end);
}

static void dmafp_calibrate_once(u64 *short_ticks, u64 *long_ticks)
{
	unsigned long flags;

	preempt_disable();
	local_irq_save(flags);
	*short_ticks = dmafp_calibrate_read_short();
	*long_ticks = dmafp_calibrate_read_long();
	local_irq_restore(flags);
	preempt_enable();
}

int dmafp_calibrate(struct dmafp_calibration *arg)
{
	u64 short_ticks, long_ticks;
	u32 i;

	if (arg->repeats < 1 || arg->repeats > DMAFP_CALIBRATE_REPEATS_MAX)
		return -EINVAL;

	/* The first reading warms the instruction cache up. */
	dmafp_calibrate_once(&short_ticks, &long_ticks);

	arg->short_run = DMAFP_CALIBRATE_SHORT;
	arg->long_run = DMAFP_CALIBRATE_LONG;
	arg->short_min = U64_MAX;
	arg->short_max = 0;
	arg->long_min = U64_MAX;
	arg->long_max = 0;
	for (i = 0; i < arg->repeats; i++) {
		dmafp_calibrate_once(&short_ticks, &long_ticks);
		arg->short_min = min(arg->short_min, short_ticks);
		arg->short_max = max(arg->short_max, short_ticks);
		arg->long_min = min(arg->long_min, long_ticks);
		arg->long_max = max(arg->long_max, long_ticks);
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

u32 dmafp_calibrate_khz(void)
{
	struct dmafp_stamp begin, end;
	u32 khz = dmafp_stamp_khz();
	u64 ns;

	if (khz)
		return khz;

	ns = ktime_get_ns();
	begin = dmafp_stamp_read();
	usleep_range(1000, 2000);
	end = dmafp_stamp_read();
	ns = ktime_get_ns() - ns;
	return div64_u64(dmafp_stamp_ticks(begin, end) * NSEC_PER_MSEC,
			 ns ?: 1);
}
