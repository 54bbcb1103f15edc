// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ioctl ABI: sizes, reserved fields, flags, ranges, privilege.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dmafp_ops.h"
#include "module_args.h"
#include "module_guest.h"

/* @arg is refused with @want and comes back as it was. */
static void refuse(int fd, unsigned int cmd, const union guest_arg *arg, int want)
{
	static union guest_arg copy;

	copy = *arg;
	check_errno(ioctl(fd, cmd, &copy), want);
	check(!memcmp(&copy, arg, sizeof(copy)));
}

static union guest_arg good_and_open(unsigned int cmd, int *fd)
{
	*fd = guest_open(NVME);
	return guest_good(cmd);
}

static void short_sizes(void)
{
	for (size_t i = 0; i < GUEST_IOCTLS; i++) {
		int fd;
		union guest_arg arg = good_and_open(guest_ioctls[i].cmd, &fd);

		for (arg.size = 0; arg.size < guest_ioctls[i].size; arg.size++)
			refuse(fd, guest_ioctls[i].cmd, &arg, EINVAL);
		close(fd);
	}
}

static void long_with_zeros(void)
{
	for (size_t i = 0; i < GUEST_IOCTLS; i++) {
		int fd;
		const union guest_arg arg = good_and_open(guest_ioctls[i].cmd, &fd);
		const __u32 size = guest_ioctls[i].size;
		const __u32 sizes[] = { size + 1, size + 64, GUEST_PAGE };
		static union guest_arg copy, zeros;

		for (size_t j = 0; j < ARRAY_SIZE(sizes); j++) {
			copy = arg;
			copy.size = sizes[j];
			check_errno(ioctl(fd, guest_ioctls[i].cmd, &copy), 0);
			check(copy.size == sizes[j]);
			check(!memcmp(copy.bytes + guest_ioctls[i].size, &zeros,
				      sizeof(copy) - guest_ioctls[i].size));
		}
		close(fd);
	}
}

static void long_with_junk(void)
{
	for (size_t i = 0; i < GUEST_IOCTLS; i++) {
		int fd;
		union guest_arg arg = good_and_open(guest_ioctls[i].cmd, &fd);

		arg.size = guest_ioctls[i].size + 64;
		for (__u32 at = guest_ioctls[i].size; at < arg.size; at++) {
			arg.bytes[at] = 1;
			refuse(fd, guest_ioctls[i].cmd, &arg, E2BIG);
			arg.bytes[at] = 0;
		}
		arg.size = GUEST_PAGE + 1;
		refuse(fd, guest_ioctls[i].cmd, &arg, E2BIG);
		arg.size = UINT_MAX;
		refuse(fd, guest_ioctls[i].cmd, &arg, E2BIG);
		close(fd);
	}
}

