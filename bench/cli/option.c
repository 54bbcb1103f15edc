// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option.h"

#define MAX_WORDS 64

/* One option while it is being read */
struct use {
	const struct dmafp_command *command;
	const struct dmafp_option *option;
	void *options;
	const char *typed; /* "--mode" or "-m", for messages */
	const char *value;
	struct dmafp_err *err;
};

static int usage(struct dmafp_err *err, const struct dmafp_command *command,
		 const char *what, const char *hint)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "%s: %s%s (see 'dmafp %s --help')", command->name, what,
			     hint, command->name);
}

static int usage_word(struct dmafp_err *err, const struct dmafp_command *command,
		      const char *what, const char *word, const char *hint)
{
	char text[512];

	snprintf(text, sizeof(text), "%s '%s'", what, word);
	return usage(err, command, text, hint);
}

static void *target(const struct use *use)
{
	return (char *)use->options + use->option->offset;
}

static int strings_add(const struct use *use, const char *item)
{
	const struct dmafp_strings *initial = NULL;
	struct dmafp_strings *list = target(use);
	const char **items;

	if (use->command->defaults)
		initial = (const void *)((const char *)use->command->defaults +
					 use->option->offset);
	/* what is given replaces the defaults; it does not add to them */
	if (initial && list->items == initial->items)
		*list = (struct dmafp_strings) { 0 };
	items = realloc(list->items, (list->nr + 1) * sizeof(*items));
	if (!items)
		return dmafp_err_errno(use->err, ENOMEM, "%s", use->typed);
	items[list->nr++] = item;
	list->items = items;
	return 0;
}

static int choice_find(const struct use *use, const char *value, const char **found)
{
	const char *const *choices = use->option->choices;
	char hint[DMAFP_HINT_LEN], what[300];
	size_t i, len = 0;

	for (i = 0; choices[i]; i++) {
		*found = choices[i];
		if (!strcmp(value, choices[i]))
			return 0;
	}
	dmafp_nearest_hint(value, choices, i, hint);
	snprintf(what, sizeof(what), "%s is one of ", use->typed);
	for (i = 0; choices[i] && len < sizeof(what) - 1; i++) {
		len = strlen(what);
		snprintf(what + len, sizeof(what) - len, "%s%s", i ? ", " : "", choices[i]);
	}
	len = strlen(what);
	snprintf(what + len, sizeof(what) - len, "; not");
	return usage_word(use->err, use->command, what, value, hint);
}

static int put_choice(const struct use *use)
{
	return choice_find(use, use->value, (const char **)target(use));
}

static int put_choices(const struct use *use)
{
	char *copy = strdup(use->value), *rest = copy, *word;
	const char *found;
	int ret = 0;

	if (!copy)
		return dmafp_err_errno(use->err, ENOMEM, "%s", use->typed);
	while (!ret && (word = strsep(&rest, ","))) {
		ret = choice_find(use, word, &found);
		if (!ret)
			ret = strings_add(use, found);
	}
	free(copy);
	return ret;
}

static int put_uint(const struct use *use)
{
	unsigned long long value;
	char what[128], *end;

	errno = 0;
	value = strtoull(use->value, &end, 10);
	if (!isdigit((unsigned char)use->value[0]) || *end || errno || value > UINT_MAX) {
		snprintf(what, sizeof(what), "%s takes a number from 0 to %u, not",
			 use->typed, UINT_MAX);
		return usage_word(use->err, use->command, what, use->value, "");
	}
	*(unsigned int *)target(use) = value;
	return 0;
}

static int put(const struct use *use)
{
	switch (use->option->type) {
	case DMAFP_OPT_FLAG:
		*(bool *)target(use) = true;
		return 0;
	case DMAFP_OPT_STRING:
		*(const char **)target(use) = use->value;
		return 0;
	case DMAFP_OPT_STRINGS:
		return strings_add(use, use->value);
	case DMAFP_OPT_UINT:
		return put_uint(use);
	case DMAFP_OPT_CHOICE:
		return put_choice(use);
	case DMAFP_OPT_CHOICES:
		return put_choices(use);
	}
	return dmafp_err_set(use->err, EINVAL, DMAFP_EXIT_INTERNAL,
			     "%s: option %s has no known type", use->command->name,
			     use->typed);
}

static int unknown_long(const struct use *use, const char *name, size_t len)
{
	const struct dmafp_option *option = use->command->options;
	char typed[128], hint[DMAFP_HINT_LEN];
	const char *words[MAX_WORDS] = { "help" };
	size_t nr = 1;
	int near;

	for (; option && option->name && nr < MAX_WORDS; option++)
		words[nr++] = option->name;
	snprintf(typed, sizeof(typed), "%.*s", (int)len, name);
	near = dmafp_nearest(typed, words, nr);
	hint[0] = '\0';
	if (near >= 0)
		snprintf(hint, sizeof(hint), ", did you mean '--%s'?", words[near]);
	snprintf(typed, sizeof(typed), "--%.*s", (int)len, name);
	return usage_word(use->err, use->command, "unknown option", typed, hint);
}

static const struct dmafp_option *find_long(const struct dmafp_option *option,
					    const char *name, size_t len)
{
	for (; option && option->name; option++)
		if (strlen(option->name) == len && !strncmp(option->name, name, len))
			return option;
	return NULL;
}

