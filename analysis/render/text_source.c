// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define INDENT "          " /* as wide as the names of the facts */

/* A result of @arm, NULL if there is none */
static const struct dmafp_result *any_of(const struct dmafp_comparison *c,
					 enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (c->sections[i].group->arms[arm].nr)
			return c->sections[i].group->arms[arm].items[0];
	return NULL;
}

/* A version without what is in brackets: all of it is in the JSON */
static char *brief(const char *text)
{
	char *copy = dmafp_alloc(strlen(dmafp_text_known(text)) + 1, 1), *to = copy;
	int depth = 0;

	for (text = dmafp_text_known(text); *text; text++) {
		if (*text == '(' && strchr(text, ')')) {
			depth++;
			while (to > copy && to[-1] == ' ')
				to--;
		} else if (*text == ')' && depth) {
			depth--;
		} else if (!depth) {
			*to++ = *text;
		}
	}
	while (to > copy && to[-1] == ' ')
		to--;
	*to = '\0'; /* over a blank that was taken back */
	return copy;
}

static void print_patches(const struct dmafp_comparison *c, FILE *out)
{
	const struct dmafp_result *r = any_of(c, DMAFP_ARM_PATCHED);
	size_t i;

	for (i = 0; r && i < r->nr_patches; i++)
		dmafp_wrap(out, "Patch:    ", INDENT, "%s (%s, sha256 %.12s)",
			   dmafp_text_known(r->patches[i].name),
			   dmafp_text_known(r->patches[i].file),
			   dmafp_text_known(r->patches[i].sha256));
	if (r && !r->nr_patches)
		dmafp_wrap(out, "Patch:    ", INDENT, "not named in the results");
}

/* Kernels: what they share is said once */

static bool one_release(const struct dmafp_comparison *c)
{
	const char *release = NULL;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_result *r = any_of(c, arm);

		if (r && release && strcmp(release, dmafp_text_known(r->kernel.release)))
			return false;
		if (r)
			release = dmafp_text_known(r->kernel.release);
	}
	return true;
}

static void print_kernels(const struct dmafp_comparison *c,
			  const struct dmafp_result *any, FILE *out)
{
	struct dmafp_lines ids = { 0 };
	bool one = one_release(c);
	unsigned int arm;
	char *list;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_result *r = any_of(c, arm);

		if (r)
			dmafp_lines_add(&ids, "%s %s%s%.12s", dmafp_arm_name(arm),
					one ? "" : dmafp_text_known(r->kernel.release),
					one ? "" : " ",
					dmafp_text_known(r->kernel.build_id));
	}
	list = dmafp_lines_join(&ids, ", ");
	dmafp_wrap(out, "Kernels:  ", INDENT, "%s%sbuild ids: %s",
		   !one			 ? ""
		   : any->kernel.release ? any->kernel.release
					 : "release not known",
		   one ? "; " : "releases and ", list);
	free(list);
	dmafp_lines_free(&ids);
}

/* The machine */

static void print_lab(const struct dmafp_result *r, FILE *out)
{
	static const char prefix[] = "QEMU emulator version ";
	const char *version = dmafp_text_known(r->lab.qemu_version);
	char *text;

	if (!strncmp(version, prefix, strlen(prefix)))
		version += strlen(prefix);
	text = brief(version);
	dmafp_wrap(out, "Lab:      ", INDENT, "QEMU %s, %s, %" PRIu32 " CPU%s: %s, %s",
		   text, dmafp_text_known(r->lab.accel), r->machine.nr_cpus,
		   r->machine.nr_cpus == 1 ? "" : "s", dmafp_text_known(r->machine.cpu),
		   dmafp_text_known(r->machine.arch));
	free(text);
}

