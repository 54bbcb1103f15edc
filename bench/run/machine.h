/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine around a run: made quiet for it, and looked at before it. */
#ifndef DMAFP_RUN_MACHINE_H
#define DMAFP_RUN_MACHINE_H

#include "analysis/result.h"
#include "base/err.h"
#include "run/device.h"
#include "run/plan.h"
#include "run/run.h"
#include "tune/tune.h"

/**
 * struct dmafp_machine - what a run did to it
 * @tuned: @tune has begun
 * @tune: see there
 */
struct dmafp_machine {
	bool tuned;
	struct dmafp_tune tune;
};

/**
 * dmafp_machine_begin() - tune it if that is wanted
 * @options: of the run: @tune, @tune_state, and @note
 * @plans: their CPUs are those that measure; NULL behind the last
 *
 * Where it is not wanted, what a run that was killed left tuned is put back all the
 * same, and a failure of that is a note.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_machine_begin(struct dmafp_machine *machine,
			const struct dmafp_run_options *options,
			struct dmafp_plan *const *plans, struct dmafp_err *err);

/** dmafp_machine_end() - put everything back; a failure is a note */
void dmafp_machine_end(struct dmafp_machine *machine);

/**
 * dmafp_machine_audit() - keep in a result what `dmafp doctor` would say now
 * @device: to be measured; NULL: it is made up
 * @plan: for that device
 */
void dmafp_machine_audit(const struct dmafp_pci_device *device,
			 const struct dmafp_plan *plan, struct dmafp_result *result);

#endif /* DMAFP_RUN_MACHINE_H */
