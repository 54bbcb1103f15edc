/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes in bytes as people read them. */
#ifndef DMAFP_BASE_SIZE_H
#define DMAFP_BASE_SIZE_H

#include <stdint.h>

#define DMAFP_SIZE_TEXT 24

/**
 * dmafp_size_text() - a size in the largest unit that divides it, as "4K"
 * @size: bytes
 * @text: out
 *
 * Whole units only, so that no size is rounded, and those that a profile takes.
 *
 * Return: @text.
 */
const char *dmafp_size_text(uint64_t size, char text[DMAFP_SIZE_TEXT]);

#endif /* DMAFP_BASE_SIZE_H */
