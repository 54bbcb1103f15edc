// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending by pktgen, on trees of files whose writes are answered as by the kernel. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pthread.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "run/transport.h"
#include "run/transport_loopback_idle.h"
#include "traffic/alarm.h"
#include "traffic/pktgen.h"

#define NIC    "dmafp0"
#define PEER   "dmafp1"
#define THREAD "net/pktgen/kpktgend_3"
#define OTHER  "net/pktgen/kpktgend_0"
#define DEVICE "net/pktgen/" NIC

enum answer {
	SENDS,	  /* a round, as it should */
	WAITS,	  /* until a signal comes, as the kernel does */
	IS_LATE,  /* and is not done when the write returns */
	IS_NEVER, /* done */
	VANISHES,
};

/**
 * struct fake - what the kernel does
 * @refuse: this command, with @code
 * @answer: to a start
 * @most: packets that it sends at most in a round
 * @lost: of these, by the peer
 * @bytes: of the frames that it sends, 0: as told
 * @keeps: it does not let go of the interface
 * @interrupts: a signal comes while it sends
 */
static struct fake {
	const char *refuse;
	int code;
	enum answer answer;
	uint64_t most, lost, bytes;
	bool keeps, interrupts;
} fake;

static char root[64];
static char commands[4096]; /* to the interface */
static unsigned int starts, stops, adds, removals;
static uint64_t count, told_bytes, arrived;
static volatile sig_atomic_t stop_signal;
static char noted[256];
static struct dmafp_err error;
static struct dmafp_transport *transport;
static struct dmafp_netdev nic, peer;

/* --- files */

static void put(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", root, name), *next = dmafp_path("%s.next", path);
	char *slash = strrchr(path, '/');
	struct dmafp_err err;
	FILE *file;

	*slash = '\0';
	assert_int_equal(dmafp_file_mkdirs(path, &err), 0);
	*slash = '/';
	/* nobody reads half of it */
	file = fopen(next, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(rename(next, path), 0);
	free(next);
	free(path);
}

static void forget(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);

	assert_int_equal(dmafp_file_remove_tree(path), 0);
	free(path);
}

static bool exists(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);
	bool there = dmafp_file_exists(path);

	free(path);
	return there;
}

/* --- the kernel */

static void arrive(uint64_t packets)
{
	char text[32];

	arrived += packets;
	snprintf(text, sizeof(text), "%llu\n", (unsigned long long)arrived);
	put("class/net/" PEER "/statistics/rx_packets", text);
}

/* 4 us a packet, and 10 a round; 96 us of pauses; a tenth of them fails once */
static void finish(void)
{
	uint64_t packets = !count || fake.most < count ? fake.most : count;
	char *text;

	text = dmafp_path("Params: count 1\n     flows: 0\n"
			  "Result: OK: %llu(c%llu+d%llu) usec, %llu (%llubyte,2frags)\n"
			  "  1pps 1Mb/sec (1bps) errors: %llu\n",
			  10 + 100ull * packets, 10 + 4ull * packets, 96ull * packets,
			  (unsigned long long)packets,
			  (unsigned long long)(fake.bytes ? fake.bytes : told_bytes),
			  packets / 10ull);
	put(DEVICE, text);
	free(text);
	arrive(packets > fake.lost ? packets - fake.lost : 0);
}

static void *finish_later(void *arg)
{
	usleep(50 * 1000);
	finish();
	return arg;
}

static void wait_for_signal(void)
{
	struct timespec left = { .tv_sec = 5 };

	while (nanosleep(&left, &left) && errno != EINTR)
		;
	assert_true(left.tv_sec || left.tv_nsec);
}

static void start(void)
{
	static pthread_t thread;

	starts++;
	put(DEVICE, "Params: count 1\nResult: Starting\n");
	if (fake.interrupts)
		stop_signal = SIGINT;
	switch (fake.answer) {
	case WAITS:
		wait_for_signal();
		finish();
		break;
	case SENDS:
		finish();
		break;
	case IS_LATE:
		pthread_create(&thread, NULL, finish_later, NULL);
		pthread_detach(thread);
		break;
	case IS_NEVER:
		break;
	case VANISHES:
		forget(DEVICE);
	}
}

