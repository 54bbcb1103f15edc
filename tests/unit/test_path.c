// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dmafp path on small images, made here by the assemblers of both machines.  What
 * is expected is counted by hand in tests/unit/path/.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/evidence.h"
#include "analysis/path/moved.h"
#include "analysis/path/path.h"
#include "base/file.h"
#include "base/proc.h"

static char dir[] = "/tmp/dmafp-test-path-XXXXXX";
static char *x86, *arm64;

static char *assemble(const char *compiler, const char *source)
{
	char *image = dmafp_path("%s/%s.elf", dir, compiler);
	char *log = dmafp_path("%s/log", dir), *said;
	const char *const argv[] = { compiler, "-nostdlib", "-static", "-Wl,--build-id=sha1",
				     "-Wl,-e,base", "-Wl,-z,noexecstack", "-o", image, source,
				     NULL };
	struct dmafp_err err;
	int ret = dmafp_proc_run(argv, NULL, log, NULL, &err);

	if (ret) {
		said = dmafp_file_read(log, NULL, &err);
		fail_msg("%s failed on %s: %s", compiler, source, said ? said : err.msg);
	}
	free(log);
	return image;
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	x86 = assemble("x86_64-linux-gnu-gcc", "tests/unit/path/x86.S");
	arm64 = assemble("aarch64-linux-gnu-gcc", "tests/unit/path/arm64.S");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(x86);
	free(arm64);
	return dmafp_file_remove_tree(dir);
}

static struct dmafp_walks walk_told(const char *image, const char *symbol, const char *told)
{
	struct dmafp_path_branch branch = { 0 };
	struct dmafp_path_options options = { .symbol = symbol, .branches = &branch };
	struct dmafp_walks walks = { 0 };
	struct dmafp_err err;

	if (told) {
		assert_int_equal(dmafp_path_branch_parse(told, &branch, &err), 0);
		options.nr_branches = 1;
	}
	if (dmafp_path_take(image, NULL, &options, dmafp_walks_add(&walks), &err))
		fail_msg("%s", err.msg);
	free(branch.function);
	return walks;
}

static struct dmafp_walks walk(const char *image, const char *symbol)
{
	return walk_told(image, symbol, NULL);
}

static bool has_remark(const struct dmafp_walk *w, const char *part)
{
	size_t i;

	for (i = 0; i < w->nr_remarks; i++)
		if (strstr(w->remarks[i], part))
			return true;
	return false;
}

static void expect_counts(const char *image, const char *symbol,
			  struct dmafp_walk_counts expected)
{
	struct dmafp_walks walks = walk(image, symbol);
	const struct dmafp_walk_counts *c = &walks.items->counts;

	if (!walks.items->complete)
		fail_msg("%s: not complete: %s", symbol,
			 walks.items->nr_remarks ? walks.items->remarks[0] : "no remark");
	assert_int_equal(c->instructions, expected.instructions);
	assert_int_equal(c->instructions, walks.items->nr_path);
	assert_int_equal(c->bytes, expected.bytes);
	assert_int_equal(c->lines, expected.lines);
	assert_int_equal(c->branches, expected.branches);
	assert_int_equal(c->taken, expected.taken);
	assert_int_equal(c->loads, expected.loads);
	assert_int_equal(c->stores, expected.stores);
	assert_int_equal(c->stack, expected.stack);
	assert_int_equal(c->calls, expected.calls);
	assert_int_equal(c->locked, expected.locked);
	dmafp_walks_free(&walks);
}

#define COUNTS(...) ((struct dmafp_walk_counts){ __VA_ARGS__ })

