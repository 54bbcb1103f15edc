// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * On a kernel with kCFI: a call of the wrong type, made by the kernel's own lkdtm.
 * The kernel must not survive it.
 */
#include "module_guest.h"

static void stray_call(void)
{
	guest_write("/sys/kernel/debug/provoke-crash/DIRECT", "CFI_FORWARD_PROTO");
	check(!"the kernel lets a call of the wrong type pass");
}

const struct guest_test stray_tests[] = {
	{ "a call of the wrong type", stray_call }, { 0 }
};
