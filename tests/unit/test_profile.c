// SPDX-License-Identifier: GPL-2.0-or-later
/* Profiles: defaults, every kind of value, and errors with their lines. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "run/profile.h"

static struct dmafp_profile *good(const char *text)
{
	struct dmafp_err err = { 0 };
	struct dmafp_profile *profile = dmafp_profile_parse(text, "dir/mine.ini", &err);

	assert_string_equal(err.msg, "");
	assert_non_null(profile);
	return profile;
}

static void bad(const char *text, const char *message)
{
	struct dmafp_err err = { 0 };

	assert_null(dmafp_profile_parse(text, "p.ini", &err));
	assert_string_equal(err.msg, message);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
}

static void empty_file_is_all_defaults(void **state)
{
	struct dmafp_profile *p = good("");

	(void)state;
	assert_string_equal(p->name, "mine");
	assert_string_equal(p->description, "");
	assert_int_equal(p->run.ops.nr, 3);
	assert_string_equal(p->run.ops.items[2], "map_page");
	assert_int_equal(p->run.sizes.nr, 2);
	assert_int_equal(p->run.sizes.items[1], 65536);
	assert_string_equal(p->run.directions.items[1], "from_device");
	assert_int_equal(p->run.cpus.numbers.nr, 1);
	assert_int_equal(p->run.cpus.numbers.items[0], 0);
	assert_int_equal(p->run.methods.nr, 1);
	assert_string_equal(p->run.methods.items[0], "latency");
	assert_int_equal(p->run.entries.nr, 2);
	assert_string_equal(p->run.layouts.items[0], "contiguous");
	assert_int_equal(p->run.attrs.nr, 0);
	assert_string_equal(p->run.touch.items[0], "no");
	assert_int_equal(p->run.mask, 0);
	assert_int_equal(p->run.node, -1);
	assert_int_equal(p->run.duration, 0);
	assert_int_equal(p->run.live, 256);
	assert_int_equal(p->run.delay, 0);
	assert_int_equal(p->run.series, 0);
	assert_int_equal(p->run.events.nr, 0);
	assert_int_equal(p->run.warmup, 512);
	assert_int_equal(p->run.iterations, 4096);
	assert_int_equal(p->run.block, 64);
	assert_int_equal(p->run.count_ops, 64);
	assert_int_equal(p->run.calibrations, 16);
	assert_string_equal(p->first_map.op, "map_page");
	assert_int_equal(p->first_map.size, 4096);
	assert_true(p->first_map.recount);
	assert_int_equal(p->devices.classes.nr, 2);
	assert_string_equal(p->lab.iommu, "intel");
	assert_int_equal(p->lab.modes.nr, 3);
	assert_string_equal(p->lab.devices.items[1], "e1000e");
	assert_int_equal(p->lab.memory, 768ull << 20);
	assert_int_equal(p->lab.cpus, 1);
	assert_string_equal(p->lab.cmdline, "iommu.strict=1");
	assert_int_equal(p->lab.boots, 2);
	assert_int_equal(p->lab.time_limit, 120);
	assert_int_equal(p->lab.crashkernel, 256ull << 20);
	dmafp_profile_free(p);
}

static void values_replace_defaults(void **state)
{
	struct dmafp_profile *p = good("[profile]\nname = other\n"
				       "[run]\nops=null\n  sizes = 8k ,2M\ncpus = 0,2-3\n"
				       "[first_map]\nrecount = no ; comment\n"
				       "[lab]\ncmdline = a=b c=\"d e\" --\n");

	(void)state;
	assert_string_equal(p->name, "other");
	assert_int_equal(p->run.ops.nr, 1);
	assert_int_equal(p->run.sizes.nr, 2);
	assert_int_equal(p->run.sizes.items[0], 8192);
	assert_int_equal(p->run.sizes.items[1], 2 << 20);
	assert_int_equal(p->run.cpus.numbers.nr, 3);
	assert_int_equal(p->run.cpus.numbers.items[2], 3);
	assert_false(p->first_map.recount);
	assert_string_equal(p->lab.cmdline, "a=b c=\"d e\" --");
	dmafp_profile_free(p);
}

static void measuring_keys(void **state)
{
	struct dmafp_profile *p =
		good("[run]\nmethods = sustained, block\nentries = 4\n"
		     "layouts = scattered\nattrs = no_warn, skip_cpu_sync\n"
		     "touch = no, yes\nmask = 32\nnode = 1\ncpus = 0, node:1, all\n"
		     "duration = 20\nlive = 65536\ndelay = 10000000\nseries = 64\n"
		     "events = cycles, r01c2, 4:0x1c2\n");

	(void)state;
	assert_string_equal(p->run.methods.items[1], "block");
	assert_int_equal(p->run.entries.items[0], 4);
	assert_string_equal(p->run.layouts.items[0], "scattered");
	assert_int_equal(p->run.attrs.nr, 2);
	assert_int_equal(p->run.touch.nr, 2);
	assert_int_equal(p->run.mask, 32);
	assert_int_equal(p->run.node, 1);
	assert_int_equal(p->run.cpus.numbers.nr, 1);
	assert_int_equal(p->run.cpus.nodes.nr, 1);
	assert_int_equal(p->run.cpus.nodes.items[0], 1);
	assert_true(p->run.cpus.all);
	assert_int_equal(p->run.duration, 20);
	assert_int_equal(p->run.live, 65536);
	assert_int_equal(p->run.delay, 10000000);
	assert_int_equal(p->run.series, 64);
	assert_int_equal(p->run.events.nr, 3);
	assert_string_equal(p->run.events.items[2], "4:0x1c2");
	dmafp_profile_free(p);
}

static void bad_measuring_keys(void **state)
{
	(void)state;
	/* no modifiers: of a load without its user space there would be no cost */
	bad("[perf]\nsample_event = cycles:k\n",
	    "p.ini:2: bad value 'cycles:k' for 'sample_event' in [perf]: it takes one name");
	bad("[run]\nmethods = latency, blok\n",
	    "p.ini:2: bad value 'blok' for 'methods' in [run]: it takes some of latency, "
	    "block, sustained, each once, did you mean 'block'?");
	bad("[run]\nentries = 0\n", "p.ini:2: bad value '0' for 'entries' in [run]: it takes "
				    "numbers from 1 to 512, each once");
	bad("[run]\nattrs = no_wran\n",
	    "p.ini:2: bad value 'no_wran' for 'attrs' in [run]: it takes none, or some of "
	    "weak_ordering, write_combine, no_kernel_mapping, skip_cpu_sync, "
	    "force_contiguous, alloc_single_pages, no_warn, privileged, each once, did you "
	    "mean 'no_warn'?");
	/* nothing goes with none */
	bad("[run]\nattrs = none, no_warn\n",
	    "p.ini:2: bad value 'none' for 'attrs' in [run]: it takes none, or some of "
	    "weak_ordering, write_combine, no_kernel_mapping, skip_cpu_sync, "
	    "force_contiguous, alloc_single_pages, no_warn, privileged, each once");
	bad("[run]\nnode = -2\n", "p.ini:2: bad value '-2' for 'node' in [run]: it takes -1 "
				  "for none, or a number up to 1023");
	bad("[run]\nlive = 65537\n", "p.ini:2: bad value '65537' for 'live' in [run]: it "
				     "takes a number from 1 to 65536");
	bad("[run]\nevents = cycles, clocks\n",
	    "p.ini:2: bad value 'cycles, clocks' for 'events' in [run]: it takes none, or up "
	    "to 16 of cycles, instructions, branches, branch-misses, cache-misses, "
	    "l1d-misses, dtlb-misses, rHEX and TYPE:CONFIG, each once");
	bad("[run]\ncpus = node:\n",
	    "p.ini:2: bad value 'node:' for 'cpus' in [run]: it takes CPUs from 0 to 8191 as "
	    "in 0,2-3, each once, node:N, or all");
}

