// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "base/proc.h"
#include "base/unpack.h"

#define CHUNK 65536

static int damaged(const char *path, struct dmafp_err *err)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "cannot unpack %s: it is damaged; install it once more", path);
}

static int full(const char *path, int ret, struct dmafp_err *err)
{
	return dmafp_err_errno(err, -ret, "cannot unpack %s into memory", path);
}

/* --- gzip */

static int unpack_gz(const char *path, int to, struct dmafp_err *err)
{
	uint8_t chunk[CHUNK];
	gzFile file = gzopen(path, "rbe");
	int n = 0, ret = 0;

	if (!file)
		return dmafp_err_errno(err, errno, "cannot read %s", path);
	while (!ret && (n = gzread(file, chunk, sizeof(chunk))) > 0)
		ret = dmafp_file_write_fd(to, chunk, n);
	/* the end of a file that was cut off is told only by this */
	if (gzclose_r(file) != Z_OK || n < 0)
		return damaged(path, err);
	return ret ? full(path, ret, err) : 0;
}

/* --- xz */

static int run_xz(lzma_stream *stream, const char *path, int to, struct dmafp_err *err)
{
	uint8_t chunk[CHUNK];
	lzma_ret code;
	int ret;

	do {
		stream->next_out = chunk;
		stream->avail_out = sizeof(chunk);
		code = lzma_code(stream, LZMA_FINISH);
		ret = dmafp_file_write_fd(to, chunk, sizeof(chunk) - stream->avail_out);
	} while (!ret && code == LZMA_OK);
	if (ret)
		return full(path, ret, err);
	return code == LZMA_STREAM_END ? 0 : damaged(path, err);
}

static int unpack_xz(const char *path, int to, struct dmafp_err *err)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	size_t len;
	char *packed = dmafp_file_read(path, &len, err);
	int ret;

	if (!packed)
		return -EIO;
	stream.next_in = (const uint8_t *)packed;
	stream.avail_in = len;
	if (lzma_stream_decoder(&stream, UINT64_MAX, LZMA_CONCATENATED) != LZMA_OK)
		ret = full(path, -ENOMEM, err);
	else
		ret = run_xz(&stream, path, to, err);
	lzma_end(&stream);
	free(packed);
	return ret;
}

/* --- zstd: by its program, for one library less in a static binary */

static int unpack_zst(const char *path, int to, struct dmafp_err *err)
{
	static const char script[] = "exec zstd -q -d -c -- \"$1\" >\"$2\"";
	char *out = dmafp_path("/proc/%d/fd/%d", (int)getpid(), to);
	const char *const argv[] = { "sh", "-c", script, "sh", path, out, NULL };
	int ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);

	free(out);
	if (ret == 127)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
				     "cannot unpack %s: zstd is not installed: apt-get install "
				     "zstd",
				     path);
	return ret > 0 ? damaged(path, err) : ret;
}

/* --- all of them */

static const struct packer {
	const char *magic;
	size_t len;
	int (*unpack)(const char *path, int to, struct dmafp_err *err);
} packers[] = {
	{ "\x1f\x8b", 2, unpack_gz },
	{ "\3757zXZ\0", 6, unpack_xz },
	{ "\x28\xb5\x2f\xfd", 4, unpack_zst },
};

static const struct packer *find_packer(int fd)
{
	char magic[8];
	ssize_t len = pread(fd, magic, sizeof(magic), 0);

	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (len >= (ssize_t)packers[i].len &&
		    !memcmp(magic, packers[i].magic, packers[i].len))
			return &packers[i];
	return NULL;
}

/* What is open for writing is no module for a kernel: ETXTBSY */
static int open_for_reading(int fd)
{
	char *path = dmafp_path("/proc/self/fd/%d", fd);
	int again = open(path, O_RDONLY | O_CLOEXEC);

	free(path);
	return again < 0 ? -errno : again;
}

static int open_unpacked(const char *path, const struct packer *packer,
			 struct dmafp_err *err)
{
	int fd = memfd_create("unpacked", MFD_CLOEXEC), ret;

	if (fd < 0)
		return full(path, -errno, err);
	ret = packer->unpack(path, fd, err);
	if (!ret) {
		ret = open_for_reading(fd);
		if (ret < 0)
			full(path, ret, err);
	}
	close(fd);
	return ret;
}

int dmafp_unpack_open(const char *path, struct dmafp_err *err)
{
	const struct packer *packer;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return dmafp_err_errno(err, errno, "cannot open %s", path);
	packer = find_packer(fd);
	if (!packer)
		return fd;
	close(fd);
	return open_unpacked(path, packer, err);
}

int dmafp_unpack_copy(const char *from, const char *to, struct dmafp_err *err)
{
	int fd = dmafp_unpack_open(from, err), ret;
	char *path;

	if (fd < 0)
		return fd;
	path = dmafp_path("/proc/self/fd/%d", fd);
	ret = dmafp_file_copy(path, to, err);
	if (ret)
		dmafp_err_prefix(err, ret, "%s: ", from);
	free(path);
	close(fd);
	return ret;
}
