// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may happen in the middle of a run.
 *
 * All map towards the device.  Of other mappings that two threads make for one
 * device DMA_API_DEBUG (of 6.12) now and then takes one for the other's: it hears
 * of an unmap after the address is free, when it may be in use again.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "module_guest.h"

#define FOREVER	   ~0ull
#define WAITS	   6
#define STORM_MS   1500
#define CPU1	   "/sys/devices/system/cpu/cpu1/online"

/* A run that ends only if something ends it, in a thread of its own. */
struct runner {
	pthread_t thread;
	struct dmafp_cell cell;
	int fd;
	int error;
};

static void *run_forever(void *arg)
{
	static struct guest_results results;
	struct runner *runner = arg;

	runner->error = 0;
	if (guest_run(runner->fd, runner->cell, guest_cpus, FOREVER, &results))
		runner->error = errno;
	return NULL;
}

/* From the start of the threads to the middle of the measurement */
static void some_time(unsigned long round)
{
	usleep(5000 + 25000 * (round % WAITS));
}

static void start(struct runner *runner, int fd, unsigned long round)
{
	runner->fd = fd;
	runner->cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	pthread_create(&runner->thread, NULL, run_forever, runner);
	some_time(round);
}

static void check_ends_with(struct runner *runner, int want)
{
	pthread_join(runner->thread, NULL);
	check_errno((errno = runner->error), want);
}

static void check_still_works(int fd)
{
	static struct guest_results results;
	struct dmafp_cell cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);

	check_errno(guest_select(fd, NVME, NULL), 0);
	check_errno(guest_run(fd, cell, guest_cpus, 100, &results), 0);
}

static void unbind(void)
{
	int fd = guest_open(NVME);
	struct runner runner;

	for (unsigned long round = 0; round < guest_options.rounds; round++) {
		start(&runner, fd, round);
		check_errno(guest_unbind(NVME), 0);
		check_ends_with(&runner, ENODEV);
		check_errno(guest_bind(NVME), 0);
		check_still_works(fd);
	}
	close(fd);
}

static void remove_device(void)
{
	int fd = guest_open(NVME);
	struct runner runner;

	for (unsigned long round = 0; round < guest_options.rounds; round++) {
		start(&runner, fd, round);
		check_errno(guest_set(NVME, "remove", "1"), 0);
		check_ends_with(&runner, ENODEV);
		check_errno(guest_select(fd, NVME, NULL), ENODEV);
		check_errno(guest_write("/sys/bus/pci/rescan", "1"), 0);
		check_errno(guest_set(NVME, "driver_override", "dmafp"), 0);
		check_errno(guest_bind(NVME), 0);
		check_still_works(fd);
	}
	close(fd);
}

static int child_runs_forever(int fd)
{
	struct runner runner = { .fd = guest_open(NVME) };

	(void)fd;
	runner.cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	run_forever(&runner);
	return runner.error;
}

static void kill_it(void)
{
	for (unsigned long round = 0; round < guest_options.rounds; round++) {
		pid_t pid = fork();
		int status, fd;

		if (!pid)
			_exit(child_runs_forever(-1));
		some_time(round);
		check_errno(kill(pid, SIGKILL), 0);
		check(waitpid(pid, &status, 0) == pid);
		check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		fd = guest_open(NVME);
		check_still_works(fd);
		close(fd);
	}
}

static int child_runs_forever_with(int fd)
{
	struct runner runner = { .fd = fd };

	runner.cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	run_forever(&runner);
	return runner.error;
}

/* No unload while a run needs the module; once its process is dead, there is one. */
static void unload_it(void)
{
	for (unsigned long round = 0; round < guest_options.rounds; round++) {
		int fd = guest_open(NVME);
		pid_t pid = fork();

		if (!pid)
			_exit(child_runs_forever_with(fd));
		close(fd);
		some_time(round);
		check_errno(guest_unload(), EWOULDBLOCK);
		check_errno(kill(pid, SIGKILL), 0);
		check(waitpid(pid, NULL, 0) == pid);
		check_errno(guest_unload(), 0);
		check_errno(guest_load(), 0);
	}
}

