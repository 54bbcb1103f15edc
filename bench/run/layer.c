// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/nearest.h"
#include "run/layer.h"

#define COMMENT_COLUMN 40

/* One file while it is being read */
struct parse {
	struct dmafp_layer *layer;
	const char *path;
	const char *rest; /* text not read yet */
	int line;
	int failed_line; /* line of the first error, 0: none yet */
	struct dmafp_err *err;
};

static void fail(struct parse *parse, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct parse *parse, const char *fmt, ...)
{
	char what[1024];
	va_list ap;

	if (parse->failed_line)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	parse->failed_line = parse->line;
	dmafp_err_set(parse->err, EINVAL, DMAFP_EXIT_USAGE, "%s:%d: %s", parse->path,
		      parse->line, what);
}

static void unknown_key(struct parse *parse, const char *section, const char *name)
{
	const struct dmafp_layer *layer = parse->layer;
	const char **words = dmafp_alloc(layer->nr, sizeof(*words));
	char hint[DMAFP_HINT_LEN];
	size_t i, nr = 0;

	for (i = 0; i < layer->nr; i++)
		if (!strcmp(layer->keys[i].section, section))
			words[nr++] = layer->keys[i].name;
	fail(parse, "unknown key '%s' in [%s]%s", name, section,
	     dmafp_nearest_hint(name, words, nr, hint));
	free(words);
}

static void take_value(struct parse *parse, size_t i, const char *value)
{
	const struct dmafp_layer *layer = parse->layer;
	char why[DMAFP_KEY_WHY], *where;

	if (dmafp_key_put(&layer->keys[i], layer->trial, value, why))
		fail(parse, "%s", why);
	where = dmafp_path("%s:%d", parse->path, parse->line);
	dmafp_layer_put(parse->layer, i, value, where, parse->line);
	free(where);
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct parse *parse = user;
	int i = dmafp_layer_find(parse->layer, section, name);

	if (!*section)
		fail(parse, "key '%s' stands before the first section", name);
	else if (i < 0)
		unknown_key(parse, section, name);
	else if (parse->layer->given[i].value)
		fail(parse, "key '%s' in [%s] was given before, in line %d", name,
		     section, parse->layer->given[i].line);
	else
		take_value(parse, (size_t)i, value);
	return !parse->failed_line;
}

static void check_section(struct parse *parse, const char *line)
{
	const struct dmafp_layer *layer = parse->layer;
	const char **words = dmafp_alloc(layer->nr, sizeof(*words));
	char name[64], hint[DMAFP_HINT_LEN];
	bool known = false;
	size_t i;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "]\n"), line);
	for (i = 0; i < layer->nr; i++) {
		words[i] = layer->keys[i].section;
		known |= !strcmp(words[i], name);
	}
	if (!known)
		fail(parse, "unknown section [%s]%s", name,
		     dmafp_nearest_hint(name, words, layer->nr, hint));
	free(words);
}

/* inih's fgets: counts lines, which inih itself keeps to itself. */
static char *next_line(char *buf, int size, void *stream)
{
	struct parse *parse = stream;
	size_t len = strcspn(parse->rest, "\n"), skip;

	if (!*parse->rest)
		return NULL;
	parse->line++;
	skip = len + (parse->rest[len] == '\n');
	if (len > (size_t)size - 3) {
		fail(parse, "line of more than %d characters", size - 3);
		len = 0;
	}
	memcpy(buf, parse->rest, len);
	memcpy(buf + len, "\n", 2);
	parse->rest += skip;
	buf[len + 1] = '\0';
	if (buf[strspn(buf, " \t")] == '[')
		check_section(parse, buf + strspn(buf, " \t") + 1);
	return buf;
}

int dmafp_layer_read(struct dmafp_layer *layer, const char *text, const char *path,
		     struct dmafp_err *err)
{
	struct parse parse = { .layer = layer, .path = path, .rest = text, .err = err };
	int bad_line;

	ini_max_line = DMAFP_LAYER_LINE + 3;
	/* an indented line is a line, not more of the one above */
	ini_allow_multiline = false;
	bad_line = ini_parse_stream(next_line, &parse, take_pair, &parse);
	if (bad_line > 0 && (!parse.failed_line || bad_line < parse.failed_line)) {
		parse.failed_line = 0;
		parse.line = bad_line;
		fail(&parse, "neither '[section]' nor 'key = value'");
	}
	if (bad_line < 0)
		return dmafp_err_errno(err, ENOMEM, "%s", path);
	return parse.failed_line ? -EINVAL : 0;
}

void dmafp_layer_init(struct dmafp_layer *layer, const struct dmafp_key *keys, size_t nr,
		      void *trial)
{
	*layer = (struct dmafp_layer) { keys, nr, trial,
					dmafp_alloc(nr, sizeof(*layer->given)) };
}

void dmafp_layer_drop(struct dmafp_layer *layer, size_t i)
{
	free(layer->given[i].value);
	free(layer->given[i].where);
	layer->given[i] = (struct dmafp_given) { 0 };
}

void dmafp_layer_put(struct dmafp_layer *layer, size_t i, const char *value,
		     const char *where, int line)
{
	/* either may be what is there already */
	struct dmafp_given given = { dmafp_alloc_string(value), dmafp_alloc_string(where),
				     line };

	dmafp_layer_drop(layer, i);
	layer->given[i] = given;
}

void dmafp_layer_over(struct dmafp_layer *layer, const struct dmafp_layer *top)
{
	const struct dmafp_given *given = top->given;
	size_t i;

	for (i = 0; i < layer->nr; i++)
		if (given[i].value)
			dmafp_layer_put(layer, i, given[i].value, given[i].where,
					given[i].line);
}

int dmafp_layer_find(const struct dmafp_layer *layer, const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < layer->nr; i++)
		if (!strcmp(layer->keys[i].section, section) &&
		    !strcmp(layer->keys[i].name, name))
			return (int)i;
	return -1;
}

/* A ';' behind a blank begins a comment, so none stands before one that does not. */
static int print_pair(const char *name, const char *value, FILE *out)
{
	return fprintf(out, "%s =%s%s", name, *value && *value != ';' ? " " : "", value);
}

static void print_commented(const struct dmafp_key *key, const struct dmafp_given *given,
			    FILE *out)
{
	const char *value = given->value ? given->value : key->fallback;
	int room = COMMENT_COLUMN - print_pair(key->name, value, out);

	fprintf(out, "%*s ; %s\n", room > 0 ? room : 0, "",
		given->where ? given->where : "default");
}

char *dmafp_layer_text(const struct dmafp_layer *layer, bool all)
{
	const char *section = "";
	char *text = NULL;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	for (i = 0; i < layer->nr; i++) {
		const struct dmafp_key *key = &layer->keys[i];
		const struct dmafp_given *given = &layer->given[i];

		if (!all && !given->value)
			continue;
		if (strcmp(section, key->section))
			fprintf(out, "%s[%s]\n", *section ? "\n" : "", key->section);
		section = key->section;
		if (all) {
			print_commented(key, given, out);
			continue;
		}
		print_pair(key->name, given->value, out);
		fputc('\n', out);
	}
	if (fclose(out))
		abort();
	return text;
}

void dmafp_layer_free(struct dmafp_layer *layer)
{
	size_t i;

	for (i = 0; i < layer->nr; i++)
		dmafp_layer_drop(layer, i);
	free(layer->given);
	layer->given = NULL;
	layer->nr = 0;
}