static void add(void)
{
	adds++;
	put(THREAD, "Running: \nStopped: " NIC " \nResult: OK: add_device=" NIC "\n");
	put(DEVICE, "Params: count 1000\nResult: Idle\n");
}

static void remove_all(const char *thread)
{
	removals++;
	if (fake.keeps)
		return;
	put(strstr(thread, OTHER) ? OTHER : THREAD,
	    "Running: \nStopped: \nResult: OK: rem_device_all\n");
	forget(DEVICE);
}

static void set(const char *text)
{
	unsigned long long value;

	strcat(commands, text);
	if (sscanf(text, "count %llu", &value) == 1)
		count = value;
	if (sscanf(text, "pkt_size %llu", &value) == 1)
		told_bytes = value;
	put(DEVICE, "Params: count 1\nResult: OK: count=1\n");
}

static int answer(const char *path, const char *text)
{
	assert_int_equal(text[strlen(text) - 1], '\n');
	if (fake.refuse && !strncmp(text, fake.refuse, strlen(fake.refuse)))
		return -fake.code;
	if (!strcmp(text, "start\n")) {
		start();
	} else if (!strcmp(text, "stop\n")) {
		stops++;
		if (fake.answer != IS_NEVER)
			finish();
	} else if (!strcmp(text, "add_device " NIC "\n")) {
		assert_non_null(strstr(path, THREAD));
		add();
	} else if (!strcmp(text, "rem_device_all\n")) {
		remove_all(path);
	} else {
		assert_non_null(strstr(path, DEVICE));
		if (!exists(DEVICE))
			return -ENOENT;
		set(text);
	}
	return 0;
}

/* --- tests */

static const uint32_t cpus[] = { 3, 5 };

static void note(void *ctx, const char *text)
{
	assert_ptr_equal(ctx, noted);
	snprintf(noted, sizeof(noted), "%s", text);
}

static struct dmafp_pktgen generator(void)
{
	return (struct dmafp_pktgen) { .procfs = root,
				       .netdev = &nic,
				       .cpus = cpus,
				       .nr_cpus = 2,
				       .bytes = 9014,
				       .fragments = 3,
				       .pace_ns = 300000,
				       .transport = transport,
				       .note = note,
				       .ctx = noted,
				       .stop = &stop_signal,
				       .limit_ms = 200,
				       .put = answer };
}

