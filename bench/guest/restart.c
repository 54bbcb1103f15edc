// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "guest/restart.h"

#define MARK "DMAFP_RESTARTED"

/* The arguments, each with a NUL behind it, in place */
static char **split(char *text, size_t len)
{
	char **argv = NULL;
	size_t nr = 0, i;

	for (i = 0; i < len; i += strlen(text + i) + 1) {
		argv = dmafp_alloc_grow(argv, nr, sizeof(*argv));
		argv[nr++] = text + i;
	}
	argv = dmafp_alloc_grow(argv, nr, sizeof(*argv));
	return argv;
}

int dmafp_restart_once(struct dmafp_err *err)
{
	char *text, **argv;
	size_t len;

	if (getenv(MARK))
		return 0;
	text = dmafp_file_read("/proc/self/cmdline", &len, err);
	if (!text)
		return -EIO;
	argv = split(text, len);
	setenv(MARK, "1", 1);
	execv("/proc/self/exe", argv);
	dmafp_err_errno(err, errno, "cannot start %s again", argv[0]);
	free(argv);
	free(text);
	return -EIO;
}
