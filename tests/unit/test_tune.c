// SPDX-License-Identifier: GPL-2.0-or-later
/* A machine is tuned, and is afterwards as it was. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tuned.h"
#include "tune/knob.h"

static struct dmafp_err err;
static char notes[4096];

static void take_note(void *ctx, const char *text)
{
	(void)ctx;
	strcat(notes, text);
	strcat(notes, "\n");
}

static const uint32_t measuring[] = { 1 };
static char *root, *state;

/* End of the path of a file that takes each write and keeps or makes of it what it will */
static const char *stubborn, *makes;

int __real_dmafp_file_put(const char *path, const char *text);
int __wrap_dmafp_file_put(const char *path, const char *text);
int __wrap_dmafp_file_put(const char *path, const char *text)
{
	size_t len = strlen(path), end = stubborn ? strlen(stubborn) : 0;

	if (!end || len < end || strcmp(path + len - end, stubborn))
		return __real_dmafp_file_put(path, text);
	return makes ? __real_dmafp_file_put(path, makes) : 0;
}

static int appends_left = -1; /* until the disk is full; -1: it is not */

int __real_dmafp_journal_append(struct dmafp_journal *journal, json_t *record,
				struct dmafp_err *why);
int __wrap_dmafp_journal_append(struct dmafp_journal *journal, json_t *record,
				struct dmafp_err *why);
int __wrap_dmafp_journal_append(struct dmafp_journal *journal, json_t *record,
				struct dmafp_err *why)
{
	if (!appends_left) {
		json_decref(record);
		return dmafp_err_errno(why, ENOSPC, "cannot write %s", journal->path);
	}
	appends_left -= appends_left > 0;
	return __real_dmafp_journal_append(journal, record, why);
}

static struct dmafp_tune_options options_for(bool lasting)
{
	return (struct dmafp_tune_options) {
		.root = root,
		.state = state,
		.cpus = measuring,
		.nr_cpus = 1,
		.lasting = lasting,
		.note = take_note,
	};
}

static int setup(void **s)
{
	int ret = tree_make(s);

	put_machine();
	root = tree_path("root");
	state = tree_path("state");
	stubborn = makes = NULL;
	appends_left = -1;
	*notes = '\0';
	return ret;
}

static int teardown(void **s)
{
	free(root);
	free(state);
	return tree_remove(s);
}

static void reads(const char *name, const char *expected)
{
	char *path = tree_path(name), *text = dmafp_file_read(path, NULL, &err);

	assert_non_null(text);
	text[strcspn(text, "\n")] = '\0';
	if (strcmp(text, expected))
		fail_msg("%s: '%s', not '%s'", name, text, expected);
	free(text);
	free(path);
}

static void cpu_reads(unsigned int cpu, const char *name, const char *expected)
{
	char path[128];

	snprintf(path, sizeof(path), CPU_DIR "cpu%u/%s", cpu, name);
	reads(path, expected);
}

static void everything_is_turned(void)
{
	cpu_reads(1, "cpufreq/scaling_governor", "performance");
	cpu_reads(1, "cpufreq/energy_performance_preference", "performance");
	cpu_reads(1, "cpufreq/scaling_min_freq", "3600000");
	cpu_reads(1, "power/energy_perf_bias", "0");
	cpu_reads(1, "cpuidle/state0/disable", "0");
	cpu_reads(1, "cpuidle/state1/disable", "0");
	cpu_reads(1, "cpuidle/state2/disable", "1");
	cpu_reads(0, "cpufreq/scaling_governor", "powersave");
	cpu_reads(0, "cpuidle/state2/disable", "0");
	reads(CPU_DIR "cpufreq/boost", "0");
	reads(CPU_DIR "intel_pstate/no_turbo", "1");
	reads("root/proc/irq/24/smp_affinity_list", "0,2-3");
	reads("root/proc/irq/25/smp_affinity_list", "2-3");
	reads("root/proc/irq/default_smp_affinity", "d");
	reads("root/sys/devices/virtual/workqueue/cpumask", "d");
	reads("root/proc/sys/kernel/nmi_watchdog", "0");
	reads("root/proc/sys/kernel/soft_watchdog", "0");
	reads("root/proc/sys/kernel/numa_balancing", "0");
	reads("root/sys/fs/cgroup/system.slice/irqbalance.service/cgroup.freeze", "1");
}

static void as_before(const char *before)
{
	char *after = take_snapshot();

	assert_string_equal(after, before);
	free(after);
}

