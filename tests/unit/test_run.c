// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole runs through the loopback: what is measured, named and emitted. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "run/run.h"

struct fixture {
	struct dmafp_run_options options;
	struct dmafp_err err;
	char names[512]; /* of the emitted results, a line each */
	char hypervisor[32], arm[32], profile[32];
	int emit_fails; /* errno */
	int emits, notes;
	char note[160]; /* the last one */
	bool traffic;
	volatile sig_atomic_t stop;
	bool stop_at_emit;
};

static int emit(void *ctx, const char *name, const struct dmafp_result *result,
		struct dmafp_err *err)
{
	struct fixture *f = ctx;
	json_t *root;

	f->emits++;
	if (f->emit_fails)
		return dmafp_err_errno(err, f->emit_fails, "emit");
	strcat(f->names, name);
	strcat(f->names, "\n");
	strcpy(f->hypervisor, result->machine.hypervisor);
	strcpy(f->arm, result->arm);
	strcpy(f->profile, result->profile.name);
	f->traffic = result->traffic.present;
	/* stated before the run: 1 %, one tick */
	assert_int_equal(result->profile.margin_ppm, 10000);
	assert_int_equal(result->profile.margin_check, 1);
	/* it is a whole result: the reader takes what the writer makes */
	root = dmafp_result_to_json(result);
	dmafp_result_free(dmafp_result_from_json(root, err));
	json_decref(root);
	if (f->stop_at_emit)
		f->stop = SIGINT;
	return 0;
}

