// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A campaign whose machine loses its power, at every moment that it writes at.
 *
 * A boot is a process of its own. The calls by which it changes its disk are wrapped by
 * the linker: the one at which the fuse burns ends the process instead.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/proc.h"
#include "campaign/state.h"
#include "campaign/step.h"
#include "tree.h"

#define POWER_CUT 99
#define CRASHED	  98
#define TROUBLE	  97

/* What outlives a boot: memory that all processes share. */
static struct world {
	unsigned long fuse, calls; /* calls until it burns, 0: never; calls so far */
	struct dmafp_here here;	   /* of the next boot */
	bool captured;		   /* which is the capture kernel's */
	unsigned int measured, rebooted, restored, homes, reports, asked;
	unsigned int bad_boots;	      /* so many times the next kernel does not come up */
	unsigned int bad_runs;	      /* so many times measuring fails */
	bool bad_kexec;		      /* no kernel can be loaded */
	bool bad_report, bad_restore; /* cannot be written; nothing in an arm's kernel */
	bool dies;		      /* the process, once it has measured */
	uint32_t settled_at;	      /* rounds */
	char said[256];
} * world;

static struct dmafp_campaign campaign;
static struct dmafp_err err;

/* --- the power */

static void burn(void)
{
	world->calls++;
	if (world->fuse && !--world->fuse)
		_exit(POWER_CUT);
}

ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	if (world)
		burn();
	return __real_write(fd, data, len);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	burn();
	return __real_rename(from, to);
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	(void)fd;
	burn();
	return 0;
}

int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	(void)fd;
	burn();
	return 0;
}

int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode)
{
	if (world)
		burn();
	return __real_mkdir(path, mode);
}

int __real_unlinkat(int dir, const char *path, int flags);
int __wrap_unlinkat(int dir, const char *path, int flags);
int __wrap_unlinkat(int dir, const char *path, int flags)
{
	burn();
	return __real_unlinkat(dir, path, flags);
}

/* --- the machine */

static void here(void *ctx, struct dmafp_here *here)
{
	(void)ctx;
	*here = world->here;
}

static int go(void *ctx, const struct dmafp_campaign_turn *turn, uint32_t attempt,
	      struct dmafp_err *error)
{
	(void)ctx;
	if (world->bad_kexec)
		/* Latin 1, and cut amid a character of UTF-8 */
		return dmafp_err_set(error, EPERM, DMAFP_EXIT_PERMISSION,
				     "no kernel loads: \xe4 \xc3");
	world->rebooted++;
	if (world->bad_boots) {
		world->bad_boots--;
		memset(&world->here, 0, sizeof(world->here));
		return 0;
	}
	strcpy(world->here.id, campaign.id);
	strcpy(world->here.turn, turn->name);
	world->here.attempt = attempt;
	return 0;
}

/* A result is unlike any other that was ever measured. */
static int put_result(const char *dir, const char *mode, struct dmafp_err *error)
{
	char *path = dmafp_path("%s/%s.json", dir, mode);
	char *text = dmafp_path("%s %u %u\n", world->here.turn, world->here.attempt,
				++world->measured);
	int ret = dmafp_file_write(path, text, strlen(text), error);

	free(text);
	free(path);
	return ret;
}

static bool is_finished(const char *turn)
{
	char *path = dmafp_campaign_path(&campaign, "results/%s", turn);
	bool there = dmafp_file_exists(path);

	free(path);
	return there;
}

static int measure(void *ctx, const struct dmafp_campaign_turn *turn, const char *mode,
		   const char *work, struct dmafp_err *error)
{
	(void)ctx;
	/* in the boot that was made for it, and not again */
	if (strcmp(world->here.turn, turn->name) || is_finished(turn->name))
		_exit(TROUBLE);
	if (world->bad_runs) {
		world->bad_runs--;
		return dmafp_err_set(error, ENOSPC, DMAFP_EXIT_IO, "the disk is full");
	}
	if (!world->dies)
		return put_result(work, mode, error);
	put_result(work, mode, error);
	_exit(POWER_CUT);
}

