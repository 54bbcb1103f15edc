// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/look.h"
#include "base/alloc.h"
#include "base/file.h"
#include "run/provenance.h"

const struct dmafp_subject dmafp_subjects[] = {
	{ "run", "What a run needs", dmafp_checks_run },
	{ "device", "Devices", dmafp_checks_device },
	{ "iommu", "DMA and IOMMU", dmafp_checks_iommu },
	{ "kernel", "The kernel's configuration", dmafp_checks_kernel },
	{ "lock", "What locks a kernel down", dmafp_checks_lock },
	{ "tracing", "Who else looks at the kernel", dmafp_checks_tracing },
	{ "cpu", "The CPU and its clock", dmafp_checks_cpu },
	{ "power", "Frequency and idling", dmafp_checks_power },
	{ "quiet", "What runs beside", dmafp_checks_quiet },
	{ "tool", "Tools", dmafp_checks_tool },
	{ 0 }
};

static void find_cpus(struct dmafp_audit *audit)
{
	const struct dmafp_audit_scope *scope = audit->scope;
	char *online = dmafp_look_text(audit, "/sys/devices/system/cpu/online");
	size_t i;

	/* without sysfs: as many as procfs knows */
	if (!online || dmafp_cpulist_parse(online, &audit->online))
		for (i = 0; i < audit->machine->machine.nr_cpus; i++)
			dmafp_cpulist_add(&audit->online, (uint32_t)i);
	free(online);
	if (!scope->nr_cpus)
		audit->cpus = audit->online;
	for (i = 0; i < scope->nr_cpus; i++)
		dmafp_cpulist_add(&audit->cpus, scope->cpus[i]);
}

static void prepare(struct dmafp_audit *audit)
{
	char *sysfs = dmafp_path("%s/sys", audit->root);
	struct dmafp_err err;

	audit->machine = dmafp_result_new();
	dmafp_provenance_fill(audit->root, audit->machine);
	audit->config =
		dmafp_provenance_config(audit->root, audit->machine->kernel.release, NULL);
	audit->cpuinfo = dmafp_look_text(audit, "/proc/cpuinfo");
	if (!audit->cpuinfo)
		audit->cpuinfo = dmafp_alloc_string("");
	find_cpus(audit);
	/* what cannot be listed is as if it were not there, and then none can be taken */
	if (dmafp_device_list_read(sysfs, &audit->devices, &err))
		dmafp_device_list_release(&audit->devices);
	free(sysfs);
}

static void finish(struct dmafp_audit *audit)
{
	dmafp_device_list_release(&audit->devices);
	dmafp_result_free(audit->machine);
	free(audit->cpuinfo);
	free(audit->config);
}

static void look(struct dmafp_audit *audit, const struct dmafp_check *check)
{
	size_t before = audit->findings->nr;

	audit->check = check;
	check->look(audit);
	/* nothing passes in silence */
	if (audit->findings->nr == before)
		dmafp_say_unread(audit, "the check says nothing");
}

void dmafp_audit_run(const struct dmafp_audit_scope *scope, struct dmafp_findings *findings)
{
	struct dmafp_audit audit = {
		.scope = scope,
		.root = scope->root ? scope->root : "",
		.findings = findings,
	};
	const struct dmafp_subject *subject;
	const struct dmafp_check *check;

	*findings = (struct dmafp_findings) { 0 };
	prepare(&audit);
	for (subject = dmafp_subjects; subject->name; subject++)
		for (check = subject->checks; check->name; check++)
			if (!scope->no_devices || subject->checks != dmafp_checks_device)
				look(&audit, check);
	finish(&audit);
}

void dmafp_findings_free(struct dmafp_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->nr; i++) {
		free(findings->items[i].reading);
		free(findings->items[i].command);
	}
	free(findings->items);
	*findings = (struct dmafp_findings) { 0 };
}

size_t dmafp_findings_count(const struct dmafp_findings *findings,
			    enum dmafp_finding_class class)
{
	size_t i, nr = 0;

	for (i = 0; i < findings->nr; i++)
		nr += findings->items[i].class == class;
	return nr;
}

void dmafp_findings_keep(const struct dmafp_findings *findings, struct dmafp_result *result)
{
	size_t i, nr = 0;

	for (i = 0; i < findings->nr; i++) {
		const struct dmafp_finding *from = &findings->items[i];

		if (from->class == DMAFP_FINDING_GOOD)
			continue;
		result->machine.findings = dmafp_alloc_grow(
			result->machine.findings, nr, sizeof(*result->machine.findings));
		result->machine.findings[nr++] = (struct dmafp_finding_result) {
			.check = dmafp_alloc_string(from->check->name),
			.class = from->class,
			.reading = dmafp_alloc_string(from->reading),
		};
	}
	result->machine.nr_findings = nr;
}
