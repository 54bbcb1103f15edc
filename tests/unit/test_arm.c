// SPDX-License-Identifier: GPL-2.0-or-later
/* Arms: the bundled patch that belongs to a version, or the user's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/arm.h"

#define DIR DMAFP_SOURCE_DIR "/configs/patches"

static const struct dmafp_arm *arm_of(const char *name)
{
	const struct dmafp_arm *arm = dmafp_arms;

	while (strcmp(arm->name, name))
		arm++;
	return arm;
}

/* The diff of the arm's one patch; free() it */
static char *diff_of(const char *arm, const char *version)
{
	struct dmafp_patch *patches;
	struct dmafp_err err;
	char *diff;
	size_t nr;

	if (dmafp_arm_load_patches(arm_of(arm), DIR, version, NULL, 0, &patches, &nr, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(nr, 1);
	diff = strdup(patches[0].diff);
	dmafp_patch_end(&patches[0]);
	free(patches);
	return diff;
}

static void a_version_has_its_own_patches(void **state)
{
	static const char *const names[] = { "patched", "always-lock", "placebo" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *old = diff_of(names[i], "6.1"), *new = diff_of(names[i], "6.12");
		char *other = diff_of(names[i], "6.13");

		/* what only one of them has: the driver's op, the core's flag */
		assert_non_null(strstr(old, "iommu_is_attach_deferred(dev)"));
		assert_null(strstr(old, "guard("));
		assert_non_null(strstr(new, "dev->iommu->attach_deferred"));
		/* a version without its own takes the plain ones */
		assert_string_equal(new, other);
		free(old);
		free(new);
		free(other);
	}
}

static void only_the_patch_under_test_is_replaced(void **state)
{
	(void)state;
	assert_false(dmafp_arm_is_bundled(arm_of("base"), 0));
	assert_false(dmafp_arm_is_bundled(arm_of("patched"), 1));
	assert_true(dmafp_arm_is_bundled(arm_of("patched"), 0));
	assert_true(dmafp_arm_is_bundled(arm_of("always-lock"), 1));
	assert_true(dmafp_arm_is_bundled(arm_of("placebo"), 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_has_its_own_patches),
		cmocka_unit_test(only_the_patch_under_test_is_replaced),
	};

	return cmocka_run_group_tests_name("arm", tests, NULL, NULL);
}
