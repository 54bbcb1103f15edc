/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the known word that is nearest to what was typed. */
#ifndef DMAFP_BASE_NEAREST_H
#define DMAFP_BASE_NEAREST_H

#include <stddef.h>

#define DMAFP_HINT_LEN 128

/**
 * dmafp_nearest() - the entry of @words that is nearest to @word
 * @word: what was typed
 * @words: known words
 * @nr: how many
 *
 * Damerau-Levenshtein distance, at most a third of the word's length (and at
 * least 2).
 *
 * Return: index, or -1 if none is near.
 */
int dmafp_nearest(const char *word, const char *const *words, size_t nr);

/**
 * dmafp_nearest_hint() - the same as the end of an error message
 * @hint: out: ", did you mean 'WORD'?", or "" if none is near
 *
 * Return: @hint.
 */
const char *dmafp_nearest_hint(const char *word, const char *const *words, size_t nr,
			       char hint[DMAFP_HINT_LEN]);

#endif /* DMAFP_BASE_NEAREST_H */
