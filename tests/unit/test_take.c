// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices are taken and given back, whatever moment the one who does it dies at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "fake_bus.h"
#include "take/record.h"
#include "take/take.h"

#define NVME  "0000:00:04.0"
#define NIC   "0000:00:05.0"
#define MINE  "0000:00:06.0" /* has another driver_override */
#define IDLE  "0000:00:07.0" /* has no driver */
#define FIRST "6f9c3ab0-6c2e-4f5c-9f0d-7a4a3a1c0001"

static const struct fake_device devices[] = {
	{ NVME, "nvme" }, { NIC, "e1000e" }, { MINE, "nvme" }, { IDLE, "nvme" }, { 0 },
};

static const char *const all[] = { NVME, NIC, MINE, IDLE };
#define NR_ALL (sizeof(all) / sizeof(all[0]))

static struct dmafp_take_options options;
static struct dmafp_err err;
static char notes[4096], outcomes[1024];

static void note(void *ctx, const char *text)
{
	(void)ctx;
	strncat(notes, text, sizeof(notes) - strlen(notes) - 1);
}

static void done(void *ctx, const struct dmafp_take_outcome *outcome)
{
	size_t len = strlen(outcomes);

	(void)ctx;
	snprintf(outcomes + len, sizeof(outcomes) - len, "%s %s %s/%s now %s; ",
		 outcome->pci, outcome->what, outcome->driver, outcome->driver_override,
		 outcome->now);
}

static void boot(const char *id)
{
	char *line = dmafp_path("%s\n", id);

	tree_put("proc/sys/kernel/random/boot_id", line);
	free(line);
}

static int setup(void **state)
{
	if (tree_make(state))
		return -1;
	fake_devices = devices;
	steps_left = 0;
	bind_fails = 0;
	bind_raced = disk_full = false;
	busy_node = NULL;
	busy_errno = EBUSY;
	*claimed = '\0';
	addresses = NULL;
	memset(steps, 0, sizeof(steps));
	memset(&err, 0, sizeof(err));
	*notes = *outcomes = '\0';
	options = (struct dmafp_take_options) { .root = tree, .note = note, .done = done };
	boot(FIRST);
	tree_put("proc/self/mountinfo", "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n");
	fake_add_driver("nvme");
	fake_add_driver("e1000e");
	fake_add_driver("vfio-pci");
	fake_add_driver("dmafp");
	fake_add(NVME, "0x010802\n", 4, "nvme");
	fake_add(NIC, "0x020000\n", 5, "e1000e");
	tree_link("sys/class/net/eth9", "../../devices/pci0000:00/" NIC "/net/eth9");
	fake_put(NIC, "net/eth9/flags", "0x1002\n");
	fake_add(MINE, "0x010802\n", 6, "vfio-pci");
	fake_put(MINE, "driver_override", "vfio-pci\n");
	fake_add(IDLE, "0x010802\n", 7, "");
	return 0;
}

/* --- what there is */

static void is(const char *pci, const char *driver, const char *override)
{
	assert_string_equal(fake_driver(pci), driver);
	assert_string_equal(fake_text(pci, "driver_override"), override);
}

static void as_before(void)
{
	is(NVME, "nvme", "(null)");
	is(NIC, "e1000e", "(null)");
	is(MINE, "vfio-pci", "vfio-pci");
	is(IDLE, "", "(null)");
}

static size_t nr_prepared(void)
{
	char *path = tree_path("var/lib/dmafp/devices/journal");
	struct dmafp_record_list list;
	size_t nr;

	if (dmafp_record_list_read(path, &list, &err))
		fail_msg("%s", err.msg);
	nr = list.nr;
	dmafp_record_list_release(&list);
	free(path);
	return nr;
}

static void prepare(const char *pci)
{
	if (dmafp_take_prepare(&options, pci, &err))
		fail_msg("%s", err.msg);
}

static void release(const char *pci)
{
	if (dmafp_take_release(&options, pci, &err))
		fail_msg("%s", err.msg);
}

static void prepare_all(void)
{
	for (size_t i = 0; i < NR_ALL; i++)
		prepare(all[i]);
}

