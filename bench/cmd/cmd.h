/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands: one file each in this directory, one row each in main.c. */
#ifndef DMAFP_CMD_CMD_H
#define DMAFP_CMD_CMD_H

#include "cli/command.h"

extern const struct dmafp_command dmafp_cmd_run;
extern const struct dmafp_command dmafp_cmd_list;
extern const struct dmafp_command dmafp_cmd_prepare;
extern const struct dmafp_command dmafp_cmd_release;
extern const struct dmafp_command dmafp_cmd_doctor;
extern const struct dmafp_command dmafp_cmd_lab;
extern const struct dmafp_command dmafp_cmd_matrix;
extern const struct dmafp_command dmafp_cmd_diff;
extern const struct dmafp_command dmafp_cmd_watch;
extern const struct dmafp_command dmafp_cmd_path;
extern const struct dmafp_command dmafp_cmd_trace;
extern const struct dmafp_command dmafp_cmd_perf;
extern const struct dmafp_command dmafp_cmd_campaign;
extern const struct dmafp_command dmafp_cmd_guest;
extern const struct dmafp_command dmafp_cmd_capture;

#endif /* DMAFP_CMD_CMD_H */
