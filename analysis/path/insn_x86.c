// SPDX-License-Identifier: GPL-2.0-or-later
#include <capstone/capstone.h>

#include "analysis/path/rule.h"

/* The register's place in the state, -1: none; @width: bytes of it that are named */
static int gpr(unsigned int reg, uint32_t *width)
{
	static const x86_reg names[][4] = {
		{ X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL },
		{ X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL },
		{ X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL },
		{ X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL },
		{ X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL },
		{ X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL },
		{ X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL },
		{ X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL },
		{ X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B },
		{ X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B },
		{ X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B },
		{ X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B },
		{ X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B },
		{ X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B },
		{ X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B },
		{ X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B },
	};
	static const x86_reg high[] = { X86_REG_AH, X86_REG_BH, X86_REG_CH, X86_REG_DH };
	size_t i, j;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (j = 0; j < 4; j++)
			if (names[i][j] == reg) {
				*width = 8 >> j;
				return (int)i;
			}
	for (i = 0; i < sizeof(high) / sizeof(high[0]); i++)
		if (high[i] == reg) {
			*width = 0; /* the second byte: written, never known */
			return (int)i;
		}
	return -1;
}

static bool has_group(size_t handle, const cs_insn *in, unsigned int group)
{
	return cs_insn_group(handle, in, group);
}

static enum dmafp_insn_kind kind_of(size_t handle, const cs_insn *in)
{
	const cs_x86 *x86 = &in->detail->x86;
	bool direct = x86->op_count && x86->operands[0].type == X86_OP_IMM;

	switch (in->id) {
	case X86_INS_UD2:
	case X86_INS_INT3:
	case X86_INS_INT:
	case X86_INS_HLT:
	case X86_INS_SYSCALL:
	case X86_INS_SYSRET:
	case X86_INS_IRETQ:
	case X86_INS_LJMP:
	case X86_INS_LCALL:
	case X86_INS_RETF:
	case X86_INS_RETFQ:
		return DMAFP_INSN_TRAP;
	}
	if (has_group(handle, in, CS_GRP_RET))
		return DMAFP_INSN_RETURN;
	if (has_group(handle, in, CS_GRP_CALL))
		return direct ? DMAFP_INSN_CALL : DMAFP_INSN_CALL_INDIRECT;
	if (in->id == X86_INS_JMP)
		return direct ? DMAFP_INSN_JUMP : DMAFP_INSN_JUMP_INDIRECT;
	if (has_group(handle, in, CS_GRP_JUMP))
		return DMAFP_INSN_BRANCH;
	return DMAFP_INSN_PLAIN;
}

static bool is_string(const cs_insn *in)
{
	switch (in->id) {
	case X86_INS_MOVSB:
	case X86_INS_MOVSW:
	case X86_INS_MOVSQ:
	case X86_INS_STOSB:
	case X86_INS_STOSW:
	case X86_INS_STOSD:
	case X86_INS_STOSQ:
	case X86_INS_LODSB:
	case X86_INS_LODSW:
	case X86_INS_LODSD:
	case X86_INS_LODSQ:
	case X86_INS_CMPSB:
	case X86_INS_CMPSW:
	case X86_INS_CMPSQ:
	case X86_INS_SCASB:
	case X86_INS_SCASW:
	case X86_INS_SCASD:
	case X86_INS_SCASQ:
		return true;
	case X86_INS_MOVSD: /* also a move of SSE2, whose prefix is no repeat */
	case X86_INS_CMPSD:
		return in->detail->x86.opcode[0] != 0x0f;
	}
	return false;
}

static bool names_memory(const cs_insn *in)
{
	switch (in->id) {
	case X86_INS_LEA:
	case X86_INS_NOP:
	case X86_INS_PREFETCH:
	case X86_INS_PREFETCHW:
	case X86_INS_PREFETCHNTA:
	case X86_INS_PREFETCHT0:
	case X86_INS_PREFETCHT1:
	case X86_INS_PREFETCHT2:
	case X86_INS_CLFLUSH:
		return false;
	}
	return true;
}

/* capstone 4 takes a test for a write, and a compare-exchange for a read */
static bool only_reads(const cs_insn *in)
{
	return in->id == X86_INS_TEST || in->id == X86_INS_CMP || in->id == X86_INS_BT;
}

static bool is_exchange(const cs_insn *in)
{
	return in->id == X86_INS_CMPXCHG || in->id == X86_INS_CMPXCHG8B ||
	       in->id == X86_INS_CMPXCHG16B;
}

static void memory_of(const cs_insn *in, struct dmafp_insn *insn)
{
	const cs_x86 *x86 = &in->detail->x86;
	int i;

	for (i = 0; i < x86->op_count; i++) {
		const cs_x86_op *op = &x86->operands[i];

		if (op->type != X86_OP_MEM || !names_memory(in))
			continue;
		insn->load |= (op->access & CS_AC_READ) || is_exchange(in);
		insn->store |= ((op->access & CS_AC_WRITE) && !only_reads(in)) || is_exchange(in);
		insn->locked |= in->id == X86_INS_XCHG;
	}
	insn->locked |= x86->prefix[0] == X86_PREFIX_LOCK;
}

