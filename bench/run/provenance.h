/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a result comes from: this kernel, this machine, now. */
#ifndef DMAFP_RUN_PROVENANCE_H
#define DMAFP_RUN_PROVENANCE_H

#include <stdbool.h>

#include "analysis/result.h"

/*
 * The kernel's option for mode keyed. No old kernel's memory is there: the vmcore code says
 * so and goes on, and is_kdump_kernel() is true (kernel/crash_dump.c,
 * drivers/iommu/dma-iommu.c).
 */
#define DMAFP_PROVENANCE_KEYED "elfcorehdr=0x1000"

/*
 * What a campaign marks its boots by on the command line: no option of the kernel's, and
 * not in a result, whose command line has to be that of the other arms.
 */
#define DMAFP_PROVENANCE_TURN "dmafp_turn="

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
 * dmafp_provenance_config() - the kernel's configuration
 * @root: as above
 * @release: of the kernel; NULL: not known
 * @len: out: its size; may be NULL
 *
 * Return: /proc/config.gz unpacked, or else /boot/config-RELEASE; malloc()ed and
 * NUL-terminated; NULL if neither can be read.
 */
char *dmafp_provenance_config(const char *root, const char *release, size_t *len);

/** dmafp_provenance_field() - value of the first "key : value" line, NULL if none; free() it */
char *dmafp_provenance_field(const char *text, const char *key);

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
