// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/unpack.h"
#include "traffic/modinfo.h"

static Elf_Data *find_section(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		const char *name;

		if (!gelf_getshdr(section, &header))
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (name && !strcmp(name, ".modinfo"))
			return elf_getdata(section, NULL);
	}
	return NULL;
}

int dmafp_modinfo_read(const char *path, struct dmafp_modinfo *info, struct dmafp_err *err)
{
	int fd = dmafp_unpack_open(path, err);
	Elf_Data *data = NULL;
	Elf *elf = NULL;

	*info = (struct dmafp_modinfo){ 0 };
	if (fd < 0)
		return fd;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	data = elf ? find_section(elf) : NULL;
	if (data && data->d_size) {
		info->size = data->d_size;
		/* so that the last value ends, whatever the file says */
		info->text = dmafp_alloc(info->size + 1, 1);
		memcpy(info->text, data->d_buf, info->size);
	}
	elf_end(elf);
	close(fd);
	return info->size ? 0 :
			    dmafp_err_set(err, ENOEXEC, DMAFP_EXIT_MISSING,
					  "%s is no module", path);
}

void dmafp_modinfo_free(struct dmafp_modinfo *info)
{
	free(info->text);
	*info = (struct dmafp_modinfo){ 0 };
}

const char *dmafp_modinfo_next(const struct dmafp_modinfo *info, const char *key,
			       const char *last)
{
	const char *end = info->text + info->size, *at = info->text;
	size_t len = strlen(key);

	if (last)
		at = last + strlen(last) + 1;
	for (; at < end; at += strlen(at) + 1)
		if (!strncmp(at, key, len) && at[len] == '=')
			return at + len + 1;
	return NULL;
}

/* "nvme-core" and "nvme_core" are one module: kbuild has it both ways. */
static bool same_name(const char *a, const char *b)
{
	while (*a && *b && (*a == *b || (strchr("-_", *a) && strchr("-_", *b)))) {
		a++;
		b++;
	}
	return !*a && !*b;
}

bool dmafp_modinfo_is(const struct dmafp_modinfo *info, const char *name)
{
	const char *value = dmafp_modinfo_next(info, "name", NULL);

	if (value && same_name(value, name))
		return true;
	for (value = NULL; (value = dmafp_modinfo_next(info, "alias", value));)
		if (!fnmatch(value, name, 0))
			return true;
	return false;
}
