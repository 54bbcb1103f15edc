/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files: read, written atomically, hashed; and paths. */
#ifndef DMAFP_BASE_FILE_H
#define DMAFP_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

#define DMAFP_SHA256_HEX	65	/* 64 digits and the NUL */

/**
 * dmafp_file_read() - read a whole file, also one of /proc or /sys
 * @path: the file
 * @len: out: bytes read, may be NULL
 * @err: filled on failure
 *
 * Return: a malloc()ed, NUL-terminated copy, or NULL.
 */
char *dmafp_file_read(const char *path, size_t *len, struct dmafp_err *err);

/**
 * dmafp_file_read_line() - first line of a small file, for /sys attributes
 * @path: the file
 * @buf: out: the line without its newline, "" on failure
 * @size: size of @buf
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_read_line(const char *path, char *buf, size_t size);

/**
 * dmafp_file_write() - replace a file atomically
 * @path: the file
 * @data: new content
 * @len: bytes in @data
 * @err: filled on failure
 *
 * Written to a temporary name beside it, fsynced, renamed, directory fsynced.
 * On failure the old file is untouched and the temporary one removed.  A device
 * or a pipe is not replaced, but written to; of a link, what it leads to.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_write(const char *path, const void *data, size_t len,
		     struct dmafp_err *err);

/**
 * dmafp_file_put() - write a string to an existing file as is, for /sys and /proc
 *
 * Return: 0, or a negative errno; @err is not touched by design: the caller
 * knows what a refused write means.
 */
int dmafp_file_put(const char *path, const char *text);

/** dmafp_file_write_fd() - write all of it; returns 0 or a negative errno */
int dmafp_file_write_fd(int fd, const void *from, size_t len);

/**
 * dmafp_file_copy() - copy a regular file, mode included
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_copy(const char *from, const char *to, struct dmafp_err *err);

/** dmafp_file_exists() - 1 if @path is there (any type), else 0 */
int dmafp_file_exists(const char *path);

/**
 * dmafp_file_mkdirs() - mkdir -p
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_mkdirs(const char *path, struct dmafp_err *err);

/**
 * dmafp_file_remove_tree() - rm -rf; what is not there is no failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_remove_tree(const char *path);

/**
 * dmafp_file_sync() - a file's content, or a folder's names, onto the disk
 * @path: the file or folder
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_sync(const char *path, struct dmafp_err *err);

/** dmafp_file_sync_name() - the name of a file, in its folder; as dmafp_file_sync() */
int dmafp_file_sync_name(const char *path, struct dmafp_err *err);

/**
 * dmafp_file_sha256() - hash a file's content
 * @path: the file
 * @hex: out: lower-case digits
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_file_sha256(const char *path, char hex[DMAFP_SHA256_HEX],
		      struct dmafp_err *err);

/** dmafp_sha256() - hash a buffer into lower-case hex digits */
void dmafp_sha256(const void *data, size_t len, char hex[DMAFP_SHA256_HEX]);

/**
 * dmafp_path() - printf a path into a malloc()ed string
 *
 * Return: the string; the program ends if memory does.
 */
char *dmafp_path(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** dmafp_path_now() - "results/KIND-TIME", the folder of a run that was given none */
char *dmafp_path_now(const char *kind);

#endif /* DMAFP_BASE_FILE_H */
