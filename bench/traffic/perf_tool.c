// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "traffic/perf_tool.h"

/* perf record --control=fifo: is there since then */
#define OLDEST_MAJOR 5
#define OLDEST_MINOR 10

#define MAX_WORDS    4 /* lines of a log that go into a message */

#define INSTALL	     "apt-get install linux-perf"

struct list {
	const char **items;
	size_t nr;
};

static void add(struct list *list, char *item)
{
	list->items = dmafp_alloc_grow(list->items, list->nr, sizeof(*list->items));
	list->items[list->nr++] = item;
}

/*
 * In HOME are .debug, which is what it caches of kernels by their build id, and
 * .perfconfig; PERF_CONFIG puts out /etc/perfconfig as well.  debuginfod would be
 * asked over the network.
 */
static void add_environment(struct list *list, const char *work)
{
	char *home = realpath(work, NULL);

	if (!home)
		home = dmafp_alloc_string(work);
	add(list, dmafp_alloc_string("env"));
	add(list, dmafp_alloc_string("-u"));
	add(list, dmafp_alloc_string("DEBUGINFOD_URLS"));
	add(list, dmafp_path("HOME=%s", home));
	add(list, dmafp_path("TMPDIR=%s", home));
	add(list, dmafp_alloc_string("PERF_CONFIG=/dev/null"));
	add(list, dmafp_alloc_string("LC_ALL=C"));
	free(home);
}

static void add_perf(struct list *list, const char *work, const char *const *args)
{
	add_environment(list, work);
	add(list, dmafp_alloc_string("perf"));
	for (; *args; args++)
		add(list, dmafp_alloc_string(*args));
	add(list, NULL);
}

const char **dmafp_perf_tool_argv(const char *work, const char *const *args)
{
	struct list list = { 0 };

	add_perf(&list, work, args);
	return list.items;
}

void dmafp_perf_tool_argv_free(const char **argv)
{
	size_t i;

	for (i = 0; argv && argv[i]; i++)
		free((char *)argv[i]);
	free(argv);
}

/* Lines such as "[ perf record: Woken up 1 times to write data ]" tell of success. */
static bool says_something(const char *line)
{
	return *line && *line != '[' && *line != '#' &&
	       strncmp(line, "Couldn't synthesize", strlen("Couldn't synthesize")) != 0;
}

static char *join(char *const *lines, size_t nr)
{
	size_t from = nr > MAX_WORDS ? nr - MAX_WORDS : 0, len, i;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	for (i = from; i < nr; i++)
		fprintf(out, "%s%s", i > from ? "; " : "", lines[i]);
	fclose(out);
	return text;
}

char *dmafp_perf_tool_words(const char *log)
{
	struct dmafp_err ignored;
	char *text = dmafp_file_read(log, NULL, &ignored), *rest = text, *line,
	     **lines = NULL;
	size_t nr = 0;

	while (rest && (line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		if (!says_something(line))
			continue;
		lines = dmafp_alloc_grow(lines, nr, sizeof(*lines));
		lines[nr++] = line;
	}
	line = nr ? join(lines, nr) : dmafp_alloc_string("it does not say why");
	free(lines);
	free(text);
	return line;
}

static int failed(const char *subcommand, int status, const char *log, struct dmafp_err *err)
{
	char *words = dmafp_perf_tool_words(log);
	/* what env(1) and a shell say of a program that is not there */
	bool missing = status == 127;

	if (missing)
		dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
			      "perf is not installed: " INSTALL);
	else
		dmafp_err_set(err, EIO, DMAFP_EXIT_MISSING,
			      "perf %s failed with status %d: %s", subcommand, status,
			      words);
	free(words);
	return missing ? -ENOENT : -EIO;
}

/* Whatever perf warns of must not be taken for what it prints. */
static const char **split_argv(const char *work, const char *const *args, const char *log)
{
	struct list list = { 0 };

	add(&list, dmafp_alloc_string("sh"));
	add(&list, dmafp_alloc_string("-c"));
	add(&list, dmafp_alloc_string("exec \"$@\" 2> \"$0\""));
	add(&list, dmafp_alloc_string(log));
	add_perf(&list, work, args);
	return list.items;
}

char *dmafp_perf_tool_output(const char *work, const char *const *args,
			     struct dmafp_err *err)
{
	char *out = dmafp_path("%s/perf.out", work), *log = dmafp_path("%s/perf.log", work);
	const char **argv = split_argv(work, args, log);
	char *text = NULL;
	int ret;

	dmafp_file_remove_tree(out);
	ret = dmafp_proc_run(argv, NULL, out, NULL, err);
	if (ret > 0)
		failed(args[0], ret, log, err);
	else if (!ret)
		text = dmafp_file_read(out, NULL, err);
	dmafp_file_remove_tree(out);
	dmafp_file_remove_tree(log);
	dmafp_perf_tool_argv_free(argv);
	free(out);
	free(log);
	return text;
}

/* "perf version 6.1.192", where the third number may be anything */
static bool is_new_enough(const char *text)
{
	int major, minor;

	return sscanf(text, "perf version %d.%d", &major, &minor) == 2 &&
	       (major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR));
}

char *dmafp_perf_tool_version(const char *work, struct dmafp_err *err)
{
	static const char *const args[] = { "version", NULL };
	char *text = dmafp_perf_tool_output(work, args, err);

	if (!text)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	if (is_new_enough(text))
		return text;
	dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
		      "perf is too old, or none of Linux: it says \"%s\", and %d.%d is "
		      "needed: " INSTALL,
		      text, OLDEST_MAJOR, OLDEST_MINOR);
	free(text);
	return NULL;
}
