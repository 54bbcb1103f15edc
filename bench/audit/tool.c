// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that some profiles and commands run. */
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"
#include "base/alloc.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static void look_program(struct dmafp_audit *audit, const char *program)
{
	const char *path = getenv("PATH");
	char *copy = dmafp_alloc_string(path ? path : DEFAULT_PATH), *dir, *rest;
	const char *found = NULL;

	for (dir = strtok_r(copy, ":", &rest); dir && !found;
	     dir = strtok_r(NULL, ":", &rest))
		if (dmafp_look_exists(audit, "%s/%s", dir, program))
			found = dir;
	if (found)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "%s/%s", found, program);
	else
		dmafp_say(audit, DMAFP_FINDING_RECORDS, "there is no %s in PATH", program);
	free(copy);
}

static void look_by_name(struct dmafp_audit *audit)
{
	look_program(audit, audit->check->name);
}

static void look_qemu(struct dmafp_audit *audit)
{
	look_program(audit, "qemu-system-x86_64");
}

const struct dmafp_check dmafp_checks_tool[] = {
	{ "fio", DMAFP_FINDING_RECORDS, "PATH", "profiles with traffic of disks need it",
	  "apt install fio", look_by_name },
	{ "perf", DMAFP_FINDING_RECORDS, "PATH", "profiles that sample need it",
	  "apt install linux-perf", look_by_name },
	{ "numactl", DMAFP_FINDING_RECORDS, "PATH",
	  "'numactl -H' shows what nodes there are", "apt install numactl", look_by_name },
	{ "qemu", DMAFP_FINDING_RECORDS, "PATH", "the lab runs its kernels in it",
	  "apt install qemu-system-x86", look_qemu },
	{ 0 }
};
