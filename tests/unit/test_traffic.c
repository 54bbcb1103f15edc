// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose driver is bound for traffic, and taken off again, on a bus of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "analysis/result.h"
#include "base/alloc.h"
#include "fake_bus.h"
#include "run/session.h"
#include "traffic/peer.h"
#include "traffic/traffic.h"

#define NVME "0000:00:04.0"
#define NIC  "0000:00:05.0"
#define PORT "0000:00:06.0"

static const struct fake_device devices[] = {
	{ NVME, "nvme" },
	{ NIC, "igb" },
	{ PORT, "igb" },
	{ 0 },
};

static char sysfs[80], procfs[80], work[80], notes[4096];
static struct dmafp_traffic traffic;
static struct dmafp_result *result;
static struct dmafp_err err;
static unsigned int misses;
static bool made;

static void note(void *ctx, const char *text)
{
	(void)ctx;
	strncat(notes, text, sizeof(notes) - strlen(notes) - 1);
}

static void add_interface(const char *pci, const char *name)
{
	char *link = dmafp_path("sys/class/net/%s", name);
	char *to = dmafp_path("../../devices/pci0000:00/%s/net/%s", pci, name);
	char *leaf = dmafp_path("net/%s/flags", name);

	tree_link(link, to);
	fake_put(pci, leaf, "0x1002\n");
	free(leaf);
	leaf = dmafp_path("net/%s/mtu", name);
	fake_put(pci, leaf, "1500\n");
	free(link);
	free(to);
	free(leaf);
}

static void add_device(const char *pci, const char *class, int group, const char *driver)
{
	fake_add(pci, class, group, driver);
	fake_put(pci, "modalias", "pci:v00008086d000010D3sv*\n");
}

static void add_disk(void)
{
	char *node;

	tree_put(DEVICES NVME "/nvme/nvme0/nvme0n1/dev", "259:0\n");
	tree_put(DEVICES NVME "/nvme/nvme0/nvme0n1/size", "16384\n");
	tree_put(DEVICES NVME "/nvme/nvme0/nvme0n1/queue/logical_block_size", "512\n");
	tree_put("dev/nvme0n1", "");
	node = tree_path("dev/nvme0n1");
	assert_int_equal(truncate(node, 8 << 20), 0);
	free(node);
	tree_link("sys/block/nvme0n1", "../devices/pci0000:00/" NVME "/nvme/nvme0/nvme0n1");
}

/* One load, that fio once made: 60 IOs by one thread, without logs */
static const char *const short_load[] = {
	"fio.engines=libaio", "fio.ios=60", "fio.latency_log=no",
	"fio.depths=1",	      "run.cpus=0", "traffic.tally_ops=60",
	"perf.sample=no",
};

static struct dmafp_traffic new_traffic(const char *profile)
{
	static const char *const no_files[1];
	const struct dmafp_loopback fake = { .mode = "keyed", .misses = misses };
	const struct dmafp_sets sets = { short_load,
					 sizeof(short_load) / sizeof(short_load[0]) };
	struct dmafp_profile *read = dmafp_profile_load_with(profile, &sets, &err);

	if (!read)
		fail_msg("%s", err.msg);
	return (struct dmafp_traffic) {
		.transport = dmafp_transport_loopback(&fake),
		.profile = read,
		.sysfs = sysfs,
		.procfs = procfs,
		.jobs_dir = DMAFP_SOURCE_DIR "/configs/fio",
		.work = work,
		.modules = no_files,
		.note = note,
	};
}

/* None is loaded: those of the bus are there. */
static struct dmafp_drivers traffic_drivers(void)
{
	static const char *const no_files[1];

	return (struct dmafp_drivers) { .sysfs = sysfs, .files = no_files };
}