static void tuned_and_put_back(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *before = take_snapshot();
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_string_equal(notes, "");
	assert_int_equal(tune.changed, 14);
	everything_is_turned();
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	as_before(before);
	assert_string_equal(notes, "");
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	assert_string_equal(notes, "");
	free(before);
}

static void latency_is_held_in_microseconds(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *path = tree_path("root/dev/cpu_dma_latency"), *text;
	struct dmafp_tune tune;
	int32_t us;
	size_t len;
	int fd;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	fd = tune.latency;
	assert_true(fd >= 0);
	text = dmafp_file_read(path, &len, &err);
	assert_int_equal(len, sizeof(us));
	memcpy(&us, text, sizeof(us));
	assert_int_equal(us, 2);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	assert_int_equal(tune.latency, -1);
	/* the kernel heeds it as long as it is open */
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	free(text);
	free(path);
}

static void lasts_until_restored(void **s)
{
	struct dmafp_tune_options options = options_for(true);
	char *before = take_snapshot(), *tuned;
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_int_equal(tune.latency, -1);
	dmafp_tune_leave(&tune);
	tuned = take_snapshot();
	/* a run that does not tune leaves alone what the user tuned */
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	as_before(tuned);
	assert_string_equal(notes, "");
	options.lasting = false;
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	as_before(before);
	assert_string_equal(notes, "put back what an earlier dmafp had tuned: 14 files\n");
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	assert_string_equal(notes, "put back what an earlier dmafp had tuned: 14 files\n");
	free(tuned);
	free(before);
}

static void a_stale_one_is_put_back_first(void **s)
{
	struct dmafp_tune_options options = options_for(true);
	char *before = take_snapshot();
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	dmafp_tune_leave(&tune);
	options.lasting = false;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_string_equal(notes, "put back what an earlier dmafp had tuned: 14 files\n");
	everything_is_turned();
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	as_before(before);
	free(before);
}

static void another_boot_is_left_alone(void **s)
{
	struct dmafp_tune_options options = options_for(true);
	struct dmafp_tune tune;
	char *booted;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	dmafp_tune_leave(&tune);
	put_machine();
	put_boot("99999999-2222-3333-4444-555555555555\n");
	/* as the new boot's own services set it */
	put_cpu(1, "cpufreq/scaling_governor", "schedutil\n");
	booted = take_snapshot();
	options.lasting = false;
	appends_left = 0;
	assert_int_equal(dmafp_tune_restore(&options, &err), -ENOSPC);
	assert_string_equal(notes, "");
	appends_left = -1;
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	as_before(booted);
	assert_non_null(strstr(notes, "need not be put back"));
	*notes = '\0';
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	assert_string_equal(notes, "");
	free(booted);
}

static void two_at_once(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune, other;
	char *tuned;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	tuned = take_snapshot();
	assert_int_equal(dmafp_tune_begin(&other, &options, &err), -EBUSY);
	assert_int_equal(dmafp_tune_restore(&options, &err), -EBUSY);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	as_before(tuned);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	free(tuned);
}

static void all_cpus_measure(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *before = take_snapshot();
	struct dmafp_tune tune;

	(void)s;
	options.nr_cpus = 0;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	cpu_reads(3, "cpufreq/scaling_governor", "performance");
	reads("root/proc/irq/24/smp_affinity_list", "0-3");
	assert_non_null(strstr(notes, "irq-affinity: no other CPU is there for 3 of them"));
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	as_before(before);
	free(before);
}

/* An interrupt that is bound to the measuring CPU alone goes to the others. */
static void moves_what_is_bound_there(void **s)
{
	static const uint32_t zero[] = { 0 };
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	options.cpus = zero;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	reads("root/proc/irq/0/smp_affinity_list", "1-3");
	cpu_reads(0, "cpufreq/scaling_governor", "performance");
	cpu_reads(1, "cpufreq/scaling_governor", "powersave");
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	reads("root/proc/irq/0/smp_affinity_list", "0");
}