static const struct dmafp_option *find_short(const struct dmafp_option *option, char letter)
{
	for (; option && option->name; option++)
		if (option->letter == letter)
			return option;
	return NULL;
}

/* Take the value from the next argument if it was not in this one. */
static int take_value(struct use *use, char **next, int *used)
{
	if (use->option->type == DMAFP_OPT_FLAG) {
		if (use->value)
			return usage_word(use->err, use->command, "no value goes with",
					  use->typed, "");
		return put(use);
	}
	if (!use->value) {
		if (!*next)
			return usage_word(use->err, use->command, "a value must follow",
					  use->typed, "");
		use->value = *next;
		*used = 2;
	}
	return put(use);
}

static int parse_long(struct use *use, char **arg, int *used)
{
	const char *name = arg[0] + 2;
	size_t len = strcspn(name, "=");
	char typed[128];

	use->option = find_long(use->command->options, name, len);
	if (!use->option)
		return unknown_long(use, name, len);
	snprintf(typed, sizeof(typed), "--%s", use->option->name);
	use->typed = typed;
	use->value = name[len] ? name + len + 1 : NULL;
	return take_value(use, arg + 1, used);
}

static int parse_short(struct use *use, char **arg, int *used)
{
	char typed[] = { '-', arg[0][1], '\0' };

	use->option = find_short(use->command->options, arg[0][1]);
	if (!use->option)
		return usage_word(use->err, use->command, "unknown option", typed, "");
	use->typed = typed;
	use->value = arg[0][2] ? arg[0] + 2 : NULL;
	return take_value(use, arg + 1, used);
}

static bool wants_help(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

static int check_args(const struct dmafp_command *command,
		      const struct dmafp_parsed *parsed, struct dmafp_err *err)
{
	char what[128];

	if (parsed->nr_args < command->min_args) {
		snprintf(what, sizeof(what), "missing argument: %s",
			 command->usage ? command->usage : "");
		return usage(err, command, what, "");
	}
	if (command->max_args >= 0 && parsed->nr_args > command->max_args)
		return usage_word(err, command, "one argument too many:",
				  parsed->args[command->max_args], "");
	return 0;
}

/* Options are read, arguments move to the front of argv. */
static int parse_all(struct use *use, int argc, char **argv, struct dmafp_parsed *parsed)
{
	int i = 0, used, ret = 0;

	while (!ret && i < argc && strcmp(argv[i], "--")) {
		used = 1;
		if (!strncmp(argv[i], "--", 2))
			ret = parse_long(use, argv + i, &used);
		else if (argv[i][0] == '-' && argv[i][1])
			ret = parse_short(use, argv + i, &used);
		else
			argv[parsed->nr_args++] = argv[i];
		i += used;
	}
	for (i++; !ret && i < argc; i++)
		argv[parsed->nr_args++] = argv[i];
	return ret;
}

int dmafp_option_parse(const struct dmafp_command *command, int argc, char **argv,
		       struct dmafp_parsed *parsed, struct dmafp_err *err)
{
	struct use use = { .command = command, .err = err };
	int ret;

	*parsed = (struct dmafp_parsed) { .args = argv, .help = wants_help(argc, argv) };
	parsed->options = calloc(1, command->options_size ? command->options_size : 1);
	if (!parsed->options)
		return dmafp_err_errno(err, ENOMEM, "%s", command->name);
	if (command->defaults)
		memcpy(parsed->options, command->defaults, command->options_size);
	if (parsed->help)
		return 0;
	use.options = parsed->options;
	ret = parse_all(&use, argc, argv, parsed);
	return ret ? ret : check_args(command, parsed, err);
}

static void default_word(struct dmafp_option_default *value, const char *word)
{
	value->one = word;
	value->words = &value->one;
	value->nr = !!word;
}

void dmafp_option_default(const struct dmafp_command *command,
			  const struct dmafp_option *option,
			  struct dmafp_option_default *value)
{
	const void *at = (const char *)command->defaults + option->offset;
	const struct dmafp_strings *list = at;

	*value = (struct dmafp_option_default) { 0 };
	if (!command->defaults)
		return;
	switch (option->type) {
	case DMAFP_OPT_FLAG:
		return;
	case DMAFP_OPT_UINT:
		/* 0 is that none was given, and the help says what happens then */
		snprintf(value->number, sizeof(value->number), "%u",
			 *(const unsigned int *)at);
		default_word(value, *(const unsigned int *)at ? value->number : NULL);
		return;
	case DMAFP_OPT_STRING:
	case DMAFP_OPT_CHOICE:
		default_word(value, *(const char *const *)at);
		return;
	case DMAFP_OPT_STRINGS:
	case DMAFP_OPT_CHOICES:
		value->words = list->items;
		value->nr = list->nr;
		return;
	}
}

void dmafp_option_release(const struct dmafp_command *command, struct dmafp_parsed *parsed)
{
	const struct dmafp_option *option = command->options;
	const char *defaults = command->defaults;

	for (; parsed->options && option && option->name; option++) {
		struct dmafp_strings *list, none = { 0 };
		const struct dmafp_strings *initial = &none;

		if (option->type != DMAFP_OPT_STRINGS && option->type != DMAFP_OPT_CHOICES)
			continue;
		list = (void *)((char *)parsed->options + option->offset);
		if (defaults)
			initial = (const void *)(defaults + option->offset);
		if (list->items != initial->items)
			free(list->items);
	}
	free(parsed->options);
	parsed->options = NULL;
}
