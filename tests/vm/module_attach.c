// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records, races and the watch, on devices that are attached.  What they see of
 * a deferred attach needs a capture kernel.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "module_guest.h"

#define ROOM	    256
#define ROUNDS	    6
#define RACE_ROUNDS 2

static struct dmafp_record records[ROOM];
static __u32 racers[DMAFP_MAX_RACERS];

static struct dmafp_first_map probed(void)
{
	memset(records, 0xaa, sizeof(records));
	return (struct dmafp_first_map) {
		.size = sizeof(struct dmafp_first_map),
		.flags = DMAFP_FIRST_PROBE,
		.cell = guest_cell("map_page", 0, GUEST_PAGE),
		.records = (unsigned long)records,
		.nr_records = ROOM,
	};
}

/* All map towards the device: see module_races.c. */
static struct dmafp_first_map race(__u32 nr)
{
	struct dmafp_first_map first = probed();

	for (__u32 i = 0; i < nr; i++)
		racers[i] = i % guest_cpus;
	first.cell.direction = DMAFP_TO_DEVICE;
	first.nr_racers = nr;
	first.racer_cpus = (unsigned long)racers;
	return first;
}

static void check_not_attached(const struct dmafp_first_map *first)
{
	check(!first->deferred_before && !first->deferred_after);
	check(first->attaches == 0 && first->overlaps == 0 && first->held == 0);
	check(first->attach_ticks == 0);
}

/* The call and its return, if the static key lets it come to that. */
static void records_of_one(void)
{
	struct dmafp_first_map first = probed();
	int fd = guest_open(NVME);

	check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
	check_not_attached(&first);
	check(first.calls == guest_keyed);
	check(first.nr_records == 2u * guest_keyed && first.lost_records == 0);
	if (guest_keyed) {
		check(records[0].what == DMAFP_RECORD_CALL && records[0].ticks == 0);
		check(records[1].what == DMAFP_RECORD_RETURN);
		check(records[1].ticks > 0 && records[1].ticks < first.map_ticks);
		for (int i = 0; i < 2; i++) {
			check(records[i].pid == (__u32)getpid());
			check(records[i].cpu < guest_cpus && !records[i].flags);
		}
	}
	/* nothing behind the last one is touched */
	check(records[first.nr_records].what == 0xaaaaaaaa);
	close(fd);
}

static void records_without_room(void)
{
	int fd = guest_open(NVME);

	for (__u32 room = 0; room < 2; room++) {
		struct dmafp_first_map first = probed();

		first.nr_records = room;
		first.records = room ? first.records : 0;
		check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
		check(first.calls == guest_keyed);
		check(first.nr_records == (guest_keyed ? room : 0));
		/* not asked for is not lost */
		check(first.lost_records == (guest_keyed ? room : 0));
		check(records[first.nr_records].what == 0xaaaaaaaa);
	}
	close(fd);
}

/* --- the mutex of the group */

static atomic_bool reader_over;
static atomic_uint reader_pid;

/* To show the type of the domain the kernel takes the group's mutex. */
static void *read_type(void *arg)
{
	char text[32];

	atomic_store(&reader_pid, syscall(SYS_gettid));
	while (!atomic_load(&reader_over))
		if (guest_get(NVME, "iommu_group/type", text, sizeof(text)))
			return "cannot be read";
	return arg;
}

/* How often it locked; each lock is followed by its unlock. */
static unsigned int count_locks(const struct dmafp_first_map *first)
{
	__u32 pid = atomic_load(&reader_pid), last = DMAFP_RECORD_UNLOCK;
	unsigned int locks = 0;

	for (__u32 i = 0; i < first->nr_records; i++) {
		__u32 what = records[i].what;

		if (what != DMAFP_RECORD_LOCK && what != DMAFP_RECORD_UNLOCK)
			continue;
		check(records[i].pid == pid && !records[i].flags);
		if (what == DMAFP_RECORD_LOCK) {
			check(last == DMAFP_RECORD_UNLOCK || !locks);
			locks++;
		} else if (locks) {
			check(last == DMAFP_RECORD_LOCK);
		}
		last = what;
	}
	return locks;
}

static void records_of_locks(void)
{
	unsigned int locks = 0;
	int fd = guest_open(NVME);
	pthread_t reader;
	void *failed;

	atomic_store(&reader_over, false);
	pthread_create(&reader, NULL, read_type, NULL);
	/* CPUs in turn: it may be long until the reader runs during a map */
	for (int i = 0; i < ROUNDS || (i < 100 * ROUNDS && !locks && guest_cpus > 1); i++) {
		struct dmafp_first_map first = probed();

		check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
		check_not_attached(&first);
		locks += count_locks(&first);
	}
	atomic_store(&reader_over, true);
	pthread_join(reader, &failed);
	check(!failed);
	/* with one CPU nobody else runs during a map, or hardly ever */
	check(locks > 0 || guest_cpus == 1);
	close(fd);
}

