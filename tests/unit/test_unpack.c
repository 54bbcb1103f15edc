// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are compressed or not: what is in them, and what is wrong with them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/proc.h"
#include "base/unpack.h"
#include "campaign/capture.h"
#include "campaign/capture_check.h"
#include "run/module.h"
#include "traffic/modinfo.h"
#include "tree.h"

/* This program is an ELF file with such a section, as a module is. */
static const char section[] __attribute__((section(".modinfo"), used)) =
	"license=GPL\0name=packed_test\0";

static struct dmafp_err err;
static char self[32]; /* "/proc/self/exe" for others, too */

/* How distributions do it */
static const struct kind {
	const char *name, *command;
} kinds[] = {
	{ "plain.ko", "cat <$1 >$2" },
	{ "m.ko.xz", "xz --check=crc32 --lzma2=dict=1MiB -c <$1 >$2" },
	{ "m.ko.gz", "gzip -9nc <$1 >$2" },
	{ "m.ko.zst", "zstd -q -c <$1 >$2" },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static char *pack(const struct kind *kind, const char *from)
{
	char *to = tree_path(kind->name);
	const char *const argv[] = { "sh", "-c", kind->command, "sh", from, to, NULL };

	if (dmafp_proc_run(argv, NULL, NULL, NULL, &err))
		skip();
	return to;
}

static char *content(int fd, size_t *len)
{
	char *path = dmafp_path("/proc/self/fd/%d", fd);
	char *text = dmafp_file_read(path, len, &err);

	free(path);
	assert_non_null(text);
	return text;
}

static void opens(void **state)
{
	size_t len, whole;
	char *image = dmafp_file_read(self, &whole, &err);

	(void)state;
	for (size_t i = 0; i < NR_KINDS; i++) {
		char *path = pack(&kinds[i], self), *text;
		int fd = dmafp_unpack_open(path, &err);

		if (fd < 0)
			fail_msg("%s", err.msg);
		/* else it is no module for a kernel */
		assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		text = content(fd, &len);
		assert_int_equal(len, whole);
		assert_memory_equal(text, image, whole);
		/* from its beginning */
		assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
		close(fd);
		free(text);
		free(path);
	}
	free(image);
}

static void copies(void **state)
{
	char *text, *to = tree_path("copy");

	(void)state;
	tree_put("short", "a few words");
	for (size_t i = 0; i < NR_KINDS; i++) {
		char *from = tree_path("short"), *path = pack(&kinds[i], from);

		if (dmafp_unpack_copy(path, to, &err))
			fail_msg("%s", err.msg);
		text = dmafp_file_read(to, NULL, &err);
		assert_string_equal(text, "a few words");
		free(text);
		free(path);
		free(from);
	}
	free(to);
}

static void reads_modinfo(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_KINDS; i++) {
		char *path = pack(&kinds[i], self);
		struct dmafp_modinfo info;

		if (dmafp_modinfo_read(path, &info, &err))
			fail_msg("%s", err.msg);
		assert_true(dmafp_modinfo_is(&info, "packed-test"));
		dmafp_modinfo_free(&info);
		free(path);
	}
}

