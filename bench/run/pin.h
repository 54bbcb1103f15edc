/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where this thread runs: out of the way of the measured CPUs while they
 * measure, on one of them for what the module does in the caller's context
 * (the IOVA caches are per CPU).
 */
#ifndef DMAFP_RUN_PIN_H
#define DMAFP_RUN_PIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "run/value.h"

struct dmafp_pin;

/**
 * dmafp_pin_away() - leave the measured CPUs
 * @node: NUMA node to stay on, -1: any
 * @cpus: CPUs to stay away from
 * @nr_cpus: how many
 *
 * Takes the node's other CPUs, or any others where the node has none; where
 * the machine has no others the thread stays where it is.
 *
 * Return: what dmafp_pin_restore() needs; never NULL.
 */
struct dmafp_pin *dmafp_pin_away(int node, const uint32_t *cpus, size_t nr_cpus);

/**
 * dmafp_pin_to() - go to one CPU
 *
 * Where that is refused the thread stays where it is.
 *
 * Return: what dmafp_pin_restore() needs; never NULL.
 */
struct dmafp_pin *dmafp_pin_to(uint32_t cpu);

/** dmafp_pin_restore() - allow the CPUs again that were allowed before */
void dmafp_pin_restore(struct dmafp_pin *pin);

/**
 * dmafp_pin_find() - the CPUs of this machine that a profile names
 * @wanted: by number, by node, or all that this process may use
 * @cpus: out: malloc()ed, none twice
 * @err: filled on failure: a node that the machine does not have
 *
 * CPUs given by number are not looked up: the module does that.
 *
 * Return: how many, or a negative errno.
 */
int dmafp_pin_find(const struct dmafp_cpus *wanted, uint32_t **cpus, struct dmafp_err *err);

/** dmafp_pin_nodes() - NUMA nodes of the machine, 1 if it is not NUMA */
unsigned int dmafp_pin_nodes(void);

#endif /* DMAFP_RUN_PIN_H */
