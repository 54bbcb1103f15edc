// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's console: what is a fault, what only looks like one, and the tail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/console.h"

#define SYSRQ "Kernel panic - not syncing: sysrq triggered crash"

static void found(const char *text, const char *expected)
{
	char line[256] = "";

	if (!dmafp_console_fault(text, "none", line, sizeof(line)))
		fail_msg("no fault found in: %s", text);
	assert_string_equal(line, expected);
}

static void clean(const char *text)
{
	char line[256] = "";

	if (dmafp_console_fault(text, "none", line, sizeof(line)))
		fail_msg("taken for a fault: %s", line);
}

static void every_kind_of_fault(void **state)
{
	static const char *const lines[] = {
		"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009",
		"Kernel panic - not syncing: Fatal exception",
		"kernel BUG at mm/slub.c:4032!",
		"BUG: kernel NULL pointer dereference, address: 0000000000000010",
		"BUG: KASAN: slab-out-of-bounds in dmafp_op+0x12/0x40 [dmafp]",
		"BUG: unable to handle page fault for address: ffffffffdeadbeef",
		"BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585",
		"BUG: scheduling while atomic: dmafp/1/0x00000002",
		"==== BUG: KCSAN: data-race in a / b",
		"WARNING: CPU: 0 PID: 1 at drivers/iommu/iommu.c:2134 iommu_deferred_attach+0x10",
		"WARNING: possible circular locking dependency detected",
		"WARNING: possible recursive locking detected",
		"WARNING: suspicious RCU usage",
		"WARNING: inconsistent lock state",
		"Oops: 0000 [#1] PREEMPT SMP NOPTI",
		"Oops: Oops: 0002 [#1] SMP",
		"general protection fault, probably for non-canonical address 0xdead: 0000 [#1]",
		"traps: PANIC: double fault, error_code: 0x0",
		"stack segment: 0000 [#1] SMP",
		"Unable to handle kernel paging request at virtual address dead000000000100",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [dmafp:1]",
		"rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
		"rcu: INFO: rcu_sched self-detected stall on CPU",
		"INFO: task dmafp:1 blocked for more than 120 seconds.",
		"UBSAN: array-index-out-of-bounds in drivers/iommu/intel/iommu.c:100:2",
		"kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
		"refcount_t: underflow; use-after-free.",
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		/* alone, without a newline */
		found(lines[i], lines[i]);
		/* stamped, among others, with the serial port's line ends */
		strcpy(text, "[    0.000000] Linux version 6.12.0\r\n[    1.234567] ");
		strcat(text, lines[i]);
		strcat(text, "\r\n[    1.3] Call Trace:\r\n");
		found(text, lines[i]);
	}
}

static void what_only_looks_like_a_fault(void **state)
{
	(void)state;
	clean("");
	clean("\n\n\r\n");
	clean("[    0.1] DEBUG: something\n");
	clean("[    0.1] xyzDEBUG: something\n");
	clean("[    0.1] DMA-API: preallocated 65536 debug entries\n");
	clean("[    0.1] DMA-API: debugging enabled by kernel config\n");
	clean("[    0.1] kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)\n");
	clean("[    0.1] kmemleak: Automatic memory scanning thread started\n");
	clean("[    0.1] Warning: Core image elf header not found\n");
	clean("[    0.1] watchdog: Delayed init of the lockup detector failed: 19\n");
	clean("[    0.1] rcu: Hierarchical RCU implementation.\n");
	clean("[    0.1] Command line: oops=panic panic_on_warn=1 panic=-1\n");
	clean("[    0.1] debug_vm: Kernel panic handler registered\n");
}

/* "DEBUG: " in front must not hide the bug behind it in another line. */
static void a_fault_behind_innocent_lines(void **state)
{
	(void)state;
	found("DEBUG: a\n[ 0.2] BUG: b\n", "BUG: b");
}

static void the_first_fault_counts(void **state)
{
	(void)state;
	found("[    1.0] WARNING: CPU: 0 PID: 1 at a.c:1 a\n[    1.1] BUG: b\n"
	      "[    1.2] Kernel panic - not syncing: c\n",
	      "WARNING: CPU: 0 PID: 1 at a.c:1 a");
}

static void sysrq_crash_is_no_fault(void **state)
{
	(void)state;
	clean("[    5.0] sysrq: Trigger a crash\n[    5.0] " SYSRQ "\n");
	clean("[    5.0] " SYSRQ "\n[    5.1] CPU: 0 PID: 1 Comm: dmafp Not tainted\n"
	      "[    5.2] WARNING: CPU: 0 PID: 1 at kernel/smp.c:800 smp_call+0x1\n"
	      "[    5.3] BUG: something on the way down\n"
	      "[    0.0] Linux version 6.12.0 (gcc)\n[    0.5] all is well\n");
}

static void fault_before_the_crash(void **state)
{
	(void)state;
	found("[    4.0] BUG: early\n[    5.0] " SYSRQ "\n", "BUG: early");
}

