// SPDX-License-Identifier: GPL-2.0-or-later
/* Patch files: mails taken apart, series applied as a whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab/patch.h"

#define BEFORE "one\ntwo\nthree\n"
#define FROM                                                                       \
	"From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n" \
	"From: A Developer <a@example.org>\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n"
#define STAT   "\nText of the mail.\n---\n a.c | 2 +-\n 1 file changed\n\n"
#define SIGNED "-- \n2.39.5\n\n"

/* a.c: one word of three lines replaced */
#define DIFF(file, l1, old, new, l3)                                         \
	"diff --git a/" file " b/" file "\n--- a/" file "\n+++ b/" file "\n" \
	"@@ -1,3 +1,3 @@\n " l1 "\n-" old "\n+" new "\n " l3 "\n"
#define TO_ZWEI		    DIFF("a.c", "one", "two", "zwei", "three")
#define TO_DEUX		    DIFF("a.c", "one", "zwei", "deux", "three")
#define B_C		    DIFF("b.c", "one", "two", "zwei", "three")
#define DOC		    DIFF("Documentation/core-api/dma.rst", "one", "two", "zwei", "three")
#define MAIL(subject, diff) FROM "Subject: " subject "\n" STAT diff SIGNED

static char dir[32], tree[64];
static struct dmafp_err err;
static struct dmafp_patch patch[4];

static char *write_file(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", dir, name);

	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	return path;
}

static void load(size_t nr, const char *name, const char *text)
{
	char *path = write_file(name, text);

	if (dmafp_patch_load(&patch[nr], path, &err))
		fail_msg("%s", err.msg);
	free(path);
}

static int apply(size_t nr, enum dmafp_patch_action action)
{
	return dmafp_patch_apply(patch, nr, tree, action, NULL, &err);
}

static void applies(size_t nr)
{
	if (apply(nr, DMAFP_PATCH_APPLY))
		fail_msg("%s", err.msg);
}

static void holds(const char *name, const char *expected)
{
	char *path = dmafp_path("%s/%s", dir, name);
	char *text = dmafp_file_read(path, NULL, &err);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
	free(path);
}

