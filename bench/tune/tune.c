// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "tune/knob.h"
#include "tune/log.h"
#include "tune/tune.h"

static void __attribute__((format(printf, 2, 3)))
note(const struct dmafp_tune_options *options, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	if (options->note)
		options->note(options->ctx, text);
	free(text);
}

static const char *root_of(const struct dmafp_tune_options *options)
{
	return options->root ? options->root : "";
}

static char *read_below(const struct dmafp_tune_options *options, const char *name)
{
	char *path = dmafp_path("%s%s", root_of(options), name), *text;
	struct dmafp_err err;

	text = dmafp_file_read(path, NULL, &err);
	free(path);
	return text;
}

static int put_below(const struct dmafp_tune_options *options, const char *name,
		     const char *text)
{
	char *path = dmafp_path("%s%s", root_of(options), name);
	int ret = dmafp_file_put(path, text);

	free(path);
	return ret;
}

/* Putting back */

/* Counted over the whole journal */
struct tally {
	size_t back, gone, failed;
	char *first; /* the first one that failed, and why */
};

/* Some files say something else of their own accord, as when a CPU went meanwhile. */
static void check_back(const struct dmafp_tune_options *options, const char *path,
		       const char *old)
{
	char *now = read_below(options, path);

	if (now && strcmp(now, old))
		note(options, "%s was '%.*s' and is '%.*s' now that it was put back",
		     path, (int)strcspn(old, "\n"), old, (int)strcspn(now, "\n"), now);
	free(now);
}

static void put_back(const struct dmafp_tune_options *options, const json_t *file,
		     struct tally *tally)
{
	const char *path = json_string_value(json_object_get(file, "path"));
	const char *old = json_string_value(json_object_get(file, "old"));
	char *now = path && old ? read_below(options, path) : NULL;
	int ret;

	if (!now) {
		/* an interrupt that was freed, a governor that is not back */
		tally->gone++;
	} else if (strcmp(now, old)) {
		ret = put_below(options, path, old);
		tally->back += !ret;
		tally->failed += !!ret;
		if (!ret)
			check_back(options, path, old);
		if (ret && !tally->first)
			tally->first =
				dmafp_path("%s: %s; it was '%.*s'", path, strerror(-ret),
					   (int)strcspn(old, "\n"), old);
	}
	free(now);
}

static void put_all_back(const struct dmafp_tune_options *options, const json_t *records,
			 struct tally *tally)
{
	size_t record = json_array_size(records), i;

	while (record--) {
		const json_t *files =
			json_object_get(json_array_get(records, record), "files");

		for (i = json_array_size(files); i--;)
			put_back(options, json_array_get(files, i), tally);
	}
}

static int restore_this_boot(const struct dmafp_tune_options *options,
			     struct dmafp_journal *journal, const json_t *records,
			     struct tally *tally, struct dmafp_err *err)
{
	put_all_back(options, records, tally);
	if (tally->failed)
		return dmafp_err_set(
			err, EIO, DMAFP_EXIT_DEVICE,
			"cannot put back %zu of the files that were tuned, first %s; "
			"%s says how all were: try 'dmafp doctor --restore' again, or "
			"remove it",
			tally->failed, tally->first, journal->path);
	return dmafp_tune_log_close(journal, "all is back", err);
}

/* @quiet: it is the end of what began here */
static int restore_open(const struct dmafp_tune_options *options,
			struct dmafp_journal *journal, bool quiet, struct dmafp_err *err)
{
	struct dmafp_tune_log log;
	struct tally tally = { 0 };
	int ret = dmafp_tune_log_read(options, &log, err);

