/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of docs/method.md that are made by the study. */
#ifndef DMAFP_METHOD_DOCUMENT_H
#define DMAFP_METHOD_DOCUMENT_H

#include "base/err.h"

#define DOCUMENT_BEGIN "<!-- %s: begin -->\n" /* with the name of the part */
#define DOCUMENT_END "<!-- %s: end -->\n"

/**
 * document_check() - does a document have both markers of a part, in order?
 *
 * Return: 0 or a negative errno.
 */
int document_check(const char *path, const char *part, struct dmafp_err *err);

/**
 * document_put() - replace what is between the markers
 * @path: the document
 * @part: as in its markers
 * @text: new
 * @err: filled on failure
 *
 * Return: 0 or a negative errno.
 */
int document_put(const char *path, const char *part, const char *text, struct dmafp_err *err);

#endif /* DMAFP_METHOD_DOCUMENT_H */
