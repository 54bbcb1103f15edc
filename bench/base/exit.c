// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "base/exit.h"

#define ROW(name, meaning)                        \
	{                                         \
		DMAFP_EXIT_##name, #name, meaning \
	}

/* clang-format off */
const struct dmafp_exit_row dmafp_exit_rows[] = {
	ROW(NO_COST, "no cost: equivalent or better; success"),
	ROW(REGRESSED, "at least one cell costs more than before"),
	ROW(INCONCLUSIVE,
	    "the boots do not settle it; the report says how many would. Also evidence "
	    "about the attach with no row to judge, and a watch that could not see"),
	ROW(INVALID,
	    "the controls did not come out as they must, or the path did not run; `dmafp "
	    "doctor`: a run would be impossible or invalid"),
	ROW(BREACH,
	    "`dmafp watch`: a driver entered a deferred attach concurrently or in atomic "
	    "context"),
	ROW(USAGE, "bad command, option or argument; profile with a mistake in it"),
	ROW(DATA,
	    "a result file, a journal or a campaign is truncated, foreign, damaged or of a "
	    "future version; bad context file"),
	ROW(NO_INPUT, "an input is missing, or is not what it should be"),
	ROW(PATCH, "a patch does not apply"),
	ROW(BUILD, "a kernel or the module does not compile"),
	ROW(MISSING,
	    "a program, a package, the module or a driver is missing, or does not fit this "
	    "program"),
	ROW(CONFIG, "a kernel option did not survive `make olddefconfig`"),
	ROW(GUEST, "the guest panicked, had an oops or a WARN, or its run failed"),
	ROW(TIMEOUT, "the guest was over its time limit"),
	ROW(CAPTURE, "the capture kernel did not come up"),
	ROW(IO, "a file cannot be read or written; the disk is full"),
	ROW(QEMU, "QEMU failed or was killed"),
	ROW(DEVICE,
	    "no such device, it cannot be used, something holds it (`dmafp prepare`), the "
	    "kernel would not bind it, or a mapping call failed; what was tuned cannot be put "
	    "back, or another process has it"),
	ROW(PERMISSION,
	    "privileges are missing: run as root; where Secure Boot asks for it, sign"),
	ROW(INTERNAL, "a bug in dmafp: please report it"),
	ROW(COMMAND, "a program that was run failed: the command of `dmafp watch`, fio, systemctl"),
	ROW(SIGHUP, "the terminal is gone"),
	ROW(SIGINT, "interrupted, Ctrl-C"),
	ROW(SIGQUIT, "interrupted, Ctrl-\\"),
	ROW(SIGTERM, "terminated"),
	{ 0, NULL, NULL },
};
/* clang-format on */
