// SPDX-License-Identifier: GPL-2.0-or-later
/* Command lines: options, arguments, messages, help and completion. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/option.h"

struct options {
	bool keep;
	const char *output;
	struct dmafp_strings patches;
	unsigned int jobs;
	const char *mode;
	struct dmafp_strings arms;
};

static const char *default_arms[] = { "base", "patched" };

static const struct options defaults = {
	.output = "out",
	.jobs = 2,
	.arms = { default_arms, 2 },
};

static const char *const modes[] = { "plain", "kdump", "keyed", NULL };
static const char *const arms[] = { "base", "patched", "placebo", NULL };

static const struct dmafp_option table[] = {
	{ "keep", 'k', DMAFP_OPT_FLAG, offsetof(struct options, keep), NULL, NULL,
	  "keep it" },
	{ "output", 'o', DMAFP_OPT_STRING, offsetof(struct options, output), "DIR", NULL,
	  "where to" },
	{ "patch", 0, DMAFP_OPT_STRINGS, offsetof(struct options, patches), "FILE", NULL,
	  "first line\nsecond line" },
	{ "jobs", 'j', DMAFP_OPT_UINT, offsetof(struct options, jobs), "N", NULL,
	  "how many" },
	{ "mode", 'm', DMAFP_OPT_CHOICE, offsetof(struct options, mode), "MODE", modes,
	  "mode" },
	{ "arm", 0, DMAFP_OPT_CHOICES, offsetof(struct options, arms), "ARM", arms, "arms" },
	{ 0 }
};

static int run(void *options, int argc, char **argv, struct dmafp_err *err)
{
	(void)options;
	(void)argv;
	(void)err;
	return argc;
}

static const struct dmafp_command command = {
	.name = "build",
	.summary = "builds things",
	.usage = "[FILE]...",
	.examples = "  dmafp build x",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.max_args = 2,
	.run = run,
};

static const struct dmafp_command hidden = {
	.name = "guest", .summary = "secret", .hidden = true, .run = run
};

static const struct dmafp_command *const commands[] = { &command, &hidden, NULL };

#define MAX_ARGS 8

struct fixture {
	char *argv[MAX_ARGS + 1];
	struct dmafp_parsed parsed;
	struct dmafp_err err;
	int ret;
};

/* Parse a NULL-terminated list of arguments. */
static struct options *parse(struct fixture *f, ...)
{
	int argc = 0;
	va_list ap;

	memset(f, 0, sizeof(*f));
	va_start(ap, f);
	while ((f->argv[argc] = va_arg(ap, char *)))
		argc++;
	va_end(ap);
	f->ret = dmafp_option_parse(&command, argc, f->argv, &f->parsed, &f->err);
	return f->parsed.options;
}

static void done(struct fixture *f)
{
	dmafp_option_release(&command, &f->parsed);
}

static void assert_usage(struct fixture *f, const char *message)
{
	assert_int_equal(f->ret, -EINVAL);
	assert_int_equal(f->err.exit, DMAFP_EXIT_USAGE);
	assert_string_equal(f->err.msg, message);
	done(f);
}

static void defaults_hold(void **state)
{
	struct fixture f;
	struct options *o = parse(&f, NULL);

	(void)state;
	assert_int_equal(f.ret, 0);
	assert_false(o->keep);
	assert_string_equal(o->output, "out");
	assert_int_equal(o->jobs, 2);
	assert_null(o->mode);
	assert_int_equal(o->arms.nr, 2);
	assert_int_equal(f.parsed.nr_args, 0);
	done(&f);
}

static void every_form_of_a_value(void **state)
{
	struct fixture f;
	struct options *o =
		parse(&f, "--output=a=b", "--jobs", "7", "-m", "kdump", "-k", NULL);

	(void)state;
	assert_int_equal(f.ret, 0);
	assert_string_equal(o->output, "a=b");
	assert_int_equal(o->jobs, 7);
	assert_string_equal(o->mode, "kdump");
	assert_true(o->keep);
	done(&f);
	o = parse(&f, "-j9", "--output=", NULL);
	assert_int_equal(o->jobs, 9);
	assert_string_equal(o->output, "");
	done(&f);
}

static void last_string_counts(void **state)
{
	struct fixture f;
	struct options *o = parse(&f, "-o", "x", "-o", "y", NULL);

	(void)state;
	assert_string_equal(o->output, "y");
	done(&f);
}

static void strings_collect_in_order(void **state)
{
	struct fixture f;
	struct options *o = parse(&f, "--patch", "a,b", "--patch=c", NULL);

	(void)state;
	assert_int_equal(o->patches.nr, 2);
	assert_string_equal(o->patches.items[0], "a,b");
	assert_string_equal(o->patches.items[1], "c");
	done(&f);
}

