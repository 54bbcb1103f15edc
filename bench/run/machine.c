// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/cpulist.h"
#include "run/machine.h"

/* All CPUs that the plan's workers are on */
static void add_cpus(const struct dmafp_plan *plan, struct dmafp_cpulist *set)
{
	size_t i, j;

	for (i = 0; i < plan->first.nr_cpus; i++)
		dmafp_cpulist_add(set, plan->first.cpus[i]);
	for (i = 0; i < plan->nr_cells; i++)
		for (j = 0; j < plan->cells[i].nr_cpus; j++)
			dmafp_cpulist_add(set, plan->cells[i].cpus[j]);
}

int dmafp_machine_begin(struct dmafp_machine *machine,
			const struct dmafp_run_options *options,
			struct dmafp_plan *const *plans, struct dmafp_err *err)
{
	struct dmafp_tune_options tuning = {
		.state = options->tune_state,
		.note = options->note,
		.ctx = options->ctx,
	};
	struct dmafp_cpulist set = { 0 };
	struct dmafp_err ignored;
	uint32_t *cpus;
	int ret;

	*machine = (struct dmafp_machine) { 0 };
	if (!options->tune) {
		/* but not what the user wants to last */
		tuning.lasting = true;
		if (dmafp_tune_restore(&tuning, &ignored) && options->note)
			options->note(options->ctx, ignored.msg);
		return 0;
	}
	for (; *plans; plans++)
		add_cpus(*plans, &set);
	tuning.cpus = cpus = dmafp_cpulist_numbers(&set, &tuning.nr_cpus);
	ret = dmafp_tune_begin(&machine->tune, &tuning, err);
	machine->tuned = !ret;
	free(cpus);
	return ret;
}

void dmafp_machine_end(struct dmafp_machine *machine)
{
	const struct dmafp_tune_options *options = &machine->tune.options;
	struct dmafp_err err;

	if (machine->tuned && dmafp_tune_end(&machine->tune, &err) && options->note)
		options->note(options->ctx, err.msg);
	machine->tuned = false;
}

void dmafp_machine_audit(const struct dmafp_pci_device *device,
			 const struct dmafp_plan *plan, struct dmafp_result *result)
{
	const char *const devices[] = { device ? device->pci : NULL };
	struct dmafp_audit_scope scope = {
		.devices = devices,
		.nr_devices = 1,
		.no_devices = !device,
	};
	struct dmafp_cpulist set = { 0 };
	struct dmafp_findings findings;
	uint32_t *cpus;

	add_cpus(plan, &set);
	scope.cpus = cpus = dmafp_cpulist_numbers(&set, &scope.nr_cpus);
	dmafp_audit_run(&scope, &findings);
	dmafp_findings_keep(&findings, result);
	dmafp_findings_free(&findings);
	free(cpus);
}