/* Not one byte before or behind the structure is touched. */
static void bad_memory(void)
{
	unsigned char *map = mmap(NULL, 2 * GUEST_PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(map + GUEST_PAGE, GUEST_PAGE, PROT_NONE);
	for (size_t i = 0; i < GUEST_IOCTLS; i++) {
		int fd;
		union guest_arg arg = good_and_open(guest_ioctls[i].cmd, &fd);
		unsigned char *edge = map + GUEST_PAGE - guest_ioctls[i].size;

		memcpy(edge, &arg, guest_ioctls[i].size);
		check_errno(ioctl(fd, guest_ioctls[i].cmd, edge), 0);
		arg.size = guest_ioctls[i].size + 1;
		memcpy(edge, &arg, guest_ioctls[i].size);
		check_errno(ioctl(fd, guest_ioctls[i].cmd, edge), EFAULT);
		check_errno(ioctl(fd, guest_ioctls[i].cmd, map + GUEST_PAGE - 2), EFAULT);
		check_errno(ioctl(fd, guest_ioctls[i].cmd, NULL), EFAULT);
		check_errno(ioctl(fd, guest_ioctls[i].cmd, -(unsigned long)GUEST_PAGE), EFAULT);
		close(fd);
	}
	munmap(map, 2 * GUEST_PAGE);
}

static void unknown_numbers(void)
{
	static const unsigned int cmds[] = {
		_IO(DMAFP_IOC_MAGIC, 0),
		_IO(DMAFP_IOC_MAGIC, 0x7f),
		_IO(DMAFP_IOC_MAGIC, 0x8a),
		_IO(DMAFP_IOC_MAGIC, 0xff),
		_IO('E', 0x80),
		_IOR(DMAFP_IOC_MAGIC, 0x86, int),
		_IOWR(DMAFP_IOC_MAGIC, 0x80, struct dmafp_info),
	};
	union guest_arg arg = guest_good(DMAFP_IOC_INFO);
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		refuse(fd, cmds[i], &arg, ENOTTY);
	close(fd);
}

/* Every bit of every field that must be zero. */
static void reserved_fields(void)
{
	static const struct {
		unsigned int cmd;
		size_t from, size;
		__u32 known;
	} fields[] = {
#define FIELD(cmd, type, field, size, known) \
	{ DMAFP_IOC_##cmd, offsetof(struct type, field), size, known }
		FIELD(INFO, dmafp_info, __reserved, 4, 0),
		FIELD(DEVICE, dmafp_device, __reserved, 2, 0),
		FIELD(FIRST_MAP, dmafp_first_map, cell.__reserved, 12, 0),
		FIELD(FIRST_MAP, dmafp_first_map, flags, 4,
		      DMAFP_FIRST_PROBE | DMAFP_FIRST_ATOMIC),
		FIELD(COUNT, dmafp_count, __reserved, 4, 0),
		FIELD(COUNT, dmafp_count, cell.__reserved, 12, 0),
		FIELD(RUN, dmafp_run, __reserved, 4, 0),
		FIELD(RUN, dmafp_run, cell.__reserved, 12, 0),
		FIELD(RUN, dmafp_run, flags, 4, DMAFP_RUN_INTERRUPTIBLE | DMAFP_RUN_PREEMPTIBLE),
		FIELD(TALLY, dmafp_tally, __reserved, 2, 0),
		FIELD(TALLY, dmafp_tally, __reserved2, 4, 0),
		FIELD(TALLY, dmafp_tally, flags, 4, DMAFP_TALLY_ON | DMAFP_TALLY_OFF),
		FIELD(TALLY, dmafp_tally, segment, 4, 0),
		FIELD(TALLY, dmafp_tally, bus, 1, 0),
		FIELD(TALLY, dmafp_tally, devfn, 1, 0),
		FIELD(TALLY, dmafp_tally, calls, 8, 0),
		FIELD(IDLE, dmafp_idle, flags, 4, 0),
		FIELD(IDLE, dmafp_idle, __reserved, 4, 0),
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		int fd;
		union guest_arg arg = good_and_open(fields[i].cmd, &fd);
		unsigned char *field = arg.bytes + fields[i].from;

		for (size_t bit = 0; bit < 8 * fields[i].size; bit++) {
			if (bit < 32 && fields[i].known >> bit & 1)
				continue;
			field[bit / 8] = 1u << bit % 8;
			refuse(fd, fields[i].cmd, &arg, EINVAL);
			field[bit / 8] = 0;
		}
		close(fd);
	}
}

/* Wherever a cell goes, it gets the same answer. */
static void try_cell(int fd, struct dmafp_cell cell, int want)
{
	union guest_arg arg = { .count = { .size = sizeof(arg.count), .ops = 1 } };

	arg.count.cell = cell;
	check_errno(ioctl(fd, DMAFP_IOC_COUNT, &arg), want);
	arg = (union guest_arg) { .first = { .size = sizeof(arg.first), .cell = cell } };
	check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &arg), want);
	arg = guest_good(DMAFP_IOC_RUN);
	arg.run.cell = cell;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &arg), want);
}

