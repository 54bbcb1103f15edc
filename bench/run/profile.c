// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/nearest.h"
#include "base/alloc.h"
#include "base/where.h"
#include "kmod/uapi/dmafp.h"
#include "run/attr.h"
#include "run/key.h"
#include "run/layer.h"
#include "run/profile.h"
#include "run/setting.h"

#define MAX_DEPTH 8 /* files above one that is included */
#define MAX_CPU	  8191
#define MAX_NODES 8 /* of a guest, each with a root bus of its own */

static const char *const directions[] = { "to_device", "from_device", "bidirectional",
					  NULL };
static const char *const methods[] = { "latency", "block", "sustained", NULL };
static const char *const layouts[] = { "contiguous", "scattered", NULL };
static const char *const noyes[] = { "no", "yes", NULL };
static const char *const places[] = { "own", "local", "remote", NULL };
static const char *const classes[] = { "nvme", "nic", NULL };
static const char *const tools[] = { "fio", "pktgen", NULL };
static const char *const engines[] = { "libaio", "io_uring", NULL };
static const char *const modes[] = { "plain", "kdump", "keyed", NULL };
static const char *const iommus[] = { "intel", "amd", NULL };
static const char *const accels[] = { "icount", "tcg", "mttcg", "kvm", NULL };
static const char *const faults[] = { "none", "sleeping-function", "double-attach", NULL };

#define KIB		   1024ull
#define MIB		   (1024 * KIB)
#define GIB		   (1024 * MIB)
#define MANY		   1000000000ull

#define RANGE(least, most) .min = least, .max = most
#define KEY(section_, name_, type_, member_, fallback_, ...)                   \
	{                                                                      \
		.section = section_, .name = name_, .type = DMAFP_KEY_##type_, \
		.offset = offsetof(struct dmafp_profile, member_),             \
		.fallback = fallback_, __VA_ARGS__                             \
	}

