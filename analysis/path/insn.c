// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <capstone/capstone.h>

#include "analysis/path/insn.h"
#include "analysis/path/rule.h"
#include "base/file.h"

#define LONGEST 15 /* bytes of an instruction, on any machine */

static bool is_arm64(const struct dmafp_decoder *decoder)
{
	return decoder->image->arch == DMAFP_IMAGE_ARM64;
}

/* On x86 the operands are looked at in Intel's order, and shown in the kernel's. */
static int open_handles(struct dmafp_decoder *decoder)
{
	cs_arch arch = is_arm64(decoder) ? CS_ARCH_ARM64 : CS_ARCH_X86;
	cs_mode mode = is_arm64(decoder) ? CS_MODE_LITTLE_ENDIAN : CS_MODE_64;

	if (cs_open(arch, mode, &decoder->semantics))
		return -ENOMEM;
	if (cs_open(arch, mode, &decoder->text)) {
		cs_close(&decoder->semantics);
		return -ENOMEM;
	}
	decoder->open = true;
	if (cs_option(decoder->semantics, CS_OPT_DETAIL, CS_OPT_ON) ||
	    (!is_arm64(decoder) && cs_option(decoder->text, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT)))
		return -EINVAL;
	decoder->insn = cs_malloc(decoder->semantics);
	return decoder->insn ? 0 : -ENOMEM;
}

int dmafp_decoder_open(struct dmafp_decoder *decoder, const struct dmafp_image *image,
		       struct dmafp_err *err)
{
	*decoder = (struct dmafp_decoder){ .image = image };
	if (!open_handles(decoder))
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_INTERNAL,
			     "capstone does not know the machine of %s", image->path);
}

void dmafp_decoder_close(struct dmafp_decoder *decoder)
{
	if (decoder->insn)
		cs_free(decoder->insn, 1);
	if (decoder->open) {
		cs_close(&decoder->semantics);
		cs_close(&decoder->text);
	}
	*decoder = (struct dmafp_decoder){ 0 };
}

/* "+0x16" inside the function, else a name: the same wherever the linker put it */
static void name_place(const struct dmafp_image *image,
		       const struct dmafp_image_symbol *function, uint64_t address, char *text,
		       size_t size)
{
	const struct dmafp_image_symbol *symbol;

	if (function && address - function->address < function->size) {
		snprintf(text, size, "+0x%" PRIx64, address - function->address);
		return;
	}
	symbol = dmafp_image_symbol_at(image, address);
	if (!symbol)
		snprintf(text, size, "0x%" PRIx64, address);
	else if (symbol->address == address)
		snprintf(text, size, "%s", symbol->name);
	else
		snprintf(text, size, "%s+0x%" PRIx64, symbol->name, address - symbol->address);
}

/* Takes the text over; one that is too long is cut. */
static void put_text(struct dmafp_insn *insn, char *text)
{
	size_t len = strnlen(text, sizeof(insn->text) - 1);

	memcpy(insn->text, text, len);
	insn->text[len] = '\0';
	free(text);
}

static void replace(struct dmafp_insn *insn, const char *from, size_t len, const char *to)
{
	int before = from - insn->text;

	put_text(insn, dmafp_path("%.*s%s%s", before, insn->text, to, from + len));
}

/* A target is the last operand, and the only one of its form. */
static void name_target(const struct dmafp_decoder *decoder,
			const struct dmafp_image_symbol *function, struct dmafp_insn *insn)
{
	char place[96], *number = strrchr(insn->text, is_arm64(decoder) ? '#' : ' ');

	if (!number)
		return;
	number += !is_arm64(decoder);
	name_place(decoder->image, function, insn->target, place, sizeof(place));
	replace(insn, number, strlen(number), place);
}

/* 0x1234(%rip) is another number at every place: name what it is. */
static void name_relative(const struct dmafp_decoder *decoder, struct dmafp_insn *insn)
{
	char *end = strstr(insn->text, "(%rip)"), *start = end, place[96];
	int64_t offset;
	bool minus;

	while (start && start > insn->text && strchr("0123456789abcdefx", start[-1]))
		start--;
	if (!end || start == end)
		return;
	minus = start > insn->text && start[-1] == '-';
	offset = (int64_t)strtoull(start, NULL, 0);
	start -= minus;
	name_place(decoder->image, NULL,
		   insn->address + insn->size + (uint64_t)(minus ? -offset : offset), place,
		   sizeof(place));
	replace(insn, start, (size_t)(end - start), place);
}

