/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the text report share: a report as text, and its parts. */
#ifndef DMAFP_TEST_RENDERED_H
#define DMAFP_TEST_RENDERED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "base/file.h"

/* Cells of the fixture */
enum {
	NULL_OP,
	CHECK,
	MAP_4K,
	MAP_64K
};

/* Both devices in one mode, all arms */
static inline void add_mode(struct dmafp_report *report, const char *mode)
{
	unsigned int arm;

	fixture_four(report, mode);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		dmafp_set_add(&report->set, fixture_nic(arm, mode));
}

/* The whole lab run: three modes, two devices, four arms */
static inline int setup_lab(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	add_mode(report, "plain");
	add_mode(report, "keyed");
	add_mode(report, "kdump");
	*state = report;
	return 0;
}

static inline int teardown(void **state)
{
	dmafp_report_free(*state);
	test_free(*state);
	return 0;
}

#define LAB(test) cmocka_unit_test_setup_teardown(test, setup_lab, teardown)

/* The result of one arm, mode and device */
static inline struct dmafp_result *find(struct dmafp_report *report, enum dmafp_arm_id arm,
					const char *mode, const char *label)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		if (!strcmp(r->arm, dmafp_arm_name(arm)) && !strcmp(r->mode, mode) &&
		    !strcmp(r->device.label, label))
			return r;
	}
	fail_msg("no %s, %s, %s", dmafp_arm_name(arm), mode, label);
	return NULL;
}

static inline char *text_of(struct dmafp_report *report)
{
	dmafp_report_judge(report);
	return fixture_render(report, &dmafp_render_text);
}

static inline size_t count(const char *text, const char *part)
{
	size_t nr = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		nr++;
	return nr;
}

static inline void expect_text(const char *text, const char *part)
{
	if (strstr(text, part))
		return;
	fprintf(stderr, "%s", text); /* too long for a message of cmocka */
	fail_msg("\"%s\" is not in the report above", part);
}

/* The same wherever the lines break */
static inline void expect_words(const char *text, const char *part)
{
	char *line = test_calloc(strlen(text) + 1, 1), *to = line;

	for (; *text; text++) {
		*to++ = *text == '\n' ? ' ' : *text;
		if (*text == '\n')
			text += strspn(text + 1, " ");
	}
	expect_text(line, part);
	test_free(line);
}

static inline void expect_no_text(const char *text, const char *part)
{
	if (!strstr(text, part))
		return;
	fprintf(stderr, "%s", text);
	fail_msg("\"%s\" is in the report above", part);
}

#endif /* DMAFP_TEST_RENDERED_H */
