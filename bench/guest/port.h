/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's end of the result channel; see lab/channel.h for its words. */
#ifndef DMAFP_GUEST_PORT_H
#define DMAFP_GUEST_PORT_H

#include <stddef.h>

#include "base/err.h"

/**
 * dmafp_port_open() - get access to the debug port and see that it is there
 *
 * Return: 0, or a negative errno (DMAFP_EXIT_USAGE: this is no lab guest).
 */
int dmafp_port_open(struct dmafp_err *err);

/** dmafp_port_say() - send one line of the protocol; printf-like, no newline */
void dmafp_port_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** dmafp_port_send_result() - send one result file's bytes under a name */
void dmafp_port_send_result(const char *name, const char *data, size_t len);

/** dmafp_port_send_file() - the same of a file that is kept with the results */
void dmafp_port_send_file(const char *name, const char *data, size_t len);

/** dmafp_port_send_fail() - say why the guest failed */
void dmafp_port_send_fail(const struct dmafp_err *err);

#endif /* DMAFP_GUEST_PORT_H */
