// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/render.h"
#include "analysis/text_rows.h"
#include "analysis/wrap.h"

#define INDENT	"            "	/* as wide as the names of the facts */

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

static void print_number(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 FILE *out)
{
	const struct dmafp_row *worst = &c->rows[j->worst];
	char *title;

	if (!j->nr_reached) {
		dmafp_wrap(out, "", "", "No row that ran the path can be judged.");
		return;
	}
	title = dmafp_cell_title(worst->cell);
	if (j->low == j->high)
		dmafp_wrap(out, "", "", "Patched minus base: %+" PRId64 " instructions per op "
			   "in min, p50 and p99 of all %zu rows that ran the path.",
			   j->high, j->nr_reached);
	else
		dmafp_wrap(out, "", "", "Patched minus base: %+" PRId64 " to %+" PRId64
			   " instructions per op in min, p50 and p99 of %zu rows that ran the "
			   "path; most on %s %s, %s, %s.", j->low, j->high, j->nr_reached,
			   title, dmafp_row_phase_name(worst->phase), worst->group->mode,
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
		dmafp_wrap(out, "Lab:        ", INDENT, "QEMU %s, accelerator %s; emulated CPU "
			   "%s (%" PRIu32 "), %s", known(r->lab.qemu_version),
			   known(r->lab.accel), known(r->machine.cpu), r->machine.nr_cpus,
			   known(r->machine.arch));
	else
		dmafp_wrap(out, "Machine:    ", INDENT, "%s (%" PRIu32 " CPUs, %" PRIu32
			   " nodes), %s, hypervisor: %s", known(r->machine.cpu),
			   r->machine.nr_cpus, r->machine.nr_nodes, known(r->machine.arch),
			   r->machine.hypervisor ? r->machine.hypervisor : "none seen");
	dmafp_wrap(out, "Build:      ", INDENT, "%s; config sha256 %.12s",
		   known(r->kernel.compiler), known(r->kernel.config_sha256));
	dmafp_wrap(out, "Tool:       ", INDENT, "dmafp %s, profile %s (sha256 %.12s), measured %s",
		   r->tool_version, known(r->profile.name), known(r->profile.sha256),
		   r->created);
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
		dmafp_wrap(out, name, INDENT, "%s %s [%04x:%04x], DMA mask %" PRIu32
			   " bits, %s (%s, group type %s)", r->device.label, r->device.pci,
			   r->device.vendor, r->device.device, r->device.dma_mask_bits,
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
	dmafp_wrap(out, "", "", "Unit: %s per op, lower is better; differences (d-) are arm "
		   "minus base, d-total is over all ops of the row. calls/op: calls of "
		   "iommu_deferred_attach() per op, counted outside the timed window; * not "
		   "once per op where it should be.", tick_name(c));
	dmafp_wrap(out, "", "", "says: EQUIV identical, IMPR fewer, REGR more, INCON cannot be "
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
	fputc('\n', out);
	print_patches(c, out);
	print_kernels(c, out);
	if (r)
		print_machine(r, out);
	print_devices(c, out);
	print_legend(c, out);
}

/* Notes and the end */

static void print_row_notes(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			    FILE *out)
{
	char *title = dmafp_cell_title(row->cell), *group = dmafp_group_title(row->group);
	size_t i;

	for (i = 0; i < v->notes.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s: %s %s: %s.", group, title,
			   dmafp_row_phase_name(row->phase), v->notes.items[i]);
	free(title);
	free(group);
}

static void print_notes(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			FILE *out)
{
	size_t i, nr = j->notes.nr;

	for (i = 0; i < c->nr_rows; i++)
		nr += j->rows[i].notes.nr;
	fprintf(out, "\n== Negative or surprising rows explained\n\n");
	if (!nr)
		fprintf(out, "None.\n");
	for (i = 0; i < j->notes.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", j->notes.items[i]);
	for (i = 0; i < c->nr_rows; i++)
		print_row_notes(&c->rows[i], &j->rows[i], out);
}

static bool mode_shown(const struct dmafp_comparison *c, size_t section)
{
	size_t i;

	for (i = 0; i < section; i++)
		if (!strcmp(c->sections[i].group->mode, c->sections[section].group->mode))
			return true;
	return false;
}

static void print_commands(const struct dmafp_comparison *c, FILE *out)
{
	size_t i;

	fprintf(out, "\n== Commands\n\n");
	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_result *r = dmafp_group_any(c->sections[i].group);

		if (mode_shown(c, i))
			continue;
		dmafp_wrap(out, "", "  ", "%s kernel: %s", r->mode, known(r->kernel.command_line));
		if (r->lab.present)
			dmafp_wrap(out, "", "  ", "%s QEMU: %s", r->mode,
				   known(r->lab.qemu_command));
	}
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
	print_notes(c, j, out);
	print_commands(c, out);
	print_end(j, out);
}

const struct dmafp_renderer dmafp_render_text = {
	.name = "text",
	.summary = "plain ASCII of 72 columns, to paste in a reply",
	.render = render,
};