static int setup(void **state)
{
	if (tree_make(state))
		return -1;
	snprintf(sysfs, sizeof(sysfs), "%s/sys", tree);
	snprintf(procfs, sizeof(procfs), "%s/proc", tree);
	snprintf(work, sizeof(work), "%s/work", tree);
	unsetenv("SSH_CONNECTION");
	fake_devices = devices;
	steps_left = 0;
	busy_node = busy_when = NULL;
	busy_errno = EBUSY;
	*claimed = '\0';
	addresses = NULL;
	*notes = '\0';
	memset(&err, 0, sizeof(err));
	own_disks = true;
	misses = 0;
	tree_put("work/.keep", "");
	tree_put("proc/self/mountinfo", "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n");
	tree_put("proc/net/route", "Iface\tDestination\tGateway\n");
	tree_put(BUS "drivers_probe", "");
	tree_put(BUS "drivers_autoprobe", "1\n");
	fake_add_driver("nvme");
	fake_add_driver("igb");
	fake_add_driver("dmafp");
	fake_add_driver("vfio-pci");
	add_device(NVME, "0x010802\n", 4, "");
	add_device(NIC, "0x020000\n", 5, "");
	add_device(PORT, "0x020000\n", 6, "igb");
	add_interface(NIC, "eth8");
	add_interface(PORT, "eth9");
	/* so that traffic fails, but only when all are bound */
	fake_put(NIC, "net/eth8/upper_bond0", "");
	result = dmafp_result_new();
	return 0;
}

static int teardown(void **state)
{
	dmafp_result_free(result);
	return tree_remove(state);
}

static int make(const char *profile, const char *pci, const char *peer)
{
	struct dmafp_pci_device device;
	int ret;

	dmafp_result_free(result);
	result = dmafp_result_new();
	traffic = new_traffic(profile);
	traffic.peer = peer;
	assert_int_equal(dmafp_device_find(sysfs, pci, &device, &err), 0);
	ret = dmafp_traffic_make(&traffic, &device, &result->traffic, &made, &err);
	dmafp_transport_close(traffic.transport);
	dmafp_profile_free((struct dmafp_profile *)traffic.profile);
	return ret;
}

static void says(const char *part)
{
	if (!strstr(err.msg, part))
		fail_msg("no '%s' in: %s", part, err.msg);
}

/* The device was bound, its interface is in use, and it has no driver again. */
static void is_made_until_open(const char *peer)
{
	assert_int_equal(make("nic-receive", NIC, peer), -EBUSY);
	says("bond0");
	assert_string_equal(result->traffic.driver, "igb");
	assert_string_equal(fake_driver(NIC), "");
	assert_string_equal(notes,
			    "the driver's own attach cannot be watched on this kernel");
}

/* --- who receives */

static void peer_keeps_its_driver(void **state)
{
	(void)state;
	is_made_until_open(PORT);
	assert_string_equal(result->traffic.peer, PORT);
	assert_string_equal(fake_driver(PORT), "igb");
	assert_string_equal(fake_text(PORT, "driver_override"), "(null)");
}

static void peer_without_driver_has_none_again(void **state)
{
	(void)state;
	fake_set_driver(PORT, "");
	is_made_until_open(PORT);
	assert_string_equal(fake_driver(PORT), "");
	assert_string_equal(fake_text(PORT, "driver_override"), "(null)");
}

static void prepared_peer_is_held_again(void **state)
{
	struct dmafp_drivers drivers = traffic_drivers();
	struct dmafp_peer peer;

	(void)state;
	fake_override(PORT, "dmafp\n");
	fake_set_driver(PORT, "dmafp");
	assert_int_equal(dmafp_peer_find(sysfs, procfs, PORT, &peer, &err), 0);
	assert_int_equal(dmafp_peer_bind(&peer, &drivers, &err), 0);
	assert_string_equal(fake_driver(PORT), "igb");
	assert_int_equal(dmafp_peer_unbind(&peer, &drivers, &err), 0);
	assert_string_equal(fake_driver(PORT), "dmafp");
	assert_string_equal(fake_text(PORT, "driver_override"), "dmafp");
	is_made_until_open(PORT);
	assert_string_equal(fake_driver(PORT), "dmafp");
	assert_string_equal(fake_text(PORT, "driver_override"), "dmafp");
}

/* By its driver_override alone: the module was not there when it was prepared. */
static void peer_held_without_the_module(void **state)
{
	struct dmafp_drivers drivers = traffic_drivers();
	struct dmafp_peer peer;

	(void)state;
	fake_override(PORT, "dmafp\n");
	fake_set_driver(PORT, "");
	assert_int_equal(dmafp_peer_find(sysfs, procfs, PORT, &peer, &err), 0);
	assert_int_equal(dmafp_peer_bind(&peer, &drivers, &err), 0);
	assert_string_equal(fake_driver(PORT), "igb");
	assert_int_equal(dmafp_peer_unbind(&peer, &drivers, &err), 0);
	assert_string_equal(fake_driver(PORT), "");
	assert_string_equal(fake_text(PORT, "driver_override"), "dmafp");
}