/* To the rest of where it may go, if there is one; others are not even written again. */
static void moves_within_where_it_may_go(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	tree_put("root/proc/irq/26/smp_affinity_list", "0-1\n");
	tree_put("root/proc/irq/27/smp_affinity_list", "2,3\n");
	tree_put("root/proc/irq/28/smp_affinity_list", "rubbish\n");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	reads("root/proc/irq/26/smp_affinity_list", "0");
	reads("root/proc/irq/27/smp_affinity_list", "2,3");
	reads("root/proc/irq/28/smp_affinity_list", "rubbish");
	assert_int_equal(tune.changed, 15);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

/* What is as it should be is not touched: whoever changes it meanwhile, keeps that. */
static void leaves_alone_what_is_well(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	tree_put("root/proc/sys/kernel/nmi_watchdog", "0\n");
	put_cpu(1, "cpuidle/state2/disable", "1\n");
	tree_drop(CPU_DIR "cpu1/cpufreq/scaling_max_freq");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_string_equal(notes, "");
	assert_int_equal(tune.changed, 11);
	cpu_reads(1, "cpufreq/scaling_min_freq", "800000");
	tree_put("root/proc/sys/kernel/nmi_watchdog", "1\n");
	put_cpu(1, "cpuidle/state1/disable", "1\n");
	put_cpu(1, "cpuidle/state2/disable", "0\n");
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	reads("root/proc/sys/kernel/nmi_watchdog", "1");
	cpu_reads(1, "cpuidle/state1/disable", "1");
	cpu_reads(1, "cpuidle/state2/disable", "0");
}

/* Without its old content nobody could put it back. */
static void what_cannot_be_read_is_not_changed(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	tree_drop("root/proc/sys/kernel/nmi_watchdog");
	tree_link("root/proc/sys/kernel/nmi_watchdog", "/proc/self/clear_refs");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_string_equal(notes, "this machine does not have: nmi-watchdog\n");
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

static void what_cannot_be_changed_is_a_note(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;
	char *before;

	(void)s;
	tree_drop("root/sys/fs");
	tree_drop(CPU_DIR "intel_pstate");
	tree_drop(CPU_DIR "cpufreq/boost");
	tree_drop("root/dev");
	before = take_snapshot();
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_non_null(
		strstr(notes, "this machine does not have: irqbalance, boost, turbo\n"));
	assert_non_null(strstr(notes, "cpu_dma_latency: idle CPUs may sleep deeply"));
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	as_before(before);
	free(before);
}

/* As of an interrupt that the kernel manages: here a number that takes no list */
static void a_refused_write_is_a_note(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char number[16];
	struct dmafp_tune tune;
	uint32_t cpu;

	(void)s;
	assert_int_equal(dmafp_file_read_line("/proc/self/oom_score_adj", number, 16), 0);
	cpu = (uint32_t)atoi(number);
	options.cpus = &cpu;
	tree_link("root/proc/irq/26/smp_affinity_list", "/proc/self/oom_score_adj");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_non_null(strstr(notes, "files cannot be changed, first "
				      "/proc/irq/26/smp_affinity_list: Invalid argument"));
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

static void a_write_without_effect_is_a_note(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	stubborn = "/nmi_watchdog";
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_string_equal(notes, "nmi-watchdog: 1 of 1 files cannot be changed, first "
				   "/proc/sys/kernel/nmi_watchdog: it stays as it was\n");
	assert_int_equal(tune.changed, 13);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

/* As the affinity of an interrupt whose CPU went meanwhile */
static void what_comes_back_otherwise_is_a_note(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	stubborn = "/proc/irq/24/smp_affinity_list";
	makes = "0-1\n";
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	assert_string_equal(notes, "/proc/irq/24/smp_affinity_list was '0-3' and is '0-1' "
				   "now that it was put back\n");
}

/* A setting that may only be read is none. */
static void what_is_read_only_is_not_there(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *path = tree_path("root/proc/sys/kernel/nmi_watchdog");
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_string_equal(notes, "this machine does not have: nmi-watchdog\n");
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	free(path);
}

static void a_latency_that_is_refused_is_a_note(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	tree_drop("root/dev/cpu_dma_latency");
	tree_link("root/dev/cpu_dma_latency", "/dev/full");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_int_equal(tune.latency, -1);
	assert_non_null(strstr(notes, "cpu_dma_latency: idle CPUs may sleep deeply"));
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

static void without_knowing_the_cpus_nothing_changes(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;
	char *before;

	(void)s;
	tree_drop(CPU_DIR "online");
	before = take_snapshot();
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_IO);
	as_before(before);
	tree_put(CPU_DIR "online", "3-1\n");
	free(before);
	before = take_snapshot();
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), -EINVAL);
	as_before(before);
	/* nor is anything left to be put back */
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	assert_string_equal(notes, "");
	free(before);
}

static void what_is_gone_is_no_failure(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	tree_drop("root/proc/irq/24");
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	assert_non_null(strstr(notes, "1 files that were tuned are not there any more"));
	cpu_reads(1, "cpufreq/scaling_governor", "powersave");
}

/* It fails, says which, and works once the file can be written again. */
static void what_cannot_be_put_back_is_kept(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *before = take_snapshot();
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	tree_drop("root/proc/sys/kernel/soft_watchdog");
	tree_link("root/proc/sys/kernel/soft_watchdog", "/proc/version");
	assert_int_equal(dmafp_tune_end(&tune, &err), -EIO);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(err.msg, "1 of the files"));
	assert_non_null(strstr(err.msg, "soft_watchdog"));
	assert_non_null(strstr(err.msg, "it was '1'"));
	assert_string_equal(notes, "");
	tree_drop("root/proc/sys/kernel/soft_watchdog");
	tree_put("root/proc/sys/kernel/soft_watchdog", "0\n");
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	as_before(before);
	free(before);
}

static void without_a_journal_nothing_changes(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *before;
	struct dmafp_tune tune;

	(void)s;
	tree_put("state", "no folder");
	before = take_snapshot();
	assert_int_not_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	as_before(before);
	free(before);
}

static void without_a_boot_id_nothing_changes(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *before;
	struct dmafp_tune tune;

	(void)s;
	tree_drop("root/proc/sys/kernel/random");
	before = take_snapshot();
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "cannot tell this boot from another"));
	as_before(before);
	free(before);
	/* of no boot, as nothing was tuned */
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	put_boot("\n");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), -EINVAL);
	/* nor is the journal kept from others */
	put_boot("11111111-2222-3333-4444-555555555555\n");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

