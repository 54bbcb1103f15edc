// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/console.h"

static const char *const faults[] = {
	"Kernel panic - not syncing",
	"kernel BUG at ",
	"WARNING: CPU:",
	"WARNING: possible ",
	"WARNING: suspicious ",
	"WARNING: inconsistent ",
	"Oops: ",
	": 0000 [#",
	"general protection fault",
	"double fault",
	"stack segment: ",
	"Unable to handle kernel",
	"watchdog: BUG",
	"rcu: INFO: ",
	"INFO: task ",
	"UBSAN: ",
	" new suspected memory leaks",
	"refcount_t: ",
};

/* What a profile may expect by name: the line begins and goes on so, no other is meant. */
static const struct {
	const char *name, *line, *more;
} expectable[] = {
	{ "sleeping-function", "BUG: sleeping function called from invalid context at ", "" },
	/* VT-d finds a device, attached twice, still on the list of a domain that goes */
	{ "double-attach", "WARNING: CPU: ", " domain_exit+" },
};

static const char asked_for[] = "Kernel panic - not syncing: sysrq triggered crash";
static const char next_kernel[] = "Linux version ";

/* The text of a line behind "[    1.234567] ". */
static const char *skip_stamp(const char *line)
{
	const char *close = *line == '[' ? strchr(line, ']') : NULL;

	return close ? close + 1 + strspn(close + 1, " ") : line;
}

static bool is_fault(const char *line)
{
	const char *bug = strstr(line, "BUG: ");

	/* a WARN() of 6.19 and later: "WARNING: FILE:LINE at FUNCTION, CPU#0: ..." */
	if (strstr(line, "WARNING: ") && strstr(line, ", CPU#"))
		return true;
	/* "BUG: " but not "DEBUG: " */
	if (bug && (bug == line || !isalpha((unsigned char)bug[-1])))
		return true;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (strstr(line, faults[i]))
			return true;
	return false;
}

static bool is_expected(const char *line, const char *expect)
{
	const char *said = skip_stamp(line);

	for (size_t i = 0; i < sizeof(expectable) / sizeof(expectable[0]); i++)
		if (!strcmp(expect, expectable[i].name) &&
		    !strncmp(said, expectable[i].line, strlen(expectable[i].line)) &&
		    strstr(said, expectable[i].more))
			return true;
	return false;
}

bool dmafp_console_fault(const char *text, const char *expect, char *line, size_t size)
{
	bool going_down = false, found = false;
	char *copy = strdup(text), *at = copy, *this;

	while (!found && (this = strsep(&at, "\n"))) {
		this[strcspn(this, "\r")] = '\0';
		if (strstr(this, asked_for))
			going_down = true;
		else if (strstr(this, next_kernel))
			going_down = false;
		if (!going_down && is_fault(this) && !is_expected(this, expect)) {
			snprintf(line, size, "%s", skip_stamp(this));
			found = true;
		}
	}
	free(copy);
	return found;
}

char *dmafp_console_tail(const char *text, unsigned int lines)
{
	const char *from = text + strlen(text);
	char *tail, *to;

	while (from > text && lines) {
		from--;
		if (*from == '\n' && from[1] && !--lines)
			from++;
	}
	tail = malloc(3 * strlen(from) + 4);
	if (!tail)
		return NULL;
	to = tail;
	for (const char *c = from; *c; c++) {
		if (c == from || c[-1] == '\n')
			to = stpcpy(to, "  ");
		if (*c == '\n' || isprint((unsigned char)*c))
			*to++ = *c;
	}
	*to = '\0';
	return tail;
}
