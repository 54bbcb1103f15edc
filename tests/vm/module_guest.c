// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PID 1: sets the guest up, runs the groups of tests named on its command line
 * and after each test looks for what it left behind.
 *
 *	init plain|keyed exact|races [OPTION=NUMBER]... GROUP...
 *
 * Options: rounds, how often a test does what is to be done many times; calls
 * and seed of the random ones.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "module_guest.h"

#define DRIVER		"/sys/bus/pci/drivers/dmafp"
#define KLOG_READ_CLEAR 4
#define EXIT_PORT	0xf4 /* isa-debug-exit: QEMU's status is 2 * value + 1 */
#define EXIT_VALUE	16

bool guest_exact, guest_keyed, guest_injects;
unsigned int guest_cpus;
struct guest_options guest_options = { .rounds = 6, .calls = 20000, .seed = 1 };

static unsigned int checks, failed_checks, passed_tests, failed_tests;

void guest_check(bool ok, const char *what, const char *file, int line)
{
	checks++;
	if (ok)
		return;
	failed_checks++;
	printf("# %s:%d: not so: %s\n", file, line, what);
}

void guest_check_errno(int got, int want, const char *what, const char *file, int line)
{
	checks++;
	if (got == want)
		return;
	failed_checks++;
	printf("# %s:%d: %s: %s (%d), not %d\n", file, line, what, strerror(got), got,
	       want);
}

/* --- sysfs */

int guest_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), saved;
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	saved = errno;
	close(fd);
	errno = saved;
	return written < 0 ? -1 : 0;
}

static void attribute_path(char path[128], const char *pci, const char *attribute)
{
	snprintf(path, 128, "/sys/bus/pci/devices/%s/%s", pci, attribute);
}

int guest_set(const char *pci, const char *attribute, const char *value)
{
	char path[128];

	attribute_path(path, pci, attribute);
	return guest_write(path, value);
}

int guest_get(const char *pci, const char *attribute, char *value, size_t size)
{
	char path[128];
	FILE *file;
	bool ok;

	attribute_path(path, pci, attribute);
	file = fopen(path, "re");
	if (!file)
		return -1;
	ok = fgets(value, size, file);
	fclose(file);
	value[ok ? strcspn(value, "\n") : 0] = '\0';
	return ok ? 0 : -1;
}

int guest_bind(const char *pci)
{
	return guest_write(DRIVER "/bind", pci);
}

int guest_unbind(const char *pci)
{
	return guest_write(DRIVER "/unbind", pci);
}

bool guest_is_bound(const char *pci)
{
	char path[128];

	snprintf(path, sizeof(path), DRIVER "/%s", pci);
	return !access(path, F_OK);
}

/* --- the module */

static int load_file(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret, saved;

	if (fd < 0)
		return -1;
	ret = syscall(SYS_finit_module, fd, parameters, 0);
	saved = errno;
	close(fd);
	errno = saved;
	return ret;
}

int guest_load_file(const char *path)
{
	return load_file(path, "");
}

int guest_load(void)
{
	return guest_load_with("");
}

int guest_load_with(const char *parameters)
{
	return load_file("/dmafp.ko", parameters);
}

int guest_unload(void)
{
	return syscall(SYS_delete_module, "dmafp", O_NONBLOCK);
}

void guest_address(const char *pci, struct dmafp_device *arg)
{
	unsigned int bus, slot, function;

	if (sscanf(pci, "%x:%x:%x.%u", &arg->segment, &bus, &slot, &function) != 4)
		abort();
	arg->bus = bus;
	arg->devfn = slot << 3 | function;
}

int guest_select(int fd, const char *pci, struct dmafp_device *facts)
{
	struct dmafp_device arg = { .size = sizeof(arg) };
	int ret;

	guest_address(pci, &arg);
	ret = ioctl(fd, DMAFP_IOC_DEVICE, &arg);
	if (facts)
		*facts = arg;
	return ret;
}

int guest_open(const char *pci)
{
	int fd = open("/dev/dmafp", O_RDWR | O_CLOEXEC);

	check(fd >= 0);
	if (pci)
		check_errno(guest_select(fd, pci, NULL), 0);
	return fd;
}

static __u32 op_index(const char *name)
{
	struct dmafp_op op = { .size = sizeof(op) };
	int fd = guest_open(NULL);

	while (!ioctl(fd, DMAFP_IOC_OP, &op) && strcmp(op.name, name))
		op.index++;
	close(fd);
	return op.index;
}