/* clang-format off */
static const struct dmafp_key keys[] = {
	KEY("profile", "name", STRING, name, ""),
	KEY("profile", "description", STRING, description, ""),
	KEY("profile", "include", FILES, include, "none", .none = true),

	KEY("run", "ops", NAMES, run.ops, "null, check, map_page"),
	KEY("run", "methods", NAMES, run.methods, "latency", .choices = methods),
	KEY("run", "sizes", SIZES, run.sizes, "4K, 64K", RANGE(4 * KIB, GIB)),
	KEY("run", "entries", NUMBERS, run.entries, "1, 16", RANGE(1, DMAFP_MAX_ENTRIES)),
	KEY("run", "layouts", NAMES, run.layouts, "contiguous", .choices = layouts),
	KEY("run", "directions", NAMES, run.directions, "to_device, from_device",
	    .choices = directions),
	KEY("run", "attrs", NAMES, run.attrs, "none", .choices = dmafp_attr_names,
	    .none = true),
	KEY("run", "touch", NAMES, run.touch, "no", .choices = noyes),
	KEY("run", "mask", NUMBER, run.mask, "0", RANGE(0, 64)),
	KEY("run", "node", INDEX, run.node, "-1", RANGE(0, 1023)),
	KEY("run", "cpus", CPUS, run.cpus, "0", RANGE(0, MAX_CPU)),
	KEY("run", "warmup", NUMBER, run.warmup, "512", RANGE(0, MANY)),
	KEY("run", "iterations", NUMBER, run.iterations, "4096", RANGE(0, MANY)),
	KEY("run", "duration", NUMBER, run.duration, "0", RANGE(0, 3600000)),
	KEY("run", "block", NUMBER, run.block, "64", RANGE(1, DMAFP_MAX_BLOCK)),
	KEY("run", "live", NUMBER, run.live, "256", RANGE(1, DMAFP_MAX_LIVE)),
	KEY("run", "delay", NUMBER, run.delay, "0", RANGE(0, DMAFP_MAX_DELAY_NS)),
	KEY("run", "series", NUMBER, run.series, "0", RANGE(0, DMAFP_MAX_SERIES)),
	KEY("run", "events", EVENTS, run.events, "none", RANGE(0, DMAFP_MAX_EVENTS),
	    .none = true),
	KEY("run", "count_ops", NUMBER, run.count_ops, "64", RANGE(0, 1000000)),
	KEY("run", "calibrations", NUMBER, run.calibrations, "16", RANGE(1, 10000)),

	KEY("scaling", "threads", THREADS, scaling.threads, "none", RANGE(1, DMAFP_MAX_THREADS),
	    .none = true),
	KEY("scaling", "nodes", NAMES, scaling.nodes, "own", .choices = places),

	KEY("first_map", "op", NAME, first_map.op, "map_page"),
	KEY("first_map", "size", SIZE, first_map.size, "4K", RANGE(4 * KIB, GIB)),
	KEY("first_map", "direction", NAME, first_map.direction, "to_device",
	    .choices = directions),
	KEY("first_map", "recount", BOOL, first_map.recount, "yes"),

	KEY("attach", "race_cpus", NUMBERS, attach.race_cpus, "none", RANGE(0, MAX_CPU),
	    .none = true),
	KEY("attach", "race_rounds", NUMBER, attach.race_rounds, "4", RANGE(1, 1000)),
	KEY("attach", "hold_us", NUMBERS, attach.hold_us, "0", RANGE(0, DMAFP_MAX_HOLD_US)),
	KEY("attach", "atomic", BOOL, attach.atomic, "no"),

	KEY("devices", "classes", NAMES, devices.classes, "nvme, nic", .choices = classes),

	KEY("traffic", "tools", NAMES, traffic.tools, "none", .choices = tools, .none = true),
	KEY("traffic", "tally_ops", NUMBER, traffic.tally_ops, "64", RANGE(0, 1000000)),

	KEY("fio", "jobs", NAMES, fio.jobs, "randread-4k"),
	KEY("fio", "engines", NAMES, fio.engines, "libaio", .choices = engines),
	KEY("fio", "depths", NUMBERS, fio.depths, "1", RANGE(1, 1024)),
	KEY("fio", "ios", NUMBER, fio.ios, "2000", RANGE(0, MANY)),
	KEY("fio", "runtime", NUMBER, fio.runtime, "0", RANGE(0, 86400)),
	KEY("fio", "ramp", NUMBER, fio.ramp, "0", RANGE(0, 3600)),
	KEY("fio", "latency_log", BOOL, fio.latency_log, "yes"),

	KEY("pktgen", "frames", NUMBERS, pktgen.frames, "60, 1514", RANGE(60, 9014)),
	KEY("pktgen", "fragments", NUMBER, pktgen.fragments, "1", RANGE(1, 16)),
	KEY("pktgen", "packets", NUMBER, pktgen.packets, "500", RANGE(1, MANY)),
	KEY("pktgen", "rounds", NUMBER, pktgen.rounds, "16", RANGE(1, 10000)),
	KEY("pktgen", "pace", NUMBER, pktgen.pace, "0", RANGE(0, MANY)),
	KEY("pktgen", "receive", BOOL, pktgen.receive, "no"),

	KEY("perf", "counters", EVENTS, perf.counters, "none", RANGE(0, DMAFP_MAX_EVENTS),
	    .none = true),
	KEY("perf", "sample", BOOL, perf.sample, "no"),
	KEY("perf", "sample_event", NAME, perf.sample_event, "auto"),
	KEY("perf", "frequency", NUMBER, perf.frequency, "4999", RANGE(1, 100000)),
	KEY("perf", "samples", NUMBER, perf.samples, "10000", RANGE(1, MANY)),

	KEY("verdict", "margin", PERCENT, verdict.margin, "1%", RANGE(1, 1000000)),
	KEY("verdict", "margin_check", NUMBER, verdict.margin_check, "1", RANGE(1, 1000000)),

	KEY("lab", "iommu", NAME, lab.iommu, "intel", .choices = iommus),
	KEY("lab", "accel", NAME, lab.accel, "icount", .choices = accels),
	KEY("lab", "modes", NAMES, lab.modes, "plain, kdump, keyed", .choices = modes),
	KEY("lab", "devices", NAMES, lab.devices, "nvme, e1000e"),
	KEY("lab", "memory", SIZE, lab.memory, "768M", RANGE(256 * MIB, 1024 * GIB)),
	KEY("lab", "cpus", NUMBER, lab.cpus, "1", RANGE(1, 255)),
	KEY("lab", "nodes", NUMBER, lab.nodes, "1", RANGE(1, MAX_NODES)),
	KEY("lab", "cmdline", STRING, lab.cmdline, "iommu.strict=1"),
	KEY("lab", "boots", NUMBER, lab.boots, "2", RANGE(1, 100)),
	KEY("lab", "time_limit", NUMBER, lab.time_limit, "120", RANGE(1, 86400)),
	KEY("lab", "crashkernel", SIZE, lab.crashkernel, "256M", RANGE(32 * MIB, 16 * GIB)),
	KEY("lab", "expect", NAME, lab.expect, "none", .choices = faults),
	KEY("lab", "disk_latency", NUMBER, lab.disk_latency, "0", RANGE(0, 1000000)),
	KEY("lab", "time_margin", PERCENT, lab.time_margin, "none", RANGE(1, 1000000),
	    .none = true),
};
/* clang-format on */

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	return len > tail && !strcmp(name + len - tail, suffix);
}

