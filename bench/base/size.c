// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "base/size.h"

const char *dmafp_size_text(uint64_t size, char text[DMAFP_SIZE_TEXT])
{
	static const char *const units[] = { "", "K", "M", "G" };
	unsigned int unit = 0;

	while (size && unit < 3 && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	snprintf(text, DMAFP_SIZE_TEXT, "%" PRIu64 "%s", size, units[unit]);
	return text;
}
