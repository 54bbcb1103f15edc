// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/proc.h"
#include "base/unpack.h"
#include "campaign/capture.h"
#include "campaign/capture_check.h"

int dmafp_capture_check_module(const char *release, struct dmafp_err *err)
{
	char *path = dmafp_capture_find_module(release, err);
	int fd = path ? dmafp_unpack_open(path, err) : -ENOENT;

	free(path);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* The module itself is behind those that it needs. */
static const char *last_line(char *text)
{
	char *last;

	while (*text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	last = strrchr(text, '\n');
	return last ? last + 1 : text;
}

int dmafp_capture_check_driver(const char *sysfs, const char *release, const char *pci,
			       struct dmafp_err *err)
{
	char *path = dmafp_path("%s/bus/pci/devices/%s/modalias", sysfs, pci), alias[256];
	const char *const argv[] = { "modprobe",       "-S",  release,
				     "--show-depends", alias, NULL };
	struct dmafp_err ignored;
	char *text = NULL;
	const char *line;
	int ret = 0;

	if (!dmafp_file_read_line(path, alias, sizeof(alias)))
		text = dmafp_proc_output(argv, &ignored);
	line = text ? last_line(text) : "";
	if (!strncmp(line, "builtin ", strlen("builtin ")))
		ret = dmafp_err_set(
			err, ENOTSUP, DMAFP_EXIT_USAGE,
			"mode kdump keeps %s from its driver, but %s is built into %s: "
			"build it as a module, or leave that mode out",
			pci, line + strlen("builtin "), release);
	free(text);
	free(path);
	return ret;
}

static bool wants_threads(const struct dmafp_profile *profile)
{
	const struct dmafp_numbers *numbers = &profile->scaling.threads.numbers;

	for (size_t i = 0; i < numbers->nr; i++)
		if (numbers->items[i] > 1)
			return true;
	return false;
}

int dmafp_capture_check_profile(const struct dmafp_profile *profile, struct dmafp_err *err)
{
	const char *what = NULL, *key;

	if (profile->traffic.tools.nr) {
		what = "neither fio nor the devices' drivers";
		key = "traffic.tools";
	} else if (profile->attach.race_cpus.nr) {
		what = "one CPU, where nothing races";
		key = "attach.race_cpus";
	} else if (wants_threads(profile)) {
		what = "one CPU";
		key = "scaling.threads";
	}
	if (!what)
		return 0;
	return dmafp_err_set(err, ENOTSUP, DMAFP_EXIT_USAGE,
			     "profile %s: the capture kernel of mode kdump has %s: leave that "
			     "mode out, or --set %s=none",
			     profile->name, what, key);
}

struct dmafp_sets dmafp_capture_sets(const struct dmafp_profile *profile)
{
	static const char *const first[] = { "run.cpus=0" };
	const struct dmafp_cpus *cpus = &profile->run.cpus;
	bool has = !cpus->nodes.nr &&
		   (cpus->all || (cpus->numbers.nr == 1 && !cpus->numbers.items[0]));

	return (struct dmafp_sets) { first, has ? 0 : 1 };
}