static void choices_replace_the_defaults(void **state)
{
	struct fixture f;
	struct options *o = parse(&f, "--arm=placebo,base", "--arm", "patched", NULL);

	(void)state;
	assert_int_equal(f.ret, 0);
	assert_int_equal(o->arms.nr, 3);
	assert_string_equal(o->arms.items[0], "placebo");
	assert_string_equal(o->arms.items[2], "patched");
	assert_int_equal(defaults.arms.nr, 2);
	done(&f);
}

static void arguments_mix_with_options(void **state)
{
	struct fixture f;
	struct options *o = parse(&f, "one", "-k", "--", "--jobs", NULL);

	(void)state;
	assert_int_equal(f.ret, 0);
	assert_true(o->keep);
	assert_int_equal(f.parsed.nr_args, 2);
	assert_string_equal(f.parsed.args[0], "one");
	assert_string_equal(f.parsed.args[1], "--jobs");
	done(&f);
	parse(&f, "-", NULL);
	assert_string_equal(f.parsed.args[0], "-");
	done(&f);
}

static void help_is_seen_before_errors(void **state)
{
	struct fixture f;

	(void)state;
	parse(&f, "--nonsense", "--help", NULL);
	assert_int_equal(f.ret, 0);
	assert_true(f.parsed.help);
	done(&f);
	parse(&f, "--", "--help", NULL);
	assert_false(f.parsed.help);
	done(&f);
}

static void usage_errors(void **state)
{
	struct fixture f;

	(void)state;
	parse(&f, "--ouptut=x", NULL);
	assert_usage(&f, "build: unknown option '--ouptut', did you mean '--output'? "
			 "(see 'dmafp build --help')");
	parse(&f, "--zzzzzz", NULL);
	assert_usage(&f, "build: unknown option '--zzzzzz' (see 'dmafp build --help')");
	parse(&f, "-x", NULL);
	assert_usage(&f, "build: unknown option '-x' (see 'dmafp build --help')");
	parse(&f, "--keep=yes", NULL);
	assert_usage(&f, "build: no value goes with '--keep' (see 'dmafp build --help')");
	parse(&f, "--output", NULL);
	assert_usage(&f,
		     "build: a value must follow '--output' (see 'dmafp build --help')");
	parse(&f, "a", "b", "c", NULL);
	assert_usage(&f, "build: one argument too many: 'c' (see 'dmafp build --help')");
	parse(&f, "-m", "kdmp", NULL);
	assert_usage(&f, "build: -m is one of plain, kdump, keyed; not 'kdmp', did you mean "
			 "'kdump'? (see 'dmafp build --help')");
	parse(&f, "--arm=base,", NULL);
	assert_usage(&f, "build: --arm is one of base, patched, placebo; not '' "
			 "(see 'dmafp build --help')");
}

static void bad_numbers(void **state)
{
	static char *const bad[] = { "",   "-1",  "+1",		" 1",
				     "1x", "0x1", "4294967296", "99999999999999999999" };
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parse(&f, "--jobs", bad[i], NULL);
		assert_int_equal(f.ret, -EINVAL);
		assert_non_null(
			strstr(f.err.msg, "--jobs takes a number from 0 to 4294967295"));
		done(&f);
	}
	assert_int_equal(parse(&f, "--jobs=4294967295", NULL)->jobs, 4294967295u);
	done(&f);
}

static void fewest_arguments(void **state)
{
	struct dmafp_command strict = command;
	struct dmafp_parsed parsed;
	struct dmafp_err err;
	char *argv[] = { NULL };

	(void)state;
	strict.min_args = 1;
	assert_int_equal(dmafp_option_parse(&strict, 0, argv, &parsed, &err), -EINVAL);
	assert_string_equal(
		err.msg, "build: missing argument: [FILE]... (see 'dmafp build --help')");
	dmafp_option_release(&strict, &parsed);
}

static void nearest_word(void **state)
{
	static const char *const words[] = { "run", "list", "lab", "completion" };

	(void)state;
	assert_int_equal(dmafp_nearest("rnu", words, 4), 0); /* a swap is one step */
	assert_int_equal(dmafp_nearest("lsit", words, 4), 1);
	assert_int_equal(dmafp_nearest("lba", words, 4), 2);
	assert_int_equal(dmafp_nearest("ilts", words, 4), 1); /* two swaps */
	assert_int_equal(dmafp_nearest("rxx", words, 4), 0);  /* short: 2 are allowed */
	assert_int_equal(dmafp_nearest("compltn", words, 4), -1); /* 3 steps, 2 allowed */
	assert_int_equal(dmafp_nearest("complettn", words, 4), 3); /* 2 steps of 3 */
	assert_int_equal(dmafp_nearest("xyzzy", words, 4), -1);
	assert_int_equal(dmafp_nearest("run", words, 0), -1);
}