static void text_and_hash_are_kept(void **state)
{
	struct dmafp_profile *p = good("; abc\n");

	(void)state;
	assert_string_equal(p->text, "; abc\n");
	/* printf '; abc\n' | sha256sum */
	assert_string_equal(
		p->sha256,
		"7d81fca1d0744839efa9d1eabd549a67efc96ecfa460b6238e4d00016443288f");
	dmafp_profile_free(p);
}

static void unknown_words_name_line_and_nearest(void **state)
{
	(void)state;
	bad("[run]\nwarmup = 1\nitterations = 5\n",
	    "p.ini:3: unknown key 'itterations' in [run], did you mean 'iterations'?");
	bad("; one\n\n[lab]\nzzzzzzzzz = 5\n", "p.ini:4: unknown key 'zzzzzzzzz' in [lab]");
	/* known, but elsewhere */
	bad("[lab]\nblock = 5\n", "p.ini:2: unknown key 'block' in [lab]");
	bad("[run]\n[frist_map]\n",
	    "p.ini:2: unknown section [frist_map], did you mean 'first_map'?");
	bad("block = 5\n", "p.ini:1: key 'block' stands before the first section");
}

static void duplicates_are_errors(void **state)
{
	(void)state;
	bad("[run]\nblock = 5\n\nblock = 5\n",
	    "p.ini:4: key 'block' in [run] was given before, in line 2");
	bad("[run]\nblock = 5\n[lab]\n[run]\nblock = 6\n",
	    "p.ini:5: key 'block' in [run] was given before, in line 2");
	bad("[run]\nblock = 5\n  block = 6\n",
	    "p.ini:3: key 'block' in [run] was given before, in line 2");
}

