// SPDX-License-Identifier: GPL-2.0-or-later
/* The host's end of the result channel: whole, cut and damaged streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab/channel.h"

/* printf abc | sha256sum */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define GOOD                   \
	"#dmafp hello plain\n" \
	"#dmafp result 3 " ABC " a.json\nabc\n"

struct fixture {
	char dir[32], stream[64], results[64], notes[256];
	struct dmafp_channel channel;
	struct dmafp_err err;
};

static void note(void *ctx, const char *text)
{
	struct fixture *f = ctx;

	/* some tests feed many streams, and long ones */
	if (strlen(text) < 64)
		snprintf(f->notes, sizeof(f->notes), "%s", text);
}

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/dmafp-test-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->stream, sizeof(f->stream), "%s/stream", f->dir);
	snprintf(f->results, sizeof(f->results), "%s/results", f->dir);
	f->channel.path = f->stream;
	f->channel.dir = f->results;
	f->channel.note = note;
	f->channel.ctx = f;
	*state = f;
	return dmafp_file_mkdirs(f->results, &f->err);
}

static int end(void **state)
{
	struct fixture *f = *state;

	dmafp_file_remove_tree(f->dir);
	free(f);
	return 0;
}

/* More of the stream arrives. */
static void arrive(struct fixture *f, const void *data, size_t len)
{
	FILE *file = fopen(f->stream, "a");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static int take(struct fixture *f, const char *text)
{
	arrive(f, text, strlen(text));
	return dmafp_channel_poll(&f->channel, &f->err);
}

static void has_result(struct fixture *f, const char *name, const void *data, size_t len)
{
	char *path = dmafp_path("%s/%s", f->results, name), *text;
	size_t got;

	text = dmafp_file_read(path, &got, &f->err);
	assert_non_null(text);
	assert_int_equal(got, len);
	assert_memory_equal(text, data, len);
	free(text);
	free(path);
}

/* Removing the empty directory shows that it was. */
static void no_results(struct fixture *f)
{
	assert_int_equal(rmdir(f->results), 0);
	assert_int_equal(f->channel.results, 0);
}

static void damaged(struct fixture *f, const char *text)
{
	assert_true(take(f, text) < 0);
	assert_int_equal(f->err.exit, DMAFP_EXIT_GUEST);
	assert_non_null(strstr(f->err.msg, f->stream));
	no_results(f);
}

static void nothing_yet(void **state)
{
	struct fixture *f = *state;

	/* QEMU has not made the file yet */
	assert_int_equal(dmafp_channel_poll(&f->channel, &f->err), 0);
	assert_int_equal(take(f, ""), 0);
	assert_string_equal(f->channel.mode, "");
	assert_int_equal(f->channel.fail.exit, 0);
	no_results(f);
}

static size_t whole_stream(char *to, char *binary, size_t len)
{
	char sha[DMAFP_SHA256_HEX];
	int n;

	for (size_t i = 0; i < len; i++)
		binary[i] = (char)i;
	/* looks like the protocol inside a result */
	memcpy(binary + 100, "\n#dmafp crash\n", 14);
	dmafp_sha256(binary, len, sha);
	n = sprintf(to,
		    "#dmafp hello plain\n#dmafp note all is well\n"
		    "#dmafp progress 1 9 map_page 4K, cpu 0\n"
		    "#dmafp result 3 " ABC " a.json\nabc\n"
		    "#dmafp result %zu %s b.bin\n",
		    len, sha);
	memcpy(to + n, binary, len);
	return n + len +
	       sprintf(to + n + len, "\n#dmafp progress 2 9 unmap\n#dmafp success plain\n"
				     "#dmafp crash\n#dmafp hello kdump\n"
				     "#dmafp progress 3 4 last\n#dmafp success kdump\n");
}

static void whole_stream_was_taken(struct fixture *f, const char *binary, size_t len,
				   size_t total)
{
	assert_int_equal(f->channel.offset, total);
	assert_string_equal(f->notes, "all is well");
	assert_string_equal(f->channel.mode, "kdump");
	assert_string_equal(f->channel.step, "last");
	assert_int_equal(f->channel.done, 3);
	assert_int_equal(f->channel.total, 4);
	assert_true(f->channel.crashed);
	assert_int_equal(f->channel.results, 2);
	assert_int_equal(f->channel.nr_succeeded, 2);
	assert_true(dmafp_channel_has_succeeded(&f->channel, "plain"));
	assert_true(dmafp_channel_has_succeeded(&f->channel, "kdump"));
	assert_false(dmafp_channel_has_succeeded(&f->channel, "keyed"));
	assert_false(dmafp_channel_has_succeeded(&f->channel, ""));
	assert_int_equal(f->channel.fail.exit, 0);
	has_result(f, "a.json", "abc", 3);
	has_result(f, "b.bin", binary, len);
}

static void all_at_once(void **state)
{
	struct fixture *f = *state;
	char text[2048], binary[600];
	size_t len = whole_stream(text, binary, sizeof(binary));

	arrive(f, text, len);
	assert_int_equal(dmafp_channel_poll(&f->channel, &f->err), 0);
	whole_stream_was_taken(f, binary, sizeof(binary), len);
	/* and nothing is taken twice */
	assert_int_equal(dmafp_channel_poll(&f->channel, &f->err), 0);
	whole_stream_was_taken(f, binary, sizeof(binary), len);
}

static void byte_by_byte(void **state)
{
	struct fixture *f = *state;
	char text[2048], binary[600];
	size_t len = whole_stream(text, binary, sizeof(binary));

	for (size_t i = 0; i < len; i++) {
		arrive(f, text + i, 1);
		if (dmafp_channel_poll(&f->channel, &f->err))
			fail_msg("at byte %zu: %s", i, f->err.msg);
	}
	whole_stream_was_taken(f, binary, sizeof(binary), len);
}

static void a_result_waits_for_its_last_byte(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(take(f, "#dmafp result 3 " ABC " a.json\nabc"), 0);
	assert_int_equal(f->channel.results, 0);
	assert_int_equal(access(f->results, F_OK), 0);
	assert_int_equal(take(f, "\n"), 0);
	assert_int_equal(f->channel.results, 1);
	has_result(f, "a.json", "abc", 3);
}

static void cut_streams_are_not_wrong_yet(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "#dmafp result 3 " ABC " a.json\nabc";

	/* every prefix, each time from the start */
	for (size_t len = 1; len < sizeof(text); len++) {
		unlink(f->stream);
		f->channel.offset = 0;
		arrive(f, text, len);
		assert_int_equal(dmafp_channel_poll(&f->channel, &f->err), 0);
	}
	assert_string_equal(f->err.msg, "");
	no_results(f);
}

static void an_empty_result(void **state)
{
	struct fixture *f = *state;

	/* sha256sum </dev/null */
	assert_int_equal(take(f, "#dmafp result 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e46"
				 "49b934ca495991b7852b855 none\n\n#dmafp crash\n"),
			 0);
	has_result(f, "none", "", 0);
	assert_true(f->channel.crashed);
}

static void a_result_sent_again_replaces(void **state)
{
	struct fixture *f = *state;
	char *path;

	assert_int_equal(take(f, GOOD GOOD), 0);
	assert_int_equal(f->channel.results, 2);
	has_result(f, "a.json", "abc", 3);
	/* no temporary file is left beside it */
	path = dmafp_path("%s/a.json", f->results);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(f->results), 0);
	free(path);
}

