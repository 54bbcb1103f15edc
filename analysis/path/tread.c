// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/path/remark.h"
#include "analysis/path/rule.h"
#include "analysis/path/tread.h"
#include "base/alloc.h"

#define LINE	   64
#define MAX_DEPTH  16

struct frame {
	const struct dmafp_image_symbol *function;
	uint64_t back;	  /* where its caller goes on */
	size_t activation; /* one number per call */
};

struct tread {
	struct dmafp_decoder *decoder;
	const struct dmafp_image *image;
	const struct dmafp_path_options *options;
	const struct dmafp_image_symbol *symbol;
	struct dmafp_walk *walk;
	struct dmafp_state state;
	struct frame frames[MAX_DEPTH];
	size_t depth, activations;
	uint64_t at;
	uint64_t *addresses; /* of each step, and its activation */
	size_t *activation;
	uint64_t *lines;
	size_t nr_lines;
	bool ended;
};

static struct frame *top(struct tread *t)
{
	return &t->frames[t->depth];
}

static uint64_t offset_of(struct tread *t, uint64_t address)
{
	return address - top(t)->function->address;
}

/* "iommu_deferred_attach+0x16": @what says what is there */
static void remark(struct tread *t, uint64_t address, const char *what)
{
	dmafp_path_remark(t->walk, "%s+0x%" PRIx64 ": %s", top(t)->function->name,
			  offset_of(t, address), what);
}

static void not_understood(struct tread *t, uint64_t address, const char *what)
{
	remark(t, address, what);
	t->walk->complete = false;
}

static void stop(struct tread *t, uint64_t address, const char *what)
{
	not_understood(t, address, what);
	t->ended = true;
}

static bool is_loop(const struct tread *t, uint64_t address)
{
	size_t i = t->walk->nr_path;

	while (i--)
		if (t->addresses[i] == address &&
		    t->activation[i] == t->frames[t->depth].activation)
			return true;
	return false;
}

static void add_line(struct tread *t, uint64_t line)
{
	size_t i;

	for (i = 0; i < t->nr_lines; i++)
		if (t->lines[i] == line)
			return;
	t->lines = dmafp_alloc_grow(t->lines, t->nr_lines, sizeof(*t->lines));
	t->lines[t->nr_lines++] = line;
	t->walk->counts.lines++;
}

static void count(struct tread *t, const struct dmafp_insn *insn, bool taken)
{
	struct dmafp_walk_counts *c = &t->walk->counts;

	c->instructions++;
	c->bytes += insn->size;
	add_line(t, insn->address / LINE);
	add_line(t, (insn->address + insn->size - 1) / LINE);
	c->branches += insn->kind == DMAFP_INSN_BRANCH;
	c->taken += taken;
	c->loads += insn->load;
	c->stores += insn->store;
	c->stack += insn->stack;
	c->calls += insn->kind == DMAFP_INSN_CALL || insn->kind == DMAFP_INSN_CALL_INDIRECT;
	c->locked += insn->locked;
}

static void add_step(struct tread *t, const struct dmafp_insn *insn, bool taken, const char *why)
{
	struct dmafp_walk *walk = t->walk;
	struct dmafp_walk_step *step;

	t->addresses = dmafp_alloc_grow(t->addresses, walk->nr_path, sizeof(*t->addresses));
	t->activation = dmafp_alloc_grow(t->activation, walk->nr_path, sizeof(*t->activation));
	t->addresses[walk->nr_path] = insn->address;
	t->activation[walk->nr_path] = top(t)->activation;
	walk->path = dmafp_alloc_grow(walk->path, walk->nr_path, sizeof(*walk->path));
	step = &walk->path[walk->nr_path++];
	step->function = dmafp_alloc_string(top(t)->function->name);
	step->offset = offset_of(t, insn->address);
	step->size = insn->size;
	step->text = dmafp_alloc_string(insn->text);
	step->taken = taken;
	step->why = dmafp_alloc_string(why);
	count(t, insn, taken);
}

/*
 * What boot makes of it: a call of __fentry__ becomes a nop of five bytes, a jump
 * to the return thunk a ret, unless a mitigation wants the thunk.
 */
