// SPDX-License-Identifier: GPL-2.0-or-later
/* Simulated campaigns, judged by the method of the timed domain and by others. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document.h"
#include "report.h"
#include "study.h"

static const char usage[] =
	"usage: method [--campaigns N] [--seed N] [--jobs N] [--part NAME]\n"
	"              [--markdown FILE]\n"
	"\n"
	"  --campaigns N  simulated campaigns per cell, 1 to 1000000 (10000)\n"
	"  --seed N       of the random numbers (1)\n"
	"  --jobs N       processes, 1 to 64 (1)\n"
	"  --part NAME    tables: campaigns that are judged once; looks: after each boot\n"
	"                 (both)\n"
	"  --markdown FILE  put the tables between the markers of docs/method.md\n";

typedef int report_fn(const struct study *study, bool markdown, FILE *out, size_t *above);

static const struct {
	const char *name;
	report_fn *report;
} parts[] = {
	{ "tables", report },
	{ "looks", report_looks },
};

#define NR_PARTS (sizeof(parts) / sizeof(parts[0]))

/* What is asked for beside the study */
struct request {
	const char *part, *document; /* NULL: all, and stdout */
};

static bool is_part(const char *name)
{
	for (size_t i = 0; i < NR_PARTS; i++)
		if (!strcmp(name, parts[i].name))
			return true;
	return false;
}

static bool parse(const char *text, unsigned long low, unsigned long high, unsigned long *value)
{
	char *end;

	*value = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && *value >= low && *value <= high;
}

static bool options_parse(int argc, char **argv, struct study *study, struct request *request)
{
	static const struct option options[] = {
		{ "campaigns", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "part", required_argument, NULL, 'p' },
		{ "markdown", required_argument, NULL, 'm' },
		{ 0 },
	};
	unsigned long value = 0;
	bool good = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			good &= parse(optarg, 1, 1000000, &value);
			study->campaigns = value;
			break;
		case 's':
			good &= parse(optarg, 0, 4294967295, &study->seed);
			break;
		case 'j':
			good &= parse(optarg, 1, 64, &value);
			study->jobs = value;
			break;
		case 'p':
			good &= is_part(optarg);
			request->part = optarg;
			break;
		case 'm':
			request->document = optarg;
			break;
		default:
			good = false;
		}
	}
	return good && optind == argc;
}

/* One part, into the document or onto stdout */
static int run(const struct study *study, size_t part, const char *document, size_t *above,
	       struct dmafp_err *err)
{
	const char *name = parts[part].name;
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret;

	if (document && document_check(document, name, err))
		return -EINVAL;
	out = open_memstream(&text, &len);
	if (!out)
		return dmafp_err_set(err, errno, DMAFP_EXIT_INTERNAL, "out of memory");
	ret = parts[part].report(study, document, out, above);
	fclose(out);
	if (ret)
		dmafp_err_set(err, -ret, DMAFP_EXIT_INTERNAL, "simulation: %s", strerror(-ret));
	else if (document)
		ret = document_put(document, name, text, err);
	else if (fputs(text, stdout) == EOF || fflush(stdout))
		ret = dmafp_err_set(err, errno, DMAFP_EXIT_IO, "stdout: %s", strerror(errno));
	free(text);
	return ret;
}

int main(int argc, char **argv)
{
	struct study study = { .effect = dmafp_effect_of, .campaigns = 10000, .seed = 1, .jobs = 1,
			       .progress = isatty(STDERR_FILENO) };
	struct request request = { 0 };
	struct dmafp_err err;
	size_t above = 0;

	if (!options_parse(argc, argv, &study, &request)) {
		fputs(usage, stderr);
		return DMAFP_EXIT_USAGE;
	}
	for (size_t i = 0; i < NR_PARTS; i++) {
		if (request.part && strcmp(request.part, parts[i].name))
			continue;
		if (run(&study, i, request.document, &above, &err)) {
			fprintf(stderr, "method: %s\n", err.msg);
			return err.exit;
		}
	}
	fprintf(stderr, "%zu rates above their bound\n", above);
	return above ? 1 : 0;
}
