// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A QEMU command holds the kernel's command line, and the modes' lines have
 * most words in common: each is said once.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define APPEND	   " -append "
#define PARAMETERS " -- " /* before it parameters of the kernel, then of init */

/* Lines: one per distinct kernel command line, and the modes it was used in */
struct lines {
	struct dmafp_lines texts;
	struct dmafp_lines *modes;
};

static void find_lines(struct lines *l, const struct dmafp_comparison *c)
{
	size_t i, k;

	l->modes = dmafp_alloc(c->nr_sections, sizeof(*l->modes));
	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_group *group = c->sections[i].group;
		const char *line = dmafp_group_any(group)->kernel.command_line;

		line = dmafp_text_known(line);
		dmafp_lines_add_new(&l->texts, "%s", line);
		for (k = 0; strcmp(l->texts.items[k], line); k++)
			;
		dmafp_lines_add_new(&l->modes[k], "%s", group->mode);
	}
}

static void free_lines(struct lines *l)
{
	size_t i;

	for (i = 0; i < l->texts.nr; i++)
		dmafp_lines_free(&l->modes[i]);
	free(l->modes);
	dmafp_lines_free(&l->texts);
}

/* QEMU */

static bool is_shown(const struct lines *l, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < l->texts.nr; i++)
		if (strlen(l->texts.items[i]) == len &&
		    !strncmp(l->texts.items[i], text, len))
			return true;
	return false;
}

/* The command without a kernel command line that is shown by itself */
static char *elide(const struct lines *l, const char *command)
{
	const char *append = strstr(command, APPEND), *text;
	size_t len;
	bool quoted;

	if (!append)
		return dmafp_alloc_string(command);
	text = append + strlen(APPEND);
	quoted = *text == '\'';
	text += quoted;
	len = strcspn(text, quoted ? "'" : " ");
	if (!is_shown(l, text, len))
		return dmafp_alloc_string(command);
	return dmafp_path("%.*s-append LINE%s", (int)(append + 1 - command), command,
			  text + len + (quoted && text[len]));
}

static void print_qemu(const struct dmafp_comparison *c, const struct lines *l, FILE *out)
{
	struct dmafp_lines commands = { 0 };
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_result *r = dmafp_group_any(c->sections[i].group);
		char *text;

		if (!r->lab.present || !r->lab.qemu_command)
			continue;
		text = elide(l, r->lab.qemu_command);
		dmafp_lines_add_new(&commands, "%s", text);
		free(text);
	}
	for (i = 0; i < commands.nr; i++)
		dmafp_wrap(out, "", "  ", "%s", commands.items[i]);
	dmafp_lines_free(&commands);
}

/* Kernel command lines, by words */

static size_t kernel_part(const char *line)
{
	const char *end = strstr(line, PARAMETERS);

	return end ? (size_t)(end - line) : strlen(line);
}

/* Is the word one of the kernel's parameters in @line? */
static bool has_word(const char *line, const char *word, size_t len)
{
	const char *end = line + kernel_part(line);

	while (line < end) {
		size_t own = strcspn(line, " ");

		if (own == len && !strncmp(line, word, len))
			return true;
		line += own;
		line += strspn(line, " ");
	}
	return false;
}

static bool in_all(const struct lines *l, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < l->texts.nr; i++)
		if (!has_word(l->texts.items[i], word, len))
			return false;
	return true;
}

/* The parameters of @line that all lines have, or those that not all have */
static char *pick_words(const struct lines *l, const char *line, bool common)
{
	const char *end = line + kernel_part(line);
	struct dmafp_lines words = { 0 };
	char *text;

	while (line < end) {
		size_t len = strcspn(line, " ");

		if (len && in_all(l, line, len) == common)
			dmafp_lines_add(&words, "%.*s", (int)len, line);
		line += len;
		line += strspn(line, " ");
	}
	text = dmafp_lines_join(&words, " ");
	dmafp_lines_free(&words);
	return text;
}

static void print_line(const struct lines *l, size_t i, FILE *out)
{
	const char *line = l->texts.items[i];
	char *own = pick_words(l, line, false);
	char *modes = dmafp_lines_join(&l->modes[i], ", ");
	const char *rest = line + kernel_part(line);

	dmafp_wrap(out, "  ", "    ", "%s%s: %s%s", modes,
		   strcmp(modes, "kdump") ? "" : " (kexec)", own,
		   *own ? rest : rest + strspn(rest, " "));
	free(modes);
	free(own);
}

static void print_lines(const struct lines *l, FILE *out)
{
	char *modes, *common;
	size_t i;

	if (l->texts.nr == 1) {
		modes = dmafp_lines_join(&l->modes[0], ", ");
		dmafp_wrap(out, "", "  ", "LINE (%s): %s", modes, l->texts.items[0]);
		free(modes);
		return;
	}
	common = pick_words(l, l->texts.items[0], true);
	dmafp_wrap(out, "", "  ", "LINE: %s%sand", common, *common ? " " : "");
	for (i = 0; i < l->texts.nr; i++)
		print_line(l, i, out);
	free(common);
}

char *dmafp_text_parameters(const struct dmafp_comparison *c)
{
	struct lines l = { 0 };
	char *text;

	if (!c->nr_sections)
		return dmafp_alloc_string("");
	find_lines(&l, c);
	text = pick_words(&l, l.texts.items[0], true);
	free_lines(&l);
	return text;
}

static void print_campaign(const struct dmafp_comparison *c, FILE *out)
{
	const char *campaign = dmafp_group_any(c->sections[0].group)->campaign;

	if (campaign)
		dmafp_wrap(out, "", "  ", "dmafp campaign start %s", campaign);
}

void dmafp_text_commands(const struct dmafp_comparison *c, FILE *out)
{
	struct lines l = { 0 };

	if (!c->nr_sections)
		return;
	find_lines(&l, c);
	fprintf(out, "\n== Commands\n");
	print_campaign(c, out);
	print_qemu(c, &l, out);
	print_lines(&l, out);
	free_lines(&l);
}
