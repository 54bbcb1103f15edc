// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

static bool same_null(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (!row->sides[arm].phase || !row->sides[arm].same_hist ||
		    !row->sides[arm].boots_agree)
			return false;
	return true;
}

static void add_reading(struct dmafp_lines *readings, const struct dmafp_row *row)
{
	const struct dmafp_hist *hist = &row->sides[DMAFP_ARM_BASE].phase->hist;
	char *title = dmafp_cell_title(row->cell);
	/* "null blk" of method block: the word behind the op */
	const char *method = title + strlen(DMAFP_NULL_OP);

	if (hist->min == hist->max)
		dmafp_lines_add(readings, "%s%s %" PRIu64, dmafp_row_phase_name(row->phase),
				method, hist->min);
	else
		dmafp_lines_add(readings, "%s%s %" PRIu64 "..%" PRIu64,
				dmafp_row_phase_name(row->phase), method, hist->min,
				hist->max);
	free(title);
}

/* "map 5, unmap 5 in all arms", NULL if the section has no null op */
static char *floor_text(const struct dmafp_comparison *c,
			const struct dmafp_section *section)
{
	struct dmafp_lines readings = { 0 };
	char *list, *text = NULL;
	bool same = true;
	size_t i;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++) {
		if (!c->rows[i].is_null || !c->rows[i].sides[DMAFP_ARM_BASE].phase)
			continue;
		add_reading(&readings, &c->rows[i]);
		same &= same_null(&c->rows[i]);
	}
	list = dmafp_lines_join(&readings, ", ");
	if (readings.nr)
		text = dmafp_path("%s in %s", list,
				  same ? "all arms" : "base, NOT in all arms,");
	free(list);
	dmafp_lines_free(&readings);
	return text;
}

static bool all_same(char **texts, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!texts[i] || strcmp(texts[i], texts[0]))
			return false;
	return nr;
}

char *dmafp_text_floor_of(const struct dmafp_comparison *c)
{
	char **texts = dmafp_alloc(c->nr_sections, sizeof(*texts)), *everywhere = NULL,
	     *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		texts[i] = floor_text(c, &c->sections[i]);
	if (all_same(texts, c->nr_sections))
		everywhere = dmafp_alloc_string(texts[0]);
	list = dmafp_place_texts(c, texts);
	free(texts);
	if (!everywhere)
		return list;
	free(list);
	if (everywhere[strlen(everywhere) - 1] == ',') /* a place would follow */
		everywhere[strlen(everywhere) - 1] = '\0';
	return everywhere;
}

void dmafp_text_floor(const struct dmafp_comparison *c, FILE *out)
{
	char *floor = dmafp_text_floor_of(c);

	if (*floor)
		dmafp_wrap(out, "", "", "Floor: the null op takes %s; it is in every p50.",
			   floor);
	free(floor);
}