static void failed(int ret, int code, int exit, const char *part)
{
	assert_int_equal(ret, -code);
	assert_int_equal(err.exit, exit);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
}

/* --- there and back */

static void there_and_back(void **state)
{
	(void)state;
	prepare_all();
	for (size_t i = 0; i < NR_ALL; i++)
		is(all[i], "dmafp", "dmafp");
	assert_int_equal(nr_prepared(), NR_ALL);
	assert_string_equal(outcomes, NVME " prepared nvme/ now dmafp; " NIC
					   " prepared e1000e/ now dmafp; " MINE
					   " prepared vfio-pci/vfio-pci now dmafp; " IDLE
					   " prepared / now dmafp; ");
	*outcomes = '\0';
	release(NULL);
	as_before();
	assert_int_equal(nr_prepared(), 0);
	/* the last first */
	assert_string_equal(outcomes, IDLE " released / now ; " MINE
					   " released vfio-pci/vfio-pci now vfio-pci; " NIC
					   " released e1000e/ now e1000e; " NVME
					   " released nvme/ now nvme; ");
	assert_string_equal(notes, "");
}

static void one_of_them(void **state)
{
	(void)state;
	prepare_all();
	release("00:05.0");
	is(NIC, "e1000e", "(null)");
	is(NVME, "dmafp", "dmafp");
	assert_int_equal(nr_prepared(), NR_ALL - 1);
}

static void without_the_module(void **state)
{
	(void)state;
	tree_drop(BUS "drivers/dmafp");
	prepare(NVME);
	is(NVME, "", "dmafp");
	release(NULL);
	as_before();
}

static void twice(void **state)
{
	(void)state;
	prepare(NVME);
	prepare(NVME);
	is(NVME, "dmafp", "dmafp");
	assert_int_equal(nr_prepared(), 1);
	release(NVME);
	as_before();
	*outcomes = '\0';
	release(NVME);
	as_before();
	assert_string_equal(outcomes, "");
	assert_string_equal(notes, NVME " is not prepared: there is nothing to release");
}

/* A device that was found by a killed run's driver_override goes back to none. */
static void found_with_ours(void **state)
{
	(void)state;
	fake_set_driver(IDLE, "dmafp");
	fake_put(IDLE, "driver_override", "dmafp\n");
	prepare(IDLE);
	release(IDLE);
	as_before();
}

static void nothing_was_prepared(void **state)
{
	char *path = tree_path("var");

	(void)state;
	release(NULL);
	release(NVME);
	assert_string_equal(notes, NVME " is not prepared: there is nothing to release");
	assert_false(dmafp_file_exists(path));
	free(path);
}

static void written_before_anything(void **state)
{
	const char *first;

	(void)state;
	memset(steps, 0, sizeof(steps));
	prepare(NVME);
	first = strchr(steps, 'p');
	assert_non_null(first);
	/* driver_override, unbind, bind */
	assert_string_equal(first, "ppp");
	assert_true(first - steps >= 2);
	assert_memory_equal(first - 2, "wd", 2);
	memset(steps, 0, sizeof(steps));
	release(NVME);
	/* unbind, driver_override, bind, and only then the record of it */
	assert_non_null(strstr(steps, "pppwd"));
	assert_null(strstr(strstr(steps, "wd"), "p"));
}

static void state_elsewhere(void **state)
{
	char *path = tree_path("other/place"), *journal = tree_path("other/place/journal");

	(void)state;
	options.state = path;
	prepare(NVME);
	assert_true(dmafp_file_exists(journal));
	assert_int_equal(nr_prepared(), 0);
	release(NULL);
	as_before();
	free(journal);
	free(path);
}

/* --- what went on meanwhile */

static void after_a_reboot(void **state)
{
	(void)state;
	prepare(NVME);
	boot("6f9c3ab0-6c2e-4f5c-9f0d-7a4a3a1c0002");
	/* the kernel begins anew: say, with another driver that somebody wants */
	fake_set_driver(NVME, "vfio-pci");
	fake_put(NVME, "driver_override", "vfio-pci\n");
	*outcomes = '\0';
	release(NULL);
	is(NVME, "vfio-pci", "vfio-pci");
	assert_string_equal(outcomes, NVME " forgotten nvme/ now vfio-pci; ");
	assert_int_equal(nr_prepared(), 0);
}

