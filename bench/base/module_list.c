// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "base/unpack.h"
#include "base/module_list.h"

static bool has(const struct dmafp_module_list *list, const char *file)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!strcmp(list->items[i].file, file))
			return true;
	return false;
}

/* "insmod FILE OPTIONS", with a space behind the file where there are none, too */
static void add_line(struct dmafp_module_list *list, char *line)
{
	const char *file, *options;

	if (strcmp(strsep(&line, " "), "insmod") || !line)
		return;
	file = strsep(&line, " ");
	options = line ? line + strspn(line, " ") : "";
	if (!*file || has(list, file))
		return;
	list->items = dmafp_alloc_grow(list->items, list->nr, sizeof(*list->items));
	list->items[list->nr++] = (struct dmafp_module) {
		.file = strdup(file),
		.options = strdup(options),
	};
}

/* modprobe knows what is needed before it, also by softdep. */
void dmafp_module_list_add(struct dmafp_module_list *list, const char *name)
{
	const char *const argv[] = { "modprobe", "--show-depends", "--", name, NULL };
	struct dmafp_err err;
	char *text = dmafp_proc_output(argv, &err), *rest = text, *line;

	while (text && (line = strsep(&rest, "\n")))
		add_line(list, line);
	free(text);
}

int dmafp_module_list_check(const struct dmafp_module_list *list, struct dmafp_err *err)
{
	for (size_t i = 0; i < list->nr; i++) {
		int fd = dmafp_unpack_open(list->items[i].file, err);

		if (fd < 0)
			return fd;
		close(fd);
	}
	return 0;
}

void dmafp_module_list_free(struct dmafp_module_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->items[i].options);
		free(list->items[i].file);
	}
	free(list->items);
	memset(list, 0, sizeof(*list));
}
