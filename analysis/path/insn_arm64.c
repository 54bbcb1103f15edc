// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include <capstone/capstone.h>

#include "analysis/path/rule.h"

#define NO_REGISTER (-1)

static int gpr(unsigned int reg, uint32_t *width)
{
	*width = 8;
	if (reg >= ARM64_REG_X0 && reg <= ARM64_REG_X28)
		return (int)(reg - ARM64_REG_X0);
	if (reg == ARM64_REG_X29)
		return 29;
	if (reg == ARM64_REG_X30)
		return 30;
	*width = 4;
	if (reg >= ARM64_REG_W0 && reg <= ARM64_REG_W30)
		return (int)(reg - ARM64_REG_W0);
	return NO_REGISTER;
}

static enum dmafp_insn_kind kind_of(const cs_insn *in)
{
	arm64_cc cc = in->detail->arm64.cc;

	switch (in->id) {
	case ARM64_INS_RET:
		return DMAFP_INSN_RETURN;
	case ARM64_INS_BL:
		return DMAFP_INSN_CALL;
	case ARM64_INS_BLR:
		return DMAFP_INSN_CALL_INDIRECT;
	case ARM64_INS_BR:
		return DMAFP_INSN_JUMP_INDIRECT;
	case ARM64_INS_B:
		return cc == ARM64_CC_INVALID || cc == ARM64_CC_AL || cc == ARM64_CC_NV ?
			       DMAFP_INSN_JUMP : DMAFP_INSN_BRANCH;
	case ARM64_INS_CBZ:
	case ARM64_INS_CBNZ:
	case ARM64_INS_TBZ:
	case ARM64_INS_TBNZ:
		return DMAFP_INSN_BRANCH;
	case ARM64_INS_BRK:
	case ARM64_INS_HLT:
	case ARM64_INS_SVC:
	case ARM64_INS_HVC:
	case ARM64_INS_SMC:
	case ARM64_INS_ERET:
		return DMAFP_INSN_TRAP;
	}
	return DMAFP_INSN_PLAIN;
}

static const cs_arm64_op *last_register_memory(const cs_insn *in)
{
	const cs_arm64 *arm64 = &in->detail->arm64;
	int i;

	for (i = 0; i < arm64->op_count; i++)
		if (arm64->operands[i].type == ARM64_OP_MEM)
			return &arm64->operands[i];
	return NULL;
}

/* stp x29, x30, [sp, #-32]! and its like, and arithmetic on sp */
static bool moves_stack(const cs_insn *in)
{
	const cs_arm64 *arm64 = &in->detail->arm64;
	const cs_arm64_op *memory = last_register_memory(in);

	if (memory)
		return memory->mem.base == ARM64_REG_SP && arm64->writeback;
	return arm64->op_count && arm64->operands[0].type == ARM64_OP_REG &&
	       arm64->operands[0].reg == ARM64_REG_SP;
}

static bool is_exclusive(const cs_insn *in)
{
	return strstr(in->mnemonic, "xr") || strstr(in->mnemonic, "xp");
}

void dmafp_arm64_classify(size_t handle, const cs_insn *in, struct dmafp_insn *insn)
{
	const cs_arm64 *arm64 = &in->detail->arm64;
	bool load = !strncmp(in->mnemonic, "ld", 2), store = !strncmp(in->mnemonic, "st", 2);

	(void)handle;
	insn->kind = kind_of(in);
	if (insn->kind == DMAFP_INSN_BRANCH || insn->kind == DMAFP_INSN_JUMP ||
	    insn->kind == DMAFP_INSN_CALL)
		insn->target = (uint64_t)arm64->operands[arm64->op_count - 1].imm;
	if (insn->kind != DMAFP_INSN_PLAIN)
		return;
	insn->stack = moves_stack(in);
	insn->load = load && !insn->stack;
	insn->store = store && !insn->stack;
	insn->locked = (load || store) && is_exclusive(in);
}

static struct dmafp_value value_of(const struct dmafp_state *state, const cs_arm64_op *op)
{
	struct dmafp_value none = { 0 };
	uint32_t width;
	int reg;

