// SPDX-License-Identifier: GPL-2.0-or-later
/* gdb's remote protocol, against a stub that follows a script. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "trace/gdb.h"

/* A packet that must come, and what is sent back; @raw: bytes as they are */
struct line {
	const char *expect, *answer, *raw;
};

#define OPEN \
	{ "$qSupported:hwbreak+#80", "PacketSize=1000;qXfer:features:read+", NULL }, \
	{ "$qXfer:features:read:target.xml:0,7ff#4e", "l<target/>", NULL }, \
	{ "$?#3f", "T05thread:01;", NULL }

static int stub_fd;
static pid_t stub;

static void put(const char *answer)
{
	unsigned int sum = 0;
	const char *c;

	for (c = answer; *c; c++)
		sum += (unsigned char)*c;
	dprintf(stub_fd, "$%s#%02x", answer, sum & 0xff);
}

/* Take exactly that, or give up: the other side sees the connection end. */
static void take(const char *text)
{
	char c;

	for (; *text; text++)
		if (read(stub_fd, &c, 1) != 1 || c != *text)
			_exit(1);
}

/* A packet is acknowledged by "+"; what is sent raw brings its own dialogue along. */
static void follow(const struct line *line)
{
	for (; line->expect || line->raw; line++) {
		if (line->expect) {
			take(line->expect);
			if (*line->expect == '$')
				dprintf(stub_fd, "+");
		}
		if (line->raw)
			dprintf(stub_fd, "%s", line->raw);
		if (line->answer) {
			put(line->answer);
			take("+");
		}
	}
	_exit(0);
}

static int start(const struct line *script)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	stub = fork();
	if (!stub) {
		close(ends[0]);
		stub_fd = ends[1];
		alarm(10);
		follow(script);
	}
	close(ends[1]);
	return ends[0];
}

/* The stub has seen every byte that it waited for. */
static void finish(struct dmafp_gdb *gdb, int fd)
{
	int status;

	close(fd);
	assert_int_equal(waitpid(stub, &status, 0), stub);
	assert_int_equal(status, 0);
	(void)gdb;
}

static void test_packets(void **state)
{
	static const struct line script[] = {
		OPEN,
		{ "$Z1,ffffffff81000000,1#cd", "OK", NULL },
		{ "$c#63", "T05thread:01;", NULL },
		{ "$s#73", "T05thread:01;", NULL },
		{ "$p10#d1", "efcdab8967452301", NULL },
		{ "$m1000,3#8d", "9090c3", NULL },
		{ "$z1,ffffffff81000000,1#ed", "OK", NULL },
		{ "$D#44", "OK", NULL },
		{ 0 }
	};
	struct dmafp_err err = { 0 };
	struct dmafp_gdb gdb;
	uint8_t bytes[3];
	uint64_t pc = 0;
	int fd = start(script);

	(void)state;
	assert_int_equal(dmafp_gdb_open(&gdb, fd, &err), 0);
	assert_int_equal(dmafp_gdb_break(&gdb, 0xffffffff81000000, true, &err), 0);
	assert_int_equal(dmafp_gdb_continue(&gdb, &err), 0);
	assert_int_equal(dmafp_gdb_wait(&gdb, &err), 0);
	assert_int_equal(dmafp_gdb_step(&gdb, &pc, &err), 0);
	assert_true(pc == 0x0123456789abcdef);
	assert_int_equal(dmafp_gdb_read(&gdb, 0x1000, bytes, sizeof(bytes), &err), 0);
	assert_memory_equal(bytes, "\x90\x90\xc3", 3);
	assert_int_equal(dmafp_gdb_break(&gdb, 0xffffffff81000000, false, &err), 0);
	assert_int_equal(dmafp_gdb_detach(&gdb, &err), 0);
	finish(&gdb, fd);
}

/* What is damaged is asked for again, what only acknowledges is no stop. */
static void test_damaged(void **state)
{
	static const struct line script[] = {
		OPEN,
		{ "$p10#d1", NULL, "$efcdab8967452302#00" },
		{ "-", "efcdab8967452301", NULL },
		{ "$c#63", NULL, NULL },
		{ "!", NULL, NULL },
		{ 0 }
	};
	struct dmafp_err err = { 0 };
	struct dmafp_gdb gdb;
	uint64_t value = 0;
	int fd = start(script), i;

	(void)state;
	assert_int_equal(dmafp_gdb_open(&gdb, fd, &err), 0);
	assert_int_equal(dmafp_gdb_register(&gdb, 16, &value, &err), 0);
	assert_true(value == 0x0123456789abcdef);
	assert_int_equal(dmafp_gdb_continue(&gdb, &err), 0);
	for (i = 0; i < 20; i++) {
		usleep(1000);
		assert_int_equal(dmafp_gdb_stopped(&gdb, &err), 0);
	}
	assert_int_equal(write(fd, "!", 1), 1);
	finish(&gdb, fd);
}

static void expect_failure(const struct line *script, int code, const char *says)
{
	struct dmafp_err err = { 0 };
	struct dmafp_gdb gdb;
	uint64_t value;
	int fd = start(script), ret;

	ret = dmafp_gdb_open(&gdb, fd, &err);
	/* only who never answers is not waited for: others may be slow on a busy machine */
	if (code == ETIMEDOUT)
		gdb.timeout_ms = 300;
	ret = ret ?: dmafp_gdb_register(&gdb, 16, &value, &err);
	assert_int_equal(ret, -code);
	if (!strstr(err.msg, says))
		fail_msg("no \"%s\" in: %s", says, err.msg);
	close(fd);
	kill(stub, SIGKILL);
	assert_int_equal(waitpid(stub, NULL, 0), stub);
}

static void test_failures(void **state)
{
	static const struct line gone[] = { OPEN, { 0 } };
	static const struct line error[] = { OPEN, { "$p10#d1", "E22", NULL }, { 0 } };
	static const struct line short_one[] = { OPEN, { "$p10#d1", "efcd", NULL }, { 0 } };
	static const struct line no_stub[] = { { "$qSupported:hwbreak+#80", "", NULL }, { 0 } };
	static const struct line silent[] = { OPEN, { "$p10#d1", NULL, NULL }, { "x", NULL, NULL },
					      { 0 } };
	static const struct line garbage[] = { OPEN,
					       { "$p10#d1", NULL, "$1#00" },
					       { "-", NULL, "$1#00" },
					       { "-", NULL, "$1#00" },
					       { "-", NULL, "$1#00" },
					       { "x", NULL, NULL },
					       { 0 } };

	(void)state;
	expect_failure(gone, EPIPE, "is gone");
	expect_failure(error, EPROTO, "answered \"E22\" to \"p10\"");
	expect_failure(short_one, EPROTO, "answered \"efcd\"");
	expect_failure(no_stub, EPROTO, "answered \"\" to \"qSupported\"");
	expect_failure(silent, ETIMEDOUT, "did not answer");
	expect_failure(garbage, EPROTO, "no packet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
