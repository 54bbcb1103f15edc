// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "traffic/fio_log.h"

enum {
	TIME,
	LATENCY,
	DIRECTION,
	BYTES,
	NR_FIELDS
};

/* The fields that all versions of fio write; more may follow */
static bool parse_line(const char *line, uint64_t fields[NR_FIELDS])
{
	char *end;

	for (int i = 0; i < NR_FIELDS; i++) {
		while (*line == ' ')
			line++;
		if (!isdigit((unsigned char)*line))
			return false;
		errno = 0;
		fields[i] = strtoull(line, &end, 10);
		if (errno || (*end != ',' && *end != '\n'))
			return false;
		line = *end == ',' ? end + 1 : end;
	}
	return true;
}

int dmafp_fio_log_parse(const char *text, const char *path, bool writes, uint64_t bytes,
			struct dmafp_values *values, struct dmafp_err *err)
{
	uint64_t fields[NR_FIELDS];
	unsigned int nr = 1;
	const char *end;

	for (; *text; text = end + 1, nr++) {
		end = strchr(text, '\n');
		if (!end)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_IO,
					     "%s is cut off in line %u: is its disk full?",
					     path, nr);
		if (!parse_line(text, fields))
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
					     "%s:%u is no line of a latency log: '%.*s'",
					     path, nr, (int)(end - text), text);
		if (fields[DIRECTION] != writes || fields[BYTES] != bytes)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
					     "%s:%u is about another kind of IO: '%.*s'",
					     path, nr, (int)(end - text), text);
		dmafp_values_add(values, fields[LATENCY]);
	}
	return 0;
}