/* As counted in the disassembly of the lab's kernels: 10, 7, and 20 more for a lock */
static void test_x86(void **state)
{
	(void)state;
	expect_counts(x86, "base", COUNTS(.instructions = 10, .bytes = 26, .lines = 1,
					  .branches = 2, .loads = 2, .stack = 2));
	expect_counts(x86, "patched", COUNTS(.instructions = 7, .bytes = 21, .lines = 1,
					     .branches = 2, .loads = 2));
	/* 20 of its own, two of 5; each of three functions in a line of its own */
	expect_counts(x86, "always_lock", COUNTS(.instructions = 30, .bytes = 65 + 2 * 18,
						 .lines = 2 + 2, .branches = 4, .loads = 8,
						 .stores = 2, .stack = 4, .calls = 2,
						 .locked = 2));
	expect_counts(x86, "clang", COUNTS(.instructions = 8, .bytes = 25, .lines = 1,
					   .branches = 2, .taken = 1, .loads = 2));
	expect_counts(x86, "two_lines", COUNTS(.instructions = 65, .bytes = 65, .lines = 2));
	/* a jmp of 5 bytes, and the seven of patched: no call */
	expect_counts(x86, "tail", COUNTS(.instructions = 8, .bytes = 5 + 21, .lines = 2,
					  .branches = 2, .taken = 1, .loads = 2));
}

/* What boot makes of them: a nop of 5 bytes and a ret */
static void test_booted(void **state)
{
	struct dmafp_walks walks = walk(x86, "traced");

	(void)state;
	expect_counts(x86, "traced", COUNTS(.instructions = 2, .bytes = 6, .lines = 1));
	assert_true(has_remark(walks.items, "traced+0x0: call __fentry__, counted as the nop"));
	assert_true(has_remark(walks.items, "jmp __x86_return_thunk is counted as the ret"));
	dmafp_walks_free(&walks);
}

/* Every way in which a compiler asks for the byte, none of them taken */
static void test_shapes(void **state)
{
	struct dmafp_walks walks = walk(x86, "shapes");

	(void)state;
	assert_true(walks.items->complete);
	assert_int_equal(walks.items->counts.branches, 7);
	assert_int_equal(walks.items->counts.taken, 0);
	dmafp_walks_free(&walks);
}

static void test_arm64(void **state)
{
	(void)state;
	expect_counts(arm64, "base", COUNTS(.instructions = 9, .bytes = 36, .lines = 1,
					    .branches = 2, .loads = 2));
	expect_counts(arm64, "saved", COUNTS(.instructions = 14, .bytes = 56, .lines = 1,
					     .branches = 2, .loads = 3, .stores = 1, .stack = 2));
	/* the second one tests the exclusive store, the third what was there */
	expect_counts(arm64, "lock", COUNTS(.instructions = 10, .bytes = 40, .lines = 1,
					    .branches = 3, .loads = 1, .stores = 1, .locked = 2));
	/* 4 of its own, 10 of the lock, 9 of base, to which it jumps */
	expect_counts(arm64, "locked", COUNTS(.instructions = 23, .bytes = 92, .lines = 3,
					      .branches = 5, .taken = 1, .loads = 3, .stores = 1,
					      .stack = 2, .calls = 1, .locked = 2));
	expect_counts(arm64, "lse", COUNTS(.instructions = 4, .bytes = 16, .lines = 1, .loads = 3,
					   .stores = 3, .locked = 3));
	expect_counts(arm64, "cas", COUNTS(.instructions = 8, .bytes = 32, .lines = 1,
					   .branches = 2, .loads = 2, .stores = 2,
					   .locked = 2));
	expect_counts(arm64, "half", COUNTS(.instructions = 3, .bytes = 12, .lines = 1,
					    .branches = 1));
}

static void expect_open(const char *image, const char *symbol, size_t nr_path, const char *remark)
{
	struct dmafp_walks walks = walk(image, symbol);

	if (walks.items->complete)
		fail_msg("%s: complete, but: %s", symbol, remark);
	if (!has_remark(walks.items, remark))
		fail_msg("%s: no remark says \"%s\"; the first: %s", symbol, remark,
			 walks.items->nr_remarks ? walks.items->remarks[0] : "there is none");
	assert_int_equal(walks.items->nr_path, nr_path);
	assert_int_equal(walks.items->nr_estimates, 0);
	dmafp_walks_free(&walks);
}