struct dmafp_cell guest_cell(const char *op, __u32 direction, __u64 bytes)
{
	return (struct dmafp_cell) {
		.op = op_index(op), .direction = direction, .bytes = bytes, .node = -1
	};
}

int guest_run(int fd, struct dmafp_cell cell, __u32 nr_threads, __u64 iterations,
	      struct guest_results *results)
{
	static const __u32 cpus[GUEST_CPUS] = { 0, 1 };
	struct dmafp_run run = {
		.size = sizeof(run),
		.cell = cell,
		.nr_threads = nr_threads,
		.block = 64,
		.warmup = 200,
		.iterations = iterations,
		.cpus = (unsigned long)cpus,
		.summaries = (unsigned long)results->summaries,
		.buckets = (unsigned long)results->buckets,
	};

	memset(results, 0xaa, sizeof(*results));
	return ioctl(fd, DMAFP_IOC_RUN, &run);
}

int guest_in_child(int (*body)(int fd), int fd)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(body(fd));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- what a test may not leave behind */

static bool is_fault(const char *line)
{
	static const char *const faults[] = {
		"WARNING: ",
		"BUG: ",
		"kernel BUG at ",
		"Oops: ",
		"INFO: ",
		"Call Trace",
		"general protection fault",
		"UBSAN: ",
		"refcount_t: ",
		"suspected memory leaks",
		"DMA-API: dmafp",
		"DMAR: [",
		"fault addr",
	};

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (strstr(line, faults[i]))
			return !guest_injects || strcmp(faults[i], "Call Trace");
	return false;
}

static void check_kernel_log(void)
{
	static char log[1 << 20];
	int size = klogctl(KLOG_READ_CLEAR, log, sizeof(log) - 1);
	bool clean = true;

	log[size > 0 ? size : 0] = '\0';
	for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n")) {
		if (!is_fault(line))
			continue;
		printf("# kernel: %s\n", line);
		clean = false;
	}
	guest_check(size >= 0 && clean, "the kernel's log is clean", __FILE__, __LINE__);
}

/* No line of @path holds @word; NULL: there is no line. */
static void check_file_without(const char *path, const char *word)
{
	FILE *file = fopen(path, "re");
	char line[256];
	bool clean = file;

	while (file && fgets(line, sizeof(line), file)) {
		if (word && !strstr(line, word))
			continue;
		printf("# %s: %s", path, line);
		clean = false;
	}
	if (file)
		fclose(file);
	guest_check(clean, path, __FILE__, __LINE__);
}

static void check_file_equals(const char *path, const char *want)
{
	FILE *file = fopen(path, "re");
	char line[256] = "";
	bool ok = file && fgets(line, sizeof(line), file) && !strcmp(line, want);

	if (file)
		fclose(file);
	if (!ok)
		printf("# %s: %s", path, line);
	guest_check(ok, path, __FILE__, __LINE__);
}

/* --- what only a debug kernel knows */

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define DMA_API		"/sys/kernel/debug/dma-api/"
#define KMEMLEAK_AGE	6 /* s; what is younger than 5 s is not reported */

bool guest_is_debug(void)
{
	return !access(KMEMLEAK, F_OK);
}

static void check_no_new_error(void)
{
	static unsigned long before;
	unsigned long errors = before;
	FILE *file = fopen(DMA_API "error_count", "re");

	check(file && fscanf(file, "%lu", &errors) == 1);
	if (file)
		fclose(file);
	check(errors == before);
	before = errors;
}

/* Nothing is mapped for the devices, and no call was a misuse. */
static void check_dma_debug(void)
{
	check_file_without(DMA_API "dump", " " NVME " ");
	check_file_without(DMA_API "dump", " " NIC " ");
	check_no_new_error();
	if (!guest_injects) /* it disables itself when it gets no memory */
		check_file_equals(DMA_API "disabled", "N\n");
}

/*
 * What the kernel itself lost in booting is no concern of ours.  A leak is what
 * two scans find and is not young.
 */
static void forget_leaks(void)
{
	check_errno(guest_write(KMEMLEAK, "scan"), 0);
	check_errno(guest_write(KMEMLEAK, "clear"), 0);
	check_errno(guest_write(DMA_API "all_errors", "1"), 0);
}

static void no_leak(void)
{
	sleep(KMEMLEAK_AGE);
	check_errno(guest_write(KMEMLEAK, "scan"), 0);
	check_errno(guest_write(KMEMLEAK, "scan"), 0);
	check_file_without(KMEMLEAK, NULL);
}

static const struct guest_test leak_tests[] = {
	{ "nothing leaked, says kmemleak", no_leak }, { 0 }
};