static void write_text(const struct dmafp_decoder *decoder,
		       const struct dmafp_image_symbol *function, const uint8_t *bytes,
		       struct dmafp_insn *insn)
{
	cs_insn *in;

	if (!cs_disasm(decoder->text, bytes, insn->size, insn->address, 1, &in))
		return;
	put_text(insn, dmafp_path("%s%s%s", in->mnemonic, *in->op_str ? " " : "", in->op_str));
	cs_free(in, 1);
	if (insn->kind == DMAFP_INSN_BRANCH || insn->kind == DMAFP_INSN_JUMP ||
	    insn->kind == DMAFP_INSN_CALL)
		name_target(decoder, function, insn);
	else if (!is_arm64(decoder))
		name_relative(decoder, insn);
}

/*
 * The atomics of ARMv8.1 (LSE), which capstone 4 does not know: CAS and CASP, and
 * the family of LDADD and SWP.
 */
static bool is_arm64_cas(uint32_t word)
{
	return (word & 0x3fa07c00) == 0x08a07c00;
}

static bool is_arm64_atomic(uint32_t word)
{
	return is_arm64_cas(word) || (word & 0xbfa07c00) == 0x08207c00 ||
	       (word & 0x3f200c00) == 0x38200000;
}

/* Of CAS the register that is compared has what was there; of the others, unknown. */
static void step_other(const struct dmafp_decoder *decoder, struct dmafp_state *state)
{
	uint32_t compared = decoder->word >> 16 & 31;

	if (!is_arm64(decoder) || !is_arm64_cas(decoder->word)) {
		*state = (struct dmafp_state){ 0 };
		return;
	}
	if (compared < 31)
		state->registers[compared] =
			(struct dmafp_value){ .kind = DMAFP_VALUE_EXCLUSIVE };
}

static void decode_other(struct dmafp_decoder *decoder, const uint8_t *bytes,
			 struct dmafp_insn *insn)
{
	uint32_t word;

	decoder->word = 0;
	if (!is_arm64(decoder)) {
		insn->size = 1;
		insn->kind = DMAFP_INSN_UNKNOWN;
		snprintf(insn->text, sizeof(insn->text), ".byte 0x%02x", *bytes);
		return;
	}
	memcpy(&word, bytes, sizeof(word));
	decoder->word = word;
	insn->size = 4;
	insn->kind = is_arm64_atomic(word) ? DMAFP_INSN_PLAIN : DMAFP_INSN_UNKNOWN;
	insn->load = insn->store = insn->locked = insn->kind == DMAFP_INSN_PLAIN;
	snprintf(insn->text, sizeof(insn->text), ".inst 0x%08x", word);
}

bool dmafp_decode(struct dmafp_decoder *decoder, uint64_t address,
		  const struct dmafp_image_symbol *function, struct dmafp_insn *insn)
{
	size_t left = 0, size;
	const uint8_t *bytes = dmafp_image_bytes(decoder->image, address, &left), *at = bytes;
	uint64_t pc = address;
	cs_insn *in = decoder->insn;

	*insn = (struct dmafp_insn){ .address = address };
	if (!bytes || (is_arm64(decoder) && left < 4))
		return false;
	size = left < LONGEST ? left : LONGEST;
	if (!cs_disasm_iter(decoder->semantics, &at, &size, &pc, in)) {
		in->id = 0;
		decode_other(decoder, bytes, insn);
		return true;
	}
	insn->size = in->size;
	if (is_arm64(decoder))
		dmafp_arm64_classify(decoder->semantics, in, insn);
	else
		dmafp_x86_classify(decoder->semantics, in, insn);
	write_text(decoder, function, bytes, insn);
	return true;
}

const char *dmafp_decoder_step(struct dmafp_decoder *decoder, struct dmafp_state *state,
			       bool *taken)
{
	const cs_insn *in = decoder->insn;

	if (!in->id) {
		step_other(decoder, state);
		return NULL;
	}
	return is_arm64(decoder) ? dmafp_arm64_step(decoder->semantics, in, state, taken) :
				   dmafp_x86_step(decoder->semantics, in, state, taken);
}
