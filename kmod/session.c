// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "calibrate.h"
#include "count.h"
#include "device.h"
#include "first_map.h"
#include "histogram.h"
#include "idle.h"
#include "op.h"
#include "record.h"
#include "series.h"
#include "session.h"
#include "stamp.h"
#include "tally.h"
#include "version.h"
#include "watch.h"
#include "worker.h"

/**
 * struct dmafp_session - an open file
 * @lock: one ioctl at a time; protects @device
 * @device: the device it owns, or NULL
 */
struct dmafp_session {
	struct mutex lock; /* one ioctl at a time; protects @device */
	struct dmafp_bound_device *device;
};

/* A private copy of an ioctl's argument. */
union dmafp_session_arg {
	u32 size;
	struct dmafp_info info;
	struct dmafp_op op;
	struct dmafp_device device;
	struct dmafp_calibration calibration;
	struct dmafp_first_map first_map;
	struct dmafp_count count;
	struct dmafp_run run;
	struct dmafp_watch watch;
	struct dmafp_tally tally;
	struct dmafp_idle idle;
};

static int dmafp_session_info(struct dmafp_session *session,
			      union dmafp_session_arg *arg)
{
	struct dmafp_info *info = &arg->info;

	if (info->__reserved)
		return -EINVAL;

	info->abi_version = DMAFP_ABI_VERSION;
	info->nr_ops = dmafp_op_nr();
	info->stamp = DMAFP_STAMP_KIND;
	info->tick_khz = dmafp_stamp_khz();
	strscpy_pad(info->version, DMAFP_VERSION, sizeof(info->version));
	return 0;
}

static int dmafp_session_op(struct dmafp_session *session,
			    union dmafp_session_arg *arg)
{
	return dmafp_op_describe(&arg->op);
}

static int dmafp_session_device(struct dmafp_session *session,
				union dmafp_session_arg *arg)
{
	struct dmafp_bound_device *bound;
	int err;

	if (arg->device.__reserved)
		return -EINVAL;

	bound = dmafp_device_claim(&arg->device, session);
	if (IS_ERR(bound))
		return PTR_ERR(bound);
	if (bound == session->device) {
		dmafp_device_put(bound);
	} else {
		dmafp_device_disclaim(session->device);
		session->device = bound;
	}

	err = dmafp_device_enter(bound);
	if (err)
		return err;
	dmafp_device_describe(bound, &arg->device);
	dmafp_device_leave(bound);
	return 0;
}

static int dmafp_session_calibrate(struct dmafp_session *session,
				   union dmafp_session_arg *arg)
{
	return dmafp_calibrate(&arg->calibration);
}

static u32 *dmafp_session_copy_racers(const struct dmafp_first_map *first)
{
	if (!first->nr_racers)
		return NULL;
	return memdup_user(u64_to_user_ptr(first->racer_cpus),
			   first->nr_racers * sizeof(u32));
}

static struct dmafp_record_log *
dmafp_session_create_log(const struct dmafp_first_map *first)
{
	struct dmafp_record_log *log;

	if (!first->nr_records)
		return NULL;
	log = dmafp_record_log_create(first->nr_records);
	return log ? log : ERR_PTR(-ENOMEM);
}

static int dmafp_session_copy_records(const struct dmafp_first_map *first,
				      const struct dmafp_record_log *log)
{
	void __user *records = u64_to_user_ptr(first->records);

	if (!first->nr_records)
		return 0;
	return copy_to_user(records, log->records,
			    first->nr_records * sizeof(*log->records)) ?
		-EFAULT : 0;
}

/* The device is left before userspace is touched, see dmafp_session_measure(). */
static int dmafp_session_first_map(struct dmafp_session *session,
				   union dmafp_session_arg *arg)
{
	struct dmafp_first_map *first = &arg->first_map;
	struct dmafp_record_log *log;
	u32 *cpus;
	int err;

	if (!dmafp_first_map_valid(first))
		return -EINVAL;
	cpus = dmafp_session_copy_racers(first);
	if (IS_ERR(cpus))
		return PTR_ERR(cpus);
	log = dmafp_session_create_log(first);
	if (IS_ERR(log)) {
		err = PTR_ERR(log);
		goto err_log;
	}

