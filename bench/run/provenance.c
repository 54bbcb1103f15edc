// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "analysis/kernel_option.h"
#include "base/alloc.h"
#include "base/file.h"
#include "run/pin.h"
#include "run/provenance.h"

/* A file under the root, trailing newlines removed; NULL if it is not there. */
static char *read_file(const char *root, const char *name, size_t *len)
{
	char *path = dmafp_path("%s%s", root, name);
	struct dmafp_err err;
	char *text = dmafp_file_read(path, len, &err);
	size_t end = text && !len ? strlen(text) : 0;

	while (end && text[end - 1] == '\n')
		text[--end] = '\0';
	free(path);
	return text;
}

char *dmafp_provenance_build_id(const void *notes, size_t len)
{
	const unsigned char *p = notes;
	Elf64_Nhdr note;
	size_t i;

	while (len >= sizeof(note)) {
		size_t name, desc;

		memcpy(&note, p, sizeof(note));
		name = sizeof(note);
		desc = name + (((size_t)note.n_namesz + 3) & ~3ul);
		if (desc + note.n_descsz > len)
			return NULL;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(p + name, "GNU", 4)) {
			char *hex = dmafp_alloc(note.n_descsz + 1, 2);

			for (i = 0; i < note.n_descsz; i++)
				sprintf(hex + 2 * i, "%02x", p[desc + i]);
			return hex;
		}
		desc += ((size_t)note.n_descsz + 3) & ~3ul;
		if (desc > len)
			return NULL;
		p += desc;
		len -= desc;
	}
	return NULL;
}

/* @len bytes of @text as a string */
static char *cut(const char *text, size_t len)
{
	char *copy = dmafp_alloc_string(text);

	copy[len] = '\0';
	return copy;
}

/*
 * "Linux version 6.12.1 (user@host) (gcc (Debian 12.2.0-14) 12.2.0, GNU ld
 * 2.40) #1 SMP ...": all that uname(2) says and the compiler, the second
 * parenthesis, which has others inside.
 */
bool dmafp_provenance_version(const char *text, struct dmafp_result *result)
{
	static const char intro[] = "Linux version ";
	const char *start = strstr(text, ") ("), *end;
	int depth = 1;

	if (!start || strncmp(text, intro, strlen(intro)))
		return false;
	start += 3;
	for (end = start; *end && depth; end++)
		depth += (*end == '(') - (*end == ')');
	if (depth || *end != ' ')
		return false;
	text += strlen(intro);
	result->kernel.release = cut(text, strcspn(text, " "));
	result->kernel.compiler = cut(start, (size_t)(end - 1 - start));
	result->kernel.version = cut(end + 1, strcspn(end + 1, "\n"));
	return true;
}

/* What /proc/config.gz unpacks to; NULL if it is not there. */
static char *read_config_gz(const char *root, size_t *len)
{
	char *path = dmafp_path("%s/proc/config.gz", root), *text;
	size_t used = 0, room = 1 << 20;
	gzFile file = gzopen(path, "rb");
	int n = -1;

	free(path);
	if (!file)
		return NULL;
	text = dmafp_alloc(room + 1, 1);
	while (used < room && (n = gzread(file, text + used, room - used)) > 0)
		used += n;
	gzclose(file);
	*len = used;
	if (!n)
		return text;
	free(text);
	return NULL;
}

/* Of the kernel itself, or of the distribution that it came from */
char *dmafp_provenance_config(const char *root, const char *release, size_t *len)
{
	size_t unused;
	char *text = read_config_gz(root, len ? len : &unused), *name;

	if (text || !release)
		return text;
	name = dmafp_path("/boot/config-%s", release);
	text = read_file(root, name, len ? len : &unused);
	free(name);
	return text;
}

static void fill_config(const char *root, struct dmafp_result *result)
{
	char hex[DMAFP_SHA256_HEX], *text;
	size_t len;

	text = dmafp_provenance_config(root, result->kernel.release, &len);
	if (!text)
		return;
	dmafp_sha256(text, len, hex);
	result->kernel.config_sha256 = dmafp_alloc_string(hex);
	dmafp_kernel_options_read(text, result);
	free(text);
}

