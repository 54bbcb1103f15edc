// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random and mutated ioctl calls, while devices come and go.
 *
 * Each thread has a device and a file of its own, so that its calls get beyond
 * ENODEV, and all of them share one more file.  A timer interrupts what would
 * take long.  A call may end in any documented way, and then the argument must
 * be as documented, too.
 */
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "dmafp_ops.h"
#include "module_args.h"
#include "module_guest.h"

#define THREADS	      8
#define FIRST_SLOT    8 /* of the threads' devices, see fuzz.sh */
#define PERIOD_NS     400000000
#define ERRNO_LIMIT   134
#define MIN_SHARE     10 /* percent of calls that must succeed */
#define ARENA	      ((char *)0x40000000) /* far from all else a thread has */
#define ARENA_SIZE    (8u << 20)

struct fuzzer {
	pthread_t thread;
	unsigned int index;
	__u64 random;
	char pci[16];
	int own, shared;
	__u32 map_resource; /* the op */
	struct dmafp_cell towards_device;
	unsigned char *arena; /* results, with no memory behind it */
	unsigned long todo;
	unsigned long outcomes[GUEST_IOCTLS + 1][ERRNO_LIMIT];
	unsigned long odd, changed;
};

static const int documented[] = {
	0, ENOTTY, EPERM, EFAULT, EINVAL, E2BIG, EOPNOTSUPP, ENODEV, EBUSY, ENOMEM, EINTR,
	EIO,
};

static atomic_bool fuzz_over;

static __u64 next(struct fuzzer *f)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 7;
	f->random ^= f->random << 17;
	return f->random * 0x2545f4914f6cdd1dull >> 16;
}

static __u64 below(struct fuzzer *f, __u64 limit)
{
	return next(f) % limit;
}

static bool once_in(struct fuzzer *f, unsigned int calls)
{
	return below(f, calls) == 0;
}

/* --- arguments */

static __u64 boundary(struct fuzzer *f)
{
	static const __u64 values[] = {
		0, 1, 2, 3, 7, 12, 13, 31, 32, 63, 64, 65, 255, 256, 511, 512, 513, 1000, 1023,
		1024, 1025, 4095, 4096, 4097, 8192, 10000, 10001, 65535, 65536, 65537, 1000000,
		1000001, 2 << 20, 4 << 20, 8 << 20, 10000001, 0x7fffffff, 0x80000000, 0xffffffff,
		0x100000000, 0x7fffffffffffffff, 0x8000000000000000, ~0ull,
	};

	return values[below(f, ARRAY_SIZE(values))];
}

static __u64 pointer(struct fuzzer *f)
{
	switch (below(f, 8)) {
	case 0:
		return 0;
	case 1:
		return (unsigned long)ARENA + ARENA_SIZE - below(f, 4 * GUEST_PAGE);
	case 2:
		return (unsigned long)ARENA + ARENA_SIZE + below(f, GUEST_PAGE);
	case 3:
		return 0xffff888000000000 + below(f, 1 << 30); /* the kernel's */
	case 4:
		return 0x8000000000000000 >> below(f, 17); /* nobody's */
	case 5:
		return -(below(f, 1 << 16));
	default:
		return (unsigned long)f->arena + below(f, 64);
	}
}

/* A cell that mostly fits its op, and mostly is small. */
static struct dmafp_cell cell(struct fuzzer *f)
{
	static const __u32 flags[] = {
#define ROW(_name, _reaches, _flags, _attrs) (_flags),
		DMAFP_OPS(ROW)
	};
	struct dmafp_cell cell = { .op = below(f, ARRAY_SIZE(flags)), .node = -1 };

	if (flags[cell.op] & DMAFP_OP_USES_SIZE)
		cell.bytes = GUEST_PAGE << below(f, 4);
	if (flags[cell.op] & DMAFP_OP_USES_DIRECTION)
		cell.direction = below(f, 3);
	if (flags[cell.op] & DMAFP_OP_USES_ENTRIES)
		cell.entries = 1;
	if (once_in(f, 8))
		cell.mask_bits = 12 + below(f, 53);
	if (once_in(f, 16))
		cell.attrs = next(f) & 0x3fe;
	if (once_in(f, 16))
		cell.flags = below(f, 4);
	return cell;
}

