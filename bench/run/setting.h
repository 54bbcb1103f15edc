/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --set KEY=VALUE: one key of a profile, given on the command line. */
#ifndef DMAFP_RUN_SETTING_H
#define DMAFP_RUN_SETTING_H

#include "base/err.h"
#include "run/layer.h"

/**
 * dmafp_setting_put() - take one setting
 * @layer: what it goes over
 * @text: "section.key=value", or "key=value" where no other section has that key
 * @err: filled on failure, as for a line of a file: "--set KEY=VALUE: ..."
 *
 * The keys of [profile] are what a file says of itself; they cannot be set.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_setting_put(struct dmafp_layer *layer, const char *text, struct dmafp_err *err);

/**
 * dmafp_setting_label() - @before with " --set TEXT" behind it, quoted for a shell
 *
 * Return: a malloc()ed string.
 */
char *dmafp_setting_label(const char *before, const char *text);

#endif /* DMAFP_RUN_SETTING_H */