static void print_machine(const struct dmafp_result *r, FILE *out)
{
	char *compiler = brief(r->kernel.compiler);

	dmafp_wrap(out, "Build:    ", INDENT, "%s; config sha256 %.12s", compiler,
		   dmafp_text_known(r->kernel.config_sha256));
	free(compiler);
	if (r->lab.present)
		print_lab(r, out);
	else
		dmafp_wrap(out, "Machine:  ", INDENT,
			   "%s (%" PRIu32 " CPUs, %" PRIu32 " nodes), %s, hypervisor: %s",
			   dmafp_text_known(r->machine.cpu), r->machine.nr_cpus,
			   r->machine.nr_nodes, dmafp_text_known(r->machine.arch),
			   r->machine.hypervisor ? r->machine.hypervisor : "none seen");
	dmafp_wrap(out, "Tool:     ", INDENT, "dmafp %s, profile %s (sha256 %.12s), %.10s",
		   r->tool_version, dmafp_text_known(r->profile.name),
		   dmafp_text_known(r->profile.sha256), r->created);
}

/* Parameters that a profile has one value for, where it is not the usual one */

static void add_attrs(struct dmafp_lines *words, const struct dmafp_cell_result *cell)
{
	size_t i;

	for (i = 0; i < cell->nr_attrs; i++)
		dmafp_lines_add_new(words, "%s", cell->attrs[i]);
}

static void add_parameters(struct dmafp_lines *words, const struct dmafp_cell_result *cell)
{
	if (cell->mask_bits)
		dmafp_lines_add_new(words, "DMA mask %" PRIu32 " bits", cell->mask_bits);
	if (cell->node >= 0)
		dmafp_lines_add_new(words, "buffers on node %d", cell->node);
	if (cell->delay_ns)
		dmafp_lines_add_new(words, "%" PRIu32 " ns between map and unmap",
				    cell->delay_ns);
	if (cell->duration_ns)
		dmafp_lines_add_new(words, "at most %" PRIu64 " us each",
				    cell->duration_ns / 1000);
	add_attrs(words, cell);
}

static void print_parameters(const struct dmafp_result *r, FILE *out)
{
	struct dmafp_lines words = { 0 };
	char *list;
	size_t i;

	for (i = 0; i < r->nr_cells; i++)
		add_parameters(&words, &r->cells[i]);
	list = dmafp_lines_join(&words, ", ");
	if (words.nr)
		dmafp_wrap(out, "Cells:    ", INDENT, "%s", list);
	free(list);
	dmafp_lines_free(&words);
}

/* Devices: those behind the same IOMMU, in the same way, share the facts */

static char *device_name(const struct dmafp_result *r)
{
	return dmafp_path("%s %s [%04x:%04x]", r->device.label, r->device.pci,
			  r->device.vendor, r->device.device);
}

static char *device_facts(const struct dmafp_result *r)
{
	return dmafp_path("DMA mask %" PRIu32 " bits, %s (%s), group type %s",
			  r->device.dma_mask_bits, dmafp_text_known(r->iommu.driver),
			  dmafp_text_known(r->iommu.unit),
			  dmafp_text_known(r->iommu.group_type));
}

static void print_devices_with(const struct dmafp_comparison *c, const char *facts,
			       const char *prefix, FILE *out)
{
	struct dmafp_lines names = { 0 };
	char *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_result *r = dmafp_group_any(c->sections[i].group);
		char *own = device_facts(r), *name = device_name(r);

		if (!strcmp(own, facts))
			dmafp_lines_add_new(&names, "%s", name);
		free(name);
		free(own);
	}
	list = dmafp_lines_join(&names, ", ");
	dmafp_wrap(out, prefix, INDENT, "%s; %s%s", list, names.nr > 1 ? "each: " : "",
		   facts);
	free(list);
	dmafp_lines_free(&names);
}

static void print_devices(const struct dmafp_comparison *c, FILE *out)
{
	struct dmafp_lines facts = { 0 };
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		char *own = device_facts(dmafp_group_any(c->sections[i].group));

		dmafp_lines_add_new(&facts, "%s", own);
		free(own);
	}
	for (i = 0; i < facts.nr; i++)
		print_devices_with(c, facts.items[i], i ? INDENT : "Devices:  ", out);
	dmafp_lines_free(&facts);
}

void dmafp_text_source(const struct dmafp_comparison *c, FILE *out)
{
	const struct dmafp_result *r = any_of(c, DMAFP_ARM_BASE);

	if (!r && c->set->nr)
		r = c->set->results[0];
	if (!r)
		return;
	fputc('\n', out);
	print_patches(c, out);
	print_kernels(c, r, out);
	print_machine(r, out);
	print_devices(c, out);
	print_parameters(r, out);
}