static void fill_run(struct fuzzer *f, struct dmafp_run *run)
{
	__u32 *cpus = (__u32 *)f->arena;

	cpus[0] = below(f, 2);
	cpus[1] = !cpus[0];
	run->cell = cell(f);
	run->method = below(f, 3);
	run->nr_threads = 1 + once_in(f, 3);
	run->block = 1 + below(f, 16);
	run->live = run->method == DMAFP_METHOD_SUSTAINED ? 1 + below(f, 32) : 0;
	run->warmup = below(f, 4);
	run->iterations = 1 + below(f, 16);
	run->cpus = (unsigned long)f->arena;
	run->summaries = (unsigned long)f->arena + GUEST_PAGE;
	run->buckets = (unsigned long)f->arena + 2 * GUEST_PAGE;
	if (once_in(f, 16)) { /* more than there is */
		run->cell = guest_cell("map_page", 0, 4 << 20);
		run->method = DMAFP_METHOD_SUSTAINED;
		run->live = DMAFP_MAX_LIVE;
	}
}

static void fill_first(struct fuzzer *f, struct dmafp_first_map *first)
{
	first->cell = cell(f);
	if (!once_in(f, 100))
		return;
	first->flags = DMAFP_FIRST_PROBE;
	first->nr_racers = below(f, 4);
	first->hold_us = below(f, 3);
	first->racer_cpus = (unsigned long)f->arena;
	memset(f->arena, 0, 4 * sizeof(__u32));
	if (first->nr_racers == 0)
		first->racer_cpus = 0;
}

static void fill_tally(struct fuzzer *f, struct dmafp_tally *tally)
{
	struct dmafp_device where;

	tally->flags = below(f, 3);
	tally->calls = (unsigned long)f->arena;
	tally->nr_calls = 1 + below(f, 8);
	if (tally->flags != DMAFP_TALLY_ON)
		return;
	guest_address(once_in(f, 8) ? "0000:00:1f.7" : f->pci, &where);
	tally->segment = where.segment;
	tally->bus = where.bus;
	tally->devfn = where.devfn;
}

static void fill(struct fuzzer *f, unsigned int row, union guest_arg *arg)
{
	memset(arg, 0, GUEST_PAGE);
	arg->size = guest_ioctls[row].size;
	switch (guest_ioctls[row].cmd) {
	case DMAFP_IOC_OP:
		arg->op.index = below(f, 16);
		break;
	case DMAFP_IOC_DEVICE:
		guest_address(once_in(f, 16) ? NVME : f->pci, &arg->device);
		break;
	case DMAFP_IOC_CALIBRATE:
		arg->calibration.repeats = 1 + below(f, 4);
		break;
	case DMAFP_IOC_FIRST_MAP:
		fill_first(f, &arg->first);
		break;
	case DMAFP_IOC_COUNT:
		arg->count.ops = 1 + below(f, 4);
		arg->count.cell = cell(f);
		break;
	case DMAFP_IOC_RUN:
		fill_run(f, &arg->run);
		break;
	case DMAFP_IOC_WATCH:
		arg->watch.flags = below(f, 3);
		arg->watch.devices = (unsigned long)f->arena;
		arg->watch.nr_devices = below(f, 8);
		break;
	case DMAFP_IOC_TALLY:
		fill_tally(f, &arg->tally);
		break;
	case DMAFP_IOC_IDLE:
		memset(f->arena, 0, GUEST_PAGE);
		arg->idle.cpus = (unsigned long)f->arena;
		arg->idle.nr_cpus = 1 + below(f, 8);
		break;
	}
}

static void mutate(struct fuzzer *f, union guest_arg *arg, __u32 size)
{
	size_t width = once_in(f, 2) ? 4 : 8;
	size_t at = below(f, size / width) * width;
	__u64 value = 0;

	memcpy(&value, arg->bytes + at, width);
	switch (below(f, 8)) {
	case 0:
		value = next(f);
		break;
	case 1:
		value ^= 1ull << below(f, 8 * width);
		break;
	case 2:
		value += below(f, 9) - 4;
		break;
	case 3:
		at = below(f, size + 64); /* the size itself, and behind the end, too */
		width = 1;
		value = next(f);
		break;
	case 4:
		arg->size = once_in(f, 2) ? boundary(f) : size + below(f, 65);
		return;
	case 5:
		value = pointer(f);
		break;
	default:
		value = boundary(f);
	}
	memcpy(arg->bytes + at, &value, width);
}

static struct dmafp_cell *cell_in(union guest_arg *arg, unsigned int cmd)
{
	switch (cmd) {
	case DMAFP_IOC_FIRST_MAP:
		return &arg->first.cell;
	case DMAFP_IOC_COUNT:
		return &arg->count.cell;
	case DMAFP_IOC_RUN:
		return &arg->run.cell;
	default:
		return NULL;
	}
}

/*
 * What DMA_API_DEBUG (of 6.12) is wrong about: it takes a dma_map_resource() that
 * failed for one that is never unmapped, and when two threads map for one device,
 * an address that is free and in use again for the one before.
 */
