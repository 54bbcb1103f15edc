// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/lines.h"
#include "analysis/place.h"
#include "base/alloc.h"
#include "base/file.h"

/* Devices */

static bool label_shared(const struct dmafp_comparison *c, const struct dmafp_group *group)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (!strcmp(c->sections[i].group->label, group->label) &&
		    strcmp(c->sections[i].group->pci, group->pci))
			return true;
	return false;
}

static bool iommus_differ(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 1; i < c->nr_sections; i++)
		if (strcmp(c->sections[i].group->iommu, c->sections[0].group->iommu))
			return true;
	return false;
}

char *dmafp_place_device(const struct dmafp_comparison *c, const struct dmafp_group *group)
{
	bool address = label_shared(c, group), iommu = iommus_differ(c);

	return dmafp_path("%s%s%s%s%s", group->label, address ? " " : "",
			  address ? group->pci : "", iommu ? " behind " : "",
			  iommu ? group->iommu : "");
}

/* Sections */

/* The chosen devices of one mode, NULL if there is none */
static char *devices_of(const struct dmafp_comparison *c, const bool *chosen,
			const char *mode)
{
	struct dmafp_lines names = { 0 };
	char *list = NULL;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		char *name;

		if (!chosen[i] || strcmp(c->sections[i].group->mode, mode))
			continue;
		name = dmafp_place_device(c, c->sections[i].group);
		dmafp_lines_add(&names, "%s", name);
		free(name);
	}
	if (names.nr)
		list = dmafp_lines_join(&names, ", ");
	dmafp_lines_free(&names);
	return list;
}

/* Modes in the order of the sections, and each one's chosen devices */
struct modes {
	struct dmafp_lines names;
	char **devices;
};

static void find_modes(struct modes *m, const struct dmafp_comparison *c, const bool *chosen)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		dmafp_lines_add_new(&m->names, "%s", c->sections[i].group->mode);
	m->devices = dmafp_alloc(m->names.nr, sizeof(*m->devices));
	for (i = 0; i < m->names.nr; i++)
		m->devices[i] = devices_of(c, chosen, m->names.items[i]);
}

/* "plain, keyed and kdump" */
static char *join_modes(const struct dmafp_lines *names)
{
	struct dmafp_lines most = { names->items, names->nr - 1 };
	char *list, *text;

	if (!most.nr)
		return dmafp_alloc_string(names->items[0]);
	list = dmafp_lines_join(&most, ", ");
	text = dmafp_path("%s and %s", list, names->items[most.nr]);
	free(list);
	return text;
}

/* All modes that have the devices of the one at @first, which are taken away */
static void add_place(struct dmafp_lines *places, struct modes *m, size_t first)
{
	struct dmafp_lines names = { 0 };
	char *devices = m->devices[first], *list;
	size_t i;

	for (i = first; i < m->names.nr; i++) {
		if (!m->devices[i] || strcmp(m->devices[i], devices))
			continue;
		dmafp_lines_add(&names, "%s", m->names.items[i]);
		if (i > first)
			free(m->devices[i]);
		m->devices[i] = NULL;
	}
	list = join_modes(&names);
	dmafp_lines_add(places, "%s on %s", list, devices);
	free(list);
	free(devices);
	dmafp_lines_free(&names);
}

char *dmafp_place_sections(const struct dmafp_comparison *c, const bool *chosen)
{
	struct dmafp_lines places = { 0 };
	struct modes m = { 0 };
	char *text;
	size_t i;

	find_modes(&m, c, chosen);
	for (i = 0; i < m.names.nr; i++)
		if (m.devices[i])
			add_place(&places, &m, i);
	text = dmafp_lines_join(&places, "; ");
	free(m.devices);
	dmafp_lines_free(&m.names);
	dmafp_lines_free(&places);
	return text;
}

/* Texts of sections */

