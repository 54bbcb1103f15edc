// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/proc.h"
#include "cmd/cmd.h"
#include "cmd/taken.h"
#include "take/take.h"

struct options {
	const char *state;
	bool json;
};

static const struct options defaults = { .state = DMAFP_TAKE_STATE };

static const struct dmafp_option table[] = {
	{ "state", 0, DMAFP_OPT_STRING, offsetof(struct options, state), "DIR", NULL,
	  "where dmafp prepare kept what they were" },
	{ "json", 'j', DMAFP_OPT_FLAG, offsetof(struct options, json), NULL, NULL,
	  "print JSON" },
	{ 0 }
};

/* One that cannot be given back does not keep the others; the error is the first one. */
static int release_all(const struct dmafp_take_options *take, char *const *pcis, int nr,
		       struct dmafp_err *err)
{
	struct dmafp_err later;
	int ret = 0;

	for (int i = 0; i < nr && !dmafp_proc_interrupted(); i++) {
		int released = dmafp_take_release(take, pcis[i], ret ? &later : err);

		ret = ret ?: released;
	}
	return ret ?: dmafp_proc_check(err, "before all devices were given back");
}

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const struct options *options = opts;
	struct dmafp_taken taken = { .json = options->json ? json_array() : NULL };
	struct dmafp_take_options take = {
		.root = "",
		.state = options->state,
		.note = dmafp_taken_note,
		.done = dmafp_taken_done,
		.ctx = &taken,
	};
	int ret;

	dmafp_proc_init();
	ret = argc ? release_all(&take, argv, argc, err)
		   : dmafp_take_release(&take, NULL, err);
	dmafp_taken_print(&taken);
	return ret;
}

const struct dmafp_command dmafp_cmd_release = {
	.name = "release",
	.summary = "give devices back that were prepared",
	.usage = "[DEVICE...]",
	.description =
		"Gives each device back as dmafp prepare found it: its driver_override, and\n"
		"its driver bound again. Without DEVICE it is all of them, the last first. It\n"
		"also finishes what was begun before a crash, and may be called as often as\n"
		"you like.\n"
		"\n"
		"After a reboot the kernel knows nothing of it any more, and the drivers have\n"
		"their devices: 'forgotten' says so. What somebody else has bound or set since\n"
		"is 'left' so. The addresses of an interface are set by who set them before\n"
		"(NetworkManager, systemd-networkd). See docs/devices.md.\n"
		"\n"
		"Exit codes: 0 nothing that was named is prepared any more; 64 no PCI address;\n"
		"65 the journal is damaged; 69 a device's driver is not loaded any more; 74\n"
		"the journal cannot be written; 76 the kernel would not; 77 not root; 130\n"
		"Ctrl-C.",
	.examples = "  dmafp release\n"
		    "  dmafp release 0000:01:00.0 --json",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.min_args = 0,
	.max_args = -1,
	.run = run,
};