static void spare_the_checker(struct fuzzer *f, union guest_arg *arg, unsigned int cmd)
{
	struct dmafp_cell *cell = cell_in(arg, cmd);

	if (cell && cell->op == f->map_resource)
		cell->mask_bits = 0;
	if (cmd == DMAFP_IOC_RUN && arg->run.nr_threads == 2)
		*cell = f->towards_device;
}

/* --- calls */

static int set_sys_admin(bool on)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &head, caps))
		return -1;
	caps[0].effective &= ~(1u << CAP_SYS_ADMIN);
	if (on)
		caps[0].effective |= 1u << CAP_SYS_ADMIN;
	return syscall(SYS_capset, &head, caps);
}

static void note(struct fuzzer *f, unsigned int row, int error)
{
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(documented); i++)
		known |= documented[i] == error;
	if (error < ERRNO_LIMIT)
		f->outcomes[row][error]++;
	if (!known && !f->odd++)
		printf("# %s: %s (%d)\n", row < GUEST_IOCTLS ? guest_ioctls[row].name : "?",
		       strerror(error), error);
}

static void call(struct fuzzer *f, int fd, unsigned int row, unsigned int cmd, void *where,
		 union guest_arg *arg)
{
	static _Thread_local union guest_arg before;
	bool unprivileged = once_in(f, 1000);
	int error;

	memcpy(&before, arg, GUEST_PAGE);
	if (unprivileged)
		set_sys_admin(false);
	error = ioctl(fd, cmd, where) ? errno : 0;
	if (unprivileged)
		set_sys_admin(true);
	note(f, row, error);
	if (unprivileged && error != EPERM && error != ENOTTY)
		f->odd++;
	if (error && memcmp(&before, arg, GUEST_PAGE) && !f->changed++)
		printf("# %s: %s, but the argument has changed\n",
		       row < GUEST_IOCTLS ? guest_ioctls[row].name : "?", strerror(error));
}

/* Calls that take long are rare: runs, and what arms probes. */
static unsigned int pick(struct fuzzer *f)
{
	static const unsigned int cmds[] = {
		DMAFP_IOC_INFO, DMAFP_IOC_INFO, DMAFP_IOC_INFO, DMAFP_IOC_OP, DMAFP_IOC_OP,
		DMAFP_IOC_OP, DMAFP_IOC_DEVICE, DMAFP_IOC_DEVICE, DMAFP_IOC_DEVICE,
		DMAFP_IOC_CALIBRATE, DMAFP_IOC_FIRST_MAP,
	};
	unsigned int cmd = cmds[below(f, ARRAY_SIZE(cmds))], row = 0;

	if (once_in(f, 200))
		return below(f, GUEST_IOCTLS);
	while (guest_ioctls[row].cmd != cmd)
		row++;
	return row;
}

static void one_call(struct fuzzer *f, union guest_arg *arg)
{
	int fd = once_in(f, 24) ? f->shared : f->own;
	unsigned int row = pick(f), cmd = guest_ioctls[row].cmd;
	void *where = arg;

	fill(f, row, arg);
	if (!once_in(f, 4))
		for (unsigned int i = 1 + below(f, 3); i; i--)
			mutate(f, arg, guest_ioctls[row].size);
	spare_the_checker(f, arg, cmd);
	if (once_in(f, 50))
		cmd = once_in(f, 2) ? next(f) : cmd ^ 1u << below(f, 32);
	if (cmd != guest_ioctls[row].cmd)
		row = GUEST_IOCTLS;
	if (once_in(f, 50))
		where = (void *)(unsigned long)pointer(f);
	call(f, fd, row, cmd, where, arg);
}

static void *fuzz(void *data)
{
	struct fuzzer *f = data;
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM };
	struct itimerspec often = { { 0, PERIOD_NS }, { 0, PERIOD_NS } };
	union guest_arg *arg = malloc(sizeof(*arg));
	timer_t timer;

	event._sigev_un._tid = syscall(SYS_gettid);
	check_errno(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	check_errno(timer_settime(timer, 0, &often, NULL), 0);
	for (; f->todo; f->todo--)
		one_call(f, arg);
	timer_delete(timer);
	free(arg);
	return NULL;
}

/* --- the devices, meanwhile */

static void *unplug(void *data)
{
	struct fuzzer *fuzzers = data;

	for (unsigned int i = 0; !atomic_load(&fuzz_over); i++) {
		const char *pci = i % 3 ? fuzzers[i % THREADS].pci : NVME;

		check_errno(guest_unbind(pci), 0);
		usleep(20000);
		check_errno(guest_bind(pci), 0);
		usleep(400000);
	}
	return NULL;
}