static void bad_values_name_the_range(void **state)
{
	(void)state;
	bad("[run]\nblock = 0\n",
	    "p.ini:2: bad value '0' for 'block' in [run]: it takes a number from 1 to 1024");
	bad("[run]\nblock = 1025\n",
	    "p.ini:2: bad value '1025' for 'block' in [run]: it takes a number from 1 to 1024");
	bad("[run]\nblock = many\n",
	    "p.ini:2: bad value 'many' for 'block' in [run]: it takes a number from 1 to 1024");
	bad("[run]\niterations =\n",
	    "p.ini:2: bad value '' for 'iterations' in [run]: it takes a number from 0 to "
	    "1000000000");
	bad("[run]\nsizes = 4K, 2K\n",
	    "p.ini:2: bad value '4K, 2K' for 'sizes' in [run]: it takes sizes from 4K to 1G, "
	    "each once");
	bad("[run]\nsizes = 4K, 4096\n",
	    "p.ini:2: bad value '4K, 4096' for 'sizes' in [run]: it takes sizes from 4K to "
	    "1G, each once");
	bad("[run]\ncpus = 3-1\n",
	    "p.ini:2: bad value '3-1' for 'cpus' in [run]: it takes CPUs from 0 to 8191 as in "
	    "0,2-3, each once, node:N, or all");
	bad("[lab]\nmemory = 1M\n",
	    "p.ini:2: bad value '1M' for 'memory' in [lab]: it takes a size from 256M to 1024G");
	bad("[first_map]\nrecount = perhaps\n",
	    "p.ini:2: bad value 'perhaps' for 'recount' in [first_map]: it takes yes or no");
	bad("[first_map]\nop = a, b\n",
	    "p.ini:2: bad value 'a, b' for 'op' in [first_map]: it takes one name");
	bad("[run]\nops = a,,b\n",
	    "p.ini:2: bad value 'a,,b' for 'ops' in [run]: it takes names with commas between "
	    "them, each once");
}

static void bad_choices_name_the_nearest(void **state)
{
	(void)state;
	bad("[lab]\nmodes = plain, kdmup\n",
	    "p.ini:2: bad value 'kdmup' for 'modes' in [lab]: it takes some of plain, kdump, "
	    "keyed, each once, did you mean 'kdump'?");
	bad("[lab]\niommu = intle\n", "p.ini:2: bad value 'intle' for 'iommu' in [lab]: it "
				      "takes one of intel, amd, did you mean 'intel'?");
}

static void lines_that_are_nothing(void **state)
{
	(void)state;
	bad("[run]\nblock = 1\nnonsense\nblock = 7\n",
	    "p.ini:3: neither '[section]' nor 'key = value'");
	/* the first error counts, whoever finds it */
	bad("[run]\nblock = 0\nnonsense\n",
	    "p.ini:2: bad value '0' for 'block' in [run]: it takes a number from 1 to 1024");
}

static void long_lines(void **state)
{
	char text[8192];
	struct dmafp_profile *p;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "[lab]\ncmdline = ", 16);
	text[3000] = '\0';
	p = good(text);
	assert_int_equal(strlen(p->lab.cmdline), 3000 - 16);
	dmafp_profile_free(p);
	text[3000] = 'x';
	strcpy(text + 6000, "\nblock = 1\n");
	bad(text, "p.ini:2: line of more than 4093 characters");
}

