// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <capstone/capstone.h>

#include "base/alloc.h"
#include "trace/frames.h"

#define UNKNOWN "[unknown]"

int dmafp_frames_open(struct dmafp_frames *frames, const struct dmafp_functions *functions,
		      struct dmafp_inlined *inlined, const struct dmafp_code *code,
		      struct dmafp_err *err)
{
	*frames = (struct dmafp_frames) { .functions = functions,
					  .inlined = inlined,
					  .code = *code };
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &frames->capstone) ||
	    cs_option(frames->capstone, CS_OPT_DETAIL, CS_OPT_ON))
		return dmafp_err_set(err, ENOMEM, DMAFP_EXIT_INTERNAL,
				     "capstone has no x86-64 disassembler");
	return 0;
}

void dmafp_frames_close(struct dmafp_frames *frames)
{
	if (frames->capstone)
		cs_close(&frames->capstone);
	free(frames->insns);
	*frames = (struct dmafp_frames) { 0 };
}

void dmafp_frames_begin(struct dmafp_frames *frames, struct dmafp_steps *steps)
{
	frames->nr = 0;
	frames->last = (struct dmafp_step_insn) { 0 };
	frames->steps = steps;
}

static bool is_repeated(const cs_insn *insn)
{
	return insn->detail->x86.prefix[0] == X86_PREFIX_REP ||
	       insn->detail->x86.prefix[0] == X86_PREFIX_REPNE;
}

static enum dmafp_flow flow_of(csh capstone, const cs_insn *insn)
{
	if (cs_insn_group(capstone, insn, CS_GRP_CALL))
		return DMAFP_FLOW_CALL;
	if (cs_insn_group(capstone, insn, CS_GRP_IRET) ||
	    cs_insn_group(capstone, insn, CS_GRP_INT))
		return DMAFP_FLOW_OTHER;
	if (cs_insn_group(capstone, insn, CS_GRP_RET))
		return DMAFP_FLOW_RETURN;
	if (insn->id == X86_INS_JMP)
		return DMAFP_FLOW_JUMP;
	if (cs_insn_group(capstone, insn, CS_GRP_JUMP))
		return DMAFP_FLOW_BRANCH;
	return is_repeated(insn) ? DMAFP_FLOW_AGAIN : DMAFP_FLOW_NEXT;
}

static void describe(csh capstone, const cs_insn *from, struct dmafp_step_insn *insn)
{
	const cs_x86 *x86 = &from->detail->x86;

	*insn = (struct dmafp_step_insn) {
		.address = from->address,
		.size = from->size,
		.flow = flow_of(capstone, from),
	};
	if (insn->flow != DMAFP_FLOW_NEXT && x86->op_count == 1 &&
	    x86->operands[0].type == X86_OP_IMM)
		insn->target = (uint64_t)x86->operands[0].imm;
	snprintf(insn->text, sizeof(insn->text), "%.20s %.40s", from->mnemonic, from->op_str);
}

/* The last page of a mapping may end before the longest instruction would. */
static int read_bytes(struct dmafp_frames *frames, uint64_t pc, uint8_t *bytes, size_t *len,
		      struct dmafp_err *err)
{
	size_t to_page_end = 4096 - (pc & 4095);
	int ret;

	*len = DMAFP_INSTRUCTION_MAX;
	ret = frames->code.read(frames->code.ctx, pc, bytes, *len, err);
	if (!ret || to_page_end >= *len)
		return ret;
	*len = to_page_end;
	return frames->code.read(frames->code.ctx, pc, bytes, *len, err);
}

int dmafp_frames_insn(struct dmafp_frames *frames, uint64_t pc, struct dmafp_step_insn *insn,
		      struct dmafp_err *err)
{
	uint8_t bytes[DMAFP_INSTRUCTION_MAX];
	cs_insn *decoded;
	size_t len;
	int ret = read_bytes(frames, pc, bytes, &len, err);

	if (ret)
		return ret;
	if (cs_disasm(frames->capstone, bytes, len, pc, 1, &decoded) != 1)
		return dmafp_err_set(err, EILSEQ, DMAFP_EXIT_GUEST,
				     "at %#" PRIx64 " is no instruction that capstone knows",
				     pc);
	describe(frames->capstone, decoded, insn);
	cs_free(decoded, 1);
	return 0;
}

static struct dmafp_step_insn *slot_of(const struct dmafp_frames *frames, uint64_t pc)
{
	size_t mask = frames->nr_slots - 1, i = (pc * 0x9e3779b97f4a7c15ull >> 32) & mask;

	while (frames->insns[i].size && frames->insns[i].address != pc)
		i = (i + 1) & mask;
	return &frames->insns[i];
}

static void grow_table(struct dmafp_frames *frames)
{
	struct dmafp_step_insn *old = frames->insns;
	size_t i, nr = frames->nr_slots;

	frames->nr_slots = nr ? 2 * nr : 1024;
	frames->insns = dmafp_alloc(frames->nr_slots, sizeof(*frames->insns));
	for (i = 0; i < nr; i++)
		if (old[i].size)
			*slot_of(frames, old[i].address) = old[i];
	free(old);
}

static int decode(struct dmafp_frames *frames, uint64_t pc, struct dmafp_step_insn *insn,
		  struct dmafp_err *err)
{
	struct dmafp_step_insn *slot;
	int ret;

