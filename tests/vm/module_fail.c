// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every allocation, and every copy from and to user space, fails once.
 *
 * fail-nth lets the n-th thing that can fail in a thread do so.  Each operation
 * is made with n = 1, 2, ... until it ends without anything having failed.  The
 * threads of a run are forked by kthreadd, not by the caller, so that kthreadd's
 * n is swept as well.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "module_args.h"
#include "module_guest.h"

#define NTH_MAX	   20000 /* no operation has so many steps */
#define MYSELF	   "/proc/thread-self/fail-nth"
#define KTHREADD   "/proc/2/fail-nth"

static struct guest_results results;

/* --- fail-nth */

/* Open all the time: to open it would take steps. */
static int nth_files[2];

static void open_nth(void)
{
	for (int i = 0; i < 2; i++) {
		nth_files[i] = open(i ? KTHREADD : MYSELF, O_RDWR | O_CLOEXEC);
		check(nth_files[i] >= 0);
	}
}

static void close_nth(void)
{
	for (int i = 0; i < 2; i++)
		close(nth_files[i]);
}

static bool write_nth(int whose, unsigned long nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%lu", nth);

	return pwrite(nth_files[whose], text, length, 0) == length;
}

/*
 * Steps that are left; 0: the n-th has failed.  What is left may hit the read
 * or the write.
 */
static void take_nth(int whose, unsigned long *left)
{
	char text[16] = "";
	bool ok = pread(nth_files[whose], text, sizeof(text) - 1, 0) > 0;

	*left = ok ? strtoul(text, NULL, 0) : 1;
	while (!write_nth(whose, 0))
		*left = 1;
}

static void let_all_fail(void)
{
	static const struct {
		const char *file, *value;
	} settings[] = {
		{ "failslab/ignore-gfp-wait", "0" },
		{ "failslab/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "0" },
		{ "fail_page_alloc/ignore-gfp-highmem", "0" },
		{ "fail_page_alloc/min-order", "0" },
		{ "fail_page_alloc/verbose", "0" },
		{ "fail_usercopy/verbose", "0" },
	};
	char path[64];

	open_nth();
	guest_injects = true;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s", settings[i].file);
		check_errno(guest_write(path, settings[i].value), 0);
	}
}

/* --- the sweep */

struct sweep {
	const char *name;
	int whose; /* of nth_files */
	int (*operation)(void); /* 0, or -1 and errno */
	void (*undo)(void);	/* after a success, NULL if there is nothing */
	int also;		/* an errno next to ENOMEM and EFAULT */
	unsigned long stride;	/* beyond the first SWEEP_ALL steps, 0: 1 */
};

#define SWEEP_ALL 32

static bool is_expected(const struct sweep *sweep, int error)
{
	return error == 0 || error == ENOMEM || error == EFAULT || error == sweep->also;
}

/* How often it failed, and went well nevertheless */
static void sweep_all(const struct sweep *sweep)
{
	unsigned long nth, failed = 0, survived = 0, left = 0;
	int error;

	for (nth = 1; nth < NTH_MAX && !left;
	     nth += nth > SWEEP_ALL && sweep->stride ? sweep->stride : 1) {
		check(write_nth(sweep->whose, nth));
		error = sweep->operation() ? errno : 0;
		take_nth(sweep->whose, &left);
		if (!is_expected(sweep, error) || (left && error))
			printf("# %s, n = %lu: %s\n", sweep->name, nth, strerror(error));
		check(is_expected(sweep, error));
		check(!left || !error);
		failed += error != 0;
		survived += !error && !left;
		if (!error && sweep->undo)
			sweep->undo();
	}
	check(left);
	check(failed + survived > 0);
	printf("# %s: %lu failed, %lu went well nevertheless\n", sweep->name, failed, survived);
}

/* --- load and bind */

static void unload(void)
{
	check_errno(guest_unload(), 0);
}

/*
 * The steps are those of the kernel's loader and the module's own.  A device that
 * could not be bound does not make a load fail.
 */
static void loading(void)
{
	/* mostly the kernel's loader: hundreds of steps, of a second each */
	const struct sweep sweep = { "load", 0, guest_load, unload, EINVAL, 13 };

	let_all_fail();
	unload();
	sweep_all(&sweep);
	check_errno(guest_load(), 0);
	guest_bind(NVME);
	guest_bind(NIC);
	close_nth();
}

static int bind_nvme(void)
{
	return guest_bind(NVME);
}

static void unbind_nvme(void)
{
	check_errno(guest_unbind(NVME), 0);
}

/* An error of a driver's probe is ENODEV to whoever asked for a bind. */
static void binding(void)
{
	const struct sweep sweep = { "bind", 0, bind_nvme, unbind_nvme, ENODEV, 0 };

	let_all_fail();
	unbind_nvme();
	sweep_all(&sweep);
	check_errno(guest_bind(NVME), 0);
	close_nth();
}

