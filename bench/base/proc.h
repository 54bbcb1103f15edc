/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child processes: each in a process group of its own, each killed with the
 * program, each reaped.
 *
 * Single-threaded by design.  Whoever waits for one child lets the others be
 * looked after through a tick function, so that guests run while a kernel
 * compiles.
 */
#ifndef DMAFP_BASE_PROC_H
#define DMAFP_BASE_PROC_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/**
 * struct dmafp_proc - one child
 * @pid: process and process-group id, 0 when there is none
 * @status: of waitpid(), valid once dmafp_proc_poll() said so
 * @name: argv[0], for messages
 * @next: list of live children, so that none outlives the program
 */
struct dmafp_proc {
	pid_t pid;
	int status;
	char name[64];
	struct dmafp_proc *next;
};

/**
 * struct dmafp_proc_tick - called about ten times a second while waiting
 * @run: 0 to go on, or a negative errno (with the waiter's error filled), which
 *	kills the child and is what the waiter returns
 * @ctx: handed to it
 */
struct dmafp_proc_tick {
	int (*run)(void *ctx);
	void *ctx;
};

/**
 * dmafp_proc_init() - catch SIGINT, SIGTERM, SIGHUP and SIGQUIT
 *
 * From then on they set a flag; every wait in here ends with -EINTR and the
 * program unwinds, killing its children on the way.  A signal that was ignored
 * (nohup) stays so, but for SIGCHLD, without which no child's fate is known.
 */
void dmafp_proc_init(void);

/**
 * dmafp_proc_interrupted() - a signal asked the program to end
 *
 * Return: the signal's number, or 0.
 */
int dmafp_proc_interrupted(void);

/**
 * dmafp_proc_check() - go on, unless a signal asked the program to end
 * @err: filled then: "interrupted " and, printf-like, where
 *
 * Return: 0, or -EINTR.
 */
int dmafp_proc_check(struct dmafp_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_proc_signal() - the same flag, for those who poll it; 0 or the number */
const volatile sig_atomic_t *dmafp_proc_signal(void);

/**
 * dmafp_proc_start() - start a child
 * @proc: filled
 * @argv: NULL-terminated; argv[0] is looked up in PATH
 * @dir: working directory, NULL for the current one
 * @log: file that stdout and stderr are appended to, NULL for /dev/null
 * @err: filled on failure (DMAFP_EXIT_MISSING where the program is not there)
 *
 * Standard input is /dev/null.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_proc_start(struct dmafp_proc *proc, const char *const *argv,
		     const char *dir, const char *log, struct dmafp_err *err);

/**
 * dmafp_proc_poll() - has it ended?
 *
 * Return: true once it has ended and is reaped; @proc->status is set.
 */
bool dmafp_proc_poll(struct dmafp_proc *proc);

/**
 * dmafp_proc_kill() - end the child's group and reap it; none is fine
 *
 * SIGTERM first: make removes the target it was writing, which SIGKILL would
 * leave half written and newer than its inputs.
 */
void dmafp_proc_kill(struct dmafp_proc *proc);

/** dmafp_proc_kill_all() - the same for every live child */
void dmafp_proc_kill_all(void);

/**
 * dmafp_proc_run() - start a child and wait for it
 * @argv: see dmafp_proc_start()
 * @dir: see dmafp_proc_start()
 * @log: see dmafp_proc_start()
 * @tick: called while waiting, may be NULL
 * @err: filled if it cannot be started, or the program is interrupted
 *
 * Return: the exit status (0..255; 128 + signal if it was killed), or a
 * negative errno.
 */
int dmafp_proc_run(const char *const *argv, const char *dir, const char *log,
		   const struct dmafp_proc_tick *tick, struct dmafp_err *err);

/**
 * dmafp_proc_output() - run a short command and return what it prints
 *
 * Return: a malloc()ed string, or NULL if it failed.
 */
char *dmafp_proc_output(const char *const *argv, struct dmafp_err *err);

#endif /* DMAFP_BASE_PROC_H */