	err = dmafp_device_enter_masked(session->device, first->cell.mask_bits);
	if (!err) {
		err = dmafp_first_map(session->device, first, cpus, log);
		dmafp_device_leave(session->device);
	}
	if (!err)
		err = dmafp_session_copy_records(first, log);

	dmafp_record_log_destroy(log);
err_log:
	kfree(cpus);
	return err;
}

static int dmafp_session_count(struct dmafp_session *session,
			       union dmafp_session_arg *arg)
{
	int err = dmafp_device_enter_masked(session->device,
					    arg->count.cell.mask_bits);

	if (err)
		return err;
	err = dmafp_count_calls(session->device, &arg->count);
	dmafp_device_leave(session->device);
	return err;
}

/* A private copy of an array behind a pointer; NULL if it has no elements. */
static void *dmafp_session_copy_array(u64 uptr, u32 nr, u32 max, size_t size)
{
	if (nr > max)
		return ERR_PTR(-EINVAL);
	return nr ? memdup_user(u64_to_user_ptr(uptr), nr * size) : NULL;
}

static int dmafp_session_copy_phase(const struct dmafp_run *run,
				    const struct dmafp_crew *crew, u32 worker,
				    u32 phase)
{
	const struct dmafp_histogram *h =
		dmafp_worker_crew_result(crew, worker, phase);
	const struct dmafp_series *series =
		dmafp_worker_crew_series(crew, worker, phase);
	struct dmafp_summary __user *summaries = u64_to_user_ptr(run->summaries);
	u64 __user *buckets = u64_to_user_ptr(run->buckets);
	u64 __user *points = u64_to_user_ptr(run->series);
	size_t i = (size_t)worker * DMAFP_NR_PHASES + phase;

	if (copy_to_user(summaries + i, &h->summary, sizeof(h->summary)) ||
	    copy_to_user(buckets + i * DMAFP_HIST_BUCKETS, h->buckets,
			 sizeof(h->buckets)) ||
	    copy_to_user(points + i * run->nr_series, series->points,
			 series->nr * sizeof(*points)))
		return -EFAULT;
	return 0;
}

static int dmafp_session_copy_counters(const struct dmafp_run *run,
				       const struct dmafp_crew *crew,
				       u32 worker)
{
	struct dmafp_counter __user *counters = u64_to_user_ptr(run->counters);
	const struct dmafp_counter *from =
		dmafp_worker_crew_counters(crew, worker);

	return copy_to_user(counters + (size_t)worker * run->nr_events, from,
			    run->nr_events * sizeof(*from)) ? -EFAULT : 0;
}

static int dmafp_session_copy_results(const struct dmafp_run *run,
				      const struct dmafp_crew *crew)
{
	u32 worker, phase;
	int err = 0;

	for (worker = 0; worker < run->nr_threads && !err; worker++) {
		for (phase = 0; phase < DMAFP_NR_PHASES && !err; phase++)
			err = dmafp_session_copy_phase(run, crew, worker, phase);
		if (!err)
			err = dmafp_session_copy_counters(run, crew, worker);
	}
	return err;
}

/*
 * The device is left before userspace is touched: a page fault there may take
 * for ever, and the administrator must be able to unbind.
 */
static int dmafp_session_measure(struct dmafp_session *session,
				 const struct dmafp_run *run, const u32 *cpus,
				 const struct dmafp_event *events)
{
	struct dmafp_crew *crew = dmafp_worker_crew_create(run, cpus, events);
	int err;

	if (IS_ERR(crew))
		return PTR_ERR(crew);

	err = dmafp_device_enter_masked(session->device, run->cell.mask_bits);
	if (!err) {
		err = dmafp_worker_crew_run(crew, session->device);
		dmafp_device_leave(session->device);
	}
	if (!err)
		err = dmafp_session_copy_results(run, crew);
	dmafp_worker_crew_destroy(crew);
	return err;
}

static int dmafp_session_run(struct dmafp_session *session,
			     union dmafp_session_arg *arg)
{
	const struct dmafp_run *run = &arg->run;
	struct dmafp_event *events;
	u32 *cpus;
	int err;