static void wrong_bytes(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " a.json\nabd\n");
}

static void wrong_sha(void **state)
{
	damaged(*state,
		"#dmafp result 3 aa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410f"
		"f61f20015ad a.json\nabc\n");
}

static void short_sha(void **state)
{
	damaged(*state, "#dmafp result 3 ba7816bf a.json\nabc\n");
}

static void length_too_small(void **state)
{
	damaged(*state, "#dmafp result 2 " ABC " a.json\nabc\n");
}

static void length_too_big(void **state)
{
	damaged(*state, "#dmafp result 4 " ABC " a.json\nabc\n#dmafp crash\n");
}

static void length_beyond_all_bounds(void **state)
{
	/* at once, not after 64 MiB have come */
	damaged(*state, "#dmafp result 99999999999 " ABC " a.json\n");
}

static void negative_length(void **state)
{
	damaged(*state, "#dmafp result -1 " ABC " a.json\nabc\n");
}

static void no_newline_behind_the_bytes(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " a.json\nabc#dmafp crash\n");
}

static void name_that_climbs(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " ../x\nabc\n");
}

static void name_with_a_folder(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " a/b\nabc\n");
}

static void absolute_name(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " /tmp/dmafp-must-not-be\nabc\n");
	assert_int_equal(access("/tmp/dmafp-must-not-be", F_OK), -1);
}