	if (ret || !log.records || (log.lasting && options->lasting && !quiet))
		goto out;
	if (!log.same_boot) {
		ret = dmafp_tune_log_close(journal, "another boot", err);
		if (!ret)
			note(options,
			     "the machine was tuned before it booted: what the kernel "
			     "forgot need not be put back");
		goto out;
	}
	ret = restore_this_boot(options, journal, log.records, &tally, err);
	if (!ret && !quiet && tally.back)
		note(options, "put back what an earlier dmafp had tuned: %zu files",
		     tally.back);
	if (tally.gone)
		note(options, "%zu files that were tuned are not there any more",
		     tally.gone);
	free(tally.first);
out:
	dmafp_tune_log_free(&log);
	return ret;
}

/* Without a journal there is nothing to lock, and nothing to put back. */
static bool has_journal(const struct dmafp_tune_options *options)
{
	char *path = dmafp_tune_log_path(options);
	bool has = dmafp_file_exists(path);

	free(path);
	return has;
}

static int open_journal(const struct dmafp_tune_options *options,
			struct dmafp_journal *journal, struct dmafp_err *err)
{
	char *path = dmafp_tune_log_path(options);
	int ret = dmafp_journal_open(journal, path, false, err);

	free(path);
	return ret;
}

/* One that is closed needs no lock, nor a disk that can be written to. */
static bool has_open_log(const struct dmafp_tune_options *options, int *ret,
			 struct dmafp_err *err)
{
	struct dmafp_tune_log log;
	bool open;

	if (!has_journal(options))
		return false;
	*ret = dmafp_tune_log_read(options, &log, err);
	open = !*ret && log.records;
	dmafp_tune_log_free(&log);
	return open;
}

int dmafp_tune_restore(const struct dmafp_tune_options *options, struct dmafp_err *err)
{
	struct dmafp_journal journal;
	int ret = 0;

	if (!has_open_log(options, &ret, err))
		return ret;
	ret = open_journal(options, &journal, err);
	if (ret)
		return ret;
	ret = restore_open(options, &journal, false, err);
	dmafp_journal_close(&journal);
	return ret;
}

/* Tuning */

/* What could not be done, over all knobs */
struct outcome {
	char *absent; /* knobs that this machine does not have */
};

static void add_absent(struct outcome *outcome, const char *name)
{
	char *old = outcome->absent;

	outcome->absent = dmafp_path("%s%s%s", old ? old : "", old ? ", " : "", name);
	free(old);
}

/* Did it take the value?  A kernel may cut it down, or keep the old one in silence. */
static bool took(const struct dmafp_tune_options *options,
		 const struct dmafp_knob_file *file)
{
	char *now = read_below(options, file->path);
	bool changed = now && strcmp(now, file->old);

	free(now);
	return changed;
}

static void turn(struct dmafp_tune *tune, const struct dmafp_knob *knob,
		 const struct dmafp_knob_files *files)
{
	size_t i, failed = 0, changed = 0;
	const char *first = "", *why = "";

	for (i = 0; i < files->nr; i++) {
		const struct dmafp_knob_file *file = &files->items[i];
		int ret = file->wanted
				  ? put_below(&tune->options, file->path, file->wanted)
				  : 0;

		if (!file->wanted)
			continue;
		if (!ret && took(&tune->options, file)) {
			changed++;
			continue;
		}
		if (!failed++) {
			first = file->path;
			why = ret ? strerror(-ret) : "it stays as it was";
		}
	}
	tune->changed += changed;
	if (failed)
		note(&tune->options, "%s: %zu of %zu files cannot be changed, first %s: %s",
		     knob->name, failed, files->nr, first, why);
	if (files->nr_stuck)
		note(&tune->options, "%s: no other CPU is there for %zu of them",
		     knob->name, files->nr_stuck);
}

static int turn_one(struct dmafp_tune *tune, const struct dmafp_knob *knob,
		    const struct dmafp_knob_site *site, struct outcome *outcome,
		    struct dmafp_err *err)
{
	struct dmafp_knob_files files;
	int ret = 0;

