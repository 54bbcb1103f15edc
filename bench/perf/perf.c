// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/cell.h"
#include "analysis/functions.h"
#include "analysis/path/image.h"
#include "base/alloc.h"
#include "base/file.h"
#include "perf/excerpt.h"
#include "perf/perf.h"
#include "traffic/perf_tool.h"

/* Symbols are there for the kernel itself, not for its modules. */
#define KERNEL "[kernel.kallsyms],[kernel.vmlinux]"

/* One call of dmafp_perf_take() */
struct take {
	const struct dmafp_perf_options *options;
	struct dmafp_perf_texts *texts;
	const char *symbol;
	char *work;
	bool cached[DMAFP_NR_ARMS]; /* the arm's kernel is in perf's cache */
	struct dmafp_err *err;
};

/* The recording that stands for an arm */
struct recording {
	const struct dmafp_result *result; /* NULL: there is none */
	char *path;
};

static void note(const struct take *take, const struct dmafp_functions *f, const char *what)
{
	char *text;

	if (!take->options->note)
		return;
	text = dmafp_path("%s in %s on %s: %s", f->title, f->group->mode, f->group->label,
			  what);
	take->options->note(take->options->ctx, text);
	free(text);
}

/* Finding perf.data */

static const struct dmafp_sampling *sampling_in(const struct dmafp_result *result,
						const struct dmafp_functions *f)
{
	size_t i;

	for (i = 0; f->cell && i < result->nr_cells; i++)
		if (dmafp_cell_same(f->cell, &result->cells[i]))
			return &result->cells[i].sampling;
	for (i = 0; f->load && i < result->traffic.nr_loads; i++)
		if (dmafp_load_same(f->load, &result->traffic.loads[i]))
			return &result->traffic.loads[i].sampling;
	return NULL;
}

/* "ARM-MODE-FILE" beside the result */
static char *data_path(const struct dmafp_result *result, const char *file)
{
	const char *slash = strrchr(result->path, '/');
	int dir = slash ? (int)(slash - result->path) + 1 : 0;

	return dmafp_path("%.*s%s-%s-%s", dir, result->path, result->arm, result->mode,
			  file);
}

static struct recording recording_of(const struct dmafp_functions *f, enum dmafp_arm_id arm)
{
	const struct dmafp_boots *boots = &f->group->arms[arm];
	size_t i;

	for (i = 0; i < boots->nr; i++) {
		const struct dmafp_sampling *sampling = sampling_in(boots->items[i], f);
		char *path;

		if (!sampling || !sampling->present || !sampling->file)
			continue;
		path = data_path(boots->items[i], sampling->file);
		if (dmafp_file_exists(path))
			return (struct recording) { boots->items[i], path };
		free(path);
	}
	return (struct recording) { 0 };
}

/* Kernels */

static const char *vmlinux_of(const struct take *take, const char *arm)
{
	size_t i;

	for (i = 0; i < take->options->nr_images; i++)
		if (!strcmp(take->options->images[i].arm, arm))
			return take->options->images[i].vmlinux;
	return NULL;
}

static int check_build_id(const struct take *take, const char *vmlinux,
			  const struct dmafp_result *result)
{
	const char *wanted = result->kernel.build_id;
	struct dmafp_image image;
	int ret = dmafp_image_open(&image, vmlinux, take->err);

	if (!ret && wanted && image.build_id && strcmp(wanted, image.build_id) != 0)
		ret = dmafp_err_set(take->err, EINVAL, DMAFP_EXIT_NO_INPUT,
				    "%s has the build id %s, but the kernel of arm %s was %s: "
				    "give the vmlinux that was sampled",
				    vmlinux, image.build_id, result->arm, wanted);
	dmafp_image_close(&image);
	return ret;
}

/* By its build id, perf finds in its cache what a perf.data was sampled in. */
static int cache(struct take *take, const struct dmafp_result *result, enum dmafp_arm_id arm)
{
	const char *vmlinux = vmlinux_of(take, result->arm);
	char *path, *text;
	int ret;

	if (take->cached[arm])
		return 0;
	if (!vmlinux)
		return dmafp_err_set(
			take->err, ENOENT, DMAFP_EXIT_NO_INPUT,
			"the kernel of arm %s (build id %s) is needed for its symbols: "
			"give its vmlinux by --vmlinux %s=FILE",
			result->arm,
			result->kernel.build_id ? result->kernel.build_id : "not known",
			result->arm);
	ret = check_build_id(take, vmlinux, result);
	if (ret)
		return ret;
	path = realpath(vmlinux, NULL);
	text = dmafp_perf_tool_output(take->work,
				      (const char *const[]) { "buildid-cache", "--add",
							      path ? path : vmlinux, NULL },
				      take->err);
	take->cached[arm] = text != NULL;
	free(text);
	free(path);
	return take->cached[arm] ? 0 : -EIO;
}

/* Asking perf */

