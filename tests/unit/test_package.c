// SPDX-License-Identifier: GPL-2.0-or-later
/* Debian's kernels: what is made of apt's lists.  apt-cache is a fake here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lab/package.h"

static char dir[] = "/tmp/dmafp-test-XXXXXX";

/* apt-cache -q=2 --no-all-versions show -- NAME: as apt 2.6 prints it */
static const char fake[] =
	"#!/bin/sh\n"
	"say() { printf 'Package: %s\\nVersion: 1\\nDepends: %s\\nSHA256: %s\\n\\n' \"$@\"; }\n"
	"case $5 in\n"
	"linux-image-amd64) say $5 'linux-image-6.1.0-56-amd64 (= 6.1.192-2)' a1 ;;\n"
	"linux-image-6.1.0-56-amd64) say $5 'kmod, linux-base (>= 4.3~)' b1 ;;\n"
	"linux-headers-6.1.0-56-amd64) say $5 'linux-headers-6.1.0-56-common (= 1), "
	"linux-kbuild-6.1 (>= 1), linux-compiler-gcc-12-x86' c1 ;;\n"
	"linux-headers-6.1.0-56-common) say $5 x \"$COMMON\" ;;\n"
	"linux-kbuild-6.1) say $5 x e1 ;;\n"
	"linux-image-lonely) say $5 kmod f1 ;;\n"
	"linux-headers-lonely) say $5 kmod f2 ;;\n"
	"bash) say $5 libc6 f3 ;;\n"
	"*) echo \"E: No packages found\" >&2; exit 100 ;;\n"
	"esac\n";

static void a_meta_package_is_resolved(void **state)
{
	static const char *const names[] = { "linux-image-amd64", "linux-image-6.1.0-56-amd64" };
	struct dmafp_package package;
	struct dmafp_err err;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *path;

		if (dmafp_package_find(&package, names[i], &err))
			fail_msg("%s", err.msg);
		assert_string_equal(package.release, "6.1.0-56-amd64");
		assert_string_equal(package.parts[0], "linux-image-6.1.0-56-amd64");
		assert_string_equal(package.parts[1], "linux-headers-6.1.0-56-amd64");
		assert_string_equal(package.parts[2], "linux-headers-6.1.0-56-common");
		assert_string_equal(package.parts[3], "linux-kbuild-6.1");
		path = dmafp_package_image(&package, "/t");
		assert_string_equal(path, "/t/boot/vmlinuz-6.1.0-56-amd64");
		free(path);
		path = dmafp_package_headers(&package, "/t");
		assert_string_equal(path, "/t/usr/src/linux-headers-6.1.0-56-amd64");
		free(path);
		dmafp_package_end(&package);
	}
}

static void any_part_counts_in_the_id(void **state)
{
	struct dmafp_package first, second;
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_package_find(&first, "linux-image-amd64", &err), 0);
	setenv("COMMON", "d2", 1);
	assert_int_equal(dmafp_package_find(&second, "linux-image-amd64", &err), 0);
	setenv("COMMON", "d1", 1);
	assert_string_not_equal(first.id, second.id);
	dmafp_package_end(&first);
	dmafp_package_end(&second);
}

static void refused(const char *name, enum dmafp_exit exit, const char *says)
{
	struct dmafp_package package;
	struct dmafp_err err;

	assert_true(dmafp_package_find(&package, name, &err) < 0);
	assert_int_equal(err.exit, exit);
	if (!strstr(err.msg, says))
		fail_msg("not a word of '%s' in: %s", says, err.msg);
}

static void what_is_no_kernel_is_refused(void **state)
{
	(void)state;
	refused("linux-image-none", DMAFP_EXIT_MISSING, "apt knows no package linux-image-none");
	refused("bash", DMAFP_EXIT_USAGE, "bash is no kernel package");
	refused("linux-image-lonely", DMAFP_EXIT_MISSING, "linux-headers-*-common");
}

static int put_fake(void **state)
{
	char *path, *search;
	struct dmafp_err err;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	path = dmafp_path("%s/apt-cache", dir);
	search = dmafp_path("%s:%s", dir, getenv("PATH"));
	setenv("PATH", search, 1);
	setenv("COMMON", "d1", 1);
	if (dmafp_file_write(path, fake, strlen(fake), &err) || chmod(path, 0755))
		return -1;
	free(search);
	free(path);
	return 0;
}

static int remove_fake(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_meta_package_is_resolved),
		cmocka_unit_test(any_part_counts_in_the_id),
		cmocka_unit_test(what_is_no_kernel_is_refused),
	};

	return cmocka_run_group_tests_name("package", tests, put_fake, remove_fake);
}
