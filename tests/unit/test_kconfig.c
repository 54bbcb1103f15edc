// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's configuration: what is asked for, and what got through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/kconfig.h"

static char dir[] = "/tmp/dmafp-test-XXXXXX";

static char *file(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", dir, name);
	struct dmafp_err err = { 0 };

	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	return path;
}

static int check(const char *asked, const char *config, struct dmafp_err *err)
{
	char *path = file("config", config);
	int ret;

	memset(err, 0, sizeof(*err));
	ret = dmafp_kconfig_check(asked, path, err);
	free(path);
	return ret;
}

static void passes(const char *asked, const char *config)
{
	struct dmafp_err err;

	if (check(asked, config, &err))
		fail_msg("%s", err.msg);
}

/* @lost: the lines named, each as in the message */
static void loses(const char *asked, const char *config, const char *lost)
{
	struct dmafp_err err;

	assert_true(check(asked, config, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_CONFIG);
	assert_non_null(strchr(err.msg, '\n'));
	assert_string_equal(strchr(err.msg, '\n'), lost);
}

static void what_is_there_passes(void **state)
{
	(void)state;
	passes("", "");
	passes("CONFIG_A=y\n", "CONFIG_A=y\n");
	passes("# a comment\n\nCONFIG_A=m\n",
	       "#\n# Generated\n#\nCONFIG_B=y\nCONFIG_A=m\n");
	passes("CONFIG_A=y", "CONFIG_A=y");
	passes("CONFIG_A=y\n# CONFIG_A needs to be on\n", "CONFIG_A=y\n");
	passes("CONFIG_N=64\nCONFIG_H=0x1000\n", "CONFIG_H=0x1000\nCONFIG_N=64\n");
}

static void a_lost_option_is_named(void **state)
{
	(void)state;
	loses("CONFIG_A=y\n", "", "\n  CONFIG_A=y");
	loses("CONFIG_A=y\n", "# CONFIG_A is not set\n", "\n  CONFIG_A=y");
	loses("CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=y", "CONFIG_B=y\n",
	      "\n  CONFIG_A=y\n  CONFIG_C=y");
}

static void a_module_is_not_built_in(void **state)
{
	(void)state;
	loses("CONFIG_A=y\n", "CONFIG_A=m\n", "\n  CONFIG_A=y");
	loses("CONFIG_A=m\n", "", "\n  CONFIG_A=m");
}

static void values_are_compared_whole(void **state)
{
	(void)state;
	passes("CONFIG_S=\"a=b c\"\n", "CONFIG_S=\"a=b c\"\n");
	loses("CONFIG_S=\"a=b c\"\n", "CONFIG_S=\"a=b\"\n", "\n  CONFIG_S=\"a=b c\"");
	loses("CONFIG_S=\"a\"\n", "CONFIG_S=\"ab\"\n", "\n  CONFIG_S=\"a\"");
	loses("CONFIG_N=6\n", "CONFIG_N=64\n", "\n  CONFIG_N=6");
	loses("CONFIG_N=64\n", "CONFIG_N=6\n", "\n  CONFIG_N=64");
}

static void not_set_is_satisfied_by_absence(void **state)
{
	(void)state;
	passes("# CONFIG_A is not set\n", "");
	passes("# CONFIG_A is not set\n", "# CONFIG_A is not set\n");
	passes("CONFIG_A=n\n", "# CONFIG_A is not set\n");
	passes("CONFIG_A=n\n", "");
	loses("# CONFIG_A is not set\n", "CONFIG_A=y\n", "\n  # CONFIG_A is not set");
	loses("# CONFIG_A is not set\n", "CONFIG_A=m\n", "\n  # CONFIG_A is not set");
	loses("CONFIG_A=n\n", "CONFIG_A=y\n", "\n  CONFIG_A=n");
}

static void the_last_line_counts(void **state)
{
	(void)state;
	passes("CONFIG_A=y\n# CONFIG_A is not set\n", "");
	passes("# CONFIG_A is not set\nCONFIG_A=y\n", "CONFIG_A=y\n");
	passes("CONFIG_N=1\nCONFIG_N=2\n", "CONFIG_N=2\n");
	loses("CONFIG_N=1\nCONFIG_N=2\n", "CONFIG_N=1\n", "\n  CONFIG_N=2");
	loses("CONFIG_A=y\n# CONFIG_A is not set\n", "CONFIG_A=y\n",
	      "\n  # CONFIG_A is not set");
}

static void names_are_compared_whole(void **state)
{
	(void)state;
	loses("CONFIG_A=y\n", "CONFIG_AB=y\n", "\n  CONFIG_A=y");
	loses("CONFIG_AB=y\n", "CONFIG_A=y\n", "\n  CONFIG_AB=y");
	passes("# CONFIG_A is not set\n", "CONFIG_AB=y\n");
	passes("CONFIG_A=y\n# CONFIG_AB is not set\n", "CONFIG_A=y\n");
	/* a later line about another name overrules nothing */
	loses("CONFIG_A=y\nCONFIG_AB=y\n", "CONFIG_AB=y\n", "\n  CONFIG_A=y");
}

static void many_lost_options_fit_the_message(void **state)
{
	char asked[16384], *to = asked;
	struct dmafp_err err;

	(void)state;
	for (int i = 0; i < 500; i++)
		to += sprintf(to, "CONFIG_OPTION_%d=y\n", i);
	assert_true(check(asked, "", &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_CONFIG);
	assert_non_null(strstr(err.msg, "\n  CONFIG_OPTION_0=y\n"));
}

static void no_config_file(void **state)
{
	struct dmafp_err err = { 0 };

	(void)state;
	assert_true(dmafp_kconfig_check("CONFIG_A=y\n", "/nonexistent/.config", &err) < 0);
	assert_non_null(strstr(err.msg, "/nonexistent/.config"));
}

static void the_users_file_then_the_required_one(void **state)
{
	char *user = file("user.config", "CONFIG_A=y\n# CONFIG_MUST is not set");
	struct dmafp_err err = { 0 };
	bool whole = true;
	char *text = dmafp_kconfig_compose(user, dir, "6.12", &whole, &err);
	const char *a, *no, *must;

	(void)state;
	assert_non_null(text);
	assert_false(whole);
	a = strstr(text, "CONFIG_A=y\n");
	/* the user's last line had no end */
	no = strstr(text, "# CONFIG_MUST is not set\n");
	must = strstr(text, "CONFIG_MUST=y\n");
	assert_non_null(a);
	assert_non_null(no);
	assert_non_null(must);
	assert_true(a < no && no < must);
	assert_null(strstr(text, "CONFIG_DEFAULT"));
	/* required wins in the check, too */
	passes(text, "CONFIG_A=y\nCONFIG_MUST=y\n");
	loses(text, "CONFIG_A=y\n", "\n  CONFIG_MUST=y");
	free(text);
	free(user);
}

static void without_a_users_file_the_default(void **state)
{
	struct dmafp_err err = { 0 };
	bool whole = true;
	char *text = dmafp_kconfig_compose(NULL, dir, "6.12", &whole, &err);

	(void)state;
	assert_non_null(text);
	assert_false(whole);
	assert_non_null(strstr(text, "CONFIG_DEFAULT=y\n"));
	assert_non_null(strstr(text, "CONFIG_MUST=y\n"));
	free(text);
}

static void a_version_asks_for_more(void **state)
{
	char *own = file("6.1.config", "CONFIG_OLD=y\n");
	struct dmafp_err err = { 0 };
	char *text = dmafp_kconfig_required(dir, "6.1", &err);
	char *other = dmafp_kconfig_required(dir, "6.12", &err);

	(void)state;
	assert_non_null(text);
	assert_non_null(other);
	assert_non_null(strstr(text, "CONFIG_MUST=y\n"));
	assert_non_null(strstr(text, "CONFIG_OLD=y\n"));
	assert_non_null(strstr(other, "CONFIG_MUST=y\n"));
	assert_null(strstr(other, "CONFIG_OLD"));
	free(other);
	free(text);
	free(own);
}

static void a_whole_config_is_recognised(void **state)
{
	char *user = file("whole.config",
			  "#\n# Automatically generated file; DO NOT EDIT.\n"
			  "# Linux/x86 6.12.0 Kernel Configuration\n#\nCONFIG_A=y\n");
	struct dmafp_err err = { 0 };
	bool whole = false;
	char *text = dmafp_kconfig_compose(user, dir, "6.12", &whole, &err);

	(void)state;
	assert_non_null(text);
	assert_true(whole);
	free(text);
	free(user);
}

static void missing_files(void **state)
{
	struct dmafp_err err = { 0 };
	bool whole;

	(void)state;
	assert_null(dmafp_kconfig_compose("/nonexistent/my.config", dir, "6.12", &whole, &err));
	assert_non_null(strstr(err.msg, "/nonexistent/my.config"));
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	memset(&err, 0, sizeof(err));
	assert_null(dmafp_kconfig_compose(NULL, "/nonexistent", "6.12", &whole, &err));
	assert_non_null(strstr(err.msg, "/nonexistent/default.config"));
	memset(&err, 0, sizeof(err));
	assert_null(dmafp_kconfig_compose("/dev/null", "/nonexistent", "6.12", &whole, &err));
	assert_non_null(strstr(err.msg, "/nonexistent/required.config"));
}

/* What the lab ships asks for nothing it takes back itself. */
static void shipped_options(void **state)
{
	const char *shipped = DMAFP_SOURCE_DIR "/configs/kernel";
	struct dmafp_err err = { 0 };
	bool whole = true;
	char *text = dmafp_kconfig_compose(NULL, shipped, "6.12", &whole, &err);

	(void)state;
	assert_non_null(text);
	assert_false(whole);
	assert_non_null(strstr(text, "CONFIG_"));
	free(text);
}

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	free(file("default.config", "CONFIG_DEFAULT=y\n"));
	free(file("required.config", "CONFIG_MUST=y\n"));
	return 0;
}

static int drop_dir(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_passes),
		cmocka_unit_test(a_lost_option_is_named),
		cmocka_unit_test(a_module_is_not_built_in),
		cmocka_unit_test(values_are_compared_whole),
		cmocka_unit_test(not_set_is_satisfied_by_absence),
		cmocka_unit_test(the_last_line_counts),
		cmocka_unit_test(names_are_compared_whole),
		cmocka_unit_test(many_lost_options_fit_the_message),
		cmocka_unit_test(no_config_file),
		cmocka_unit_test(the_users_file_then_the_required_one),
		cmocka_unit_test(without_a_users_file_the_default),
		cmocka_unit_test(a_version_asks_for_more),
		cmocka_unit_test(a_whole_config_is_recognised),
		cmocka_unit_test(missing_files),
		cmocka_unit_test(shipped_options),
	};

	return cmocka_run_group_tests_name("kconfig", tests, make_dir, drop_dir);
}
