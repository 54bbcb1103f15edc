// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/match.h"
#include "analysis/place.h"
#include "base/alloc.h"
#include "base/file.h"

#define EXCERPT 40 /* characters of a long value that a sentence shows */

#define TEXT_FACT(name, member)                               \
	static char *get_##name(const struct dmafp_result *r) \
	{                                                     \
		return dmafp_alloc_string(r->member);         \
	}

TEXT_FACT(config, kernel.config_sha256)
TEXT_FACT(compiler, kernel.compiler)
TEXT_FACT(command_line, kernel.command_line)
TEXT_FACT(tool, tool_version)
TEXT_FACT(profile, profile.sha256)
TEXT_FACT(group_type, iommu.group_type)
TEXT_FACT(iommu, iommu.driver)
TEXT_FACT(cpu, machine.cpu)
TEXT_FACT(arch, machine.arch)
TEXT_FACT(hypervisor, machine.hypervisor)
TEXT_FACT(accel, lab.accel)
TEXT_FACT(qemu_version, lab.qemu_version)

static char *get_domain(const struct dmafp_result *r)
{
	return dmafp_alloc_string(r->domain == DMAFP_DOMAIN_EXACT ? "exact" : "timed");
}

static char *get_device(const struct dmafp_result *r)
{
	return dmafp_path("%04x:%04x class %06x", r->device.vendor, r->device.device,
			  r->device.class_code);
}

static char *get_mask(const struct dmafp_result *r)
{
	return dmafp_path("%" PRIu32 " bits", r->device.dma_mask_bits);
}

static char *get_machine(const struct dmafp_result *r)
{
	return dmafp_path("%" PRIu32 " CPUs, %" PRIu32 " nodes", r->machine.nr_cpus,
			  r->machine.nr_nodes);
}

/* The length of an arm's name that begins a word at @text, 0 if none does */
static size_t arm_word(const char *text, const char *begin)
{
	unsigned int arm;

	if (text > begin && isalnum((unsigned char)text[-1]))
		return 0;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		size_t len = strlen(dmafp_arm_name(arm));

		if (!strncmp(text, dmafp_arm_name(arm), len) &&
		    !isalnum((unsigned char)text[len]))
			return len;
	}
	return 0;
}

/* Each arm has a folder of its own: its name in a path is no difference */
static char *get_qemu_command(const struct dmafp_result *r)
{
	const char *from = r->lab.qemu_command;
	char *text, *to;

	if (!from)
		return NULL;
	text = to = dmafp_alloc(strlen(from) + 1, 1);
	while (*from) {
		size_t len = arm_word(from, r->lab.qemu_command);

		if (len)
			to = stpcpy(to, "ARM");
		else
			*to++ = *from;
		from += len ? len : 1;
	}
	return text;
}

/**
 * struct fact - what the arms of a section must have in common
 * @what: in a sentence
 * @get: its value, NULL if not known
 * @required: not known is as bad as different
 * @todo: what to do about a difference
 * @instead: two known values may differ where this is true: something better is
 *	compared instead
 */
struct fact {
	const char *what;
	char *(*get)(const struct dmafp_result *r);
	bool required;
	const char *todo;
	bool (*instead)(const struct dmafp_result *a, const struct dmafp_result *b);
};

static const struct fact facts[] = {
	{ "kernel configuration (hash)", get_config, true,
	  "build all arms from one configuration", dmafp_match_knows_options },
	{ "compiler", get_compiler, true, "build all arms with one compiler", NULL },
	{ "kernel command line", get_command_line, true,
	  "boot all arms with one command line", NULL },
	{ "dmafp version", get_tool, true, "measure all arms with one dmafp", NULL },
	{ "profile (hash)", get_profile, true, "measure all arms with one profile", NULL },
	{ "domain", get_domain, true, "measure all arms with one accelerator", NULL },
	{ "IOMMU driver", get_iommu, false, "measure behind one IOMMU", NULL },
	{ "IOMMU group type", get_group_type, false,
	  "give all arms the same iommu.strict= and iommu.passthrough=", NULL },
	{ "device", get_device, true, "measure one device", NULL },
	{ "DMA mask", get_mask, true, "measure one device in one way", NULL },
	{ "CPU architecture", get_arch, false, "measure on one machine", NULL },
	{ "CPU model", get_cpu, false, "measure on one machine", NULL },
	{ "number of CPUs or nodes", get_machine, true, "measure on one machine", NULL },
	{ "hypervisor", get_hypervisor, false, "measure on one machine", NULL },
	{ "accelerator", get_accel, false, "use one --accel", NULL },
	{ "QEMU version", get_qemu_version, false, "use one QEMU", NULL },
	{ "QEMU command", get_qemu_command, false, "start QEMU in one way", NULL },
};

/* Where @a and @b part, with a little of what is before */
static char *excerpt(const char *a, const char *b)
{
	size_t same = 0;

	if (!a)
		return dmafp_alloc_string("not known");
	if (strlen(a) <= EXCERPT)
		return dmafp_path("\"%s\"", a);
	while (b && a[same] && a[same] == b[same])
		same++;
	same = same > EXCERPT / 2 ? same - EXCERPT / 2 : 0;
	return dmafp_path("\"%s%.*s%s\"", same ? "..." : "", EXCERPT, a + same,
			  strlen(a + same) > EXCERPT ? "..." : "");
}

