// SPDX-License-Identifier: GPL-2.0-or-later
/* Child processes: what becomes of them, and that none is left. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/proc.h"

#define SH(script) ((const char *const[]) { "sh", "-c", script, NULL })

static char dir[] = "/tmp/dmafp-test-XXXXXX";
static struct dmafp_err err;

static int run(const char *script)
{
	return dmafp_proc_run(SH(script), NULL, NULL, NULL, &err);
}

/*
 * Whether all that were started have ended.  This process is the reaper of its
 * orphans, so that they do not stay as zombies with an init that reaps none.
 */
static bool nothing_is_left(void)
{
	for (int waited = 0; waited < 3000; waited += 10) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

/* In a child, as it changes signals for good; 0 if all is well, else the step. */
static void in_child(int (*steps)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		_exit(steps());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void exit_statuses(void **state)
{
	(void)state;
	assert_int_equal(run("exit 0"), 0);
	assert_int_equal(run("exit 1"), 1);
	assert_int_equal(run("exit 255"), 255);
	assert_string_equal(err.msg, "");
}

static void killed_by_a_signal(void **state)
{
	(void)state;
	assert_int_equal(run("kill -KILL $$"), 128 + SIGKILL);
	assert_int_equal(run("kill -TERM $$"), 128 + SIGTERM);
	assert_string_equal(err.msg, "");
}

static void program_that_is_not_there(void **state)
{
	static const char *const argv[] = { "dmafp-no-such-program", NULL };
	struct dmafp_proc proc;

	(void)state;
	assert_int_equal(dmafp_proc_run(argv, NULL, NULL, NULL, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(err.msg, "dmafp-no-such-program"));
	assert_int_equal(dmafp_proc_start(&proc, argv, NULL, NULL, &err), -ENOENT);
	/* no harm in either */
	assert_true(dmafp_proc_poll(&proc));
	dmafp_proc_kill(&proc);
	err.exit = 0;
	assert_null(dmafp_proc_output(argv, &err));
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_true(nothing_is_left());
}

static void program_that_may_not_run(void **state)
{
	static const char *const argv[] = { "/dev/null", NULL };

	(void)state;
	assert_int_equal(dmafp_proc_run(argv, NULL, NULL, NULL, &err), -EACCES);
	assert_int_equal(err.exit, DMAFP_EXIT_PERMISSION);
}

static void arguments_are_not_split(void **state)
{
	static const char *const argv[] = { "printf", "<%s>", "a b", "", "*", NULL };
	char *text = dmafp_proc_output(argv, &err);

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, "<a b><><*>");
	free(text);
}

static void output(void **state)
{
	char *text = dmafp_proc_output(SH("echo one; echo two"), &err);

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
	text = dmafp_proc_output(SH(":"), &err);
	assert_non_null(text);
	assert_string_equal(text, "");
	free(text);
	/* more than a pipe or a buffer holds */
	text = dmafp_proc_output(SH("head -c 300000 /dev/zero | tr '\\0' x"), &err);
	assert_non_null(text);
	assert_int_equal(strlen(text), 300000);
	free(text);
}

static void output_of_a_failure_is_none(void **state)
{
	(void)state;
	assert_null(dmafp_proc_output(SH("echo text; exit 3"), &err));
	assert_non_null(strstr(err.msg, "3"));
}

static void log_is_appended_to(void **state)
{
	char *log = dmafp_path("%s/log", dir), *text;

	(void)state;
	assert_int_equal(
		dmafp_proc_run(SH("echo out; echo err >&2"), NULL, log, NULL, &err), 0);
	assert_int_equal(dmafp_proc_run(SH("echo more; exit 2"), NULL, log, NULL, &err), 2);
	text = dmafp_file_read(log, NULL, &err);
	assert_non_null(text);
	assert_string_equal(text, "out\nerr\nmore\n");
	free(text);
	free(log);
}

static void log_that_cannot_be_written(void **state)
{
	(void)state;
	assert_true(dmafp_proc_run(SH(":"), NULL, "/nonexistent/log", NULL, &err) < 0);
	assert_non_null(strstr(err.msg, "/nonexistent/log"));
}

static void working_directory(void **state)
{
	char *log = dmafp_path("%s/pwd", dir), *text, *expected = dmafp_path("%s\n", dir);
	char *before = getcwd(NULL, 0), *after;

	(void)state;
	assert_int_equal(dmafp_proc_run(SH("pwd"), dir, log, NULL, &err), 0);
	text = dmafp_file_read(log, NULL, &err);
	assert_non_null(text);
	assert_string_equal(text, expected);
	after = getcwd(NULL, 0);
	assert_string_equal(before, after);
	free(after);
	free(before);
	free(expected);
	free(text);
	free(log);
}

static void input_is_empty(void **state)
{
	(void)state;
	assert_int_equal(run("read line"), 1);
}

static int count_ticks(void *ctx)
{
	++*(unsigned int *)ctx;
	return 0;
}

static void tick_is_called_while_waiting(void **state)
{
	unsigned int ticks = 0;
	struct dmafp_proc_tick tick = { count_ticks, &ticks };

	(void)state;
	assert_int_equal(dmafp_proc_run(SH("sleep 0.7; exit 5"), NULL, NULL, &tick, &err),
			 5);
	/* ten a second, and some more at the start */
	assert_in_range(ticks, 3, 30);
}

static int stop_at_third(void *ctx)
{
	if (++*(unsigned int *)ctx < 3)
		return 0;
	return dmafp_err_set(&err, EPROTO, DMAFP_EXIT_GUEST, "the tick said so");
}

static void tick_stops_the_child(void **state)
{
	unsigned int ticks = 0;
	struct dmafp_proc_tick tick = { stop_at_third, &ticks };
	time_t begin = time(NULL);

	(void)state;
	assert_int_equal(dmafp_proc_run(SH("sleep 100 & sleep 100"), NULL, NULL, &tick,
					&err),
			 -EPROTO);
	assert_int_equal(err.exit, DMAFP_EXIT_GUEST);
	assert_string_equal(err.msg, "the tick said so");
	assert_int_equal(ticks, 3);
	assert_true(nothing_is_left());
	assert_true(time(NULL) - begin < 20);
}

static void what_a_child_leaves_behind_goes_with_it(void **state)
{
	(void)state;
	assert_int_equal(run("sleep 100 & exit 4"), 4);
	assert_true(nothing_is_left());
}

static void poll_and_kill(void **state)
{
	struct dmafp_proc proc;

	(void)state;
	assert_int_equal(dmafp_proc_start(&proc, SH("sleep 100"), NULL, NULL, &err), 0);
	assert_string_equal(proc.name, "sh");
	assert_int_equal(getpgid(proc.pid), proc.pid);
	assert_false(dmafp_proc_poll(&proc));
	dmafp_proc_kill(&proc);
	assert_int_equal(proc.pid, 0);
	assert_true(WIFSIGNALED(proc.status));
	assert_int_equal(WTERMSIG(proc.status), SIGTERM);
	assert_true(dmafp_proc_poll(&proc));
	dmafp_proc_kill(&proc);
	assert_true(nothing_is_left());
}

/* Until the child has its trap, and says so */
static void wait_for_word(const char *log)
{
	char *text = NULL;

	for (int i = 0; i < 300 && (!text || !*text); i++) {
		free(text);
		poll(NULL, 0, 10);
		text = dmafp_file_read(log, NULL, &err);
	}
	assert_true(text && *text);
	free(text);
}

/* make removes a half written target when it is asked to end */
static void kill_asks_first(void **state)
{
	char *log = dmafp_path("%s/term", dir), *text;
	struct dmafp_proc proc;

	(void)state;
	assert_int_equal(dmafp_proc_start(&proc,
					  SH("trap 'echo bye; exit 9' TERM; echo up; "
					     "while :; do sleep 0.05; done"),
					  NULL, log, &err),
			 0);
	wait_for_word(log);
	dmafp_proc_kill(&proc);
	assert_true(WIFEXITED(proc.status));
	assert_int_equal(WEXITSTATUS(proc.status), 9);
	text = dmafp_file_read(log, NULL, &err);
	assert_non_null(strstr(text, "up\n"));
	assert_non_null(strstr(text, "bye\n"));
	free(text);
	free(log);
}

static void kill_does_not_ask_twice(void **state)
{
	char *log = dmafp_path("%s/deaf", dir);
	struct dmafp_proc proc;

	(void)state;
	assert_int_equal(dmafp_proc_start(&proc,
					  SH("trap '' TERM; echo up; "
					     "while :; do sleep 1; done"),
					  NULL, log, &err),
			 0);
	wait_for_word(log);
	free(log);
	dmafp_proc_kill(&proc);
	assert_true(WIFSIGNALED(proc.status));
	assert_int_equal(WTERMSIG(proc.status), SIGKILL);
	assert_true(nothing_is_left());
}

static void kill_all(void **state)
{
	struct dmafp_proc procs[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(dmafp_proc_start(&procs[i], SH("sleep 100 & sleep 100"),
						  NULL, NULL, &err),
				 0);
	/* one in the middle of the list has gone before */
	dmafp_proc_kill(&procs[1]);
	assert_false(dmafp_proc_poll(&procs[0]));
	assert_false(dmafp_proc_poll(&procs[2]));
	dmafp_proc_kill_all();
	for (int i = 0; i < 3; i++)
		assert_int_equal(procs[i].pid, 0);
	assert_true(nothing_is_left());
	dmafp_proc_kill_all();
}

static int with_sigchld_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	dmafp_proc_init();
	if (run("exit 3") != 3)
		return 1;
	if (run("exit 0") != 0)
		return 2;
	return dmafp_proc_interrupted() ? 3 : 0;
}

static void inherited_ignored_sigchld(void **state)
{
	(void)state;
	in_child(with_sigchld_ignored);
}

/* Had dmafp_proc_init() not been called: no fate is known, so no success. */
static int without_init(void)
{
	signal(SIGCHLD, SIG_IGN);
	return run("exit 3") == 0;
}

static void unknown_fate_is_no_success(void **state)
{
	(void)state;
	in_child(without_init);
}

static int raise_it(void *ctx)
{
	raise(*(int *)ctx);
	return 0;
}

static int interrupted_by(int sig)
{
	struct dmafp_proc_tick tick = { raise_it, &sig };

	dmafp_proc_init();
	if (dmafp_proc_interrupted())
		return 1;
	if (dmafp_proc_run(SH("sleep 100 & sleep 100"), NULL, NULL, &tick, &err) != -EINTR)
		return 2;
	if ((int)err.exit != 128 + sig)
		return 3;
	if (dmafp_proc_interrupted() != sig)
		return 4;
	return nothing_is_left() ? 0 : 5;
}

static int by_int(void)
{
	return interrupted_by(SIGINT);
}

static int by_term(void)
{
	return interrupted_by(SIGTERM);
}

static int by_hup(void)
{
	return interrupted_by(SIGHUP);
}

static int by_quit(void)
{
	return interrupted_by(SIGQUIT);
}

static void interrupted(void **state)
{
	(void)state;
	in_child(by_int);
	in_child(by_term);
	in_child(by_hup);
	in_child(by_quit);
}

static int blocked_by_the_parent(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	return interrupted_by(SIGTERM);
}

static void inherited_mask_is_lifted(void **state)
{
	(void)state;
	in_child(blocked_by_the_parent);
}

static int nohup(void)
{
	int sig = SIGHUP;
	struct dmafp_proc_tick tick = { raise_it, &sig };

	signal(SIGHUP, SIG_IGN);
	dmafp_proc_init();
	if (dmafp_proc_run(SH("sleep 0.2; exit 6"), NULL, NULL, &tick, &err) != 6)
		return 1;
	return dmafp_proc_interrupted() ? 2 : 0;
}

static void ignored_hangup_stays_ignored(void **state)
{
	(void)state;
	in_child(nohup);
}

/* A broken pipe is no death for us, and the usual one for our children. */
static int broken_pipe(void)
{
	int fds[2];

	dmafp_proc_init();
	if (pipe(fds))
		return 1;
	close(fds[0]);
	if (write(fds[1], "x", 1) != -1 || errno != EPIPE)
		return 2;
	return run("kill -PIPE $$") == 128 + SIGPIPE ? 0 : 3;
}

static void broken_pipes(void **state)
{
	(void)state;
	in_child(broken_pipe);
}

static int clear_err(void **state)
{
	(void)state;
	memset(&err, 0, sizeof(err));
	return 0;
}

static int make_dir(void **state)
{
	(void)state;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return -1;
	return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(dir);
}

#define TEST(name) cmocka_unit_test_setup(name, clear_err)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(exit_statuses),
		TEST(killed_by_a_signal),
		TEST(program_that_is_not_there),
		TEST(program_that_may_not_run),
		TEST(arguments_are_not_split),
		TEST(output),
		TEST(output_of_a_failure_is_none),
		TEST(log_is_appended_to),
		TEST(log_that_cannot_be_written),
		TEST(working_directory),
		TEST(input_is_empty),
		TEST(tick_is_called_while_waiting),
		TEST(tick_stops_the_child),
		TEST(what_a_child_leaves_behind_goes_with_it),
		TEST(poll_and_kill),
		TEST(kill_asks_first),
		TEST(kill_does_not_ask_twice),
		TEST(kill_all),
		TEST(inherited_ignored_sigchld),
		TEST(unknown_fate_is_no_success),
		TEST(interrupted),
		TEST(inherited_mask_is_lifted),
		TEST(ignored_hangup_stays_ignored),
		TEST(broken_pipes),
	};

	return cmocka_run_group_tests_name("proc", tests, make_dir, drop_dir);
}
