/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions for dmafp path to walk through.  The first three are what gcc 12 makes
 * of iommu_deferred_attach() of Linux 6.12 in base, patched and always-lock.
 */
	.text

.macro function name
	.p2align 6
	.globl \name
	.type \name, @function
\name:
.endm

.macro end name
	.size \name, . - \name
.endm

function base
	push %rbx
	mov 0x1c0(%rdi), %rax
	mov %rdi, %rbx
	test %rax, %rax
	je 1f
	testb $1, 0x44(%rax)
	jne 2f
1:	xor %eax, %eax
3:	pop %rbx
	ret
2:	mov 8(%rsi), %rax
	mov %rsi, %rdi
	mov (%rax), %rax
	mov %rbx, %rsi
	call *%rax
	jmp 3b
end base

function patched
	mov 0x1c0(%rdi), %rdx
	xor %eax, %eax
	test %rdx, %rdx
	je 2f
	testb $1, 0x44(%rdx)
	jne 1f
	ret
1:	push %rbx
	mov %rdi, %rbx
	call *8(%rsi)
	pop %rbx
	ret
2:	ret
end patched

function mutex_lock
	mov %gs:current(%rip), %rdx
	xor %eax, %eax
	lock cmpxchg %rdx, (%rdi)
	jne 1f
	ret
1:	jmp slow
end mutex_lock

function mutex_unlock
	mov %gs:current(%rip), %rax
	xor %edx, %edx
	lock cmpxchg %rdx, (%rdi)
	jne 1f
	ret
1:	jmp slow
end mutex_unlock

function slow
	jmp *%rax
end slow

function always_lock
	push %rbp
	mov %rsi, %rbp
	push %rbx
	mov 0x1b8(%rdi), %rax
	mov %rdi, %rbx
	lea 0x68(%rax), %rdi
	call mutex_lock
	mov 0x1c0(%rbx), %rax
	test %rax, %rax
	je 1f
	testb $1, 0x44(%rax)
	jne 2f
1:	xor %ebp, %ebp
3:	mov 0x1b8(%rbx), %rdi
	add $0x68, %rdi
	call mutex_unlock
	mov %ebp, %eax
	pop %rbx
	pop %rbp
	ret
2:	call *%rax
	jmp 3b
end always_lock

/* What clang makes: the byte's branch is taken */
function clang
	endbr64
	mov 0x1c0(%rdi), %rcx
	xor %eax, %eax
	test %rcx, %rcx
	je 1f
	testb $1, 0x44(%rcx)
	je 1f
	call *%r11
1:	ret
end clang

/* The byte by way of a register, a bool, a bit test, a mask, a compare, a guard */
function shapes
	movzbl 0x44(%rdi), %eax
	test %al, %al
	jne slow
	cmpb $0, 0x44(%rdi)
	jne slow
	mov 0x40(%rdi), %ecx
	and $4, %ecx
	jne slow
	btl $3, 0x40(%rdi)
	jb slow
	cmpq $0, 8(%rdi)
	je slow
	lock cmpxchg %rdx, (%rdi)
	sete %al
	movzbl %al, %eax
	test %eax, %eax
	je slow
	lea 0x68(%rax), %rdx
	mov 8(%rdi), %r12
	add $0x68, %r12
	test %r12, %r12
	je slow
	ret
end shapes

/* One line and then another: 63 bytes of nops, then a ret */
function two_lines
	.rept 64
	nop
	.endr
	ret
end two_lines

function loops
1:	dec %edi
	testb $1, 0x44(%rsi)
	je 1b
	ret
end loops

function undecided
	cmp %rsi, %rdi
	jb 1f
	ret
1:	nop
	ret
end undecided

/* A whole number that was read may be 0 or not */
function number
	mov 0x40(%rdi), %eax
	test %eax, %eax
	je 1f
	nop
1:	ret
end number

/* What was known of a register that is written is not known any more */
function overwritten
	mov 8(%rdi), %rax
	imul %rsi, %rax
	test %rax, %rax
	je 1f
	nop
1:	ret
end overwritten

function indirect_call
	call *8(%rdi)
	ret
end indirect_call

function indirect_jump
	jmp *8(%rdi)
end indirect_jump

function traps
	ud2
end traps

function repeats
	rep stosb
	ret
end repeats

function recursive
	call recursive
	ret
end recursive

function tail
	jmp patched
end tail

function __fentry__
	ret
end __fentry__

function __x86_return_thunk
	ret
	int3
end __x86_return_thunk

function __x86_indirect_thunk_rax
	jmp *%rax
end __x86_indirect_thunk_rax

function __SCT__might_resched
	ret
end __SCT__might_resched

function traced
	call __fentry__
	jmp __x86_return_thunk
end traced

function retpoline
	call __x86_indirect_thunk_rax
	ret
end retpoline

function static_call
	call __SCT__might_resched
	ret
end static_call

function alternative
1:	.byte 0x90, 0x90, 0x90
2:	ret
	.pushsection .altinstructions, "a"
	.long 1b - ., 3f - .
	.long 0
	.byte 2b - 1b, 4f - 3f
	.popsection
	.pushsection .altinstr_replacement, "ax"
3:	stac
4:
	.popsection
end alternative

.macro entry code, target, key
	.pushsection __jump_table, "aw"
	.p2align 3
	.long \code - ., \target - .
	.quad \key - .
	.popsection
.endm

function static_branch
1:	.byte 0x0f, 0x1f, 0x44, 0x00, 0x00
	ret
2:	nop
	ret
	entry 1b, 2b, switch
end static_branch

/* Callers of a function, of which two are guarded */
function callee
	ret
end callee

function plain_caller
	test %edi, %edi
	je 1f
	call callee
1:	ret
end plain_caller

function guarded_caller
1:	.byte 0x0f, 0x1f, 0x44, 0x00, 0x00
3:	ret
2:	call callee
	jmp 3b
	entry 1b, 2b, switch
end guarded_caller

/* As written for a branch that is likely: by default it jumps over the call */
function likely_caller
1:	jmp 2f
	call callee
2:	ret
	entry 1b, 2b, switch
end likely_caller

/* Its static branch guards something else, and of another key */
function other_caller
1:	.byte 0x0f, 0x1f, 0x44, 0x00, 0x00
3:	jmp callee
2:	nop
	jmp 3b
	entry 1b, 2b, other_switch
end other_caller

function switch_caller
	jmp *%rax
	call callee
	ret
end switch_caller

/* Bytes of a number that look like a call */
function no_caller
	.byte 0x48, 0xb8, 0xe8
	.long callee - . - 4
	.byte 0, 0, 0
	ret
end no_caller

function twice
	ret
end twice

	.data
	.p2align 3
	.globl switch, other_switch
	.type switch, @object
	.size switch, 16
switch:	.quad 0, 0
	.type other_switch, @object
	.size other_switch, 16
other_switch:
	.quad 0, 0
	.type current, @object
	.size current, 8
current: .quad 0
	/* the linker gives these two a value only where they are asked for */
	.quad __start___jump_table, __stop___jump_table
