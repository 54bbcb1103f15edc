/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in files of procfs. */
#ifndef DMAFP_BASE_UNESCAPE_H
#define DMAFP_BASE_UNESCAPE_H

/**
 * dmafp_unescape() - spaces and the like, which are octal there, as in "\040"
 * @text: changed in place
 */
void dmafp_unescape(char *text);

#endif /* DMAFP_BASE_UNESCAPE_H */