/* Its driver takes it no more: it is held as before. */
static void prepared_peer_without_a_driver(void **state)
{
	(void)state;
	fake_override(PORT, "dmafp\n");
	fake_set_driver(PORT, "dmafp");
	fake_devices = (const struct fake_device[]) { { NIC, "igb" }, { 0 } };
	assert_int_equal(make("nic-receive", NIC, PORT), -ENODEV);
	says("no driver took " PORT);
	assert_string_equal(fake_driver(NIC), "");
	assert_string_equal(fake_driver(PORT), "dmafp");
	assert_string_equal(fake_text(PORT, "driver_override"), "dmafp");
	fake_devices = devices;
}

/* Refused before anything is bound; whoever has it, has it still. */
static void peer_refused(const char *peer, int want, enum dmafp_exit exit, const char *part)
{
	fake_set_driver(NIC, "igb");
	assert_int_equal(make("nic-receive", NIC, peer), want);
	assert_int_equal(err.exit, exit);
	says(part);
	assert_null(result->traffic.driver);
	assert_string_equal(fake_driver(NIC), "igb");
	assert_string_equal(fake_driver(NVME), "nvme");
	assert_string_equal(notes, "");
}

static void mistyped_peer(void **state)
{
	(void)state;
	fake_set_driver(NVME, "nvme");
	peer_refused("00:06", -EINVAL, DMAFP_EXIT_USAGE, "'00:06' is no PCI address");
	peer_refused("0000:00:16.0", -ENODEV, DMAFP_EXIT_DEVICE,
		     "no PCI device 0000:00:16.0");
	peer_refused(NVME, -EINVAL, DMAFP_EXIT_DEVICE,
		     NVME " cannot receive: it is no NIC");
}

static void peer_in_use(void **state)
{
	(void)state;
	fake_set_driver(NVME, "nvme");
	fake_put(PORT, "net/eth9/upper_br0", "");
	peer_refused(PORT, -EBUSY, DMAFP_EXIT_DEVICE,
		     "interface eth9 of " PORT " is in use by interface br0");
	assert_string_equal(fake_driver(PORT), "igb");
	tree_drop(DEVICES PORT "/net/eth9/upper_br0");
	tree_put("proc/net/route",
		 "Iface\tDestination\tGateway\neth9\t00000000\t010200C0\n");
	peer_refused(PORT, -EBUSY, DMAFP_EXIT_DEVICE, "goes through interface eth9");
	assert_string_equal(fake_driver(PORT), "igb");
	tree_drop("sys/class/net/eth9");
	fake_set_driver(PORT, "vfio-pci");
	peer_refused(PORT, -EBUSY, DMAFP_EXIT_DEVICE, "driver vfio-pci has it");
	assert_string_equal(fake_driver(PORT), "vfio-pci");
}

/* fio sends nothing that would be received. */
static void no_peer_of_a_disk(void **state)
{
	(void)state;
	add_disk();
	fake_set_driver(PORT, "");
	assert_int_not_equal(make("nvme-4k", NVME, PORT), 0);
	assert_string_equal(result->traffic.driver, "nvme");
	assert_null(result->traffic.peer);
	assert_string_equal(fake_driver(NVME), "");
	assert_string_equal(fake_driver(PORT), "");
}

/* --- what appears with a driver */

/* First comes what is wrong with the disk, and that its driver stays is noted. */
static void keeps_driver(const char *part)
{
	*notes = '\0';
	assert_int_not_equal(make("nvme-4k", NVME, NULL), 0);
	assert_string_equal(result->traffic.driver, "nvme");
	assert_string_equal(fake_driver(NVME), "nvme");
	if (!strstr(notes, NVME " keeps its driver nvme: ") || !strstr(notes, part) ||
	    !strstr(notes, "dmafp prepare " NVME))
		fail_msg("no '%s' in: %s", part, notes);
	fake_set_driver(NVME, "");
}