char *dmafp_place_take(char **texts, size_t nr, size_t first, bool *same)
{
	char *text = texts[first];
	size_t i;

	for (i = first; i < nr; i++) {
		if (!texts[i] || strcmp(texts[i], text))
			continue;
		same[i] = true;
		if (i > first)
			free(texts[i]);
		texts[i] = NULL;
	}
	return text;
}

static void add_text(struct dmafp_lines *places, const struct dmafp_comparison *c,
		     char **texts, size_t first)
{
	bool *same = dmafp_alloc(c->nr_sections, sizeof(*same));
	char *text = dmafp_place_take(texts, c->nr_sections, first, same), *where;

	where = dmafp_place_sections(c, same);
	dmafp_lines_add(places, "%s in %s", text, where);
	free(where);
	free(text);
	free(same);
}

char *dmafp_place_texts(const struct dmafp_comparison *c, char **texts)
{
	struct dmafp_lines places = { 0 };
	char *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (texts[i])
			add_text(&places, c, texts, i);
	list = dmafp_lines_join(&places, "; ");
	dmafp_lines_free(&places);
	return list;
}

/* Rows of one section */

static bool same_kind(const struct dmafp_row *a, const struct dmafp_row *b)
{
	return a->phase == b->phase && !strcmp(a->cell->op, b->cell->op);
}

static char *parameters_of(const struct dmafp_row *row)
{
	char *title = dmafp_cell_title(row->cell), *text;
	size_t op = strlen(row->cell->op);

	text = dmafp_alloc_string(title[op] ? title + op + 1 : title);
	free(title);
	return text;
}

/* "map_page map (4K to, 64K from)": the chosen rows of the kind of @first */
static void add_kind(struct dmafp_lines *kinds, const struct dmafp_comparison *c,
		     const struct dmafp_section *section, const bool *chosen, size_t first)
{
	const struct dmafp_row *like = &c->rows[first];
	const char *phase = dmafp_row_phase_name(like->phase);
	struct dmafp_lines list = { 0 };
	char *title = dmafp_cell_title(like->cell), *joined;
	size_t i, all = 0;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++) {
		char *parameters;

		if (!same_kind(&c->rows[i], like))
			continue;
		all++;
		if (!chosen[i])
			continue;
		parameters = parameters_of(&c->rows[i]);
		dmafp_lines_add(&list, "%s", parameters);
		free(parameters);
	}
	joined = dmafp_lines_join(&list, ", ");
	if (list.nr == 1)
		dmafp_lines_add(kinds, "%s %s", title, phase);
	else if (list.nr == all)
		dmafp_lines_add(kinds, "%s %s (all %zu)", like->cell->op, phase, all);
	else
		dmafp_lines_add(kinds, "%s %s (%s)", like->cell->op, phase, joined);
	free(joined);
	free(title);
	dmafp_lines_free(&list);
}

/* Is this the first chosen row of its kind? */
static bool starts_kind(const struct dmafp_comparison *c,
			const struct dmafp_section *section, const bool *chosen, size_t row)
{
	size_t i;

	for (i = section->first_row; i < row; i++)
		if (chosen[i] && same_kind(&c->rows[i], &c->rows[row]))
			return false;
	return chosen[row];
}

/* The chosen rows of a section, NULL if there is none */
static char *rows_of(const struct dmafp_comparison *c,
		     const struct dmafp_section *section, const bool *chosen)
{
	struct dmafp_lines kinds = { 0 };
	char *text = NULL;
	size_t i;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		if (starts_kind(c, section, chosen, i))
			add_kind(&kinds, c, section, chosen, i);
	if (kinds.nr)
		text = dmafp_lines_join(&kinds, ", ");
	dmafp_lines_free(&kinds);
	return text;
}

char *dmafp_place_rows(const struct dmafp_comparison *c, const bool *chosen)
{
	char **rows = dmafp_alloc(c->nr_sections, sizeof(*rows)), *text;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		rows[i] = rows_of(c, &c->sections[i], chosen);
	text = dmafp_place_texts(c, rows);
	free(rows);
	return text;
}
