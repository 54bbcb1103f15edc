/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as text that a person and a diff can read. */
#ifndef DMAFP_ANALYSIS_JSON_TEXT_H
#define DMAFP_ANALYSIS_JSON_TEXT_H

#include <stdio.h>

#include <jansson.h>

/**
 * dmafp_json_text() - print @json
 * @json: an object or array
 * @depth: containers down to this depth have a line per member, deeper ones
 *	are on one line, so that a histogram is a line
 *
 * Return: the text with its last newline; release it with free().
 */
char *dmafp_json_text(const json_t *json, unsigned int depth);

/** dmafp_json_string() - null for NULL; "(not UTF-8)" for what the machine says and is not */
json_t *dmafp_json_string(const char *text);

/** dmafp_json_print() - print @json as dmafp_json_text() says it, and release it */
void dmafp_json_print(json_t *json, unsigned int depth, FILE *out);

#endif /* DMAFP_ANALYSIS_JSON_TEXT_H */