/* --- races */

/* Each racer calls once and returns once, if the static key lets it. */
static void check_racers(const struct dmafp_first_map *first, __u32 nr)
{
	__u32 want = guest_keyed ? nr : 0;

	check_not_attached(first);
	check(first->failed == 0 && first->wrong == 0);
	check(first->map_ticks > 0 && first->unmap_ticks > 0);
	check(first->calls == want);
	check(first->nr_records == 2 * want && first->lost_records == 0);
	for (__u32 i = 0; i < first->nr_records; i++) {
		int calls = 0, returns = 0;

		check(!i || records[i].ticks >= records[i - 1].ticks);
		for (__u32 j = 0; j <= i; j++) {
			if (records[j].pid != records[i].pid)
				continue;
			check(records[j].cpu == records[i].cpu);
			calls += records[j].what == DMAFP_RECORD_CALL;
			returns += records[j].what == DMAFP_RECORD_RETURN;
		}
		check(calls == 1);
		check(returns == (records[i].what == DMAFP_RECORD_RETURN));
	}
}

static void races(void)
{
	static const __u32 crowds[] = { 1, 2, 3, DMAFP_MAX_RACERS };
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(crowds); i++) {
		for (int round = 0; round < RACE_ROUNDS; round++) {
			struct dmafp_first_map first = race(crowds[i]);

			first.hold_us = round;
			check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
			check_racers(&first, crowds[i]);
		}
	}
	close(fd);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Whenever the signal comes: a whole race or none. */
static int child_races_on(int fd)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { .it_value = { .tv_usec = 1000 },
				   .it_interval = { .tv_usec = 7000 } };
	unsigned int whole = 0, none = 0;

	fd = guest_open(NVME);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	while (whole + none < ROUNDS) {
		struct dmafp_first_map first = race(DMAFP_MAX_RACERS);

		if (!ioctl(fd, DMAFP_IOC_FIRST_MAP, &first))
			whole++;
		else if (errno == EINTR)
			none++;
		else
			return 1;
	}
	return 0;
}

static void races_with_signals(void)
{
	check(guest_in_child(child_races_on, -1) == 0);
}

/* --- what is asked for */

static void refuse(int fd, struct dmafp_first_map first, int want)
{
	struct dmafp_first_map copy = first;

	check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &copy), want);
	check(!memcmp(&copy, &first, sizeof(copy)));
}

static void refused(void)
{
	const __u64 bad = -(__u64)GUEST_PAGE;
	struct dmafp_first_map first;
	int fd = guest_open(NVME);

#define REFUSE(want, from, change) \
	do { \
		first = from; \
		change; \
		refuse(fd, first, want); \
	} while (0)
	REFUSE(EINVAL, probed(), first.flags = 0);
	REFUSE(EINVAL, probed(), first.nr_records = DMAFP_MAX_RECORDS + 1);
	REFUSE(EINVAL, probed(), first.nr_records = 0);
	REFUSE(EINVAL, probed(), first.hold_us = DMAFP_MAX_HOLD_US + 1);
	REFUSE(EINVAL, probed(), first.racer_cpus = (unsigned long)racers);
	REFUSE(EINVAL, probed(), first.cell = guest_cell("null", 0, 0));
	REFUSE(EINVAL, race(1), first.flags = 0);
	REFUSE(EINVAL, race(1), first.flags |= DMAFP_FIRST_ATOMIC);
	REFUSE(EINVAL, race(1), first.nr_racers = DMAFP_MAX_RACERS + 1);
	REFUSE(EINVAL, race(1), first.nr_racers = 0);
	REFUSE(EINVAL, race(1), racers[0] = guest_cpus);
	REFUSE(EINVAL, race(2), racers[1] = ~0u);
	/* without probes: nothing to record, hold or race */
	REFUSE(EINVAL, probed(), (first.flags = 0, first.nr_records = first.records = 0,
				  first.hold_us = 1));
	REFUSE(EFAULT, race(1), first.racer_cpus = 0);
	REFUSE(EFAULT, race(1), first.racer_cpus = bad);
	if (guest_keyed) {
		REFUSE(EFAULT, probed(), first.records = 0);
		REFUSE(EFAULT, probed(), first.records = bad);
	}
#undef REFUSE
	first = probed();
	first.nr_records = ROOM;
	first.hold_us = DMAFP_MAX_HOLD_US;
	check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
	close(fd);
}

