/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors and exit codes.
 *
 * A function that can fail takes a struct dmafp_err, fills it through
 * dmafp_err_set() and returns a negative errno.  Only main() prints it.
 */
#ifndef DMAFP_BASE_ERR_H
#define DMAFP_BASE_ERR_H

/**
 * enum dmafp_exit - exit codes of the program, documented in docs/exit-codes.md
 *
 * 0..4 are verdicts, 64 and above are usage and environment; nothing else is
 * ever returned, but for 128 + signal.
 */
enum dmafp_exit {
	DMAFP_EXIT_NO_COST	= 0,	/* equivalent or better; success */
	DMAFP_EXIT_REGRESSED	= 1,
	DMAFP_EXIT_INCONCLUSIVE	= 2,
	DMAFP_EXIT_INVALID	= 3,
	DMAFP_EXIT_BREACH	= 4,	/* watch: a driver broke the expectation */
	DMAFP_EXIT_USAGE	= 64,	/* bad option, argument or profile */
	DMAFP_EXIT_DATA		= 65,	/* truncated, foreign or future result file */
	DMAFP_EXIT_NO_INPUT	= 66,	/* input missing, or not what it should be */
	DMAFP_EXIT_PATCH	= 67,	/* a patch does not apply */
	DMAFP_EXIT_BUILD	= 68,	/* kernel or module does not compile */
	DMAFP_EXIT_MISSING	= 69,	/* a program or package is missing */
	DMAFP_EXIT_CONFIG	= 70,	/* kernel option lost by olddefconfig */
	DMAFP_EXIT_GUEST	= 71,	/* guest: panic, oops, WARN, or it failed */
	DMAFP_EXIT_TIMEOUT	= 72,	/* guest: over its time limit */
	DMAFP_EXIT_CAPTURE	= 73,	/* guest: the capture kernel did not come up */
	DMAFP_EXIT_IO		= 74,	/* file cannot be read or written, disk full */
	DMAFP_EXIT_QEMU		= 75,	/* QEMU failed or was killed */
	DMAFP_EXIT_DEVICE	= 76,	/* no such device, or it cannot be used */
	DMAFP_EXIT_PERMISSION	= 77,	/* needs privileges it does not have */
	DMAFP_EXIT_INTERNAL	= 78,	/* a bug in dmafp */
	DMAFP_EXIT_COMMAND	= 79,	/* a program that was run failed */
	DMAFP_EXIT_SIGHUP	= 129,
	DMAFP_EXIT_SIGINT	= 130,
	DMAFP_EXIT_SIGQUIT	= 131,
	DMAFP_EXIT_SIGTERM	= 143,
};

/**
 * struct dmafp_err - why something failed
 * @exit: exit code that main() returns for it
 * @msg: what failed, on what, and what to do; no trailing newline
 */
struct dmafp_err {
	enum dmafp_exit exit;
	char msg[4096];
};

/**
 * dmafp_err_set() - fill @err
 * @err: filled
 * @code: errno that the caller returns, positive
 * @exit: exit code for main()
 * @fmt: what failed, on what, and what to do
 *
 * Return: -@code, so that a caller can write `return dmafp_err_set(...)`.
 */
int dmafp_err_set(struct dmafp_err *err, int code, enum dmafp_exit exit,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/**
 * dmafp_err_errno() - the same for a failed system call: appends strerror()
 *
 * The exit code follows from @code: EACCES and EPERM are
 * DMAFP_EXIT_PERMISSION, ENOENT is DMAFP_EXIT_NO_INPUT, the rest
 * DMAFP_EXIT_IO.
 */
int dmafp_err_errno(struct dmafp_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * dmafp_err_prefix() - put context in front of a message that is already set
 *
 * Return: @ret, unchanged.
 */
int dmafp_err_prefix(struct dmafp_err *err, int ret, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** dmafp_err_suffix() - the same behind it */
int dmafp_err_suffix(struct dmafp_err *err, int ret, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* DMAFP_BASE_ERR_H */