static int setup(void **state)
{
	const struct dmafp_loopback config = { .mode = "plain" };

	(void)state;
	fake = (struct fake) { .most = 1000 };
	starts = stops = adds = removals = 0;
	count = arrived = 0;
	stop_signal = 0;
	commands[0] = noted[0] = '\0';
	memset(&error, 0, sizeof(error));
	strcpy(root, "/tmp/dmafp-test-XXXXXX");
	assert_non_null(mkdtemp(root));
	put("net/pktgen/pgctrl", "Version: 2.75\n");
	put(THREAD, "Running: \nStopped: \nResult: NA\n");
	put(OTHER, "Running: \nStopped: \nResult: NA\n");
	put("class/net/" PEER "/address", "52:54:00:00:00:02\n");
	arrive(1234);
	nic = (struct dmafp_netdev) {
		.sysfs = root, .procfs = root, .pci = "0000:00:05.0", .name = NIC
	};
	peer = nic;
	strcpy(peer.name, PEER);
	strcpy(peer.pci, "0000:00:06.0");
	transport = dmafp_transport_loopback(&config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	dmafp_transport_close(transport);
	return dmafp_file_remove_tree(root);
}

static void says(const char *part)
{
	if (!strstr(error.msg, part))
		fail_msg("no '%s' in: %s", part, error.msg);
}

static void release(struct dmafp_load *load)
{
	for (size_t i = 0; i < load->nr_measures; i++)
		free(load->measures[i].hist.buckets);
	free(load->measures);
	free(load->cpus);
	free(load->op);
	*load = (struct dmafp_load) { 0 };
}

static void begin(const struct dmafp_pktgen *gen)
{
	if (dmafp_pktgen_begin(gen, &error))
		fail_msg("%s", error.msg);
}

static void set_up(void **state)
{
	struct dmafp_pktgen gen = generator();

	(void)state;
	begin(&gen);
	assert_string_equal(commands, "clone_skb 0\npkt_size 9014\nfrags 2\ndelay 300000\n"
				      "flag QUEUE_MAP_CPU\nsrc_min 192.0.2.1\n"
				      "src_max 192.0.2.1\ndst 192.0.2.2\n"
				      "dst_mac 02:64:6d:61:66:70\n");
	assert_int_equal(dmafp_pktgen_end(&gen, &error), 0);
	assert_false(exists(DEVICE));
	commands[0] = '\0';
	gen.peer = &peer;
	gen.bytes = 60;
	gen.fragments = 1;
	gen.pace_ns = 0;
	begin(&gen);
	assert_non_null(strstr(commands, "pkt_size 60\nfrags 0\ndelay 0\n"));
	assert_non_null(strstr(commands, "dst_mac 52:54:00:00:00:02\n"));
	assert_int_equal(dmafp_pktgen_end(&gen, &error), 0);
	/* once more is fine */
	assert_int_equal(dmafp_pktgen_end(&gen, &error), 0);
	assert_int_equal(removals, 2);
}

static void cannot_begin(const struct dmafp_pktgen *gen, int code, enum dmafp_exit exit,
			 const char *part)
{
	assert_int_equal(dmafp_pktgen_begin(gen, &error), -code);
	assert_int_equal(error.exit, exit);
	says(part);
}

static void shapes(void **state)
{
	static const struct {
		uint64_t bytes;
		uint32_t fragments;
		bool good;
	} shapes[] = {
		{ 60, 1, true },  { 60, 3, true },    { 60, 4, false }, { 60, 0, false },
		{ 59, 1, false }, { 9014, 16, true }, { 0, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct dmafp_pktgen gen = generator();

		gen.bytes = shapes[i].bytes;
		gen.fragments = shapes[i].fragments;
		if (shapes[i].good) {
			begin(&gen);
			assert_int_equal(dmafp_pktgen_end(&gen, &error), 0);
		} else {
			cannot_begin(&gen, EINVAL, DMAFP_EXIT_USAGE, "see [pktgen]");
		}
	}
}

static void not_there(void **state)
{
	struct dmafp_pktgen gen = generator();
	const uint32_t cpu = 4;

	(void)state;
	gen.cpus = &cpu;
	cannot_begin(&gen, ENOENT, DMAFP_EXIT_USAGE, "pktgen has no thread on CPU 4");
	forget("net/pktgen/pgctrl");
	cannot_begin(&gen, ENOENT, DMAFP_EXIT_MISSING, "modprobe pktgen");
	says("CONFIG_NET_PKTGEN");
	forget("net/pktgen");
	assert_int_equal(dmafp_pktgen_end(&gen, &error), 0);
}

/* "start" would start theirs, and what removes ours would remove theirs. */
static void somebody_elses(void **state)
{
	struct dmafp_pktgen gen = generator();

	(void)state;
	put(OTHER, "Running: \nStopped: eth9 \nResult: OK: add_device=eth9\n");
	cannot_begin(&gen, EBUSY, DMAFP_EXIT_DEVICE, "pktgen is set up for interface eth9");
	says("echo reset > /proc/net/pktgen/pgctrl");
	put(OTHER, "Running: " NIC "0 \nStopped: \nResult: NA\n");
	cannot_begin(&gen, EBUSY, DMAFP_EXIT_DEVICE, "for interface " NIC "0:");
	assert_int_equal(adds + removals, 0);
}

/* It may be on another CPU's thread. */
static void left_behind(void **state)
{
	struct dmafp_pktgen gen = generator();

	(void)state;
	put(OTHER, "Running: \nStopped: " NIC " \nResult: OK: add_device=" NIC "\n");
	begin(&gen);
	assert_int_equal(removals, 1);
	assert_int_equal(adds, 1);
}

static void refused(void **state)
{
	struct dmafp_pktgen gen = generator();

	(void)state;
	fake = (struct fake) { .refuse = "add_device", .code = ENETDOWN };
	cannot_begin(&gen, ENETDOWN, DMAFP_EXIT_DEVICE, "interface " NIC " is down");
	fake.code = EACCES;
	cannot_begin(&gen, EACCES, DMAFP_EXIT_PERMISSION, "run as root");
	fake.code = EINVAL;
	cannot_begin(&gen, EINVAL, DMAFP_EXIT_DEVICE,
		     "pktgen refuses 'add_device " NIC "' for interface " NIC);
	assert_int_equal(removals, 0);
	fake.refuse = "flag";
	cannot_begin(&gen, EINVAL, DMAFP_EXIT_DEVICE, "refuses 'flag QUEUE_MAP_CPU'");
	assert_int_equal(removals, 1);
	assert_false(exists(DEVICE));
}

/* 500 packets: 10 + 4 x 500 us of work, 10 + 100 x 500 us in all */
static void check_measure(const struct dmafp_load *load, enum dmafp_measure_kind kind,
			  uint64_t ns)
{
	const struct dmafp_measure *measure = dmafp_load_measure(load, kind);

	assert_non_null(measure);
	assert_int_equal(measure->ops_per_sample, 500);
	assert_int_equal(measure->hist.count, 4);
	assert_int_equal(measure->hist.nr_buckets, 1);
	assert_int_equal(measure->hist.buckets[0].low, ns);
	/* pktgen tells microseconds, how long CPUs idled is known to two of them */
	assert_int_equal(measure->hist.buckets[0].width,
			 kind == DMAFP_MEASURE_BUSY ? 2000 : 1000);
	assert_int_equal(measure->hist.sum, 4 * ns);
	assert_int_equal(dmafp_hist_check(&measure->hist, &error), 0);
}

static int measure(const struct dmafp_pktgen *gen, struct dmafp_load *load)
{
	dmafp_pktgen_describe(gen, load);
	return dmafp_pktgen_measure(gen, 500, 4, load, &error);
}

static void measured(void **state)
{
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	(void)state;
	begin(&gen);
	assert_int_equal(measure(&gen, &load), 0);
	assert_int_equal(starts, 5); /* one to warm up */
	assert_int_equal(stops, 0);
	assert_int_equal(load.tool, DMAFP_LOAD_PKTGEN);
	assert_string_equal(load.op, "send");
	assert_int_equal(load.bytes, 9014);
	assert_int_equal(load.fragments, 3);
	assert_int_equal(load.pace_ns, 300000);
	assert_int_equal(load.nr_cpus, 2);
	assert_memory_equal(load.cpus, cpus, sizeof(cpus));
	assert_int_equal(load.ops, 2000);
	assert_int_equal(load.errors, 4 * 50);
	assert_int_equal(load.elapsed_ns, 4 * 50010000);
	assert_int_equal(load.nr_measures, 3);
	assert_int_equal(load.nr_counters, 0);
	check_measure(&load, DMAFP_MEASURE_SEND, 2010000);
	check_measure(&load, DMAFP_MEASURE_TIME, 50010000);
	check_measure(&load, DMAFP_MEASURE_BUSY, 2 * DMAFP_LOOPBACK_IDLE_BUSY_NS);
	release(&load);
}

/* A kernel that does not tell how long CPUs idle, or no module at all. */
static void measured_without_busy(void **state)
{
	const struct dmafp_loopback config = { .mode = "plain", .no_idle = true };
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	(void)state;
	begin(&gen);
	gen.transport = dmafp_transport_loopback(&config);
	assert_int_equal(measure(&gen, &load), 0);
	assert_int_equal(load.nr_measures, 2);
	assert_null(dmafp_load_measure(&load, DMAFP_MEASURE_BUSY));
	release(&load);
	dmafp_transport_close(gen.transport);
	gen.transport = NULL;
	assert_int_equal(measure(&gen, &load), 0);
	assert_null(dmafp_load_measure(&load, DMAFP_MEASURE_BUSY));
	release(&load);
}

static void not_measured(int code, enum dmafp_exit exit, const char *part)
{
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	begin(&gen);
	assert_int_equal(measure(&gen, &load), -code);
	assert_int_equal(error.exit, exit);
	says(part);
	release(&load);
	assert_int_equal(dmafp_pktgen_end(&gen, &error), 0);
	assert_false(exists(DEVICE));
}

static void fewer_packets(void **state)
{
	(void)state;
	fake.most = 499;
	not_measured(EIO, DMAFP_EXIT_DEVICE,
		     "sent 499 of 500 packets: it lost its carrier");
}

static void other_frames(void **state)
{
	(void)state;
	fake.bytes = 9013;
	not_measured(EPROTO, DMAFP_EXIT_DEVICE,
		     "sent frames of 9013 bytes with 2 pages by interface " NIC
		     " instead of 9014 with 2");
}

static void vanished(void **state)
{
	(void)state;
	fake.answer = VANISHES;
	not_measured(ENODEV, DMAFP_EXIT_DEVICE, "interface " NIC " is gone from pktgen");
}

static void interrupted(void **state)
{
	(void)state;
	fake.interrupts = true;
	fake.most = 12;
	not_measured(EINTR, DMAFP_EXIT_SIGINT, "interrupted while pktgen sent");
	assert_int_equal(starts, 1);
}

/* 500 packets may take 200 ms and 600 us each. */
static void hangs(void **state)
{
	(void)state;
	fake.answer = WAITS;
	fake.most = 12;
	not_measured(ETIMEDOUT, DMAFP_EXIT_DEVICE, "sent 12 of 500 packets in 0 s");
}

/* The write returned before the thread had begun: the rest counts, too. */
static void late(void **state)
{
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	(void)state;
	fake.answer = IS_LATE;
	begin(&gen);
	assert_int_equal(measure(&gen, &load), 0);
	check_measure(&load, DMAFP_MEASURE_SEND, 2010000);
	check_measure(&load, DMAFP_MEASURE_BUSY, 2 * 2 * DMAFP_LOOPBACK_IDLE_BUSY_NS);
	assert_int_equal(stops, 0);
	release(&load);
}

static void never_done(void **state)
{
	(void)state;
	fake.answer = IS_NEVER;
	not_measured(ETIMEDOUT, DMAFP_EXIT_DEVICE,
		     "pktgen's thread on CPU 3 does not get done with interface " NIC);
	assert_true(stops > 1);
}

static void start_refused(void **state)
{
	(void)state;
	fake.refuse = "start";
	fake.code = EPERM;
	not_measured(EPERM, DMAFP_EXIT_PERMISSION, "run as root");
}

static void counted(void **state)
{
	struct dmafp_pktgen gen = generator();

	(void)state;
	begin(&gen);
	commands[0] = '\0';
	assert_int_equal(dmafp_pktgen_count(&gen, 64, &error), 0);
	assert_string_equal(commands, "count 64\n");
	assert_int_equal(starts, 1);
	fake.most = 63;
	assert_int_equal(dmafp_pktgen_count(&gen, 64, &error), -EIO);
}

static void ran_for(void **state)
{
	struct dmafp_pktgen gen = generator();
	struct timespec begun, ended;
	uint64_t packets;

	(void)state;
	begin(&gen);
	commands[0] = '\0';
	fake.answer = WAITS;
	fake.most = 777;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	assert_int_equal(dmafp_pktgen_run_for(&gen, 300, &packets, &error), 0);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	assert_int_equal(packets, 777);
	assert_string_equal(commands, "count 0\n");
	assert_true((ended.tv_sec - begun.tv_sec) * 1000 +
			    (ended.tv_nsec - begun.tv_nsec) / 1000000 >=
		    299);
	fake.most = 0;
	assert_int_equal(dmafp_pktgen_run_for(&gen, 100, &packets, &error), -EIO);
	says("sent nothing in 100 ms");
}

/* The thread had not begun when the time was over: it is stopped when it has. */
static void ran_for_too_short(void **state)
{
	struct dmafp_pktgen gen = generator();
	uint64_t packets;

	(void)state;
	begin(&gen);
	fake.refuse = "start";
	fake.code = 0;
	assert_int_equal(dmafp_pktgen_run_for(&gen, 1, &packets, &error), 0);
	assert_int_equal(packets, 1000);
	assert_int_equal(stops, 1);
}

static void all_arrive(void **state)
{
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	(void)state;
	gen.peer = &peer;
	begin(&gen);
	assert_int_equal(measure(&gen, &load), 0);
	assert_string_equal(load.op, "send+receive");
	assert_string_equal(noted, "");
	release(&load);
}

static void some_arrive(void **state)
{
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	(void)state;
	gen.peer = &peer;
	fake.lost = 3;
	begin(&gen);
	assert_int_equal(measure(&gen, &load), 0);
	assert_string_equal(noted, "of 2000 packets that " NIC
				   " sent, 12 did not arrive at " PEER);
	release(&load);
}

static void none_arrive(void **state)
{
	struct dmafp_pktgen gen = generator();
	struct dmafp_load load;

	(void)state;
	gen.peer = &peer;
	fake.lost = 500;
	begin(&gen);
	assert_int_equal(measure(&gen, &load), -ENOLINK);
	says("of 2000 packets that " NIC " (0000:00:05.0) sent, none arrived at " PEER
	     " (0000:00:06.0): are the two ports joined?");
	release(&load);
}

static void does_not_let_go(void **state)
{
	struct dmafp_pktgen gen = generator();

	(void)state;
	begin(&gen);
	fake.keeps = true;
	assert_int_equal(dmafp_pktgen_end(&gen, &error), -EBUSY);
	says("pktgen does not let go of interface " NIC);
}

/* --- the alarm */

static void alarms(void **state)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct timespec left = { .tv_sec = 5 };
	struct sigaction after;
	struct dmafp_alarm alarm;

	(void)state;
	sigaction(SIGALRM, &ignore, NULL);
	assert_int_equal(dmafp_alarm_set(&alarm, 20, &error), 0);
	assert_int_equal(nanosleep(&left, &left), -1);
	/* one that came before the call would not be the last */
	assert_int_equal(nanosleep(&left, &left), -1);
	assert_true(dmafp_alarm_cancel(&alarm));
	sigaction(SIGALRM, NULL, &after);
	assert_true(after.sa_handler == SIG_IGN);
	assert_int_equal(dmafp_alarm_set(&alarm, 60000, &error), 0);
	assert_false(dmafp_alarm_cancel(&alarm));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(set_up),
		TEST(shapes),
		TEST(not_there),
		TEST(somebody_elses),
		TEST(left_behind),
		TEST(refused),
		TEST(measured),
		TEST(measured_without_busy),
		TEST(fewer_packets),
		TEST(other_frames),
		TEST(vanished),
		TEST(interrupted),
		TEST(hangs),
		TEST(late),
		TEST(never_done),
		TEST(start_refused),
		TEST(counted),
		TEST(ran_for),
		TEST(ran_for_too_short),
		TEST(all_arrive),
		TEST(some_arrive),
		TEST(none_arrive),
		TEST(does_not_let_go),
		cmocka_unit_test(alarms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
