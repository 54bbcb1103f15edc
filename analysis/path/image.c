// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gelf.h>
#include <libelf.h>

#include "analysis/path/image.h"
#include "base/alloc.h"

const char *dmafp_image_arch_name(const struct dmafp_image *image)
{
	return image->arch == DMAFP_IMAGE_ARM64 ? "aarch64" : "x86_64";
}

static int map_file(struct dmafp_image *image, const char *path, struct dmafp_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return dmafp_err_errno(err, errno, "cannot open the kernel image %s", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !st.st_size) {
		close(fd);
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s is no kernel image: give a vmlinux", path);
	}
	image->size = (size_t)st.st_size;
	image->data = mmap(NULL, image->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image->data == MAP_FAILED) {
		image->data = NULL;
		return dmafp_err_errno(err, errno, "cannot read the kernel image %s", path);
	}
	return 0;
}

static int check_kind(struct dmafp_image *image, struct dmafp_err *err)
{
	GElf_Ehdr header;

	elf_version(EV_CURRENT);
	image->elf = elf_memory(image->data, image->size);
	if (!image->elf || elf_kind(image->elf) != ELF_K_ELF ||
	    !gelf_getehdr(image->elf, &header))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s is no ELF file: give the vmlinux of the build folder; a bzImage or Image has no symbols",
				     image->path);
	if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    (header.e_machine != EM_X86_64 && header.e_machine != EM_AARCH64))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s is of another machine: x86-64 and arm64 are known",
				     image->path);
	if (header.e_type == ET_REL)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s is an object file: its calls are not linked yet, give the vmlinux",
				     image->path);
	image->arch = header.e_machine == EM_AARCH64 ? DMAFP_IMAGE_ARM64 : DMAFP_IMAGE_X86_64;
	return 0;
}

static bool section_header(const struct dmafp_image *image, Elf_Scn *section, GElf_Shdr *header)
{
	/* offsets are the file's word, and a file can lie */
	return gelf_getshdr(section, header) &&
	       (header->sh_type == SHT_NOBITS ||
		(header->sh_offset <= image->size &&
		 header->sh_size <= image->size - header->sh_offset));
}

static const char *section_name(const struct dmafp_image *image, const GElf_Shdr *header)
{
	size_t names;
	const char *name;

	if (elf_getshdrstrndx(image->elf, &names))
		return "";
	name = elf_strptr(image->elf, names, header->sh_name);
	return name ? name : "";
}

static const uint8_t *section_bytes(const struct dmafp_image *image, const GElf_Shdr *header)
{
	return (const uint8_t *)image->data + header->sh_offset;
}

static bool is_code(const GElf_Shdr *header)
{
	return header->sh_type == SHT_PROGBITS && (header->sh_flags & SHF_EXECINSTR);
}

const uint8_t *dmafp_image_bytes(const struct dmafp_image *image, uint64_t address, size_t *left)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section))) {
		if (!section_header(image, section, &header) ||
		    header.sh_type == SHT_NOBITS || !(header.sh_flags & SHF_ALLOC) ||
		    address < header.sh_addr || address - header.sh_addr >= header.sh_size)
			continue;
		*left = header.sh_size - (address - header.sh_addr);
		return section_bytes(image, &header) + (address - header.sh_addr);
	}
	return NULL;
}

void dmafp_image_each_section(const struct dmafp_image *image,
			      void (*each)(void *ctx, uint64_t address, const uint8_t *bytes,
					   size_t size),
			      void *ctx)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section)))
		if (section_header(image, section, &header) && is_code(&header))
			each(ctx, header.sh_addr, section_bytes(image, &header),
			     header.sh_size);
}

static int by_address(const void *a, const void *b)
{
	const struct dmafp_image_symbol *l = a, *r = b;

	if (l->address != r->address)
		return l->address < r->address ? -1 : 1;
	return strcmp(l->name, r->name);
}