/* Into an initramfs they get as a kernel takes them, and by names in their order. */
static void packs_for_the_capture_kernel(void **state)
{
	static const char *const names[] = { "initramfs/modules/00-plain.ko",
					     "initramfs/modules/01-m.ko",
					     "initramfs/modules/02-m.ko",
					     "initramfs/modules/03-m.ko" };
	struct dmafp_module files[NR_KINDS];
	const struct dmafp_module_list list = { files, NR_KINDS };
	char *root = tree_path("initramfs"), *options;
	size_t len, whole;
	char *image = dmafp_file_read(self, &whole, &err);

	(void)state;
	tree_put("initramfs/modules/.keep", "");
	for (size_t i = 0; i < NR_KINDS; i++)
		files[i] = (struct dmafp_module) { pack(&kinds[i], self),
						   i == 2 ? "a=1 b=\"c d\"" : "" };
	if (dmafp_capture_put_modules(root, &list, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < NR_KINDS; i++) {
		char *path = tree_path(names[i]), *text = dmafp_file_read(path, &len, &err);

		assert_non_null(text);
		assert_int_equal(len, whole);
		assert_memory_equal(text, image, whole);
		free(text);
		free(path);
		free(files[i].file);
	}
	free(image);
	free(root);
	/* options where there are any */
	root = tree_path("initramfs/modules/02-m.options");
	options = dmafp_file_read(root, NULL, &err);
	assert_string_equal(options, "a=1 b=\"c d\"");
	free(options);
	free(root);
	root = tree_path("initramfs/modules/01-m.options");
	assert_false(dmafp_file_exists(root));
	free(root);
}

/* Before a campaign begins, by what modinfo says of another kernel */
static void can_be_packed(void **state)
{
	char *path = pack(&kinds[3], self), *before = strdup(getenv("PATH"));
	char *script = dmafp_path(
		"#!/bin/sh\n[ \"$*\" = '-k 6.1-x -n dmafp' ] && echo %s\n", path);
	char *fake = tree_path("fake"), *modinfo = tree_path("fake/modinfo");
	char *with = dmafp_path("%s:%s", fake, before);

	(void)state;
	tree_put("fake/modinfo", script);
	tree_link("fake/sh", "/bin/sh");
	assert_int_equal(chmod(modinfo, 0755), 0);
	setenv("PATH", with, 1);
	assert_int_equal(dmafp_capture_check_module("6.1-x", &err), 0);
	setenv("PATH", fake, 1);
	assert_int_equal(dmafp_capture_check_module("6.1-x", &err), -ENOENT);
	assert_non_null(strstr(err.msg, "zstd is not installed"));
	setenv("PATH", before, 1);
	free(with);
	free(modinfo);
	free(fake);
	free(script);
	free(before);
	free(path);
}

/* Without its last bytes, and with others in the middle */
static void damage(const char *path, int how)
{
	struct stat st;
	int fd = open(path, O_WRONLY);

	assert_int_equal(fstat(fd, &st), 0);
	if (how)
		assert_int_equal(pwrite(fd, "XXXXXXXXXXXXXXXX", 16, st.st_size / 2), 16);
	else
		assert_int_equal(ftruncate(fd, st.st_size - 4), 0);
	close(fd);
}

static void tells_damage(void **state)
{
	(void)state;
	for (size_t i = 1; i < NR_KINDS; i++) {
		for (int how = 0; how < 2; how++) {
			char *path = pack(&kinds[i], self);

			damage(path, how);
			assert_int_equal(dmafp_unpack_open(path, &err), -EINVAL);
			assert_int_equal(err.exit, DMAFP_EXIT_DATA);
			assert_non_null(strstr(err.msg, path));
			free(path);
		}
	}
}

/* Whoever loads one unpacks it first; a damaged one never gets to the kernel. */
static void is_loaded_unpacked(void **state)
{
	char *path = pack(&kinds[1], self);
	bool loaded;

	(void)state;
	if (dmafp_file_exists("/dev/dmafp"))
		skip();
	damage(path, 0);
	assert_int_equal(dmafp_module_load(path, &loaded, &err), -EINVAL);
	assert_false(loaded);
	assert_non_null(strstr(err.msg, "cannot unpack"));
	free(path);
}

static void tells_what_is_missing(void **state)
{
	char *path = pack(&kinds[3], self), *before = strdup(getenv("PATH"));
	char *only_sh = tree_path("only-sh"), *none = tree_path("none.ko");

	(void)state;
	tree_link("only-sh/sh", "/bin/sh");
	setenv("PATH", only_sh, 1);
	assert_int_equal(dmafp_unpack_open(path, &err), -ENOENT);
	setenv("PATH", before, 1);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(err.msg, path));
	assert_non_null(strstr(err.msg, "zstd is not installed: apt-get install zstd"));

	assert_int_equal(dmafp_unpack_open(none, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_non_null(strstr(err.msg, none));
	free(none);
	free(only_sh);
	free(before);
	free(path);
}

/* Shorter than any mark */
static void short_ones(void **state)
{
	static const char *const texts[] = { "", "\x1f", "\x28\xb5\x2f" };
	char *path = tree_path("tiny"), *text;
	size_t len;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int fd;

		tree_put("tiny", texts[i]);
		fd = dmafp_unpack_open(path, &err);
		assert_true(fd >= 0);
		text = content(fd, &len);
		assert_string_equal(text, texts[i]);
		free(text);
		close(fd);
	}
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(copies),
		cmocka_unit_test(reads_modinfo),
		cmocka_unit_test(packs_for_the_capture_kernel),
		cmocka_unit_test(can_be_packed),
		cmocka_unit_test(tells_damage),
		cmocka_unit_test(is_loaded_unpacked),
		cmocka_unit_test(tells_what_is_missing),
		cmocka_unit_test(short_ones),
	};

	snprintf(self, sizeof(self), "/proc/%d/exe", (int)getpid());
	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