static void prepared_in_the_next_boot(void **state)
{
	(void)state;
	prepare(NVME);
	boot("6f9c3ab0-6c2e-4f5c-9f0d-7a4a3a1c0002");
	fake_set_driver(NVME, "vfio-pci");
	fake_put(NVME, "driver_override", "vfio-pci\n");
	prepare(NVME);
	assert_int_equal(nr_prepared(), 1);
	release(NULL);
	is(NVME, "vfio-pci", "vfio-pci");
}

static void unplugged(void **state)
{
	(void)state;
	prepare(NVME);
	prepare(NIC);
	*outcomes = '\0';
	tree_drop(BUS "devices/" NVME);
	release(NULL);
	is(NIC, "e1000e", "(null)");
	assert_string_equal(outcomes, NIC " released e1000e/ now e1000e; " NVME
					  " gone nvme/ now ; ");
	assert_int_equal(nr_prepared(), 0);
}

static void taken_by_somebody_else(void **state)
{
	(void)state;
	prepare(NVME);
	fake_set_driver(NVME, "vfio-pci");
	fake_put(NVME, "driver_override", "vfio-pci\n");
	*outcomes = '\0';
	release(NULL);
	is(NVME, "vfio-pci", "vfio-pci");
	assert_string_equal(outcomes, NVME " left nvme/ now vfio-pci; ");
	assert_non_null(
		strstr(notes, NVME " has a driver_override that somebody else has set"));
	assert_int_equal(nr_prepared(), 0);
}

/* A run leaves no driver and no driver_override, or was killed with its own driver. */
static void after_a_run(void **state)
{
	(void)state;
	prepare_all();
	for (size_t i = 0; i < NR_ALL; i++) {
		fake_set_driver(all[i], "");
		fake_put(all[i], "driver_override", "(null)\n");
	}
	fake_set_driver(NVME, "nvme");
	fake_put(NIC, "driver_override", "vfio-pci\n");
	assert_int_equal(dmafp_take_hold(&options, &err), 0);
	is(NVME, "nvme", "(null)");
	is(NIC, "", "vfio-pci");
	is(MINE, "", "dmafp");
	is(IDLE, "", "dmafp");
	fake_put(NIC, "driver_override", "(null)\n");
	release(NULL);
	as_before();
}

static void hold_without_anything(void **state)
{
	(void)state;
	memset(steps, 0, sizeof(steps));
	assert_int_equal(dmafp_take_hold(&options, &err), 0);
	assert_string_equal(steps, "");
	prepare(IDLE);
	fake_set_driver(IDLE, "");
	fake_put(IDLE, "driver_override", "(null)\n");
	boot("6f9c3ab0-6c2e-4f5c-9f0d-7a4a3a1c0002");
	assert_int_equal(dmafp_take_hold(&options, &err), 0);
	is(IDLE, "", "(null)");
}

/* --- what fails */

static void will_not_bind(void **state)
{
	(void)state;
	bind_fails = EBUSY;
	/* the module will not, and then the old driver will not either */
	failed(dmafp_take_prepare(&options, NVME, &err), EBUSY, DMAFP_EXIT_DEVICE,
	       "cannot bind the module to " NVME);
	assert_non_null(strstr(notes, "cannot bind its old driver to " NVME));
	is(NVME, "", "(null)");
	/* so it is still to be given back */
	assert_int_equal(nr_prepared(), 1);
	failed(dmafp_take_release(&options, NULL, &err), EBUSY, DMAFP_EXIT_DEVICE,
	       "cannot bind its old driver to " NVME);
	assert_int_equal(nr_prepared(), 1);
	bind_fails = 0;
	release(NULL);
	as_before();
	assert_int_equal(nr_prepared(), 0);
}

