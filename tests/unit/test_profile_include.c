// SPDX-License-Identifier: GPL-2.0-or-later
/* Profiles out of several files, and settings over them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/profile.h"

/* A folder that is both the profile directory and the working directory */
static char dir[] = "/tmp/dmafp-test-XXXXXX";

static void put(const char *name, const char *text)
{
	struct dmafp_err err = { 0 };

	assert_int_equal(dmafp_file_write(name, text, strlen(text), &err), 0);
}

static struct dmafp_profile *load_with(const char *name, const struct dmafp_sets *sets)
{
	struct dmafp_err err = { 0 };
	struct dmafp_profile *profile = dmafp_profile_load_with(name, sets, &err);

	assert_string_equal(err.msg, "");
	assert_non_null(profile);
	return profile;
}

static struct dmafp_profile *load(const char *name)
{
	return load_with(name, &(struct dmafp_sets) { 0 });
}

static void bad(const char *name, const char *message)
{
	struct dmafp_err err = { 0 };

	assert_null(dmafp_profile_load(name, &err));
	assert_string_equal(err.msg, message);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
}

static void bad_set(const char *set, const char *message)
{
	const struct dmafp_sets sets = { &set, 1 };
	struct dmafp_err err = { 0 };

	assert_null(dmafp_profile_load_with("base", &sets, &err));
	assert_string_equal(err.msg, message);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
}

/* A listing without what differs by where a value was written */
static char *bare(const char *listing)
{
	char *copy = dmafp_alloc_string(listing), *rest = copy, *line, *text, *more;

	text = dmafp_alloc_string("");
	while ((line = strsep(&rest, "\n"))) {
		char *end = strstr(line, " ;");

		while (end && end > line && end[-1] == ' ')
			end--;
		if (end)
			*end = '\0';
		if (!strncmp(line, "include =", 9))
			continue;
		more = dmafp_path("%s%s\n", text, line);
		free(text);
		text = more;
	}
	free(copy);
	return text;
}

