// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "guest/port.h"
#include "lab/channel.h"

#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>

int dmafp_port_open(struct dmafp_err *err)
{
	if (iopl(3))
		return dmafp_err_errno(err, errno, "cannot reach the result channel");
	if (inb(DMAFP_CHANNEL_PORT) != DMAFP_CHANNEL_PORT)
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_USAGE,
				     "this is no guest of dmafp lab: port %#x does not answer",
				     DMAFP_CHANNEL_PORT);
	return 0;
}

static void put(const char *data, size_t len)
{
	outsb(DMAFP_CHANNEL_PORT, data, len);
}
#else
int dmafp_port_open(struct dmafp_err *err)
{
	return dmafp_err_set(err, EOPNOTSUPP, DMAFP_EXIT_USAGE,
			     "the lab's guest exists for x86-64 only");
}

static void put(const char *data, size_t len)
{
	(void)data;
	(void)len;
}
#endif

void dmafp_port_say(const char *fmt, ...)
{
	va_list ap;
	char *line;

	va_start(ap, fmt);
	line = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	put(DMAFP_CHANNEL_WORD, strlen(DMAFP_CHANNEL_WORD));
	put(line, strlen(line));
	put("\n", 1);
	free(line);
}

static void send(const char *word, const char *name, const char *data, size_t len)
{
	char sha[DMAFP_SHA256_HEX];

	dmafp_sha256(data, len, sha);
	dmafp_port_say("%s %zu %s %s", word, len, sha, name);
	put(data, len);
	put("\n", 1);
}

void dmafp_port_send_result(const char *name, const char *data, size_t len)
{
	send("result", name, data, len);
}

void dmafp_port_send_file(const char *name, const char *data, size_t len)
{
	send("file", name, data, len);
}

void dmafp_port_send_fail(const struct dmafp_err *err)
{
	char *text = malloc(2 * sizeof(err->msg)), *to = text;

	if (!text)
		abort();
	for (const char *c = err->msg; *c; c++) {
		if (*c == '\n')
			to = stpcpy(to, "\\n");
		else
			*to++ = *c;
	}
	*to = '\0';
	dmafp_port_say("fail %d %s", (int)err->exit, text);
	free(text);
}