static void note(void *ctx, const char *text)
{
	struct fixture *f = ctx;

	f->notes++;
	snprintf(f->note, sizeof(f->note), "%s", text);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->options = (struct dmafp_run_options) {
		.profile = "quick",
		.mode = "keyed",
		.transport = "loopback",
		.emit = emit,
		.note = note,
		.ctx = f,
		.stop = &f->stop,
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void all_devices_of_the_classes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	assert_string_equal(f->names, "base-keyed-nvme-0000.00.04.0.json\n"
				      "base-keyed-nic-0000.00.05.0.json\n");
	assert_string_equal(f->hypervisor, "loopback");
	assert_string_equal(f->profile, "quick");
}

static void named_devices_once_each(void **state)
{
	static const char *const devices[] = { "00:05.0", "0000:00:05.0" };
	struct fixture *f = *state;

	f->options.devices = devices;
	f->options.nr_devices = 2;
	f->options.arm = "always-lock";
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	assert_string_equal(f->names, "always-lock-keyed-nic-0000.00.05.0.json\n");
}

static void assert_fails(struct fixture *f, enum dmafp_exit exit, const char *message)
{
	memset(&f->err, 0, sizeof(f->err));
	assert_true(dmafp_run_execute(&f->options, &f->err) < 0);
	assert_string_equal(f->err.msg, message);
	assert_int_equal(f->err.exit, exit);
	assert_string_equal(f->names, "");
}

/* What may be written to is named, and not merely what is free. */
static void destroyed_is_named(void **state)
{
	static const char *const devices[] = { "0000:00:04.0" };
	struct fixture *f = *state;

	f->options.profile = "nvme-all";
	f->options.sets =
		(struct dmafp_sets) { (const char *const[]) { "iterations=1" }, 1 };
	f->options.disk = "/dev/nvme1n1";
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	f->options.destroy = true;
	f->names[0] = '\0';
	assert_fails(
		f, DMAFP_EXIT_USAGE,
		"--destroy with --disk /dev/nvme1n1: fio would get 0000:00:04.0, and which "
		"of the controllers has a disk of that name changes when they are bound: "
		"name the one that may be written to, alone, with --device");
	f->options.devices = devices;
	f->options.nr_devices = 1;
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
}

/* It is none of the devices that are measured, by whichever of its names. */
static void peer_is_not_measured(void **state)
{
	struct fixture *f = *state;

	f->options.peer = "00:05.0";
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	assert_non_null(strstr(f->note, "--peer is left alone"));
	f->options.profile = "nic-receive";
	f->options.sets =
		(struct dmafp_sets) { (const char *const[]) { "iterations=1" }, 1 };
	f->names[0] = '\0';
	assert_fails(f, DMAFP_EXIT_USAGE,
		     "0000:00:05.0 is the only device, and as --peer it receives: name the one "
		     "that sends with --device");
	f->options.peer = NULL;
	assert_fails(f, DMAFP_EXIT_USAGE,
		     "the profile's packets are to be received: name the port that the NIC is "
		     "joined to with --peer, or say --set pktgen.receive=no");
}

static void bad_options(void **state)
{
	static const char *const missing[] = { "0000:00:06.0" };
	static const char *const nonsense[] = { "nvme0" };
	struct fixture *f = *state;

	f->options.nr_devices = 1;
	f->options.devices = missing;
	assert_fails(f, DMAFP_EXIT_DEVICE,
		     "no PCI device 0000:00:06.0 (see 'dmafp list devices')");
	f->options.devices = nonsense;
	assert_fails(f, DMAFP_EXIT_USAGE,
		     "'nvme0' is no PCI address, which looks like 0000:00:04.0");
	f->options.nr_devices = 0;
	f->options.arm = "../evil";
	assert_fails(f, DMAFP_EXIT_USAGE,
		     "bad arm '../evil': letters, digits, '.', '_' and '-', at most 63, the "
		     "first a letter or a digit");
	f->options.arm = NULL;
	f->options.mode = "kdmp";
	assert_fails(f, DMAFP_EXIT_USAGE, "unknown mode 'kdmp': plain, kdump or keyed");
	f->options.mode = NULL;
	f->options.transport = "pigeon";
	assert_fails(f, DMAFP_EXIT_USAGE, "unknown transport 'pigeon': ioctl or loopback");
}

static void context_names_the_arm(void **state)
{
	char path[] = "/tmp/dmafp-test-XXXXXX";
	struct fixture *f = *state;

	close(mkstemp(path));
	assert_int_equal(dmafp_file_write(path, "{\"arm\": \"patched\"}", 18, &f->err), 0);
	f->options.context = path;
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	assert_string_equal(f->arm, "patched");
	f->options.arm = "mine";
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	assert_string_equal(f->arm, "mine");
	unlink(path);
}

static void full_disk_ends_the_run(void **state)
{
	struct fixture *f = *state;

	f->emit_fails = ENOSPC;
	assert_fails(f, DMAFP_EXIT_IO, "emit: No space left on device");
	assert_int_equal(f->emits, 1);
}

static void finished_devices_survive_a_signal(void **state)
{
	struct fixture *f = *state;

	f->stop_at_emit = true;
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), -EINTR);
	assert_int_equal(f->err.exit, DMAFP_EXIT_SIGINT);
	assert_string_equal(f->names, "base-keyed-nvme-0000.00.04.0.json\n");
	/* the device after the one that was interrupted is not even tried */
	f->stop = SIGINT;
	f->notes = 0;
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), -EINTR);
	assert_int_equal(f->notes, 0);
}

/* What has no drivers must not lead to those of this machine. */
static void no_traffic_of_a_fake(void **state)
{
	static const char *const quiet = "perf.sample=no";
	struct fixture *f = *state;

	f->options.profile = "nic-mtu";
	f->options.sets = (struct dmafp_sets) { &quiet, 1 };
	assert_int_equal(dmafp_run_execute(&f->options, &f->err), 0);
	assert_string_equal(f->names, "base-keyed-nic-0000.00.05.0.json\n");
	assert_false(f->traffic);
	assert_string_equal(f->note, "the loopback has no drivers: there is no traffic");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_traffic_of_a_fake),
		TEST(all_devices_of_the_classes),
		TEST(named_devices_once_each),
		TEST(bad_options),
		TEST(destroyed_is_named),
		TEST(peer_is_not_measured),
		TEST(context_names_the_arm),
		TEST(full_disk_ends_the_run),
		TEST(finished_devices_survive_a_signal),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
