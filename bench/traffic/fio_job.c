// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/nearest.h"
#include "run/value.h"
#include "traffic/fio_job.h"

#define SUFFIX	 ".fio"
#define MAX_LINE 200 /* of inih, its end included */

/*
 * The keys that a job file may have.  fio has hundreds; among them some that run
 * programs, read other files, write elsewhere, or change what is measured.
 * disable_lat is one of the last: without it fio 3.33 counts submission from the
 * epoch.
 */
static const struct {
	const char *name;
	const char *value; /* the only one that it may have, NULL: any */
	bool needed;
} keys[] = {
	{ "filename", "${DMAFP_DEVICE}", true },
	{ "ioengine", "${DMAFP_ENGINE}", true },
	{ "iodepth", "${DMAFP_DEPTH}", true },
	{ "number_ios", "${DMAFP_IOS}", true },
	{ "io_size", "1P", true },
	{ "direct", "1", true },
	{ "thread", "1", true },
	{ "group_reporting", "1", true },
	{ "randrepeat", "1", true },
	{ "allrandrepeat", "1", true },
	{ "rw", NULL, true },
	{ "bs", NULL, true },
	{ "clocksource", NULL, false },
	{ "randseed", NULL, false },
	{ "random_generator", NULL, false },
	{ "random_distribution", NULL, false },
	{ "norandommap", NULL, false },
	{ "invalidate", NULL, false },
	{ "disk_util", NULL, false },
	{ "disable_bw_measurement", NULL, false },
	{ "log_entries", NULL, false },
	{ "size", NULL, false },
	{ "offset", NULL, false },
	{ "scramble_buffers", NULL, false },
	{ "refill_buffers", NULL, false },
	{ "zero_buffers", NULL, false },
	{ "iodepth_batch", NULL, false },
	{ "iodepth_batch_complete_min", NULL, false },
	{ "iodepth_batch_complete_max", NULL, false },
	{ "iodepth_low", NULL, false },
	{ "hipri", NULL, false },
	{ "fixedbufs", NULL, false },
	{ "registerfiles", NULL, false },
	{ "nonvectored", NULL, false },
	{ "sqthread_poll", NULL, false },
	{ "userspace_reap", NULL, false },
};

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

const char *dmafp_fio_job_key(size_t i)
{
	return i < NR_KEYS ? keys[i].name : NULL;
}

static const struct {
	const char *op;
	bool writes;
} ops[] = {
	{ "read", false },
	{ "randread", false },
	{ "write", true },
	{ "randwrite", true },
};

struct parse {
	struct dmafp_fio_job *job;
	const char *path, *rest;
	unsigned int line, failed_line, nr_jobs;
	bool seen[NR_KEYS];
	struct dmafp_err *err;
};

/* The first failure is the one that is told */
static void __attribute__((format(printf, 2, 3)))
fail(struct parse *parse, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (parse->failed_line)
		return;
	va_start(ap, fmt);
	text = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	parse->failed_line = parse->line;
	dmafp_err_set(parse->err, EINVAL, DMAFP_EXIT_USAGE, "%s:%u: %s", parse->path,
		      parse->line, text);
	free(text);
}

static void unknown_key(struct parse *parse, const char *name)
{
	const char *words[NR_KEYS];
	char hint[DMAFP_HINT_LEN];

	for (size_t i = 0; i < NR_KEYS; i++)
		words[i] = keys[i].name;
	fail(parse,
	     "key '%s' is none that dmafp lets fio see%s; docs/traffic.md lists them",
	     name, dmafp_nearest_hint(name, words, NR_KEYS, hint));
}

static void take_op(struct parse *parse, const char *value)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcmp(ops[i].op, value))
			continue;
		parse->job->op = dmafp_alloc_string(value);
		parse->job->writes = ops[i].writes;
		return;
	}
	fail(parse,
	     "rw must be read, randread, write or randwrite, not '%s': one kind of IO is "
	     "measured at a time",
	     value);
}

static void take_value(struct parse *parse, size_t i, const char *value)
{
	const char *name = keys[i].name;

	if (keys[i].value && strcmp(keys[i].value, value))
		fail(parse, "%s must be %s, not '%s'", name, keys[i].value, value);
	else if (!keys[i].value && strchr(value, '$'))
		fail(parse, "'%s': no variable can stand for %s", value, name);
	else if (!strcmp(name, "rw"))
		take_op(parse, value);
	else if (!strcmp(name, "bs") &&
		 (dmafp_value_size(value, &parse->job->bytes) || !parse->job->bytes))
		fail(parse, "bs must be one size, as in 4k, not '%s'", value);
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct parse *parse = user;
	size_t i = 0;

	while (i < NR_KEYS && strcmp(keys[i].name, name))
		i++;
	if (!*section)
		fail(parse, "key '%s' stands before the first section", name);
	else if (i == NR_KEYS)
		unknown_key(parse, name);
	else if (parse->seen[i])
		fail(parse, "key '%s' was given before", name);
	else
		take_value(parse, i, value);
	if (i < NR_KEYS)
		parse->seen[i] = true;
	return !parse->failed_line;
}