/* Is the text alone, as the lab's guest has it, the same profile? */
static void assert_text_is_whole(const struct dmafp_profile *profile)
{
	struct dmafp_err err = { 0 };
	struct dmafp_profile *again = dmafp_profile_parse(profile->text, "/p.ini", &err);
	char *one, *other;

	assert_string_equal(err.msg, "");
	assert_string_equal(again->text, profile->text);
	assert_string_equal(again->sha256, profile->sha256);
	assert_string_equal(again->name, profile->name);
	one = bare(profile->listing);
	other = bare(again->listing);
	assert_string_equal(one, other);
	free(one);
	free(other);
	dmafp_profile_free(again);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	if (!mkdtemp(dir) || chdir(dir))
		return -1;
	setenv("DMAFP_CONFIG_DIR", dir, 1);
	put("base.ini", "[profile]\nname = base\ndescription = of base\n"
			"[run]\nblock = 5\nwarmup = 1\nsizes = 8k,2M\n"
			"[lab]\nboots = 3\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unsetenv("DMAFP_CONFIG_DIR");
	return chdir("/") || dmafp_file_remove_tree(dir);
}

static void own_keys_override_included_ones(void **state)
{
	struct dmafp_profile *p;

	(void)state;
	/* also where the key stands before the include */
	put("mine.ini", "[run]\nblock = 6\n[profile]\ninclude = base\n[lab]\nboots = 4\n");
	p = load("mine");
	assert_int_equal(p->run.block, 6);
	assert_int_equal(p->lab.boots, 4);
	assert_int_equal(p->run.warmup, 1);
	assert_int_equal(p->run.sizes.items[1], 2 << 20);
	/* neither given here nor there */
	assert_int_equal(p->run.iterations, 4096);
	assert_string_equal(p->name, "mine");
	assert_string_equal(p->description, "");
	dmafp_profile_free(p);
}

static void later_includes_override_earlier_ones(void **state)
{
	struct dmafp_profile *p;

	(void)state;
	put("other.ini", "[run]\nblock = 9\n");
	put("mine.ini", "[profile]\ninclude = base, other\n");
	p = load("mine");
	assert_int_equal(p->run.block, 9);
	assert_int_equal(p->run.warmup, 1);
	dmafp_profile_free(p);
	put("mine.ini", "[profile]\ninclude = other, base\n");
	p = load("mine");
	assert_int_equal(p->run.block, 5);
	dmafp_profile_free(p);
	/* the same file by two ways is no circle */
	put("left.ini", "[profile]\ninclude = base\n[run]\nblock = 7\n");
	put("right.ini", "[profile]\ninclude = base\n");
	put("mine.ini", "[profile]\ninclude = left, right\n");
	p = load("mine");
	assert_int_equal(p->run.block, 5);
	dmafp_profile_free(p);
}

static void paths_begin_in_the_including_folder(void **state)
{
	struct dmafp_profile *p;
	char *path = dmafp_path("%s/sub/up.ini", dir), *text;
	struct dmafp_err err = { 0 };

	(void)state;
	assert_int_equal(dmafp_file_mkdirs("sub/deeper", &err), 0);
	put("sub/deeper/a b.ini", "[run]\nblock = 11\n");
	put("sub/up.ini", "[profile]\ninclude = deeper/a b.ini, ../base.ini, down.ini\n");
	put("sub/down.ini", "[lab]\nboots = 8\n");
	p = load("sub/up.ini");
	assert_int_equal(p->run.block, 5);
	assert_int_equal(p->lab.boots, 8);
	dmafp_profile_free(p);
	p = load(path);
	assert_int_equal(p->lab.boots, 8);
	dmafp_profile_free(p);
	text = dmafp_path("[profile]\ninclude = %s\n", path);
	put("sub/deeper/abs.ini", text);
	p = load("sub/deeper/abs.ini");
	assert_int_equal(p->lab.boots, 8);
	dmafp_profile_free(p);
	free(text);
	free(path);
}

static void text_is_one_file(void **state)
{
	struct dmafp_profile *p;

	(void)state;
	put("mine.ini", "; ours\n[lab]\ncmdline=;a=b c\nboots = 4\n"
			"[profile]\ndescription = of mine\ninclude = base\n");
	p = load("mine");
	assert_string_equal(p->text, "[profile]\nname = mine\ndescription = of mine\n"
				     "\n[run]\nsizes = 8k,2M\nwarmup = 1\nblock = 5\n"
				     "\n[lab]\ncmdline =;a=b c\nboots = 4\n");
	assert_string_equal(p->lab.cmdline, ";a=b c");
	assert_text_is_whole(p);
	dmafp_profile_free(p);
}

/* Results that were made before there were includes have this hash. */
static void text_of_one_file_is_that_file(void **state)
{
	static const char text[] =
		"; a comment\n[profile]\ninclude = none\n\n[run]\nblock=5";
	char sha256[DMAFP_SHA256_HEX];
	struct dmafp_profile *p;

	(void)state;
	put("mine.ini", text);
	p = load("mine");
	assert_string_equal(p->text, text);
	dmafp_sha256(text, strlen(text), sha256);
	assert_string_equal(p->sha256, sha256);
	dmafp_profile_free(p);
}

static void errors_name_both_files(void **state)
{
	char message[512];

	(void)state;
	put("typo.ini", "[run]\n\nblok = 5\n");
	put("mid.ini", "[profile]\ninclude = ./typo.ini\n");
	put("mine.ini", "[profile]\nname = mine\ninclude = base, ./mid.ini\n");
	bad("./mine.ini",
	    "./././typo.ini:3: unknown key 'blok' in [run], did you mean 'block'? "
	    "(included by ././mid.ini:2) (included by ./mine.ini:3)");
	/* a bad value that would be overridden is one all the same */
	put("typo.ini", "[run]\nblock = 0\n");
	put("mine.ini", "[profile]\ninclude = ./typo.ini\n[run]\nblock = 1\n");
	bad("./mine.ini",
	    "././typo.ini:2: bad value '0' for 'block' in [run]: it takes a number from 1 to "
	    "1024 (included by ./mine.ini:2)");
	put("mine.ini", "[profile]\ninclude = base\n[run]\nblock = 1\nblock = 1\n");
	bad("./mine.ini", "./mine.ini:5: key 'block' in [run] was given before, in line 4");
	put("mine.ini", "[profile]\n\ninclude = bsae\n");
	snprintf(message, sizeof(message),
		 "./mine.ini:3: no profile 'bsae' in %s, did you mean 'base'? It has: base, "
		 "mid, mine, typo",
		 dir);
	bad("./mine.ini", message);
	put("mine.ini", "[profile]\ninclude = base, base\n");
	bad("./mine.ini",
	    "./mine.ini:2: bad value 'base, base' for 'include' in [profile]: it takes none, "
	    "or names and paths with commas between them, each once");
	put("mine.ini", "[profile]\ninclude =\n");
	bad("./mine.ini", "./mine.ini:2: bad value '' for 'include' in [profile]: it takes "
			  "none, or names and paths with commas between them, each once");
}

static void missing_include_is_missing_input(void **state)
{
	struct dmafp_err err = { 0 };

	(void)state;
	put("mine.ini", "[profile]\ninclude = gone/too.ini\n");
	assert_null(dmafp_profile_load("./mine.ini", &err));
	assert_string_equal(err.msg, "./mine.ini:2: cannot read ./gone/too.ini: No such file "
				     "or directory");
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
}

static void circles_are_refused(void **state)
{
	(void)state;
	put("mine.ini", "[profile]\ninclude = ./mine.ini\n");
	bad("mine.ini", "mine.ini:2: include of './mine.ini' goes in a circle");
	put("mine.ini", "[profile]\ninclude = a.ini\n");
	put("a.ini", "[run]\n[profile]\ninclude = b.ini\n");
	put("b.ini", "[profile]\ninclude = a.ini\n");
	bad("mine.ini", "b.ini:2: include of 'a.ini' goes in a circle (included by a.ini:3) "
			"(included by mine.ini:2)");
	/* by another name */
	assert_int_equal(symlink("a.ini", "link.ini"), 0);
	put("b.ini", "[profile]\ninclude = link.ini\n");
	bad("mine.ini", "b.ini:2: include of 'link.ini' goes in a circle (included by "
			"a.ini:3) (included by mine.ini:2)");
}

static void depth_is_limited(void **state)
{
	char name[16], text[64];
	struct dmafp_err err = { 0 };
	int i;

	(void)state;
	put("0.ini", "[run]\nblock = 77\n");
	for (i = 1; i < 10; i++) {
		snprintf(name, sizeof(name), "%d.ini", i);
		snprintf(text, sizeof(text), "[profile]\ninclude = %d.ini\n", i - 1);
		put(name, text);
	}
	dmafp_profile_free(load("8.ini"));
	assert_null(dmafp_profile_load("9.ini", &err));
	assert_non_null(strstr(err.msg, "1.ini:2: include of '0.ini' is more than 8 files "
					"deep (included by 2.ini:2)"));
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
}

static void settings_override_the_file(void **state)
{
	static const char *const items[] = { "run.block=6", "boots = 9", "boots=10",
					     "lab.cmdline=a='b c'", "modes=kdump,plain" };
	const struct dmafp_sets sets = { items, 5 };
	struct dmafp_profile *p, *plain = load("base");

	(void)state;
	p = load_with("base", &sets);
	assert_int_equal(p->run.block, 6);
	assert_int_equal(p->lab.boots, 10);
	assert_string_equal(p->lab.cmdline, "a='b c'");
	assert_string_equal(p->lab.modes.items[0], "kdump");
	/* the file's */
	assert_int_equal(p->run.warmup, 1);
	assert_string_equal(p->description, "of base");
	/* neither what it is called nor its hash are those of the file */
	assert_string_equal(p->name,
			    "base --set run.block=6 --set 'boots = 9' --set boots=10 --set "
			    "'lab.cmdline=a='\\''b c'\\''' --set modes=kdump,plain");
	assert_string_not_equal(p->sha256, plain->sha256);
	assert_text_is_whole(p);
	dmafp_profile_free(p);
	dmafp_profile_free(plain);
}

static void settings_override_includes(void **state)
{
	static const char *const items[] = { "block=8", "cmdline=" };
	const struct dmafp_sets sets = { items, 2 };
	struct dmafp_profile *p;

	(void)state;
	put("mine.ini", "[profile]\ninclude = base\n[run]\nblock = 6\n");
	p = load_with("mine", &sets);
	assert_int_equal(p->run.block, 8);
	assert_int_equal(p->lab.boots, 3);
	assert_string_equal(p->lab.cmdline, "");
	assert_string_equal(p->name, "mine --set block=8 --set cmdline=");
	assert_text_is_whole(p);
	dmafp_profile_free(p);
}

static void bad_settings(void **state)
{
	(void)state;
	bad_set("block", "--set block: it takes KEY=VALUE, as in run.block=16");
	bad_set("=5", "--set =5: it takes KEY=VALUE, as in run.block=16");
	bad_set("block=0", "--set block=0: bad value '0' for 'block' in [run]: it takes a "
			   "number from 1 to 1024");
	bad_set("itterations=5",
		"--set itterations=5: unknown key 'itterations', did you mean 'iterations'?");
	bad_set("run.blok=5",
		"--set run.blok=5: unknown key 'run.blok', did you mean 'run.block'?");
	/* known, but elsewhere */
	bad_set("lab.live=5", "--set lab.live=5: unknown key 'lab.live'");
	bad_set("cpus=1",
		"--set cpus=1: several sections have a key 'cpus': say run.cpus or lab.cpus");
	bad_set("name=x",
		"--set name=x: [profile] is what a file says of itself, and is not set");
	bad_set("profile.include=base",
		"--set profile.include=base: [profile] is what a file "
		"says of itself, and is not set");
	/* no file can hold these */
	bad_set("cmdline=a ;b",
		"--set cmdline=a ;b: a ';' behind a blank would begin a comment");
	bad_set("cmdline= ;b",
		"--set cmdline= ;b: a ';' behind a blank would begin a comment");
	bad_set("cmdline=a\nb", "--set cmdline=a: a value is one line of text");
}

static void long_settings(void **state)
{
	char text[8192], *item = text;
	const struct dmafp_sets sets = { (const char *const *)&item, 1 };
	struct dmafp_err err = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "cmdline=", 8);
	text[4000] = '\0';
	dmafp_profile_free(load_with("base", &sets));
	text[4000] = 'x';
	text[8191] = '\0';
	assert_null(dmafp_profile_load_with("base", &sets, &err));
	assert_non_null(strstr(err.msg, "is a line of more than 4093 characters"));
}