static int crash(void *ctx, const struct dmafp_campaign_turn *turn, uint32_t attempt,
		 struct dmafp_err *error)
{
	(void)ctx, (void)error;
	if (strcmp(world->here.turn, turn->name) || world->here.attempt != attempt)
		_exit(TROUBLE);
	world->captured = true;
	_exit(CRASHED);
}

static const char *last_words(void *ctx)
{
	(void)ctx;
	return "the watchdog";
}

static int settled(void *ctx, uint32_t boots, bool *is, char *why, size_t size,
		   struct dmafp_err *error)
{
	(void)ctx, (void)error;
	world->asked++;
	*is = boots == world->settled_at;
	snprintf(why, size, "after %u", boots);
	return 0;
}

static int report(void *ctx, struct dmafp_err *error)
{
	char *path = dmafp_campaign_path(&campaign, "report.txt");
	int ret = dmafp_file_write(path, "verdict\n", 8, error);

	(void)ctx;
	world->reports++;
	free(path);
	return world->bad_report
		       ? dmafp_err_set(error, EIO, DMAFP_EXIT_DATA, "two campaigns")
		       : ret;
}

static int restore(void *ctx, struct dmafp_err *error)
{
	(void)ctx;
	world->restored++;
	if (world->bad_restore && *world->here.id)
		return dmafp_err_set(error, EIO, DMAFP_EXIT_DEVICE, "the driver is gone");
	return 0;
}

static int home(void *ctx, struct dmafp_err *error)
{
	(void)ctx, (void)error;
	world->homes++;
	memset(&world->here, 0, sizeof(world->here));
	return 0;
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	snprintf(world->said, sizeof(world->said), "%s", text);
}

static const struct dmafp_machine machine = {
	.here = here,
	.go = go,
	.measure = measure,
	.crash = crash,
	.last_words = last_words,
	.settled = settled,
	.report = report,
	.restore = restore,
	.home = home,
	.say = say,
};

/* --- boots */

/* What the capture kernel does; its own disk is a folder beside the campaign's. */
static int capture(void)
{
	char *dir = tree_path("tmpfs");
	int ret;

	dmafp_file_remove_tree(dir);
	ret = dmafp_file_mkdirs(dir, &err) ?: put_result(dir, "kdump", &err)
					   ?: dmafp_campaign_captured(&campaign, &world->here,
								      dir, &err);
	free(dir);
	return ret;
}

