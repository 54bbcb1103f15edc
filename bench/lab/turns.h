/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which the boots of all arms are made. */
#ifndef DMAFP_LAB_TURNS_H
#define DMAFP_LAB_TURNS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct dmafp_turn - one boot
 * @arm: index of the arm
 * @keyed: which of the two kinds of boot
 * @replicate: from 1
 */
struct dmafp_turn {
	size_t arm;
	bool keyed;
	unsigned int replicate;
};

/**
 * dmafp_turns_plan() - who is booted when
 * @turns: filled, in order; room for 2 * @nr_arms * @boots
 * @nr_arms: arms
 * @boots: replicates of each
 * @plain: boots that are not keyed are wanted
 * @keyed: keyed ones are wanted
 *
 * Arms take turns, each once in a round, and every second round goes the other
 * way: a machine that changes with time then changes for all arms alike.
 *
 * Return: how many turns.
 */
size_t dmafp_turns_plan(struct dmafp_turn *turns, size_t nr_arms, unsigned int boots, bool plain,
			bool keyed);

#endif /* DMAFP_LAB_TURNS_H */