static void on_alarm(int signal)
{
	(void)signal;
}

static int child_is_interrupted(int fd)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	/* again and again: the first may come before the run has begun */
	struct itimerval timer = { .it_value = { .tv_usec = 120000 },
				   .it_interval = { .tv_usec = 120000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	return child_runs_forever(fd);
}

static void signal_it(void)
{
	check(guest_in_child(child_is_interrupted, -1) == EINTR);
}

static void cpu_offline(void)
{
	int fd = guest_open(NVME);
	struct guest_results *results = malloc(sizeof(*results));
	struct runner runner;

	for (unsigned long round = 0; round < guest_options.rounds; round++) {
		start(&runner, fd, round);
		check_errno(guest_write(CPU1, "0"), 0);
		check_ends_with(&runner, EINVAL);
		check_errno(guest_run(fd, runner.cell, 2, 8, results), EINVAL);
		check_errno(guest_run(fd, runner.cell, 1, 8, results), 0);
		check_errno(guest_write(CPU1, "1"), 0);
		check_still_works(fd);
	}
	free(results);
	close(fd);
}

/* A thread that does all there is with a file until told to stop. */
struct storm {
	pthread_t thread;
	int fd;
	unsigned int calls, odd;
};

static atomic_bool storm_over;

static void note(struct storm *storm, int failed)
{
	storm->calls++;
	if (failed && errno != ENODEV && errno != EBUSY)
		storm->odd++;
}

static void *rage(void *arg)
{
	struct dmafp_cell cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	struct guest_results *results = malloc(sizeof(*results));
	struct storm *storm = arg;

	while (!atomic_load(&storm_over)) {
		struct dmafp_first_map first = { .size = sizeof(first), .cell = cell };
		struct dmafp_count count = { .size = sizeof(count), .cell = cell };

		first.flags = DMAFP_FIRST_PROBE;
		count.ops = 50;
		note(storm, guest_select(storm->fd, NVME, NULL));
		note(storm, ioctl(storm->fd, DMAFP_IOC_COUNT, &count));
		note(storm, ioctl(storm->fd, DMAFP_IOC_FIRST_MAP, &first));
		note(storm, guest_run(storm->fd, cell, guest_cpus, 500, results));
		note(storm, guest_select(storm->fd, NIC, NULL));
	}
	free(results);
	return NULL;
}

/* Two files, one of them used by two threads, while devices come and go. */
static void everything_at_once(void)
{
	struct storm storms[3] = { 0 };

	atomic_store(&storm_over, false);
	for (int i = 0; i < 3; i++) {
		storms[i].fd = i < 2 ? guest_open(NULL) : storms[1].fd;
		pthread_create(&storms[i].thread, NULL, rage, &storms[i]);
	}
	for (int left = STORM_MS; left > 0; left -= 20) {
		const char *pci = left % 40 ? NVME : NIC;

		check_errno(guest_unbind(pci), 0);
		usleep(10000);
		check_errno(guest_bind(pci), 0);
		usleep(10000);
	}
	atomic_store(&storm_over, true);
	for (int i = 0; i < 3; i++) {
		pthread_join(storms[i].thread, NULL);
		check(storms[i].calls > 0 && storms[i].odd == 0);
	}
	close(storms[0].fd);
	close(storms[1].fd);
}

const struct guest_test race_tests[] = {
	{ "unbind in the middle of a run", unbind },
	{ "sysfs remove in the middle of a run", remove_device },
	{ "SIGKILL in the middle of a run", kill_it },
	{ "rmmod in the middle of a run, and after its SIGKILL", unload_it },
	{ "a signal in the middle of a run: EINTR", signal_it },
	{ "CPU offline in the middle of a run", cpu_offline },
	{ "everything at once", everything_at_once },
	{ 0 }
};