	cpus = dmafp_session_copy_array(run->cpus, run->nr_threads,
					DMAFP_MAX_THREADS, sizeof(*cpus));
	if (IS_ERR(cpus))
		return PTR_ERR(cpus);
	events = dmafp_session_copy_array(run->events, run->nr_events,
					  DMAFP_MAX_EVENTS, sizeof(*events));
	err = PTR_ERR_OR_ZERO(events);
	if (!err) {
		err = dmafp_session_measure(session, run, cpus, events);
		kfree(events);
	}
	kfree(cpus);
	return err;
}

static int dmafp_session_switch_watch(u32 flags)
{
	switch (flags) {
	case DMAFP_WATCH_ON:
		return dmafp_watch_start();
	case DMAFP_WATCH_OFF:
		dmafp_watch_stop();
		return 0;
	default:
		return flags ? -EINVAL : 0;
	}
}

static int dmafp_session_watch(struct dmafp_session *session,
			       union dmafp_session_arg *arg)
{
	struct dmafp_watch *watch = &arg->watch;
	void __user *to = u64_to_user_ptr(watch->devices);
	struct dmafp_watch_device *devices = NULL;
	u32 nr = watch->nr_devices;
	int err;

	if (nr > DMAFP_WATCH_MAX_DEVICES || (!nr && watch->devices))
		return -EINVAL;
	if (nr) {
		devices = kvcalloc(nr, sizeof(*devices), GFP_KERNEL);
		if (!devices)
			return -ENOMEM;
	}

	err = dmafp_session_switch_watch(watch->flags);
	if (!err) {
		nr = dmafp_watch_look(watch, devices);
		if (nr && copy_to_user(to, devices, nr * sizeof(*devices)))
			err = -EFAULT;
	}
	kvfree(devices);
	return err;
}

static int dmafp_session_tally(struct dmafp_session *session,
			       union dmafp_session_arg *arg)
{
	struct dmafp_tally *tally = &arg->tally;
	void __user *to = u64_to_user_ptr(tally->calls);
	struct dmafp_tally_call *calls = NULL;
	u32 nr = tally->nr_calls;
	int err;

	if (!dmafp_tally_valid(tally))
		return -EINVAL;
	if (nr) {
		calls = kcalloc(nr, sizeof(*calls), GFP_KERNEL);
		if (!calls)
			return -ENOMEM;
	}

	err = dmafp_tally_switch(tally);
	if (!err) {
		nr = dmafp_tally_look(tally, calls);
		if (nr && copy_to_user(to, calls, nr * sizeof(*calls)))
			err = -EFAULT;
	}
	kfree(calls);
	return err;
}

static int dmafp_session_idle(struct dmafp_session *session,
			      union dmafp_session_arg *arg)
{
	const struct dmafp_idle *idle = &arg->idle;
	struct dmafp_idle_cpu __user *ucpus = u64_to_user_ptr(idle->cpus);
	struct dmafp_idle_cpu *cpus;
	int err;

	if (idle->flags || idle->__reserved || idle->nr_cpus < 1 ||
	    idle->nr_cpus > DMAFP_IDLE_MAX_CPUS)
		return -EINVAL;
	cpus = vmemdup_user(ucpus, idle->nr_cpus * sizeof(*cpus));
	if (IS_ERR(cpus))
		return PTR_ERR(cpus);

	err = dmafp_idle_look(cpus, idle->nr_cpus);
	if (!err && copy_to_user(ucpus, cpus, idle->nr_cpus * sizeof(*cpus)))
		err = -EFAULT;
	kvfree(cpus);
	return err;
}

/**
 * struct dmafp_session_ioctl - one row per ioctl
 * @cmd: number
 * @size: size of its structure as we know it
 * @min_size: size of its structure in the first ABI version
 * @run: does it; session lock held
 */
struct dmafp_session_ioctl {
	unsigned int cmd;
	u32 size;
	u32 min_size;
	int (*run)(struct dmafp_session *session, union dmafp_session_arg *arg);
};

