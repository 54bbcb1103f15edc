/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's log between two moments, from /dev/kmsg. */
#ifndef DMAFP_BASE_KLOG_H
#define DMAFP_BASE_KLOG_H

#include <stdbool.h>

struct dmafp_klog;

/**
 * dmafp_klog_open() - from now on
 * @path: "/dev/kmsg"; tests have a FIFO
 *
 * Return: what dmafp_klog_take() needs, NULL where the log cannot be read.
 */
struct dmafp_klog *dmafp_klog_open(const char *path);

/**
 * dmafp_klog_take() - what was logged since the last call
 * @klog: NULL is fine
 *
 * Return: a line per message, "<LEVEL>TEXT\n", to free(); NULL where the log
 * cannot be read or lost messages meanwhile.
 */
char *dmafp_klog_take(struct dmafp_klog *klog);

/** dmafp_klog_close() - NULL is fine */
void dmafp_klog_close(struct dmafp_klog *klog);

#endif /* DMAFP_BASE_KLOG_H */
