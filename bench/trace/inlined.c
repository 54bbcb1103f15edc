// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <dwarf.h>
#include <elfutils/libdw.h>

#include "base/alloc.h"
#include "trace/inlined.h"

struct dmafp_inlined {
	int fd;
	Dwarf *dwarf;
	Dwarf_Aranges *ranges;
};

struct dmafp_inlined *dmafp_inlined_open(const char *path)
{
	struct dmafp_inlined *inlined;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Dwarf *dwarf = fd < 0 ? NULL : dwarf_begin(fd, DWARF_C_READ);
	Dwarf_Off offset = 0, next;
	size_t header;

	/* an ELF file without debugging information is an empty DWARF to libdw */
	if (!dwarf || dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL)) {
		dwarf_end(dwarf);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	inlined = dmafp_alloc(1, sizeof(*inlined));
	inlined->fd = fd;
	inlined->dwarf = dwarf;
	dwarf_getaranges(dwarf, &inlined->ranges, NULL);
	return inlined;
}

/* Not every compiler writes .debug_aranges: look at the units themselves then. */
static Dwarf_Die *unit_at(struct dmafp_inlined *inlined, uint64_t address, Dwarf_Die *unit)
{
	Dwarf_Off offset = 0, next;
	size_t header;

	if (dwarf_addrdie(inlined->dwarf, address, unit))
		return unit;
	while (!dwarf_nextcu(inlined->dwarf, offset, &next, &header, NULL, NULL, NULL)) {
		if (dwarf_offdie(inlined->dwarf, offset + header, unit) &&
		    dwarf_haspc(unit, address) > 0)
			return unit;
		offset = next;
	}
	return NULL;
}

/*
 * The scopes around an address are those that the source has; what called an
 * inlined function is what its entry in the tree lies in.
 */
static int scopes_at(Dwarf_Die *unit, uint64_t address, Dwarf_Die **scopes)
{
	Dwarf_Die *lexical = NULL;
	int nr = dwarf_getscopes(unit, address, &lexical);

	if (nr > 0)
		nr = dwarf_getscopes_die(&lexical[0], scopes);
	free(lexical);
	return nr;
}

size_t dmafp_inlined_at(struct dmafp_inlined *inlined, uint64_t address,
			const char *names[DMAFP_INLINED_MAX])
{
	Dwarf_Die unit, *scopes = NULL;
	size_t nr = 0;
	int i;

	if (!inlined || !unit_at(inlined, address, &unit))
		return 0;
	/* the innermost comes first */
	for (i = scopes_at(&unit, address, &scopes); i-- > 0;) {
		const char *name;

		if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
			continue;
		name = dwarf_diename(&scopes[i]);
		if (name && nr < DMAFP_INLINED_MAX)
			names[nr++] = name;
	}
	free(scopes);
	return nr;
}

void dmafp_inlined_close(struct dmafp_inlined *inlined)
{
	if (!inlined)
		return;
	dwarf_end(inlined->dwarf);
	close(inlined->fd);
	free(inlined);
}
