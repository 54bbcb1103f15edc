// SPDX-License-Identifier: GPL-2.0-or-later
/* One arm of a campaign: what --arm says, and files that change under it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaign/arm.h"
#include "tree.h"

static struct dmafp_err err;

static void drop(struct dmafp_campaign_arm *arm)
{
	char **const members[] = { &arm->name,	      &arm->kernel, &arm->initrd,
				   &arm->module,      &arm->append, &arm->patch,
				   &arm->patch_sha256 };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		free(*members[i]);
		*members[i] = NULL;
	}
}

/* Its "%s" are the tree. */
static int parse(struct dmafp_campaign_arm *arm, const char *fmt)
{
	char *text = strdup(""), *copy = strdup(fmt), *rest = copy;
	int ret;

	while (rest) {
		char *at = strstr(rest, "%s"), *more;

		if (at)
			*at = '\0';
		more = dmafp_path("%s%s%s", text, rest, at ? tree : "");
		free(text);
		text = more;
		rest = at ? at + strlen("%s") : NULL;
	}
	ret = dmafp_campaign_arm_parse(arm, text, &err);
	free(copy);
	free(text);
	return ret;
}

static int make(void **state)
{
	(void)state;
	tree_put("bzImage", "a kernel");
	tree_put("dmafp.ko", "a module");
	return 0;
}

static void commas_in_options(void **state)
{
	struct dmafp_campaign_arm arm = { 0 };
	char *kernel = tree_path("bzImage");

	(void)state;
	assert_int_equal(
		parse(&arm, "base=%s/bzImage,initrd=none,append=a=1,2 b,module=c"), 0);
	assert_string_equal(arm.name, "base");
	assert_string_equal(arm.kernel, kernel);
	assert_null(arm.initrd);
	assert_null(arm.module);
	assert_string_equal(arm.append, "a=1,2 b,module=c");
	drop(&arm);
	free(kernel);
}

static void refused(const char *text, const char *why)
{
	struct dmafp_campaign_arm arm = { 0 };

	if (!parse(&arm, text))
		fail_msg("%s is taken", text);
	if (!strstr(err.msg, why))
		fail_msg("%s: %s", text, err.msg);
	drop(&arm);
}

static void refusals(void **state)
{
	(void)state;
	refused("base", "NAME=KERNEL is wanted");
	refused("Base=%s/bzImage", "small letters");
	refused("=%s/bzImage", "NAME=KERNEL is wanted");
	refused("base=%s/none", "/none: No such file");
	refused("base=6.0.0-none", "cannot find /boot/vmlinuz-6.0.0-none");
	refused("base=%s/bzImage,initrd", "'initrd' is none of");
	refused("base=%s/bzImage,what=1", "'what' is none of initrd=, module=, patch=");
	refused("base=%s/bzImage,module=/none", "cannot find /none");
	refused("base=%s/bzImage,append=a -- b", "neither --");
	refused("base=%s/bzImage,append=dmafp_turn=x", "nor dmafp_turn");
}

static struct dmafp_campaign two_arms(void)
{
	static struct dmafp_campaign_arm arms[2];
	static struct dmafp_campaign_turn turns[] = {
		{ .arm = 1, .name = "001-other-keyed-1" },
		{ .arm = 0, .name = "002-base-keyed-1" },
	};

	assert_int_equal(parse(&arms[0], "base=%s/bzImage,module=%s/dmafp.ko"), 0);
	assert_int_equal(parse(&arms[1], "other=%s/bzImage"), 0);
	return (struct dmafp_campaign) {
		.dir = tree, .arms = arms, .nr_arms = 2, .turns = turns, .nr_turns = 2
	};
}

static void changed(const struct dmafp_campaign *campaign)
{
	assert_int_equal(dmafp_campaign_arm_check_files(campaign, &campaign->arms[0], &err),
			 -ESTALE);
	assert_non_null(strstr(err.msg, "arm base is no longer the one that was measured"));
}

static void unchanged(const struct dmafp_campaign *campaign)
{
	if (dmafp_campaign_arm_check_files(campaign, &campaign->arms[0], &err))
		fail_msg("%s", err.msg);
}

/* One that is rebuilt amid a campaign is noticed before it is booted. */
static void files_change(void **state)
{
	struct dmafp_campaign campaign = two_arms();
	char *check = dmafp_path("sha256sum --quiet -c %s/arms/base.sha256", tree);

	(void)state;
	/* another arm's results are not its own: it may still be mended */
	tree_put("results/001-other-keyed-1/x.json", "");
	unchanged(&campaign);
	tree_put("bzImage", "a kernel, mended");
	unchanged(&campaign);
	tree_put("results/002-base-keyed-1/x.json", "");
	unchanged(&campaign);
	assert_int_equal(system(check), 0);
	tree_put("dmafp.ko", "a modulE");
	changed(&campaign);
	tree_put("dmafp.ko", "a module");
	unchanged(&campaign);
	tree_put("bzImage", "a kernel, rebuilt");
	changed(&campaign);
	assert_int_equal(
		dmafp_campaign_arm_check_files(&campaign, &campaign.arms[1], &err), 0);
	/* a kernel that is gone */
	tree_drop("bzImage");
	assert_int_equal(dmafp_campaign_arm_check_files(&campaign, &campaign.arms[0], &err),
			 -ENOENT);
	free(check);
	drop(&campaign.arms[0]);
	drop(&campaign.arms[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(commas_in_options, make),
		cmocka_unit_test_setup(refusals, make),
		cmocka_unit_test_setup(files_change, make),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
