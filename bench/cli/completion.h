/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shell completions, generated from the command table. */
#ifndef DMAFP_CLI_COMPLETION_H
#define DMAFP_CLI_COMPLETION_H

#include <stdio.h>

#include "cli/command.h"

/** dmafp_completion_bash() - a script for bash, to be sourced */
void dmafp_completion_bash(const struct dmafp_command *const *table, FILE *out);

#endif /* DMAFP_CLI_COMPLETION_H */
