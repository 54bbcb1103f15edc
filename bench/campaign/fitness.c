// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "analysis/render/wrap.h"
#include "audit/audit.h"
#include "base/alloc.h"
#include "campaign/fitness.h"

void dmafp_campaign_fitness_print(const struct dmafp_campaign *campaign, FILE *out)
{
	const char **devices = dmafp_alloc_list((const char *const *)campaign->devices,
						campaign->nr_devices);
	const struct dmafp_audit_scope scope = { .root = "",
						 .devices = devices,
						 .nr_devices = campaign->nr_devices };
	struct dmafp_findings findings;
	size_t blocks, warns;

	dmafp_audit_run(&scope, &findings);
	blocks = dmafp_findings_count(&findings, DMAFP_FINDING_BLOCKS);
	warns = dmafp_findings_count(&findings, DMAFP_FINDING_WARNS);
	if (blocks)
		fprintf(out,
			"On the kernel that runs now, says dmafp doctor, this blocks; the "
			"arms' may differ:\n");
	for (size_t i = 0; i < findings.nr; i++)
		if (findings.items[i].class == DMAFP_FINDING_BLOCKS)
			dmafp_wrap(out, "  ", "      ", "%s: %s",
				   findings.items[i].check->name,
				   findings.items[i].reading);
	if (warns)
		fprintf(out,
			"What makes figures worse here: %zu findings of dmafp doctor.\n",
			warns);
	dmafp_findings_free(&findings);
	free(devices);
}
