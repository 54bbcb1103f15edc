// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/path/remark.h"
#include "analysis/path/site.h"
#include "base/alloc.h"

struct search {
	struct dmafp_decoder *decoder;
	const struct dmafp_image *image;
	const struct dmafp_image_symbol *symbol;
	struct dmafp_walk *walk;
};

/* What can be reached in one function and its cold part, as a list to be worked off */
struct reach {
	struct dmafp_decoder *decoder;
	const struct dmafp_image *image;
	const struct dmafp_image_symbol *function;
	uint64_t key; /* whose branches go as in the image only, 0: all both ways */
	uint64_t *seen;
	size_t nr_seen, done;
	bool indirect;
};

static bool is_part_of(const struct dmafp_image_symbol *whole, const char *name)
{
	size_t len = strlen(whole->name);

	return !strncmp(name, whole->name, len) && (!name[len] || !strncmp(name + len, ".cold", 5));
}

static void reach(struct reach *r, uint64_t address)
{
	const struct dmafp_image_symbol *at = dmafp_image_function_at(r->image, address);
	size_t i;

	if (!at || !is_part_of(r->function, at->name))
		return;
	for (i = 0; i < r->nr_seen; i++)
		if (r->seen[i] == address)
			return;
	r->seen = dmafp_alloc_grow(r->seen, r->nr_seen, sizeof(*r->seen));
	r->seen[r->nr_seen++] = address;
}

static void follow(struct reach *r, uint64_t address)
{
	const struct dmafp_static_branch *branch = dmafp_image_static_branch(r->image, address);
	struct dmafp_insn insn;
	bool both = branch && branch->key != r->key;

	if (!dmafp_decode(r->decoder, address, r->function, &insn))
		return;
	switch (insn.kind) {
	case DMAFP_INSN_BRANCH:
		reach(r, insn.target);
		break;
	case DMAFP_INSN_JUMP:
		reach(r, insn.target);
		if (!both)
			return;
		break;
	case DMAFP_INSN_RETURN:
	case DMAFP_INSN_TRAP:
	case DMAFP_INSN_UNKNOWN:
		return;
	case DMAFP_INSN_JUMP_INDIRECT:
		r->indirect = true;
		return;
	default:
		break;
	}
	if (both)
		reach(r, branch->target);
	reach(r, address + insn.size);
}

static bool is_reached(struct dmafp_decoder *decoder, const struct dmafp_image_symbol *function,
		       uint64_t key, uint64_t site, bool *indirect)
{
	struct reach r = {
		.decoder = decoder,
		.image = decoder->image,
		.function = function,
		.key = key,
	};
	bool found = false;

	reach(&r, function->address);
	while (r.done < r.nr_seen && !found) {
		found = r.seen[r.done] == site;
		follow(&r, r.seen[r.done++]);
	}
	*indirect = r.indirect;
	free(r.seen);
	return found;
}

/* The function that a cold part was cut off from */
static const struct dmafp_image_symbol *whole_of(const struct dmafp_image *image,
						 const struct dmafp_image_symbol *part)
{
	const char *cold = strstr(part->name, ".cold");
	struct dmafp_err ignored;
	const struct dmafp_image_symbol *whole;
	char *name;

	if (!cold)
		return part;
	name = strndup(part->name, (size_t)(cold - part->name));
	whole = dmafp_image_function(image, name, &ignored);
	free(name);
	return whole ? whole : part;
}

static void look_for_guard(struct search *s, const struct dmafp_image_symbol *caller,
			   uint64_t site, struct dmafp_walk_site *found)
{
	const struct dmafp_image_symbol *whole = whole_of(s->image, caller);
	bool indirect;
	size_t i;

	if (!is_reached(s->decoder, whole, 0, site, &indirect)) {
		dmafp_path_remark(s->walk, "%s+0x%" PRIx64 ": whether this call is behind a static branch is not known: %s",
				  caller->name, found->offset,
				  indirect ? "its function has an indirect jump" :
					     "no way to it was found");
		return;
	}
	for (i = 0; i < s->image->nr_branches && !found->guarded; i++) {
		const struct dmafp_static_branch *branch = &s->image->branches[i];
		const struct dmafp_image_symbol *in, *key;

		in = dmafp_image_function_at(s->image, branch->code);
		if (!in || !is_part_of(whole, in->name) ||
		    is_reached(s->decoder, whole, branch->key, site, &indirect) || indirect)
			continue;
		key = dmafp_image_symbol_at(s->image, branch->key);
		found->guarded = true;
		found->key = dmafp_alloc_string(key ? key->name : NULL);
	}
}