static void as_booted(struct tread *t, struct dmafp_insn *insn)
{
	const struct dmafp_image *image = t->image;

	if (insn->kind == DMAFP_INSN_CALL &&
	    dmafp_image_is_named(image, insn->target, "__fentry__")) {
		insn->kind = DMAFP_INSN_PLAIN;
		snprintf(insn->text, sizeof(insn->text), "nopl (%%rax, %%rax)");
		remark(t, insn->address, "call __fentry__, counted as the nop that boot makes of it");
	} else if (insn->kind == DMAFP_INSN_JUMP &&
		   dmafp_image_is_named(image, insn->target, "__x86_return_thunk")) {
		insn->kind = DMAFP_INSN_RETURN;
		insn->size = 1;
		snprintf(insn->text, sizeof(insn->text), "retq");
		dmafp_path_remark_once(t->walk,
				       "jmp __x86_return_thunk is counted as the ret that boot makes of it; with a mitigation on that needs return thunks, each return takes more");
	} else if (dmafp_image_is_named(image, insn->target, "__x86_indirect_thunk")) {
		if (insn->kind == DMAFP_INSN_CALL)
			insn->kind = DMAFP_INSN_CALL_INDIRECT;
		else if (insn->kind == DMAFP_INSN_JUMP)
			insn->kind = DMAFP_INSN_JUMP_INDIRECT;
	}
}

static void look_for_patches(struct tread *t, const struct dmafp_insn *insn)
{
	const struct dmafp_static_branch *branch =
		dmafp_image_static_branch(t->image, insn->address);
	const struct dmafp_alternative *alternative =
		dmafp_image_alternative(t->image, insn->address);

	if (branch) {
		const struct dmafp_image_symbol *key = dmafp_image_symbol_at(t->image, branch->key);

		dmafp_path_remark(t->walk, "%s+0x%" PRIx64 ": static branch on %s, as in the image: %s",
				  top(t)->function->name, offset_of(t, insn->address),
				  key ? key->name : "a key without a name",
				  insn->kind == DMAFP_INSN_JUMP ? "a jump" : "a nop");
	} else if (alternative && insn->address == alternative->address) {
		remark(t, insn->address,
		       "an alternative, which boot may replace; as in the image");
	}
}

/* What a called function may change is not known after it. */
static void forget(struct tread *t)
{
	t->state = (struct dmafp_state){ 0 };
}

static bool is_active(const struct tread *t, const struct dmafp_image_symbol *function)
{
	size_t i;

	for (i = 0; i <= t->depth; i++)
		if (t->frames[i].function == function)
			return true;
	return false;
}

static void call(struct tread *t, const struct dmafp_insn *insn)
{
	const struct dmafp_image_symbol *function =
		dmafp_image_function_at(t->image, insn->target);
	uint64_t back = insn->address + insn->size;

	t->at = back;
	if (dmafp_image_is_named(t->image, insn->target, "__SCT__")) {
		not_understood(t, insn->address,
			       "a static call, not entered: what it calls is decided at run time");
		forget(t);
	} else if (!function) {
		not_understood(t, insn->address, "a call of what is no function, not entered");
		forget(t);
	} else if (is_active(t, function) || t->depth + 1 == MAX_DEPTH) {
		not_understood(t, insn->address, "a call that is recursive or too deep, not entered");
		forget(t);
	} else {
		t->depth++;
		*top(t) = (struct frame){ function, back, ++t->activations };
		t->at = insn->target;
	}
}

static void leave(struct tread *t)
{
	if (!t->depth) {
		t->ended = true;
		return;
	}
	t->at = top(t)->back;
	t->depth--;
}

static bool is_told(const struct tread *t, const struct dmafp_insn *insn, bool *taken)
{
	const struct dmafp_image_symbol *function = t->frames[t->depth].function;
	size_t i;

	for (i = 0; i < t->options->nr_branches; i++) {
		const struct dmafp_path_branch *told = &t->options->branches[i];
		const char *name = told->function ? told->function : t->symbol->name;

		if (strcmp(name, function->name) ||
		    told->offset != insn->address - function->address)
			continue;
		*taken = told->taken;
		return true;
	}
	return false;
}

static void undecided(struct tread *t, const struct dmafp_insn *insn)
{
	const char *function = top(t)->function->name;
	uint64_t offset = offset_of(t, insn->address);

	dmafp_path_remark(t->walk,
			  "%s+0x%" PRIx64 ": no rule decides this branch, so the walk ends here; "
			  "tell it with --branch %s+0x%" PRIx64 "=taken or =not",
			  function, offset, function, offset);
	t->walk->complete = false;
	t->ended = true;
}