/* Whatever record does not fit: what was turned before is turned back. */
static void with_a_full_disk_nothing_changes(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *before = take_snapshot();
	struct dmafp_tune tune;
	int left, ret = -ENOSPC;

	(void)s;
	for (left = 0; ret; left++) {
		appends_left = left;
		ret = dmafp_tune_begin(&tune, &options, &err);
		if (!ret)
			break;
		assert_int_equal(ret, -ENOSPC);
		as_before(before);
		/* the end cannot be written either */
		assert_true(!left || strstr(notes, "cannot write"));
		appends_left = -1;
		assert_int_equal(dmafp_tune_restore(&options, &err), 0);
		as_before(before);
		*notes = '\0';
	}
	/* the first record, and one of each of 14 knobs and two that are only kept */
	assert_int_equal(left, 1 + 16);
	appends_left = -1;
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	as_before(before);
	free(before);
}

static void nothing_was_tuned(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	char *path = tree_path("state/journal");
	struct dmafp_journal other;
	struct dmafp_tune tune;

	(void)s;
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	assert_false(dmafp_file_exists(state));
	/* one that is closed is not even locked */
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	assert_int_equal(dmafp_journal_open(&other, path, false, &err), 0);
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	dmafp_journal_close(&other);
	assert_string_equal(notes, "");
	free(path);
}

static void nobody_takes_notes(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	(void)s;
	options.note = NULL;
	tree_drop("root/dev");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
}

/* Written by an earlier version; of what it does not say nothing is put back. */
static void a_journal_of_before(void **s)
{
	struct dmafp_tune_options options = options_for(false);

	(void)s;
	tree_put("state/journal",
		 "{\"dmafp_tune\":1,\"boot\":\"11111111-2222-3333-4444-555555555555\"}\n"
		 "{\"files\":[{\"path\":\"/proc/sys/kernel/nmi_watchdog\",\"old\":\"0\\n\"},"
		 "{\"path\":\"/proc/sys/kernel/soft_watchdog\"},{\"old\":\"0\\n\"}]}\n");
	assert_int_equal(dmafp_tune_restore(&options, &err), 0);
	reads("root/proc/sys/kernel/nmi_watchdog", "0");
	reads("root/proc/sys/kernel/soft_watchdog", "1");
	assert_string_equal(notes, "put back what an earlier dmafp had tuned: 1 files\n"
				   "2 files that were tuned are not there any more\n");
}

static void a_foreign_journal_is_refused(void **s)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;
	char *before = take_snapshot();

	(void)s;
	tree_put("state/journal", "{\"something\":1}\n");
	assert_int_equal(dmafp_tune_restore(&options, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), -EINVAL);
	tree_put("state/journal", "{\"dmafp_tune\":2,\"boot\":\"x\"}\n");
	assert_int_equal(dmafp_tune_restore(&options, &err), -EINVAL);
	tree_put("state/journal", "rubbish\n{\"dmafp_tune\":1,\"boot\":\"x\"}\n");
	assert_int_equal(dmafp_tune_restore(&options, &err), -EINVAL);
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), -EINVAL);
	as_before(before);
	free(before);
}