static void cells(void)
{
	static const struct {
		const char *op;
		__u32 direction;
		__u64 bytes;
		__s32 node;
		int want;
	} tries[] = {
		{ "map_page", 0, GUEST_PAGE, -1, 0 },
		{ "map_page", 1, 3 * GUEST_PAGE, 0, 0 },
		{ "map_page", 2, 4 << 20, -1, 0 },
		{ "map_page", 3, GUEST_PAGE, -1, EINVAL },
		{ "map_page", UINT_MAX, GUEST_PAGE, -1, EINVAL },
		{ "map_page", 0, 0, -1, EINVAL },
		{ "map_page", 0, 1, -1, EINVAL },
		{ "map_page", 0, GUEST_PAGE + 1, -1, EINVAL },
		{ "map_page", 0, 8 << 20, -1, EINVAL },
		{ "map_page", 0, 1ull << 32, -1, EINVAL },
		{ "map_page", 0, 1ull << 63, -1, EINVAL },
		{ "map_page", 0, -GUEST_PAGE, -1, EINVAL },
		{ "map_page", 0, GUEST_PAGE, -2, EINVAL },
		{ "map_page", 0, GUEST_PAGE, 7, EINVAL },
		{ "map_page", 0, GUEST_PAGE, INT_MAX, EINVAL },
		{ "map_page", 0, GUEST_PAGE, INT_MIN, EINVAL },
		{ "null", 1, 0, -1, EINVAL },
		{ "null", 0, GUEST_PAGE, -1, EINVAL },
		{ "check", 2, 0, -1, EINVAL },
		{ "check", 0, GUEST_PAGE, -1, EINVAL },
	};
	struct dmafp_cell cell = guest_cell("null", 0, 0);
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		cell = guest_cell(tries[i].op, tries[i].direction, tries[i].bytes);
		cell.node = tries[i].node;
		try_cell(fd, cell, tries[i].want);
	}
	cell = guest_cell("no such op", 0, 0);
	try_cell(fd, cell, EINVAL);
	cell.op = UINT_MAX;
	try_cell(fd, cell, EINVAL);
	close(fd);
}

/* Only an op on the path can be a first map; the others are good elsewhere. */
static void first_map_ops(void)
{
	static const char *const ops[] = { "null", "check" };
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		union guest_arg arg = guest_good(DMAFP_IOC_FIRST_MAP);

		arg.first.cell = guest_cell(ops[i], 0, 0);
		refuse(fd, DMAFP_IOC_FIRST_MAP, &arg, EINVAL);
		arg = (union guest_arg) { .count = { .size = sizeof(arg.count), .ops = 1 } };
		arg.count.cell = guest_cell(ops[i], 0, 0);
		check_errno(ioctl(fd, DMAFP_IOC_COUNT, &arg), 0);
	}
	close(fd);
}

