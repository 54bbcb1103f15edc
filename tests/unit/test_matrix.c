// SPDX-License-Identifier: GPL-2.0-or-later
/* The matrix: rows as data, what is said of a bad one, and what a survey sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "fixture.h"
#include "matrix/row.h"
#include "matrix/survey.h"

#define SHIPPED DMAFP_SOURCE_DIR "/configs/matrix.ini"

static void defaults_are_filled_in(void **state)
{
	struct dmafp_matrix matrix;
	struct dmafp_err err;
	char *path;

	(void)state;
	if (dmafp_matrix_parse(&matrix, "[a]\nsource = linux-source-6.12\n[b]\nsource = /s\n"
			       "config = debug\narms = base\niommu=amd\n", "m.ini", &err))
		fail_msg("%s", err.msg);
	assert_int_equal(matrix.nr, 2);
	assert_string_equal(matrix.rows[0].name, "a");
	assert_string_equal(matrix.rows[0].iommu, "intel");
	assert_string_equal(matrix.rows[0].invalidation, "strict");
	assert_string_equal(dmafp_matrix_invalidation(&matrix.rows[0]), "strict");
	assert_string_equal(matrix.rows[0].expect, "verdict");
	assert_int_equal(matrix.rows[0].modes.nr, 3);
	assert_int_equal(matrix.rows[0].arms.nr, 0);
	assert_null(dmafp_matrix_config(&matrix.rows[0]));
	path = dmafp_matrix_source(&matrix.rows[0]);
	assert_string_equal(path, "/usr/src/linux-source-6.12.tar.xz");
	free(path);
	assert_string_equal(matrix.rows[1].iommu, "amd");
	assert_int_equal(matrix.rows[1].arms.nr, 1);
	path = dmafp_matrix_source(&matrix.rows[1]);
	assert_string_equal(path, "/s");
	free(path);
	path = dmafp_matrix_config(&matrix.rows[1]);
	assert_non_null(strstr(path, "/configs/kernel/debug.config"));
	free(path);
	assert_ptr_equal(dmafp_matrix_find(&matrix, "b", &err), &matrix.rows[1]);
	dmafp_matrix_free(&matrix);
}

static void refused(const char *text, const char *says)
{
	struct dmafp_matrix matrix;
	struct dmafp_err err;

	assert_true(dmafp_matrix_parse(&matrix, text, "m.ini", &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	if (!strstr(err.msg, says))
		fail_msg("not a word of '%s' in: %s", says, err.msg);
	dmafp_matrix_free(&matrix);
}

static void mistakes_are_named(void **state)
{
	(void)state;
	refused("", "m.ini has no row");
	refused("source = a\n", "m.ini:1: key 'source' stands before the first [row]");
	refused("[a]\nsource = x\n\niomu = amd\n", "m.ini:4: unknown key 'iomu', did you mean 'iommu'");
	refused("[a]\nsource = x\niommu = arm\n", "m.ini:3: bad value 'arm' for 'iommu'");
	refused("[a]\nsource = x\nsource = y\n", "m.ini:3: key 'source' was given before");
	refused("[a]\nsource = x\nrubbish\n", "m.ini:3: neither");
	refused("[a]\niommu = amd\n", "[a]: it takes either a source or a package");
	refused("[a]\nsource = x\npackage = y\n", "[a]: it takes either a source or a package");
	refused("[a]\npackage = y\n", "[a]: a package gives no verdict");
	refused("[a]\npackage = y\nexpect = survey\narms = base\n", "[a]: a package has arm base");
	refused("[a]\npackage = y\nexpect = survey\nconfig = debug\n", "[a]: a package brings its own");
	refused("[a/b]\nsource = x\n", "[a/b]: a row is named by");
	refused("[a]\nsource = x\n[b]\nsource = x\n[a]\niommu = amd\nsource = x\n",
		"[a]: there is one of that name before it");
}

static void an_unknown_row_names_the_nearest(void **state)
{
	struct dmafp_matrix matrix;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_matrix_load(&matrix, SHIPPED, &err), 0);
	assert_null(dmafp_matrix_find(&matrix, "6.12-vtd-strikt", &err));
	assert_non_null(strstr(err.msg, "did you mean '6.12-vtd-strict'"));
	dmafp_matrix_free(&matrix);
}

/* Both IOMMUs, both kinds of kernels and both versions are there. */
static void what_ships_covers_the_matrix(void **state)
{
	static const char *const names[] = {
		"debian-6.12-vtd", "debian-6.12-amdvi", "debian-6.1-vtd", "debian-6.1-amdvi",
		"6.12-vtd-strict", "6.12-vtd-lazy",	"6.12-amdvi-strict", "6.12-amdvi-lazy",
		"6.1-vtd-strict",  "6.1-amdvi-strict",
	};
	struct dmafp_matrix matrix;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_matrix_load(&matrix, SHIPPED, &err), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct dmafp_matrix_row *row = dmafp_matrix_find(&matrix, names[i], &err);

		if (!row)
			fail_msg("%s", err.msg);
		assert_int_equal(!strcmp(row->iommu, "amd"), !!strstr(names[i], "amdvi"));
		assert_int_equal(!strcmp(row->invalidation, "lazy"), !!strstr(names[i], "lazy"));
	}
	dmafp_matrix_free(&matrix);
}

/* One result of arm base in mode keyed; its ops called as often as is given. */
static struct dmafp_result *keyed(const char *pci, uint64_t counted, uint64_t calls)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");

	free(r->device.pci);
	r->device.pci = strdup(pci);
	for (size_t i = 0; i < r->nr_cells; i++)
		if (r->cells[i].on_path) {
			r->cells[i].map.counted_ops = counted;
			r->cells[i].map.calls = calls;
		}
	return r;
}

/* Did the path run, as the results of two devices have it? */
static bool ran(uint64_t counted, uint64_t calls, size_t devices)
{
	struct dmafp_set set = { 0 };
	struct dmafp_survey survey;
	bool path;

	dmafp_set_add(&set, keyed("0000:00:04.0", 16, 16));
	dmafp_set_add(&set, keyed("0000:00:05.0", counted, calls));
	dmafp_survey_take(&survey, &set);
	assert_int_equal(survey.modes[1].devices, 2);
	path = dmafp_survey_path_ran(&survey, devices);
	dmafp_set_free(&set);
	return path;
}

static void the_path_ran_once_per_map_on_every_device(void **state)
{
	(void)state;
	assert_true(ran(16, 16, 2));
	/* one device too few, no call, one call too few or too many, not counted */
	assert_false(ran(16, 16, 3));
	assert_false(ran(16, 0, 2));
	assert_false(ran(16, 15, 2));
	assert_false(ran(16, 17, 2));
	assert_false(ran(0, 0, 2));
}

static void calls_are_worded(void **state)
{
	static const struct {
		struct dmafp_survey_mode mode;
		const char *text;
	} cases[] = {
		{ { .devices = 0, .low = -2, .high = -2 }, "-" },
		{ { .devices = 2, .low = 1, .high = 1 }, "1" },
		{ { .devices = 2, .low = 0, .high = 1 }, "0-1" },
		{ { .devices = 2, .low = -1, .high = 1 }, "?" },
	};
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		dmafp_survey_calls(&cases[i].mode, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_filled_in),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(an_unknown_row_names_the_nearest),
		cmocka_unit_test(what_ships_covers_the_matrix),
		cmocka_unit_test(the_path_ran_once_per_map_on_every_device),
		cmocka_unit_test(calls_are_worded),
	};

	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
