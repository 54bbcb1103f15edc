// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gelf.h>

#include "base/alloc.h"
#include "trace/symbols.h"

#define FAR (1 << 20) /* no symbol without a size is that long */

static const struct dmafp_section_place *
place_of(const struct dmafp_section_place *places, size_t nr, const char *section)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(places[i].name, section))
			return &places[i];
	return NULL;
}

/* A function before a mere label, a global before a local name. */
static unsigned int rank_of(const GElf_Sym *sym)
{
	unsigned int rank = GELF_ST_TYPE(sym->st_info) == STT_FUNC ? 0 : 4;

	return rank + (GELF_ST_BIND(sym->st_info) == STB_GLOBAL ? 0 :
		       GELF_ST_BIND(sym->st_info) == STB_WEAK	? 1 :
								  2);
}

static char *plain_name(const char *name)
{
	char *copy = dmafp_alloc_string(name), *cold = strstr(copy, ".cold");

	/* the unlikely part of a function, moved elsewhere by the compiler */
	if (cold && (!cold[5] || cold[5] == '.'))
		*cold = '\0';
	return copy;
}

static void add_symbol(struct dmafp_functions *functions, Elf *elf, const GElf_Sym *sym,
		       const char *name, const struct dmafp_section_place *places, size_t nr)
{
	Elf_Scn *section = elf_getscn(elf, sym->st_shndx);
	unsigned int type = GELF_ST_TYPE(sym->st_info);
	const struct dmafp_section_place *place = NULL;
	struct dmafp_function *f;
	GElf_Shdr header;
	size_t strings;
	const char *title;

	if (!name || !*name || (type != STT_FUNC && type != STT_NOTYPE) || !section ||
	    sym->st_shndx >= SHN_LORESERVE || !gelf_getshdr(section, &header) ||
	    !(header.sh_flags & SHF_EXECINSTR))
		return;
	if (places) {
		title = elf_getshdrstrndx(elf, &strings) ?
				NULL :
				elf_strptr(elf, strings, header.sh_name);
		place = title ? place_of(places, nr, title) : NULL;
		if (!place)
			return;
	}
	functions->items =
		dmafp_alloc_grow(functions->items, functions->nr, sizeof(*functions->items));
	f = &functions->items[functions->nr++];
	f->address = sym->st_value + (place ? place->address : 0);
	f->size = sym->st_size;
	f->name = plain_name(name);
	f->rank = rank_of(sym);
}

/* By address; of several names for one place the best is the last. */
static int by_address(const void *a, const void *b)
{
	const struct dmafp_function *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	if (strlen(x->name) != strlen(y->name))
		return strlen(x->name) > strlen(y->name) ? -1 : 1;
	return strcmp(y->name, x->name);
}

static void add_table(struct dmafp_functions *functions, Elf *elf, Elf_Scn *table,
		      const GElf_Shdr *header, const struct dmafp_section_place *places,
		      size_t nr_places)
{
	Elf_Data *data = elf_getdata(table, NULL);
	size_t i, nr = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
	GElf_Sym sym;

	for (i = 0; data && i < nr; i++)
		if (gelf_getsym(data, (int)i, &sym))
			add_symbol(functions, elf, &sym,
				   elf_strptr(elf, header->sh_link, sym.st_name), places,
				   nr_places);
}

int dmafp_functions_add(struct dmafp_functions *functions, const char *path,
			const struct dmafp_section_place *places, size_t nr,
			struct dmafp_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t before = functions->nr;
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf *elf;

	if (fd < 0)
		return dmafp_err_errno(err, errno, "cannot read %s", path);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	while (elf && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			add_table(functions, elf, section, &header, places, nr);
	elf_end(elf);
	close(fd);
	if (functions->nr == before)
		return dmafp_err_set(err, ENOEXEC, DMAFP_EXIT_NO_INPUT,
				     "%s has no symbols of code", path);
	qsort(functions->items, functions->nr, sizeof(*functions->items), by_address);
	return 0;
}

static bool covers(const struct dmafp_function *f, uint64_t address)
{
	return address - f->address < f->size;
}

const struct dmafp_function *dmafp_functions_at(const struct dmafp_functions *functions,
						uint64_t address)
{
	const struct dmafp_function *items = functions->items, *nearest;
	size_t low = 0, high = functions->nr, i;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	nearest = &items[low - 1];
	/* labels lie inside functions */
	for (i = low; i-- && address - items[i].address < FAR;)
		if (covers(&items[i], address))
			return &items[i];
	return address - nearest->address < FAR ? nearest : NULL;
}

const struct dmafp_function *dmafp_functions_find(const struct dmafp_functions *functions,
						  const char *name)
{
	size_t i;

	for (i = 0; i < functions->nr; i++)
		if (!strcmp(functions->items[i].name, name))
			return &functions->items[i];
	return NULL;
}

void dmafp_functions_free(struct dmafp_functions *functions)
{
	size_t i;

	for (i = 0; i < functions->nr; i++)
		free(functions->items[i].name);
	free(functions->items);
	*functions = (struct dmafp_functions) { 0 };
}
