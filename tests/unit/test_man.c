// SPDX-License-Identifier: GPL-2.0-or-later
/* Manual pages: what the macros want, and what the tables have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exit.h"
#include "base/file.h"
#include "cli/man.h"
#include "cli/roff.h"

struct options {
	const char *mode, *format, *output;
	bool keep;
};

static const struct options defaults = { .mode = "plain" };

static const char *const modes[] = { "plain", "kdump", NULL };
static const char *const formats[] = { "text", "a-b", NULL };

static const struct dmafp_option table[] = {
	{ "mode", 'm', DMAFP_OPT_CHOICE, offsetof(struct options, mode), "MODE", modes,
	  "how it was\nbooted" },
	{ "format", 0, DMAFP_OPT_CHOICE, offsetof(struct options, format), "NAME",
	  formats, "as what" },
	{ "out-put", 'o', DMAFP_OPT_STRING, offsetof(struct options, output), "DIR", NULL,
	  ".hidden is what dmafp other sees" },
	{ "keep", 'k', DMAFP_OPT_FLAG, offsetof(struct options, keep), NULL, NULL,
	  "keep it" },
	{ 0 }
};

static const char *meaning(const struct dmafp_option *option, const char *choice)
{
	if (strcmp(option->name, "format"))
		return NULL;
	return strcmp(choice, "text") ? "two letters" : "for reading";
}

static const struct dmafp_command build = {
	.name = "build",
	.summary = "builds self-made things",
	.usage = "[ARM=]FILE...",
	.description =
		"First of all.\n  kept   as it is\nfilled again.\n\n"
		"Exit codes: 0 built; 64 not.\n\nAfter `dmafp secret` and dmafp lookout.",
	.examples = "  dmafp build 'x'\n    --deeper\n",
	.options = table,
	.meaning = meaning,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
};

static const struct dmafp_command look = { .name = "look", .summary = "looks" };
static const struct dmafp_command lookout = { .name = "lookout", .summary = "looks out" };
static const struct dmafp_command other = { .name = "other", .summary = "other" };
static const struct dmafp_command secret = { .name = "secret",
					     .summary = "s",
					     .hidden = true };

static const struct dmafp_command *const commands[] = { &build, &look,	 &lookout,
							&other, &secret, NULL };

static char *text;
static size_t len;
static FILE *out;

static int begin(void **state)
{
	(void)state;
	out = open_memstream(&text, &len);
	return !out;
}

static int end(void **state)
{
	(void)state;
	free(text);
	return 0;
}

static void assert_says(const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no '%s' in:\n%s", wanted, text);
}

static void escapes(void **state)
{
	static const char hard[] = ".a -b\n'c' `d`.\n^~\\";

	(void)state;
	dmafp_roff_text(hard, strlen(hard), out);
	fclose(out);
	assert_string_equal(text, "\\&.a \\-b\n\\(aqc\\(aq \\fBd\\fR.\n\\(ha\\(ti\\e\n");
}

static void usage_is_italic_where_it_names(void **state)
{
	(void)state;
	dmafp_roff_usage("[ARM=]FILE... [-- A_B]", out);
	fclose(out);
	assert_string_equal(text, "[\\fIARM\\fR=]\\fIFILE\\fR... [\\-\\- \\fIA_B\\fR]");
}

static void lines_stay(void **state)
{
	static const char lines[] = "  a `b`\n\n    .c\nd\n";

	(void)state;
	dmafp_roff_lines(lines, strlen(lines), out);
	fclose(out);
	assert_string_equal(text, ".RS 4\n.nf\na \\(gab\\(ga\n\n  .c\nd\n.fi\n.RE\n");
}

static void a_page_has_what_the_row_has(void **state)
{
	(void)state;
	dmafp_man_command(commands, &build, "2025-01-02", out);
	fclose(out);
	assert_says(".TH DMAFP\\-BUILD 1 \"2025-01-02\" \"dmafp " DMAFP_VERSION "\"");
	assert_says(".SH NAME\ndmafp\\-build \\- builds self\\-made things\n");
	assert_says(".B dmafp build\n[\\fIOPTION\\fR]... [\\fIARM\\fR=]\\fIFILE\\fR...\n");
	assert_says(".SH DESCRIPTION\nFirst of all.\n.RS 4\n.nf\nkept   as it is\n.fi\n.RE\n"
		    "filled again.\n.PP\nAfter ");
	assert_says(
		".TP\n\\fB\\-m\\fR, \\fB\\-\\-mode\\fR=\\fIMODE\\fR\nhow it was\nbooted\n"
		".br\nOne of \\fBplain\\fR, \\fBkdump\\fR\n.br\nDefault: \\fBplain\\fR\n");
	assert_says("as what\n.RS\n.TP\n\\fBtext\\fR\nfor reading\n"
		    ".TP\n\\fBa\\-b\\fR\ntwo letters\n.RE\n");
	assert_says("\\fB\\-\\-out\\-put\\fR=\\fIDIR\\fR\n\\&.hidden is");
	assert_says(".TP\n\\fB\\-k\\fR, \\fB\\-\\-keep\\fR\nkeep it\n");
	assert_says(".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nprint this text\n");
	assert_says(".SH EXIT STATUS\nExit codes: 0 built; 64 not.\n.PP\nAll codes are");
	assert_says(".SH EXAMPLES\n.RS 4\n.nf\ndmafp build \\(aqx\\(aq\n  \\-\\-deeper\n");
}

/* Those that the row speaks of, and no hidden one */
static void a_page_refers(void **state)
{
	(void)state;
	dmafp_man_command(commands, &build, "", out);
	fclose(out);
	assert_says(".SH SEE ALSO\n.BR dmafp (1),\n.BR dmafp\\-lookout (1),\n"
		    ".BR dmafp\\-other (1)\n");
}

