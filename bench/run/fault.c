// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "run/fault.h"

#define ERROR_LEVEL 3 /* KERN_ERR */
#define MAX_FRAMES  8

/* One line of a log: its level, and its text up to the newline */
struct line {
	unsigned int level;
	const char *text;
	size_t len;
};

/* Return: what follows the line, NULL if there is none. */
static const char *next_line(const char *log, struct line *line)
{
	bool levelled = log[0] == '<' && isdigit((unsigned char)log[1]) && log[2] == '>';

	if (!*log)
		return NULL;
	line->level = levelled ? (unsigned int)(log[1] - '0') : ERROR_LEVEL + 1;
	line->text = levelled ? log + 3 : log;
	line->len = strcspn(line->text, "\n");
	return line->text + line->len + (line->text[line->len] == '\n');
}

static bool holds(const struct line *line, const char *word)
{
	return memmem(line->text, line->len, word, strlen(word));
}

static bool begins(const struct line *line, const char *word)
{
	return line->len >= strlen(word) && !strncmp(line->text, word, strlen(word));
}

static bool is_fault(const struct line *line)
{
	static const char *const words[] = {
		"BUG:", "kernel BUG at", "WARNING:", "Oops", "general protection fault",
		"INFO: ", "UBSAN:", "refcount_t:", "list_add", "list_del", "DMAR: [",
		"Kernel panic",
	};
	size_t i;

	if (line->level <= ERROR_LEVEL)
		return true;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (holds(line, words[i]))
			return true;
	return false;
}

char *dmafp_fault_lines(const char *log)
{
	struct line line;
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!log)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	while ((log = next_line(log, &line)))
		if (is_fault(&line))
			fprintf(out, "%.*s\n", (int)line.len, line.text);
	fclose(out);
	return text;
}

/* What finds that it may not sleep, above the call that asked */
static bool is_helper(const struct line *frame)
{
	static const char *const helpers[] = { "dump_stack", "__might_resched", "__might_sleep",
					       "___might_sleep", "might_alloc" };
	size_t i;

	for (i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (begins(frame, helpers[i]))
			return true;
	return false;
}

/* A frame that is certain: " name+0x12/0x34 [module]", none with a "?" */
static bool take_frame(struct line *line)
{
	while (line->len && *line->text == ' ') {
		line->text++;
		line->len--;
	}
	return !begins(line, "?") && holds(line, "+0x") && !is_helper(line);
}

static char *read_stack(const char *log)
{
	unsigned int nr = 0;
	bool inside = false;
	struct line line;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	while (nr < MAX_FRAMES && (log = next_line(log, &line))) {
		if (holds(&line, "Call Trace:")) {
			inside = true;
			continue;
		}
		if (inside && holds(&line, "</TASK>"))
			break;
		if (inside && take_frame(&line))
			fprintf(out, "%s%.*s", nr++ ? " < " : "", (int)line.len, line.text);
	}
	fclose(out);
	if (nr)
		return text;
	free(text);
	return NULL;
}

bool dmafp_fault_sleeping(const char *log, char **place, char **stack)
{
	static const char what[] = "BUG: sleeping function called from invalid context at ";
	struct line line;

	*place = *stack = NULL;
	while (log && (log = next_line(log, &line))) {
		if (!begins(&line, what))
			continue;
		*place = dmafp_alloc_string(line.text + strlen(what));
		(*place)[strcspn(*place, "\n")] = '\0';
		*stack = read_stack(log);
		return true;
	}
	return false;
}
