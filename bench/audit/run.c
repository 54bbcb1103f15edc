// SPDX-License-Identifier: GPL-2.0-or-later
/* What a run needs: to be root, CPUs, and the module. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"
#include "run/provenance.h"

#define ONLINE "/sys/devices/system/cpu/online"

/* "Uid: real effective saved filesystem" */
static void look_root(struct dmafp_audit *audit)
{
	char *status = dmafp_look_text(audit, "/proc/self/status");
	char *uids = status ? dmafp_provenance_field(status, "Uid") : NULL;
	unsigned int real, effective;

	if (!uids || sscanf(uids, "%u %u", &real, &effective) != 2)
		dmafp_say_unread(audit, "no Uid in /proc/self/status");
	else if (effective)
		dmafp_say(audit, DMAFP_FINDING_BLOCKS, "user %u, not root", effective);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "root");
	free(uids);
	free(status);
}

static void look_cpus(struct dmafp_audit *audit)
{
	struct dmafp_cpulist absent = audit->cpus;
	char *cpus = dmafp_cpulist_text(&audit->cpus), *list, command[80];

	dmafp_cpulist_remove(&absent, &audit->online);
	list = dmafp_cpulist_text(&absent);
	snprintf(command, sizeof(command), "echo 1 > /sys/devices/system/cpu/cpu%u/online",
		 dmafp_cpulist_next(&absent, 0));
	if (!dmafp_look_exists(audit, ONLINE))
		dmafp_say_unread(audit, ONLINE);
	else if (*list)
		dmafp_say_command(audit, DMAFP_FINDING_BLOCKS, command,
				  "of CPUs %s, %s are not online", cpus, list);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD,
			  "CPUs %s shall measure, and are online", cpus);
	free(list);
	free(cpus);
}

/* A file of this kernel's modules, where DKMS and modules_install put it */
static char *find_module(const struct dmafp_audit *audit)
{
	static const char *const folders[] = { "updates/dkms", "updates", "extra", "misc" };
	const char *release = audit->machine->kernel.release;
	struct dmafp_lines names;
	char pattern[256], *found = NULL;
	size_t i;

	for (i = 0; release && !found && i < sizeof(folders) / sizeof(*folders); i++) {
		snprintf(pattern, sizeof(pattern), "/lib/modules/%s/%s/dmafp.ko*",
			 release, folders[i]);
		dmafp_look_names(audit, pattern, &names);
		if (names.nr)
			found = strdup(names.items[0]);
		dmafp_lines_free(&names);
	}
	return found;
}

static bool can_build(const struct dmafp_audit *audit)
{
	return dmafp_look_exists(audit, "/lib/modules/%s/build/Makefile",
				 audit->machine->kernel.release ?: "");
}

static void look_module(struct dmafp_audit *audit)
{
	char *found = find_module(audit), *modules = dmafp_look_option(audit, "MODULES");
	unsigned long disabled = 0;

	if (dmafp_look_exists(audit, "/sys/module/dmafp"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "loaded");
	else if (modules && strcmp(modules, "y"))
		dmafp_say_command(audit, DMAFP_FINDING_BLOCKS,
				  "./scripts/config -e MODULES",
				  "the kernel has no modules at all");
	else if (dmafp_look_number(audit, &disabled, "/proc/sys/kernel/modules_disabled") &&
		 disabled)
		dmafp_say_command(audit, DMAFP_FINDING_BLOCKS, "reboot",
				  "loading is switched off until the next boot");
	else if (found)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "not loaded, and there as %s", found);
	else if (can_build(audit))
		dmafp_say(audit, DMAFP_FINDING_RECORDS,
			  "not installed for this kernel; 'dmafp run --module' takes any file");
	else
		dmafp_say_command(
			audit, DMAFP_FINDING_BLOCKS,
			"apt install linux-headers-$(uname -r)",
			"not installed for this kernel, nor are headers to build it");
	free(modules);
	free(found);
}

static void look_headers(struct dmafp_audit *audit)
{
	const char *release = audit->machine->kernel.release;

	if (can_build(audit))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "/lib/modules/%s/build", release);
	else
		dmafp_say(audit, DMAFP_FINDING_RECORDS, "there is no /lib/modules/%s/build",
			  release ? release : "RELEASE");
}

const struct dmafp_check dmafp_checks_run[] = {
	{ "root", DMAFP_FINDING_BLOCKS, "/proc/self/status",
	  "binding a device and asking the module need root; many checks do, too",
	  "sudo dmafp ...", look_root },
	{ "cpus", DMAFP_FINDING_BLOCKS, ONLINE, "a worker is bound to its CPU", NULL,
	  look_cpus },
	{ "module", DMAFP_FINDING_BLOCKS, "/sys/module/dmafp, /lib/modules/RELEASE",
	  "the module makes the calls that are measured",
	  "cmake --build build --target kmod", look_module },
	{ "headers", DMAFP_FINDING_RECORDS, "/lib/modules/RELEASE/build",
	  "the module is built against them", "apt install linux-headers-$(uname -r)",
	  look_headers },
	{ 0 }
};
