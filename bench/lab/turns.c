// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/turns.h"

static size_t plan_round(struct dmafp_turn *turns, size_t nr_arms, bool keyed, unsigned int round)
{
	size_t i;

	for (i = 0; i < nr_arms; i++)
		turns[i] = (struct dmafp_turn){
			.arm = round % 2 ? i : nr_arms - 1 - i,
			.keyed = keyed,
			.replicate = round,
		};
	return nr_arms;
}

size_t dmafp_turns_plan(struct dmafp_turn *turns, size_t nr_arms, unsigned int boots, bool plain,
			bool keyed)
{
	unsigned int round;
	size_t nr = 0;

	for (round = 1; round <= boots; round++) {
		if (plain)
			nr += plan_round(turns + nr, nr_arms, false, round);
		if (keyed)
			nr += plan_round(turns + nr, nr_arms, true, round);
	}
	return nr;
}
