// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "analysis/json_text.h"

#define FLAT (JSON_ENCODE_ANY | JSON_ENSURE_ASCII)

static void print_value(FILE *out, const json_t *json, unsigned int level,
			unsigned int depth);

static void begin_line(FILE *out, size_t index, unsigned int level)
{
	fprintf(out, "%s\n%*s", index ? "," : "", (int)level, "");
}

static void print_object(FILE *out, json_t *json, unsigned int level, unsigned int depth)
{
	const char *name;
	size_t index = 0;
	json_t *value;

	fputc('{', out);
	json_object_foreach (json, name, value) {
		json_t *quoted = json_string(name);

		begin_line(out, index++, level + 1);
		json_dumpf(quoted, out, FLAT);
		fputs(": ", out);
		print_value(out, value, level + 1, depth);
		json_decref(quoted);
	}
	fprintf(out, "\n%*s}", (int)level, "");
}

static void print_array(FILE *out, json_t *json, unsigned int level, unsigned int depth)
{
	json_t *value;
	size_t index;

	fputc('[', out);
	json_array_foreach (json, index, value) {
		begin_line(out, index, level + 1);
		print_value(out, value, level + 1, depth);
	}
	fprintf(out, "\n%*s]", (int)level, "");
}

static void print_value(FILE *out, const json_t *json, unsigned int level,
			unsigned int depth)
{
	if (level < depth && json_object_size(json))
		print_object(out, (json_t *)json, level, depth);
	else if (level < depth && json_array_size(json))
		print_array(out, (json_t *)json, level, depth);
	else
		json_dumpf(json, out, FLAT);
}

char *dmafp_json_text(const json_t *json, unsigned int depth)
{
	char *text = NULL;
	size_t len;
	FILE *out;

	out = open_memstream(&text, &len);
	if (!out)
		abort();
	print_value(out, json, 0, depth);
	fputc('\n', out);
	if (fclose(out))
		abort();
	return text;
}

json_t *dmafp_json_string(const char *text)
{
	json_t *json = text ? json_string(text) : json_null();

	return json ? json : json_string("(not UTF-8)");
}

void dmafp_json_print(json_t *json, unsigned int depth, FILE *out)
{
	char *text = dmafp_json_text(json, depth);

	fputs(text, out);
	free(text);
	json_decref(json);
}