static void a_bare_row_is_a_page(void **state)
{
	(void)state;
	dmafp_man_command(commands, &other, "", out);
	fclose(out);
	assert_says("[\\fIOPTION\\fR]...\n.SH DESCRIPTION\n.SH OPTIONS\n");
	assert_says(".SH EXIT STATUS\n0 if it did what it was asked to.\n");
	assert_says(".SH SEE ALSO\n.BR dmafp (1)\n");
}

static void the_first_page_has_all(void **state)
{
	const struct dmafp_exit_row *row;
	char line[32];

	(void)state;
	dmafp_man_all(commands, "", out);
	fclose(out);
	assert_says(".TP\n\\fBlookout\\fR\nlooks out\n");
	assert_says(".BR dmafp\\-other (1),\n");
	assert_null(strstr(text, "secret"));
	for (row = dmafp_exit_rows; row->name; row++) {
		snprintf(line, sizeof(line), ".TP\n\\fB%d\\fR\n", row->code);
		assert_says(line);
	}
	assert_says("interrupted, Ctrl\\-\\e\n");
}

static void exit_codes_are_those_of_the_document(void **state)
{
	const struct dmafp_exit_row *row;
	struct dmafp_err err = { 0 };
	char *document =
		dmafp_file_read(DMAFP_SOURCE_DIR "/docs/exit-codes.md", NULL, &err);
	size_t told = 0, rows = 0;

	(void)state;
	assert_non_null(document);
	for (row = dmafp_exit_rows; row->name; row++, rows++) {
		char *line = dmafp_path("\n| %d | `%s` | %s |\n", row->code, row->name,
					row->meaning);

		if (!strstr(document, line))
			fail_msg("docs/exit-codes.md has no line%s", line);
		free(line);
	}
	for (char *at = document; (at = strstr(at, "\n| ")); at++)
		told++;
	assert_int_equal(told, rows + 1); /* its heading */
	free(document);
	fclose(out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(escapes),
		TEST(usage_is_italic_where_it_names),
		TEST(lines_stay),
		TEST(a_page_has_what_the_row_has),
		TEST(a_page_refers),
		TEST(a_bare_row_is_a_page),
		TEST(the_first_page_has_all),
		TEST(exit_codes_are_those_of_the_document),
	};

	return cmocka_run_group_tests_name("man", tests, NULL, NULL);
}
