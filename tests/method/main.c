// SPDX-License-Identifier: GPL-2.0-or-later
/* Simulated campaigns, judged by the method of the timed domain and by others. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report.h"
#include "study.h"

static const char usage[] =
	"usage: method [--campaigns N] [--seed N] [--jobs N] [--markdown]\n"
	"\n"
	"  --campaigns N  simulated campaigns per cell, 1 to 1000000 (10000)\n"
	"  --seed N       of the random numbers (1)\n"
	"  --jobs N       processes, 1 to 64 (1)\n"
	"  --markdown     tables for docs/method.md\n";

static bool parse(const char *text, unsigned long low, unsigned long high, unsigned long *value)
{
	char *end;

	*value = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && *value >= low && *value <= high;
}

static bool options_parse(int argc, char **argv, struct study *study, bool *markdown)
{
	static const struct option options[] = {
		{ "campaigns", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "markdown", no_argument, NULL, 'm' },
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
		case 'm':
			*markdown = true;
			break;
		default:
			good = false;
		}
	}
	return good && optind == argc;
}

int main(int argc, char **argv)
{
	struct study study = { .effect = dmafp_effect_of, .campaigns = 10000, .seed = 1, .jobs = 1,
			       .progress = isatty(STDERR_FILENO) };
	bool markdown = false;
	time_t start = time(NULL);
	size_t broken;
	int ret;

	if (!options_parse(argc, argv, &study, &markdown)) {
		fputs(usage, stderr);
		return 64;
	}
	ret = report(&study, markdown, stdout, &broken);
	if (ret < 0 || fflush(stdout)) {
		fprintf(stderr, "method: %s\n", ret < 0 ? strerror(-ret) : "cannot write");
		return 74;
	}
	fprintf(stderr, "%zu rates above their bound, %ld s\n", broken, (long)(time(NULL) - start));
	return broken ? 1 : 0;
}