static void fault_in_the_next_kernel(void **state)
{
	(void)state;
	found("[    5.0] " SYSRQ "\n[    5.2] BUG: on the way down\n"
	      "[    0.000000] Linux version 6.12.0 (gcc)\n"
	      "[    0.7] Oops: 0000 [#1]\n",
	      "Oops: 0000 [#1]");
	/* a panic of its own in the capture kernel is none that was asked for */
	found("[    5.0] " SYSRQ "\n[    0.0] Linux version 6.12.0\n"
	      "[    0.9] Kernel panic - not syncing: VFS: Unable to mount root fs\n",
	      "Kernel panic - not syncing: VFS: Unable to mount root fs");
}

static void stamps_are_stripped_nothing_else(void **state)
{
	(void)state;
	found("[12345.678901] BUG: a\n", "BUG: a");
	found("BUG: [a] b\n", "BUG: [a] b");
	found("[no end BUG: a\n", "[no end BUG: a");
}

static void the_line_is_cut(void **state)
{
	char line[8] = "xxxxxxx";

	(void)state;
	assert_true(dmafp_console_fault("[ 1.0] BUG: 456789\n", "none", line, sizeof(line)));
	assert_string_equal(line, "BUG: 45");
}

static void tail_is(const char *text, unsigned int lines, const char *expected)
{
	char *tail = dmafp_console_tail(text, lines);

	assert_non_null(tail);
	assert_string_equal(tail, expected);
	free(tail);
}

static void tail_counts_lines(void **state)
{
	(void)state;
	tail_is("a\nb\nc\n", 1, "  c\n");
	tail_is("a\nb\nc\n", 2, "  b\n  c\n");
	tail_is("a\nb\nc\n", 3, "  a\n  b\n  c\n");
}

static void tail_of_short_text(void **state)
{
	(void)state;
	tail_is("a\nb\n", 10, "  a\n  b\n");
	tail_is("", 10, "");
	tail_is("a\n", 0, "");
	tail_is("x", 1, "  x");
}

static void tail_without_a_final_newline(void **state)
{
	(void)state;
	tail_is("a\nb\nc", 1, "  c");
	tail_is("a\nb\nc", 2, "  b\n  c");
}

static void tail_keeps_empty_lines(void **state)
{
	(void)state;
	tail_is("a\n\nb\n", 2, "  \n  b\n");
	tail_is("\n\n\n", 9, "  \n  \n  \n");
}

static void tail_drops_control_characters(void **state)
{
	(void)state;
	tail_is("a\r\n\033[2Jb\a\x7f\001c\r\n", 2, "  a\n  [2Jbc\n");
}

/* The line of v6.19's kernel/panic.c, and an x86 trap of older kernels */
static void newer_and_older_words(void **state)
{
	char line[160];

	(void)state;
	assert_true(dmafp_console_fault("[    1.0] WARNING: drivers/iommu/iommu.c:10 at f+0x1, "
					"CPU#0: init/1\n",
					"none", line, sizeof(line)));
	assert_true(dmafp_console_fault("[    1.0] divide error: 0000 [#1] SMP\n", "none",
					line, sizeof(line)));
	assert_false(dmafp_console_fault("[    1.0] WARNING: this is only a word\n", "none",
					 line, sizeof(line)));
}

#define SLEEPING "BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585"

static void an_expected_fault_is_none_and_no_other(void **state)
{
	static const char expect[] = "sleeping-function";
	char line[160];

	(void)state;
	assert_false(dmafp_console_fault("[    1.0] " SLEEPING "\r\n[    1.1] Call Trace:\r\n",
					 expect, line, sizeof(line)));
	assert_true(dmafp_console_fault("[    1.0] " SLEEPING "\n", "another-word", line,
					sizeof(line)));
	/* each line is judged by itself */
	assert_true(dmafp_console_fault("[    1.0] " SLEEPING "\n"
					"[    1.1] BUG: scheduling while atomic: a\n",
					expect, line, sizeof(line)));
	assert_string_equal(line, "BUG: scheduling while atomic: a");
	/* quoting it hides nothing */
	assert_true(dmafp_console_fault("[    1.0] WARNING: CPU: 0 PID: 1 at " SLEEPING "\n",
					expect, line, sizeof(line)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_fault),
		cmocka_unit_test(what_only_looks_like_a_fault),
		cmocka_unit_test(a_fault_behind_innocent_lines),
		cmocka_unit_test(the_first_fault_counts),
		cmocka_unit_test(sysrq_crash_is_no_fault),
		cmocka_unit_test(fault_before_the_crash),
		cmocka_unit_test(fault_in_the_next_kernel),
		cmocka_unit_test(stamps_are_stripped_nothing_else),
		cmocka_unit_test(the_line_is_cut),
		cmocka_unit_test(tail_counts_lines),
		cmocka_unit_test(tail_of_short_text),
		cmocka_unit_test(tail_without_a_final_newline),
		cmocka_unit_test(tail_keeps_empty_lines),
		cmocka_unit_test(tail_drops_control_characters),
		cmocka_unit_test(newer_and_older_words),
		cmocka_unit_test(an_expected_fault_is_none_and_no_other),
	};

	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
