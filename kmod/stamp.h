/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time stamps.
 *
 * A stamp waits for everything before it and holds back everything after it,
 * so that the difference of two is what lies between them and nothing else.
 * The halves of the TSC are kept apart and joined only by the subtraction:
 * joining them would cost instructions inside the timed window.
 */
#ifndef DMAFP_STAMP_H
#define DMAFP_STAMP_H

#include <linux/types.h>
#include "uapi/dmafp.h"

#if defined(CONFIG_X86_64)

#include <asm/tsc.h>

#define DMAFP_STAMP_KIND	DMAFP_STAMP_TSC

struct dmafp_stamp {
	u32 lo;
	u32 hi;
};

static __always_inline struct dmafp_stamp dmafp_stamp_read(void)
{
	struct dmafp_stamp s;

	asm volatile("lfence\n\trdtsc\n\tlfence"
		     : "=a" (s.lo), "=d" (s.hi) : : "memory");
	return s;
}

/* The empty statement keeps the compiler from joining them any earlier. */
static __always_inline u64 dmafp_stamp_value(struct dmafp_stamp s)
{
	asm volatile("" : "+r" (s.lo), "+r" (s.hi));
	return (u64)s.hi << 32 | s.lo;
}

static inline u32 dmafp_stamp_khz(void)
{
	return tsc_khz;
}

#elif defined(CONFIG_ARM64)

#include <asm/arch_timer.h>

#define DMAFP_STAMP_KIND	DMAFP_STAMP_CNTVCT

struct dmafp_stamp {
	u64 value;
};

static __always_inline struct dmafp_stamp dmafp_stamp_read(void)
{
	struct dmafp_stamp s;

	asm volatile("isb\n\tmrs %0, cntvct_el0\n\tisb"
		     : "=r" (s.value) : : "memory");
	return s;
}

static __always_inline u64 dmafp_stamp_value(struct dmafp_stamp s)
{
	return s.value;
}

static inline u32 dmafp_stamp_khz(void)
{
	return arch_timer_get_cntfrq() / 1000;
}

#else
#error "dmafp: no time stamp for this architecture"
#endif

/**
 * dmafp_stamp_ticks() - ticks between two stamps
 * @begin: the earlier one
 * @end: the later one
 *
 * Call it outside the timed window.
 *
 * Return: the ticks.
 */
static __always_inline u64 dmafp_stamp_ticks(struct dmafp_stamp begin,
					     struct dmafp_stamp end)
{
	return dmafp_stamp_value(end) - dmafp_stamp_value(begin);
}

#endif /* DMAFP_STAMP_H */