static void is_no_patch(const char *text)
{
	char *path = write_file("x.patch", text);

	memset(&err, 0, sizeof(err));
	assert_true(dmafp_patch_load(&patch[0], path, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_non_null(strstr(err.msg, path));
	free(path);
}

static int start(void **state)
{
	(void)state;
	memset(&err, 0, sizeof(err));
	memset(patch, 0, sizeof(patch));
	strcpy(dir, "/tmp/dmafp-test-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(tree, sizeof(tree), "%s/tree", dir);
	if (dmafp_file_mkdirs(tree, &err))
		return -1;
	free(write_file("tree/a.c", BEFORE));
	free(write_file("tree/b.c", BEFORE));
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		dmafp_patch_end(&patch[i]);
	return dmafp_file_remove_tree(dir);
}

static void a_mail(void **state)
{
	char sha[DMAFP_SHA256_HEX];

	(void)state;
	load(0, "0001-x.patch", MAIL("[PATCH] iommu: Lock it", TO_ZWEI));
	assert_string_equal(patch[0].file, "0001-x.patch");
	assert_string_equal(patch[0].name, "iommu: Lock it");
	dmafp_sha256(MAIL("[PATCH] iommu: Lock it", TO_ZWEI),
		     strlen(MAIL("[PATCH] iommu: Lock it", TO_ZWEI)), sha);
	assert_string_equal(patch[0].sha256, sha);
	applies(1);
	holds("tree/a.c", "one\nzwei\nthree\n");
}

static void subjects(void **state)
{
	static const struct {
		const char *mail, *name;
	} cases[] = {
		{ MAIL("[PATCH v7 1/5] iommu: Lock", TO_ZWEI), "iommu: Lock" },
		{ MAIL("[RFC PATCH] iommu: Lock", TO_ZWEI), "iommu: Lock" },
		{ MAIL("iommu: Lock", TO_ZWEI), "iommu: Lock" },
		{ MAIL("[PATCH] iommu: Lock group->mutex in\n iommu_deferred_attach()",
		       TO_ZWEI),
		  "iommu: Lock group->mutex in iommu_deferred_attach()" },
		{ MAIL("[PATCH v2 01/10] a\n\tb\n c", TO_ZWEI), "a b c" },
		{ MAIL("=?UTF-8?q?[PATCH]=20iommu:=20Gr=C3=BC=C3=9Fe?=", TO_ZWEI),
		  "iommu: Gr\303\274\303\237e" },
		{ MAIL("=?utf-8?B?W1BBVENIXSBHcsO8w59l?=", TO_ZWEI), "Gr\303\274\303\237e" },
		{ MAIL("[PATCH] =?UTF-8?q?Gr=C3=BC=C3?=\n =?UTF-8?q?=9Fe?=", TO_ZWEI),
		  "Gr\303\274\303\237e" },
		/* no subject, or nothing in it */
		{ FROM STAT TO_ZWEI SIGNED, "s.patch" },
		{ MAIL("", TO_ZWEI), "s.patch" },
		/* without the mbox's first line */
		{ "Subject: [PATCH] plain\nFrom: a@example.org\n" STAT TO_ZWEI, "plain" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		load(0, "s.patch", cases[i].mail);
		assert_string_equal(patch[0].name, cases[i].name);
		assert_int_equal(apply(1, DMAFP_PATCH_CHECK), 0);
		dmafp_patch_end(&patch[0]);
	}
}

static void quoted_printable(void **state)
{
	(void)state;
	load(0, "q.patch",
	     FROM
	     "Subject: [PATCH] quoted\nMIME-Version: 1.0\n"
	     "Content-Type: text/plain; charset=UTF-8\n"
	     "Content-Transfer-Encoding: quoted-printable\n" STAT
	     "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,3 +1,3 @@\n"
	     " one\n-two\n+zwei =3D 1, gr=C3=BCn =\nund so weiter=20\n three\n" SIGNED);
	assert_string_equal(patch[0].name, "quoted");
	applies(1);
	holds("tree/a.c", "one\nzwei = 1, gr\303\274n und so weiter \nthree\n");
}

static void base64(void **state)
{
	static const char script[] =
		"{ printf 'From: a@example.org\\nSubject: [PATCH] sixty-four\\n"
		"MIME-Version: 1.0\\nContent-Type: text/plain; charset=utf-8\\n"
		"Content-Transfer-Encoding: base64\\n\\n'; base64 \"$1/plain\"; } >\"$1/b.patch\"";
	const char *const argv[] = { "sh", "-c", script, "sh", dir, NULL };
	char *path = dmafp_path("%s/b.patch", dir);

	(void)state;
	free(write_file("plain", "Text.\n---\n" TO_ZWEI SIGNED));
	assert_int_equal(dmafp_proc_run(argv, NULL, NULL, NULL, &err), 0);
	assert_int_equal(dmafp_patch_load(&patch[0], path, &err), 0);
	assert_string_equal(patch[0].name, "sixty-four");
	applies(1);
	holds("tree/a.c", "one\nzwei\nthree\n");
	free(path);
}

static void mbox_of_two_for_the_same_file(void **state)
{
	(void)state;
	load(0, "two.mbox",
	     MAIL("[PATCH 1/2] first", TO_ZWEI) MAIL("[PATCH 2/2] second", TO_DEUX));
	assert_string_equal(patch[0].name, "first");
	assert_int_equal(apply(1, DMAFP_PATCH_CHECK), 0);
	holds("tree/a.c", BEFORE);
	applies(1);
	holds("tree/a.c", "one\ndeux\nthree\n");
}

static void bare_diffs(void **state)
{
	(void)state;
	load(0, "bare.diff", TO_ZWEI);
	assert_string_equal(patch[0].name, "bare.diff");
	assert_string_equal(patch[0].file, "bare.diff");
	applies(1);
	holds("tree/a.c", "one\nzwei\nthree\n");
	/* without git's line */
	load(1, "old.diff",
	     "--- a/b.c\n+++ b/b.c\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
	assert_string_equal(patch[1].name, "old.diff");
	assert_int_equal(
		dmafp_patch_apply(&patch[1], 1, tree, DMAFP_PATCH_APPLY, NULL, &err), 0);
	holds("tree/b.c", "one\n2\nthree\n");
}

/* The mail's signature lost its end, as after copy and paste. */
static void patch_without_final_newline(void **state)
{
	(void)state;
	load(0, "1.patch", FROM "Subject: x\n" STAT TO_ZWEI "-- \n2.39.5");
	load(1, "2.patch", MAIL("x", B_C));
	applies(2);
	holds("tree/a.c", "one\nzwei\nthree\n");
	holds("tree/b.c", "one\nzwei\nthree\n");
}

/* A file of the tree whose last line has no end. */
static void target_without_final_newline(void **state)
{
	(void)state;
	free(write_file("tree/a.c", "one\ntwo"));
	load(0, "x.patch",
	     MAIL("x", "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@\n one\n"
		       "-two\n\\ No newline at end of file\n"
		       "+zwei\n\\ No newline at end of file\n"));
	applies(1);
	holds("tree/a.c", "one\nzwei");
}

static void new_and_deleted_files(void **state)
{
	char *path = dmafp_path("%s/b.c", tree);

	(void)state;
	load(0, "x.patch",
	     MAIL("x", "diff --git a/new/n.c b/new/n.c\nnew file mode 100644\n"
		       "index 0000000..1111111\n--- /dev/null\n+++ b/new/n.c\n@@ -0,0 +1 @@\n+new\n"
		       "diff --git a/b.c b/b.c\ndeleted file mode 100644\n--- a/b.c\n"
		       "+++ /dev/null\n@@ -1,3 +0,0 @@\n-one\n-two\n-three\n"));
	applies(1);
	holds("tree/new/n.c", "new\n");
	assert_false(dmafp_file_exists(path));
	free(path);
}

static void not_a_patch(void **state)
{
	(void)state;
	is_no_patch("");
	is_no_patch("\n");
	is_no_patch("int main(void)\n{\n}\n");
	is_no_patch(FROM "Subject: [PATCH 0/5] cover letter\n\nText.\n" SIGNED);
	is_no_patch("[run]\nblock = 3\n");
}

static void missing_patch(void **state)
{
	(void)state;
	assert_true(dmafp_patch_load(&patch[0], "/nonexistent/x.patch", &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_non_null(strstr(err.msg, "/nonexistent/x.patch"));
	/* as after any failure, there is nothing to free */
	assert_null(patch[0].diff);
	assert_null(patch[0].name);
}

static void check_changes_nothing(void **state)
{
	char *left = dmafp_path("%s.apply", tree), *series = dmafp_path("%s.series", tree);

	(void)state;
	load(0, "x.patch", MAIL("x", TO_ZWEI));
	assert_int_equal(apply(1, DMAFP_PATCH_CHECK), 0);
	holds("tree/a.c", BEFORE);
	assert_int_equal(apply(1, DMAFP_PATCH_CHECK), 0);
	applies(1);
	assert_true(apply(1, DMAFP_PATCH_CHECK) < 0);
	assert_false(dmafp_file_exists(left));
	assert_false(dmafp_file_exists(series));
	free(left);
	free(series);
}

static void a_series_in_its_order(void **state)
{
	(void)state;
	load(0, "1.patch", MAIL("[PATCH 1/3] x", TO_ZWEI));
	load(1, "2.diff", B_C);
	load(2, "3.patch", MAIL("[PATCH 3/3] x", TO_DEUX));
	applies(3);
	holds("tree/a.c", "one\ndeux\nthree\n");
	holds("tree/b.c", "one\nzwei\nthree\n");
}

static void all_of_a_series_or_nothing(void **state)
{
	(void)state;
	load(0, "1.patch", MAIL("x", TO_ZWEI));
	load(1, "2.patch", MAIL("x", B_C));
	/* tried on what the first one made, which is not what it expects */
	load(2, "3.patch", MAIL("x", DIFF("a.c", "one", "two", "drei", "three")));
	assert_true(apply(3, DMAFP_PATCH_APPLY) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_PATCH);
	holds("tree/a.c", BEFORE);
	holds("tree/b.c", BEFORE);
}

static void context_mismatch(void **state)
{
	(void)state;
	load(0, "mine.patch", MAIL("x", DIFF("a.c", "one", "TWO", "zwei", "three")));
	for (int i = 0; i < 2; i++) {
		memset(&err, 0, sizeof(err));
		assert_true(apply(1, i ? DMAFP_PATCH_APPLY : DMAFP_PATCH_CHECK) < 0);
		assert_int_equal(err.exit, DMAFP_EXIT_PATCH);
		assert_non_null(strstr(err.msg, "mine.patch"));
		assert_non_null(strstr(err.msg, "patch failed: a.c:1"));
	}
	holds("tree/a.c", BEFORE);
}

static void file_that_is_not_in_the_tree(void **state)
{
	(void)state;
	load(0, "x.patch", MAIL("x", DIFF("none.c", "one", "two", "zwei", "three")));
	assert_true(apply(1, DMAFP_PATCH_APPLY) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_PATCH);
	assert_non_null(strstr(err.msg, "none.c"));
}

static void hard_links_keep_the_old_content(void **state)
{
	char *from = dmafp_path("%s/a.c", tree), *to = dmafp_path("%s/linked.c", dir);

	(void)state;
	assert_int_equal(link(from, to), 0);
	load(0, "x.patch", MAIL("x", TO_ZWEI));
	applies(1);
	holds("tree/a.c", "one\nzwei\nthree\n");
	holds("linked.c", BEFORE);
	free(from);
	free(to);
}

static void documentation_is_left_out(void **state)
{
	(void)state;
	load(0, "x.patch", MAIL("x", DOC TO_ZWEI));
	assert_int_equal(apply(1, DMAFP_PATCH_CHECK), 0);
	applies(1);
	holds("tree/a.c", "one\nzwei\nthree\n");
	/* nothing but documentation is no failure either */
	load(1, "doc.patch", MAIL("x", DOC));
	assert_int_equal(
		dmafp_patch_apply(&patch[1], 1, tree, DMAFP_PATCH_APPLY, NULL, &err), 0);
}

static void the_file_may_change_after_loading(void **state)
{
	char *path = dmafp_path("%s/2.patch", dir);

	(void)state;
	load(0, "1.patch", MAIL("x", TO_ZWEI));
	load(1, "2.patch", MAIL("x", B_C));
	free(write_file("1.patch", "garbage\n"));
	assert_int_equal(unlink(path), 0);
	applies(2);
	holds("tree/a.c", "one\nzwei\nthree\n");
	holds("tree/b.c", "one\nzwei\nthree\n");
	free(path);
}

/* A tree inside a checkout, as the cache may be. */
static void tree_inside_a_checkout(void **state)
{
	const char *const argv[] = { "git", "init", "-q", dir, NULL };

	(void)state;
	assert_int_equal(dmafp_proc_run(argv, NULL, NULL, NULL, &err), 0);
	load(0, "x.patch", MAIL("x", TO_ZWEI));
	applies(1);
	holds("tree/a.c", "one\nzwei\nthree\n");
}

static void outside_the_tree_is_refused(void **state)
{
	(void)state;
	free(write_file("out.c", BEFORE));
	load(0, "x.patch", MAIL("x", DIFF("../out.c", "one", "two", "zwei", "three")));
	assert_true(apply(1, DMAFP_PATCH_APPLY) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_PATCH);
	holds("out.c", BEFORE);
}

static int give_up(void *ctx)
{
	(void)ctx;
	return dmafp_err_set(&err, 5, DMAFP_EXIT_GUEST, "the tick said so");
}

static void tick_stops_it(void **state)
{
	struct dmafp_proc_tick tick = { give_up, NULL };
	int ret;

	(void)state;
	load(0, "x.patch", MAIL("x", TO_ZWEI));
	ret = dmafp_patch_apply(patch, 1, tree, DMAFP_PATCH_CHECK, &tick, &err);
	/* unless git was faster than the first tick */
	if (ret) {
		assert_int_equal(ret, -5);
		assert_string_equal(err.msg, "the tick said so");
	}
}

static void shipped_patches_load(void **state)
{
	static const char *const names[] = {
		"configs/patches/always-lock.patch",
		"configs/patches/deferred-attach-lock.patch",
		"configs/patches/placebo.patch",
		"tests/vm/patches/does-not-apply.patch",
		"tests/vm/patches/warn.patch",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = dmafp_path("%s/%s", DMAFP_SOURCE_DIR, names[i]);

		if (dmafp_patch_load(&patch[0], path, &err))
			fail_msg("%s", err.msg);
		assert_string_not_equal(patch[0].name, patch[0].file);
		assert_string_equal(patch[0].file, strrchr(path, '/') + 1);
		assert_true(patch[0].name[0] != '[' && patch[0].name[0] != ' ');
		dmafp_patch_end(&patch[0]);
		free(path);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

static void bare_diff_without_final_newline(void **state)
{
	char text[] = TO_ZWEI;

	(void)state;
	text[strlen(text) - 1] = '\0';
	load(0, "bare.diff", text);
	load(1, "next.patch", FROM "Subject: x\n" STAT B_C);
	applies(2);
	holds("tree/a.c", "one\nzwei\nthree\n");
	holds("tree/b.c", "one\nzwei\nthree\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mail),
		TEST(subjects),
		TEST(quoted_printable),
		TEST(base64),
		TEST(mbox_of_two_for_the_same_file),
		TEST(bare_diffs),
		TEST(patch_without_final_newline),
		TEST(bare_diff_without_final_newline),
		TEST(target_without_final_newline),
		TEST(new_and_deleted_files),
		TEST(not_a_patch),
		TEST(missing_patch),
		TEST(check_changes_nothing),
		TEST(a_series_in_its_order),
		TEST(all_of_a_series_or_nothing),
		TEST(context_mismatch),
		TEST(file_that_is_not_in_the_tree),
		TEST(hard_links_keep_the_old_content),
		TEST(documentation_is_left_out),
		TEST(the_file_may_change_after_loading),
		TEST(tree_inside_a_checkout),
		TEST(outside_the_tree_is_refused),
		TEST(tick_stops_it),
		TEST(shipped_patches_load),
	};

	return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