static int is_profile(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && has_suffix(entry->d_name, ".ini");
}

int dmafp_profile_names(struct dmafp_names *names, struct dmafp_err *err)
{
	struct dirent **entries;
	int i, nr;

	*names = (struct dmafp_names) { 0 };
	nr = scandir(dmafp_where_profiles(), &entries, is_profile, alphasort);
	if (nr < 0)
		return dmafp_err_errno(err, errno,
				       "cannot read the profile directory %s (set "
				       "DMAFP_CONFIG_DIR or DMAFP_DATA to another)",
				       dmafp_where_profiles());
	for (i = 0; i < nr; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		dmafp_names_add(names, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static void unknown_profile(const char *name, struct dmafp_err *err)
{
	char known[512] = "", hint[DMAFP_HINT_LEN];
	struct dmafp_names names;
	size_t i, len = 0;

	if (dmafp_profile_names(&names, err))
		return;
	for (i = 0; i < names.nr && len < sizeof(known) - 1; i++) {
		snprintf(known + len, sizeof(known) - len, "%s%s", i ? ", " : "",
			 names.items[i]);
		len = strlen(known);
	}
	dmafp_nearest_hint(name, (const char *const *)names.items, names.nr, hint);
	dmafp_err_set(err, ENOENT, DMAFP_EXIT_USAGE, "no profile '%s' in %s%s It has: %s",
		      name, dmafp_where_profiles(), *hint ? hint : ".",
		      *known ? known : "none");
	dmafp_names_free(&names);
}

static bool is_path(const char *name)
{
	return strchr(name, '/') || has_suffix(name, ".ini");
}

/* @from: the file that names it, whose folder paths begin at; NULL: this one */
static char *find_path(const char *name, const char *from, struct dmafp_err *err)
{
	const char *slash = from && *name != '/' ? strrchr(from, '/') : NULL;
	char *path;

	if (is_path(name))
		return slash ? dmafp_path("%.*s/%s", (int)(slash - from), from, name) :
			       dmafp_alloc_string(name);
	path = dmafp_path("%s/%s.ini", dmafp_where_profiles(), name);
	if (dmafp_file_exists(path))
		return path;
	unknown_profile(name, err);
	free(path);
	return NULL;
}

static char *read_path(const char *path, struct dmafp_err *err)
{
	size_t len;
	char *text = dmafp_file_read(path, &len, err);

	if (!text || strlen(text) == len)
		return text;
	dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
		      "%s is not a text file: it holds a NUL", path);
	free(text);
	return NULL;
}

/* One profile while its files are being read */
struct reading {
	struct dmafp_layer layer;
	bool composed; /* of more than the one file */
	struct dmafp_err *err;
};

/* A file, and the one that includes it */
struct source {
	const char *path;
	const struct source *by;
};

static bool is_same_file(const char *a, const char *b)
{
	struct stat of_a, of_b;

	return !strcmp(a, b) || (!stat(a, &of_a) && !stat(b, &of_b) &&
				 of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino);
}

static int check_chain(const struct source *source, const char *name, struct dmafp_err *err)
{
	const struct source *up;
	unsigned int depth = 0;

	for (up = source->by; up; up = up->by, depth++)
		if (is_same_file(up->path, source->path))
			return dmafp_err_set(err, ELOOP, DMAFP_EXIT_USAGE,
					     "include of '%s' goes in a circle", name);
	if (depth > MAX_DEPTH)
		return dmafp_err_set(err, ELOOP, DMAFP_EXIT_USAGE,
				     "include of '%s' is more than %d files deep", name,
				     MAX_DEPTH);
	return 0;
}

static int take_source(struct reading *reading, const struct source *source, const char *text);

/* @where: line that names it */
static int include(struct reading *reading, const char *name, const struct source *by,
		   const char *where)
{
	struct dmafp_err *err = reading->err;
	char *path = find_path(name, by->path, err), *text = NULL;
	const struct source source = { .path = path, .by = by };
	int ret;

	if (path && !check_chain(&source, name, err))
		text = read_path(path, err);
	if (!text)
		ret = dmafp_err_prefix(err, -EINVAL, "%s: ", where);
	else
		ret = take_source(reading, &source, text);
	if (text && ret)
		dmafp_err_suffix(err, ret, " (included by %s)", where);
	free(text);
	free(path);
	return ret;
}

static int take_includes(struct reading *reading, const struct dmafp_layer *own,
			 const struct source *source)
{
	const struct dmafp_given *given =
		&own->given[dmafp_layer_find(own, "profile", "include")];
	struct dmafp_names files = { 0 };
	size_t i;
	int ret = 0;

	if (!given->value || !strcmp(given->value, "none"))
		return 0;
	reading->composed = true;
	dmafp_value_files(given->value, &files);
	for (i = 0; !ret && i < files.nr; i++)
		ret = include(reading, files.items[i], source, given->where);
	dmafp_names_free(&files);
	return ret;
}

/* What a file says of itself is of no use to another. */
static void drop_own(struct dmafp_layer *own)
{
	size_t i;

	for (i = 0; i < own->nr; i++)
		if (!strcmp(own->keys[i].section, "profile"))
			dmafp_layer_drop(own, i);
}

static int take_source(struct reading *reading, const struct source *source, const char *text)
{
	struct dmafp_layer own;
	int ret;

	dmafp_layer_init(&own, reading->layer.keys, reading->layer.nr, reading->layer.trial);
	ret = dmafp_layer_read(&own, text, source->path, reading->err);
	ret = ret ?: take_includes(reading, &own, source);
	if (!ret) {
		if (source->by)
			drop_own(&own);
		dmafp_layer_over(&reading->layer, &own);
	}
	dmafp_layer_free(&own);
	return ret;
}

static int take_sets(struct reading *reading, const struct dmafp_sets *sets)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < sets->nr; i++) {
		ret = dmafp_setting_put(&reading->layer, sets->items[i], reading->err);
		reading->composed = true;
	}
	return ret;
}

