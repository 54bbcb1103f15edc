// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"

#define TICK_MS		100
#define GRACE_MS	3000

static volatile sig_atomic_t interrupted;
static struct dmafp_proc *live;

static void note_signal(int sig)
{
	interrupted = sig;
}

void dmafp_proc_init(void)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction sa = { .sa_handler = note_signal }, old;
	sigset_t none;

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		if (!sigaction(caught[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(caught[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int dmafp_proc_interrupted(void)
{
	return interrupted;
}

int dmafp_proc_check(struct dmafp_err *err, const char *fmt, ...)
{
	int sig = interrupted;
	char *where;
	va_list ap;

	if (!sig)
		return 0;
	va_start(ap, fmt);
	where = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	dmafp_err_set(err, EINTR, 128 + sig, "interrupted %s", where);
	free(where);
	return -EINTR;
}

const volatile sig_atomic_t *dmafp_proc_signal(void)
{
	return &interrupted;
}

static int open_log(const char *log)
{
	if (!log)
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	return open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

/* In the child; reports the errno of a failed step through @report. */
static void become(const char *const *argv, const char *dir, int out, int report,
		   pid_t parent)
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC), code;
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* not SIGKILL: make passes SIGTERM on to what it started */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	/* the parent may have died before prctl() */
	if (getppid() == parent && dup2(in, 0) == 0 && dup2(out, 1) == 1 &&
	    dup2(out, 2) == 2 && (!dir || !chdir(dir)))
		execvp(argv[0], (char *const *)argv);
	code = errno;
	if (write(report, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(127);
}

static int start_failed(const char *const *argv, int code, struct dmafp_err *err)
{
	if (code == ENOENT)
		return dmafp_err_set(err, code, DMAFP_EXIT_MISSING,
				     "%s is not installed: run ./scripts/setup", argv[0]);
	return dmafp_err_errno(err, code, "cannot start %s", argv[0]);
}

static int start_with(struct dmafp_proc *proc, const char *const *argv,
		      const char *dir, int out, struct dmafp_err *err)
{
	pid_t parent = getpid();
	int report[2], code;
	ssize_t n;

	memset(proc, 0, sizeof(*proc));
	if (dir && access(dir, X_OK))
		return dmafp_err_errno(err, errno, "cannot enter %s", dir);
	if (pipe2(report, O_CLOEXEC))
		return start_failed(argv, errno, err);
	proc->pid = fork();
	if (proc->pid == 0)
		become(argv, dir, out, report[1], parent);
	code = errno;
	close(report[1]);
	if (proc->pid < 0) {
		proc->pid = 0;
		close(report[0]);
		return start_failed(argv, code, err);
	}
	do {
		n = read(report[0], &code, sizeof(code));
	} while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n > 0) {
		waitpid(proc->pid, NULL, 0);
		proc->pid = 0;
		return start_failed(argv, code, err);
	}
	strncpy(proc->name, argv[0], sizeof(proc->name) - 1);
	proc->next = live;
	live = proc;
	return 0;
}

int dmafp_proc_start(struct dmafp_proc *proc, const char *const *argv,
		     const char *dir, const char *log, struct dmafp_err *err)
{
	int out = open_log(log), ret;

	if (out < 0)
		return dmafp_err_errno(err, errno, "cannot write %s", log);
	ret = start_with(proc, argv, dir, out, err);
	close(out);
	return ret;
}

static void forget(struct dmafp_proc *proc)
{
	struct dmafp_proc **p;

	for (p = &live; *p; p = &(*p)->next) {
		if (*p == proc) {
			*p = proc->next;
			return;
		}
	}
}

bool dmafp_proc_poll(struct dmafp_proc *proc)
{
	pid_t got;

	if (!proc->pid)
		return true;
	got = waitpid(proc->pid, &proc->status, WNOHANG);
	if (got == 0 || (got < 0 && errno == EINTR))
		return false;
	if (got < 0)
		proc->status = SIGKILL; /* its fate is not known: not a success */
	/* what it left behind in its group must not outlive it */
	kill(-proc->pid, SIGKILL);
	forget(proc);
	proc->pid = 0;
	return true;
}

void dmafp_proc_kill(struct dmafp_proc *proc)
{
	if (!proc->pid)
		return;
	kill(-proc->pid, SIGTERM);
	for (int waited = 0; waited < GRACE_MS; waited += 10) {
		if (dmafp_proc_poll(proc))
			return;
		poll(NULL, 0, 10);
	}
	kill(-proc->pid, SIGKILL);
	while (!dmafp_proc_poll(proc))
		poll(NULL, 0, 10);
}

void dmafp_proc_kill_all(void)
{
	while (live)
		dmafp_proc_kill(live);
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int dmafp_proc_run(const char *const *argv, const char *dir, const char *log,
		   const struct dmafp_proc_tick *tick, struct dmafp_err *err)
{
	struct dmafp_proc proc;
	int ret, wait_ms = 1;

	ret = dmafp_proc_start(&proc, argv, dir, log, err);
	if (ret)
		return ret;
	while (!dmafp_proc_poll(&proc)) {
		ret = dmafp_proc_check(err, "while %s was running", proc.name);
		if (!ret && tick)
			ret = tick->run(tick->ctx);
		if (ret) {
			dmafp_proc_kill(&proc);
			return ret;
		}
		poll(NULL, 0, wait_ms);
		wait_ms = wait_ms < TICK_MS ? wait_ms * 2 : TICK_MS;
	}
	return exit_status(proc.status);
}

static char *read_pipe(int fd)
{
	size_t used = 0, room = 4096;
	char *buf = malloc(room);
	ssize_t n;

	while (buf && (n = read(fd, buf + used, room - used - 1)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		used += n;
		if (used == room - 1)
			buf = realloc(buf, room *= 2);
	}
	if (buf)
		buf[used] = '\0';
	return buf;
}

char *dmafp_proc_output(const char *const *argv, struct dmafp_err *err)
{
	struct dmafp_proc proc;
	int fds[2], ret;
	char *text;

	if (pipe2(fds, O_CLOEXEC)) {
		start_failed(argv, errno, err);
		return NULL;
	}
	ret = start_with(&proc, argv, NULL, fds[1], err);
	close(fds[1]);
	text = ret ? NULL : read_pipe(fds[0]);
	close(fds[0]);
	if (ret)
		return NULL;
	while (!dmafp_proc_poll(&proc))
		poll(NULL, 0, 1);
	ret = exit_status(proc.status);
	if (ret) {
		free(text);
		dmafp_err_set(err, EIO, DMAFP_EXIT_MISSING, "%s failed with status %d",
			      argv[0], ret);
		return NULL;
	}
	return text;
}
