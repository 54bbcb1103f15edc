// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "use/login.h"

#define VARIABLE  "SSH_CONNECTION"
#define MAX_ABOVE 64 /* processes between a login and this one */

/* "client port server port" */
static void take_server(const char *value, char *text, size_t size)
{
	char server[64] = "";

	sscanf(value, "%*s %*s %63s", server);
	snprintf(text, size, "%s", server);
}

/* "1 (a name (of any kind)) S 0 ..." */
static int parent_of(const char *procfs, const char *process)
{
	char *path = dmafp_path("%s/%s/stat", procfs, process), text[512];
	const char *end;
	int parent = 0;

	dmafp_file_read_line(path, text, sizeof(text));
	end = strrchr(text, ')');
	if (end)
		sscanf(end + 1, " %*c %d", &parent);
	free(path);
	return parent;
}

static void read_environment(const char *procfs, const char *process, char *text,
			     size_t size)
{
	char *path = dmafp_path("%s/%s/environ", procfs, process), *all;
	size_t len = 0, at, name = strlen(VARIABLE "=");
	struct dmafp_err not_ours;

	all = dmafp_file_read(path, &len, &not_ours);
	for (at = 0; all && at < len; at += strlen(all + at) + 1)
		if (!strncmp(all + at, VARIABLE "=", name))
			take_server(all + at + name, text, size);
	free(all);
	free(path);
}

void dmafp_login_address(const char *procfs, char *text, size_t size)
{
	const char *own = getenv(VARIABLE);
	char process[16] = "self";
	int i, parent;

	*text = '\0';
	if (own)
		take_server(own, text, size);
	for (i = 0; i < MAX_ABOVE && !*text; i++) {
		parent = parent_of(procfs, process);
		if (parent <= 1)
			break;
		snprintf(process, sizeof(process), "%d", parent);
		read_environment(procfs, process, text, size);
	}
}