/* Push, pop, and what moves the stack pointer; calls and returns are counted as such */
static bool moves_stack(size_t handle, const cs_insn *in)
{
	cs_regs read, written;
	uint8_t nr_read, nr_written;

	if (cs_regs_access(handle, in, read, &nr_read, written, &nr_written))
		return false;
	while (nr_written--)
		if (written[nr_written] == X86_REG_RSP)
			return true;
	return false;
}

void dmafp_x86_classify(size_t handle, const cs_insn *in, struct dmafp_insn *insn)
{
	const cs_x86 *x86 = &in->detail->x86;

	insn->kind = kind_of(handle, in);
	if (insn->kind == DMAFP_INSN_BRANCH || insn->kind == DMAFP_INSN_JUMP ||
	    insn->kind == DMAFP_INSN_CALL)
		insn->target = (uint64_t)x86->operands[0].imm;
	insn->repeats = is_string(in) && (x86->prefix[0] == X86_PREFIX_REP ||
					  x86->prefix[0] == X86_PREFIX_REPNE);
	if (insn->kind == DMAFP_INSN_PLAIN)
		insn->stack = moves_stack(handle, in);
	if (!insn->stack)
		memory_of(in, insn);
}

static struct dmafp_value value_of(const struct dmafp_state *state, const cs_x86_op *op)
{
	struct dmafp_value none = { 0 };
	uint32_t width;
	int reg;

	if (op->type == X86_OP_IMM)
		return dmafp_value_constant((uint64_t)op->imm);
	if (op->type == X86_OP_MEM)
		return dmafp_value_read(op->size);
	reg = gpr(op->reg, &width);
	if (reg < 0 || !width)
		return none;
	/* half of a pointer is no pointer, and says nothing of the whole */
	if (state->registers[reg].kind == DMAFP_VALUE_ADDRESS && width < 8)
		return none;
	return state->registers[reg];
}

static void set(struct dmafp_state *state, const cs_x86_op *op, struct dmafp_value value)
{
	uint32_t width;
	int reg = op->type == X86_OP_REG ? gpr(op->reg, &width) : -1;

	if (reg < 0)
		return;
	/* a write of 32 bits clears the upper half, a shorter one leaves the rest */
	if (width == 1 && value.kind == DMAFP_VALUE_CONSTANT)
		value.width = 1;
	else if (width < 4 && !(value.kind == DMAFP_VALUE_READ && value.width == 1))
		value = (struct dmafp_value){ 0 };
	if (width == 4 && value.kind == DMAFP_VALUE_CONSTANT)
		value.constant &= 0xffffffff;
	state->registers[reg] = value;
}

/* What is written, and not understood below, is not known any more. */
static void forget_written(size_t handle, const cs_insn *in, struct dmafp_state *state)
{
	cs_regs read, written;
	uint8_t nr_read, nr_written, i;
	uint32_t width;

	if (cs_regs_access(handle, in, read, &nr_read, written, &nr_written)) {
		*state = (struct dmafp_state){ 0 };
		return;
	}
	for (i = 0; i < nr_written; i++) {
		int reg = gpr(written[i], &width);

		if (reg >= 0)
			state->registers[reg] = (struct dmafp_value){ 0 };
		if (written[i] == X86_REG_EFLAGS) {
			state->why = NULL;
			state->bit = false;
		}
	}
}

static void flags_of(struct dmafp_state *state, const struct dmafp_value *value, uint64_t mask,
		     uint32_t width)
{
	state->why = dmafp_rule_zero(value, mask, width, &state->zero);
	state->bit = false;
}

static bool same_register(const cs_x86 *x86)
{
	return x86->operands[0].type == X86_OP_REG && x86->operands[1].type == X86_OP_REG &&
	       x86->operands[0].reg == x86->operands[1].reg;
}

static void test(struct dmafp_state *state, const cs_x86 *x86)
{
	const cs_x86_op *ops = x86->operands;
	struct dmafp_value value = value_of(state, &ops[0]);

	if (ops[1].type == X86_OP_IMM)
		flags_of(state, &value, (uint64_t)ops[1].imm, ops[0].size);
	else if (same_register(x86))
		flags_of(state, &value, ~0ULL, ops[0].size);
}

static void compare(struct dmafp_state *state, const cs_x86 *x86)
{
	const cs_x86_op *ops = x86->operands;
	struct dmafp_value value = value_of(state, &ops[0]);

	if (ops[1].type == X86_OP_IMM && !ops[1].imm)
		flags_of(state, &value, ~0ULL, ops[0].size);
}