static int add_diff(const struct take *take, const struct dmafp_functions *f,
		    struct dmafp_perf_item *item, const struct recording *base,
		    const struct recording *other)
{
	const char *const args[] = { "diff",	  "-f",	    "--percentage",
				     "absolute",  "--dsos", KERNEL,
				     "-s",	  "symbol", base->path,
				     other->path, NULL };
	char *text = dmafp_perf_tool_output(take->work, args, take->err), *excerpt;

	if (!text)
		return -EIO;
	excerpt = dmafp_excerpt_diff(text);
	free(text);
	if (!excerpt) {
		note(take, f, "perf diff names no function");
		return 0;
	}
	item->diffs = dmafp_alloc_grow(item->diffs, item->nr_diffs, sizeof(*item->diffs));
	item->diffs[item->nr_diffs++] =
		(struct dmafp_perf_diff) { dmafp_alloc_string(other->result->arm), excerpt };
	return 0;
}

static int add_annotation(const struct take *take, struct dmafp_perf_item *item,
			  const struct recording *of)
{
	const char *const args[] = { "annotate", "-f", "-n",	     "--stdio", "-i",
				     of->path,	 "-s", take->symbol, NULL };
	char *text = dmafp_perf_tool_output(take->work, args, take->err);
	struct dmafp_perf_annotation *to;

	if (!text)
		return -EIO;
	item->annotations = dmafp_alloc_grow(item->annotations, item->nr_annotations,
					     sizeof(*item->annotations));
	to = &item->annotations[item->nr_annotations++];
	to->arm = dmafp_alloc_string(of->result->arm);
	to->build_id = dmafp_alloc_string(of->result->kernel.build_id);
	to->text = dmafp_excerpt_annotate(text);
	free(text);
	return 0;
}

static void describe(struct dmafp_perf_item *item, const struct dmafp_functions *f)
{
	item->mode = dmafp_alloc_string(f->group->mode);
	item->iommu = dmafp_alloc_string(f->group->iommu);
	item->pci = dmafp_alloc_string(f->group->pci);
	item->label = dmafp_alloc_string(f->group->label);
	item->title = dmafp_alloc_string(f->title);
	item->event = dmafp_alloc_string(f->how->event);
}

static int ask(struct take *take, const struct dmafp_functions *f,
	       const struct recording *recordings)
{
	struct dmafp_perf_item *item = dmafp_perf_texts_add(take->texts);
	unsigned int arm;
	int ret = 0;

	describe(item, f);
	for (arm = 0; !ret && arm < DMAFP_NR_ARMS; arm++)
		if (recordings[arm].result)
			ret = cache(take, recordings[arm].result, arm);
	for (arm = 1; !ret && arm < DMAFP_NR_ARMS; arm++)
		if (recordings[DMAFP_ARM_BASE].result && recordings[arm].result)
			ret = add_diff(take, f, item, &recordings[DMAFP_ARM_BASE],
				       &recordings[arm]);
	for (arm = 0; !ret && arm < DMAFP_NR_ARMS; arm++)
		if (recordings[arm].result && arm != DMAFP_ARM_PLACEBO)
			ret = add_annotation(take, item, &recordings[arm]);
	return ret;
}

static int ask_of(struct take *take, const struct dmafp_functions *f)
{
	struct recording recordings[DMAFP_NR_ARMS];
	unsigned int arm;
	bool any = false;
	int ret = 0;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		recordings[arm] = recording_of(f, arm);
		any |= recordings[arm].result != NULL;
	}
	if (any)
		ret = ask(take, f, recordings);
	else
		note(take, f, "no perf.data beside the results");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		free(recordings[arm].path);
	return ret;
}

static int ask_all(struct take *take, const struct dmafp_functions_list *list)
{
	size_t i;
	int ret = 0;

	take->texts->tool_version = dmafp_perf_tool_version(take->work, take->err);
	if (!take->texts->tool_version)
		return -EIO;
	take->texts->symbol = dmafp_alloc_string(take->symbol);
	for (i = 0; !ret && i < list->nr; i++)
		ret = ask_of(take, &list->items[i]);
	return ret;
}

static int take_in(struct take *take, const struct dmafp_functions_list *list)
{
	int ret;

	if (!list->nr)
		return 0;
	take->work = dmafp_path("%s/.perf-XXXXXX", take->options->dir);
	if (!mkdtemp(take->work))
		ret = dmafp_err_errno(take->err, errno, "cannot create a folder in %s",
				      take->options->dir);
	else
		ret = ask_all(take, list);
	dmafp_file_remove_tree(take->work);
	free(take->work);
	return ret;
}

int dmafp_perf_take(const struct dmafp_perf_options *options,
		    struct dmafp_perf_texts *texts, struct dmafp_err *err)
{
	struct take take = { .options = options,
			     .texts = texts,
			     .symbol = options->symbol ? options->symbol : DMAFP_PERF_SYMBOL,
			     .err = err };
	struct dmafp_functions_list list;
	struct dmafp_set set = { 0 };
	int ret = dmafp_set_load(&set, options->dir, err);

	if (!ret) {
		dmafp_set_group(&set);
		dmafp_functions_collect(&set, &list);
		ret = take_in(&take, &list);
		dmafp_functions_list_free(&list);
	}
	dmafp_set_free(&set);
	return ret;
}

int dmafp_perf_write(const struct dmafp_perf_options *options, struct dmafp_err *err)
{
	struct dmafp_perf_texts texts = { 0 };
	char *path = dmafp_path("%s/perf.json", options->dir);
	int ret = dmafp_perf_take(options, &texts, err);

	if (!ret && texts.nr)
		ret = dmafp_perf_texts_write(&texts, path, err);
	dmafp_perf_texts_free(&texts);
	free(path);
	return ret;
}