static int boot(void)
{
	bool captured = world->captured;
	int status, ret;
	pid_t child;

	world->captured = false;
	fflush(NULL);
	child = fork();
	if (!child) {
		ret = captured ? capture() : dmafp_campaign_step(&campaign, &machine, &err);
		if (ret)
			fprintf(stderr, "%s\n", err.msg);
		_exit(ret ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	/* after a power cut, and out of the capture kernel, it boots its own kernel */
	if (WEXITSTATUS(status) == POWER_CUT || captured) {
		memset(&world->here, 0, sizeof(world->here));
		world->captured = false;
	}
	return WEXITSTATUS(status);
}

static void look(struct dmafp_campaign_state *state)
{
	assert_int_equal(dmafp_campaign_look(&campaign, state, &err), 0);
}

/* Boot after boot, until it has ended or nothing more happens; exit codes may be asked for */
static void run(unsigned int boots)
{
	struct dmafp_campaign_state state;

	do {
		int status = boot();

		assert_true(status == 0 || status == CRASHED || status == POWER_CUT);
		look(&state);
		assert_true(boots--);
	} while (!state.end && !state.paused);
	/* one more, as the unit does it that was not yet disabled */
	while (boot())
		assert_true(boots--);
}

static unsigned int entries(const char *name)
{
	char *path = dmafp_campaign_path(&campaign, "%s", name);
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned int nr = 0;

	while (dir && (entry = readdir(dir)))
		nr += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	free(path);
	return nr;
}

/* The attempt that a result is of */
static unsigned int attempt_of(const struct dmafp_campaign_turn *turn, const char *mode)
{
	char *path = dmafp_campaign_path(&campaign, "results/%s/%s.json", turn->name, mode);
	char *text = dmafp_file_read(path, NULL, &err), name[128];
	unsigned int attempt, number;

	assert_non_null(text);
	assert_int_equal(sscanf(text, "%127s %u %u", name, &attempt, &number), 3);
	assert_string_equal(name, turn->name);
	free(text);
	free(path);
	return attempt;
}

/* Each planned turn has its results, of one and the same boot, and there is nothing else. */
static void is_whole(size_t turns)
{
	assert_int_equal(entries("results"), turns);
	assert_int_equal(entries("work"), 0);
	for (size_t i = 0; i < turns; i++) {
		const struct dmafp_campaign_turn *turn = &campaign.turns[i];
		char *dir = dmafp_path("results/%s", turn->name);

		if (turn->kind == DMAFP_BOOT_KEYED) {
			assert_int_equal(entries(dir), 1);
			attempt_of(turn, "keyed");
		} else {
			assert_int_equal(entries(dir), 2);
			assert_int_equal(attempt_of(turn, "plain"),
					 attempt_of(turn, "kdump"));
		}
		free(dir);
	}
}

static void start_kinds(unsigned int boots, bool crashes)
{
	static const char *const names[] = { "base", "patched" };

	tree_drop("campaign");
	memset(world, 0, sizeof(*world));
	dmafp_campaign_free(&campaign);
	campaign = (struct dmafp_campaign) {
		.dir = tree_path("campaign"),
		.id = strdup("0badcafe"),
		.seed = 7,
		.boots = boots,
		.failures = 3,
		.plain = crashes,
		.keyed = true,
		.kdump = crashes,
		.reboot = strdup("kexec"),
		.cmdline = strdup("quiet"),
		.crashkernel = strdup("256M"),
		.boot_limit = 60,
		.run_limit = 60,
	};
	campaign.devices = dmafp_alloc_grow(NULL, 0, sizeof(char *));
	campaign.devices[campaign.nr_devices++] = strdup("0000:00:04.0");
	for (size_t i = 0; i < 2; i++) {
		campaign.arms = dmafp_alloc_grow(campaign.arms, i, sizeof(*campaign.arms));
		campaign.arms[i].name = strdup(names[i]);
		campaign.arms[i].kernel = strdup("/boot/vmlinuz");
	}
	campaign.nr_arms = 2;
	dmafp_campaign_order(&campaign);
	assert_int_equal(dmafp_file_mkdirs(campaign.dir, &err), 0);
	assert_int_equal(dmafp_campaign_write(&campaign, &err), 0);
	world->calls = 0;
}

static void start(unsigned int boots)
{
	start_kinds(boots, true);
}

/* --- tests */

static void uncut(void **state)
{
	struct dmafp_campaign_state now;

	(void)state;
	start(3);
	campaign.fixed = true;
	run(100);
	is_whole(12);
	look(&now);
	assert_int_equal(now.end, DMAFP_CAMPAIGN_DONE);
	assert_int_equal(now.done, 12);
	assert_int_equal(world->rebooted, 12);
	assert_int_equal(world->reports, 1);
	assert_int_equal(world->asked, 0);
	assert_true(world->restored >= 1);
	assert_string_equal(world->here.id, "");
}

static void cut_everywhere(void **state)
{
	struct dmafp_campaign_state now;
	unsigned long moment, moments;

	(void)state;
	start(1);
	run(100);
	moments = world->calls;
	assert_true(moments > 80);
	for (moment = 1; moment <= moments; moment++) {
		start(1);
		world->fuse = moment;
		run(100);
		assert_int_equal(world->fuse, 0);
		is_whole(4);
		look(&now);
		assert_int_equal(now.end, DMAFP_CAMPAIGN_DONE);
		/* at most the boot that was cut is made again */
		assert_true(world->rebooted >= 4 && world->rebooted <= 5);
		assert_true(world->reports >= 1 && world->restored >= 1);
	}
	print_message("%lu moments\n", moments);
}

/* The power goes again and again, some calls after it came back. */
static void cut_often(void **state)
{
	(void)state;
	/* fewer calls than that, and no turn is ever done */
	for (unsigned long apart = 70; apart < 100; apart += 3) {
		struct dmafp_campaign_state now;
		int boots = 0;

		start(2);
		campaign.failures = 1000;
		do {
			if (!world->fuse)
				world->fuse = apart + boots % 11;
			boot();
			look(&now);
			assert_true(++boots < 1000);
		} while (!now.end);
		world->fuse = 0;
		assert_int_equal(boot(), 0);
		is_whole(8);
	}
}

static void kernel_that_does_not_come_up(void **state)
{
	struct dmafp_campaign_state now;

	(void)state;
	start(1);
	world->bad_boots = 2;
	run(100);
	is_whole(4);
	look(&now);
	assert_int_equal(now.end, DMAFP_CAMPAIGN_DONE);
	assert_int_equal(world->rebooted, 6);
	assert_string_equal(now.why, "the machine went down in step reboot: the watchdog");
}

static void gives_up(void **state)
{
	struct dmafp_campaign_state now;
	char *path = dmafp_path("%s/campaign/journal", tree);
	struct dmafp_journal journal;

	(void)state;
	start(1);
	world->bad_boots = 1000;
	run(10);
	look(&now);
	assert_int_equal(now.end, DMAFP_CAMPAIGN_GAVE_UP);
	assert_int_equal(world->rebooted, 3);
	assert_non_null(strstr(now.reason, campaign.turns[0].name));
	assert_non_null(strstr(now.reason, "failed 3 times"));
	assert_non_null(strstr(now.reason, "in step reboot: the watchdog"));
	assert_true(world->restored >= 1);
	/* whoever mended it says so, and it has as many tries again */
	world->bad_boots = 2;
	assert_int_equal(dmafp_journal_open(&journal, path, false, &err), 0);
	assert_int_equal(dmafp_record_resumed(&journal, &err), 0);
	dmafp_journal_close(&journal);
	run(100);
	is_whole(4);
	free(path);
}

static void no_kexec(void **state)
{
	struct dmafp_campaign_state now;

	(void)state;
	start(1);
	world->bad_kexec = true;
	run(10);
	look(&now);
	assert_int_equal(now.end, DMAFP_CAMPAIGN_GAVE_UP);
	assert_non_null(strstr(now.reason, "no kernel loads: ? ?"));
}

/* What was measured is there, and the machine is not left in an arm's kernel. */
static void ends_whatever_fails(void **state)
{
	struct dmafp_campaign_state now;

	(void)state;
	start_kinds(1, false); /* it ends in an arm's kernel */
	world->bad_report = world->bad_restore = true;
	run(100);
	is_whole(2);
	look(&now);
	assert_int_equal(now.end, DMAFP_CAMPAIGN_DONE);
	assert_string_equal(now.reason, "no report: two campaigns");
	assert_int_equal(world->reports, 1);
	assert_int_equal(world->homes, 1);
	assert_string_equal(world->here.id, "");
}

static void disk_full(void **state)
{
	struct dmafp_campaign_state now;

	(void)state;
	start(1);
	world->bad_runs = 2;
	run(100);
	is_whole(4);
	/* each attempt is a boot of its own: the first map is the first */
	assert_int_equal(world->rebooted, 6);
	look(&now);
	assert_string_equal(now.why, "the disk is full");
}

static void pauses(void **state)
{
	struct dmafp_campaign_state now;
	char *path = dmafp_path("%s/campaign/pause", tree);

	(void)state;
	start(1);
	assert_int_equal(boot(), 0);
	assert_int_equal(dmafp_file_write(path, "", 0, &err), 0);
	/* the boot that was made is kept, and measured afterwards */
	assert_int_equal(boot(), 0);
	look(&now);
	assert_true(now.paused && now.begun && !now.done);
	assert_int_equal(world->measured, 0);
	assert_int_equal(unlink(path), 0);
	run(100);
	is_whole(4);
	assert_int_equal(world->rebooted, 4);
	free(path);
}

static void settles(void **state)
{
	struct dmafp_campaign_state now;

	(void)state;
	start(5);
	world->settled_at = 2;
	run(100);
	is_whole(8);
	look(&now);
	assert_int_equal(now.end, DMAFP_CAMPAIGN_DONE);
	assert_int_equal(world->asked, 2);
	assert_string_equal(now.reason, "after 2");
}

/* A second process in a boot whose first one died while it measured */
static void not_twice_in_a_boot(void **state)
{
	(void)state;
	start(1);
	assert_int_equal(boot(), 0);
	world->dies = true;
	assert_int_equal(boot(), POWER_CUT);
	world->dies = false;
	assert_int_equal(world->measured, 1);
	strcpy(world->here.id, campaign.id); /* not a power cut: the boot goes on */
	strcpy(world->here.turn, campaign.turns[0].name);
	world->here.attempt = 1;
	assert_int_equal(boot(), 0);
	assert_int_equal(world->measured, 1);
	assert_int_equal(world->here.attempt, 2);
	run(100);
	is_whole(4);
}

static void foreign_capture(void **state)
{
	struct dmafp_here other;
	char *dir = tree_path("tmpfs");

	(void)state;
	start(1);
	assert_int_equal(boot(), 0);
	assert_int_equal(dmafp_file_mkdirs(dir, &err), 0);
	other = world->here;
	other.attempt++;
	assert_true(dmafp_campaign_captured(&campaign, &other, dir, &err) < 0);
	other = world->here;
	strcpy(other.id, "ffffffff");
	assert_true(dmafp_campaign_captured(&campaign, &other, dir, &err) < 0);
	/* and that one did not crash yet */
	assert_true(dmafp_campaign_captured(&campaign, &world->here, dir, &err) < 0);
	assert_int_equal(entries("results"), 0);
	free(dir);
}

/* It says why itself: home would only know in which step the machine went down. */
static void capture_that_is_not_taken(void **state)
{
	struct dmafp_campaign_state now;
	char *dir = tree_path("none");

	(void)state;
	start(1);
	while (boot() != CRASHED)
		continue;
	look(&now);
	assert_string_equal(now.step, "crash");
	assert_true(dmafp_campaign_captured(&campaign, &world->here, dir, &err) < 0);
	look(&now);
	assert_false(now.begun);
	assert_int_equal(now.failures, 1);
	assert_non_null(strstr(now.why, "cannot read"));
	assert_non_null(strstr(now.why, dir));
	world->captured = false;
	memset(&world->here, 0, sizeof(world->here));
	run(100);
	is_whole(4);
	free(dir);
}

static void plan_is_read_back(void **state)
{
	struct dmafp_campaign copy;

	(void)state;
	start(3);
	assert_int_equal(dmafp_campaign_read(&copy, campaign.dir, &err), 0);
	assert_int_equal(copy.nr_turns, 12);
	assert_int_equal(copy.seed, 7);
	assert_string_equal(copy.arms[1].name, "patched");
	assert_null(copy.arms[1].module);
	assert_string_equal(copy.devices[0], "0000:00:04.0");
	for (size_t i = 0; i < 12; i++) {
		assert_string_equal(copy.turns[i].name, campaign.turns[i].name);
		assert_int_equal(copy.turns[i].kind, campaign.turns[i].kind);
	}
	dmafp_campaign_free(&copy);
}

static void plan_is_refused(void **state)
{
	static const char *const texts[] = {
		"{",
		"{}",
		"{\"campaign\": 2}",
		"{\"campaign\": 1}",
	};
	struct dmafp_campaign copy;
	char *dir = tree_path("bad");

	(void)state;
	assert_true(dmafp_campaign_read(&copy, dir, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	dmafp_campaign_free(&copy);
	for (size_t i = 0; i < 4; i++) {
		tree_put("bad/campaign.json", texts[i]);
		assert_true(dmafp_campaign_read(&copy, dir, &err) < 0);
		assert_int_equal(err.exit, DMAFP_EXIT_DATA);
		dmafp_campaign_free(&copy);
	}
	free(dir);
}

static int set_up(void **state)
{
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return world == MAP_FAILED ? -1 : tree_make(state);
}

static int tear_down(void **state)
{
	dmafp_campaign_free(&campaign);
	return tree_remove(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uncut),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(cut_often),
		cmocka_unit_test(kernel_that_does_not_come_up),
		cmocka_unit_test(gives_up),
		cmocka_unit_test(no_kexec),
		cmocka_unit_test(ends_whatever_fails),
		cmocka_unit_test(disk_full),
		cmocka_unit_test(pauses),
		cmocka_unit_test(settles),
		cmocka_unit_test(not_twice_in_a_boot),
		cmocka_unit_test(foreign_capture),
		cmocka_unit_test(capture_that_is_not_taken),
		cmocka_unit_test(plan_is_read_back),
		cmocka_unit_test(plan_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
