// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/channel.h"

/* What a broken guest may make us hold in memory at most. */
#define MAX_RESULT	(64u << 20)

static int damaged(struct dmafp_channel *channel, const char *what, struct dmafp_err *err)
{
	return dmafp_err_set(err, EPROTO, DMAFP_EXIT_GUEST,
			     "%s is damaged at byte %zu: %s", channel->path,
			     channel->offset, what);
}

/* Bytes taken by the file whose header is @args, 0 if it is not whole yet. */
static int take_file(struct dmafp_channel *channel, const char *args, const char *body,
		     size_t have, size_t *taken, struct dmafp_err *err)
{
	char sha[DMAFP_SHA256_HEX], seen[DMAFP_SHA256_HEX], name[128], *path;
	size_t len;
	int ret, end = 0;

	*taken = 0;
	if (sscanf(args, "%zu %64s %127s%n", &len, sha, name, &end) != 3 ||
	    args[end] || len > MAX_RESULT ||
	    strchr(name, '/') || name[0] == '.')
		return damaged(channel, "bad result header", err);
	if (have < len + 1)
		return 0;
	dmafp_sha256(body, len, seen);
	if (strcmp(sha, seen) || body[len] != '\n')
		return damaged(channel, "a result's bytes are not what was sent", err);
	path = dmafp_path("%s/%s", channel->dir, name);
	ret = dmafp_file_write(path, body, len, err);
	free(path);
	if (ret)
		return ret;
	*taken = len + 1;
	return 0;
}

static void take_fail(struct dmafp_channel *channel, const char *args)
{
	char *to = channel->fail.msg, *end = to + sizeof(channel->fail.msg) - 1;
	int exit = 0, at = 0;

	sscanf(args, "%d %n", &exit, &at);
	/* a guest has no say in verdicts */
	channel->fail.exit = exit >= DMAFP_EXIT_USAGE && exit <= DMAFP_EXIT_INTERNAL ?
				     (enum dmafp_exit)exit :
				     DMAFP_EXIT_GUEST;
	for (args += at; *args && to < end; args++) {
		bool newline = args[0] == '\\' && args[1] == 'n';

		*to++ = newline ? '\n' : *args;
		args += newline;
	}
	*to = '\0';
}

static void take_progress(struct dmafp_channel *channel, const char *args)
{
	int at = 0;

	sscanf(args, "%u %u %n", &channel->done, &channel->total, &at);
	snprintf(channel->step, sizeof(channel->step), "%s", args + at);
}

static int take_word(struct dmafp_channel *channel, const char *line, struct dmafp_err *err)
{
	const char *args = line + strcspn(line, " ");

	args += *args == ' ';
	if (!strncmp(line, "hello ", 6)) {
		snprintf(channel->mode, sizeof(channel->mode), "%s", args);
		channel->done = channel->total = 0;
		channel->step[0] = '\0';
	} else if (!strncmp(line, "progress ", 9)) {
		take_progress(channel, args);
	} else if (!strncmp(line, "fail ", 5)) {
		take_fail(channel, args);
	} else if (!strcmp(line, "crash")) {
		channel->crashed = true;
	} else if (!strncmp(line, "success ", 8) && channel->nr_succeeded < 4) {
		snprintf(channel->succeeded[channel->nr_succeeded++],
			 sizeof(channel->succeeded[0]), "%s", args);
	} else if (!strncmp(line, "note ", 5)) {
		if (channel->note)
			channel->note(channel->ctx, args);
	} else {
		return damaged(channel, "unknown word", err);
	}
	return 0;
}

/* One line, and the bytes behind it if it announces some. */
static int take_line(struct dmafp_channel *channel, const char *at, size_t have,
		     size_t *taken, struct dmafp_err *err)
{
	const size_t prefix = strlen(DMAFP_CHANNEL_WORD);
	const char *newline = memchr(at, '\n', have);
	size_t len, extra = 0;
	char line[8192];
	int ret;

	*taken = 0;
	if (!newline)
		return 0;
	len = (size_t)(newline - at);
	if (len < prefix || memcmp(at, DMAFP_CHANNEL_WORD, prefix) ||
	    len - prefix >= sizeof(line))
		return damaged(channel, "not a line of the protocol", err);
	memcpy(line, at + prefix, len - prefix);
	line[len - prefix] = '\0';
	if (!strncmp(line, "result ", 7) || !strncmp(line, "file ", 5)) {
		ret = take_file(channel, strchr(line, ' ') + 1, newline + 1, have - len - 1,
				&extra, err);
		if (ret || !extra)
			return ret;
		channel->results += line[0] == 'r';
	} else {
		ret = take_word(channel, line, err);
	}
	*taken = len + 1 + extra;
	return ret;
}

/* What has been written behind the bytes understood so far; NULL: nothing. */
static char *read_news(struct dmafp_channel *channel, size_t *len)
{
	int fd = open(channel->path, O_RDONLY | O_CLOEXEC);
	char *buf = NULL;
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && (size_t)st.st_size > channel->offset) {
		size_t news = (size_t)st.st_size - channel->offset;

		buf = malloc(news);
		if (buf)
			n = pread(fd, buf, news, (off_t)channel->offset);
	}
	close(fd);
	if (n > 0) {
		*len = (size_t)n;
		return buf;
	}
	free(buf);
	return NULL;
}

int dmafp_channel_poll(struct dmafp_channel *channel, struct dmafp_err *err)
{
	size_t len = 0, at = 0, taken;
	char *news = read_news(channel, &len);
	int ret = 0;

	while (news && !ret && at < len) {
		ret = take_line(channel, news + at, len - at, &taken, err);
		if (!taken)
			break;
		at += taken;
		channel->offset += taken;
	}
	free(news);
	return ret;
}

bool dmafp_channel_has_succeeded(const struct dmafp_channel *channel, const char *mode)
{
	for (size_t i = 0; i < channel->nr_succeeded; i++)
		if (!strcmp(channel->succeeded[i], mode))
			return true;
	return false;
}
