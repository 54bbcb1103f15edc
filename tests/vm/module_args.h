/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arguments of all ioctls.
 */
#ifndef MODULE_ARGS_H
#define MODULE_ARGS_H

#include "dmafp.h"

#define GUEST_IOCTLS 10

union guest_arg {
	__u32 size;
	struct dmafp_info info;
	struct dmafp_op op;
	struct dmafp_device device;
	struct dmafp_calibration calibration;
	struct dmafp_first_map first;
	struct dmafp_count count;
	struct dmafp_run run;
	struct dmafp_watch watch;
	struct dmafp_tally tally;
	struct dmafp_idle idle;
	unsigned char bytes[8192];
};

extern const struct guest_ioctl {
	const char *name;
	unsigned int cmd;
	__u32 size;
} guest_ioctls[GUEST_IOCTLS];

/* An argument that is accepted of a file that has NVME. */
union guest_arg guest_good(unsigned int cmd);

#endif /* MODULE_ARGS_H */
