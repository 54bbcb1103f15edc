// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

#define MAX_WORD 64

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int least = a < b ? a : b;

	return least < c ? least : c;
}

/* Optimal string alignment: insert, delete, replace, swap two neighbours. */
static unsigned int distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), i, j;
	unsigned int d[MAX_WORD + 1][MAX_WORD + 1];

	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[la][lb];
}

int dmafp_nearest(const char *word, const char *const *words, size_t nr)
{
	unsigned int limit = strlen(word) / 3, best;
	int found = -1;
	size_t i;

	if (strlen(word) > MAX_WORD)
		return -1;
	best = (limit < 2 ? 2 : limit) + 1;
	for (i = 0; i < nr; i++) {
		unsigned int d;

		if (strlen(words[i]) > MAX_WORD)
			continue;
		d = distance(word, words[i]);
		if (d < best) {
			best = d;
			found = i;
		}
	}
	return found;
}

const char *dmafp_nearest_hint(const char *word, const char *const *words, size_t nr,
			       char hint[DMAFP_HINT_LEN])
{
	int i = dmafp_nearest(word, words, nr);

	hint[0] = '\0';
	if (i >= 0)
		snprintf(hint, DMAFP_HINT_LEN, ", did you mean '%s'?", words[i]);
	return hint;
}
