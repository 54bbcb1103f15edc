// SPDX-License-Identifier: GPL-2.0-or-later
/* What keeps a module or a capture kernel from being loaded. */
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"
#include "base/file.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"
#define ENFORCE	 "/sys/module/module/parameters/sig_enforce"
/* EFI_GLOBAL_VARIABLE of the UEFI specification */
#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static bool is_loaded(const struct dmafp_audit *audit)
{
	return dmafp_look_exists(audit, "/sys/module/dmafp");
}

/* "none [integrity] confidentiality"; see kernel_lockdown(7) */
static void look_lockdown(struct dmafp_audit *audit)
{
	char line[256];

	if (!dmafp_look_line(audit, line, LOCKDOWN))
		dmafp_say_unmounted(audit, "securityfs", LOCKDOWN);
	else if (strstr(line, "[confidentiality]"))
		dmafp_say(audit, DMAFP_FINDING_BLOCKS, "confidentiality: no kprobes");
	else if (!strstr(line, "[integrity]"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none");
	else
		dmafp_say(audit,
			  is_loaded(audit) ? DMAFP_FINDING_RECORDS : DMAFP_FINDING_BLOCKS,
			  "integrity: only signed modules and kernels are loaded%s",
			  is_loaded(audit) ? "; the module is" : "");
}

/* Four bytes of attributes, then the value */
static void look_secure_boot(struct dmafp_audit *audit)
{
	char *path = dmafp_path("%s" SECURE_BOOT, audit->root), *data;
	struct dmafp_err err;
	size_t len;

	data = dmafp_file_read(path, &len, &err);
	if (data && len >= 5)
		dmafp_say(audit, data[4] ? DMAFP_FINDING_RECORDS : DMAFP_FINDING_GOOD,
			  data[4] ? "on" : "off");
	else if (dmafp_look_exists(audit, "/sys/firmware/efi"))
		dmafp_say_unread(audit, SECURE_BOOT);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "not booted by EFI");
	free(data);
	free(path);
}

static void look_signing(struct dmafp_audit *audit)
{
	char *force = dmafp_look_option(audit, "MODULE_SIG_FORCE"), line[256];
	bool enforced = dmafp_look_line(audit, line, ENFORCE) && *line == 'Y';

	if ((force && !strcmp(force, "y")) || enforced)
		dmafp_say(audit,
			  is_loaded(audit) ? DMAFP_FINDING_RECORDS : DMAFP_FINDING_BLOCKS,
			  "only signed modules are loaded%s",
			  is_loaded(audit) ? "; this one is" : "");
	else if (force || *line)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "not enforced");
	else
		dmafp_say_unread(audit, "neither the configuration nor " ENFORCE);
	free(force);
}

const struct dmafp_check dmafp_checks_lock[] = {
	{ "lockdown", DMAFP_FINDING_BLOCKS, LOCKDOWN,
	  "a kernel that is locked down takes no unsigned module or capture kernel",
	  "boot without lockdown=, and with Secure Boot off", look_lockdown },
	{ "secure-boot", DMAFP_FINDING_RECORDS, SECURE_BOOT,
	  "it locks the kernels of most distributions down",
	  "mokutil --disable-validation", look_secure_boot },
	{ "module-signing", DMAFP_FINDING_BLOCKS, "the configuration, " ENFORCE,
	  "the module must be signed with a key that the kernel has",
	  "scripts/sign-file sha256 KEY.priv CERT.der dmafp.ko", look_signing },
	{ 0 }
};
