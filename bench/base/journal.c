// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/journal.h"
#include "base/proc.h"

#define ROOM (256 * 1024)

static int take_lock(int fd, const char *path, bool wait, struct dmafp_err *err)
{
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		int ret;

		if (errno != EWOULDBLOCK && errno != EINTR)
			return dmafp_err_errno(err, errno, "cannot lock %s", path);
		ret = dmafp_proc_check(err, "while waiting for %s", path);
		if (ret)
			return ret;
		if (!wait)
			return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
					     "%s is in use: another dmafp is at work there",
					     path);
		poll(NULL, 0, 100);
	}
	return 0;
}

/* Behind the last whole line: what is there was cut off while it was written. */
static int cut_torn_line(struct dmafp_journal *journal, struct dmafp_err *err)
{
	size_t len, whole;
	char *text = dmafp_file_read(journal->path, &len, err);
	const char *last;

	if (!text)
		return -EIO;
	last = memrchr(text, '\n', len);
	whole = last ? (size_t)(last + 1 - text) : 0;
	free(text);
	/* only then: truncating also gives back the room behind the end */
	if (whole != len && ftruncate(journal->fd, whole))
		return dmafp_err_errno(err, errno, "cannot write %s", journal->path);
	return 0;
}

int dmafp_journal_open(struct dmafp_journal *journal, const char *path, bool wait,
		       struct dmafp_err *err)
{
	int ret;

	journal->path = dmafp_path("%s", path);
	journal->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (journal->fd < 0)
		ret = dmafp_err_errno(err, errno, "cannot write %s", path);
	else
		ret = take_lock(journal->fd, path, wait, err);
	ret = ret ?: cut_torn_line(journal, err);
	/* where a filesystem cannot, or is full, the next record may not find room */
	if (!ret)
		(void)!fallocate(journal->fd, FALLOC_FL_KEEP_SIZE, 0,
				 lseek(journal->fd, 0, SEEK_END) + ROOM);
	/* its name is on the disk, too, not only what is in it */
	ret = ret ?: dmafp_file_sync_name(path, err);
	if (ret)
		dmafp_journal_close(journal);
	return ret;
}

int dmafp_journal_append(struct dmafp_journal *journal, json_t *record,
			 struct dmafp_err *err)
{
	off_t end = lseek(journal->fd, 0, SEEK_END);
	char *line = record ? json_dumps(record, JSON_COMPACT) : NULL;
	size_t len;
	int ret = 0;

	json_decref(record);
	if (!line)
		return dmafp_err_set(err, ENOMEM, DMAFP_EXIT_INTERNAL,
				     "cannot write a record of %s", journal->path);
	len = strlen(line);
	line[len++] = '\n';
	/* one call: a line is there or it is torn, and never mixed with another one */
	errno = ENOSPC;
	if (write(journal->fd, line, len) != (ssize_t)len || fdatasync(journal->fd)) {
		ret = dmafp_err_errno(err, errno, "cannot write %s", journal->path);
		(void)!ftruncate(journal->fd, end);
		lseek(journal->fd, end, SEEK_SET);
	}
	free(line);
	return ret;
}

void dmafp_journal_close(struct dmafp_journal *journal)
{
	if (journal->fd >= 0)
		close(journal->fd);
	journal->fd = -1;
	free(journal->path);
	journal->path = NULL;
}

static int add_line(json_t *records, const char *line, size_t len, const char *path,
		    struct dmafp_err *err)
{
	json_t *record = json_loadb(line, len, 0, NULL);

	if (json_is_object(record))
		return json_array_append_new(records, record);
	json_decref(record);
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "%s: line %zu is no record: move the file away to begin anew",
			     path, json_array_size(records) + 1);
}

json_t *dmafp_journal_read(const char *path, struct dmafp_err *err)
{
	json_t *records = json_array();
	size_t len;
	char *text, *line, *end;

	if (!dmafp_file_exists(path))
		return records;
	text = dmafp_file_read(path, &len, err);
	if (!text) {
		json_decref(records);
		return NULL;
	}
	for (line = text; (end = memchr(line, '\n', len - (line - text))); line = end + 1)
		if (add_line(records, line, end - line, path, err)) {
			json_decref(records);
			records = NULL;
			break;
		}
	free(text);
	return records;
}