static void bit_test(struct dmafp_state *state, const cs_x86 *x86)
{
	struct dmafp_value value = value_of(state, &x86->operands[0]);
	bool zero;

	if (x86->operands[1].type != X86_OP_IMM)
		return;
	state->why = dmafp_rule_zero(&value, 1ULL << (x86->operands[1].imm & 63),
				     x86->operands[0].size, &zero);
	state->bit = state->why != NULL;
	state->carry = !zero;
}

static void mask(struct dmafp_state *state, const cs_x86 *x86, struct dmafp_value before)
{
	const cs_x86_op *ops = x86->operands;

	if (ops[1].type != X86_OP_IMM)
		return;
	flags_of(state, &before, (uint64_t)ops[1].imm, ops[0].size);
	if (state->why && state->zero)
		set(state, &ops[0], dmafp_value_constant(0));
}

static void add(struct dmafp_state *state, const cs_x86 *x86, struct dmafp_value before, int sign)
{
	const cs_x86_op *ops = x86->operands;

	if (ops[0].type == X86_OP_REG && ops[0].size == 8 && ops[1].type == X86_OP_IMM)
		set(state, &ops[0], dmafp_value_moved(&before, sign * ops[1].imm));
}

static void address(struct dmafp_state *state, const cs_x86 *x86)
{
	const x86_op_mem *mem = &x86->operands[1].mem;
	struct dmafp_value value = { .kind = DMAFP_VALUE_ADDRESS };
	uint32_t width;
	int base = gpr(mem->base, &width);

	if (x86->operands[0].size != 8 || mem->index != X86_REG_INVALID || !mem->disp)
		return;
	if (mem->base == X86_REG_RIP)
		set(state, &x86->operands[0], value);
	else if (base >= 0)
		set(state, &x86->operands[0],
		    dmafp_value_moved(&state->registers[base], mem->disp));
}

static void understand(struct dmafp_state *state, const cs_insn *in, struct dmafp_value before,
		       struct dmafp_value source)
{
	const cs_x86 *x86 = &in->detail->x86;

	switch (in->id) {
	case X86_INS_MOV:
	case X86_INS_MOVABS:
		set(state, &x86->operands[0], source);
		break;
	case X86_INS_MOVZX:
		if (source.kind == DMAFP_VALUE_CONSTANT && source.width == 1)
			source = dmafp_value_constant(source.constant & 0xff);
		set(state, &x86->operands[0], source);
		break;
	case X86_INS_XOR:
	case X86_INS_SUB:
		if (same_register(x86)) {
			set(state, &x86->operands[0], dmafp_value_constant(0));
			state->why = DMAFP_RULE_CONSTANT;
			state->zero = true;
		} else if (in->id == X86_INS_SUB) {
			add(state, x86, before, -1);
		}
		break;
	case X86_INS_ADD:
		add(state, x86, before, 1);
		break;
	case X86_INS_LEA:
		address(state, x86);
		break;
	case X86_INS_TEST:
		test(state, x86);
		break;
	case X86_INS_CMP:
		compare(state, x86);
		break;
	case X86_INS_BT:
		bit_test(state, x86);
		break;
	case X86_INS_AND:
		mask(state, x86, before);
		break;
	case X86_INS_CMPXCHG:
		state->why = DMAFP_RULE_EXCHANGE;
		state->zero = true;
		state->bit = false;
		break;
	}
}

static const char *branch(const struct dmafp_state *state, const cs_insn *in, bool *taken)
{
	switch (in->id) {
	case X86_INS_JE:
	case X86_INS_JNE:
		*taken = state->zero == (in->id == X86_INS_JE);
		return state->bit ? NULL : state->why;
	case X86_INS_JB:
	case X86_INS_JAE:
		*taken = state->carry == (in->id == X86_INS_JB);
		return state->bit ? state->why : NULL;
	}
	return NULL;
}

static void set_by_flag(struct dmafp_state *state, const cs_insn *in)
{
	bool one = state->zero == (in->id == X86_INS_SETE);

	if (state->why && !state->bit)
		set(state, &in->detail->x86.operands[0], dmafp_value_constant(one));
}

const char *dmafp_x86_step(size_t handle, const cs_insn *in, struct dmafp_state *state,
			   bool *taken)
{
	const cs_x86 *x86 = &in->detail->x86;
	struct dmafp_value before = { 0 }, source = { 0 };

	if (has_group(handle, in, CS_GRP_JUMP))
		return branch(state, in, taken);
	if (x86->op_count > 0)
		before = value_of(state, &x86->operands[0]);
	if (x86->op_count > 1)
		source = value_of(state, &x86->operands[1]);
	forget_written(handle, in, state);
	if (in->id == X86_INS_SETE || in->id == X86_INS_SETNE)
		set_by_flag(state, in);
	else
		understand(state, in, before, source);
	return NULL;
}