/* A governor's settings come with it, with other values; so do boosts of a policy. */
static void settings_that_are_forgotten_come_back(void **s)
{
	static const char *const files[] = {
		CPU_DIR "cpufreq/ondemand/up_threshold",
		CPU_DIR "cpufreq/conservative/freq_step",
		CPU_DIR "cpufreq/schedutil/rate_limit_us",
		CPU_DIR "cpu1/cpufreq/ondemand/up_threshold",
		CPU_DIR "cpu1/cpufreq/conservative/freq_step",
		CPU_DIR "cpu1/cpufreq/schedutil/rate_limit_us",
		CPU_DIR "cpu1/cpufreq/scaling_setspeed",
		CPU_DIR "cpufreq/policy0/boost",
		CPU_DIR "cpufreq/policy1/boost",
	};
	struct dmafp_tune_options options = options_for(false);
	size_t i, nr = sizeof(files) / sizeof(*files);
	struct dmafp_tune tune;

	(void)s;
	for (i = 0; i < nr; i++)
		tree_put(files[i], "63\n");
	assert_int_equal(dmafp_tune_begin(&tune, &options, &err), 0);
	for (i = 0; i < nr; i++) {
		reads(files[i], "63");
		tree_put(files[i], "95\n");
	}
	assert_int_equal(dmafp_tune_end(&tune, &err), 0);
	for (i = 0; i < nr; i++)
		reads(files[i], "63");
}

static size_t row_of(const char *name)
{
	size_t i;

	for (i = 0; dmafp_knobs[i].name; i++)
		if (!strcmp(dmafp_knobs[i].name, name))
			return i;
	fail_msg("no knob %s", name);
	return 0;
}

/* What the kernel wants: see the comment at the table */
static void rows_are_in_order(void **s)
{
	(void)s;
	assert_int_equal(row_of("irqbalance"), 0);
	assert_true(row_of("governor-settings") < row_of("governor"));
	assert_true(row_of("energy-preference") < row_of("governor"));
	assert_true(row_of("policy-boost") < row_of("boost"));
	assert_true(row_of("boost") < row_of("frequency"));
	assert_true(row_of("turbo") < row_of("frequency"));
}

/* "| `NAME` | FILE, FILE | WHY |" as docs/doctor.md has it, which is Markdown */
static char *documented(const struct dmafp_knob *knob)
{
	const char *at;
	char *row = NULL;
	size_t i, len;
	FILE *out = open_memstream(&row, &len);

	fprintf(out, "\n| `%s` | ", knob->name);
	for (i = 0; knob->paths[i]; i++) {
		fputs(i ? ", " : "", out);
		for (at = knob->paths[i]; *at; at++)
			fprintf(out, "%s%c", *at == '*' ? "\\" : "", *at);
	}
	fprintf(out, " | %s |\n", knob->why);
	fclose(out);
	return row;
}

static void the_document_says_the_same(void **s)
{
	char *document = dmafp_file_read(DMAFP_SOURCE_DIR "/docs/doctor.md", NULL, &err);
	size_t i;

	(void)s;
	assert_non_null(document);
	for (i = 0; dmafp_knobs[i].name; i++) {
		char *row = documented(&dmafp_knobs[i]);

		if (!strstr(document, row))
			fail_msg("docs/doctor.md lacks %s", row + 1);
		free(row);
	}
	assert_int_equal(i, 16);
	free(document);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tuned_and_put_back),
		TEST(latency_is_held_in_microseconds),
		TEST(lasts_until_restored),
		TEST(a_stale_one_is_put_back_first),
		TEST(another_boot_is_left_alone),
		TEST(two_at_once),
		TEST(all_cpus_measure),
		TEST(moves_what_is_bound_there),
		TEST(moves_within_where_it_may_go),
		TEST(leaves_alone_what_is_well),
		TEST(what_cannot_be_read_is_not_changed),
		TEST(what_cannot_be_changed_is_a_note),
		TEST(a_refused_write_is_a_note),
		TEST(a_write_without_effect_is_a_note),
		TEST(what_comes_back_otherwise_is_a_note),
		TEST(what_is_read_only_is_not_there),
		TEST(a_latency_that_is_refused_is_a_note),
		TEST(without_knowing_the_cpus_nothing_changes),
		TEST(what_is_gone_is_no_failure),
		TEST(what_cannot_be_put_back_is_kept),
		TEST(without_a_journal_nothing_changes),
		TEST(without_a_boot_id_nothing_changes),
		TEST(with_a_full_disk_nothing_changes),
		TEST(nothing_was_tuned),
		TEST(nobody_takes_notes),
		TEST(a_journal_of_before),
		TEST(a_foreign_journal_is_refused),
		TEST(settings_that_are_forgotten_come_back),
		TEST(rows_are_in_order),
		TEST(the_document_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
