// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/render.h"
#include "analysis/text_notes.h"
#include "analysis/text_rows.h"
#include "analysis/wrap.h"

#define INDENT "            " /* as wide as the names of the facts */

static const char *known(const char *text)
{
	return text ? text : "not known";
}

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

/* Top: the verdict, the number, what was compared */

static void print_number(const struct dmafp_comparison *c,
			 const struct dmafp_judgement *j, FILE *out)
{
	const struct dmafp_row *worst;
	char *title;

	if (!j->nr_reached) {
		dmafp_wrap(out, "", "", "No row that ran the path can be judged.");
		return;
	}
	worst = &c->rows[j->worst];
	title = dmafp_cell_title(worst->cell);
	if (j->low == j->high)
		dmafp_wrap(out, "", "",
			   "Patched minus base: %+" PRId64 " instructions per op "
			   "in min, p50 and p99 of all %zu rows that ran the path.",
			   j->high, j->nr_reached);
	else
		dmafp_wrap(out, "", "",
			   "Patched minus base: %+" PRId64 " to %+" PRId64
			   " instructions per op in min, p50 and p99 of %zu rows that ran the "
			   "path; most on %s %s, %s, %s.",
			   j->low, j->high, j->nr_reached, title,
			   dmafp_row_phase_name(worst->phase), worst->group->mode,
			   worst->group->label);
	free(title);
}

static void print_patches(const struct dmafp_comparison *c, FILE *out)
{
	const struct dmafp_result *r = any_of(c, DMAFP_ARM_PATCHED);
	size_t i;

	for (i = 0; r && i < r->nr_patches; i++)
		dmafp_wrap(out, "Patch:      ", INDENT, "%s (%s, sha256 %.12s)",
			   known(r->patches[i].name), known(r->patches[i].file),
			   known(r->patches[i].sha256));
	if (r && !r->nr_patches)
		dmafp_wrap(out, "Patch:      ", INDENT, "not named in the results");
}

static void print_kernels(const struct dmafp_comparison *c, FILE *out)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_result *r = any_of(c, arm);

		if (r)
			dmafp_wrap(out, arm ? INDENT : "Kernels:    ", INDENT,
				   "%s: %s, build id %.12s", dmafp_arm_name(arm),
				   known(r->kernel.release), known(r->kernel.build_id));
	}
}

static void print_machine(const struct dmafp_result *r, FILE *out)
{
	if (r->lab.present)
		dmafp_wrap(out, "Lab:        ", INDENT,
			   "%s, accelerator %s; emulated CPU "
			   "%s (%" PRIu32 "), %s",
			   known(r->lab.qemu_version), known(r->lab.accel),
			   known(r->machine.cpu), r->machine.nr_cpus,
			   known(r->machine.arch));
	else
		dmafp_wrap(out, "Machine:    ", INDENT,
			   "%s (%" PRIu32 " CPUs, %" PRIu32 " nodes), %s, hypervisor: %s",
			   known(r->machine.cpu), r->machine.nr_cpus, r->machine.nr_nodes,
			   known(r->machine.arch),
			   r->machine.hypervisor ? r->machine.hypervisor : "none seen");
	dmafp_wrap(out, "Build:      ", INDENT, "%s; config sha256 %.12s",
		   known(r->kernel.compiler), known(r->kernel.config_sha256));
	dmafp_wrap(out, "Tool:       ", INDENT,
		   "dmafp %s, profile %s (sha256 %.12s), measured %s", r->tool_version,
		   known(r->profile.name), known(r->profile.sha256), r->created);
}

static bool device_shown(const struct dmafp_comparison *c, size_t section)
{
	size_t i;

	for (i = 0; i < section; i++)
		if (!strcmp(c->sections[i].group->pci, c->sections[section].group->pci) &&
		    !strcmp(c->sections[i].group->iommu, c->sections[section].group->iommu))
			return true;
	return false;
}

