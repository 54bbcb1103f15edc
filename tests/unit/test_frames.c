// SPDX-License-Identifier: GPL-2.0-or-later
/* The call stack that is kept while stepping, over code written by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trace/frames.h"

struct bytes {
	uint64_t address;
	const char *code;
	size_t len;
};

#define BYTES(address, code) { address, code, sizeof(code) - 1 }

static const struct bytes memory[] = {
	/* run: call f; rdtsc; call user; rdtsc; ret; int3 */
	BYTES(0x1000, "\xe8\xfb\x0f\x00\x00\x0f\x31\xe8\xf4\x3f\x00\x00\x0f\x31\xc3\xcc"),
	/* f: push rbp; jmp g */
	BYTES(0x2000, "\x55\xe9\xfa\x0f\x00\x00"),
	/* g: rep movsb; je +2; nop; nop; jmp __x86_return_thunk */
	BYTES(0x3000, "\xf3\xa4\x74\x02\x90\x90\xe9\xf5\x0f\x00\x00"),
	/* __x86_return_thunk: ret */
	BYTES(0x4000, "\xc3"),
	/* user: call __x86_indirect_thunk_rax; jmp user's cold part; nop; ret */
	BYTES(0x5000, "\xe8\xfb\x0f\x00\x00\xe9\xf6\x2f\x00\x00\x90\xc3"),
	/* __x86_indirect_thunk_rax: call 1f; pause; int3; 1: mov %rax,(%rsp); ret */
	BYTES(0x6000, "\xe8\x03\x00\x00\x00\xf3\x90\xcc\x48\x89\x04\x24\xc3"),
	/* g2: ret */
	BYTES(0x7000, "\xc3"),
	/* user's cold part: jmp back to the nop */
	BYTES(0x8000, "\xe9\x05\xd0\xff\xff"),
};

#define FUNCTION(address, size, name) { address, size, (char *)name, 0 }

static struct dmafp_function items[] = {
	FUNCTION(0x1000, 16, "run"),
	FUNCTION(0x2000, 6, "f"),
	FUNCTION(0x3000, 11, "g"),
	FUNCTION(0x4000, 1, "__x86_return_thunk"),
	FUNCTION(0x5000, 12, "user"),
	FUNCTION(0x6000, 13, "__x86_indirect_thunk_rax"),
	FUNCTION(0x7000, 1, "g2"),
	FUNCTION(0x8000, 5, "user"),
};

static const struct dmafp_functions functions = { items, sizeof(items) / sizeof(items[0]) };

static int read_memory(void *ctx, uint64_t address, void *data, size_t len,
		       struct dmafp_err *err)
{
	size_t i;

	(void)ctx;
	memset(data, 0xcc, len);
	for (i = 0; i < sizeof(memory) / sizeof(memory[0]); i++) {
		const struct bytes *b = &memory[i];

		if (address >= b->address && address - b->address < b->len) {
			size_t rest = b->len - (address - b->address);

			memcpy(data, b->code + (address - b->address), rest < len ? rest : len);
			return 0;
		}
	}
	return dmafp_err_set(err, EFAULT, DMAFP_EXIT_QEMU, "nothing there");
}

struct walk {
	struct dmafp_frames frames;
	struct dmafp_steps steps;
	struct dmafp_err err;
};

static int begin(void **state)
{
	const struct dmafp_code code = { read_memory, NULL };
	struct walk *w = calloc(1, sizeof(*w));

	*state = w;
	if (!w || dmafp_frames_open(&w->frames, &functions, NULL, &code, &w->err))
		return -1;
	dmafp_frames_begin(&w->frames, &w->steps);
	return 0;
}

static int end(void **state)
{
	struct walk *w = *state;
	size_t i;

	for (i = 0; i < w->steps.nr_stacks; i++)
		free(w->steps.stacks[i].stack);
	free(w->steps.stacks);
	dmafp_frames_close(&w->frames);
	free(w);
	return 0;
}