#define DMAFP_SESSION_IOCTL(_cmd, _run, _struct, _last)			\
	[_IOC_NR(_cmd) - _IOC_NR(DMAFP_IOC_INFO)] = {			\
		.cmd = _cmd,						\
		.size = sizeof(_struct),				\
		.min_size = offsetofend(_struct, _last),		\
		.run = _run,						\
	}

static const struct dmafp_session_ioctl dmafp_session_ioctls[] = {
	DMAFP_SESSION_IOCTL(DMAFP_IOC_INFO, dmafp_session_info,
			    struct dmafp_info, version),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_OP, dmafp_session_op,
			    struct dmafp_op, reaches),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_DEVICE, dmafp_session_device,
			    struct dmafp_device, node),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_CALIBRATE, dmafp_session_calibrate,
			    struct dmafp_calibration, long_max),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_FIRST_MAP, dmafp_session_first_map,
			    struct dmafp_first_map, attach_ticks),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_COUNT, dmafp_session_count,
			    struct dmafp_count, map_reached),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_RUN, dmafp_session_run,
			    struct dmafp_run, counters),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_WATCH, dmafp_session_watch,
			    struct dmafp_watch, devices),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_TALLY, dmafp_session_tally,
			    struct dmafp_tally, calls),
	DMAFP_SESSION_IOCTL(DMAFP_IOC_IDLE, dmafp_session_idle,
			    struct dmafp_idle, cpus),
};

static const struct dmafp_session_ioctl *
dmafp_session_find_ioctl(unsigned int cmd)
{
	unsigned int row = _IOC_NR(cmd) - _IOC_NR(DMAFP_IOC_INFO);

	if (row >= ARRAY_SIZE(dmafp_session_ioctls) ||
	    dmafp_session_ioctls[row].cmd != cmd)
		return NULL;
	return &dmafp_session_ioctls[row];
}

static int dmafp_session_copy_arg(const struct dmafp_session_ioctl *row,
				  const void __user *uarg, u32 size,
				  union dmafp_session_arg *arg)
{
	int err;

	if (size < row->min_size)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;

	memset(arg, 0, sizeof(*arg));
	err = copy_struct_from_user(arg, row->size, uarg, size);
	/* Another thread may have changed it between the two copies. */
	arg->size = size;
	return err;
}

static long dmafp_session_ioctl(struct file *file, unsigned int cmd,
				unsigned long ptr)
{
	const struct dmafp_session_ioctl *row = dmafp_session_find_ioctl(cmd);
	struct dmafp_session *session = file->private_data;
	void __user *uarg = (void __user *)ptr;
	union dmafp_session_arg arg;
	u32 size;
	int err;

	if (!row)
		return -ENOTTY;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (get_user(size, (u32 __user *)uarg))
		return -EFAULT;
	err = dmafp_session_copy_arg(row, uarg, size, &arg);
	if (err)
		return err;

	err = mutex_lock_interruptible(&session->lock);
	if (err)
		return err;
	err = row->run(session, &arg);
	mutex_unlock(&session->lock);
	if (err)
		return err;

	return copy_to_user(uarg, &arg, min(size, row->size)) ? -EFAULT : 0;
}

static int dmafp_session_open(struct inode *inode, struct file *file)
{
	struct dmafp_session *session;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	session = kzalloc(sizeof(*session), GFP_KERNEL);
	if (!session)
		return -ENOMEM;

	mutex_init(&session->lock);
	file->private_data = session;
	return nonseekable_open(inode, file);
}

static int dmafp_session_release(struct inode *inode, struct file *file)
{
	struct dmafp_session *session = file->private_data;

	dmafp_device_disclaim(session->device);
	mutex_destroy(&session->lock);
	kfree(session);
	return 0;
}

static const struct file_operations dmafp_session_fops = {
	.owner		= THIS_MODULE,
	.open		= dmafp_session_open,
	.release	= dmafp_session_release,
	.unlocked_ioctl	= dmafp_session_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice dmafp_session_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "dmafp",
	.mode	= 0600,
	.fops	= &dmafp_session_fops,
};

int dmafp_session_init(void)
{
	return misc_register(&dmafp_session_misc);
}

void dmafp_session_exit(void)
{
	misc_deregister(&dmafp_session_misc);
}