static void print_devices(const struct dmafp_comparison *c, FILE *out)
{
	const char *name = "Devices:    ";
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_result *r = dmafp_group_any(c->sections[i].group);

		if (device_shown(c, i))
			continue;
		dmafp_wrap(out, name, INDENT,
			   "%s %s [%04x:%04x], DMA mask %" PRIu32
			   " bits, %s (%s, group type %s)",
			   r->device.label, r->device.pci, r->device.vendor,
			   r->device.device, r->device.dma_mask_bits,
			   known(r->iommu.driver), known(r->iommu.unit),
			   known(r->iommu.group_type));
		name = INDENT;
	}
}

static const char *tick_name(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->set->nr; i++)
		if (c->set->results[i]->domain != DMAFP_DOMAIN_EXACT)
			return "ticks (timed domain)";
	return "instructions";
}

static void print_legend(const struct dmafp_comparison *c, FILE *out)
{
	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Unit: %s per op, lower is better; differences (d-) are arm "
		   "minus base, d-total is over all ops of the row. calls/op: calls of "
		   "iommu_deferred_attach() per op, counted outside the timed window; * not "
		   "once per op where it should be.",
		   tick_name(c));
	dmafp_wrap(out, "", "",
		   "says: EQUIV identical, IMPR fewer, REGR more, INCON cannot be "
		   "decided, INVAL a side is missing, - no difference but the path was not "
		   "reached, which proves nothing.");
}

static void print_top(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      FILE *out)
{
	const struct dmafp_result *r = any_of(c, DMAFP_ARM_BASE);

	if (!r && c->set->nr)
		r = c->set->results[0];
	dmafp_wrap(out, "", "", "dmafp: %s", dmafp_verdict_name(j->overall));
	print_number(c, j, out);
	if (j->overall == DMAFP_INVALID)
		dmafp_wrap(out, "", "",
			   "The results cannot support a verdict; the reasons are at "
			   "the end.");
	fputc('\n', out);
	print_patches(c, out);
	print_kernels(c, out);
	if (r)
		print_machine(r, out);
	print_devices(c, out);
	print_legend(c, out);
}

/* The end */

/* What a section's machine was started with */
static const char *kernel_command(const struct dmafp_group *group)
{
	return known(dmafp_group_any(group)->kernel.command_line);
}

static const char *qemu_command(const struct dmafp_group *group)
{
	const struct dmafp_result *r = dmafp_group_any(group);

	return r->lab.present ? known(r->lab.qemu_command) : NULL;
}

/* Each command once, with the mode in which it was first used */
static void print_command(const struct dmafp_comparison *c, const char *name,
			  const char *(*get)(const struct dmafp_group *group), FILE *out)
{
	struct dmafp_lines seen = { 0 };
	size_t i, nr;

	for (i = 0; i < c->nr_sections; i++) {
		const char *command = get(c->sections[i].group);

		nr = seen.nr;
		if (command)
			dmafp_lines_add_new(&seen, "%s", command);
		if (seen.nr > nr)
			dmafp_wrap(out, "", "  ", "%s (%s): %s", name,
				   c->sections[i].group->mode, command);
	}
	dmafp_lines_free(&seen);
}

static void print_commands(const struct dmafp_comparison *c, FILE *out)
{
	fprintf(out, "\n== Commands, each with the mode where it was used first\n\n");
	print_command(c, "kernel", kernel_command, out);
	print_command(c, "QEMU", qemu_command, out);
}

static void print_end(const struct dmafp_judgement *j, FILE *out)
{
	size_t i;

	fprintf(out, "\n== Overall verdict: %s\n\n", dmafp_verdict_name(j->overall));
	for (i = 0; i < j->reasons.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", j->reasons.items[i]);
}

static void render(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		   FILE *out)
{
	print_top(c, j, out);
	dmafp_text_sections(c, j, out);
	dmafp_text_first_maps(c, out);
	dmafp_text_notes(c, j, out);
	print_commands(c, out);
	print_end(j, out);
}

const struct dmafp_renderer dmafp_render_text = {
	.name = "text",
	.summary = "plain ASCII of 72 columns, to paste in a reply",
	.render = render,
};