/* Bytes that look like a call are one only where an instruction begins. */
static bool is_call(struct search *s, const struct dmafp_image_symbol *caller, uint64_t site)
{
	uint64_t at = caller->address;
	struct dmafp_insn insn;

	while (at < site && dmafp_decode(s->decoder, at, caller, &insn))
		at += insn.size;
	return at == site && dmafp_decode(s->decoder, at, caller, &insn) &&
	       insn.target == s->symbol->address &&
	       (insn.kind == DMAFP_INSN_CALL || insn.kind == DMAFP_INSN_JUMP ||
		insn.kind == DMAFP_INSN_BRANCH);
}

static void candidate(struct search *s, uint64_t site)
{
	const struct dmafp_image_symbol *caller = dmafp_image_function_at(s->image, site);
	struct dmafp_walk *walk = s->walk;
	struct dmafp_walk_site *found;

	/* the function's own loops are no calls of it */
	if (!caller || caller == s->symbol || !is_call(s, caller, site))
		return;
	walk->sites = dmafp_alloc_grow(walk->sites, walk->nr_sites, sizeof(*walk->sites));
	found = &walk->sites[walk->nr_sites++];
	found->caller = dmafp_alloc_string(caller->name);
	found->offset = site - caller->address;
	look_for_guard(s, caller, site, found);
}

static void search_x86(void *ctx, uint64_t address, const uint8_t *bytes, size_t size)
{
	struct search *s = ctx;
	size_t i;

	for (i = 0; i + 5 <= size; i++) {
		/* call, jmp, and the second byte of a long conditional jump */
		size_t start = bytes[i] == 0xe8 || bytes[i] == 0xe9 ? i : i - 1;
		bool branch = i && bytes[i - 1] == 0x0f && (bytes[i] & 0xf0) == 0x80;
		int32_t by;

		if (bytes[i] != 0xe8 && bytes[i] != 0xe9 && !branch)
			continue;
		memcpy(&by, bytes + i + 1, sizeof(by));
		if (address + i + 5 + (uint64_t)(int64_t)by != s->symbol->address)
			continue;
		/* a prefix, as of "cs call", belongs to it */
		if (start == i && i && bytes[i - 1] == 0x2e)
			candidate(s, address + i - 1);
		candidate(s, address + start);
	}
}

static void search_arm64(void *ctx, uint64_t address, const uint8_t *bytes, size_t size)
{
	struct search *s = ctx;
	size_t i;

	for (i = 0; i + 4 <= size; i += 4) {
		uint32_t word;
		int64_t by;

		memcpy(&word, bytes + i, sizeof(word));
		if ((word & 0x7c000000) == 0x14000000) /* b, bl */
			by = (int32_t)(word << 6) >> 4;
		else if ((word & 0xff000010) == 0x54000000) /* b.cond */
			by = (int32_t)(word << 8) >> 11 & ~3;
		else
			continue;
		if (address + i + (uint64_t)by == s->symbol->address)
			candidate(s, address + i);
	}
}

void dmafp_path_sites(struct dmafp_decoder *decoder, const struct dmafp_image_symbol *symbol,
		      struct dmafp_walk *walk)
{
	struct search search = {
		.decoder = decoder,
		.image = decoder->image,
		.symbol = symbol,
		.walk = walk,
	};

	dmafp_image_each_section(decoder->image,
				 decoder->image->arch == DMAFP_IMAGE_ARM64 ? search_arm64 :
									     search_x86,
				 &search);
}