/* Only a kernel that says what sleeps is asked to find out. */
static void atomic(void)
{
	struct dmafp_first_map first = probed();
	struct utsname name;
	int fd = guest_open(NVME);

	uname(&name);
	first.flags |= DMAFP_FIRST_ATOMIC;
	if (!strstr(name.release, "debug")) {
		refuse(fd, first, EOPNOTSUPP);
	} else {
		check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
		check_not_attached(&first);
	}
	close(fd);
}

/* --- the watch */

static struct dmafp_watch_device seen[DMAFP_WATCH_MAX_DEVICES];

static struct dmafp_watch watch(int fd, __u32 flags)
{
	struct dmafp_watch arg = {
		.size = sizeof(arg),
		.flags = flags,
		.nr_devices = ARRAY_SIZE(seen),
		.devices = (unsigned long)seen,
	};

	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &arg), 0);
	check(arg.nr_devices == 0 && arg.missed == 0);
	return arg;
}

static bool is_on(int fd)
{
	return watch(fd, 0).flags & DMAFP_WATCH_IS_ON;
}

/* One for the machine, whoever asks; it outlives the file. */
static void watch_on_and_off(void)
{
	int first = guest_open(NULL), second = guest_open(NVME);

	check(!is_on(first) && !is_on(second));
	check(watch(first, DMAFP_WATCH_ON).flags & DMAFP_WATCH_IS_ON);
	check(is_on(second));
	close(first);
	check(is_on(second));
	check(watch(second, DMAFP_WATCH_ON).flags & DMAFP_WATCH_IS_ON);
	check(!(watch(second, DMAFP_WATCH_OFF).flags & DMAFP_WATCH_IS_ON));
	check(!(watch(second, DMAFP_WATCH_OFF).flags & DMAFP_WATCH_IS_ON));
	check(!is_on(second));
	close(second);
}

/* Nothing that is attached is any of its business; nobody is in the other's way. */
static void watch_attached(void)
{
	static struct guest_results results;
	struct dmafp_cell cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	int fd = guest_open(NVME);

	watch(fd, DMAFP_WATCH_ON);
	for (int i = 0; i < 3; i++) {
		struct dmafp_first_map first = race(guest_cpus);

		check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
		check_racers(&first, guest_cpus);
		check_errno(guest_run(fd, cell, guest_cpus, 100, &results), 0);
	}
	check(is_on(fd));
	watch(fd, DMAFP_WATCH_OFF);
	close(fd);
}

static void refuse_watch(int fd, struct dmafp_watch arg, int want)
{
	struct dmafp_watch copy = arg;

	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &copy), want);
	check(!memcmp(&copy, &arg, sizeof(copy)));
}

static void watch_refused(void)
{
	struct dmafp_watch arg = { .size = sizeof(arg) };
	int fd = guest_open(NULL);

	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &arg), 0);
	for (__u32 bit = 0; bit < 32; bit++) {
		__u32 flag = 1u << bit;

		if (flag == DMAFP_WATCH_ON || flag == DMAFP_WATCH_OFF)
			continue;
		arg = (struct dmafp_watch) { .size = sizeof(arg), .flags = flag };
		refuse_watch(fd, arg, EINVAL);
	}
	arg.flags = DMAFP_WATCH_ON | DMAFP_WATCH_OFF;
	refuse_watch(fd, arg, EINVAL);
	arg.flags = 0;
	arg.devices = (unsigned long)seen;
	refuse_watch(fd, arg, EINVAL);
	arg.nr_devices = DMAFP_WATCH_MAX_DEVICES + 1;
	refuse_watch(fd, arg, EINVAL);
	arg.nr_devices = DMAFP_WATCH_MAX_DEVICES;
	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &arg), 0);
	check(!is_on(fd));
	close(fd);
}

/* Unloading ends it; a parameter begins it before there is a node. */
static void watch_and_load(void)
{
	int fd = guest_open(NULL);

	watch(fd, DMAFP_WATCH_ON);
	close(fd);
	check_errno(guest_unload(), 0);
	check_errno(guest_load_with("watch=1"), 0);
	fd = guest_open(NULL);
	check(is_on(fd));
	close(fd);
	check_errno(guest_unload(), 0);
	check_errno(guest_load(), 0);
	fd = guest_open(NULL);
	check(!is_on(fd));
	close(fd);
}

const struct guest_test attach_tests[] = {
	{ "records of a first map", records_of_one },
	{ "records for which there is no room", records_without_room },
	{ "locks of the group's mutex are recorded", records_of_locks },
	{ "races", races },
	{ "races and signals", races_with_signals },
	{ "first maps that are refused", refused },
	{ "an atomic first map", atomic },
	{ "the watch: on, off, look", watch_on_and_off },
	{ "the watch does not mind what is attached", watch_attached },
	{ "a watch that is refused", watch_refused },
	{ "the watch, loading and unloading", watch_and_load },
	{ 0 }
};
