// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long CPUs have idled.
 */
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "module_guest.h"

#define SLEEP_US 300000
#define SPIN_NS	 50000000ull

static struct dmafp_idle idle_of(struct dmafp_idle_cpu *cpus, __u32 nr)
{
	return (struct dmafp_idle) { .size = sizeof(struct dmafp_idle),
				     .nr_cpus = nr,
				     .cpus = (unsigned long)cpus };
}

static struct dmafp_idle_cpu look(int fd, __u32 number)
{
	struct dmafp_idle_cpu cpu = { .cpu = number, .flags = UINT_MAX };
	struct dmafp_idle idle = idle_of(&cpu, 1);

	check_errno(ioctl(fd, DMAFP_IOC_IDLE, &idle), 0);
	check(cpu.cpu == number);
	return cpu;
}

/* Does @path have a line that holds @word, and then, unless NULL, @more? */
static bool file_says(const char *path, const char *word, const char *more)
{
	FILE *file = fopen(path, "re");
	char line[1024], *at;
	bool found = false;

	check(file);
	while (file && !found && fgets(line, sizeof(line), file)) {
		at = strstr(line, word);
		found = at && (!more || strpbrk(at, more));
	}
	if (file)
		fclose(file);
	return found;
}

/*
 * Switched off, or with no clock that is good enough, the tick never stops.  It
 * takes a second or two until the kernel trusts its clock.
 */
static bool tick_stops(void)
{
	static int tries = 50;

	if (file_says("/proc/cmdline", "nohz=off", NULL))
		tries = 0;
	for (; tries && !file_says("/proc/timer_list", " .nohz", "12"); tries--)
		usleep(100000);
	return file_says("/proc/timer_list", " .nohz", "12");
}

static __u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void spin(void)
{
	__u64 end = now() + SPIN_NS;

	while (now() < end)
		;
}

static void go_to(__u32 cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check_errno(sched_setaffinity(0, sizeof(set), &set), 0);
}

/* The time between two readings, and how much of it @cpu idled. */
static void elapses(int fd, __u32 cpu, void (*body)(void), __u64 *wall_us, __u64 *idle_us)
{
	struct dmafp_idle_cpu before = look(fd, cpu), after;
	__u64 begin = now(), end;

	body();
	end = now();
	after = look(fd, cpu);
	check(before.flags == DMAFP_IDLE_KNOWN && after.flags == DMAFP_IDLE_KNOWN);
	check(before.now_ns <= begin && end <= after.now_ns);
	check(before.idle_us <= before.now_ns / 1000);
	check(after.idle_us >= before.idle_us);
	*wall_us = (after.now_ns - before.now_ns) / 1000;
	*idle_us = after.idle_us - before.idle_us;
}

static void sleep_a_while(void)
{
	usleep(SLEEP_US);
}

/* Two CPUs of an emulator are at the mercy of its host. */
static void sleeping(void)
{
	int fd;
	__u64 wall_us, idle_us;

	if (!tick_stops())
		return;
	fd = guest_open(NULL);
	for (__u32 cpu = 0; cpu < guest_cpus; cpu++) {
		go_to(cpu);
		elapses(fd, cpu, sleep_a_while, &wall_us, &idle_us);
		check(wall_us >= SLEEP_US);
		check(idle_us <= wall_us + 2);
		check(idle_us > wall_us * (guest_exact ? 99 : 50) / 100);
	}
	go_to(0);
	close(fd);
}

static void spinning(void)
{
	int fd;
	__u64 wall_us, idle_us;

	if (!tick_stops())
		return;
	fd = guest_open(NULL);
	for (__u32 cpu = 0; cpu < guest_cpus; cpu++) {
		go_to(cpu);
		elapses(fd, cpu, spin, &wall_us, &idle_us);
		check(wall_us >= SPIN_NS / 1000);
		check(idle_us == 0);
	}
	go_to(0);
	close(fd);
}

/* Samples of the tick would be the only source: nothing is told. */
static void not_known(void)
{
	int fd = guest_open(NULL);
	struct dmafp_idle_cpu cpu = look(fd, 0);

	check(cpu.flags == (tick_stops() ? DMAFP_IDLE_KNOWN : 0));
	check(!guest_exact ||
	      tick_stops() == !file_says("/proc/cmdline", "nohz=off", NULL));
	if (!cpu.flags)
		check(!cpu.idle_us && !cpu.now_ns);
	close(fd);
}

static void all_at_once(void)
{
	struct dmafp_idle_cpu cpus[GUEST_CPUS + 1] = { { .cpu = guest_cpus - 1 } };
	struct dmafp_idle idle = idle_of(cpus, 2);
	int fd = guest_open(NULL);

	cpus[2].flags = UINT_MAX;
	check_errno(ioctl(fd, DMAFP_IOC_IDLE, &idle), 0);
	check(cpus[0].cpu == guest_cpus - 1 && cpus[1].cpu == 0);
	check(cpus[0].flags == cpus[1].flags);
	check(cpus[0].now_ns <= cpus[1].now_ns);
	check(cpus[2].flags == UINT_MAX);
	close(fd);
}

static void refuse_idle(int fd, struct dmafp_idle idle, int want)
{
	const struct dmafp_idle copy = idle;

	check_errno(ioctl(fd, DMAFP_IOC_IDLE, &idle), want);
	check(!memcmp(&idle, &copy, sizeof(copy)));
}

static void refused(void)
{
	static struct dmafp_idle_cpu cpus[DMAFP_IDLE_MAX_CPUS];
	const __u32 bad[] = { guest_cpus, 4096, INT_MAX, UINT_MAX };
	int fd = guest_open(NULL);

	refuse_idle(fd, idle_of(cpus, 0), EINVAL);
	refuse_idle(fd, idle_of(cpus, DMAFP_IDLE_MAX_CPUS), 0);
	refuse_idle(fd, idle_of(cpus, DMAFP_IDLE_MAX_CPUS + 1), EINVAL);
	refuse_idle(fd, idle_of(cpus, UINT_MAX), EINVAL);
	refuse_idle(fd, idle_of(NULL, 1), EFAULT);
	refuse_idle(fd, idle_of((void *)-(unsigned long)GUEST_PAGE, 1), EFAULT);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cpus[1].cpu = bad[i];
		refuse_idle(fd, idle_of(cpus, 2), EINVAL);
		refuse_idle(fd, idle_of(cpus, 1), 0);
	}
	close(fd);
}

static void offline(void)
{
	static const char path[] = "/sys/devices/system/cpu/cpu1/online";
	struct dmafp_idle_cpu cpus[2] = { { .cpu = 0 }, { .cpu = 1 } };
	int fd = guest_open(NULL);

	if (guest_cpus > 1) {
		check_errno(guest_write(path, "0"), 0);
		refuse_idle(fd, idle_of(cpus, 2), EINVAL);
		check_errno(guest_write(path, "1"), 0);
		refuse_idle(fd, idle_of(cpus, 2), 0);
	}
	close(fd);
}

const struct guest_test idle_tests[] = {
	{ "a sleeping CPU idles", sleeping },
	{ "a spinning CPU does not", spinning },
	{ "where the kernel does not account for it, nothing is told", not_known },
	{ "idle time of several CPUs", all_at_once },
	{ "CPUs that are refused", refused },
	{ "a CPU that is offline", offline },
	{ 0 }
};