/* Reported, never guessed */
static void test_not_understood(void **state)
{
	(void)state;
	expect_open(x86, "loops", 3, "loops+0x0: a loop");
	expect_open(x86, "undecided", 2, "undecided+0x3: no rule decides this branch");
	expect_open(x86, "number", 3, "number+0x5: no rule decides this branch");
	expect_open(x86, "overwritten", 4, "overwritten+0xb: no rule decides this branch");
	expect_open(x86, "indirect_call", 2, "indirect_call+0x0: an indirect call, not entered");
	expect_open(x86, "indirect_jump", 1, "indirect_jump+0x0: an indirect jump");
	expect_open(x86, "retpoline", 2, "retpoline+0x0: an indirect call, not entered");
	expect_open(x86, "static_call", 2, "static_call+0x0: a static call, not entered");
	expect_open(x86, "traps", 1, "traps+0x0: traps");
	expect_open(x86, "repeats", 2, "repeats+0x0: repeats, counted once");
	expect_open(x86, "recursive", 2, "recursive+0x0: a call that is recursive");
	expect_open(arm64, "unknown", 1, "unknown+0x0: cannot be decoded");
	expect_open(arm64, "swap", 3, "swap+0x8: no rule decides this branch");
	expect_open(arm64, "loops", 2, "loops+0x0: a loop");
	expect_open(arm64, "undecided", 2, "undecided+0x4: no rule decides this branch");
}

/* Boot or a switch at run time can make another thing of it: told, and walked as it is */
static void test_patched_at_boot(void **state)
{
	struct dmafp_walks alternative = walk(x86, "alternative");
	struct dmafp_walks branch = walk(x86, "static_branch");

	(void)state;
	assert_true(alternative.items->complete);
	assert_true(has_remark(alternative.items, "alternative+0x0: an alternative"));
	assert_int_equal(alternative.items->nr_remarks, 1);
	assert_true(branch.items->complete);
	assert_int_equal(branch.items->nr_path, 2);
	assert_true(has_remark(branch.items, "static_branch+0x0: static branch on switch, "
					     "as in the image: a nop"));
	dmafp_walks_free(&branch);
	dmafp_walks_free(&alternative);
}

static void test_told(void **state)
{
	struct dmafp_walks taken = walk_told(x86, "undecided", "3=taken");
	struct dmafp_walks not = walk_told(x86, "undecided", "undecided+0x3=not");
	struct dmafp_walks other = walk_told(x86, "undecided", "base+0x3=not");

	(void)state;
	assert_true(taken.items->complete);
	assert_int_equal(taken.items->nr_path, 4);
	assert_string_equal(taken.items->path[1].why, "as told by --branch");
	assert_true(not.items->complete);
	assert_int_equal(not.items->nr_path, 3);
	assert_false(other.items->complete);
	dmafp_walks_free(&other);
	dmafp_walks_free(&not);
	dmafp_walks_free(&taken);
}

static void test_told_wrongly(void **state)
{
	static const char *const wrong[] = { "", "3", "=taken", "3=", "3=maybe", "x=taken",
					     "f+=not", "-3=not", "3x=not" };
	struct dmafp_path_branch branch;
	struct dmafp_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(dmafp_path_branch_parse(wrong[i], &branch, &err), -EINVAL);
		assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	}
}

static const struct dmafp_walk_site *site(const struct dmafp_walk *w, const char *caller)
{
	size_t i;

	for (i = 0; i < w->nr_sites; i++)
		if (!strcmp(w->sites[i].caller, caller))
			return &w->sites[i];
	fail_msg("%s is no caller", caller);
	return NULL;
}

static void test_sites(void **state)
{
	struct dmafp_walks walks = walk(x86, "callee");
	const struct dmafp_walk *w = walks.items;

	(void)state;
	/* not no_caller, in which a number looks like a call */
	assert_int_equal(w->nr_sites, 5);
	assert_false(site(w, "plain_caller")->guarded);
	assert_int_equal(site(w, "plain_caller")->offset, 4);
	assert_true(site(w, "guarded_caller")->guarded);
	assert_string_equal(site(w, "guarded_caller")->key, "switch");
	assert_true(site(w, "likely_caller")->guarded);
	assert_false(site(w, "other_caller")->guarded);
	assert_null(site(w, "other_caller")->key);
	assert_false(site(w, "switch_caller")->guarded);
	assert_true(has_remark(w, "switch_caller+0x2: whether this call is behind a static branch "
				  "is not known: its function has an indirect jump"));
	dmafp_walks_free(&walks);
}

