// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "analysis/render/rate.h"

const char *dmafp_rate_text(double rate, char text[DMAFP_RATE_TEXT])
{
	static const char units[] = " kMG";
	unsigned int unit = 0;
	double value = rate;

	/* what would be rounded to 1000 has the next unit */
	while (value >= 999.5 && unit < sizeof(units) - 2) {
		value /= 1000;
		unit++;
	}
	if (!unit)
		snprintf(text, DMAFP_RATE_TEXT, "%.0f", value);
	else
		snprintf(text, DMAFP_RATE_TEXT, "%.*f%c",
			 value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, units[unit]);
	return text;
}