	dmafp_knob_find(knob, site, &files);
	if (!files.nr_seen && knob->kind != DMAFP_KNOB_KEEP)
		add_absent(outcome, knob->name);
	if (files.nr)
		ret = dmafp_tune_log_add(&tune->journal, knob, &files, err);
	if (!ret)
		turn(tune, knob, &files);
	dmafp_knob_files_free(&files);
	return ret;
}

static int find_site(const struct dmafp_tune_options *options,
		     struct dmafp_knob_site *site, struct dmafp_err *err)
{
	char *online = read_below(options, "/sys/devices/system/cpu/online");
	size_t i;
	int ret = online ? dmafp_cpulist_parse(online, &site->online) : -ENOENT;

	free(online);
	if (ret)
		return dmafp_err_set(err, -ret, DMAFP_EXIT_IO,
				     "cannot tell which CPUs are online: is sysfs mounted?");
	site->root = root_of(options);
	if (!options->nr_cpus)
		site->cpus = site->online;
	for (i = 0; i < options->nr_cpus; i++)
		dmafp_cpulist_add(&site->cpus, options->cpus[i]);
	return 0;
}

static int turn_all(struct dmafp_tune *tune, struct dmafp_err *err)
{
	const struct dmafp_knob *knob = dmafp_knobs;
	struct dmafp_knob_site site = { 0 };
	struct outcome outcome = { 0 };
	int ret = find_site(&tune->options, &site, err);

	for (; !ret && knob->name; knob++)
		ret = turn_one(tune, knob, &site, &outcome, err);
	if (!ret && outcome.absent)
		note(&tune->options, "this machine does not have: %s", outcome.absent);
	free(outcome.absent);
	return ret;
}

/*
 * Held open it forbids states that take longer, also the kernel's own choice of them:
 * Documentation/power/pm_qos_interface.rst.  Not 0, where idle CPUs would poll, and
 * take from the other thread of their core.
 */
static void hold_latency(struct dmafp_tune *tune)
{
	char *path = dmafp_path("%s/dev/cpu_dma_latency", root_of(&tune->options));
	int32_t most = DMAFP_KNOB_LATENCY_US;

	tune->latency = open(path, O_WRONLY | O_CLOEXEC);
	if (tune->latency >= 0 &&
	    write(tune->latency, &most, sizeof(most)) != sizeof(most)) {
		close(tune->latency);
		tune->latency = -1;
	}
	if (tune->latency < 0)
		note(&tune->options, "cannot hold %s: idle CPUs may sleep deeply", path);
	free(path);
}

int dmafp_tune_begin(struct dmafp_tune *tune, const struct dmafp_tune_options *options,
		     struct dmafp_err *err)
{
	const struct dmafp_tune_options all = {
		.root = options->root,
		.state = options->state,
		.note = options->note,
		.ctx = options->ctx,
	};
	struct dmafp_err undo_err;
	int ret;

	*tune = (struct dmafp_tune) { .options = *options, .latency = -1 };
	ret = dmafp_file_mkdirs(options->state ? options->state : DMAFP_TUNE_STATE, err);
	ret = ret ?: open_journal(options, &tune->journal, err);
	if (ret)
		return ret;
	ret = restore_open(&all, &tune->journal, false, err);
	ret = ret ?: dmafp_tune_log_begin(options, &tune->journal, err);
	if (ret) {
		dmafp_tune_leave(tune);
		return ret;
	}
	ret = turn_all(tune, err);
	if (ret) {
		if (dmafp_tune_end(tune, &undo_err))
			note(options, "%s", undo_err.msg);
		return ret;
	}
	if (!options->lasting)
		hold_latency(tune);
	return 0;
}

int dmafp_tune_end(struct dmafp_tune *tune, struct dmafp_err *err)
{
	int ret = restore_open(&tune->options, &tune->journal, true, err);

	dmafp_tune_leave(tune);
	return ret;
}

void dmafp_tune_leave(struct dmafp_tune *tune)
{
	if (tune->latency >= 0)
		close(tune->latency);
	tune->latency = -1;
	dmafp_journal_close(&tune->journal);
}