	if (op->type == ARM64_OP_IMM)
		return dmafp_value_constant((uint64_t)op->imm);
	if (op->type != ARM64_OP_REG)
		return none;
	if (op->reg == ARM64_REG_XZR || op->reg == ARM64_REG_WZR)
		return dmafp_value_constant(0);
	reg = gpr(op->reg, &width);
	if (reg < 0)
		return none;
	if (state->registers[reg].kind == DMAFP_VALUE_ADDRESS && width < 8)
		return none;
	return state->registers[reg];
}

static uint32_t width_of(const cs_arm64_op *op)
{
	uint32_t width = 0;

	if (op->type == ARM64_OP_REG)
		gpr(op->reg, &width);
	return width;
}

static void set(struct dmafp_state *state, const cs_arm64_op *op, struct dmafp_value value)
{
	uint32_t width;
	int reg = op->type == ARM64_OP_REG ? gpr(op->reg, &width) : NO_REGISTER;

	if (reg == NO_REGISTER)
		return;
	if (width == 4 && value.kind == DMAFP_VALUE_CONSTANT)
		value.constant &= 0xffffffff;
	state->registers[reg] = value;
}

/* capstone 4 takes a comparison for a write of its first register */
static bool only_compares(const cs_insn *in)
{
	return in->id == ARM64_INS_CMP || in->id == ARM64_INS_CMN || in->id == ARM64_INS_TST ||
	       in->id == ARM64_INS_CCMP || in->id == ARM64_INS_CCMN;
}

static void forget_written(size_t handle, const cs_insn *in, struct dmafp_state *state)
{
	cs_regs read, written;
	uint8_t nr_read, nr_written, i;
	uint32_t width;

	if (in->detail->arm64.update_flags || only_compares(in))
		state->why = NULL;
	if (only_compares(in))
		return;
	if (cs_regs_access(handle, in, read, &nr_read, written, &nr_written)) {
		*state = (struct dmafp_state){ 0 };
		return;
	}
	for (i = 0; i < nr_written; i++) {
		int reg = gpr(written[i], &width);

		if (reg != NO_REGISTER)
			state->registers[reg] = (struct dmafp_value){ 0 };
		if (written[i] == ARM64_REG_NZCV)
			state->why = NULL;
	}
}

static uint32_t bytes_read(const cs_insn *in, const cs_arm64_op *into)
{
	char last = in->mnemonic[strlen(in->mnemonic) - 1];

	if (last == 'b')
		return 1;
	if (last == 'h')
		return 2;
	return width_of(into);
}

static void load(struct dmafp_state *state, const cs_insn *in)
{
	const cs_arm64 *arm64 = &in->detail->arm64;
	int i, last = arm64->op_count;

	for (i = 0; i < last && arm64->operands[i].type == ARM64_OP_REG; i++) {
		struct dmafp_value value =
			dmafp_value_read(bytes_read(in, &arm64->operands[i]));

		if (is_exclusive(in))
			value.kind = DMAFP_VALUE_EXCLUSIVE;
		set(state, &arm64->operands[i], value);
	}
}

static void test(struct dmafp_state *state, const struct dmafp_value *value, uint64_t mask,
		 uint32_t width)
{
	state->why = dmafp_rule_zero(value, mask, width, &state->zero);
}

/* What a load exclusive gave equals what it is compared with: the exchange succeeds. */
static bool compares_exclusive(const struct dmafp_value *a, const struct dmafp_value *b)
{
	return a->kind == DMAFP_VALUE_EXCLUSIVE || b->kind == DMAFP_VALUE_EXCLUSIVE;
}

