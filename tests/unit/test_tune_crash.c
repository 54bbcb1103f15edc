// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Killed at any step, of tuning or of putting back, and put back afterwards: the
 * machine is as it was.  A step is a call that changes something outside the process;
 * the linker hands those calls to the functions below (--wrap).  A kill does not lose
 * what is in the kernel's memory, so that nothing is synced here, only its order kept.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "analysis/lines.h"
#include "tuned.h"

#define NEVER 0

static struct dmafp_err err;
static char *root, *state;
static unsigned long step, fatal = NEVER;
static bool torn; /* the fatal write writes half */

/* Files of the machine in the order in which they were written */
static struct dmafp_lines written;

/* What is changed while the journal is not on the disk is lost with the power. */
static int journal = -1;
static bool unsynced;

static bool is_fatal(void)
{
	return fatal && ++step == fatal;
}

static void die(void)
{
	raise(SIGKILL);
}

ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	if (is_fatal()) {
		if (torn)
			(void)!__real_write(fd, data, len / 2);
		die();
	}
	if (fd == journal)
		unsynced = true;
	else if (unsynced)
		_exit(3);
	return __real_write(fd, data, len);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	int mode, fd;

	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	if (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC) && is_fatal())
		die();
	fd = __real_open(path, flags, mode);
	if (fd >= 0 && flags & O_RDWR && strstr(path, "/journal"))
		journal = fd;
	else if (unsynced && flags & O_TRUNC)
		_exit(3);
	else if (flags & O_TRUNC)
		dmafp_lines_add(&written, "%s", path);
	return fd;
}

int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	if (is_fatal())
		die();
	if (fd == journal)
		unsynced = false;
	return 0;
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	(void)fd;
	if (is_fatal())
		die();
	return 0;
}

int __real_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len)
{
	if (is_fatal())
		die();
	return __real_ftruncate(fd, len);
}

static struct dmafp_tune_options options_for(bool lasting)
{
	static const uint32_t measuring[] = { 1 };

	return (struct dmafp_tune_options) {
		.root = root,
		.state = state,
		.cpus = measuring,
		.nr_cpus = 1,
		.lasting = lasting,
	};
}

static int tune_and_leave(void)
{
	struct dmafp_tune_options options = options_for(true);
	struct dmafp_tune tune;
	int ret = dmafp_tune_begin(&tune, &options, &err);

	if (!ret)
		dmafp_tune_leave(&tune);
	return ret;
}

static int tune_and_end(void)
{
	struct dmafp_tune_options options = options_for(false);
	struct dmafp_tune tune;

	return dmafp_tune_begin(&tune, &options, &err) ?: dmafp_tune_end(&tune, &err);
}

static int restore(void)
{
	struct dmafp_tune_options options = options_for(false);

	return dmafp_tune_restore(&options, &err);
}

/* True: it came to its end before that step, and well */
static bool survives(int (*work)(void), unsigned long kill_at, bool half)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		step = 0;
		fatal = kill_at;
		torn = half;
		_exit(work() ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return false;
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

static int setup(void **s)
{
	int ret = tree_make(s);

	put_machine();
	root = tree_path("root");
	state = tree_path("state");
	return ret;
}

static int teardown(void **s)
{
	free(root);
	free(state);
	return tree_remove(s);
}

static void restored(const char *before, unsigned long at, unsigned long then)
{
	char *after;

	if (restore())
		fail_msg("killed at step %lu, then %lu: %s", at, then, err.msg);
	after = take_snapshot();
	if (strcmp(after, before))
		fail_msg("killed at step %lu, then %lu:\n%s", at, then, after);
	free(after);
}

/* Returns the number of steps that @work takes */
static unsigned long kill_everywhere(int (*work)(void), bool half)
{
	char *before = take_snapshot();
	unsigned long at;

	for (at = 1; !survives(work, at, half); at++) {
		restored(before, at, 0);
		assert_true(at < 1000);
	}
	restored(before, at, 0);
	free(before);
	return at - 1;
}

static void killed_while_tuning(void **s)
{
	(void)s;
	assert_in_range(kill_everywhere(tune_and_leave, false), 60, 200);
}

static void killed_while_tuning_or_ending(void **s)
{
	(void)s;
	assert_in_range(kill_everywhere(tune_and_end, false), 80, 300);
}

static void killed_in_the_middle_of_a_write(void **s)
{
	(void)s;
	assert_in_range(kill_everywhere(tune_and_end, true), 80, 300);
}

/* Each step of putting back what was cut off at every third step of tuning */
static void killed_twice(void **s)
{
	char *before = take_snapshot();
	unsigned long at, then, steps = 0;

	(void)s;
	for (at = 1; !survives(tune_and_leave, at, false); at += 3) {
		for (then = 1; !survives(restore, then, at & 1); then++) {
			restored(before, at, then);
			assert_false(survives(tune_and_leave, at, false));
			steps++;
		}
		restored(before, at, then);
	}
	assert_in_range(steps, 200, 20000);
	free(before);
}

/* A third one tunes where the first was killed, and is killed, too. */
static void killed_while_tuning_anew(void **s)
{
	char *before = take_snapshot();
	unsigned long at;

	(void)s;
	for (at = 1;; at++) {
		assert_false(survives(tune_and_leave, 50, false));
		if (survives(tune_and_end, at, at & 1))
			break;
		restored(before, at, 0);
	}
	restored(before, at, 0);
	assert_in_range(at, 80, 400);
	free(before);
}

static void put_back_in_the_reverse_order(void **s)
{
	size_t i;

	(void)s;
	dmafp_lines_free(&written);
	assert_int_equal(tune_and_end(), 0);
	assert_int_equal(written.nr, 2 * 14);
	for (i = 0; i < written.nr; i++)
		assert_string_equal(written.items[i], written.items[written.nr - 1 - i]);
	dmafp_lines_free(&written);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(put_back_in_the_reverse_order),
		TEST(killed_while_tuning),
		TEST(killed_while_tuning_or_ending),
		TEST(killed_in_the_middle_of_a_write),
		TEST(killed_twice),
		TEST(killed_while_tuning_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