static void listing_says_where_from(void **state)
{
	const char *item = "boots=10";
	const struct dmafp_sets sets = { &item, 1 };
	struct dmafp_profile *p;

	(void)state;
	put("mine.ini", "[profile]\ninclude = base.ini\n[run]\nwarmup = 2\n");
	p = load_with("mine.ini", &sets);
	assert_non_null(strstr(
		p->listing, "\nwarmup = 2                               ; mine.ini:4\n"));
	assert_non_null(strstr(
		p->listing, "\nblock = 5                                ; base.ini:5\n"));
	assert_non_null(
		strstr(p->listing,
		       "\nboots = 10                               ; --set boots=10\n"));
	assert_non_null(strstr(p->listing,
			       "\nseries = 0                               ; default\n"));
	assert_non_null(strstr(
		p->listing, "\ninclude = base.ini                       ; mine.ini:2\n"));
	dmafp_profile_free(p);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(own_keys_override_included_ones),
		IN_DIR(later_includes_override_earlier_ones),
		IN_DIR(paths_begin_in_the_including_folder),
		IN_DIR(text_is_one_file),
		IN_DIR(text_of_one_file_is_that_file),
		IN_DIR(errors_name_both_files),
		IN_DIR(missing_include_is_missing_input),
		IN_DIR(circles_are_refused),
		IN_DIR(depth_is_limited),
		IN_DIR(settings_override_the_file),
		IN_DIR(settings_override_includes),
		IN_DIR(bad_settings),
		IN_DIR(long_settings),
		IN_DIR(listing_says_where_from),
	};

	return cmocka_run_group_tests_name("profile_include", tests, NULL, NULL);
}
