// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "analysis/path/rule.h"

struct dmafp_value dmafp_value_constant(uint64_t constant)
{
	return (struct dmafp_value){ .kind = DMAFP_VALUE_CONSTANT, .constant = constant };
}

struct dmafp_value dmafp_value_read(uint32_t width)
{
	return (struct dmafp_value){ .kind = DMAFP_VALUE_READ, .width = width };
}

struct dmafp_value dmafp_value_moved(const struct dmafp_value *value, int64_t by)
{
	if (value->kind == DMAFP_VALUE_CONSTANT)
		return dmafp_value_constant(value->constant + (uint64_t)by);
	if (!by)
		return *value;
	if (value->kind == DMAFP_VALUE_ADDRESS ||
	    (value->kind == DMAFP_VALUE_READ && value->width == 8))
		return (struct dmafp_value){ .kind = DMAFP_VALUE_ADDRESS };
	return (struct dmafp_value){ 0 };
}

static bool is_bit(uint64_t mask)
{
	return mask && !(mask & (mask - 1));
}

static const char *read_is_zero(const struct dmafp_value *value, uint64_t mask, uint32_t width,
				bool *zero)
{
	uint64_t all = width < 8 ? (1ULL << (8 * width)) - 1 : ~0ULL;

	if (value->width == 1 || width == 1 || is_bit(mask & all)) {
		*zero = true;
		return DMAFP_RULE_FLAG;
	}
	if (value->width == 8 && width == 8 && mask == ~0ULL) {
		*zero = false;
		return DMAFP_RULE_POINTER;
	}
	return NULL;
}

const char *dmafp_rule_zero(const struct dmafp_value *value, uint64_t mask, uint32_t width,
			    bool *zero)
{
	uint64_t all = width < 8 ? (1ULL << (8 * width)) - 1 : ~0ULL;

	switch (value->kind) {
	case DMAFP_VALUE_CONSTANT:
		if (value->width == 1 && (mask & all) > 0xff)
			return NULL;
		*zero = !(value->constant & mask & all);
		return DMAFP_RULE_CONSTANT;
	case DMAFP_VALUE_ADDRESS:
		*zero = false;
		return width == 8 && mask == ~0ULL ? DMAFP_RULE_ADDRESS : NULL;
	case DMAFP_VALUE_EXCLUSIVE:
		*zero = true;
		return DMAFP_RULE_EXCHANGE;
	case DMAFP_VALUE_READ:
		return read_is_zero(value, mask, width, zero);
	case DMAFP_VALUE_UNKNOWN:
		break;
	}
	return NULL;
}