static bool is_wanted(const char *name, const GElf_Sym *sym)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (type == STT_SECTION || type == STT_FILE || sym->st_shndx == SHN_UNDEF)
		return false;
	/* padding before a function, local labels, and arm64's "what follows is" */
	return name && *name && *name != '$' && *name != '.' && strncmp(name, "__pfx_", 6) &&
	       strncmp(name, "__cfi_", 6);
}

static bool in_code(const struct dmafp_image *image, const GElf_Sym *sym)
{
	Elf_Scn *section = sym->st_shndx < SHN_LORESERVE ?
				   elf_getscn(image->elf, sym->st_shndx) : NULL;
	GElf_Shdr header;

	return section && section_header(image, section, &header) && is_code(&header);
}

static void add_symbols(struct dmafp_image *image, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t nr = data && header->sh_entsize ? header->sh_size / header->sh_entsize : 0, i;

	image->symbols = dmafp_alloc(nr + 1, sizeof(*image->symbols));
	for (i = 0; i < nr; i++) {
		struct dmafp_image_symbol *symbol = &image->symbols[image->nr_symbols];
		GElf_Sym sym;
		const char *name;

		if (!gelf_getsym(data, (int)i, &sym))
			continue;
		name = elf_strptr(image->elf, header->sh_link, sym.st_name);
		if (!is_wanted(name, &sym))
			continue;
		symbol->name = name;
		symbol->address = sym.st_value;
		symbol->size = sym.st_size;
		symbol->sized = sym.st_size;
		symbol->function = in_code(image, &sym);
		image->nr_symbols++;
	}
}

/* Functions in assembler may have no size. */
static void size_symbols(struct dmafp_image *image)
{
	uint64_t next = 0;
	size_t i;

	for (i = image->nr_symbols; i-- > 0;) {
		struct dmafp_image_symbol *symbol = &image->symbols[i];

		if (i + 1 < image->nr_symbols && symbol[1].address != symbol->address)
			next = symbol[1].address;
		if (!symbol->size && next > symbol->address)
			symbol->size = next - symbol->address;
	}
}

static int read_symbols(struct dmafp_image *image, struct dmafp_err *err)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while (!image->symbols && (section = elf_nextscn(image->elf, section)))
		if (section_header(image, section, &header) && header.sh_type == SHT_SYMTAB)
			add_symbols(image, section, &header);
	if (!image->nr_symbols)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_NO_INPUT,
				     "%s has no symbols: give the vmlinux of the build folder, not a stripped one",
				     image->path);
	qsort(image->symbols, image->nr_symbols, sizeof(*image->symbols), by_address);
	size_symbols(image);
	return 0;
}

static char *hex(const uint8_t *bytes, size_t nr)
{
	static const char digits[] = "0123456789abcdef";
	char *text = dmafp_alloc(2 * nr + 1, 1);
	size_t i;

	for (i = 0; i < nr; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return text;
}

static void read_notes(struct dmafp_image *image, Elf_Scn *section)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t offset = 0, next, name, desc;
	GElf_Nhdr note;

	while (data && !image->build_id &&
	       (next = gelf_getnote(data, offset, &note, &name, &desc))) {
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp((char *)data->d_buf + name, "GNU", 4))
			image->build_id = hex((uint8_t *)data->d_buf + desc, note.n_descsz);
		offset = next;
	}
}

static void read_build_id(struct dmafp_image *image)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section)))
		if (section_header(image, section, &header) && header.sh_type == SHT_NOTE)
			read_notes(image, section);
}

static const struct dmafp_image_symbol *symbol_named(const struct dmafp_image *image,
						     const char *name)
{
	size_t i;

	for (i = 0; i < image->nr_symbols; i++)
		if (!strcmp(image->symbols[i].name, name))
			return &image->symbols[i];
	return NULL;
}