static void may_not_bind(void **state)
{
	static const int codes[] = { EACCES, EPERM };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		bind_fails = codes[i];
		failed(dmafp_take_prepare(&options, IDLE, &err), codes[i],
		       DMAFP_EXIT_PERMISSION,
		       "cannot bind the module to " IDLE ": run as root");
		as_before();
		assert_int_equal(nr_prepared(), 0);
	}
}

/* Each write to sysfs that takes a device, or gives it back */
static void writes_that_fail(void **state)
{
	(void)state;
	tree_drop(BUS "drivers/nvme/unbind");
	failed(dmafp_take_prepare(&options, NVME, &err), ENOENT, DMAFP_EXIT_DEVICE,
	       "cannot take its driver off " NVME);
	as_before();
	assert_int_equal(nr_prepared(), 0);
	fake_add_driver("nvme");
	prepare(NVME);
	tree_drop(BUS "drivers/dmafp/unbind");
	failed(dmafp_take_release(&options, NULL, &err), ENOENT, DMAFP_EXIT_DEVICE,
	       "cannot take the module off " NVME);
	assert_int_equal(nr_prepared(), 1);
	fake_add_driver("dmafp");
	tree_drop(DEVICES NVME "/driver_override");
	failed(dmafp_take_release(&options, NULL, &err), ENOENT, DMAFP_EXIT_DEVICE,
	       "cannot set driver_override of " NVME);
	assert_int_equal(nr_prepared(), 1);
	fake_put(NVME, "driver_override", "dmafp\n");
	release(NULL);
	as_before();
	tree_drop(DEVICES NIC "/driver_override");
	failed(dmafp_take_prepare(&options, NIC, &err), ENOENT, DMAFP_EXIT_DEVICE,
	       "cannot set driver_override of " NIC);
	assert_string_equal(fake_driver(NIC), "e1000e");
}

/* Neither of it nor of what is noted */
static void nobody_is_told(void **state)
{
	(void)state;
	options.note = NULL;
	options.done = NULL;
	prepare(NVME);
	release(NIC);
	release(NULL);
	as_before();
}

/* What counts is which driver it has in the end. */
static void somebody_was_quicker(void **state)
{
	(void)state;
	bind_raced = true;
	prepare(NVME);
	is(NVME, "dmafp", "dmafp");
	release(NULL);
	as_before();
}

/* It was prepared, and is so further on. */
static void prepared_and_will_not_bind(void **state)
{
	(void)state;
	tree_drop(BUS "drivers/dmafp");
	prepare(NVME);
	fake_add_driver("dmafp");
	bind_fails = EIO;
	failed(dmafp_take_prepare(&options, NVME, &err), EIO, DMAFP_EXIT_DEVICE,
	       "cannot bind the module to " NVME);
	is(NVME, "", "dmafp");
	assert_int_equal(nr_prepared(), 1);
	bind_fails = 0;
	release(NULL);
	as_before();
}

/* What cannot be written down is not taken. */
static void full_disk(void **state)
{
	(void)state;
	prepare(NIC);
	disk_full = true;
	assert_int_equal(dmafp_take_prepare(&options, NVME, &err), -ENOSPC);
	is(NVME, "nvme", "(null)");
	assert_int_equal(nr_prepared(), 1);
	disk_full = false;
	release(NULL);
	as_before();
}

/* One that cannot go back does not keep the others. */
static void driver_gone(void **state)
{
	(void)state;
	prepare_all();
	tree_drop(BUS "drivers/e1000e");
	failed(dmafp_take_release(&options, NULL, &err), ENOENT, DMAFP_EXIT_MISSING,
	       "modprobe e1000e, then dmafp release " NIC);
	is(NVME, "nvme", "(null)");
	is(MINE, "vfio-pci", "vfio-pci");
	assert_int_equal(nr_prepared(), 1);
	fake_add_driver("e1000e");
	release(NULL);
	as_before();
}

