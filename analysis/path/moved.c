// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/path/moved.h"
#include "base/alloc.h"

/* Any number of the same operation is worth less than one of the same text. */
#define SAME_TEXT 10000

static size_t operation_length(const char *text)
{
	size_t len = strcspn(text, " ");

	if (!strncmp(text, "lock", len) && text[len])
		len += 1 + strcspn(text + len + 1, " ");
	return len;
}

static bool same_operation(const char *a, const char *b)
{
	size_t len = operation_length(a);

	return len == operation_length(b) && !strncmp(a, b, len);
}

/* Of a branch, the offset that it goes to is layout. */
static bool same_text(const char *a, const char *b)
{
	const char *target = strstr(a, " +0x");

	if (!target)
		return !strcmp(a, b);
	return !strncmp(a, b, (size_t)(target - a) + 4);
}

static unsigned int worth(const struct dmafp_walk_step *a, const struct dmafp_walk_step *b)
{
	if (a->taken == b->taken && same_text(a->text, b->text))
		return SAME_TEXT;
	return same_operation(a->text, b->text);
}

static void add(struct dmafp_moved *moved, enum dmafp_moved_kind kind,
		const struct dmafp_walk_step *left, const struct dmafp_walk_step *right)
{
	moved->rows = dmafp_alloc_grow(moved->rows, moved->nr, sizeof(*moved->rows));
	moved->rows[moved->nr++] = (struct dmafp_moved_row){ kind, left, right };
}

/* best[i * columns + j]: of the rest of both, from i and j on */
static unsigned int *best_of_rests(const struct dmafp_walk *left, const struct dmafp_walk *right)
{
	size_t columns = right->nr_path + 1, i, j;
	unsigned int *best = dmafp_alloc((left->nr_path + 1) * columns, sizeof(*best));

	for (i = left->nr_path; i-- > 0;)
		for (j = right->nr_path; j-- > 0;) {
			unsigned int pair = worth(&left->path[i], &right->path[j]);
			unsigned int down = best[(i + 1) * columns + j];
			unsigned int across = best[i * columns + j + 1];
			unsigned int both = pair ? pair + best[(i + 1) * columns + j + 1] : 0;

			best[i * columns + j] = both >= down && both >= across ? both :
						down >= across ? down : across;
		}
	return best;
}

static void align(struct dmafp_moved *moved, const struct dmafp_walk *left,
		  const struct dmafp_walk *right)
{
	unsigned int *best = best_of_rests(left, right);
	size_t columns = right->nr_path + 1, i = 0, j = 0;

	while (i < left->nr_path || j < right->nr_path) {
		unsigned int here = best[i * columns + j], pair = 0;

		if (i < left->nr_path && j < right->nr_path)
			pair = worth(&left->path[i], &right->path[j]);
		if (pair && here == pair + best[(i + 1) * columns + j + 1]) {
			add(moved, pair == SAME_TEXT ? DMAFP_MOVED_SAME : DMAFP_MOVED_CHANGED,
			    &left->path[i], &right->path[j]);
			i++;
			j++;
		} else if (i < left->nr_path &&
			   (j == right->nr_path || here == best[(i + 1) * columns + j])) {
			add(moved, DMAFP_MOVED_GONE, &left->path[i++], NULL);
		} else {
			add(moved, DMAFP_MOVED_NEW, NULL, &right->path[j++]);
		}
	}
	free(best);
}

static struct dmafp_moved_row *find_new(struct dmafp_moved *moved, const char *text)
{
	size_t i;

	for (i = 0; i < moved->nr; i++)
		if (moved->rows[i].kind == DMAFP_MOVED_NEW &&
		    same_text(moved->rows[i].right->text, text))
			return &moved->rows[i];
	return NULL;
}

static bool is_off_path(const struct dmafp_walk *walk, const char *text)
{
	size_t i;

	for (i = 0; i < walk->nr_insns; i++)
		if (!walk->insns[i].on_path && same_text(walk->insns[i].text, text))
			return true;
	return false;
}

static void trace_gone(struct dmafp_moved *moved, const struct dmafp_walk *right)
{
	size_t i;

	for (i = 0; i < moved->nr; i++) {
		struct dmafp_moved_row *row = &moved->rows[i], *here;

		if (row->kind != DMAFP_MOVED_GONE)
			continue;
		here = find_new(moved, row->left->text);
		if (here) {
			row->kind = DMAFP_MOVED_AWAY;
			here->kind = DMAFP_MOVED_HERE;
		} else if (is_off_path(right, row->left->text)) {
			row->kind = DMAFP_MOVED_OFF;
		}
	}
}

void dmafp_moved_new(struct dmafp_moved *moved, const struct dmafp_walk *left,
		     const struct dmafp_walk *right)
{
	*moved = (struct dmafp_moved){ 0 };
	align(moved, left, right);
	trace_gone(moved, right);
}

bool dmafp_moved_is_same(const struct dmafp_moved *moved)
{
	size_t i;

	for (i = 0; i < moved->nr; i++)
		if (moved->rows[i].kind != DMAFP_MOVED_SAME)
			return false;
	return true;
}

void dmafp_moved_free(struct dmafp_moved *moved)
{
	free(moved->rows);
	*moved = (struct dmafp_moved){ 0 };
}
