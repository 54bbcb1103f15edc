// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/where.h"
#include "tree.h"

#define INSTALLED "bin/" DMAFP_DATA_FROM_BIN

static void finds(const char *program, const char *data)
{
	char found[PATH_MAX], *path = tree_path(program), *wanted = tree_path(data);
	char *real = realpath(wanted, NULL);

	assert_non_null(real);
	dmafp_where_beside(path, found);
	assert_string_equal(found, real);
	free(real);
	free(wanted);
	free(path);
}

static void installed_under_any_prefix(void **state)
{
	(void)state;
	tree_put("bin/dmafp", "");
	tree_put(INSTALLED "/configs/profiles/default.ini", "");
	finds("bin/dmafp", INSTALLED);
}

static void a_link_is_followed_to_the_program(void **state)
{
	(void)state;
	tree_put("bin/dmafp", "");
	tree_put(INSTALLED "/configs/profiles/default.ini", "");
	tree_link("elsewhere/sbin/dmafp", "../../bin/dmafp");
	finds("elsewhere/sbin/dmafp", INSTALLED);
}

static void a_build_folder_names_its_sources(void **state)
{
	(void)state;
	tree_put("bin/dmafp", "");
	tree_put(INSTALLED "/configs/profiles/default.ini", "");
	tree_put("source/configs/profiles/default.ini", "");
	tree_link("bin/dmafp-data", "../source");
	finds("bin/dmafp", "source");
}

/* Whatever has that name and no profiles in it is not ours. */
static void a_folder_without_profiles_is_passed(void **state)
{
	(void)state;
	tree_put("bin/dmafp", "");
	tree_put("bin/dmafp-data/README", "");
	tree_put(INSTALLED "/configs/profiles/default.ini", "");
	finds("bin/dmafp", INSTALLED);
}

static void where_packages_put_it_if_nowhere(void **state)
{
	char found[PATH_MAX], *path = tree_path("bin/dmafp");

	(void)state;
	tree_put("bin/dmafp", "");
	dmafp_where_beside(path, found);
	assert_string_equal(found, "/usr/share/dmafp");
	dmafp_where_beside("/nowhere/exe", found);
	assert_string_equal(found, "/usr/share/dmafp");
	free(path);
}

static void the_environment_comes_first(void **state)
{
	(void)state;
	assert_string_equal(dmafp_where_data(), DMAFP_SOURCE_DIR);
	setenv("DMAFP_DATA", "/srv/dmafp", 1);
	assert_string_equal(dmafp_where_data(), "/srv/dmafp");
	assert_string_equal(dmafp_where_profiles(), "/srv/dmafp/configs/profiles");
	setenv("DMAFP_CONFIG_DIR", "/srv/profiles", 1);
	assert_string_equal(dmafp_where_profiles(), "/srv/profiles");
	setenv("DMAFP_CONFIG_DIR", "", 1);
	assert_string_equal(dmafp_where_profiles(), "/srv/dmafp/configs/profiles");
	setenv("DMAFP_DATA", "", 1);
	assert_string_equal(dmafp_where_data(), DMAFP_SOURCE_DIR);
	unsetenv("DMAFP_CONFIG_DIR");
	unsetenv("DMAFP_DATA");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(installed_under_any_prefix),
		TEST(a_link_is_followed_to_the_program),
		TEST(a_build_folder_names_its_sources),
		TEST(a_folder_without_profiles_is_passed),
		TEST(where_packages_put_it_if_nowhere),
		cmocka_unit_test(the_environment_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