/* One is told of, the others are noted; none is said to be released. */
static void drivers_gone(void **state)
{
	(void)state;
	prepare(NVME);
	prepare(NIC);
	*outcomes = '\0';
	tree_drop(BUS "drivers/e1000e");
	tree_drop(BUS "drivers/nvme");
	failed(dmafp_take_release(&options, NULL, &err), ENOENT, DMAFP_EXIT_MISSING,
	       "modprobe e1000e, then dmafp release " NIC);
	assert_non_null(strstr(notes, NVME " cannot bind " NVME " to its driver nvme"));
	assert_null(strstr(notes, NIC));
	assert_string_equal(outcomes, "");
	assert_int_equal(nr_prepared(), 2);
}

static void no_such_device(void **state)
{
	(void)state;
	failed(dmafp_take_prepare(&options, "0000:00:09.0", &err), ENODEV,
	       DMAFP_EXIT_DEVICE, "no PCI device 0000:00:09.0");
	failed(dmafp_take_check(&options, "0000:00:09.0", &err), ENODEV,
	       DMAFP_EXIT_DEVICE, "no PCI device 0000:00:09.0");
	failed(dmafp_take_prepare(&options, "nvme0", &err), EINVAL, DMAFP_EXIT_USAGE,
	       "'nvme0' is no PCI address");
	failed(dmafp_take_release(&options, "nvme0", &err), EINVAL, DMAFP_EXIT_USAGE,
	       "'nvme0' is no PCI address");
	assert_int_equal(nr_prepared(), 0);
}

static void foreign_journal(void **state)
{
	static const char *const lines[] = { "{\"n\":1}\n{\"n\":2}\n",
					     "{\"what\":\"lent\",\"pci\":\"x\"}\n" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		tree_put("var/lib/dmafp/devices/journal", lines[i]);
		failed(dmafp_take_prepare(&options, NVME, &err), EINVAL, DMAFP_EXIT_DATA,
		       "devices/journal: line 1 is of no device");
		as_before();
	}
}

/* Written by an earlier version: the last line about a device counts. */
static void journal_of_before(void **state)
{
	(void)state;
	fake_set_driver(NVME, "dmafp");
	fake_put(NVME, "driver_override", "dmafp\n");
	tree_put("var/lib/dmafp/devices/journal",
		 "{\"what\":\"prepare\",\"pci\":\"" NIC "\"}\n"
		 "{\"what\":\"prepare\",\"pci\":\"" NVME "\",\"boot\":\"before\"}\n"
		 "{\"what\":\"release\",\"pci\":\"" NIC "\"}\n"
		 "{\"what\":\"prepare\",\"pci\":\"" NVME "\",\"boot\":\"" FIRST
		 "\",\"driver\":\"nvme\",\"driver_override\":\"\"}\n");
	assert_int_equal(nr_prepared(), 1);
	release(NULL);
	assert_string_equal(outcomes, NVME " released nvme/ now nvme; ");
	as_before();
}

/* Who took it for an empty one would forget what is prepared. */
static void damaged_journal(void **state)
{
	(void)state;
	tree_put("var/lib/dmafp/devices/journal",
		 "rubbish\n{\"what\":\"prepare\",\"pci\":\"" NVME "\"}\n");
	failed(dmafp_take_prepare(&options, NVME, &err), EIO, DMAFP_EXIT_DATA, "journal");
	failed(dmafp_take_release(&options, NULL, &err), EIO, DMAFP_EXIT_DATA, "journal");
	as_before();
}

static void not_root(void **state)
{
	(void)state;
	prepare(NVME);
	busy_node = "devices/journal";
	busy_errno = EACCES;
	failed(dmafp_take_prepare(&options, NIC, &err), EACCES, DMAFP_EXIT_PERMISSION,
	       ": run as root");
	failed(dmafp_take_release(&options, NULL, &err), EACCES, DMAFP_EXIT_PERMISSION,
	       ": run as root");
	/* which is not of any other failure */
	busy_errno = EROFS;
	assert_int_equal(dmafp_take_prepare(&options, NIC, &err), -EROFS);
	assert_null(strstr(err.msg, "run as root"));
	is(NIC, "e1000e", "(null)");
}

