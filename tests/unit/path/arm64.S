/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same for arm64: the first two are what gcc 12 makes of both versions of
 * iommu_deferred_attach() with branch protection and two nops for ftrace.
 */
	.arch armv8-a+lse
	.text

.macro function name
	.p2align 6
	.globl \name
	.type \name, %function
\name:
.endm

.macro end name
	.size \name, . - \name
.endm

function base
	hint 34
	nop
	nop
	ldr x2, [x0, 448]
	cbz x2, 1f
	ldrb w2, [x2, 68]
	tbnz w2, 0, 2f
1:	mov w0, 0
	ret
2:	hint 25
	stp x29, x30, [sp, -16]!
	mov x29, sp
	blr x1
	ldp x29, x30, [sp], 16
	hint 29
	ret
end base

function saved
	stp x29, x30, [sp, -32]!
	mov x29, sp
	str x19, [sp, 16]
	mov x19, x0
	ldr x2, [x0, 448]
	cmp x2, 0
	b.eq 1f
	ldrb w2, [x2, 68]
	tst w2, 1
	b.ne 2f
1:	mov w0, wzr
	ldr x19, [sp, 16]
	ldp x29, x30, [sp], 32
	ret
2:	br x1
end saved

function lock
	mrs x1, sp_el0
	mov x2, 0
1:	ldaxr x3, [x0]
	eor x4, x3, x2
	cbnz x4, 2f
	stxr w4, x1, [x0]
	cbnz w4, 1b
2:	cmp x3, 0
	b.ne 3f
	ret
3:	br x1
end lock

function locked
	stp x29, x30, [sp, -16]!
	bl lock
	ldp x29, x30, [sp], 16
	b base
end locked

function lse
	casa x2, x1, [x0]
	swpal x2, x1, [x0]
	ldadd x2, x1, [x0]
	ret
end lse

/* A lock by CAS, and an unlock: what was there is what was expected */
function cas
	mov x2, 0
	casa x2, x1, [x0]
	cbnz x2, 1f
	mov x3, x1
	casl x1, xzr, [x0]
	cmp x1, x3
	b.ne 1f
	ret
1:	br x1
end cas

/* What an atomic read is not known */
function swap
	mov x2, 0
	swpal x1, x2, [x0]
	cbnz x2, 1f
	ret
1:	br x1
end swap

function unknown
	.inst 0x00000001
	ret
end unknown

function loops
1:	ldrb w1, [x0, 68]
	tbz w1, 0, 1b
	ret
end loops

function undecided
	cmp x0, x1
	b.eq 1f
	nop
1:	ret
end undecided

function half
	mov x1, 65536
	cbz x1, 1f
	ret
1:	br x1
end half

.macro entry code, target, key
	.pushsection __jump_table, "aw"
	.p2align 3
	.long \code - ., \target - .
	.quad \key - .
	.popsection
.endm

function callee
	ret
end callee

function guarded_caller
1:	nop
3:	ret
2:	bl callee
	b 3b
	entry 1b, 2b, switch
end guarded_caller

function plain_caller
	b.eq callee
	ret
end plain_caller

	.data
	.p2align 3
	.globl switch
	.type switch, %object
	.size switch, 16
switch:	.quad 0, 0
	/* the linker gives these two a value only where they are asked for */
	.quad __start___jump_table, __stop___jump_table
