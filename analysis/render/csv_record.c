// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "analysis/render/csv_record.h"

void dmafp_csv_put(struct dmafp_csv *r, const char *text)
{
	if (r->begun)
		fputc(',', r->out);
	r->begun = true;
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, r->out);
		return;
	}
	fputc('"', r->out);
	for (; *text; text++)
		fprintf(r->out, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', r->out);
}

void dmafp_csv_flag(struct dmafp_csv *r, bool flag)
{
	dmafp_csv_put(r, flag ? "yes" : "no");
}

void dmafp_csv_count(struct dmafp_csv *r, uint64_t count)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, count);
	dmafp_csv_put(r, text);
}

void dmafp_csv_number(struct dmafp_csv *r, bool known, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.15g", value);
	dmafp_csv_put(r, known ? text : "");
}

void dmafp_csv_end(struct dmafp_csv *r)
{
	fputc('\n', r->out);
	r->begun = false;
}
