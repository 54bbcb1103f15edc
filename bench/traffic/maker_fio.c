// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/proc.h"
#include "run/pin.h"
#include "traffic/disk.h"
#include "traffic/fio.h"
#include "traffic/maker.h"

#define BUSY_DEPTH 32 /* IOs in flight, that keep a CPU busy */
#define LAB_IOS	   20000 /* of a lab's load, under perf: some 200 ms of it */
#define WAIT_MS 10000 /* a controller may take its time to show its namespaces */

/* While it is open */
struct fio_use {
	struct dmafp_traffic traffic; /* what the caller said, and what a lab allows */
	struct dmafp_disk_list disks;
	struct dmafp_disk *disk;
	struct dmafp_fio_job *jobs;
	size_t nr_jobs;
};

static size_t nr_loads(const struct dmafp_profile *profile)
{
	return profile->fio.jobs.nr * profile->fio.engines.nr * profile->fio.depths.nr;
}

static int check_job(const struct dmafp_traffic *traffic, const char *name,
		     struct dmafp_err *err)
{
	struct dmafp_fio_job job;
	int ret = dmafp_fio_job_load(traffic->jobs_dir, name, &job, err);

	/* of which disk is seen when there is one */
	if (!ret && job.writes && !traffic->lab && !(traffic->disk && traffic->destroy))
		ret = dmafp_err_set(err, EPERM, DMAFP_EXIT_USAGE,
				    "fio job %s writes to a disk and destroys what it holds: to "
				    "allow that, give --device PCI --disk NODE --destroy",
				    name);
	dmafp_fio_job_release(&job);
	return ret;
}

static int check(const struct dmafp_traffic *traffic, struct dmafp_err *err)
{
	const struct dmafp_names *names = &traffic->profile->fio.jobs;
	int ret = dmafp_fio_check(traffic->profile, err);
	char *version = NULL;

	for (size_t i = 0; traffic->jobs_dir && !ret && i < names->nr; i++)
		ret = check_job(traffic, names->items[i], err);
	if (!ret && traffic->work)
		ret = dmafp_fio_version(traffic, &version, err);
	free(version);
	return ret;
}

/* The depth changes fastest, then the engine, then the job. */
static struct dmafp_fio_task task_of(const struct dmafp_maker_use *use, size_t index)
{
	const struct dmafp_profile *profile = use->traffic->profile;
	size_t nr_depths = profile->fio.depths.nr, nr_engines = profile->fio.engines.nr;
	const struct fio_use *fio = use->private;

	return (struct dmafp_fio_task) {
		.job = &fio->jobs[index / nr_depths / nr_engines],
		.disk = fio->disk,
		.engine = profile->fio.engines.items[index / nr_depths % nr_engines],
		.depth = profile->fio.depths.items[index % nr_depths],
		.cpus = use->cpus,
		.nr_cpus = use->nr_cpus,
	};
}

static void describe(const struct dmafp_maker_use *use, size_t index, struct dmafp_load *load)
{
	const struct dmafp_fio_task task = task_of(use, index);

	dmafp_fio_describe(&task, load);
}

static int wait(const struct dmafp_maker_use *use, struct dmafp_err *err)
{
	struct dmafp_disk_list disks = { 0 };
	int ret = dmafp_disk_find(use->traffic, use->device->pci, WAIT_MS, &disks, err);

	dmafp_disk_list_release(&disks);
	return ret;
}

static int load_jobs(struct fio_use *fio, struct dmafp_err *err)
{
	const struct dmafp_names *names = &fio->traffic.profile->fio.jobs;
	int ret = 0;

	fio->jobs = dmafp_alloc(names->nr, sizeof(*fio->jobs));
	for (size_t i = 0; !ret && i < names->nr; i++)
		ret = dmafp_fio_job_load(fio->traffic.jobs_dir, names->items[i],
					 &fio->jobs[fio->nr_jobs++], err);
	return ret;
}

/* A lab's disk is made for this, and is nobody's. */
static void allow(struct fio_use *fio)
{
	if (!fio->traffic.lab)
		return;
	fio->traffic.disk = fio->disk->node;
	fio->traffic.destroy = true;
}

static int claim(struct fio_use *fio, struct dmafp_err *err)
{
	int ret;

	fio->disk = dmafp_disk_pick(&fio->traffic, &fio->disks);
	if (fio->traffic.disk && !dmafp_disk_named(&fio->traffic, fio->disk))
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
				     "--disk %s is no block device of this controller: it has %s",
				     fio->traffic.disk, fio->disk->node);
	allow(fio);
	ret = dmafp_disk_check(&fio->traffic, fio->disk, err);
	for (size_t i = 0; !ret && i < fio->nr_jobs; i++)
		ret = dmafp_disk_check_job(&fio->traffic, fio->disk, &fio->jobs[i], err);
	return ret;
}

