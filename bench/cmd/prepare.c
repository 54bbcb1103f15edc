// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "cmd/taken.h"
#include "run/device.h"
#include "take/take.h"

struct options {
	const char *state;
	bool use_anyway, json;
};

static const struct options defaults = { .state = DMAFP_TAKE_STATE };

static const struct dmafp_option table[] = {
	{ "use-anyway", 0, DMAFP_OPT_FLAG, offsetof(struct options, use_anyway), NULL,
	  NULL, "take an interface that is up and has an address, too" },
	{ "state", 0, DMAFP_OPT_STRING, offsetof(struct options, state), "DIR", NULL,
	  "what the devices were is kept there" },
	{ "json", 'j', DMAFP_OPT_FLAG, offsetof(struct options, json), NULL, NULL,
	  "print JSON" },
	{ 0 }
};

/* The addresses in full: those of one IOMMU group know each other by them. */
static int parse_all(int argc, char **argv, char **pcis, struct dmafp_err *err)
{
	struct dmafp_pci_device device;

	for (int i = 0; i < argc; i++) {
		if (dmafp_device_address(argv[i], &device, err))
			return -EINVAL;
		pcis[i] = dmafp_alloc_string(device.pci);
	}
	return 0;
}

static int interrupted(struct dmafp_err *err)
{
	int sig = dmafp_proc_interrupted();

	return sig ? dmafp_err_set(err, EINTR, (enum dmafp_exit)(128 + sig),
				   "interrupted; what was prepared stays so: dmafp release gives "
				   "it back")
		   : 0;
}

/* None is touched before all were looked at. */
static int prepare_all(const struct dmafp_take_options *options, char **pcis,
		       struct dmafp_err *err)
{
	int i, ret = 0;

	for (i = 0; !ret && pcis[i]; i++)
		ret = dmafp_take_check(options, pcis[i], err);
	for (i = 0; !ret && pcis[i]; i++)
		ret = interrupted(err) ?: dmafp_take_prepare(options, pcis[i], err);
	return ret;
}

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const struct options *options = opts;
	char **pcis = dmafp_alloc((size_t)argc + 1, sizeof(*pcis));
	struct dmafp_taken taken = { .json = options->json ? json_array() : NULL };
	struct dmafp_take_options take = {
		.root = "",
		.state = options->state,
		.use_anyway = options->use_anyway,
		.with = (const char *const *)pcis,
		.note = dmafp_taken_note,
		.done = dmafp_taken_done,
		.ctx = &taken,
	};
	int ret;

	dmafp_proc_init();
	ret = parse_all(argc, argv, pcis, err) ?: prepare_all(&take, pcis, err);
	dmafp_taken_print(&taken);
	for (int i = 0; pcis[i]; i++)
		free(pcis[i]);
	free(pcis);
	return ret;
}

const struct dmafp_command dmafp_cmd_prepare = {
	.name = "prepare",
	.summary = "take devices from their drivers, to be measured",
	.usage = "DEVICE...",
	.description =
		"Takes each device (0000:01:00.0, or 01:00.0) from its driver. Its\n"
		"driver_override is the module's driver then, so that no other takes it, and\n"
		"where the module is loaded it is bound. dmafp run needs devices like that.\n"
		"What the device was is on the disk before, and dmafp release gives it back.\n"
		"\n"
		"Refused are devices that the machine needs: one with a disk that is mounted,\n"
		"is swap space, or is part of something (LVM, RAID, LUKS); the interface that\n"
		"this session comes in by or that has the default route; one that is up and\n"
		"has an address, without --use-anyway; one whose IOMMU group holds another\n"
		"that is in use and is not named as well; bridges, devices without an IOMMU,\n"
		"and those with virtual functions. All are looked at before the first is\n"
		"touched. See docs/devices.md.\n"
		"\n"
		"Exit codes: 0 all prepared; 64 no PCI address; 65 the journal is damaged; 74\n"
		"it cannot be written; 76 no such device, one that is refused, or the kernel\n"
		"would not; 77 not root; 130 Ctrl-C.",
	.examples = "  dmafp prepare 0000:01:00.0 && dmafp run -d 0000:01:00.0\n"
		    "  dmafp prepare 03:00.0 03:00.1 --json",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
