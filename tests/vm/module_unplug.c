// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device is unplugged in the middle of a run.
 *
 * The second serial port leads to the QMP monitor of this QEMU, see unplug.sh.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <termios.h>
#include <unistd.h>

#include "module_guest.h"

#define HOT	    "0000:02:00.0"
#define MONITOR	    "/dev/ttyS1"
#define FOREVER	    ~0ull
#define KLOG_CLEAR  5
#define PATIENCE_MS 20000
#define SLOW_ROUNDS 2 /* that wait for the five seconds of the attention button */

static int monitor = -1;

static void open_monitor(void)
{
	struct termios raw;

	monitor = open(MONITOR, O_RDWR | O_NOCTTY | O_CLOEXEC);
	check(monitor >= 0);
	tcgetattr(monitor, &raw);
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 100; /* tenths of a second */
	tcsetattr(monitor, TCSANOW, &raw);
}

/* A line of what QEMU says, NULL after a time without any */
static const char *hear(void)
{
	static char line[1024];
	size_t used = 0;
	char c;

	while (read(monitor, &c, 1) == 1) {
		if (c == '\n')
			return line;
		if (used + 1 < sizeof(line))
			line[used++] = c;
		line[used] = '\0';
	}
	return NULL;
}

/*
 * An answer has the number of its command.  Greetings, events and what the
 * monitor makes of echoes from before the port was raw are not meant for us; the
 * first byte ends what it may take for the begin of a command.
 */
static bool tell(const char *command)
{
	static unsigned int number = 1000;
	char text[256], id[16];
	const char *line = NULL;
	int length;

	length = snprintf(text, sizeof(text), "\xff{%s, 'id': %u}\n", command, ++number);
	snprintf(id, sizeof(id), "\"id\": %u", number);
	if (write(monitor, text, length) == length)
		line = hear();
	while (line && !strstr(line, id))
		line = hear();
	return line && strstr(line, "\"return\"");
}

static bool is_there(const char *pci)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", pci);
	return !access(path, F_OK);
}

static void await(const char *pci, bool there)
{
	for (int i = 0; i < PATIENCE_MS / 10 && is_there(pci) != there; i++)
		usleep(10000);
	check(is_there(pci) == there);
}

/* Without waiting whether the administrator presses the button again */
static void switch_slot_off(void)
{
	check_errno(guest_write("/sys/bus/pci/slots/1/power", "0"), 0);
}

/*
 * Not as long as QEMU knows the one before.  A rescan waits until the kernel is
 * done with a new device; only then it may have a driver.
 */
static void plug_in(void)
{
	bool plugged = false;

	for (int i = 0; i < PATIENCE_MS / 100 && !plugged; i++) {
		plugged = tell("'execute': 'device_add', 'arguments': {'driver': 'nvme', "
			       "'drive': 'hotdisk', 'serial': 'hot', 'bus': 'hot', "
			       "'id': 'victim'}");
		if (!plugged)
			usleep(100000);
	}
	check(plugged);
	await(HOT, true);
	check_errno(guest_write("/sys/bus/pci/rescan", "1"), 0);
}

static void plug(void)
{
	plug_in();
	check_errno(guest_set(HOT, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(HOT), 0);
}

/*
 * Lockdep does not like the order of pciehp's own locks (of 6.12).  It says so
 * when a device is plugged that the module has nothing to do with, and never again.
 */
static void plug_without_module(void)
{
	plug_in();
	check(tell("'execute': 'device_del', 'arguments': {'id': 'victim'}"));
	switch_slot_off();
	await(HOT, false);
	check(klogctl(KLOG_CLEAR, NULL, 0) >= 0);
}

struct victim {
	pthread_t thread;
	int fd;
	int error;
};

static void *run_until_unplugged(void *arg)
{
	static struct guest_results results;
	struct victim *victim = arg;
	struct dmafp_cell cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);

	victim->error = guest_run(victim->fd, cell, guest_cpus, FOREVER, &results) ? errno : 0;
	return NULL;
}

static void unplug_once(unsigned long round)
{
	struct victim victim;

	plug();
	victim.fd = guest_open(HOT);
	pthread_create(&victim.thread, NULL, run_until_unplugged, &victim);
	usleep(5000 + 20000 * (round % 8));
	check(tell("'execute': 'device_del', 'arguments': {'id': 'victim'}"));
	if (round >= SLOW_ROUNDS)
		switch_slot_off();
	await(HOT, false);
	pthread_join(victim.thread, NULL);
	check_errno((errno = victim.error), ENODEV);
	check_errno(guest_select(victim.fd, HOT, NULL), ENODEV);
	close(victim.fd);
}

static void hot_unplug(void)
{
	open_monitor();
	check(tell("'execute': 'qmp_capabilities'"));
	plug_without_module();
	for (unsigned long round = 0; round < guest_options.rounds; round++)
		unplug_once(round);
	printf("# unplugged %lu times\n", guest_options.rounds);
	close(monitor);
}

const struct guest_test unplug_tests[] = {
	{ "hot-unplug in the middle of a run", hot_unplug },
	{ 0 }
};
