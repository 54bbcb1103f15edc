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

bool dmafp_arm_is_bundled(const struct dmafp_arm *arm, size_t nr_user)
{
	return arm->patch && !(arm->replaceable && nr_user);
}

/* The patch made for this version, or else the one for any. */
static char *bundled_path(const struct dmafp_arm *arm, const char *dir, const char *version)
{
	char *path = dmafp_path("%s/%s/%s", dir, version, arm->patch);

	if (dmafp_file_exists(path))
		return path;
	free(path);
	return dmafp_path("%s/%s", dir, arm->patch);
}

int dmafp_arm_load_patches(const struct dmafp_arm *arm, const char *dir, const char *version,
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
	if (dmafp_arm_is_bundled(arm, nr_user)) {
		bundled = bundled_path(arm, dir, version);
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