/* @text, with the settings behind it */
static char *label(const char *text, const struct dmafp_sets *sets)
{
	char *label = dmafp_alloc_string(text), *more;
	size_t i;

	for (i = 0; i < sets->nr; i++) {
		more = dmafp_setting_label(label, sets->items[i]);
		free(label);
		label = more;
	}
	return label;
}

/* Its own, or else that of its file */
static char *plain_name(const struct dmafp_given *given, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name, *dot;

	if (given->value && *given->value)
		return dmafp_alloc_string(given->value);
	name = dmafp_alloc_string(slash ? slash + 1 : path);
	dot = strrchr(name, '.');
	if (dot && dot != name)
		*dot = '\0';
	return name;
}

/* No result may go by the name of a profile that it was not made with. */
static void put_name(struct dmafp_layer *layer, const char *path,
		     const struct dmafp_sets *sets)
{
	size_t i = (size_t)dmafp_layer_find(layer, "profile", "name");
	const struct dmafp_given *given = &layer->given[i];
	char *plain = plain_name(given, path), *name = label(plain, sets);

	dmafp_layer_put(layer, i, name, given->value ? given->where : "name of the file", 0);
	free(name);
	free(plain);
}

/* The lab's guest reads the text again. */
static int check_lines(const char *text, const char *path, struct dmafp_err *err)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (len > DMAFP_LAYER_LINE)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
					     "%s, with what is set: '%.20s...' is a line of "
					     "more than %d characters",
					     path, text, DMAFP_LAYER_LINE);
	}
	return 0;
}