/* --- open and the ioctls */

static int node = -1;

static int open_node(void)
{
	node = open("/dev/dmafp", O_RDWR | O_CLOEXEC);
	return node < 0 ? -1 : 0;
}

static void close_node(void)
{
	close(node);
}

static void opening(void)
{
	const struct sweep sweep = { "open", 0, open_node, close_node, 0, 0 };

	let_all_fail();
	sweep_all(&sweep);
	close_nth();
}

static union guest_arg request;
static unsigned int request_cmd;

static int make_request(void)
{
	union guest_arg arg = request;

	return ioctl(node, request_cmd, &arg);
}

static void sweep_request(const char *name, unsigned int cmd, int whose)
{
	const struct sweep sweep = { name, whose, make_request, NULL, EIO, 0 };

	request_cmd = cmd;
	sweep_all(&sweep);
}

static struct dmafp_tally_call calls[DMAFP_TALLY_MAX_CALLS];
static unsigned int present;

static unsigned int count_present(void)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		nr += calls[i].flags == DMAFP_TALLY_PRESENT;
	return nr;
}

/* It was switched on in whole: no row is absent for lack of memory. */
static void tally_off(void)
{
	struct dmafp_tally off = { .size = sizeof(off), .flags = DMAFP_TALLY_OFF };

	check(count_present() == present);
	check_errno(ioctl(node, DMAFP_IOC_TALLY, &off), 0);
}

static void switch_tally_on(void)
{
	const struct sweep sweep = { "tally, on", 0, make_request, tally_off, 0, 0 };
	struct dmafp_device nvme;

	guest_address(NVME, &nvme);
	request = guest_good(DMAFP_IOC_TALLY);
	request.tally.flags = DMAFP_TALLY_ON;
	request.tally.segment = nvme.segment;
	request.tally.bus = nvme.bus;
	request.tally.devfn = nvme.devfn;
	request.tally.nr_calls = ARRAY_SIZE(calls);
	request.tally.calls = (unsigned long)calls;
	request_cmd = DMAFP_IOC_TALLY;
	check_errno(make_request(), 0);
	present = count_present();
	check(present > 0);
	tally_off();
	sweep_all(&sweep);
}

static void ioctls(void)
{
	let_all_fail();
	node = guest_open(NVME);
	for (size_t i = 0; i < GUEST_IOCTLS; i++) {
		request = guest_good(guest_ioctls[i].cmd);
		sweep_request(guest_ioctls[i].name, guest_ioctls[i].cmd, 0);
	}
	switch_tally_on();
	close(node);
	close_nth();
}

static void good_race(void)
{
	static const __u32 cpus[] = { 0, 1, 1 };
	static struct dmafp_record records[64];

	request = guest_good(DMAFP_IOC_FIRST_MAP);
	request.first.flags = DMAFP_FIRST_PROBE;
	request.first.nr_racers = ARRAY_SIZE(cpus);
	request.first.racer_cpus = (unsigned long)cpus;
	request.first.nr_records = ARRAY_SIZE(records);
	request.first.records = (unsigned long)records;
}

static void good_crew(const char *op, __u32 method)
{
	static const __u32 cpus[] = { 0, 1 };

	request = guest_good(DMAFP_IOC_RUN);
	request.run.cell = guest_cell(op, 0, 4 * GUEST_PAGE);
	request.run.cell.entries = !strcmp(op, "map_sg");
	request.run.nr_threads = ARRAY_SIZE(cpus);
	request.run.cpus = (unsigned long)cpus;
	request.run.summaries = (unsigned long)results.summaries;
	request.run.buckets = (unsigned long)results.buckets;
	request.run.method = method;
	request.run.live = method == DMAFP_METHOD_SUSTAINED ? 4 : 0;
}

static void threads(void)
{
	let_all_fail();
	node = guest_open(NVME);
	good_race();
	sweep_request("race", DMAFP_IOC_FIRST_MAP, 0);
	sweep_request("race, kthreadd", DMAFP_IOC_FIRST_MAP, 1);
	good_crew("map_sg", DMAFP_METHOD_SUSTAINED);
	sweep_request("run, two threads", DMAFP_IOC_RUN, 0);
	sweep_request("run, two threads, kthreadd", DMAFP_IOC_RUN, 1);
	good_crew("alloc_noncontiguous", DMAFP_METHOD_BLOCK);
	sweep_request("run, noncontiguous", DMAFP_IOC_RUN, 0);
	close(node);
	close_nth();
}

const struct guest_test fail_tests[] = {
	{ "open, every step fails", opening },
	{ "every ioctl, every step fails", ioctls },
	{ "threads, every step fails", threads },
	{ "bind, every step fails", binding },
	{ "load, every step fails", loading },
	{ 0 }
};
