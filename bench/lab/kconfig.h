/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's configuration: composed, and checked to have been accepted. */
#ifndef DMAFP_LAB_KCONFIG_H
#define DMAFP_LAB_KCONFIG_H

#include <stdbool.h>

#include "base/file.h"

/**
 * dmafp_kconfig_compose() - the text that goes into a kernel's configuration
 * @user: the user's file, whole or fragment; NULL: default.config
 * @config_dir: folder of default.config and required.config
 * @whole: out: the user's file is a whole .config, to be completed by
 *	olddefconfig rather than laid over an empty one
 * @err: filled on failure
 *
 * The lab's required options come last and win.
 *
 * Return: malloc()ed text, or NULL.
 */
char *dmafp_kconfig_compose(const char *user, const char *config_dir, bool *whole,
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