/* The word that begins so, and the blank before it */
static void drop_word(char *line, const char *prefix)
{
	char *at = line ? strstr(line, prefix) : NULL, *end;

	if (!at || (at != line && at[-1] != ' '))
		return;
	end = at + strcspn(at, " \n");
	at -= at != line;
	memmove(at, end, strlen(end) + 1);
}

static void fill_kernel(const char *root, struct dmafp_result *result)
{
	char *version = read_file(root, "/proc/version", NULL);
	size_t len;
	char *notes = read_file(root, "/sys/kernel/notes", &len);

	if (version)
		dmafp_provenance_version(version, result);
	result->kernel.command_line = read_file(root, "/proc/cmdline", NULL);
	drop_word(result->kernel.command_line, DMAFP_PROVENANCE_TURN);
	fill_config(root, result);
	if (notes)
		result->kernel.build_id = dmafp_provenance_build_id(notes, len);
	free(version);
	free(notes);
}

char *dmafp_provenance_field(const char *text, const char *key)
{
	size_t len = strlen(key);
	const char *line = text;
	char *value;

	while (line) {
		if (!strncmp(line, key, len) &&
		    line[len + strspn(line + len, " \t")] == ':') {
			line = strchr(line, ':') + 1;
			line += strspn(line, " \t");
			value = dmafp_alloc_string(line);
			value[strcspn(value, "\n")] = '\0';
			return value;
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

/* The hypervisor's own name, such as "TCGTCGTCGTCG" or "KVMKVMKVM". */
static char *hypervisor_name(void)
{
#if defined(__x86_64__)
	unsigned int eax, signature[4] = { 0 };

	__cpuid(0x40000000, eax, signature[0], signature[1], signature[2]);
	if (((char *)signature)[0])
		return dmafp_alloc_string((char *)signature);
#endif
	return dmafp_alloc_string("unknown");
}

static char *find_hypervisor(const char *cpuinfo)
{
	char *flags = dmafp_provenance_field(cpuinfo, "flags"), *name = NULL;

	if (flags && strstr(flags, " hypervisor"))
		name = hypervisor_name();
	free(flags);
	return name;
}

static void fill_machine(const char *root, struct dmafp_result *result)
{
	char *cpuinfo = read_file(root, "/proc/cpuinfo", NULL);
	char *meminfo = read_file(root, "/proc/meminfo", NULL);
	char *total = meminfo ? dmafp_provenance_field(meminfo, "MemTotal") : NULL;
	struct utsname uts = { 0 };

	uname(&uts);
	result->machine.arch = dmafp_alloc_string(uts.machine);
	result->machine.nr_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	result->machine.nr_nodes = dmafp_pin_nodes();
	result->machine.memory_kib = total ? strtoull(total, NULL, 10) : 0;
	if (cpuinfo) {
		result->machine.cpu = dmafp_provenance_field(cpuinfo, "model name");
		result->machine.hypervisor = find_hypervisor(cpuinfo);
	}
	free(cpuinfo);
	free(meminfo);
	free(total);
}

void dmafp_provenance_fill(const char *root, struct dmafp_result *result)
{
	time_t now = time(NULL);
	char created[32];

	strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	result->created = dmafp_alloc_string(created);
	result->tool_version = dmafp_alloc_string(DMAFP_VERSION);
	fill_kernel(root, result);
	fill_machine(root, result);
}

const char *dmafp_provenance_mode(const char *root)
{
	char *vmcore = dmafp_path("%s/proc/vmcore", root);
	char *cmdline = read_file(root, "/proc/cmdline", NULL);
	const char *mode = "plain", *at = cmdline;

	while (at && (at = strstr(at, "elfcorehdr="))) {
		if (at == cmdline || isspace((unsigned char)at[-1]))
			mode = "keyed";
		at++;
	}
	if (dmafp_file_exists(vmcore))
		mode = "kdump";
	free(vmcore);
	free(cmdline);
	return mode;
}