/* --- threads of the module */

static unsigned int count_workers(void)
{
	char path[300], name[32];
	unsigned int found = 0;
	struct dirent *entry;
	DIR *dir = opendir("/proc");
	FILE *file;

	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fgets(name, sizeof(name), file) && !strncmp(name, "dmafp/", 6))
			found++;
		fclose(file);
	}
	closedir(dir);
	return found;
}

/* The last a thread does after it was waited for is to leave /proc. */
static void check_no_workers(void)
{
	for (int i = 0; i < 100 && count_workers(); i++)
		usleep(10000);
	check(count_workers() == 0);
}

static void check_aftermath(void)
{
	check_kernel_log();
	check_no_workers();
	check_file_without("/sys/kernel/debug/kprobes/list", NULL);
	check_file_without("/proc/vmallocinfo", " dmafp_");
	check(guest_is_bound(NVME) && guest_is_bound(NIC));
	if (guest_is_debug())
		check_dma_debug();
}

static void run_test(const struct guest_test *test)
{
	unsigned int before = checks, failed_before = failed_checks;
	time_t begin = time(NULL);
	bool ok;

	test->run();
	check_aftermath();
	ok = failed_checks == failed_before;
	if (ok)
		passed_tests++;
	else
		failed_tests++;
	printf("%s %u - %s (%u checks, %u s)\n", ok ? "ok" : "not ok",
	       passed_tests + failed_tests, test->name, checks - before,
	       (unsigned int)(time(NULL) - begin));
}

/* --- the guest */

static void set_up(void)
{
	static const char *const dirs[] = { "/proc", "/sys", "/dev" };
	int console;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		mkdir(dirs[i], 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	console = open("/dev/console", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		dup2(console, fd);
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void load_and_bind(void)
{
	static const char *const devices[] = { NVME, NIC };

	if (guest_is_debug())
		forget_leaks();
	check_errno(guest_load(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		check_errno(guest_set(devices[i], "driver_override", "dmafp"), 0);
		check_errno(guest_bind(devices[i]), 0);
	}
}

static const struct guest_test set_up_tests[] = {
	{ "load the module, bind the devices", load_and_bind }, { 0 }
};

static void run_group(const char *name)
{
	static const struct {
		const char *name;
		const struct guest_test *tests;
	} groups[] = {
		{ "setup", set_up_tests },  { "abi", abi_tests },
		{ "device", device_tests }, { "measure", measure_tests },
		{ "races", race_tests },    { "attach", attach_tests },
		{ "fuzz", fuzz_tests },	    { "fail", fail_tests },
		{ "unplug", unplug_tests },  { "drivers", driver_tests },
		{ "leaks", leak_tests },
		{ "harness", harness_tests },
		{ "idle", idle_tests },
		{ "stray", stray_tests },
		{ "tally", tally_tests },
		{ "traffic", traffic_tests },
		{ "newer", newer_tests },
		{ "sampling", sampling_tests },
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (strcmp(groups[i].name, name))
			continue;
		found = true;
		for (const struct guest_test *test = groups[i].tests; test->run; test++)
			run_test(test);
	}
	guest_check(found, name, __FILE__, __LINE__);
}

static void take_option(const char *option)
{
	static const struct {
		const char *name;
		unsigned long *value;
	} known[] = {
		{ "rounds=", &guest_options.rounds },
		{ "calls=", &guest_options.calls },
		{ "seed=", &guest_options.seed },
	};
	size_t length = strcspn(option, "=") + 1;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strncmp(option, known[i].name, length))
			*known[i].value = strtoul(option + length, NULL, 0);
}

/* Ends QEMU with nothing more on the console. */
static void power_off(void)
{
	tcdrain(STDOUT_FILENO);
	if (!ioperm(EXIT_PORT, 1, 1))
		outb(EXIT_VALUE, EXIT_PORT);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	set_up();
	guest_keyed = argc > 1 && !strcmp(argv[1], "keyed");
	guest_exact = argc > 2 && !strcmp(argv[2], "exact");
	guest_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	run_group("setup");
	for (int i = 3; i < argc; i++) {
		if (strchr(argv[i], '='))
			take_option(argv[i]);
		else
			run_group(argv[i]);
	}
	if (guest_is_debug())
		run_group("leaks");
	printf("module tests: %u passed, %u failed (%u checks)\n", passed_tests,
	       failed_tests, checks);
	if (!failed_tests && !failed_checks && argc > 3)
		printf("success\n");
	fflush(stdout);
	power_off();
}
