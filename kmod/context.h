/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The context that a probe interrupted.
 *
 * How a probe gets there changes the context: a breakpoint is handled like an
 * NMI, with interrupts off, a call by ftrace with preemption disabled.  So what
 * a probe adds to the preemption count is measured once, on a function of our
 * own in a context that we know, and taken off afterwards.
 */
#ifndef DMAFP_CONTEXT_H
#define DMAFP_CONTEXT_H

#include <linux/types.h>

struct kprobe;
struct pt_regs;

/**
 * dmafp_context_measure() - what does a probe add to the preemption count?
 * @like: a registered probe; one of the same kind is tried
 * @added: out: what it adds
 *
 * Process context with interrupts on.
 *
 * Return: 0; -ENOMEM; -EOPNOTSUPP if none of that kind can be had, or if it does
 * not add the same everywhere.
 */
int dmafp_context_measure(const struct kprobe *like, int *added);

/**
 * dmafp_context_flags() - what the context forbids
 * @regs: of the handler of a kretprobe's entry
 * @added: what the probe adds
 *
 * Return: DMAFP_WATCH_PREEMPT_OFF, _IRQS_OFF and _INTERRUPT.
 */
u32 dmafp_context_flags(const struct pt_regs *regs, int added);

#endif /* DMAFP_CONTEXT_H */
