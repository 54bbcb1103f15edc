/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Manual pages, generated from the command table. */
#ifndef DMAFP_CLI_MAN_H
#define DMAFP_CLI_MAN_H

#include <stdio.h>

#include "cli/command.h"

/**
 * dmafp_man_all() - dmafp(1): commands, exit codes, environment, files
 * @date: YYYY-MM-DD for the page's foot
 */
void dmafp_man_all(const struct dmafp_command *const *table, const char *date, FILE *out);

/**
 * dmafp_man_command() - dmafp-NAME(1)
 * @table: where it looks for commands that the page should refer to
 */
void dmafp_man_command(const struct dmafp_command *const *table,
		       const struct dmafp_command *command, const char *date, FILE *out);

/**
 * dmafp_man_write() - all pages of commands that are not hidden, as files
 * @dir: made if need be; gets dmafp.1 and dmafp-NAME.1
 *
 * Return: 0, or a negative errno.
 */
int dmafp_man_write(const struct dmafp_command *const *table, const char *date,
		    const char *dir, struct dmafp_err *err);

#endif /* DMAFP_CLI_MAN_H */