static int32_t word(const uint8_t *bytes)
{
	int32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static int by_code(const void *a, const void *b)
{
	const struct dmafp_static_branch *l = a, *r = b;

	return l->code < r->code ? -1 : l->code > r->code;
}

/* struct jump_entry, with CONFIG_HAVE_ARCH_JUMP_LABEL_RELATIVE: both machines have it */
static void read_branches(struct dmafp_image *image)
{
	const struct dmafp_image_symbol *start = symbol_named(image, "__start___jump_table");
	const struct dmafp_image_symbol *stop = symbol_named(image, "__stop___jump_table");
	const uint8_t *bytes;
	size_t left, nr, i;

	if (!start || !stop || stop->address <= start->address)
		return;
	bytes = dmafp_image_bytes(image, start->address, &left);
	if (!bytes || stop->address - start->address > left)
		return;
	nr = (stop->address - start->address) / 16;
	image->branches = dmafp_alloc(nr, sizeof(*image->branches));
	for (i = 0; i < nr; i++, bytes += 16) {
		uint64_t here = start->address + 16 * i;
		int64_t key;

		memcpy(&key, bytes + 8, sizeof(key));
		image->branches[i].code = here + (uint64_t)(int64_t)word(bytes);
		image->branches[i].target = here + 4 + (uint64_t)(int64_t)word(bytes + 4);
		/* the two low bits say how the branch was written */
		image->branches[i].key = (here + 8 + (uint64_t)key) & ~3ULL;
	}
	image->nr_branches = nr;
	qsort(image->branches, nr, sizeof(*image->branches), by_code);
}

static bool is_in_code(const struct dmafp_image *image, uint64_t address)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section)))
		if (section_header(image, section, &header) && is_code(&header) &&
		    address >= header.sh_addr && address - header.sh_addr < header.sh_size)
			return true;
	return false;
}

static bool is_alternative(const struct dmafp_image *image, const uint8_t *bytes, uint64_t here,
			   size_t entry)
{
	/* no replacement is longer than what it replaces */
	return is_in_code(image, here + (uint64_t)(int64_t)word(bytes)) &&
	       bytes[entry - 1] <= bytes[entry - 2];
}

static int by_place(const void *a, const void *b)
{
	const struct dmafp_alternative *l = a, *r = b;

	return l->address < r->address ? -1 : l->address > r->address;
}

/* struct alt_instr has 12 bytes, on x86 since 6.3 14; the lengths are the last two */
static bool add_alternatives(struct dmafp_image *image, const GElf_Shdr *header, size_t entry)
{
	const uint8_t *bytes = section_bytes(image, header);
	size_t nr = header->sh_size / entry, i;

	if (header->sh_size % entry)
		return false;
	for (i = 0; i < nr; i++)
		if (!is_alternative(image, bytes + i * entry, header->sh_addr + i * entry, entry))
			return false;
	image->alternatives = dmafp_alloc(nr + 1, sizeof(*image->alternatives));
	for (i = 0; i < nr; i++) {
		const uint8_t *at = bytes + i * entry;

		image->alternatives[i].address = header->sh_addr + i * entry +
						 (uint64_t)(int64_t)word(at);
		image->alternatives[i].size = at[entry - 2];
	}
	image->nr_alternatives = nr;
	qsort(image->alternatives, nr, sizeof(*image->alternatives), by_place);
	return true;
}

static int read_alternatives(struct dmafp_image *image, struct dmafp_err *err)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section))) {
		if (!section_header(image, section, &header) || header.sh_type == SHT_NOBITS ||
		    strcmp(section_name(image, &header), ".altinstructions"))
			continue;
		if (add_alternatives(image, &header, 14) || add_alternatives(image, &header, 12))
			return 0;
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s: .altinstructions is of a form that is not known: what boot patches cannot be told",
				     image->path);
	}
	return 0;
}

int dmafp_image_open(struct dmafp_image *image, const char *path, struct dmafp_err *err)
{
	int ret;

	*image = (struct dmafp_image){ .path = dmafp_alloc_string(path) };
	ret = map_file(image, path, err);
	ret = ret ?: check_kind(image, err);
	ret = ret ?: read_symbols(image, err);
	if (ret)
		return ret;
	read_build_id(image);
	read_branches(image);
	return read_alternatives(image, err);
}

