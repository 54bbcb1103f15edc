/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's configuration: composed, and checked to have been accepted. */
#ifndef DMAFP_LAB_KCONFIG_H
#define DMAFP_LAB_KCONFIG_H

#include <stdbool.h>

#include "base/file.h"

/**
 * dmafp_kconfig_compose() - the text that goes into a kernel's configuration
 * @user: the user's file, whole or fragment; NULL: default.config
 * @config_dir: folder of default.config, required.config and those of versions
 * @version: of the kernel, such as "6.1"
 * @whole: out: the user's file is a whole .config, to be completed by
 *	olddefconfig rather than laid over an empty one
 * @err: filled on failure
 *
 * The lab's required options come last and win.
 *
 * Return: malloc()ed text, or NULL.
 */
char *dmafp_kconfig_compose(const char *user, const char *config_dir, const char *version,
			    bool *whole, struct dmafp_err *err);

/**
 * dmafp_kconfig_required() - the part of it that the lab itself needs
 * @config_dir: as above
 * @version: as above; what VERSION.config holds, if it is there, is added
 * @err: filled on failure
 *
 * Return: malloc()ed text, or NULL.
 */
char *dmafp_kconfig_required(const char *config_dir, const char *version,
			     struct dmafp_err *err);

/**
 * dmafp_kconfig_check() - did every option that was asked for get through?
 * @asked: text of dmafp_kconfig_compose(), or part of it
 * @config_path: the kernel's .config
 * @err: filled on failure (DMAFP_EXIT_CONFIG, naming the options)
 *
 * The last line of @asked for an option counts.  "is not set" is satisfied by
 * absence.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kconfig_check(const char *asked, const char *config_path,
			struct dmafp_err *err);

#endif /* DMAFP_LAB_KCONFIG_H */