/* --- all of it */

static void on_alarm(int signal)
{
	(void)signal;
}

static void start(struct fuzzer *f, unsigned int index, int shared)
{
	*f = (struct fuzzer) { .index = index, .shared = shared };
	f->todo = guest_options.calls / THREADS;
	f->map_resource = guest_cell("map_resource", 0, 0).op;
	f->towards_device = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	f->random = (guest_options.seed + 1) * 0x9e3779b97f4a7c15ull ^ (index + 1) << 20;
	snprintf(f->pci, sizeof(f->pci), "0000:00:%02x.0", FIRST_SLOT + index);
	check_errno(guest_set(f->pci, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(f->pci), 0);
	f->own = guest_open(f->pci);
	f->arena = (unsigned char *)ARENA + index * (ARENA_SIZE / THREADS);
}

/* What goes on after the file is closed. */
static void stop_for_the_machine(int fd)
{
	struct dmafp_watch watch = { .size = sizeof(watch), .flags = DMAFP_WATCH_OFF };
	struct dmafp_tally tally = { .size = sizeof(tally), .flags = DMAFP_TALLY_OFF };

	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &watch), 0);
	check_errno(ioctl(fd, DMAFP_IOC_TALLY, &tally), 0);
}

static void stop(struct fuzzer *f)
{
	close(f->own);
	check_errno(guest_unbind(f->pci), 0);
	check(f->odd == 0);
	check(f->changed == 0);
}

static unsigned long total(const struct fuzzer *fuzzers, unsigned int row, int error)
{
	unsigned long sum = 0;

	for (unsigned int i = 0; i < THREADS; i++)
		for (unsigned int r = 0; r <= GUEST_IOCTLS; r++)
			if (r == row || row > GUEST_IOCTLS)
				sum += fuzzers[i].outcomes[r][error];
	return sum;
}

static void report(const struct fuzzer *fuzzers)
{
	for (unsigned int row = 0; row <= GUEST_IOCTLS + 1; row++) {
		printf("# %-10s", row < GUEST_IOCTLS  ? guest_ioctls[row].name :
				  row == GUEST_IOCTLS ? "unknown" : "all");
		for (size_t i = 0; i < ARRAY_SIZE(documented); i++)
			if (total(fuzzers, row, documented[i]))
				printf(" %s %lu", documented[i] ? strerrorname_np(documented[i]) :
				       "0", total(fuzzers, row, documented[i]));
		printf("\n");
	}
}

static void check_coverage(const struct fuzzer *fuzzers)
{
	unsigned long good = total(fuzzers, GUEST_IOCTLS + 1, 0);

	check(good * 100 >= guest_options.calls * MIN_SHARE);
	for (unsigned int row = 0; row < GUEST_IOCTLS; row++)
		check(total(fuzzers, row, 0) > 0);
	for (size_t i = 0; i < ARRAY_SIZE(documented); i++)
		if (!total(fuzzers, GUEST_IOCTLS + 1, documented[i]))
			printf("# never seen: %s\n", strerror(documented[i]));
	for (size_t i = 0; i < ARRAY_SIZE(documented); i++)
		check(total(fuzzers, GUEST_IOCTLS + 1, documented[i]) > 0);
}

static void random_calls(void)
{
	static struct fuzzer fuzzers[THREADS];
	int shared = guest_open(NVME);
	pthread_t unplugger;
	char *arena = mmap(ARENA, ARENA_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	check(arena == ARENA);
	sigaction(SIGALRM, &(struct sigaction) { .sa_handler = on_alarm }, NULL);
	printf("# seed=%lu calls=%lu\n", guest_options.seed, guest_options.calls);
	atomic_store(&fuzz_over, false);
	for (unsigned int i = 0; i < THREADS; i++)
		start(&fuzzers[i], i, shared);
	pthread_create(&unplugger, NULL, unplug, fuzzers);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_create(&fuzzers[i].thread, NULL, fuzz, &fuzzers[i]);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(fuzzers[i].thread, NULL);
	atomic_store(&fuzz_over, true);
	pthread_join(unplugger, NULL);
	for (unsigned int i = 0; i < THREADS; i++)
		stop(&fuzzers[i]);
	stop_for_the_machine(shared);
	close(shared);
	report(fuzzers);
	check_coverage(fuzzers);
	munmap(arena, ARENA_SIZE);
}

const struct guest_test fuzz_tests[] = {
	{ "random and mutated calls", random_calls },
	{ 0 }
};
