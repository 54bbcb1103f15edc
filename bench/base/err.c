// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* A message may quote a file or its name: nothing of it moves a cursor */
static void clean(char *text)
{
	for (; *text; text++)
		if (*text != '\n' && ((unsigned char)*text < ' ' || *text == 0x7f))
			*text = '?';
}

int dmafp_err_set(struct dmafp_err *err, int code, enum dmafp_exit exit,
		  const char *fmt, ...)
{
	va_list ap;

	err->exit = exit;
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	clean(err->msg);
	return -code;
}

static enum dmafp_exit exit_of_errno(int code)
{
	switch (code) {
	case EACCES:
	case EPERM:
		return DMAFP_EXIT_PERMISSION;
	case ENOENT:
		return DMAFP_EXIT_NO_INPUT;
	default:
		return DMAFP_EXIT_IO;
	}
}

int dmafp_err_errno(struct dmafp_err *err, int code, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	err->exit = exit_of_errno(code);
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof(err->msg) - len, ": %s", strerror(code));
	clean(err->msg);
	return -code;
}

int dmafp_err_prefix(struct dmafp_err *err, int ret, const char *fmt, ...)
{
	char old[sizeof(err->msg)];
	va_list ap;
	size_t len;

	memcpy(old, err->msg, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof(err->msg) - len, "%s", old);
	clean(err->msg);
	return ret;
}

int dmafp_err_suffix(struct dmafp_err *err, int ret, const char *fmt, ...)
{
	size_t len = strlen(err->msg);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->msg + len, sizeof(err->msg) - len, fmt, ap);
	va_end(ap);
	clean(err->msg);
	return ret;
}
