// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/kernel_option.h"
#include "analysis/lines.h"
#include "base/alloc.h"
#include "base/file.h"
#include "campaign/kernel_config.h"

/* What an arm may be booted for; and how the next boot is begun from there */
enum use {
	ANY = 1,
	DEFERRED = 2, /* keyed and kdump */
	CRASH = 4,    /* kdump */
	KEXEC = 8,
};

/* An option without which an arm does not do what it is booted for */
static const struct need {
	const char *name;
	unsigned int uses; /* enum use */
	const char *why;
} needs[] = {
	{ "KPROBES", ANY, "the module finds the kernel's functions by them" },
	{ "CRASH_DUMP", DEFERRED, "no attach is deferred without" },
	{ "KEXEC_FILE", CRASH | KEXEC, "it can load no kernel" },
	{ "MAGIC_SYSRQ", CRASH, "it cannot be made to crash" },
	{ "RELOCATABLE", CRASH, "it cannot be its own capture kernel" },
	{ "BLK_DEV_INITRD", CRASH, "as a capture kernel it has no initramfs" },
};

static unsigned int uses_of(const struct dmafp_campaign *campaign)
{
	return ANY | (campaign->keyed ? DEFERRED : 0) |
	       (campaign->kdump ? DEFERRED | CRASH : 0) |
	       (strcmp(campaign->reboot, "kexec") ? 0 : KEXEC);
}

static char *read_one(char *path)
{
	struct dmafp_err ignored;
	char *text = dmafp_file_exists(path) ? dmafp_file_read(path, NULL, &ignored) : NULL;

	free(path);
	return text;
}

char *dmafp_kernel_config_of(const char *kernel, const char *release)
{
	const char *slash = strrchr(kernel, '/');
	int folder = slash ? (int)(slash - kernel) + 1 : 0;

	return read_one(dmafp_path("%.*sconfig-%s", folder, kernel, release))
		       ?: read_one(dmafp_path("%.*sconfig", folder, kernel))
		       ?: read_one(dmafp_path("/boot/config-%s", release));
}

static void find_missing(const struct dmafp_campaign *campaign, const char *arm,
			 const char *text, struct dmafp_lines *wrong)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		char *value = dmafp_kernel_option_find(text, needs[i].name);

		if ((needs[i].uses & uses_of(campaign)) && !strcmp(value, "n"))
			dmafp_lines_add(wrong, "arm %s: CONFIG_%s is off (%s)", arm,
					needs[i].name, needs[i].why);
		free(value);
	}
}

/* What the report would make of a result of that kernel */
static struct dmafp_result *imagine(const struct dmafp_campaign *campaign,
				    const struct dmafp_campaign_arm *arm, const char *text)
{
	struct dmafp_result *result = dmafp_alloc(1, sizeof(*result));

	result->kernel.command_line =
		dmafp_path("%s %s", campaign->cmdline, arm->append ?: "");
	dmafp_kernel_options_read(text, result);
	return result;
}

static void find_invalidating(const struct dmafp_result *result, const char *arm,
			      struct dmafp_lines *wrong)
{
	for (const struct dmafp_option_rule *rule = dmafp_option_rules; rule->name; rule++)
		if (dmafp_kernel_option_invalidates(rule, result))
			dmafp_lines_add(wrong, "arm %s: CONFIG_%s is on (%s)", arm,
					rule->name, rule->why);
}

static void find_other(const struct dmafp_result *first, const char *first_arm,
		       const struct dmafp_result *result, const char *arm,
		       struct dmafp_lines *wrong)
{
	for (const struct dmafp_option_rule *rule = dmafp_option_rules; rule->name; rule++) {
		const char *value = dmafp_kernel_option(result, rule->name);
		const char *expected = dmafp_kernel_option(first, rule->name);

		if (strcmp(value, expected))
			dmafp_lines_add(wrong,
					"arm %s: CONFIG_%s is %s, in %s it is %s (%s)", arm,
					rule->name, value, first_arm, expected, rule->why);
	}
}

static int complain(const struct dmafp_lines *wrong, struct dmafp_err *err)
{
	char *list;
	int ret;

	if (!wrong->nr)
		return 0;
	list = dmafp_lines_join(wrong, "\n  ");
	ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			    "no verdict would come of these kernels; build all arms with one "
			    "configuration, fit to measure on, or say --force:\n  %s",
			    list);
	free(list);
	return ret;
}

int dmafp_kernel_configs_check(const struct dmafp_campaign *campaign,
			       const char *const *texts, struct dmafp_err *err)
{
	struct dmafp_result *first = NULL;
	const char *first_arm = NULL;
	struct dmafp_lines wrong = { 0 };
	int ret;

	for (size_t i = 0; i < campaign->nr_arms; i++) {
		const struct dmafp_campaign_arm *arm = &campaign->arms[i];
		struct dmafp_result *result;

		if (!texts[i])
			continue;
		result = imagine(campaign, arm, texts[i]);
		find_missing(campaign, arm->name, texts[i], &wrong);
		find_invalidating(result, arm->name, &wrong);
		if (first) {
			find_other(first, first_arm, result, arm->name, &wrong);
			dmafp_result_free(result);
		} else {
			first = result;
			first_arm = arm->name;
		}
	}
	dmafp_result_free(first);
	ret = complain(&wrong, err);
	dmafp_lines_free(&wrong);
	return ret;
}
