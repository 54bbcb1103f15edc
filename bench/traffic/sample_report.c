// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "traffic/perf_tool.h"
#include "traffic/sample_report.h"

#define LOST	"# Total Lost Samples:"
#define UNKNOWN "[unknown]"

static char *trim(char *text)
{
	char *end;

	text += strspn(text, " \t");
	end = text + strlen(text);
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	return text;
}

/* "[e1000e]", or the path of an e1000e.ko, packed or not; NULL: it is no module */
static char *module_of(const char *dso)
{
	const char *base = strrchr(dso, '/'), *end = strstr(dso, ".ko");
	char *name, *c;

	if (*dso == '[' && strncmp(dso, "[kernel", 7) && strncmp(dso, "[guest", 6) &&
	    strcmp(dso, UNKNOWN) != 0)
		return strndup(dso + 1, strcspn(dso + 1, "]"));
	if (!end)
		return NULL;
	base = base && base < end ? base + 1 : dso;
	name = strndup(base, (size_t)(end - base));
	for (c = name; c && *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/* What a line is of */
struct line {
	uint64_t samples, period;
};

/* Without a symbol, perf has the address, and a line for each. */
static void count_kernel(struct dmafp_sampling *sampling, const char *symbol,
			 const char *dso, const struct line *line)
{
	char *module = module_of(dso);
	struct dmafp_sampled *sampled;
	char *name =
		dmafp_path("%s%s%s%s", strncmp(symbol, "0x", 2) ? symbol : UNKNOWN,
			   module ? " [" : "", module ? module : "", module ? "]" : "");

	sampled = dmafp_sampling_count(sampling, name, line->samples);
	sampled->has_period = true;
	sampled->period += line->period;
	free(name);
	free(module);
}

/* " 49635 ", to the next '|' */
static bool take_number(char **rest, uint64_t *number)
{
	char *text = trim(strsep(rest, "|")), *end;

	*number = strtoull(text, &end, 10);
	return *rest && end != text && !*end;
}

/* " 49635  | 16064268   |   0:swapper  |[k] default_idle   |[kernel.kallsyms]" */
static bool take_line(char *text, pid_t recorder, struct dmafp_sampling *sampling)
{
	char *thread, *symbol, *end;
	struct line line;
	long pid;

	if (!take_number(&text, &line.samples) || !take_number(&text, &line.period))
		return false;
	thread = trim(strsep(&text, "|"));
	pid = strtol(thread, &end, 10);
	if (!text || end == thread || *end != ':')
		return false;
	symbol = trim(strsep(&text, "|"));
	if (!text || symbol[0] != '[' || !symbol[1] || symbol[2] != ']')
		return false;
	sampling->samples += line.samples;
	if (pid == recorder) {
		sampling->recorder += line.samples;
	} else if (symbol[1] != 'k') {
		sampling->user += line.samples;
		sampling->user_period += line.period;
	} else {
		count_kernel(sampling, trim(symbol + 3), trim(text), &line);
	}
	return true;
}

int dmafp_sample_report_parse(char *text, pid_t recorder, struct dmafp_sampling *sampling,
			      struct dmafp_err *err)
{
	char *line, *quoted;
	int ret = 0;

	sampling->has_period = true;
	while (!ret && (line = strsep(&text, "\n"))) {
		if (!strncmp(line, LOST, strlen(LOST)))
			sampling->lost += strtoull(line + strlen(LOST), NULL, 10);
		if (*line == '#' || !*trim(line))
			continue;
		quoted = dmafp_alloc_string(line);
		if (!take_line(line, recorder, sampling))
			ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
					    "perf report printed what dmafp does not understand: "
					    "\"%.100s\"",
					    quoted);
		free(quoted);
	}
	dmafp_sampling_sort(sampling);
	return ret;
}

int dmafp_sample_report_read(const char *work, const char *data, pid_t recorder,
			     struct dmafp_sampling *sampling, struct dmafp_err *err)
{
	const char *const args[] = { "report",
				     "-i",
				     data,
				     "--stdio",
				     "--no-children",
				     "-t",
				     "|",
				     "-F",
				     "sample,period,pid,symbol,dso",
				     NULL };
	char *text = dmafp_perf_tool_output(work, args, err);
	int ret = text ? dmafp_sample_report_parse(text, recorder, sampling, err) : -EIO;

	free(text);
	return ret;
}