static void disk_in_use_keeps_its_driver(void **state)
{
	(void)state;
	add_disk();
	tree_put("proc/self/mountinfo",
		 "22 1 254:0 / / rw - ext4 /dev/vda rw\n"
		 "23 22 259:0 / /mnt/new rw - ext4 /dev/nvme0n1 rw\n");
	keeps_driver("/dev/nvme0n1 is mounted on /mnt/new; if nobody needs it");
	tree_put("proc/self/mountinfo", "22 1 254:0 / / rw - ext4 /dev/vda rw\n");
	fake_put(NVME, "nvme/nvme0/nvme0n1/holders/md0", "");
	keeps_driver("/dev/nvme0n1 is part of md0; if nobody needs it");
}

static void unused_disk_goes(void **state)
{
	(void)state;
	add_disk();
	assert_int_not_equal(make("nvme-4k", NVME, NULL), 0);
	assert_string_equal(result->traffic.driver, "nvme");
	assert_string_equal(fake_driver(NVME), "");
	assert_null(strstr(notes, "keeps its driver"));
}

/* Whether it is used cannot be known. */
static void unknown_use_keeps_the_driver(void **state)
{
	(void)state;
	add_disk();
	tree_drop("proc/self/mountinfo");
	assert_int_not_equal(make("nvme-4k", NVME, NULL), 0);
	assert_string_equal(fake_driver(NVME), "nvme");
	assert_non_null(strstr(notes, "cannot know whether /dev/nvme0n1 is mounted"));
}

/* --- all of it */

static void fake_fio(const char *more)
{
	char *path = tree_path("bin/fio"), *search, *text;

	text = dmafp_path("#!/bin/sh\n"
			  "TREE=%s\n"
			  "[ \"$1\" = --version ] && echo fio-3.33 && exit\n"
			  "for a; do case $a in --output=*) out=${a#*=};; esac; done\n"
			  "cp " DMAFP_SOURCE_DIR "/tests/unit/fio/read.json $out\n"
			  "%s\n",
			  tree, more);
	tree_put("bin/fio", text);
	free(text);
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
	search = dmafp_path("%s/bin:/usr/bin:/bin", tree);
	setenv("PATH", search, 1);
	free(search);
}

static void is_made_and_given_back(void **state)
{
	(void)state;
	add_disk();
	fake_fio("");
	if (make("nvme-4k", NVME, NULL))
		fail_msg("%s", err.msg);
	assert_true(made);
	assert_string_equal(fake_driver(NVME), "");
	assert_string_equal(result->traffic.node, "nvme0n1");
	assert_int_equal(result->traffic.nr_loads, 1);
	assert_string_equal(result->traffic.loads[0].op, "randread");
	assert_string_equal(result->traffic.loads[0].engine, "libaio");
	assert_int_equal(result->traffic.loads[0].nr_cpus, 1);
	assert_int_equal(result->traffic.loads[0].cpus[0], 0);
	assert_int_equal(result->traffic.loads[0].ops, 60);
	assert_int_equal(result->traffic.loads[0].counted_ops, 60);
	assert_string_equal(result->traffic.loads[0].calls[0].name,
			    "iommu_deferred_attach");
	assert_int_equal(result->traffic.loads[0].calls[0].calls, 1000);
}

/* While fio has the disk it is mounted; what was made is no worse for it. */
static void is_made_and_not_given_back(void **state)
{
	(void)state;
	add_disk();
	fake_fio("echo 23 22 259:0 / /mnt rw - ext4 /dev/nvme0n1 rw >>$TREE/proc/self/mountinfo");
	assert_int_equal(make("nvme-4k", NVME, NULL), -EBUSY);
	assert_true(made);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	says(NVME " keeps its driver nvme: /dev/nvme0n1 is mounted on /mnt; if nobody");
	assert_string_equal(fake_driver(NVME), "nvme");
	assert_int_equal(result->traffic.loads[0].counted_ops, 60);
}

/* Somebody has it exclusively when its driver is to be taken off. */
static void is_made_and_held_by_somebody(void **state)
{
	(void)state;
	add_disk();
	fake_fio("touch $TREE/busy");
	busy_node = "/dev/nvme0n1";
	busy_when = "busy";
	assert_int_equal(make("nvme-4k", NVME, NULL), -EBUSY);
	assert_true(made);
	says("/dev/nvme0n1 is opened exclusively by somebody; see: fuser -v /dev/nvme0n1");
	assert_string_equal(fake_driver(NVME), "nvme");
}

