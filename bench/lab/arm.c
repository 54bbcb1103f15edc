// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "lab/arm.h"

const struct dmafp_arm dmafp_arms[] = {
	{ "base", NULL, false },
	{ "patched", "deferred-attach-lock.patch", true },
	{ "always-lock", "always-lock.patch", false },
	{ "placebo", "placebo.patch", false },
	{ 0 },
};

const char *const dmafp_arm_names[] = { "base", "patched", "always-lock", "placebo", NULL };

int dmafp_arm_load_patches(const struct dmafp_arm *arm, const char *dir,
			   const char *const *user, size_t nr_user,
			   struct dmafp_patch **patches, size_t *nr,
			   struct dmafp_err *err)
{
	char *bundled = NULL;
	int ret = 0;

	*patches = NULL;
	*nr = 0;
	if (!arm->patch)
		return 0;
	if (!arm->replaceable || !nr_user) {
		bundled = dmafp_path("%s/%s", dir, arm->patch);
		nr_user = 1;
	}
	*patches = calloc(nr_user, sizeof(**patches));
	if (!*patches)
		abort();
	for (size_t i = 0; !ret && i < nr_user; i++) {
		ret = dmafp_patch_load(&(*patches)[i], bundled ? bundled : user[i], err);
		*nr += !ret;
	}
	free(bundled);
	return ret;
}
