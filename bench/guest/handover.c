// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "guest/handover.h"

#define SECTIONS "/sys/module/dmafp/sections"

static int is_code(const struct dirent *entry)
{
	return strstr(entry->d_name, ".text") != NULL;
}

void dmafp_handover_sections(void)
{
	char text[DMAFP_HANDOVER_MAX] = "", path[512], address[32];
	struct dirent *entry;
	DIR *dir = opendir(SECTIONS);
	size_t used = 0;

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), SECTIONS "/%s", entry->d_name);
		if (!is_code(entry) || dmafp_file_read_line(path, address, sizeof(address)) ||
		    used + strlen(entry->d_name) + sizeof(address) + 2 > sizeof(text))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %s\n",
					 entry->d_name, address);
	}
	if (dir)
		closedir(dir);
	syscall(SYS_sync, DMAFP_HANDOVER_MAGIC, text, used);
}
