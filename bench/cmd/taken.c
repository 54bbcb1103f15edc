// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cmd/taken.h"

void dmafp_taken_note(void *taken, const char *text)
{
	(void)taken;
	fprintf(stderr, "note: %s\n", text);
}

/* Where there is no driver it is null. */
static json_t *text(const char *s)
{
	return *s ? json_string(s) : json_null();
}

static void append(json_t *json, const struct dmafp_take_outcome *outcome)
{
	json_array_append_new(
		json, json_pack("{s:s, s:s, s:o, s:o, s:o}", "device", outcome->pci, "done",
				outcome->what, "driver_before", text(outcome->driver),
				"driver_override_before", text(outcome->driver_override),
				"driver_now", text(outcome->now)));
}

void dmafp_taken_done(void *ctx, const struct dmafp_take_outcome *outcome)
{
	const struct dmafp_taken *taken = ctx;

	if (taken->json) {
		append(taken->json, outcome);
		return;
	}
	printf("%s %s: had driver %s, has driver %s\n", outcome->pci, outcome->what,
	       *outcome->driver ? outcome->driver : "none",
	       *outcome->now ? outcome->now : "none");
	fflush(stdout);
}

void dmafp_taken_print(struct dmafp_taken *taken)
{
	if (!taken->json)
		return;
	json_dumpf(taken->json, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(taken->json);
	taken->json = NULL;
}
