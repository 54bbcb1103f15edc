/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_SESSION_H
#define DMAFP_SESSION_H

/**
 * dmafp_session_init() - create /dev/dmafp
 *
 * Return: 0 or a negative errno.
 */
int dmafp_session_init(void);

/**
 * dmafp_session_exit() - remove /dev/dmafp
 *
 * No file is open any more: each holds a reference to the module.
 */
void dmafp_session_exit(void);

#endif /* DMAFP_SESSION_H */
