// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <ftw.h>
#include <sha256.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

char *dmafp_path(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	return s;
}

char *dmafp_path_now(const char *kind)
{
	time_t now = time(NULL);
	char stamp[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	return dmafp_path("results/%s-%s", kind, stamp);
}

char *dmafp_file_read(const char *path, size_t *len, struct dmafp_err *err)
{
	size_t used = 0, room = 65536;
	char *buf = malloc(room + 1);
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !buf)
		goto fail;
	/* files of /proc and /sys have no size: read until the end */
	while ((n = read(fd, buf + used, room - used)) > 0) {
		used += n;
		if (used == room) {
			char *more = realloc(buf, 2 * room + 1);

			if (!more)
				goto fail;
			buf = more;
			room *= 2;
		}
	}
	if (n < 0)
		goto fail;
	close(fd);
	buf[used] = '\0';
	if (len)
		*len = used;
	return buf;
fail:
	dmafp_err_errno(err, errno, "cannot read %s", path);
	if (fd >= 0)
		close(fd);
	free(buf);
	return NULL;
}

int dmafp_file_read_line(const char *path, char *buf, size_t size)
{
	ssize_t n;
	int fd, ret;

	buf[0] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	ret = n < 0 ? -errno : 0;
	close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return ret;
}

int dmafp_file_write_fd(int fd, const void *from, size_t len)
{
	const char *data = from;

	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

int dmafp_file_sync(const char *path, struct dmafp_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd < 0 || fsync(fd))
		ret = dmafp_err_errno(err, errno, "cannot sync %s", path);
	if (fd >= 0)
		close(fd);
	return ret;
}

int dmafp_file_sync_name(const char *path, struct dmafp_err *err)
{
	char *copy = strdup(path);
	int ret = dmafp_file_sync(dirname(copy), err);

	free(copy);
	return ret;
}

static int replace(const char *path, const void *data, size_t len)
{
	char *tmp = dmafp_path("%s.tmp-%d", path, (int)getpid());
	struct dmafp_err ignored;
	struct stat old;
	int fd, ret;

	/* one that a dead process left, or a link that somebody laid there */
	unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	ret = fd < 0 ? -errno : 0;
	/* what takes the place of a file is as private as that was */
	if (!ret && !stat(path, &old) &&
	    ((fchown(fd, old.st_uid, old.st_gid) && errno != EPERM) ||
	     fchmod(fd, old.st_mode & 07777)))
		ret = -errno;
	ret = ret ?: dmafp_file_write_fd(fd, data, len);
	if (!ret && fsync(fd))
		ret = -errno;
	if (fd >= 0 && close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(tmp, path))
		ret = -errno;
	if (!ret)
		ret = dmafp_file_sync_name(path, &ignored);
	if (ret)
		unlink(tmp);
	free(tmp);
	return ret;
}

/* A device or a pipe is written to: in its place would be a file for everybody. */
static bool is_stream(const char *path)
{
	struct stat st;

	return !stat(path, &st) && (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode));
}

static int write_stream(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = dmafp_file_write_fd(fd, data, len);
	close(fd);
	return ret;
}

int dmafp_file_write(const char *path, const void *data, size_t len, struct dmafp_err *err)
{
	/* of a link, such as /dev/stdout, what it leads to */
	char *real = realpath(path, NULL);
	int ret = is_stream(path) ? write_stream(path, data, len)
				  : replace(real ? real : path, data, len);

	free(real);
	if (ret) {
		dmafp_err_errno(err, -ret, "cannot write %s", path);
		err->exit = ret == -EACCES ? DMAFP_EXIT_PERMISSION : DMAFP_EXIT_IO;
	}
	return ret;
}

int dmafp_file_put(const char *path, const char *text)
{
	return write_stream(path, text, strlen(text));
}

int dmafp_file_copy(const char *from, const char *to, struct dmafp_err *err)
{
	int in, out = -1, ret = 0;
	struct stat st;
	ssize_t n = 0;

	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0 || fstat(in, &st)) {
		ret = dmafp_err_errno(err, errno, "cannot read %s", from);
		goto out;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, st.st_mode & 0777);
	if (out < 0) {
		ret = dmafp_err_errno(err, errno, "cannot write %s", to);
		goto out;
	}
	/* an old file keeps its mode, and a new one gives some up to the umask */
	if (fchmod(out, st.st_mode & 0777))
		ret = dmafp_err_errno(err, errno, "cannot write %s", to);
	do {
		n = sendfile(out, in, NULL, 1 << 30);
	} while (n > 0);
	if (n < 0)
		ret = dmafp_err_errno(err, errno, "cannot copy %s to %s", from, to);
	if (close(out) && !ret)
		ret = dmafp_err_errno(err, errno, "cannot write %s", to);
out:
	if (in >= 0)
		close(in);
	return ret;
}

int dmafp_file_exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static bool is_dir(const char *path)
{
	struct stat st;
	bool dir = !stat(path, &st) && S_ISDIR(st.st_mode);

	errno = EEXIST;
	return dir;
}

int dmafp_file_mkdirs(const char *path, struct dmafp_err *err)
{
	char *copy = strdup(path), *p;
	int ret = 0;

	if (!copy)
		return dmafp_err_errno(err, ENOMEM, "cannot create %s", path);
	for (p = copy + 1; !ret; p++) {
		char c = *p;

		if (c != '/' && c)
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) && (errno != EEXIST || (!c && !is_dir(copy))))
			ret = dmafp_err_errno(err, errno, "cannot create %s", copy);
		*p = c;
		if (!c)
			break;
	}
	free(copy);
	return ret;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int dmafp_file_remove_tree(const char *path)
{
	if (!dmafp_file_exists(path))
		return 0;
	return nftw(path, remove_one, 64, FTW_DEPTH | FTW_PHYS) ? -errno : 0;
}

int dmafp_file_sha256(const char *path, char hex[DMAFP_SHA256_HEX], struct dmafp_err *err)
{
	if (!SHA256File(path, hex))
		return dmafp_err_errno(err, errno, "cannot read %s", path);
	return 0;
}

void dmafp_sha256(const void *data, size_t len, char hex[DMAFP_SHA256_HEX])
{
	SHA256Data(data, len, hex);
}