static void ranges(void)
{
	static const struct {
		unsigned int cmd;
		size_t from, size;
		__u64 value;
		int want;
	} tries[] = {
#define TRY(cmd, type, field, size, value, want) \
	{ DMAFP_IOC_##cmd, offsetof(struct type, field), size, value, want }
		TRY(CALIBRATE, dmafp_calibration, repeats, 4, 0, EINVAL),
		TRY(CALIBRATE, dmafp_calibration, repeats, 4, 10000, 0),
		TRY(CALIBRATE, dmafp_calibration, repeats, 4, 10001, EINVAL),
		TRY(CALIBRATE, dmafp_calibration, repeats, 4, UINT_MAX, EINVAL),
		TRY(COUNT, dmafp_count, ops, 4, 0, EINVAL),
		TRY(COUNT, dmafp_count, ops, 4, 1000001, EINVAL),
		TRY(COUNT, dmafp_count, ops, 4, UINT_MAX, EINVAL),
		TRY(RUN, dmafp_run, nr_threads, 4, 0, EINVAL),
		TRY(RUN, dmafp_run, nr_threads, 4, DMAFP_MAX_THREADS, EINVAL),
		TRY(RUN, dmafp_run, nr_threads, 4, DMAFP_MAX_THREADS + 1, EINVAL),
		TRY(RUN, dmafp_run, nr_threads, 4, UINT_MAX, EINVAL),
		TRY(RUN, dmafp_run, block, 4, 0, EINVAL),
		TRY(RUN, dmafp_run, block, 4, 1024, 0),
		TRY(RUN, dmafp_run, block, 4, 1025, EINVAL),
		TRY(RUN, dmafp_run, block, 4, UINT_MAX, EINVAL),
		TRY(RUN, dmafp_run, iterations, 8, 0, EINVAL),
		TRY(DEVICE, dmafp_device, segment, 4, 7, ENODEV),
		TRY(DEVICE, dmafp_device, segment, 4, UINT_MAX, ENODEV),
		TRY(DEVICE, dmafp_device, bus, 1, 0xff, ENODEV),
		TRY(OP, dmafp_op, index, 4, UINT_MAX, EINVAL),
		TRY(TALLY, dmafp_tally, nr_calls, 4, DMAFP_TALLY_MAX_CALLS + 1, EINVAL),
		TRY(TALLY, dmafp_tally, nr_calls, 4, UINT_MAX, EINVAL),
		TRY(TALLY, dmafp_tally, flags, 4, DMAFP_TALLY_ON | DMAFP_TALLY_OFF, EINVAL),
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		int fd;
		union guest_arg arg = good_and_open(tries[i].cmd, &fd);

		memcpy(arg.bytes + tries[i].from, &tries[i].value, tries[i].size);
		if (tries[i].want)
			refuse(fd, tries[i].cmd, &arg, tries[i].want);
		else
			check_errno(ioctl(fd, tries[i].cmd, &arg), 0);
		close(fd);
	}
}

static void try_cpus(int fd, __u32 first, __u32 second, __u32 nr, int want)
{
	union guest_arg arg = guest_good(DMAFP_IOC_RUN);

	const __u32 cpus[DMAFP_MAX_THREADS] = { first, second };

	arg.run.cpus = (unsigned long)cpus;
	arg.run.nr_threads = nr;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &arg), want);
}

static void run_pointers(void)
{
	int fd = guest_open(NVME);
	union guest_arg arg;

	try_cpus(fd, guest_cpus, 0, 1, EINVAL);
	try_cpus(fd, 1000000, 0, 1, EINVAL);
	try_cpus(fd, UINT_MAX, 0, 1, EINVAL);
	try_cpus(fd, 0, 0, 2, EINVAL);
	try_cpus(fd, 0, 0, 1, 0);

	arg = guest_good(DMAFP_IOC_RUN);
	arg.run.cpus = 0;
	refuse(fd, DMAFP_IOC_RUN, &arg, EFAULT);
	arg = guest_good(DMAFP_IOC_RUN);
	arg.run.summaries = 0;
	refuse(fd, DMAFP_IOC_RUN, &arg, EFAULT);
	arg = guest_good(DMAFP_IOC_RUN);
	arg.run.buckets = -(__u64)GUEST_PAGE;
	refuse(fd, DMAFP_IOC_RUN, &arg, EFAULT);
	close(fd);
}

/* --- a thread that changes the argument during the call */

struct flipper {
	pthread_t thread;
	volatile __u32 *field;
	__u32 values[2];
	atomic_bool over;
};

/* With one CPU a value changes only between calls, and only if it is let. */
static void give_way(void)
{
	if (guest_cpus == 1)
		sched_yield();
}

static void *flip(void *arg)
{
	struct flipper *f = arg;

	/* one write at a time: QEMU may switch CPUs only where the code branches */
	for (unsigned int i = 0; !atomic_load(&f->over); i++) {
		*f->field = f->values[i % 2];
		give_way();
	}
	return NULL;
}

