// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose margin goes into a result: the profile's, or in the lab's guest that of [lab]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/run.h"

static uint32_t margin;

static int emit(void *ctx, const char *name, const struct dmafp_result *result,
		struct dmafp_err *err)
{
	(void)ctx;
	(void)name;
	(void)err;
	margin = result->profile.margin_ppm;
	assert_int_equal(result->profile.margin_check, 1);
	return 0;
}

static uint32_t margin_with(const char *setting, bool in_lab)
{
	const struct dmafp_run_options options = {
		.profile = "quick",
		.sets = { &setting, 1 },
		.mode = "keyed",
		.transport = "loopback",
		.lab = in_lab,
		.emit = emit,
	};
	struct dmafp_err err = { 0 };

	margin = 0;
	if (dmafp_run_execute(&options, &err))
		fail_msg("%s", err.msg);
	return margin;
}

static void test_margin(void **state)
{
	(void)state;
	assert_int_equal(margin_with("lab.time_margin=15%", true), 150000);
	assert_int_equal(margin_with("lab.time_margin=15%", false), 10000);
	assert_int_equal(margin_with("lab.time_margin=none", true), 10000);
	assert_int_equal(margin_with("verdict.margin=2%", true), 20000);
}

/* "none" overrides a number that an included file gives */
static void test_none_overrides(void **state)
{
	struct dmafp_err err = { 0 };
	struct dmafp_profile *profile = dmafp_profile_parse(
		"[profile]\ninclude = scaling\n[lab]\ntime_margin = none\n", "p.ini", &err);

	(void)state;
	if (!profile)
		fail_msg("%s", err.msg);
	assert_int_equal(profile->lab.time_margin, 0);
	assert_int_equal(profile->lab.nodes, 2);
	dmafp_profile_free(profile);
	assert_null(dmafp_profile_parse("[lab]\ntime_margin = 0%\n", "p.ini", &err));
	assert_non_null(strstr(err.msg, "it takes none, or a percentage from 0.0001%"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_margin),
		cmocka_unit_test(test_none_overrides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
