/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help texts, generated from the command table. */
#ifndef DMAFP_CLI_HELP_H
#define DMAFP_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

#define DMAFP_TAGLINE "what does a patch cost on the DMA mapping fast path?"

/** dmafp_help_option - the row of --help, which every command has */
extern const struct dmafp_option dmafp_help_option;

/** dmafp_help_all() - what `dmafp help` prints */
void dmafp_help_all(const struct dmafp_command *const *table, FILE *out);

/** dmafp_help_command() - what `dmafp NAME --help` prints */
void dmafp_help_command(const struct dmafp_command *command, FILE *out);

#endif /* DMAFP_CLI_HELP_H */