/*
 * Whatever the module reads it reads once: each call is as with the one value
 * or as with the other, and nothing is written where neither leads.
 */
static void flip_field(int fd, unsigned int cmd, size_t from, __u32 other, int want)
{
	static union guest_arg arg;
	struct flipper f = { 0 };
	unsigned int calls = cmd == DMAFP_IOC_RUN || cmd == DMAFP_IOC_COUNT ? 20 : 400;
	unsigned int good = 0, refused = 0;
	int error;

	arg = guest_good(cmd);
	f.field = (volatile __u32 *)(arg.bytes + from);
	f.values[0] = *f.field;
	f.values[1] = other;
	pthread_create(&f.thread, NULL, flip, &f);
	/* each value before every second call: CPUs in turn may let a slice see but one */
	for (unsigned int i = 0; i < calls || (i < 100 * calls && !(good && (refused || !want)));
	     i++) {
		*f.field = f.values[i % 2];
		error = ioctl(fd, cmd, &arg) ? errno : 0;
		if (error && error != want)
			check_errno((errno = error), want);
		good += !error;
		refused += error == want;
		give_way();
	}
	atomic_store(&f.over, true);
	pthread_join(f.thread, NULL);
	check(good && (refused || !want));
	*f.field = 0;
	for (size_t i = 512; i < sizeof(arg); i++)
		if (arg.bytes[i])
			check(arg.bytes[i] == 0);
}

static void flipped_fields(void)
{
	int fd = guest_open(NVME);

#define FLIP(cmd, type, field, other, want) \
	flip_field(fd, DMAFP_IOC_##cmd, offsetof(struct type, field), other, want)
	FLIP(INFO, dmafp_info, size, GUEST_PAGE, 0);
	FLIP(INFO, dmafp_info, size, 0, EINVAL);
	FLIP(OP, dmafp_op, index, UINT_MAX, EINVAL);
	FLIP(OP, dmafp_op, size, UINT_MAX, E2BIG);
	FLIP(CALIBRATE, dmafp_calibration, repeats, UINT_MAX, EINVAL);
	FLIP(DEVICE, dmafp_device, segment, UINT_MAX, ENODEV);
	FLIP(FIRST_MAP, dmafp_first_map, cell.op, UINT_MAX, EINVAL);
	FLIP(FIRST_MAP, dmafp_first_map, cell.bytes, 0x7ffff000, EINVAL);
	FLIP(FIRST_MAP, dmafp_first_map, nr_records, UINT_MAX, EINVAL);
	FLIP(COUNT, dmafp_count, cell.op, UINT_MAX, EINVAL);
	FLIP(COUNT, dmafp_count, ops, 0, EINVAL);
	FLIP(RUN, dmafp_run, nr_threads, DMAFP_MAX_THREADS, EINVAL);
	FLIP(RUN, dmafp_run, block, UINT_MAX, EINVAL);
	FLIP(RUN, dmafp_run, cell.op, UINT_MAX, EINVAL);
	FLIP(RUN, dmafp_run, cell.bytes, 0x7ffff000, EINVAL);
#undef FLIP
	close(fd);
}

/* What a pointer leads to is read once, too. */
static void flipped_cpu(void)
{
	static __u32 cpu;
	struct flipper f = { .field = &cpu, .values = { 0, UINT_MAX } };
	union guest_arg arg = guest_good(DMAFP_IOC_RUN);
	int fd = guest_open(NVME);
	unsigned int good = 0, refused = 0;

	arg.run.cpus = (unsigned long)&cpu;
	pthread_create(&f.thread, NULL, flip, &f);
	for (int i = 0; i < 2000 && !(i >= 50 && good && refused); i++) {
		give_way();
		*f.field = f.values[i % 2];
		if (!ioctl(fd, DMAFP_IOC_RUN, &arg)) {
			good++;
			continue;
		}
		refused++;
		check_errno(-1, EINVAL);
	}
	atomic_store(&f.over, true);
	pthread_join(f.thread, NULL);
	check(good && refused);
	close(fd);
}

/* The module's table is the one of dmafp_ops.h. */
static void op_table(void)
{
	static const struct dmafp_op known[] = {
#define ROW(_name, _reaches, _flags, _attrs) \
	{ .flags = _flags, .attrs = _attrs, .name = #_name, .reaches = _reaches },
		DMAFP_OPS(ROW)
	};
	struct dmafp_info info = { .size = sizeof(info) };
	struct dmafp_op op = { .size = sizeof(op) };
	int fd = guest_open(NULL);

	check_errno(ioctl(fd, DMAFP_IOC_INFO, &info), 0);
	check(info.abi_version == DMAFP_ABI_VERSION);
	check(info.stamp == DMAFP_STAMP_TSC);
	check(info.version[0] && !info.version[DMAFP_NAME_LEN - 1]);
	check(info.nr_ops == ARRAY_SIZE(known));
	for (; op.index < info.nr_ops; op.index++) {
		check_errno(ioctl(fd, DMAFP_IOC_OP, &op), 0);
		check(!strcmp(op.name, known[op.index].name));
		check(!strcmp(op.reaches, known[op.index].reaches));
		check(op.flags == known[op.index].flags);
		check(op.attrs == known[op.index].attrs);
	}
	check_errno(ioctl(fd, DMAFP_IOC_OP, &op), EINVAL);
	close(fd);
}

/* --- privilege */

static int drop_sys_admin(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &head, caps))
		return -1;
	caps[0].effective &= ~(1u << CAP_SYS_ADMIN);
	return syscall(SYS_capset, &head, caps);
}