static void nearest_survives_long_words(void **state)
{
	static const char *const words[] = { "run" };
	char word[4096];

	(void)state;
	memset(word, 'r', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(dmafp_nearest(word, words, 1), -1);
}

static void commands_are_found(void **state)
{
	struct dmafp_err err;

	(void)state;
	assert_ptr_equal(dmafp_command_find(commands, "guest", &err), &hidden);
	assert_null(dmafp_command_find(commands, "biuld", &err));
	assert_string_equal(
		err.msg,
		"unknown command 'biuld', did you mean 'build'? (see 'dmafp help')");
	/* what is hidden is not suggested either */
	assert_null(dmafp_command_find(commands, "guets", &err));
	assert_string_equal(err.msg, "unknown command 'guets' (see 'dmafp help')");
}

static void exit_code_is_the_commands(void **state)
{
	char *argv[] = { "dmafp", "build", "a", "b", NULL };

	(void)state;
	assert_int_equal(dmafp_command_main(commands, 4, argv), 2);
}

static char *text_of(void (*print)(FILE *out))
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(out);
	fclose(out);
	return text;
}

static void print_help(FILE *out)
{
	dmafp_help_command(&command, out);
}

static void help_comes_from_the_rows(void **state)
{
	char *text = text_of(print_help);

	(void)state;
	assert_non_null(strstr(text, "  -k, --keep            keep it\n  -o"));
	assert_non_null(strstr(text, "  -o, --output=DIR      where to\n"
				     "                        default: out\n"));
	assert_non_null(strstr(text, "      --patch=FILE      first line\n"
				     "                        second line\n"));
	assert_non_null(strstr(text, "how many\n                        default: 2\n"));
	assert_non_null(strstr(text, "one of: plain, kdump, keyed\n"));
	assert_non_null(strstr(text, "default: base, patched\n"));
	assert_non_null(strstr(text, "Examples:\n  dmafp build x\n"));
	free(text);
}

static void print_all(FILE *out)
{
	dmafp_help_all(commands, out);
	dmafp_completion_bash(commands, out);
}

static const char *const many[] = { "one-and-a-half",	"two-and-a-half",
				    "three-and-a-half", "four-and-a-half",
				    "five-and-a-half",	NULL };

static const struct dmafp_option wordy[] = {
	{ "long", 'l', DMAFP_OPT_CHOICE, 0, "MODE", many,
	  "sixty-one columns are more than the fifty-six that there are; and\n"
	  "a break stays a break" },
	{ "word", 'w', DMAFP_OPT_FLAG, 8, NULL, NULL,
	  "a_word_of_more_than_fifty-six_columns_is_not_cut_but_has_a_line then more" },
	{ 0 }
};

static const struct dmafp_command wordy_command = {
	.name = "talk",
	.summary = "talks",
	.usage = "",
	.examples = "dmafp talk\n  dmafp talk again\n\ndmafp talk  # and again\n",
	.options = wordy,
	.options_size = 16,
	.run = run,
};

static void print_wordy(FILE *out)
{
	dmafp_help_command(&wordy_command, out);
}

static void help_wraps(void **state)
{
	char *text = text_of(print_wordy);

	(void)state;
	assert_string_equal(
		text,
		"dmafp talk - talks\n\nUsage: dmafp talk [OPTION]...\n\nOptions:\n"
		"  -l, --long=MODE       sixty-one columns are more than the fifty-six that there\n"
		"                        are; and\n"
		"                        a break stays a break\n"
		"                        one of: one-and-a-half, two-and-a-half,\n"
		"                                three-and-a-half, four-and-a-half,\n"
		"                                five-and-a-half\n"
		"  -w, --word            a_word_of_more_than_fifty-six_columns_is_not_cut_but_has_a_line\n"
		"                        then more\n"
		"  -h, --help            print this text\n"
		"\nExamples:\n  dmafp talk\n  dmafp talk again\n\n  dmafp talk  # and again\n");
	free(text);
}

static void hidden_commands_are_not_told(void **state)
{
	char *text = text_of(print_all);

	(void)state;
	assert_non_null(strstr(text, "  build       builds things\n"));
	assert_non_null(
		strstr(text, "build:--mode | build:-m) kind= words=\"plain kdump keyed\" ;;"));
	assert_non_null(strstr(
		text, "words=\"--help --keep --output --patch --jobs --mode --arm\""));
	assert_null(strstr(text, "guest"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_hold),
		cmocka_unit_test(every_form_of_a_value),
		cmocka_unit_test(last_string_counts),
		cmocka_unit_test(strings_collect_in_order),
		cmocka_unit_test(choices_replace_the_defaults),
		cmocka_unit_test(arguments_mix_with_options),
		cmocka_unit_test(help_is_seen_before_errors),
		cmocka_unit_test(usage_errors),
		cmocka_unit_test(bad_numbers),
		cmocka_unit_test(fewest_arguments),
		cmocka_unit_test(nearest_word),
		cmocka_unit_test(nearest_survives_long_words),
		cmocka_unit_test(commands_are_found),
		cmocka_unit_test(exit_code_is_the_commands),
		cmocka_unit_test(help_comes_from_the_rows),
		cmocka_unit_test(help_wraps),
		cmocka_unit_test(hidden_commands_are_not_told),
	};

	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