static void no_newline_at_the_end(void **state)
{
	struct dmafp_profile *p = good("[run]\r\nblock = 7");

	(void)state;
	assert_int_equal(p->run.block, 7);
	dmafp_profile_free(p);
	bad("[run]\nblok = 7",
	    "p.ini:2: unknown key 'blok' in [run], did you mean 'block'?");
}

static void looked_up_by_name(void **state)
{
	char dir[] = "/tmp/dmafp-test-XXXXXX", message[512];
	struct dmafp_err err = { 0 };
	struct dmafp_profile *p;
	char *path;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = dmafp_path("%s/quick.ini", dir);
	assert_int_equal(dmafp_file_write(path, "[run]\nblock=3\n", 14, &err), 0);
	setenv("DMAFP_CONFIG_DIR", dir, 1);
	p = dmafp_profile_load("quick", &err);
	assert_non_null(p);
	assert_string_equal(p->path, path);
	assert_int_equal(p->run.block, 3);
	dmafp_profile_free(p);
	assert_null(dmafp_profile_load("quikc", &err));
	snprintf(message, sizeof(message),
		 "no profile 'quikc' in %s, did you mean 'quick'? It has: quick", dir);
	assert_string_equal(err.msg, message);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_null(dmafp_profile_load("./none", &err));
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_int_equal(dmafp_file_write(path, "[run]\0\n", 7, &err), 0);
	assert_null(dmafp_profile_load(path, &err));
	assert_non_null(strstr(err.msg, "is not a text file"));
	unsetenv("DMAFP_CONFIG_DIR");
	dmafp_file_remove_tree(dir);
	free(path);
}

/* The shipped default profile shows every key with its default. */
static void default_profile_is_complete(void **state)
{
	struct dmafp_profile_key key;
	struct dmafp_err err = { 0 };
	char line[256];
	char *text = dmafp_file_read(DMAFP_SOURCE_DIR "/configs/profiles/default.ini", NULL, &err);
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; !dmafp_profile_key(i, &key); i++) {
		if (!strcmp(key.section, "profile"))
			continue;
		snprintf(line, sizeof(line), "\n%s = %s\n", key.name, key.fallback);
		if (!strstr(text, line))
			fail_msg("default.ini has no line '%s = %s'", key.name,
				 key.fallback);
	}
	assert_true(i > 20);
	free(text);
}

static void every_key_is_documented(void **state)
{
	struct dmafp_profile_key key;
	struct dmafp_err err = { 0 };
	char row[256];
	char *text =
		dmafp_file_read(DMAFP_SOURCE_DIR "/docs/profiles.md", NULL, &err);
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; !dmafp_profile_key(i, &key); i++) {
		snprintf(row, sizeof(row), "\n| `%s` | %s%s%s |", key.name,
			 *key.fallback ? "`" : "", key.fallback, *key.fallback ? "`" : "");
		if (!strstr(text, row))
			fail_msg("docs/profiles.md has no row that begins '%s'", row + 1);
	}
	free(text);
}

static void shipped_profiles_load(void **state)
{
	struct dmafp_names names;
	struct dmafp_err err = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(dmafp_profile_names(&names, &err), 0);
	assert_true(dmafp_names_has(&names, "default") && dmafp_names_has(&names, "quick"));
	for (i = 0; i < names.nr; i++) {
		struct dmafp_profile *p = dmafp_profile_load(names.items[i], &err);

		if (!p)
			fail_msg("%s", err.msg);
		assert_string_equal(p->name, names.items[i]);
		dmafp_profile_free(p);
	}
	dmafp_names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_file_is_all_defaults),
		cmocka_unit_test(values_replace_defaults),
		cmocka_unit_test(measuring_keys),
		cmocka_unit_test(bad_measuring_keys),
		cmocka_unit_test(text_and_hash_are_kept),
		cmocka_unit_test(unknown_words_name_line_and_nearest),
		cmocka_unit_test(duplicates_are_errors),
		cmocka_unit_test(bad_values_name_the_range),
		cmocka_unit_test(bad_choices_name_the_nearest),
		cmocka_unit_test(lines_that_are_nothing),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(no_newline_at_the_end),
		cmocka_unit_test(looked_up_by_name),
		cmocka_unit_test(default_profile_is_complete),
		cmocka_unit_test(every_key_is_documented),
		cmocka_unit_test(shipped_profiles_load),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