/* Two passes miss a call, the third counts. */
static void counted_anew(void **state)
{
	(void)state;
	add_disk();
	fake_fio("");
	misses = 2;
	assert_int_equal(make("nvme-4k", NVME, NULL), 0);
	assert_int_equal(result->traffic.loads[0].counted_ops, 60);
	assert_int_equal(result->traffic.loads[0].calls[0].calls, 1000);
	assert_null(strstr(notes, "not counted"));
}

static void kept_without_a_count(void **state)
{
	(void)state;
	add_disk();
	fake_fio("");
	misses = 3;
	assert_int_equal(make("nvme-4k", NVME, NULL), 0);
	assert_true(made);
	assert_int_equal(result->traffic.loads[0].ops, 60);
	assert_int_equal(result->traffic.loads[0].counted_ops, 0);
	assert_int_equal(result->traffic.loads[0].nr_calls, 0);
	assert_non_null(strstr(notes, "randread 4K libaio qd1: calls of the DMA API are not "
				      "counted: in each of 3 passes"));
}

/* --- what is known beforehand */

static int check_with(const char *profile, const char *const *more, size_t nr)
{
	const struct dmafp_sets sets = { more, nr };
	struct dmafp_profile *read = dmafp_profile_load_with(profile, &sets, &err);
	int ret;

	if (!read)
		fail_msg("%s", err.msg);
	traffic.profile = read;
	ret = dmafp_traffic_check_loads(&traffic, NULL, &err);
	dmafp_profile_free(read);
	return ret;
}

#define CHECK(profile, ...)                                        \
	check_with(profile, (const char *const[]) { __VA_ARGS__ }, \
		   sizeof((const char *const[]) { __VA_ARGS__ }) / sizeof(char *))

static void refuses(int ret, enum dmafp_exit exit, const char *part)
{
	assert_true(ret < 0);
	assert_int_equal(err.exit, exit);
	says(part);
}

/* The profile alone: in a lab's guest there is neither a job nor fio yet. */
static void profile_is_checked(void **state)
{
	(void)state;
	traffic = (struct dmafp_traffic) { 0 };
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(CHECK("nvme-4k", "fio.jobs=randread-5k"), 0);
	refuses(CHECK("nvme-4k", "fio.ios=0"), DMAFP_EXIT_USAGE, "has no end");
	refuses(CHECK("nvme-4k", "fio.ramp=1"), DMAFP_EXIT_USAGE, "[fio] ramp");
	assert_int_equal(CHECK("nvme-4k", "fio.ramp=1", "fio.ios=0", "fio.runtime=5"), 0);
	refuses(CHECK("nic-mtu", "pktgen.frames=1514,60", "pktgen.fragments=4"),
		DMAFP_EXIT_USAGE, "frames of 60 bytes in 4 fragments");
	assert_int_equal(CHECK("nic-mtu", "pktgen.frames=1514,61", "pktgen.fragments=4"),
			 0);
	/* who makes no traffic may ask for what he likes */
	assert_int_equal(
		CHECK("quick", "fio.ios=0", "pktgen.frames=60", "pktgen.fragments=16"), 0);
}

static void jobs_are_checked(void **state)
{
	(void)state;
	traffic = (struct dmafp_traffic) { .jobs_dir = DMAFP_SOURCE_DIR "/configs/fio" };
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(CHECK("nvme-4k", "run.cpus=0"), 0);
	refuses(CHECK("nvme-4k", "fio.jobs=randread-4k,randread-5k"), DMAFP_EXIT_USAGE,
		"randread-5k");
	refuses(CHECK("nvme-all", "run.cpus=0"), DMAFP_EXIT_USAGE,
		"give --device PCI --disk NODE --destroy");
	traffic.destroy = true;
	refuses(CHECK("nvme-all", "run.cpus=0"), DMAFP_EXIT_USAGE,
		"give --device PCI --disk NODE --destroy");
	traffic.disk = "/dev/nvme1n1";
	assert_int_equal(CHECK("nvme-all", "run.cpus=0"), 0);
	traffic.destroy = false;
	traffic.lab = true;
	assert_int_equal(CHECK("nvme-all", "run.cpus=0"), 0);
}