/* fio takes each section but [global] for a job, also one without a key. */
static void check_section(struct parse *parse, const char *line)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-");

	if (!len || line[len] != ']' || line[len + 1 + strspn(line + len + 1, " \t\r")])
		fail(parse, "a section is named by letters, digits, _ and - only");
	else if (!strncmp(line, "global", 6) && len > 6)
		fail(parse, "[%.*s]: fio takes it for one more [global]", (int)len, line);
	else if (strncmp(line, "global", 6) && ++parse->nr_jobs > 1)
		fail(parse, "[%.*s] is a second job: a file has one", (int)len, line);
}

/* What inih and fio read differently is refused before either sees it. */
static void check_line(struct parse *parse, const char *line)
{
	line += strspn(line, " \t");
	if (*line == '#' || *line == ';')
		return;
	if (strpbrk(line, "#;"))
		fail(parse,
		     "a comment must have a line of its own: fio takes the rest of a line "
		     "for the value");
	else if (*line == '[')
		check_section(parse, line + 1);
}

/* inih's fgets */
static char *next_line(char *buf, int size, void *stream)
{
	struct parse *parse = stream;
	size_t len = strcspn(parse->rest, "\n");
	char line[MAX_LINE];

	if (!*parse->rest)
		return NULL;
	parse->line++;
	if (len > MAX_LINE - 3 || len > (size_t)size - 2) {
		fail(parse, "line of more than %d characters", MAX_LINE - 3);
		line[0] = '\0';
	} else {
		memcpy(line, parse->rest, len);
		line[len] = '\0';
		check_line(parse, line);
	}
	snprintf(buf, size, "%s\n", line);
	parse->rest += len + (parse->rest[len] == '\n');
	return buf;
}

static int what_is_missing(struct parse *parse)
{
	struct dmafp_err *err = parse->err;

	for (size_t i = 0; i < NR_KEYS; i++)
		if (keys[i].needed && !parse->seen[i])
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
					     "%s: key '%s' is missing%s%s", parse->path,
					     keys[i].name,
					     keys[i].value ? ": it must be " : "",
					     keys[i].value ? keys[i].value : "");
	if (!parse->nr_jobs)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "%s has no job: a section besides [global]",
				     parse->path);
	return 0;
}

int dmafp_fio_job_parse(const char *text, const char *path, struct dmafp_fio_job *job,
			struct dmafp_err *err)
{
	struct parse parse = { .job = job, .path = path, .rest = text, .err = err };
	int bad_line;

	*job = (struct dmafp_fio_job) { .path = dmafp_alloc_string(path) };
	ini_allow_multiline = false;
	bad_line = ini_parse_stream(next_line, &parse, take_pair, &parse);
	if (bad_line < 0)
		return dmafp_err_errno(err, ENOMEM, "%s", path);
	if (bad_line > 0 && (!parse.failed_line || bad_line < (int)parse.failed_line)) {
		parse.failed_line = 0;
		parse.line = bad_line;
		fail(&parse, "neither '[section]' nor 'key=value'");
	}
	return parse.failed_line ? -EINVAL : what_is_missing(&parse);
}

static int is_job(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), tail = strlen(SUFFIX);

	return entry->d_name[0] != '.' && len > tail &&
	       !strcmp(entry->d_name + len - tail, SUFFIX);
}

static int unknown_job(const char *dir, const char *name, struct dmafp_err *err)
{
	char hint[DMAFP_HINT_LEN];
	struct dmafp_names names = { 0 };
	struct dirent **entries;
	int i, nr = scandir(dir, &entries, is_job, alphasort);

	if (nr < 0)
		return dmafp_err_errno(err, errno,
				       "cannot read the folder of fio's jobs, %s", dir);
	for (i = 0; i < nr; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		dmafp_names_add(&names, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	dmafp_nearest_hint(name, (const char *const *)names.items, names.nr, hint);
	dmafp_names_free(&names);
	return dmafp_err_set(err, ENOENT, DMAFP_EXIT_USAGE, "no fio job '%s' in %s%s",
			     name, dir, hint);
}

int dmafp_fio_job_load(const char *dir, const char *name, struct dmafp_fio_job *job,
		       struct dmafp_err *err)
{
	char *path = dmafp_path("%s/%s" SUFFIX, dir, name), *text;
	size_t len;
	int ret;

	*job = (struct dmafp_fio_job) { 0 };
	if (strchr(name, '/') || !dmafp_file_exists(path)) {
		free(path);
		return unknown_job(dir, name, err);
	}
	text = dmafp_file_read(path, &len, err);
	ret = text ? 0 : -EIO;
	if (text && strlen(text) != len)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE, "%s is no text file",
				    path);
	if (!ret)
		ret = dmafp_fio_job_parse(text, path, job, err);
	if (!ret)
		job->name = dmafp_alloc_string(name);
	free(text);
	free(path);
	return ret;
}

void dmafp_fio_job_release(struct dmafp_fio_job *job)
{
	free(job->name);
	free(job->path);
	free(job->op);
	*job = (struct dmafp_fio_job) { 0 };
}
