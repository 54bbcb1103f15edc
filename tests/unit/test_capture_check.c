// SPDX-License-Identifier: GPL-2.0-or-later
/* What is asked before a machine is crashed on purpose. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "campaign/capture_check.h"
#include "tree.h"

#define PCI   "0000:00:04.0"
#define ALIAS "pci:v00001B36d00000010sv00001AF4sd00001100bc01sc08i02"

static struct dmafp_err err;

static struct dmafp_profile *with(const char *set)
{
	const char *const items[] = { set };
	const struct dmafp_sets sets = { items, set ? 1 : 0 };
	struct dmafp_profile *profile = dmafp_profile_load_with(
		DMAFP_SOURCE_DIR "/configs/profiles/quick.ini", &sets, &err);

	if (!profile)
		fail_msg("%s", err.msg);
	return profile;
}

static void refused(const char *set, const char *why, const char *todo)
{
	struct dmafp_profile *profile = with(set);

	if (!dmafp_capture_check_profile(profile, &err))
		fail_msg("%s is taken", set);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_non_null(strstr(err.msg, why));
	assert_non_null(strstr(err.msg, todo));
	dmafp_profile_free(profile);
}

static void taken(const char *set)
{
	struct dmafp_profile *profile = with(set);

	if (dmafp_capture_check_profile(profile, &err))
		fail_msg("%s: %s", set, err.msg);
	dmafp_profile_free(profile);
}

static void profiles(void **state)
{
	(void)state;
	refused("traffic.tools=fio", "neither fio nor", "--set traffic.tools=none");
	refused("attach.race_cpus=0,1", "nothing races", "--set attach.race_cpus=none");
	refused("scaling.threads=1,2", "has one CPU", "--set scaling.threads=none");
	taken("traffic.tools=none");
	taken("attach.race_cpus=none");
	/* as many as there are: one */
	taken("scaling.threads=1,all");
	taken("run.cpus=2");
	taken(NULL);
}

/* The capture kernel has CPU 0, whatever the arm was measured on. */
static void sets_are(const char *set, size_t nr)
{
	struct dmafp_profile *profile = with(set);
	struct dmafp_sets sets = dmafp_capture_sets(profile);

	assert_int_equal(sets.nr, nr);
	dmafp_profile_free(profile);
	if (!nr)
		return;
	profile = dmafp_profile_load_with(DMAFP_SOURCE_DIR "/configs/profiles/quick.ini",
					  &sets, &err);
	assert_non_null(profile);
	assert_int_equal(profile->run.cpus.numbers.nr, 1);
	assert_int_equal(profile->run.cpus.numbers.items[0], 0);
	dmafp_profile_free(profile);
}

static void cpus(void **state)
{
	(void)state;
	sets_are(NULL, 0);
	sets_are("run.cpus=all", 0);
	sets_are("run.cpus=2", 1);
	sets_are("run.cpus=0,2-3", 1);
	sets_are("run.cpus=node:1", 1);
	sets_are("run.cpus=0,node:1", 1);
}

static void fake_modprobe(const char *says)
{
	char *fake = tree_path("fake"), *modprobe = tree_path("fake/modprobe");
	char *script = dmafp_path("#!/bin/sh\n[ \"$*\" = '-S 6.12-x --show-depends " ALIAS
				  "' ] || exit 1\nprintf '%s'\n",
				  says);

	tree_put("fake/modprobe", script);
	assert_int_equal(chmod(modprobe, 0755), 0);
	setenv("PATH", fake, 1);
	free(script);
	free(modprobe);
	free(fake);
}

static int driver_of(const char *release, const char *says)
{
	char *sysfs = tree_path("sys");
	int ret;

	fake_modprobe(says);
	ret = dmafp_capture_check_driver(sysfs, release, PCI, &err);
	free(sysfs);
	return ret;
}

static void drivers(void **state)
{
	(void)state;
	tree_put("sys/bus/pci/devices/" PCI "/modalias", ALIAS "\n");
	tree_link("fake/sh", "/bin/sh");
	assert_int_equal(
		driver_of("6.12-x", "insmod /a/nvme-core.ko \\ninsmod /a/nvme.ko \\n"), 0);
	/* it needs something that is built in, which is no matter */
	assert_int_equal(driver_of("6.12-x", "builtin crc\\ninsmod /a/nvme.ko \\n"), 0);
	assert_int_equal(driver_of("6.12-x", "builtin nvme\\n"), -ENOTSUP);
	assert_non_null(strstr(err.msg, "keeps " PCI " from its driver, but nvme is built into "
					"6.12-x"));
	assert_int_equal(driver_of("6.12-x", "insmod /a/nvme-core.ko \\nbuiltin nvme\\n"),
			 -ENOTSUP);
	/* nobody knows */
	assert_int_equal(driver_of("6.12-x", ""), 0);
	assert_int_equal(driver_of("6.13-y", "builtin nvme\\n"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles),
		cmocka_unit_test(cpus),
		cmocka_unit_test(drivers),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
