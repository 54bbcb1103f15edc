// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analysis/render/text_calls.h"

#define RATIO_SIZE 32
#define WIDTH	   5 /* without the star */

static void print_ratio(const struct dmafp_side *side, char text[RATIO_SIZE])
{
	const struct dmafp_phase_result *p = side->phase;

	if (!p || !p->counted_ops)
		snprintf(text, RATIO_SIZE, "?");
	else if (!(p->calls % p->counted_ops))
		snprintf(text, RATIO_SIZE, "%" PRIu64, p->calls / p->counted_ops);
	else
		snprintf(text, RATIO_SIZE, "%.2f",
			 (double)p->calls / (double)p->counted_ops);
}

static bool must_be_called(const struct dmafp_row *row)
{
	return row->cell->on_path && row->phase == DMAFP_ROW_MAP &&
	       (!strcmp(row->group->mode, "keyed") || !strcmp(row->group->mode, "kdump"));
}

void dmafp_text_calls(const struct dmafp_row *row, const struct dmafp_row_verdict *verdict,
		      enum dmafp_arm_id arm, char text[DMAFP_TEXT_CALLS])
{
	const char *star = must_be_called(row) && !verdict->once ? "*" : "";
	char base[RATIO_SIZE], other[RATIO_SIZE], both[2 * RATIO_SIZE];

	print_ratio(&row->sides[DMAFP_ARM_BASE], base);
	print_ratio(&row->sides[arm], other);
	snprintf(both, sizeof(both), "%s%s%s", base, strcmp(base, other) ? ">" : "",
		 strcmp(base, other) ? other : "");
	if (strlen(both) > WIDTH)
		snprintf(text, DMAFP_TEXT_CALLS, "many*");
	else
		snprintf(text, DMAFP_TEXT_CALLS, "%.5s%s", both, star);
}
