/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest tells whoever controls it through QEMU's gdb stub: where the
 * module's code is.
 *
 * sync(2) takes no arguments, so its registers are free: the debugger stops at the
 * kernel's function for it and finds them in its struct pt_regs.
 */
#ifndef DMAFP_GUEST_HANDOVER_H
#define DMAFP_GUEST_HANDOVER_H

/* The kernel's function for sync(2), its argument a struct pt_regs */
#define DMAFP_HANDOVER_FUNCTION	"__x64_sys_sync"

/* First argument of the call; the second is the address of the text, the third its length */
#define DMAFP_HANDOVER_MAGIC	0x646d616670ull
#define DMAFP_HANDOVER_MAX	4096

/* Where they are in x86-64's struct pt_regs */
#define DMAFP_HANDOVER_RDI	112
#define DMAFP_HANDOVER_RSI	104
#define DMAFP_HANDOVER_RDX	96

/**
 * dmafp_handover_sections() - hand over the addresses of the module's code
 *
 * The text has a line "NAME ADDRESS" for each section of code, the address as
 * sysfs has it.
 */
void dmafp_handover_sections(void);

#endif /* DMAFP_GUEST_HANDOVER_H */