static void test_sites_arm64(void **state)
{
	struct dmafp_walks walks = walk(arm64, "callee");

	(void)state;
	assert_int_equal(walks.items->nr_sites, 2);
	assert_true(site(walks.items, "guarded_caller")->guarded);
	assert_string_equal(site(walks.items, "guarded_caller")->key, "switch");
	assert_false(site(walks.items, "plain_caller")->guarded);
	assert_string_equal(walks.items->arch, "aarch64");
	dmafp_walks_free(&walks);
}

static size_t nr_of(const struct dmafp_moved *moved, enum dmafp_moved_kind kind)
{
	size_t i, nr = 0;

	for (i = 0; i < moved->nr; i++)
		nr += moved->rows[i].kind == kind;
	return nr;
}

/*
 * What the patch does: xor moves up, push and mov go where the device is deferred,
 * pop too; load, test and testb use another register.
 */
static void test_moved(void **state)
{
	struct dmafp_walks base = walk(x86, "base"), patched = walk(x86, "patched");
	struct dmafp_moved moved, same;

	(void)state;
	dmafp_moved_new(&moved, base.items, patched.items);
	assert_int_equal(nr_of(&moved, DMAFP_MOVED_AWAY), 1);
	assert_int_equal(nr_of(&moved, DMAFP_MOVED_HERE), 1);
	assert_int_equal(nr_of(&moved, DMAFP_MOVED_OFF), 3);
	assert_int_equal(nr_of(&moved, DMAFP_MOVED_CHANGED), 3);
	assert_int_equal(nr_of(&moved, DMAFP_MOVED_SAME), 3);
	assert_int_equal(moved.nr, 11);
	assert_false(dmafp_moved_is_same(&moved));
	dmafp_moved_new(&same, base.items, base.items);
	assert_true(dmafp_moved_is_same(&same));
	dmafp_moved_free(&same);
	dmafp_moved_free(&moved);
	dmafp_walks_free(&patched);
	dmafp_walks_free(&base);
}

/* Text must not say where the linker put things: a name or an offset, never an address */
static void test_text(void **state)
{
	struct dmafp_walks walks = walk(x86, "always_lock");
	const struct dmafp_walk *w = walks.items;

	(void)state;
	assert_string_equal(w->path[6].text, "callq mutex_lock");
	assert_string_equal(w->path[7].function, "mutex_lock");
	assert_string_equal(w->path[7].text, "movq %gs:current(%rip), %rdx");
	assert_string_equal(w->path[10].text, "jne +0x12");
	assert_string_equal(w->path[10].why, "the compare-exchange succeeds");
	assert_non_null(w->build_id);
	assert_int_equal(strlen(w->build_id), 40);
	dmafp_walks_free(&walks);
}

/* What is written is what is read */
static void test_file(void **state)
{
	struct dmafp_walks walks = walk(x86, "always_lock"), again = { 0 };
	json_t *root = dmafp_walks_to_json(&walks), *twice;
	struct dmafp_err err;

	(void)state;
	assert_true(dmafp_evidence_is(root));
	assert_int_equal(dmafp_walks_from_json(&again, root, &err), 0);
	twice = dmafp_walks_to_json(&again);
	assert_true(json_equal(root, twice));
	assert_int_equal(again.items->nr_path, 30);
	json_decref(twice);
	json_decref(root);
	dmafp_walks_free(&again);
	dmafp_walks_free(&walks);
}

