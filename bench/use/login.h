/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the session that this process belongs to comes in. */
#ifndef DMAFP_USE_LOGIN_H
#define DMAFP_USE_LOGIN_H

#include <stddef.h>

/**
 * dmafp_login_address() - this machine's own address of the ssh session
 * @procfs: where procfs is mounted
 * @text: out: "192.0.2.1", "fe80::1%eth0"; "" if there is no such session
 * @size: bytes of @text
 *
 * sshd(8) says it in SSH_CONNECTION.  sudo and su take that away: processes above
 * this one are asked, too, as far as their environment may be read.
 */
void dmafp_login_address(const char *procfs, char *text, size_t size);

#endif /* DMAFP_USE_LOGIN_H */