static int fill(struct dmafp_profile *profile, struct reading *reading, const char *text,
		const char *path, const struct dmafp_sets *sets)
{
	struct dmafp_layer *layer = &reading->layer;
	char why[DMAFP_KEY_WHY];
	size_t i;

	put_name(layer, path, sets);
	profile->listing = dmafp_layer_text(layer, true);
	/* they are done, and paths of another folder */
	dmafp_layer_drop(layer, (size_t)dmafp_layer_find(layer, "profile", "include"));
	for (i = 0; i < NR_KEYS; i++)
		dmafp_key_put(&keys[i], profile,
			      layer->given[i].value ? layer->given[i].value :
						      keys[i].fallback,
			      why);
	profile->path = label(path, sets);
	profile->text = reading->composed ? dmafp_layer_text(layer, false) :
					    dmafp_alloc_string(text);
	dmafp_sha256(profile->text, strlen(profile->text), profile->sha256);
	return reading->composed ? check_lines(profile->text, path, reading->err) : 0;
}

static struct dmafp_profile *compose(const char *text, const char *path,
				     const struct dmafp_sets *sets, struct dmafp_err *err)
{
	struct dmafp_profile *profile = dmafp_alloc(1, sizeof(*profile));
	const struct source source = { .path = path };
	struct reading reading = { .err = err };
	int ret;

	dmafp_layer_init(&reading.layer, keys, NR_KEYS, profile);
	ret = take_source(&reading, &source, text);
	ret = ret ?: take_sets(&reading, sets);
	ret = ret ?: fill(profile, &reading, text, path, sets);
	dmafp_layer_free(&reading.layer);
	if (!ret)
		return profile;
	dmafp_profile_free(profile);
	return NULL;
}

struct dmafp_profile *dmafp_profile_parse(const char *text, const char *path,
					  struct dmafp_err *err)
{
	return compose(text, path, &(struct dmafp_sets) { 0 }, err);
}

struct dmafp_profile *dmafp_profile_load_with(const char *name, const struct dmafp_sets *sets,
					      struct dmafp_err *err)
{
	char *path = find_path(name, NULL, err), *text = path ? read_path(path, err) : NULL;
	struct dmafp_profile *profile = text ? compose(text, path, sets, err) : NULL;

	free(text);
	free(path);
	return profile;
}

struct dmafp_profile *dmafp_profile_load(const char *name, struct dmafp_err *err)
{
	return dmafp_profile_load_with(name, &(struct dmafp_sets) { 0 }, err);
}

int dmafp_profile_key(size_t index, struct dmafp_profile_key *key)
{
	if (index >= NR_KEYS)
		return -ENOENT;
	*key = (struct dmafp_profile_key) { keys[index].section, keys[index].name,
					    keys[index].fallback };
	return 0;
}

void dmafp_profile_free(struct dmafp_profile *profile)
{
	size_t i;

	if (!profile)
		return;
	for (i = 0; i < NR_KEYS; i++)
		dmafp_key_free(&keys[i], profile);
	free(profile->path);
	free(profile->text);
	free(profile->listing);
	free(profile);
}