/* Two paths are held against each other in a table of their lengths' product */
static void test_long_file(void **state)
{
	struct dmafp_walks walks = walk(x86, "base"), again = { 0 };
	json_t *root = dmafp_walks_to_json(&walks);
	json_t *path = json_object_get(json_array_get(json_object_get(root, "walks"), 0), "path");
	struct dmafp_err err;

	(void)state;
	while (json_array_size(path) < DMAFP_WALK_MAX_STEPS)
		json_array_append(path, json_array_get(path, 0));
	assert_int_equal(dmafp_walks_from_json(&again, root, &err), 0);
	dmafp_walks_free(&again);
	json_array_append(path, json_array_get(path, 0));
	assert_int_equal(dmafp_walks_from_json(&again, root, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	dmafp_walks_free(&again);
	json_decref(root);
	dmafp_walks_free(&walks);
}

/* In place of llvm-mca, which is not everywhere, and says another thing in each version */
static void write_estimator(const char *script)
{
	char *name = dmafp_path("%s/llvm-mca-30", dir);
	struct dmafp_err err;

	assert_int_equal(dmafp_file_write(name, script, strlen(script), &err), 0);
	assert_int_equal(chmod(name, 0755), 0);
	free(name);
}

static void test_estimate(void **state)
{
	char *old = strdup(getenv("PATH")), *with = dmafp_path("%s:%s", dir, old);
	struct dmafp_walks walks;

	(void)state;
	setenv("PATH", with, 1);
	/* knows one CPU, and wants a target that is no number behind a plus */
	write_estimator("#!/bin/sh\n[ \"$2\" = --mcpu=skylake ] || exit 1\n"
			"for last; do :; done\ngrep -q 'je target' \"$last\" || exit 1\n"
			"echo 'Total Cycles:      214'\n");
	walks = walk(x86, "patched");
	assert_int_equal(walks.items->nr_estimates, 1);
	assert_string_equal(walks.items->estimates[0].cpu, "skylake");
	assert_int_equal(walks.items->estimates[0].centicycles, 214);
	assert_true(has_remark(walks.items, "llvm-mca has no estimate for znver3"));
	dmafp_walks_free(&walks);
	setenv("PATH", "/nowhere", 1);
	walks = walk(x86, "patched");
	assert_int_equal(walks.items->nr_estimates, 0);
	assert_int_equal(walks.items->nr_remarks, 0);
	assert_true(walks.items->complete);
	dmafp_walks_free(&walks);
	setenv("PATH", old, 1);
	free(with);
	free(old);
}

static void expect_refused(const char *path, const char *symbol, const char *part)
{
	struct dmafp_path_options options = { .symbol = symbol };
	struct dmafp_walks walks = { 0 };
	struct dmafp_err err;

	assert_true(dmafp_path_take(path, NULL, &options, dmafp_walks_add(&walks), &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	if (!strstr(err.msg, part))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, part);
	dmafp_walks_free(&walks);
}

static void test_refused(void **state)
{
	char *stripped = dmafp_path("%s/stripped", dir), *cut = dmafp_path("%s/cut", dir);
	const char *const strip[] = { "strip", "-o", stripped, x86, NULL };
	struct dmafp_err err;
	char *bytes;
	size_t len;

	(void)state;
	expect_refused("/nowhere/vmlinux", "base", "cannot open the kernel image");
	expect_refused(dir, "base", "is no kernel image");
	expect_refused("tests/unit/path/x86.S", "base", "is no ELF file");
	expect_refused(x86, "no_such_function", "has no function no_such_function");
	assert_int_equal(dmafp_proc_run(strip, NULL, NULL, NULL, &err), 0);
	expect_refused(stripped, "base", "has no symbols");
	/* the section headers are at the end */
	bytes = dmafp_file_read(x86, &len, &err);
	assert_int_equal(dmafp_file_write(cut, bytes, len / 2, &err), 0);
	expect_refused(cut, "base", "");
	free(bytes);
	free(cut);
	free(stripped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86),
		cmocka_unit_test(test_booted),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_arm64),
		cmocka_unit_test(test_not_understood),
		cmocka_unit_test(test_patched_at_boot),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_told_wrongly),
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_sites_arm64),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_long_file),
		cmocka_unit_test(test_estimate),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