static bool fact_matches(const struct fact *fact, const char *a, const char *b)
{
	if (!a || !b)
		return a == b && !fact->required;
	return !strcmp(a, b);
}

/* One fact of one arm, over all sections: a sentence at the first mismatch */
struct finding {
	const struct fact *fact;
	enum dmafp_arm_id arm;
	char *base, *other;
	bool *sections, any;
};

static void check_boot(struct finding *f, const struct dmafp_group *group, size_t section,
		       const struct dmafp_result *boot)
{
	const struct dmafp_result *reference = dmafp_group_any(group);
	char *a = f->fact->get(reference), *b = f->fact->get(boot);

	if (!fact_matches(f->fact, a, b) &&
	    !(a && b && f->fact->instead && f->fact->instead(reference, boot))) {
		if (!f->base) {
			f->base = excerpt(a, b);
			f->other = excerpt(b, a);
		}
		f->any = f->sections[section] = true;
	}
	free(a);
	free(b);
}

static void report_finding(struct finding *f, const struct dmafp_comparison *c,
			   struct dmafp_lines *reasons)
{
	char *where = dmafp_place_sections(c, f->sections);

	if (f->any)
		dmafp_lines_add(reasons,
				"%s: the %s is %s, in the first boot of base it "
				"is %s (%s): %s.",
				dmafp_arm_name(f->arm), f->fact->what, f->other, f->base,
				where, f->fact->todo);
	free(where);
	free(f->base);
	free(f->other);
	free(f->sections);
}

static void check_fact(const struct dmafp_comparison *c, const struct fact *fact,
		       enum dmafp_arm_id arm, struct dmafp_lines *reasons)
{
	struct finding finding = {
		.fact = fact,
		.arm = arm,
		.sections = dmafp_alloc(c->nr_sections, sizeof(bool)),
	};
	size_t i, boot;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_group *group = c->sections[i].group;

		if (!group->arms[DMAFP_ARM_BASE].nr)
			continue;
		for (boot = 0; boot < group->arms[arm].nr; boot++)
			check_boot(&finding, group, i, group->arms[arm].items[boot]);
	}
	report_finding(&finding, c, reasons);
}

void dmafp_match_facts(const struct dmafp_comparison *c, struct dmafp_lines *reasons)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			check_fact(c, &facts[i], arm, reasons);
}

/* The build ids of one arm, over the whole set */
static void find_kernels(const struct dmafp_comparison *c, enum dmafp_arm_id arm,
			 struct dmafp_lines *ids)
{
	size_t i, boot;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_boots *boots = &c->sections[i].group->arms[arm];

		for (boot = 0; boot < boots->nr; boot++) {
			const char *id = boots->items[boot]->kernel.build_id;

			dmafp_lines_add_new(ids, "%s", id ? id : "");
		}
	}
}

static void check_arm_kernel(enum dmafp_arm_id arm, const struct dmafp_lines *ids,
			     struct dmafp_lines *reasons)
{
	size_t i;

	for (i = 0; i < ids->nr; i++)
		if (!*ids->items[i])
			dmafp_lines_add(reasons,
					"%s: the build id of the kernel is not known, "
					"so that it may be any kernel: build it with "
					"a linker that writes one.",
					dmafp_arm_name(arm));
	if (ids->nr > 1)
		dmafp_lines_add(reasons,
				"%s: the results come from %zu different kernels "
				"(build ids %.12s, %.12s): measure all modes of an arm "
				"with one kernel.",
				dmafp_arm_name(arm), ids->nr, ids->items[0], ids->items[1]);
}

static void check_shared(enum dmafp_arm_id a, const struct dmafp_lines *ids_a,
			 enum dmafp_arm_id b, const struct dmafp_lines *ids_b,
			 struct dmafp_lines *reasons)
{
	size_t i, j;

	for (i = 0; i < ids_a->nr; i++)
		for (j = 0; j < ids_b->nr; j++)
			if (*ids_a->items[i] && !strcmp(ids_a->items[i], ids_b->items[j]))
				dmafp_lines_add(reasons,
						"%s and %s are the same kernel "
						"(build id %.12s): give each arm its own.",
						dmafp_arm_name(a), dmafp_arm_name(b),
						ids_a->items[i]);
}

void dmafp_match_kernels(const struct dmafp_comparison *c, struct dmafp_lines *reasons)
{
	struct dmafp_lines ids[DMAFP_NR_ARMS] = { 0 };
	unsigned int a, b;

	for (a = 0; a < DMAFP_NR_ARMS; a++) {
		find_kernels(c, a, &ids[a]);
		check_arm_kernel(a, &ids[a], reasons);
	}
	for (a = 0; a < DMAFP_NR_ARMS; a++)
		for (b = a + 1; b < DMAFP_NR_ARMS; b++)
			check_shared(a, &ids[a], b, &ids[b], reasons);
	for (a = 0; a < DMAFP_NR_ARMS; a++)
		dmafp_lines_free(&ids[a]);
}
