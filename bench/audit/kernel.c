// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel was built with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/kernel_option.h"
#include "audit/look.h"
#include "base/file.h"

static void look_config(struct dmafp_audit *audit)
{
	if (audit->config)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "known");
	else
		dmafp_say_unread(audit, "neither /proc/config.gz nor /boot/config-%s",
				 audit->machine->kernel.release
					 ? audit->machine->kernel.release
					 : "RELEASE");
}

static void look_invalidating(struct dmafp_audit *audit)
{
	const struct dmafp_option_rule *rule;
	size_t nr = 0;

	if (!audit->config) {
		dmafp_say_unread(audit, "the configuration is not known");
		return;
	}
	for (rule = dmafp_option_rules; rule->name; rule++) {
		char *command;

		if (!dmafp_kernel_option_invalidates(rule, audit->machine))
			continue;
		nr++;
		command = dmafp_path("./scripts/config -d %s", rule->name);
		dmafp_say_command(audit, DMAFP_FINDING_BLOCKS, command,
				  "CONFIG_%s is on: %s", rule->name, rule->why);
		free(command);
	}
	if (!nr)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none is on");
}

static void look_needed(struct dmafp_audit *audit, const char *name,
			enum dmafp_finding_class missing)
{
	char *value = dmafp_look_option(audit, name), *command;

	if (!value) {
		dmafp_say_unread(audit, "the configuration is not known");
		return;
	}
	command = dmafp_path("./scripts/config -e %s", name);
	if (!strcmp(value, "n"))
		dmafp_say_command(audit, missing, command, "CONFIG_%s is not set", name);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "CONFIG_%s=%s", name, value);
	free(command);
	free(value);
}

static void look_kprobes(struct dmafp_audit *audit)
{
	look_needed(audit, "KPROBES", DMAFP_FINDING_BLOCKS);
}

static void look_kexec(struct dmafp_audit *audit)
{
	look_needed(audit, "KEXEC_FILE", DMAFP_FINDING_RECORDS);
}

static void look_crash_dump(struct dmafp_audit *audit)
{
	look_needed(audit, "CRASH_DUMP", DMAFP_FINDING_RECORDS);
}

static void look_vmcore(struct dmafp_audit *audit)
{
	look_needed(audit, "PROC_VMCORE", DMAFP_FINDING_RECORDS);
}

static void look_crashkernel(struct dmafp_audit *audit)
{
	unsigned long size;

	if (dmafp_look_exists(audit, "/proc/vmcore"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "this is a capture kernel");
	else if (!dmafp_look_number(audit, &size, "/sys/kernel/kexec_crash_size"))
		dmafp_say_unread(audit, "/sys/kernel/kexec_crash_size");
	else if (size)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "%lu MiB", size >> 20);
	else
		dmafp_say(audit, DMAFP_FINDING_RECORDS, "no memory is reserved");
}

const struct dmafp_check dmafp_checks_kernel[] = {
	{ "kernel-config", DMAFP_FINDING_RECORDS, "/proc/config.gz, /boot/config-RELEASE",
	  "without it nobody can say what is compiled in", NULL, look_config },
	{ "invalidating-options", DMAFP_FINDING_BLOCKS, "the configuration, /proc/cmdline",
	  "what is measured is the debugging aid", NULL, look_invalidating },
	{ "kprobes-option", DMAFP_FINDING_BLOCKS, "the configuration",
	  "the module finds functions and counts calls by kprobes", NULL, look_kprobes },
	{ "crash-dump-option", DMAFP_FINDING_RECORDS, "the configuration",
	  "modes keyed and kdump need it: the static key follows is_kdump_kernel()", NULL,
	  look_crash_dump },
	{ "kexec-option", DMAFP_FINDING_RECORDS, "the configuration",
	  "mode kdump loads its capture kernel by kexec_file_load()", NULL, look_kexec },
	{ "vmcore-option", DMAFP_FINDING_RECORDS, "the configuration",
	  "mode kdump is known by /proc/vmcore", NULL, look_vmcore },
	{ "crashkernel", DMAFP_FINDING_RECORDS, "/sys/kernel/kexec_crash_size",
	  "mode kdump needs memory for the capture kernel", "boot with crashkernel=512M",
	  look_crashkernel },
	{ 0 }
};
