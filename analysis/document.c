// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/document.h"

/* A word that was cut is an invalid token to the parser, but the last one */
static bool is_cut(const json_error_t *why, const char *text, size_t len)
{
	return json_error_code(why) == json_error_premature_end_of_input ||
	       (len && *text == '{' && why->position >= 0 && (size_t)why->position >= len);
}

/* With the arrays of buckets left in the text: what is wrong is said of the file as it is */
static int parse_whole(struct dmafp_document *doc, const char *text, size_t len,
		       struct dmafp_err *err)
{
	json_error_t why;

	doc->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (doc->root)
		return 0;
	if (is_cut(&why, text, len))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "the file is truncated at line %d: copy or measure it again",
				     why.line);
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "this is not JSON: line %d, column %d: %s", why.line, why.column,
			     why.text);
}

int dmafp_document_parse(struct dmafp_document *doc, const char *text, size_t len,
			 struct dmafp_err *err)
{
	size_t left_len = len;
	char *left;

	*doc = (struct dmafp_document) { 0 };
	left = dmafp_bucket_lists_take(&doc->lists, text, &left_len);
	if (left)
		doc->root = json_loadb(left, left_len, JSON_REJECT_DUPLICATES, NULL);
	free(left);
	if (doc->root)
		return 0;
	dmafp_bucket_lists_free(&doc->lists);
	return parse_whole(doc, text, len, err);
}

void dmafp_document_free(struct dmafp_document *doc)
{
	json_decref(doc->root);
	doc->root = NULL;
	dmafp_bucket_lists_free(&doc->lists);
}
