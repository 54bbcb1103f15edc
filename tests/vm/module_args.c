// SPDX-License-Identifier: GPL-2.0-or-later
#include "module_args.h"
#include "module_guest.h"

const struct guest_ioctl guest_ioctls[GUEST_IOCTLS] = {
	{ "info", DMAFP_IOC_INFO, sizeof(struct dmafp_info) },
	{ "op", DMAFP_IOC_OP, sizeof(struct dmafp_op) },
	{ "device", DMAFP_IOC_DEVICE, sizeof(struct dmafp_device) },
	{ "calibrate", DMAFP_IOC_CALIBRATE, sizeof(struct dmafp_calibration) },
	{ "first map", DMAFP_IOC_FIRST_MAP, sizeof(struct dmafp_first_map) },
	{ "count", DMAFP_IOC_COUNT, sizeof(struct dmafp_count) },
	{ "run", DMAFP_IOC_RUN, sizeof(struct dmafp_run) },
	{ "watch", DMAFP_IOC_WATCH, sizeof(struct dmafp_watch) },
	{ "tally", DMAFP_IOC_TALLY, sizeof(struct dmafp_tally) },
	{ "idle", DMAFP_IOC_IDLE, sizeof(struct dmafp_idle) },
};

static struct dmafp_run good_run(void)
{
	static __u32 cpus[DMAFP_MAX_THREADS + 1];
	static struct guest_results results;

	return (struct dmafp_run) {
		.cell = guest_cell("map_page", 0, GUEST_PAGE),
		.nr_threads = 1,
		.block = 8,
		.iterations = 8,
		.cpus = (unsigned long)cpus,
		.summaries = (unsigned long)results.summaries,
		.buckets = (unsigned long)results.buckets,
	};
}

static struct dmafp_idle good_idle(void)
{
	static struct dmafp_idle_cpu cpu;

	return (struct dmafp_idle) { .nr_cpus = 1, .cpus = (unsigned long)&cpu };
}

union guest_arg guest_good(unsigned int cmd)
{
	union guest_arg arg = { 0 };

	if (cmd == DMAFP_IOC_DEVICE) {
		guest_address(NVME, &arg.device);
	} else if (cmd == DMAFP_IOC_CALIBRATE) {
		arg.calibration.repeats = 1;
	} else if (cmd == DMAFP_IOC_FIRST_MAP) {
		arg.first.cell = guest_cell("map_page", 0, GUEST_PAGE);
	} else if (cmd == DMAFP_IOC_COUNT) {
		arg.count.cell = guest_cell("map_page", 0, GUEST_PAGE);
		arg.count.ops = 1;
	} else if (cmd == DMAFP_IOC_RUN) {
		arg.run = good_run();
	} else if (cmd == DMAFP_IOC_IDLE) {
		arg.idle = good_idle();
	}
	for (size_t i = 0; i < GUEST_IOCTLS; i++)
		if (guest_ioctls[i].cmd == cmd)
			arg.size = guest_ioctls[i].size;
	return arg;
}
