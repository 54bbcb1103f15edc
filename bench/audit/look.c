// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/kernel_option.h"
#include "audit/look.h"
#include "base/alloc.h"
#include "base/file.h"

static char *below(const struct dmafp_audit *audit, const char *fmt, va_list ap)
{
	char *name = dmafp_alloc_vprintf(fmt, ap);
	char *path = dmafp_path("%s%s", audit->root, name);

	free(name);
	return path;
}

#define BELOW(path, audit, fmt)               \
	do {                                  \
		va_list ap;                   \
                                              \
		va_start(ap, fmt);            \
		path = below(audit, fmt, ap); \
		va_end(ap);                   \
	} while (0)

char *dmafp_look_text(const struct dmafp_audit *audit, const char *fmt, ...)
{
	struct dmafp_err err;
	char *path, *text;
	size_t len;

	BELOW(path, audit, fmt);
	text = dmafp_file_read(path, NULL, &err);
	free(path);
	for (len = text ? strlen(text) : 0; len && text[len - 1] == '\n';)
		text[--len] = '\0';
	return text;
}

bool dmafp_look_line(const struct dmafp_audit *audit, char line[256], const char *fmt, ...)
{
	char *path;
	int ret;

	BELOW(path, audit, fmt);
	ret = dmafp_file_read_line(path, line, 256);
	free(path);
	return !ret;
}

bool dmafp_look_number(const struct dmafp_audit *audit, unsigned long *number,
		       const char *fmt, ...)
{
	char *path, line[64], *end = line;
	int ret;

	BELOW(path, audit, fmt);
	ret = dmafp_file_read_line(path, line, sizeof(line));
	free(path);
	if (!ret && isdigit((unsigned char)*line))
		*number = strtoul(line, &end, 10);
	return end != line;
}

bool dmafp_look_exists(const struct dmafp_audit *audit, const char *fmt, ...)
{
	char *path;
	bool exists;

	BELOW(path, audit, fmt);
	exists = dmafp_file_exists(path);
	free(path);
	return exists;
}

void dmafp_look_names(const struct dmafp_audit *audit, const char *pattern,
		      struct dmafp_lines *names)
{
	char *path = dmafp_path("%s%s", audit->root, pattern);
	glob_t found;
	size_t i;

	*names = (struct dmafp_lines) { 0 };
	if (!glob(path, 0, NULL, &found))
		for (i = 0; i < found.gl_pathc; i++)
			dmafp_lines_add(names, "%s",
					found.gl_pathv[i] + strlen(audit->root));
	globfree(&found);
	free(path);
}

char *dmafp_look_option(const struct dmafp_audit *audit, const char *name)
{
	return audit->config ? dmafp_kernel_option_find(audit->config, name) : NULL;
}

bool dmafp_look_parameter(const struct dmafp_audit *audit, const char *word)
{
	const char *line = audit->machine->kernel.command_line, *at = line;
	size_t len = strlen(word);

	while (at && (at = strstr(at, word))) {
		if ((at == line || isspace((unsigned char)at[-1])) &&
		    (!at[len] || at[len] == '=' || isspace((unsigned char)at[len])))
			return true;
		at += len;
	}
	return false;
}

static void say(struct dmafp_audit *audit, enum dmafp_finding_class class,
		const char *command, char *reading)
{
	struct dmafp_findings *findings = audit->findings;

	findings->items =
		dmafp_alloc_grow(findings->items, findings->nr, sizeof(*findings->items));
	findings->items[findings->nr++] = (struct dmafp_finding) {
		.check = audit->check,
		.class = class,
		.reading = reading,
		.command = dmafp_alloc_string(command ? command : ""),
	};
}

#define READING(text, fmt)                           \
	do {                                         \
		va_list ap;                          \
                                                     \
		va_start(ap, fmt);                   \
		text = dmafp_alloc_vprintf(fmt, ap); \
		va_end(ap);                          \
	} while (0)

void dmafp_say(struct dmafp_audit *audit, enum dmafp_finding_class class, const char *fmt,
	       ...)
{
	char *text;

	READING(text, fmt);
	say(audit, class, class == DMAFP_FINDING_GOOD ? NULL : audit->check->command, text);
}

void dmafp_say_command(struct dmafp_audit *audit, enum dmafp_finding_class class,
		       const char *command, const char *fmt, ...)
{
	char *text;

	READING(text, fmt);
	say(audit, class, command, text);
}

void dmafp_say_unread(struct dmafp_audit *audit, const char *fmt, ...)
{
	char *what, *text;

	READING(what, fmt);
	text = dmafp_path("cannot be read: %s", what);
	say(audit, DMAFP_FINDING_RECORDS, NULL, text);
	free(what);
}

/* Is the filesystem in that file of procfs, as a word of some line? */
static bool is_listed(const struct dmafp_audit *audit, const char *file,
		      const char *filesystem)
{
	char *text = dmafp_look_text(audit, "%s", file), *rest = text, *word;
	bool found = false;

	while (text && !found && (word = strsep(&rest, " \t\n")))
		found = !strcmp(word, filesystem);
	free(text);
	return found;
}

void dmafp_say_unmounted(struct dmafp_audit *audit, const char *filesystem, const char *file)
{
	static const char *const mounts[][2] = {
		{ "debugfs", "mount -t debugfs none /sys/kernel/debug" },
		{ "tracefs", "mount -t tracefs none /sys/kernel/tracing" },
		{ "securityfs", "mount -t securityfs none /sys/kernel/security" },
	};
	const char *command = NULL;
	size_t i;

	if (dmafp_look_exists(audit, "/proc/filesystems") &&
	    !is_listed(audit, "/proc/filesystems", filesystem)) {
		dmafp_say_unread(audit, "%s; this kernel has no %s", file, filesystem);
		return;
	}
	if (is_listed(audit, "/proc/mounts", filesystem)) {
		dmafp_say_unread(audit, "%s; this kernel does not have it", file);
		return;
	}
	for (i = 0; i < sizeof(mounts) / sizeof(*mounts); i++)
		if (!strcmp(filesystem, mounts[i][0]))
			command = mounts[i][1];
	dmafp_say_command(audit, DMAFP_FINDING_RECORDS, command,
			  "cannot be read: %s; is %s mounted?", file, filesystem);
}