static int open_as_user(int fd)
{
	if (fd >= 0 || setuid(1000))
		return 2;
	return open("/dev/dmafp", O_RDWR) < 0 && errno == EACCES ? 0 : 1;
}

static int open_without_capability(int fd)
{
	if (fd >= 0 || drop_sys_admin())
		return 2;
	return open("/dev/dmafp", O_RDWR) < 0 && errno == EPERM ? 0 : 1;
}

static int ioctls_without_capability(int fd)
{
	union guest_arg args[GUEST_IOCTLS];

	for (size_t i = 0; i < GUEST_IOCTLS; i++)
		args[i] = (union guest_arg) { .size = guest_ioctls[i].size };
	if (drop_sys_admin())
		return 2;
	for (size_t i = 0; i < GUEST_IOCTLS; i++)
		if (!ioctl(fd, guest_ioctls[i].cmd, &args[i]) || errno != EPERM)
			return 3 + i;
	return 0;
}

static void privilege(void)
{
	struct stat node;
	int fd;

	check_errno(stat("/dev/dmafp", &node), 0);
	check(S_ISCHR(node.st_mode) && (node.st_mode & 07777) == 0600);
	check(node.st_uid == 0 && node.st_gid == 0);
	check(guest_in_child(open_as_user, -1) == 0);
	check(guest_in_child(open_without_capability, -1) == 0);
	fd = guest_open(NVME);
	check(guest_in_child(ioctls_without_capability, fd) == 0);
	close(fd);
}

const struct guest_test abi_tests[] = {
	{ "a structure shorter than ever: EINVAL", short_sizes },
	{ "a longer structure with zeros: fine", long_with_zeros },
	{ "a longer structure with junk: E2BIG", long_with_junk },
	{ "memory that is not there: EFAULT", bad_memory },
	{ "numbers of no ioctl: ENOTTY", unknown_numbers },
	{ "reserved fields and unknown flags: EINVAL", reserved_fields },
	{ "cells", cells },
	{ "ops of a first map", first_map_ops },
	{ "ranges", ranges },
	{ "CPUs and pointers of a run", run_pointers },
	{ "fields that change during the call", flipped_fields },
	{ "a CPU that changes during the call", flipped_cpu },
	{ "info and op table", op_table },
	{ "privilege", privilege },
	{ 0 }
};
