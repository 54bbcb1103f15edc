/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a result comes from: this kernel, this machine, now. */
#ifndef DMAFP_RUN_PROVENANCE_H
#define DMAFP_RUN_PROVENANCE_H

#include <stdbool.h>

#include "analysis/result.h"

/**
 * dmafp_provenance_fill() - tool, time, kernel and machine of a result
 * @root: put in front of /proc, /sys and /boot; "" for this machine's own
 * @result: what cannot be found out stays NULL or 0
 */
void dmafp_provenance_fill(const char *root, struct dmafp_result *result);

/**
 * dmafp_provenance_mode() - how this machine was booted
 * @root: as above
 *
 * kdump if there is a /proc/vmcore; keyed if elfcorehdr= is on the command
 * line without one, because a made-up address leaves the vmcore code
 * uninitialised but the kernel believing that it is a capture kernel.
 *
 * Return: "kdump", "keyed" or "plain".
 */
const char *dmafp_provenance_mode(const char *root);

/**
 * dmafp_provenance_build_id() - the GNU build id among ELF notes
 * @notes: content of /sys/kernel/notes
 * @len: its size
 *
 * Return: hex digits, malloc()ed, or NULL.
 */
char *dmafp_provenance_build_id(const void *notes, size_t len);

/**
 * dmafp_provenance_version() - release, version and compiler from /proc/version
 *
 * Works without CONFIG_SYSCTL, unlike /proc/sys/kernel.
 *
 * Return: false, with @result untouched, if @text is not such a line.
 */
bool dmafp_provenance_version(const char *text, struct dmafp_result *result);

#endif /* DMAFP_RUN_PROVENANCE_H */
