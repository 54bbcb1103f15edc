// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "document.h"

/* @head: up to and with the first marker; @tail: from the second one */
static char *read_parts(const char *path, const char *part, size_t *head, char **tail,
			struct dmafp_err *err)
{
	char *first = dmafp_path(DOCUMENT_BEGIN, part), *last = dmafp_path(DOCUMENT_END, part);
	char *all = dmafp_file_read(path, NULL, err), *begin;

	begin = all ? strstr(all, first) : NULL;
	*tail = begin ? strstr(begin, last) : NULL;
	if (all && !*tail) {
		dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "%s: no lines '%.*s' and '%.*s'", path,
			      (int)strlen(first) - 1, first, (int)strlen(last) - 1, last);
		free(all);
		all = NULL;
	}
	if (all)
		*head = begin + strlen(first) - all;
	free(first);
	free(last);
	return all;
}

int document_check(const char *path, const char *part, struct dmafp_err *err)
{
	size_t head;
	char *tail, *all = read_parts(path, part, &head, &tail, err);

	free(all);
	return all ? 0 : -EINVAL;
}

int document_put(const char *path, const char *part, const char *text, struct dmafp_err *err)
{
	char *tail, *all, *made = NULL;
	size_t head;
	int ret;

	all = read_parts(path, part, &head, &tail, err);
	if (!all)
		return -EINVAL;
	ret = asprintf(&made, "%.*s%s\n%s", (int)head, all, text, tail);
	ret = ret < 0 ? dmafp_err_set(err, ENOMEM, DMAFP_EXIT_INTERNAL, "out of memory") :
			dmafp_file_write(path, made, ret, err);
	free(made);
	free(all);
	return ret;
}