static void branch(struct tread *t, const struct dmafp_insn *insn)
{
	bool taken = false;
	const char *why = dmafp_decoder_step(t->decoder, &t->state, &taken);

	if (is_told(t, insn, &taken))
		why = DMAFP_RULE_OVERRIDE;
	add_step(t, insn, why && taken, why);
	if (!why)
		undecided(t, insn);
	t->at = taken ? insn->target : insn->address + insn->size;
}

static void go_on(struct tread *t, const struct dmafp_insn *insn)
{
	switch (insn->kind) {
	case DMAFP_INSN_PLAIN:
		t->at = insn->address + insn->size;
		break;
	case DMAFP_INSN_JUMP:
		t->at = insn->target;
		break;
	case DMAFP_INSN_CALL:
		call(t, insn);
		break;
	case DMAFP_INSN_CALL_INDIRECT:
		not_understood(t, insn->address,
			       "an indirect call, not entered: what it calls is not in the code");
		forget(t);
		t->at = insn->address + insn->size;
		break;
	case DMAFP_INSN_RETURN:
		leave(t);
		break;
	case DMAFP_INSN_JUMP_INDIRECT:
		stop(t, insn->address, "an indirect jump: where it goes is not in the code");
		break;
	case DMAFP_INSN_TRAP:
		stop(t, insn->address, "traps: what runs then is another function's");
		break;
	case DMAFP_INSN_UNKNOWN:
		stop(t, insn->address, "cannot be decoded");
		break;
	case DMAFP_INSN_BRANCH:
		break;
	}
}

/* A jump out of a function goes to another one, which returns in its place. */
static bool find_function(struct tread *t)
{
	const struct dmafp_image_symbol *function = top(t)->function;

	if (t->at - function->address < function->size)
		return true;
	function = dmafp_image_function_at(t->image, t->at);
	if (!function)
		return false;
	top(t)->function = function;
	return true;
}

static void step(struct tread *t)
{
	struct dmafp_insn insn;
	bool taken;

	if (!find_function(t) ||
	    !dmafp_decode(t->decoder, t->at, top(t)->function, &insn)) {
		stop(t, t->at, "goes where no code is");
		return;
	}
	if (is_loop(t, t->at)) {
		stop(t, t->at, "a loop: how often it runs is not in the code");
		return;
	}
	if (t->walk->nr_path == DMAFP_WALK_MAX_STEPS) {
		stop(t, t->at, "the path is too long");
		return;
	}
	as_booted(t, &insn);
	look_for_patches(t, &insn);
	if (insn.repeats)
		not_understood(t, insn.address, "repeats, counted once: how often is not in the code");
	if (insn.kind == DMAFP_INSN_BRANCH) {
		branch(t, &insn);
		return;
	}
	dmafp_decoder_step(t->decoder, &t->state, &taken);
	add_step(t, &insn, insn.kind == DMAFP_INSN_JUMP, NULL);
	go_on(t, &insn);
}

static const struct dmafp_walk_step *step_at(const struct tread *t, uint64_t address)
{
	size_t i;

	for (i = 0; i < t->walk->nr_path; i++)
		if (t->addresses[i] == address)
			return &t->walk->path[i];
	return NULL;
}

static void list_function(struct tread *t)
{
	const struct dmafp_image_symbol *symbol = t->symbol;
	struct dmafp_walk *walk = t->walk;
	struct dmafp_insn insn;
	uint64_t at = symbol->address;

	while (at - symbol->address < symbol->size &&
	       dmafp_decode(t->decoder, at, symbol, &insn)) {
		const struct dmafp_walk_step *on_path = step_at(t, at);
		struct dmafp_walk_insn *item;

		walk->insns = dmafp_alloc_grow(walk->insns, walk->nr_insns, sizeof(*walk->insns));
		item = &walk->insns[walk->nr_insns++];
		item->offset = at - symbol->address;
		item->size = insn.size;
		item->text = dmafp_alloc_string(insn.text);
		item->on_path = on_path;
		item->taken = on_path && on_path->taken;
		at += insn.size;
	}
}

void dmafp_path_tread(struct dmafp_decoder *decoder, const struct dmafp_image_symbol *symbol,
		      const struct dmafp_path_options *options, struct dmafp_walk *walk)
{
	struct tread t = {
		.decoder = decoder,
		.image = decoder->image,
		.options = options,
		.symbol = symbol,
		.walk = walk,
		.frames[0].function = symbol,
		.at = symbol->address,
	};

	walk->complete = true;
	while (!t.ended)
		step(&t);
	list_function(&t);
	free(t.lines);
	free(t.activation);
	free(t.addresses);
}
