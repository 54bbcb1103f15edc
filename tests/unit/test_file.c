// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole files: atomic writes, /proc, trees, copies and hashes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

/* printf abc | sha256sum, and of nothing */
#define SHA_ABC	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static char dir[32];
static struct dmafp_err err;
static char path_buf[4][256];

/* A path in the test's directory; four are good at a time. */
static const char *in_dir(const char *name)
{
	static unsigned int next;
	char *path = path_buf[next++ % 4];

	snprintf(path, sizeof(path_buf[0]), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	assert_int_equal(dmafp_file_write(in_dir(name), text, strlen(text), &err), 0);
}

static void holds(const char *name, const char *expected)
{
	char *text = dmafp_file_read(in_dir(name), NULL, &err);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static unsigned int entries(const char *path)
{
	struct dirent *entry;
	unsigned int nr = 0;
	DIR *d = opendir(path);

	assert_non_null(d);
	while ((entry = readdir(d)))
		nr += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(d);
	return nr;
}

static int start(void **state)
{
	(void)state;
	memset(&err, 0, sizeof(err));
	strcpy(dir, "/tmp/dmafp-test-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(dir);
}

static void write_makes_and_replaces(void **state)
{
	(void)state;
	put("a", "old and longer");
	put("a", "new");
	holds("a", "new");
	put("a", "");
	holds("a", "");
	assert_int_equal(entries(dir), 1);
	assert_string_equal(err.msg, "");
}

static void write_replaces_the_name_not_the_file(void **state)
{
	(void)state;
	put("a", "old");
	assert_int_equal(link(in_dir("a"), in_dir("b")), 0);
	put("a", "new");
	holds("a", "new");
	holds("b", "old");
}

static void write_in_the_current_directory(void **state)
{
	char *cwd = getcwd(NULL, 0);

	(void)state;
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(dmafp_file_write("plain", "x", 1, &err), 0);
	assert_int_equal(chdir(cwd), 0);
	holds("plain", "x");
	free(cwd);
}

static void write_onto_a_directory(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_dir("d"), 0755), 0);
	put("d/keep", "kept");
	assert_true(dmafp_file_write(in_dir("d"), "x", 1, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_IO);
	assert_non_null(strstr(err.msg, in_dir("d")));
	holds("d/keep", "kept");
	assert_int_equal(entries(dir), 1);
}

/* As root, what took the place of /dev/null would be there for everybody. */
static void write_to_a_pipe(void **state)
{
	char text[4] = "";
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(mkfifo(in_dir("pipe"), 0600), 0);
	fd = open(in_dir("pipe"), O_RDWR | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(dmafp_file_write(in_dir("pipe"), "new", 3, &err), 0);
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	assert_string_equal(text, "new");
	close(fd);
	assert_int_equal(lstat(in_dir("pipe"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(entries(dir), 1);
}

static void write_through_a_link(void **state)
{
	struct stat st;

	(void)state;
	put("a", "old");
	assert_int_equal(symlink("a", in_dir("link")), 0);
	put("link", "new");
	holds("a", "new");
	assert_int_equal(lstat(in_dir("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(entries(dir), 2);
}

static void write_where_there_is_no_directory(void **state)
{
	(void)state;
	assert_int_equal(dmafp_file_write(in_dir("no/file"), "x", 1, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_IO);
	assert_int_equal(entries(dir), 0);
}

/* Also for root, whom permissions do not stop: as somebody else, in a child. */
static void write_without_permission(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	put("a", "old");
	assert_int_equal(chmod(dir, 0555), 0);
	pid = fork();
	if (!pid) {
		if (!getuid() && setuid(65534))
			_exit(99);
		if (dmafp_file_write(in_dir("a"), "new", 3, &err) != -EACCES)
			_exit(1);
		_exit(err.exit);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DMAFP_EXIT_PERMISSION);
	holds("a", "old");
	assert_int_equal(entries(dir), 1);
}

/* More than one buffer of them. */
static void write_bytes_of_all_kinds(void **state)
{
	static char data[300000];
	size_t len = 0;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	assert_int_equal(dmafp_file_write(in_dir("big"), data, sizeof(data), &err), 0);
	text = dmafp_file_read(in_dir("big"), &len, &err);
	assert_non_null(text);
	assert_int_equal(len, sizeof(data));
	assert_memory_equal(text, data, sizeof(data));
	assert_int_equal(text[len], 0);
	free(text);
}

static void read_at_the_edge_of_a_buffer(void **state)
{
	static char data[65537];

	(void)state;
	memset(data, 'x', sizeof(data));
	for (size_t want = 65535; want <= 65537; want++) {
		size_t len = 0;
		char *text;

		assert_int_equal(dmafp_file_write(in_dir("a"), data, want, &err), 0);
		text = dmafp_file_read(in_dir("a"), &len, &err);
		assert_int_equal(len, want);
		assert_int_equal(strlen(text), want);
		free(text);
	}
}

static void read_of_proc(void **state)
{
	size_t len = 0;
	char *text = dmafp_file_read("/proc/self/status", &len, &err);

	(void)state;
	assert_non_null(text);
	assert_true(len > 100);
	assert_int_equal(strlen(text), len);
	assert_memory_equal(text, "Name:", 5);
	free(text);
}

static void read_of_what_is_not_there(void **state)
{
	(void)state;
	assert_null(dmafp_file_read(in_dir("none"), NULL, &err));
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_non_null(strstr(err.msg, in_dir("none")));
	assert_null(dmafp_file_read(dir, NULL, &err));
	assert_int_equal(err.exit, DMAFP_EXIT_IO);
}

static void read_line(void **state)
{
	char line[5];

	(void)state;
	put("a", "one\ntwo\n");
	assert_int_equal(dmafp_file_read_line(in_dir("a"), line, sizeof(line)), 0);
	assert_string_equal(line, "one");
	put("a", "longer than that");
	assert_int_equal(dmafp_file_read_line(in_dir("a"), line, sizeof(line)), 0);
	assert_string_equal(line, "long");
	put("a", "");
	assert_int_equal(dmafp_file_read_line(in_dir("a"), line, sizeof(line)), 0);
	assert_string_equal(line, "");
	strcpy(line, "old");
	assert_int_equal(dmafp_file_read_line(in_dir("none"), line, sizeof(line)), -ENOENT);
	assert_string_equal(line, "");
}

static void put_writes_what_exists(void **state)
{
	(void)state;
	put("a", "");
	assert_int_equal(dmafp_file_put(in_dir("a"), "1"), 0);
	holds("a", "1");
	assert_int_equal(dmafp_file_put(in_dir("none"), "1"), -ENOENT);
	assert_int_equal(dmafp_file_put("/dev/full", "1"), -ENOSPC);
	assert_int_equal(entries(dir), 1);
}

static void mkdirs_makes_all_of_them(void **state)
{
	(void)state;
	assert_int_equal(dmafp_file_mkdirs(in_dir("a/b/c"), &err), 0);
	assert_int_equal(dmafp_file_mkdirs(in_dir("a/b/c"), &err), 0);
	assert_int_equal(dmafp_file_mkdirs(in_dir("a/b/d/"), &err), 0);
	assert_int_equal(entries(in_dir("a/b")), 2);
	assert_int_equal(dmafp_file_mkdirs("/", &err), 0);
	assert_string_equal(err.msg, "");
}

static void mkdirs_through_a_file(void **state)
{
	(void)state;
	put("a", "x");
	assert_int_equal(dmafp_file_mkdirs(in_dir("a/b"), &err), -ENOTDIR);
	assert_non_null(strstr(err.msg, in_dir("a/b")));
	holds("a", "x");
}

static void remove_tree_stays_inside(void **state)
{
	(void)state;
	assert_int_equal(dmafp_file_mkdirs(in_dir("out/side"), &err), 0);
	put("out/side/keep", "kept");
	put("file", "kept");
	assert_int_equal(dmafp_file_mkdirs(in_dir("tree/a/b"), &err), 0);
	put("tree/a/x", "x");
	assert_int_equal(symlink(in_dir("out"), in_dir("tree/a/b/link")), 0);
	assert_int_equal(symlink(in_dir("file"), in_dir("tree/flink")), 0);
	assert_int_equal(symlink("/nonexistent", in_dir("tree/dangling")), 0);
	assert_int_equal(dmafp_file_remove_tree(in_dir("tree")), 0);
	assert_false(dmafp_file_exists(in_dir("tree")));
	holds("out/side/keep", "kept");
	holds("file", "kept");
}

static void remove_tree_of_other_things(void **state)
{
	(void)state;
	assert_int_equal(dmafp_file_remove_tree(in_dir("none")), 0);
	put("a", "x");
	assert_int_equal(dmafp_file_remove_tree(in_dir("a")), 0);
	assert_false(dmafp_file_exists(in_dir("a")));
	/* a link to a directory goes, the directory stays */
	assert_int_equal(mkdir(in_dir("d"), 0755), 0);
	put("d/keep", "kept");
	assert_int_equal(symlink(in_dir("d"), in_dir("l")), 0);
	assert_int_equal(dmafp_file_remove_tree(in_dir("l")), 0);
	assert_false(dmafp_file_exists(in_dir("l")));
	holds("d/keep", "kept");
}

static void exists(void **state)
{
	(void)state;
	assert_int_equal(dmafp_file_exists(in_dir("a")), 0);
	assert_int_equal(symlink("/nonexistent", in_dir("a")), 0);
	assert_int_equal(dmafp_file_exists(in_dir("a")), 1);
	assert_int_equal(dmafp_file_exists(dir), 1);
}

static void copy_keeps_bytes_and_mode(void **state)
{
	mode_t mask = umask(022);
	struct stat st;

	(void)state;
	put("a", "content");
	assert_int_equal(chmod(in_dir("a"), 0755), 0);
	assert_int_equal(dmafp_file_copy(in_dir("a"), in_dir("b"), &err), 0);
	holds("b", "content");
	assert_int_equal(stat(in_dir("b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	/* over a longer one */
	put("a", "x");
	assert_int_equal(dmafp_file_copy(in_dir("a"), in_dir("b"), &err), 0);
	holds("b", "x");
	umask(mask);
}

static void copy_that_cannot_be(void **state)
{
	(void)state;
	assert_true(dmafp_file_copy(in_dir("none"), in_dir("b"), &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_non_null(strstr(err.msg, in_dir("none")));
	assert_false(dmafp_file_exists(in_dir("b")));
	put("a", "x");
	assert_true(dmafp_file_copy(in_dir("a"), in_dir("no/b"), &err) < 0);
	assert_non_null(strstr(err.msg, in_dir("no/b")));
}

static void known_hashes(void **state)
{
	char hex[DMAFP_SHA256_HEX];

	(void)state;
	dmafp_sha256("", 0, hex);
	assert_string_equal(hex, SHA_EMPTY);
	dmafp_sha256("abcd", 3, hex);
	assert_string_equal(hex, SHA_ABC);
	put("a", "");
	assert_int_equal(dmafp_file_sha256(in_dir("a"), hex, &err), 0);
	assert_string_equal(hex, SHA_EMPTY);
	put("a", "abc");
	assert_int_equal(dmafp_file_sha256(in_dir("a"), hex, &err), 0);
	assert_string_equal(hex, SHA_ABC);
	assert_true(dmafp_file_sha256(in_dir("none"), hex, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
}

static void path_of_any_length(void **state)
{
	char *path = dmafp_path("%05000d/%s", 1, "x");

	(void)state;
	assert_int_equal(strlen(path), 5002);
	assert_string_equal(path + 4999, "1/x");
	free(path);
}

/* As GRUB's menu with a password in it */
static void a_private_file_stays_private(void **state)
{
	struct stat st;

	(void)state;
	put("secret", "one");
	assert_int_equal(chmod(in_dir("secret"), 0600), 0);
	assert_int_equal(dmafp_file_write(in_dir("secret"), "two", 3, &err), 0);
	assert_int_equal(stat(in_dir("secret"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* Only root gives files away, and replacing one takes no more than the folder. */
/* Where the temporary name is known, a link may lie there. */
static void no_link_is_followed_on_the_way(void **state)
{
	char name[32];

	(void)state;
	put("victim", "old");
	snprintf(name, sizeof(name), "new.tmp-%d", (int)getpid());
	assert_int_equal(symlink("victim", in_dir(name)), 0);
	put("new", "text");
	holds("new", "text");
	holds("victim", "old");
	assert_false(dmafp_file_exists(in_dir(name)));
}

static void somebody_elses_file_is_replaced(void **state)
{
	struct stat st;
	int status;
	pid_t child;

	(void)state;
	put("theirs", "one");
	assert_int_equal(chown(in_dir("theirs"), geteuid() ? geteuid() : 1, -1), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	child = fork();
	if (!child) {
		if (!geteuid() && setuid(65534))
			_exit(2);
		_exit(dmafp_file_write(in_dir("theirs"), "two", 3, &err) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(stat(in_dir("theirs"), &st), 0);
	assert_int_equal(st.st_size, 3);
	assert_int_equal(st.st_uid, geteuid() ? geteuid() : 65534);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(write_makes_and_replaces),
		TEST(write_replaces_the_name_not_the_file),
		TEST(write_in_the_current_directory),
		TEST(write_onto_a_directory),
		TEST(write_to_a_pipe),
		TEST(write_through_a_link),
		TEST(write_where_there_is_no_directory),
		TEST(write_without_permission),
		TEST(write_bytes_of_all_kinds),
		TEST(read_at_the_edge_of_a_buffer),
		TEST(read_of_proc),
		TEST(read_of_what_is_not_there),
		TEST(read_line),
		TEST(put_writes_what_exists),
		TEST(mkdirs_makes_all_of_them),
		TEST(mkdirs_through_a_file),
		TEST(remove_tree_stays_inside),
		TEST(remove_tree_of_other_things),
		TEST(exists),
		TEST(copy_keeps_bytes_and_mode),
		TEST(copy_that_cannot_be),
		TEST(known_hashes),
		TEST(path_of_any_length),
		TEST(a_private_file_stays_private),
		TEST(no_link_is_followed_on_the_way),
		TEST(somebody_elses_file_is_replaced),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