static void hidden_name(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " .hidden\nabc\n");
}

static void name_with_a_blank(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " a b\nabc\n");
}

static void dot_name(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC " ..\nabc\n");
}

static void no_name(void **state)
{
	damaged(*state, "#dmafp result 3 " ABC "\nabc\n");
}

static void header_garbage(void **state)
{
	damaged(*state, "#dmafp result three " ABC " a.json\nabc\n");
}

static void unknown_word(void **state)
{
	damaged(*state, "#dmafp bye plain\n");
}

static void word_without_its_argument(void **state)
{
	damaged(*state, "#dmafp hello\n");
}

static void word_with_more_letters(void **state)
{
	damaged(*state, "#dmafp crashed\n");
}

static void text_outside_the_protocol(void **state)
{
	damaged(*state, "SeaBIOS (version 1.16)\n");
}

static void empty_line(void **state)
{
	damaged(*state, "#dmafp hello plain\n\n");
}

static void bytes_of_zero(void **state)
{
	struct fixture *f = *state;

	arrive(f, "\0\0\0\0\0\0\0\0\0\n", 10);
	assert_true(dmafp_channel_poll(&f->channel, &f->err) < 0);
	assert_int_equal(f->err.exit, DMAFP_EXIT_GUEST);
	no_results(f);
}

static void over_long_line(void **state)
{
	char text[10001];

	memset(text, 'x', sizeof(text));
	memcpy(text, "#dmafp note ", 12);
	text[sizeof(text) - 2] = '\n';
	text[sizeof(text) - 1] = '\0';
	damaged(*state, text);
}

static void damage_is_found_behind_good_lines(void **state)
{
	struct fixture *f = *state;
	char place[32];

	assert_true(take(f, GOOD "garbage\n") < 0);
	assert_int_equal(f->err.exit, DMAFP_EXIT_GUEST);
	/* the place is named */
	assert_int_equal(f->channel.offset, strlen(GOOD));
	snprintf(place, sizeof(place), "at byte %zu:", strlen(GOOD));
	assert_non_null(strstr(f->err.msg, place));
	has_result(f, "a.json", "abc", 3);
}

static void more_successes_than_modes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(take(f, "#dmafp success a\n#dmafp success b\n#dmafp success c\n"
				 "#dmafp success d\n"),
			 0);
	assert_int_equal(f->channel.nr_succeeded, 4);
	assert_true(take(f, "#dmafp success e\n") < 0);
	assert_int_equal(f->channel.nr_succeeded, 4);
	assert_int_equal(f->err.exit, DMAFP_EXIT_GUEST);
}

static void long_words_are_cut(void **state)
{
	struct fixture *f = *state;
	char text[600];

	memset(text, 'm', sizeof(text));
	memcpy(text, "#dmafp hello ", 13);
	strcpy(text + 500, "\n");
	assert_int_equal(take(f, text), 0);
	assert_int_equal(strlen(f->channel.mode), sizeof(f->channel.mode) - 1);
	memcpy(text, "#dmafp progress 1 2 ", 20);
	assert_int_equal(take(f, text), 0);
	assert_int_equal(strlen(f->channel.step), sizeof(f->channel.step) - 1);
	assert_int_equal(f->channel.total, 2);
}

