// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/nearest.h"
#include "run/setting.h"

#define MAX_SHOWN 1000 /* characters of a setting, in a message */

/* One setting while it is being read */
struct setting {
	struct dmafp_layer *layer;
	const char *text; /* as typed */
	const char *key;
	const char *value;
	struct dmafp_err *err;
};

static int fail(const struct setting *setting, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int fail(const struct setting *setting, const char *fmt, ...)
{
	size_t len = strcspn(setting->text, "\n");
	char what[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	/* one line, with room left for what is wrong */
	return dmafp_err_set(setting->err, EINVAL, DMAFP_EXIT_USAGE, "--set %.*s: %s",
			     (int)(len < MAX_SHOWN ? len : MAX_SHOWN), setting->text, what);
}

static bool is_own(const struct dmafp_key *key)
{
	return !strcmp(key->section, "profile");
}

/* "section.key" where it is spelled out, else "key"; @buf holds the former */
static const char *spelled(const struct dmafp_key *key, bool full, char buf[128])
{
	if (!full)
		return key->name;
	snprintf(buf, 128, "%s.%s", key->section, key->name);
	return buf;
}

static int unknown(const struct setting *setting, bool full)
{
	const struct dmafp_layer *layer = setting->layer;
	char(*names)[128] = dmafp_alloc(layer->nr, sizeof(*names)), hint[DMAFP_HINT_LEN];
	const char **words = dmafp_alloc(layer->nr, sizeof(*words));
	size_t i, nr = 0;
	int ret;

	for (i = 0; i < layer->nr; i++)
		if (!is_own(&layer->keys[i]))
			words[nr++] = spelled(&layer->keys[i], full, names[i]);
	ret = fail(setting, "unknown key '%.100s'%s", setting->key,
		   dmafp_nearest_hint(setting->key, words, nr, hint));
	free(words);
	free(names);
	return ret;
}

static int ambiguous(const struct setting *setting)
{
	const struct dmafp_layer *layer = setting->layer;
	char list[512] = "", name[128];
	size_t i, len;

	for (i = 0; i < layer->nr; i++) {
		if (is_own(&layer->keys[i]) || strcmp(layer->keys[i].name, setting->key))
			continue;
		len = strlen(list);
		snprintf(list + len, sizeof(list) - len, "%s%s", len ? " or " : "",
			 spelled(&layer->keys[i], true, name));
	}
	return fail(setting, "several sections have a key '%s': say %s", setting->key,
		    list);
}

/* Return: index of the row, or a negative errno. */
static int find(const struct setting *setting)
{
	const struct dmafp_layer *layer = setting->layer;
	bool full = strchr(setting->key, '.') != NULL, own = false;
	size_t i, nr = 0;
	char name[128];
	int found = -1;

	for (i = 0; i < layer->nr; i++) {
		if (strcmp(spelled(&layer->keys[i], full, name), setting->key))
			continue;
		if (is_own(&layer->keys[i])) {
			own = true;
			continue;
		}
		found = (int)i;
		nr++;
	}
	if (nr > 1)
		return ambiguous(setting);
	if (nr)
		return found;
	if (own)
		return fail(setting,
			    "[profile] is what a file says of itself, and is not set");
	return unknown(setting, full);
}

/* What no line of a file could hold would not be the same in the lab's guest. */
static int check_text(const struct setting *setting)
{
	const char *c;

	for (c = setting->text; *c; c++) {
		if (iscntrl((unsigned char)*c) && *c != '\t')
			return fail(setting, "a value is one line of text");
		if (isblank((unsigned char)c[0]) && c[1] == ';')
			return fail(setting, "a ';' behind a blank would begin a comment");
	}
	return 0;
}

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text + strspn(text, " \t");
}

static int put(const struct setting *setting)
{
	char why[DMAFP_KEY_WHY], *where;
	struct dmafp_layer *layer = setting->layer;
	int i = find(setting);

	if (i < 0)
		return i;
	if (dmafp_key_put(&layer->keys[i], layer->trial, setting->value, why))
		return fail(setting, "%s", why);
	where = dmafp_path("--set %s", setting->text);
	dmafp_layer_put(layer, (size_t)i, setting->value, where, 0);
	free(where);
	return 0;
}

int dmafp_setting_put(struct dmafp_layer *layer, const char *text, struct dmafp_err *err)
{
	struct setting setting = { .layer = layer, .text = text, .err = err };
	char *key = dmafp_alloc_string(text), *value = strchr(key, '=');
	int ret;

	if (value && value != key) {
		*value++ = '\0';
		setting.value = trim(value);
		setting.key = trim(key);
		ret = check_text(&setting) ?: put(&setting);
	} else {
		ret = fail(&setting, "it takes KEY=VALUE, as in run.block=16");
	}
	free(key);
	return ret;
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("_-+./:=,%@", *text))
			return false;
	return true;
}

char *dmafp_setting_label(const char *before, const char *text)
{
	char *label = NULL;
	size_t len;
	FILE *out;

	if (is_plain(text))
		return dmafp_path("%s --set %s", before, text);
	out = open_memstream(&label, &len);
	if (!out)
		abort();
	fprintf(out, "%s --set '", before);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
	if (fclose(out))
		abort();
	return label;
}