#define WALK(w, ...)                                                              \
	do {                                                                      \
		static const uint64_t pcs[] = { __VA_ARGS__ };                    \
		size_t step;                                                      \
                                                                                  \
		for (step = 0; step < sizeof(pcs) / sizeof(pcs[0]); step++)       \
			if (dmafp_frames_add(&(w)->frames, pcs[step], &(w)->err)) \
				fail_msg("%s", (w)->err.msg);                     \
	} while (0)

static void expect_stack(const struct walk *w, size_t i, const char *stack, uint64_t count)
{
	assert_true(i < w->steps.nr_stacks);
	assert_string_equal(w->steps.stacks[i].stack, stack);
	assert_int_equal(w->steps.stacks[i].instructions, count);
}

static void test_tail_call(void **state)
{
	struct walk *w = *state;

	WALK(w, 0x1000, 0x2000, 0x2001, 0x3000, 0x3000, 0x3000, 0x3002, 0x3006, 0x4000, 0x1005);
	assert_int_equal(w->steps.nr_stacks, 4);
	expect_stack(w, 0, "run", 2);
	expect_stack(w, 1, "run;f", 2);
	/* every iteration of the repeated one counts */
	expect_stack(w, 2, "run;f;g", 5);
	expect_stack(w, 3, "run;f;g;__x86_return_thunk", 1);
	assert_int_equal(w->steps.instructions, 10);
}

static void test_retpoline_and_cold(void **state)
{
	struct walk *w = *state;

	WALK(w, 0x1007, 0x5000, 0x6000, 0x6008, 0x600c, 0x7000, 0x5005, 0x8000, 0x500a, 0x500b,
	     0x100c);
	assert_int_equal(w->steps.nr_stacks, 5);
	expect_stack(w, 0, "run", 2);
	expect_stack(w, 1, "run;user", 5);
	expect_stack(w, 2, "run;user;__x86_indirect_thunk_rax", 1);
	expect_stack(w, 3, "run;user;__x86_indirect_thunk_rax;__x86_indirect_thunk_rax", 2);
	expect_stack(w, 4, "run;user;__x86_indirect_thunk_rax;g2", 1);
}

static void expect_refused(struct walk *w, uint64_t pc, const char *says)
{
	uint64_t before = w->steps.instructions;

	assert_true(dmafp_frames_add(&w->frames, pc, &w->err) < 0);
	if (!strstr(w->err.msg, says))
		fail_msg("no \"%s\" in: %s", says, w->err.msg);
	assert_int_equal(w->steps.instructions, before);
}

static void test_interrupt(void **state)
{
	struct walk *w = *state;

	WALK(w, 0x1000, 0x2000);
	/* after push comes jmp, and neither any other place nor itself */
	expect_refused(w, 0x4000, "an interrupt or exception");
	expect_refused(w, 0x2000, "an interrupt or exception");
	WALK(w, 0x2001);
	expect_refused(w, 0x3002, "an interrupt or exception");
	WALK(w, 0x3000, 0x3002);
	expect_refused(w, 0x3005, "an interrupt or exception");
}

static void test_leaves(void **state)
{
	struct walk *w = *state;

	WALK(w, 0x100e);
	expect_refused(w, 0x7000, "run returned before the op ended");
}

static void test_exception(void **state)
{
	struct walk *w = *state;

	WALK(w, 0x100f);
	expect_refused(w, 0x1000, "an interrupt or exception");
	expect_refused(w, 0x9999, "nothing there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tail_call, begin, end),
		cmocka_unit_test_setup_teardown(test_retpoline_and_cold, begin, end),
		cmocka_unit_test_setup_teardown(test_interrupt, begin, end),
		cmocka_unit_test_setup_teardown(test_leaves, begin, end),
		cmocka_unit_test_setup_teardown(test_exception, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