static void understand(struct dmafp_state *state, const cs_insn *in,
		       const struct dmafp_value *sources)
{
	const cs_arm64_op *ops = in->detail->arm64.operands;
	struct dmafp_value value;
	bool zero;

	switch (in->id) {
	case ARM64_INS_MOV:
	case ARM64_INS_MOVZ:
		value = sources[1];
		if (ops[1].type == ARM64_OP_IMM)
			value.constant <<= ops[1].shift.value & 63;
		set(state, &ops[0], value);
		break;
	case ARM64_INS_ADD:
	case ARM64_INS_SUB:
		if (ops[2].type == ARM64_OP_IMM && width_of(&ops[0]) == 8 && !ops[2].shift.value)
			set(state, &ops[0],
			    dmafp_value_moved(&sources[1], in->id == ARM64_INS_ADD ?
								   ops[2].imm : -ops[2].imm));
		break;
	case ARM64_INS_EOR:
		if (compares_exclusive(&sources[1], &sources[2]))
			set(state, &ops[0], (struct dmafp_value){
				.kind = DMAFP_VALUE_EXCLUSIVE });
		break;
	case ARM64_INS_AND:
		if (ops[2].type == ARM64_OP_IMM &&
		    dmafp_rule_zero(&sources[1], (uint64_t)ops[2].imm, width_of(&ops[1]), &zero) &&
		    zero)
			set(state, &ops[0], dmafp_value_constant(0));
		break;
	case ARM64_INS_UBFX:
		if (ops[3].imm == 1 &&
		    dmafp_rule_zero(&sources[1], 1ULL << (ops[2].imm & 63), width_of(&ops[1]),
				    &zero) && zero)
			set(state, &ops[0], dmafp_value_constant(0));
		break;
	case ARM64_INS_TST:
		if (ops[1].type == ARM64_OP_IMM)
			test(state, &sources[0], (uint64_t)ops[1].imm, width_of(&ops[0]));
		break;
	case ARM64_INS_CMP:
		if (compares_exclusive(&sources[0], &sources[1])) {
			state->why = DMAFP_RULE_EXCHANGE;
			state->zero = true;
		} else if (ops[1].type == ARM64_OP_IMM && !ops[1].imm) {
			test(state, &sources[0], ~0ULL, width_of(&ops[0]));
		}
		break;
	case ARM64_INS_STXR:
	case ARM64_INS_STLXR:
	case ARM64_INS_STXRB:
	case ARM64_INS_STLXRB:
	case ARM64_INS_STXP:
	case ARM64_INS_STLXP:
		set(state, &ops[0], (struct dmafp_value){ .kind = DMAFP_VALUE_EXCLUSIVE });
		break;
	default:
		if (!strncmp(in->mnemonic, "ld", 2))
			load(state, in);
	}
}

static const char *branch(const struct dmafp_state *state, const cs_insn *in, bool *taken)
{
	const cs_arm64 *arm64 = &in->detail->arm64;
	const cs_arm64_op *ops = arm64->operands;
	struct dmafp_value value;
	const char *why;
	bool zero;

	if (in->id == ARM64_INS_B) {
		if (arm64->cc != ARM64_CC_EQ && arm64->cc != ARM64_CC_NE)
			return NULL;
		*taken = state->zero == (arm64->cc == ARM64_CC_EQ);
		return state->why;
	}
	value = value_of(state, &ops[0]);
	if (in->id == ARM64_INS_TBZ || in->id == ARM64_INS_TBNZ)
		why = dmafp_rule_zero(&value, 1ULL << (ops[1].imm & 63), 8, &zero);
	else
		why = dmafp_rule_zero(&value, ~0ULL, width_of(&ops[0]), &zero);
	if (why)
		*taken = zero == (in->id == ARM64_INS_TBZ || in->id == ARM64_INS_CBZ);
	return why;
}

const char *dmafp_arm64_step(size_t handle, const cs_insn *in, struct dmafp_state *state,
			     bool *taken)
{
	const cs_arm64 *arm64 = &in->detail->arm64;
	struct dmafp_value sources[8] = { 0 };
	int i;

	if (kind_of(in) == DMAFP_INSN_BRANCH)
		return branch(state, in, taken);
	for (i = 0; i < arm64->op_count; i++)
		sources[i] = value_of(state, &arm64->operands[i]);
	forget_written(handle, in, state);
	understand(state, in, sources);
	return NULL;
}
