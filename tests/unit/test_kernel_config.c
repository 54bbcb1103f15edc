// SPDX-License-Identifier: GPL-2.0-or-later
/* What of the arms' configurations ends a campaign before it begins. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaign/kernel_config.h"
#include "tree.h"

#define KEYED "CONFIG_KPROBES=y\nCONFIG_CRASH_DUMP=y\n"
#define KDUMP \
	KEYED \
	"CONFIG_KEXEC_FILE=y\nCONFIG_MAGIC_SYSRQ=y\nCONFIG_RELOCATABLE=y\nCONFIG_BLK_DEV_INITRD=y\n"
#define FIT KDUMP "CONFIG_HZ=250\n"

static struct dmafp_campaign_arm arms[] = { { .name = "base" }, { .name = "patched" } };

static struct dmafp_campaign campaign = {
	.cmdline = "root=/dev/sda1",
	.arms = arms,
	.nr_arms = 2,
};

static int check(const char *base, const char *patched, struct dmafp_err *err)
{
	const char *const texts[] = { base, patched };

	*err = (struct dmafp_err) { 0 };
	return dmafp_kernel_configs_check(&campaign, texts, err);
}

static void accepts(const char *base, const char *patched)
{
	struct dmafp_err err;
	int ret = check(base, patched, &err);

	if (ret)
		print_error("%s\n", err.msg);
	assert_int_equal(ret, 0);
}

static void refuses(const char *base, const char *patched, const char *words)
{
	struct dmafp_err err;

	assert_int_equal(check(base, patched, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	if (!strstr(err.msg, words))
		print_error("'%s' is not in: %s\n", words, err.msg);
	assert_non_null(strstr(err.msg, words));
}

static int every_mode(void **state)
{
	(void)state;
	campaign.plain = campaign.keyed = campaign.kdump = true;
	campaign.reboot = "kexec";
	arms[1].append = NULL;
	return 0;
}

static void takes_what_is_fit(void **state)
{
	(void)state;
	accepts(FIT, FIT);
	accepts(FIT, NULL);
	accepts(NULL, NULL);
}

/* A mode, and a way to reboot, ask for no more than they need. */
static void wants_what_is_needed(void **state)
{
	static const char keyed[] = KEYED "CONFIG_HZ=250\n";
	static const char plain[] =
		"CONFIG_KPROBES=y\nCONFIG_HZ=250\n# CONFIG_CRASH_DUMP is not set\n";

	(void)state;
	refuses(FIT, keyed, "arm patched: CONFIG_KEXEC_FILE is off");
	refuses(FIT, keyed, "arm patched: CONFIG_MAGIC_SYSRQ is off");
	refuses(FIT, keyed, "arm patched: CONFIG_RELOCATABLE is off");
	refuses(FIT, keyed, "arm patched: CONFIG_BLK_DEV_INITRD is off");
	campaign.reboot = "grub";
	refuses(FIT, keyed, "arm patched: CONFIG_KEXEC_FILE is off");
	campaign.kdump = false;
	accepts(FIT, keyed);
	campaign.reboot = "kexec";
	refuses(FIT, keyed, "arm patched: CONFIG_KEXEC_FILE is off");
	campaign.reboot = "grub";
	refuses(FIT, plain, "arm patched: CONFIG_CRASH_DUMP is off");
	campaign.keyed = false;
	accepts(FIT, plain);
	refuses(FIT, "CONFIG_HZ=250\n", "arm patched: CONFIG_KPROBES is off");
	campaign.kdump = true;
	refuses(FIT, plain, "arm patched: CONFIG_CRASH_DUMP is off");
}

static void refuses_what_invalidates(void **state)
{
	(void)state;
	refuses(FIT, FIT "CONFIG_KASAN=y\n", "arm patched: CONFIG_KASAN is on");
	refuses(FIT "CONFIG_KASAN=y\n", NULL, "arm base: CONFIG_KASAN is on");
}

/* It waits for a word of the command line, of all arms or of one. */
static void looks_at_the_command_line(void **state)
{
	static const char kfence[] =
		FIT "CONFIG_KFENCE=y\nCONFIG_KFENCE_SAMPLE_INTERVAL=0\n";

	(void)state;
	accepts(kfence, kfence);
	arms[1].append = "kfence.sample_interval=100";
	refuses(kfence, kfence, "arm patched: CONFIG_KFENCE is on");
}

/* All of it is said, also beside one whose configuration is not known. */
static void refuses_other_code(void **state)
{
	static const char other[] = KDUMP "CONFIG_HZ=1000\nCONFIG_PREEMPT=y\n";

	(void)state;
	refuses(FIT, other, "arm patched: CONFIG_HZ is 1000, in base it is 250");
	refuses(FIT, other, "arm patched: CONFIG_PREEMPT is y, in base it is n");
	accepts(NULL, other);
	/* what decides nothing may differ */
	accepts(FIT, FIT "CONFIG_LOCALVERSION=\"-patched\"\n");
}

static void finds_the_file(void **state)
{
	char *kernel = tree_path("a/bzImage"), *text;

	(void)state;
	tree_put("a/bzImage", "");
	assert_null(dmafp_kernel_config_of(kernel, "0-none"));
	tree_put("a/config", "of the folder");
	text = dmafp_kernel_config_of(kernel, "0-none");
	assert_string_equal(text, "of the folder");
	free(text);
	tree_put("a/config-0-none", "of the release");
	text = dmafp_kernel_config_of(kernel, "0-none");
	assert_string_equal(text, "of the release");
	free(text);
	free(kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(takes_what_is_fit, every_mode),
		cmocka_unit_test_setup(wants_what_is_needed, every_mode),
		cmocka_unit_test_setup(refuses_what_invalidates, every_mode),
		cmocka_unit_test_setup(looks_at_the_command_line, every_mode),
		cmocka_unit_test_setup(refuses_other_code, every_mode),
		cmocka_unit_test_setup(finds_the_file, every_mode),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
