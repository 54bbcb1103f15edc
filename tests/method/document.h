/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of docs/method.md that is made by the study. */
#ifndef DMAFP_METHOD_DOCUMENT_H
#define DMAFP_METHOD_DOCUMENT_H

#include "base/err.h"

#define DOCUMENT_BEGIN "<!-- tables: begin -->\n"
#define DOCUMENT_END "<!-- tables: end -->\n"

/**
 * document_check() - does a document have both markers, in order?
 *
 * Return: 0 or a negative errno.
 */
int document_check(const char *path, struct dmafp_err *err);

/**
 * document_put() - replace what is between the markers
 * @path: the document
 * @text: new
 * @err: filled on failure
 *
 * Return: 0 or a negative errno.
 */
int document_put(const char *path, const char *text, struct dmafp_err *err);

#endif /* DMAFP_METHOD_DOCUMENT_H */