void dmafp_image_close(struct dmafp_image *image)
{
	if (image->elf)
		elf_end(image->elf);
	if (image->data)
		munmap(image->data, image->size);
	free(image->alternatives);
	free(image->branches);
	free(image->symbols);
	free(image->build_id);
	free(image->path);
	*image = (struct dmafp_image){ 0 };
}

/* The last symbol at or before @address, as an index; nr_symbols if there is none. */
static size_t symbol_before(const struct dmafp_image *image, uint64_t address)
{
	size_t low = 0, high = image->nr_symbols;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (image->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : image->nr_symbols;
}

static bool covers(const struct dmafp_image_symbol *symbol, uint64_t address)
{
	return address == symbol->address || address - symbol->address < symbol->size;
}

/* Of several names of one place the first that has a size: the others are labels. */
static const struct dmafp_image_symbol *find_at(const struct dmafp_image *image,
						uint64_t address, bool function)
{
	const struct dmafp_image_symbol *found = NULL;
	size_t i = symbol_before(image, address), tries;

	if (i == image->nr_symbols)
		return NULL;
	for (tries = 0; tries < 64 && i < image->nr_symbols; tries++, i--) {
		const struct dmafp_image_symbol *symbol = &image->symbols[i];

		if (found && symbol->address != found->address)
			break;
		if (symbol->function != function || !covers(symbol, address))
			continue;
		if (!found || symbol->sized || !found->sized)
			found = symbol;
	}
	return found;
}

const struct dmafp_image_symbol *dmafp_image_function_at(const struct dmafp_image *image,
							 uint64_t address)
{
	return find_at(image, address, true);
}

const struct dmafp_image_symbol *dmafp_image_symbol_at(const struct dmafp_image *image,
						       uint64_t address)
{
	const struct dmafp_image_symbol *symbol = find_at(image, address, false);

	return symbol ? symbol : find_at(image, address, true);
}

bool dmafp_image_is_named(const struct dmafp_image *image, uint64_t address, const char *prefix)
{
	size_t i = symbol_before(image, address), len = strlen(prefix);

	for (; i < image->nr_symbols && image->symbols[i].address == address; i--) {
		if (!strncmp(image->symbols[i].name, prefix, len))
			return true;
		if (!i)
			break;
	}
	return false;
}

const struct dmafp_image_symbol *dmafp_image_function(const struct dmafp_image *image,
						      const char *name, struct dmafp_err *err)
{
	const struct dmafp_image_symbol *found = NULL;
	size_t i, nr = 0;

	for (i = 0; i < image->nr_symbols; i++) {
		if (!image->symbols[i].function || strcmp(image->symbols[i].name, name))
			continue;
		found = &image->symbols[i];
		nr++;
	}
	if (nr == 1)
		return found;
	if (nr)
		dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
			      "%s has %zu functions of the name %s: which one is meant cannot be told",
			      image->path, nr, name);
	else
		dmafp_err_set(err, ENOENT, DMAFP_EXIT_NO_INPUT,
			      "%s has no function %s: it may be inlined everywhere, or configured out",
			      image->path, name);
	return NULL;
}

const struct dmafp_static_branch *
dmafp_image_static_branch(const struct dmafp_image *image, uint64_t address)
{
	const struct dmafp_static_branch key = { .code = address };

	if (!image->nr_branches)
		return NULL;
	return bsearch(&key, image->branches, image->nr_branches, sizeof(key), by_code);
}

const struct dmafp_alternative *dmafp_image_alternative(const struct dmafp_image *image,
							uint64_t address)
{
	size_t low = 0, high = image->nr_alternatives;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (image->alternatives[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - image->alternatives[low - 1].address >=
			    image->alternatives[low - 1].size)
		return NULL;
	return &image->alternatives[low - 1];
}