static void no_boot_id(void **state)
{
	(void)state;
	boot("");
	failed(dmafp_take_prepare(&options, NVME, &err), EINVAL, DMAFP_EXIT_IO, "boot_id");
	as_before();
	tree_put("var/lib/dmafp/devices/journal", "");
	failed(dmafp_take_hold(&options, &err), EINVAL, DMAFP_EXIT_IO, "boot_id");
}

/* --- death */

static int die_in(int step, int (*what)(void))
{
	int status;
	pid_t child = fork();

	if (!child) {
		steps_left = step;
		_exit(what() ? 1 : 0);
	}
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *whose;

static int prepare_it(void)
{
	return dmafp_take_prepare(&options, whose, &err);
}

static int release_it(void)
{
	return dmafp_take_release(&options, NULL, &err);
}

static void check_back(void)
{
	release(NULL);
	as_before();
	assert_int_equal(nr_prepared(), 0);
	tree_drop("var");
}

/* Dies at a step of prepare; and who releases, at one of release. */
static int die_at(int first, int second)
{
	int status = die_in(first, prepare_it), again;

	if (second) {
		again = die_in(second, release_it);
		if (again != DIED)
			assert_int_equal(again, 0);
		status = again == DIED ? status : -1;
	}
	check_back();
	return status;
}

static void every_death_in_prepare(void **state)
{
	int i, step, deaths = 0;

	(void)state;
	for (i = 0; i < (int)NR_ALL; i++) {
		whose = all[i];
		for (step = 1; die_at(step, 0) == DIED; step++)
			deaths++;
	}
	print_message("%d deaths\n", deaths);
	assert_true(deaths > 4 * 6);
}

static void every_death_in_release(void **state)
{
	int i, step, status, deaths = 0;

	(void)state;
	for (i = 0; i < (int)NR_ALL; i++) {
		whose = all[i];
		for (step = 1, status = DIED; status == DIED; step++) {
			prepare(whose);
			status = die_in(step, release_it);
			check_back();
			deaths += status == DIED;
		}
		assert_int_equal(status, 0);
	}
	print_message("%d deaths\n", deaths);
	assert_true(deaths > 4 * 6);
}

static void every_two_deaths(void **state)
{
	int i, first, second, deaths = 0;

	(void)state;
	for (i = 0; i < (int)NR_ALL; i++) {
		whose = all[i];
		for (first = 1; die_at(first, 0) == DIED; first++)
			for (second = 1; die_at(first, second) == DIED; second++)
				deaths++;
	}
	print_message("%d deaths of two\n", deaths);
	assert_true(deaths > 4 * 20);
}

/* Prepared anew after a death, it is the device of before that comes back. */
static void prepare_after_death(void **state)
{
	int i, step, status;

	(void)state;
	for (i = 0; i < (int)NR_ALL; i++) {
		whose = all[i];
		for (step = 1, status = DIED; status == DIED; step++) {
			status = die_in(step, prepare_it);
			prepare(whose);
			is(whose, "dmafp", "dmafp");
			assert_int_equal(nr_prepared(), 1);
			check_back();
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(there_and_back),
		TEST(one_of_them),
		TEST(without_the_module),
		TEST(twice),
		TEST(found_with_ours),
		TEST(nothing_was_prepared),
		TEST(written_before_anything),
		TEST(state_elsewhere),
		TEST(after_a_reboot),
		TEST(prepared_in_the_next_boot),
		TEST(unplugged),
		TEST(taken_by_somebody_else),
		TEST(after_a_run),
		TEST(hold_without_anything),
		TEST(will_not_bind),
		TEST(may_not_bind),
		TEST(writes_that_fail),
		TEST(nobody_is_told),
		TEST(somebody_was_quicker),
		TEST(prepared_and_will_not_bind),
		TEST(full_disk),
		TEST(driver_gone),
		TEST(drivers_gone),
		TEST(no_such_device),
		TEST(foreign_journal),
		TEST(journal_of_before),
		TEST(damaged_journal),
		TEST(not_root),
		TEST(no_boot_id),
		TEST(every_death_in_prepare),
		TEST(every_death_in_release),
		TEST(every_two_deaths),
		TEST(prepare_after_death),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
