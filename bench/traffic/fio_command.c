// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "traffic/fio_command.h"

#define LOGS "latency" /* what the names of the logs begin with */

struct words {
	char **items;
	size_t nr;
};

static void __attribute__((format(printf, 2, 3)))
add(struct words *words, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	words->items = dmafp_alloc_grow(words->items, words->nr, sizeof(*words->items));
	words->items[words->nr++] = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
}

static void set_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	setenv(name, text, 1);
}

static void add_extent(struct words *words, const struct dmafp_traffic *traffic,
		       const struct dmafp_fio_extent *extent)
{
	/* not time_based, which would begin once more after number_ios */
	if (extent->runtime)
		add(words, "--runtime=%" PRIu64 "s", extent->runtime);
	if (extent->ramp)
		add(words, "--ramp_time=%" PRIu64 "s", extent->ramp);
	if (extent->log)
		add(words, "--write_lat_log=%s/" LOGS, traffic->work);
}

/* A thread for each CPU, which runs nowhere else */
static void add_cpus(struct words *words, const struct dmafp_fio_task *task)
{
	char *list = dmafp_path("%s", ""), *longer;

	for (size_t i = 0; i < task->nr_cpus; i++) {
		longer = dmafp_path("%s%s%" PRIu32, list, i ? "," : "", task->cpus[i]);
		free(list);
		list = longer;
	}
	add(words, "--numjobs=%zu", task->nr_cpus);
	add(words, "--cpus_allowed=%s", list);
	add(words, "--cpus_allowed_policy=split");
	free(list);
}

char **dmafp_fio_command_make(const struct dmafp_traffic *traffic,
			      const struct dmafp_fio_task *task,
			      const struct dmafp_fio_extent *extent)
{
	struct words words = { 0 };
	char *output = dmafp_fio_command_output(traffic);

	add(&words, "fio");
	add(&words, "--output-format=json+");
	add(&words, "--output=%s", output);
	add(&words, "--eta=never");
	/* should the job file be another by now, fio still writes nothing */
	if (!task->job->writes)
		add(&words, "--readonly");
	add(&words, "--slat_percentiles=1");
	add(&words, "--clat_percentiles=1");
	add_extent(&words, traffic, extent);
	add_cpus(&words, task);
	add(&words, "%s", task->job->path);
	words.items = dmafp_alloc_grow(words.items, words.nr, sizeof(*words.items));
	setenv("DMAFP_DEVICE", task->disk->node, 1);
	setenv("DMAFP_ENGINE", task->engine, 1);
	set_number("DMAFP_DEPTH", task->depth);
	set_number("DMAFP_IOS", extent->ios);
	free(output);
	return words.items;
}

char *dmafp_fio_command_output(const struct dmafp_traffic *traffic)
{
	return dmafp_path("%s/fio.json", traffic->work);
}

char *dmafp_fio_command_log(const struct dmafp_traffic *traffic, const char *kind,
			    size_t cpu)
{
	return dmafp_path("%s/" LOGS "_%s.%zu.log", traffic->work, kind, cpu + 1);
}

static void remove_file(char *path)
{
	unlink(path);
	free(path);
}

void dmafp_fio_command_clean(const struct dmafp_traffic *traffic,
			     const struct dmafp_fio_task *task)
{
	remove_file(dmafp_fio_command_output(traffic));
	remove_file(dmafp_fio_messages(traffic));
	for (size_t i = 0; i < task->nr_cpus; i++) {
		remove_file(dmafp_fio_command_log(traffic, "slat", i));
		remove_file(dmafp_fio_command_log(traffic, "clat", i));
		remove_file(dmafp_fio_command_log(traffic, "lat", i));
	}
}
