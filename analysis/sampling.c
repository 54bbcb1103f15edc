// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/member_row.h"
#include "analysis/sampling.h"
#include "base/alloc.h"
#include "base/file.h"

static const struct dmafp_member sampled_members[] = {
	MEMBER("function", NAME, dmafp_sampled, function),
	MEMBER("samples", POSITIVE, dmafp_sampled, samples),
	OPTIONAL("period", dmafp_sampled, period, has_period),
	{ 0 }
};

static const struct dmafp_member load_members[] = {
	MEMBER("depth", U32, dmafp_sampling, depth),
	MEMBER("pace_ns", U64, dmafp_sampling, pace_ns),
	{ 0 }
};

const struct dmafp_member dmafp_sampling_members[] = {
	MEMBER("tool_version", NAME, dmafp_sampling, tool_version),
	MEMBER("event", NAME, dmafp_sampling, event),
	MEMBER("fallback", STRING, dmafp_sampling, fallback),
	MEMBER("frequency", POSITIVE, dmafp_sampling, frequency),
	MAYBE_GROUP("load", MAYBE, load_members, dmafp_sampling, has_load),
	MEMBER("file", STRING, dmafp_sampling, file),
	MEMBER("samples", U64, dmafp_sampling, samples),
	MEMBER("lost", U64, dmafp_sampling, lost),
	MEMBER("user", U64, dmafp_sampling, user),
	OPTIONAL("user_period", dmafp_sampling, user_period, has_period),
	MEMBER("recorder", U64, dmafp_sampling, recorder),
	ARRAY("functions", ARRAY, sampled_members, dmafp_sampling, functions, nr_functions),
	{ 0 }
};

/* It is opened beside the result, so it is no path. */
static bool is_file_name(const char *file)
{
	return *file && !strchr(file, '/');
}

const char *dmafp_sampling_fault(const struct dmafp_sampling *sampling)
{
	unsigned __int128 sum = (unsigned __int128)sampling->user + sampling->recorder;
	size_t i;

	for (i = 0; i < sampling->nr_functions; i++) {
		sum += sampling->functions[i].samples;
		if (sampling->functions[i].has_period != sampling->has_period)
			return "has periods of some of its samples only";
	}
	if (sum != sampling->samples)
		return "has functions that do not add up to its samples";
	if (sampling->file && !is_file_name(sampling->file))
		return "has a file that is no name in the result's folder";
	return NULL;
}

struct dmafp_sampled *dmafp_sampling_count(struct dmafp_sampling *sampling,
					   const char *function, uint64_t samples)
{
	struct dmafp_sampled *item;
	size_t i;

	for (i = 0; i < sampling->nr_functions; i++) {
		item = &sampling->functions[i];
		if (strcmp(item->function, function))
			continue;
		item->samples += samples;
		return item;
	}
	sampling->functions = dmafp_alloc_grow(sampling->functions, sampling->nr_functions,
					       sizeof(*sampling->functions));
	item = &sampling->functions[sampling->nr_functions++];
	*item = (struct dmafp_sampled) { .function = dmafp_alloc_string(function),
					 .samples = samples };
	return item;
}

static int by_samples(const void *x, const void *y)
{
	const struct dmafp_sampled *a = x, *b = y;

	if (a->samples != b->samples)
		return a->samples < b->samples ? 1 : -1;
	return strcmp(a->function, b->function);
}

void dmafp_sampling_sort(struct dmafp_sampling *sampling)
{
	if (sampling->nr_functions)
		qsort(sampling->functions, sampling->nr_functions,
		      sizeof(*sampling->functions), by_samples);
}

/* No colons, as in the result's own name, and nothing that a shell would take apart */
char *dmafp_sampling_file(const char *label, const char *pci, const char *title)
{
	char *name = dmafp_path("%s-%s-%s.perf.data", label, pci, title), *c;

	for (c = name; *c; c++)
		if (*c == ':')
			*c = '.';
		else if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			*c = '-';
	return name;
}

void dmafp_sampling_free(struct dmafp_sampling *sampling)
{
	dmafp_members_free(dmafp_sampling_members, sampling);
	*sampling = (struct dmafp_sampling) { 0 };
}
