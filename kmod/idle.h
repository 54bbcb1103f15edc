/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long CPUs have idled: to know what a load costs in all, interrupts and
 * threads of the kernel included, there is no other sum.
 */
#ifndef DMAFP_IDLE_H
#define DMAFP_IDLE_H

#include <linux/types.h>

struct dmafp_idle_cpu;

/**
 * dmafp_idle_look() - how long has each CPU idled?
 * @cpus: in: cpu; out: the rest
 * @nr: how many
 *
 * Return: 0, or -EINVAL if one of them is not online.
 */
int dmafp_idle_look(struct dmafp_idle_cpu *cpus, u32 nr);

#endif /* DMAFP_IDLE_H */