static int begin(struct dmafp_maker_use *use, struct dmafp_err *err)
{
	struct fio_use *fio = dmafp_alloc(1, sizeof(*fio));
	int ret;

	use->private = fio;
	fio->traffic = *use->traffic;
	ret = dmafp_fio_version(&fio->traffic, &use->result->tool_version, err);
	ret = ret ?: load_jobs(fio, err);
	ret = ret ?: dmafp_disk_find(&fio->traffic, use->device->pci, WAIT_MS, &fio->disks, err);
	ret = ret ?: claim(fio, err);
	if (!ret)
		use->result->node = dmafp_alloc_string(fio->disk->name);
	return ret;
}

/*
 * fio's own process, which reads the job and prints what came of it, is no part of the
 * load: where there are other CPUs it is there.  Its threads go to theirs by themselves.
 */
static struct dmafp_pin *step_aside(const struct dmafp_maker_use *use)
{
	return dmafp_pin_away(use->device->node, use->cpus, use->nr_cpus);
}

/* How its threads begin and end is counted, too: little of a run of seconds. */
static int measure(const struct dmafp_maker_use *use, size_t index, struct dmafp_load *load,
		   struct dmafp_counters *counters, struct dmafp_err *err)
{
	const struct dmafp_fio_task task = task_of(use, index);
	const struct fio_use *fio = use->private;
	struct dmafp_pin *pin = step_aside(use);
	int ret = dmafp_counters_enable(counters, err);

	ret = ret ?: dmafp_fio_run(&fio->traffic, &task, load, err);
	ret = ret ?: dmafp_counters_disable(counters, err);
	dmafp_pin_restore(pin);
	return ret;
}

static int repeat(const struct dmafp_maker_use *use, size_t index, uint64_t ops,
		  uint64_t *made, struct dmafp_err *err)
{
	const struct dmafp_fio_task task = task_of(use, index);
	const struct fio_use *fio = use->private;

	return dmafp_fio_count(&fio->traffic, &task, ops, made, err);
}

static int run_for(const struct fio_use *fio, const struct dmafp_fio_task *task,
		   unsigned int ms, struct dmafp_err *err)
{
	char **argv = dmafp_fio_argv(&fio->traffic, task, (ms + 999) / 1000);
	char *messages = dmafp_fio_messages(&fio->traffic);
	int ret = dmafp_proc_run((const char *const *)argv, NULL, messages, NULL, err);
	uint64_t made;

	free(messages);
	dmafp_fio_argv_free(argv);
	return ret < 0 ? ret : dmafp_fio_made(&fio->traffic, task, ret, &made, err);
}

static int sustain(const struct dmafp_maker_use *use, size_t index, unsigned int ms,
		   struct dmafp_maker_way *way, struct dmafp_err *err)
{
	struct dmafp_fio_task task = task_of(use, index);
	const struct fio_use *fio = use->private;
	struct dmafp_pin *pin = step_aside(use);
	uint64_t made;
	int ret;

	/*
	 * A lab's disk is slow, and of a CPU that idles little is to be seen; one that
	 * does not idle takes long for a second of its own time.
	 */
	if (use->traffic->lab && task.depth < BUSY_DEPTH)
		task.depth = BUSY_DEPTH;
	*way = (struct dmafp_maker_way) { .depth = task.depth };
	if (use->traffic->lab)
		ret = dmafp_fio_count(&fio->traffic, &task, LAB_IOS, &made, err);
	else
		ret = run_for(fio, &task, ms, err);
	dmafp_pin_restore(pin);
	return ret;
}

static void end(struct dmafp_maker_use *use)
{
	struct fio_use *fio = use->private;

	if (!fio)
		return;
	dmafp_disk_list_release(&fio->disks);
	for (size_t i = 0; i < fio->nr_jobs; i++)
		dmafp_fio_job_release(&fio->jobs[i]);
	free(fio->jobs);
	free(fio);
	use->private = NULL;
}

const struct dmafp_maker dmafp_maker_fio = {
	.name = "fio",
	.label = "nvme",
	.nr_loads = nr_loads,
	.check = check,
	.describe = describe,
	.wait = wait,
	.open = begin,
	.measure = measure,
	.repeat = repeat,
	.sustain = sustain,
	.close = end,
};