static int enter(void *ctx, struct dmafp_err *unused)
{
	(void)ctx;
	(void)unused;
	fail_msg("entered");
	return 0;
}

/* As a run checks: with a folder that goes again; a guest does not look for fio. */
static void tools_are_checked(void **state)
{
	const struct dmafp_sets sets = { 0 };
	struct dmafp_run_options options = { .work = work };
	struct dmafp_session session = { .options = &options };
	struct dmafp_profile *profile = dmafp_profile_load_with("nvme-4k", &sets, &err);

	(void)state;
	assert_non_null(profile);
	session.profile = profile;
	options.jobs_dir = DMAFP_SOURCE_DIR "/configs/fio";
	fake_fio("");
	assert_int_equal(dmafp_session_check_traffic(&session, "nvme", &err), 0);
	assert_false(fake_is_there("work/traffic"));
	setenv("PATH", "/nonexistent", 1);
	refuses(dmafp_session_check_traffic(&session, "nvme", &err), DMAFP_EXIT_MISSING,
		"fio is not installed");
	/* none of its business */
	assert_int_equal(dmafp_session_check_traffic(&session, "nic", &err), 0);
	options.enter = enter;
	assert_int_equal(dmafp_session_check_traffic(&session, "nvme", &err), 0);
	dmafp_profile_free(profile);
}

/* --- what may be written to */

static int check_destroy(const char *profile, size_t nr, bool named)
{
	struct dmafp_pci_device chosen[] = { { .pci = "0000:00:05.0", .label = "nic" },
					     { .pci = "0000:00:04.0", .label = "nvme" },
					     { .pci = "0000:00:07.0", .label = "nvme" } };
	const struct dmafp_device_list list = { chosen, nr };
	const struct dmafp_sets sets = { 0 };
	struct dmafp_profile *read = dmafp_profile_load_with(profile, &sets, &err);
	int ret;

	assert_non_null(read);
	ret = dmafp_traffic_check_destroy(read, &list, named, "/dev/nvme1n1", &err);
	dmafp_profile_free(read);
	return ret;
}

static void one_controller_may_be_written_to(void **state)
{
	(void)state;
	assert_int_equal(check_destroy("nvme-all", 2, true), 0);
	assert_int_equal(check_destroy("nvme-all", 3, true), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	says("--disk /dev/nvme1n1: fio would get 0000:00:04.0 and 0000:00:07.0");
	says("with --device");
	/* the only one that was free */
	assert_int_equal(check_destroy("nvme-all", 2, false), -EINVAL);
	says("fio would get 0000:00:04.0, and");
	/* where fio does nothing, nothing is written */
	assert_int_equal(check_destroy("nvme-all", 1, false), 0);
	assert_int_equal(check_destroy("quick", 3, false), 0);
	assert_int_equal(check_destroy("nic-mtu", 3, false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(peer_keeps_its_driver, setup, teardown),
		cmocka_unit_test_setup_teardown(peer_without_driver_has_none_again, setup,
						teardown),
		cmocka_unit_test_setup_teardown(prepared_peer_is_held_again, setup,
						teardown),
		cmocka_unit_test_setup_teardown(peer_held_without_the_module, setup,
						teardown),
		cmocka_unit_test_setup_teardown(prepared_peer_without_a_driver, setup,
						teardown),
		cmocka_unit_test_setup_teardown(mistyped_peer, setup, teardown),
		cmocka_unit_test_setup_teardown(peer_in_use, setup, teardown),
		cmocka_unit_test_setup_teardown(no_peer_of_a_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(disk_in_use_keeps_its_driver, setup,
						teardown),
		cmocka_unit_test_setup_teardown(unused_disk_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(is_made_and_given_back, setup, teardown),
		cmocka_unit_test_setup_teardown(is_made_and_not_given_back, setup, teardown),
		cmocka_unit_test_setup_teardown(is_made_and_held_by_somebody, setup,
						teardown),
		cmocka_unit_test_setup_teardown(counted_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(kept_without_a_count, setup, teardown),
		cmocka_unit_test_setup_teardown(profile_is_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(jobs_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(tools_are_checked, setup, teardown),
		cmocka_unit_test(one_controller_may_be_written_to),
		cmocka_unit_test_setup_teardown(unknown_use_keeps_the_driver, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