	if (frames->nr_insns * 2 >= frames->nr_slots)
		grow_table(frames);
	slot = slot_of(frames, pc);
	if (!slot->size) {
		ret = dmafp_frames_insn(frames, pc, slot, err);
		if (ret) {
			*slot = (struct dmafp_step_insn) { 0 };
			return ret;
		}
		frames->nr_insns++;
	}
	*insn = *slot;
	return 0;
}

static const char *name_at(const struct dmafp_frames *frames, uint64_t pc)
{
	const struct dmafp_function *f = dmafp_functions_at(frames->functions, pc);

	return f ? f->name : UNKNOWN;
}

/* Could the CPU have come from there to here by that instruction alone? */
static bool follows(const struct dmafp_step_insn *last, uint64_t pc)
{
	uint64_t next = last->address + last->size;

	switch (last->flow) {
	case DMAFP_FLOW_NEXT:
		return pc == next;
	case DMAFP_FLOW_AGAIN:
		return pc == next || pc == last->address;
	case DMAFP_FLOW_BRANCH:
		return pc == next || pc == last->target;
	case DMAFP_FLOW_JUMP:
	case DMAFP_FLOW_CALL:
		return !last->target || pc == last->target;
	case DMAFP_FLOW_RETURN:
		return true;
	case DMAFP_FLOW_OTHER:
		return false;
	}
	return false;
}

static int push(struct dmafp_frames *frames, uint64_t pc, uint64_t caller_at, bool tail,
		struct dmafp_err *err)
{
	if (frames->nr == DMAFP_FRAMES_MAX)
		return dmafp_err_set(err, E2BIG, DMAFP_EXIT_GUEST,
				     "%s is called more than %d deep", name_at(frames, pc),
				     DMAFP_FRAMES_MAX);
	frames->stack[frames->nr++] =
		(struct dmafp_frame) { name_at(frames, pc), caller_at, tail };
	return 0;
}

/*
 * A jump or a step into other code: back into a function that jumped here, or a
 * tail call of another one.
 */
static int move(struct dmafp_frames *frames, uint64_t pc, struct dmafp_err *err)
{
	const char *name = name_at(frames, pc);
	size_t i;

	for (i = frames->nr; i--;) {
		if (!strcmp(frames->stack[i].name, name)) {
			frames->nr = i + 1;
			return 0;
		}
		if (!frames->stack[i].tail)
			break;
	}
	return push(frames, pc, 0, true, err);
}

/* The frame that was called, of the innermost one and those it came to by jumps */
static size_t called(const struct dmafp_frames *frames, size_t i)
{
	while (i && frames->stack[i].tail)
		i--;
	return i;
}

/*
 * To the innermost caller that waits there.  None does where code pushed an
 * address of its own and returned to it, as a retpoline does: that is a jump, out
 * of the call that made room for the address.
 */
static int come_back(struct dmafp_frames *frames, uint64_t pc, struct dmafp_err *err)
{
	size_t i = called(frames, frames->nr - 1), innermost = i;

	for (;;) {
		if (i && frames->stack[i].caller_at == pc) {
			frames->nr = i;
			return 0;
		}
		if (!i)
			break;
		i = called(frames, i - 1);
	}
	if (!innermost)
		return dmafp_err_set(err, EPROTO, DMAFP_EXIT_GUEST,
				     "%s returned before the op ended",
				     frames->stack[0].name);
	frames->nr = innermost;
	return move(frames, pc, err);
}

static int arrive(struct dmafp_frames *frames, uint64_t pc, struct dmafp_err *err)
{
	const struct dmafp_step_insn *last = &frames->last;

	if (!last->size)
		return push(frames, pc, 0, false, err);
	if (!follows(last, pc))
		return dmafp_err_set(
			err, EINTR, DMAFP_EXIT_GUEST,
			"after \"%s\" in %s the guest is in %s: an interrupt or exception came between",
			last->text, name_at(frames, last->address), name_at(frames, pc));
	if (last->flow == DMAFP_FLOW_CALL)
		return push(frames, pc, last->address + last->size, false, err);
	if (last->flow == DMAFP_FLOW_RETURN)
		return come_back(frames, pc, err);
	return move(frames, pc, err);
}

static char *fold(const struct dmafp_frames *frames, uint64_t pc)
{
	const char *names[DMAFP_INLINED_MAX];
	size_t i, nr = dmafp_inlined_at(frames->inlined, pc, names), len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	for (i = 0; i < frames->nr; i++)
		fprintf(out, "%s%s", i ? ";" : "", frames->stack[i].name);
	for (i = 0; i < nr; i++)
		fprintf(out, ";%s_[i]", names[i]);
	if (fclose(out))
		abort();
	return text;
}

static void count(struct dmafp_frames *frames, uint64_t pc)
{
	struct dmafp_steps *steps = frames->steps;
	char *text = fold(frames, pc);
	size_t i;

	for (i = 0; i < steps->nr_stacks && strcmp(steps->stacks[i].stack, text); i++)
		;
	if (i < steps->nr_stacks) {
		free(text);
	} else {
		steps->stacks = dmafp_alloc_grow(steps->stacks, i, sizeof(*steps->stacks));
		steps->stacks[steps->nr_stacks++].stack = text;
	}
	steps->stacks[i].instructions++;
	steps->instructions++;
}

int dmafp_frames_add(struct dmafp_frames *frames, uint64_t pc, struct dmafp_err *err)
{
	struct dmafp_step_insn insn = { 0 };
	int ret = decode(frames, pc, &insn, err) ?: arrive(frames, pc, err);

	if (ret)
		return ret;
	frames->last = insn;
	count(frames, pc);
	return 0;
}