static void a_new_kernel_starts_over(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(take(f, "#dmafp hello plain\n#dmafp progress 3 4 x\n"
				 "#dmafp hello kdump\n"),
			 0);
	assert_string_equal(f->channel.mode, "kdump");
	assert_string_equal(f->channel.step, "");
	assert_int_equal(f->channel.done, 0);
	assert_int_equal(f->channel.total, 0);
	assert_false(f->channel.crashed);
}

static void fails(struct fixture *f, const char *args, int exit, const char *msg)
{
	char *line = dmafp_path("#dmafp fail %s\n", args);

	memset(&f->channel.fail, 0, sizeof(f->channel.fail));
	assert_int_equal(take(f, line), 0);
	assert_int_equal(f->channel.fail.exit, exit);
	assert_string_equal(f->channel.fail.msg, msg);
	free(line);
}

static void fail_keeps_its_exit_code(void **state)
{
	struct fixture *f = *state;

	for (int exit = 64; exit <= 78; exit++) {
		char args[32];

		sprintf(args, "%d no device", exit);
		fails(f, args, exit, "no device");
	}
}

static void fail_has_no_say_in_verdicts(void **state)
{
	fails(*state, "0 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "1 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "3 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "63 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "79 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "130 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "-1 x", DMAFP_EXIT_GUEST, "x");
	fails(*state, "abc", DMAFP_EXIT_GUEST, "abc");
}

static void fail_text_has_its_newlines_back(void **state)
{
	fails(*state, "76 one\\ntwo\\n\\nthree", 76, "one\ntwo\n\nthree");
	fails(*state, "76 a\\b\\", 76, "a\\b\\");
	fails(*state, "76 ", 76, "");
}

static void fail_text_that_is_too_long(void **state)
{
	struct fixture *f = *state;
	char text[7000];

	memset(text, 'x', sizeof(text));
	memcpy(text, "#dmafp fail 76 ", 15);
	strcpy(text + sizeof(text) - 2, "\n");
	assert_int_equal(take(f, text), 0);
	assert_int_equal(strlen(f->channel.fail.msg), sizeof(f->channel.fail.msg) - 1);
}

static void results_that_cannot_be_written(void **state)
{
	struct fixture *f = *state;

	f->channel.dir = "/nonexistent/results";
	assert_true(take(f, GOOD) < 0);
	assert_int_equal(f->err.exit, DMAFP_EXIT_IO);
	assert_non_null(strstr(f->err.msg, "/nonexistent/results/a.json"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_yet),
		TEST(all_at_once),
		TEST(byte_by_byte),
		TEST(a_result_waits_for_its_last_byte),
		TEST(cut_streams_are_not_wrong_yet),
		TEST(an_empty_result),
		TEST(a_result_sent_again_replaces),
		TEST(wrong_bytes),
		TEST(wrong_sha),
		TEST(short_sha),
		TEST(length_too_small),
		TEST(length_too_big),
		TEST(length_beyond_all_bounds),
		TEST(negative_length),
		TEST(no_newline_behind_the_bytes),
		TEST(name_that_climbs),
		TEST(name_with_a_folder),
		TEST(absolute_name),
		TEST(hidden_name),
		TEST(name_with_a_blank),
		TEST(dot_name),
		TEST(no_name),
		TEST(header_garbage),
		TEST(unknown_word),
		TEST(word_without_its_argument),
		TEST(word_with_more_letters),
		TEST(text_outside_the_protocol),
		TEST(empty_line),
		TEST(bytes_of_zero),
		TEST(over_long_line),
		TEST(damage_is_found_behind_good_lines),
		TEST(more_successes_than_modes),
		TEST(long_words_are_cut),
		TEST(a_new_kernel_starts_over),
		TEST(fail_keeps_its_exit_code),
		TEST(fail_has_no_say_in_verdicts),
		TEST(fail_text_has_its_newlines_back),
		TEST(fail_text_that_is_too_long),
		TEST(results_that_cannot_be_written),
	};

	return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
