// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/alloc.h"
#include "kmod/uapi/dmafp.h"
#include "run/attr.h"
#include "run/key.h"
#include "run/profile.h"

#define MAX_LINE 4096
#define MAX_CPU	 8191

static const char *const directions[] = { "to_device", "from_device", "bidirectional",
					  NULL };
static const char *const methods[] = { "latency", "block", "sustained", NULL };
static const char *const layouts[] = { "contiguous", "scattered", NULL };
static const char *const noyes[] = { "no", "yes", NULL };
static const char *const classes[] = { "nvme", "nic", NULL };
static const char *const modes[] = { "plain", "kdump", "keyed", NULL };
static const char *const iommus[] = { "intel", "amd", NULL };
static const char *const accels[] = { "icount", "tcg", "kvm", NULL };
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

	KEY("verdict", "margin", PERCENT, verdict.margin, "1%", RANGE(1, 1000000)),
	KEY("verdict", "margin_check", NUMBER, verdict.margin_check, "1", RANGE(1, 1000000)),

	KEY("lab", "iommu", NAME, lab.iommu, "intel", .choices = iommus),
	KEY("lab", "accel", NAME, lab.accel, "icount", .choices = accels),
	KEY("lab", "modes", NAMES, lab.modes, "plain, kdump, keyed", .choices = modes),
	KEY("lab", "devices", NAMES, lab.devices, "nvme, e1000e"),
	KEY("lab", "memory", SIZE, lab.memory, "768M", RANGE(256 * MIB, 1024 * GIB)),
	KEY("lab", "cpus", NUMBER, lab.cpus, "1", RANGE(1, 255)),
	KEY("lab", "cmdline", STRING, lab.cmdline, "iommu.strict=1"),
	KEY("lab", "boots", NUMBER, lab.boots, "2", RANGE(1, 100)),
	KEY("lab", "time_limit", NUMBER, lab.time_limit, "120", RANGE(1, 86400)),
	KEY("lab", "crashkernel", SIZE, lab.crashkernel, "256M", RANGE(32 * MIB, 16 * GIB)),
	KEY("lab", "expect", NAME, lab.expect, "none", .choices = faults),
};
/* clang-format on */

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

/* One file while it is being read */
struct parse {
	struct dmafp_profile *profile;
	const char *path;
	const char *rest; /* text not read yet */
	int line;
	int failed_line;   /* line of the first error, 0: none yet */
	int seen[NR_KEYS]; /* line of each key */
	struct dmafp_err *err;
};

static void fail(struct parse *parse, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct parse *parse, const char *fmt, ...)
{
	char what[1024];
	va_list ap;

	if (parse->failed_line)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	parse->failed_line = parse->line;
	dmafp_err_set(parse->err, EINVAL, DMAFP_EXIT_USAGE, "%s:%d: %s", parse->path,
		      parse->line, what);
}

static void unknown_key(struct parse *parse, const char *section, const char *name)
{
	const char *words[NR_KEYS];
	char hint[DMAFP_HINT_LEN];
	size_t i, nr = 0;

	for (i = 0; i < NR_KEYS; i++)
		if (!strcmp(keys[i].section, section))
			words[nr++] = keys[i].name;
	fail(parse, "unknown key '%s' in [%s]%s", name, section,
	     dmafp_nearest_hint(name, words, nr, hint));
}

static const struct dmafp_key *find_key(const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < NR_KEYS; i++)
		if (!strcmp(keys[i].section, section) && !strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static void put_checked(struct parse *parse, const struct dmafp_key *key, const char *value)
{
	char why[DMAFP_KEY_WHY];

	if (dmafp_key_put(key, parse->profile, value, why))
		fail(parse, "%s", why);
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct parse *parse = user;
	const struct dmafp_key *key = find_key(section, name);

	if (!*section)
		fail(parse, "key '%s' stands before the first section", name);
	else if (!key)
		unknown_key(parse, section, name);
	else if (parse->seen[key - keys])
		fail(parse, "key '%s' in [%s] was given before, in line %d", name,
		     section, parse->seen[key - keys]);
	else
		put_checked(parse, key, value);
	if (key)
		parse->seen[key - keys] = parse->line;
	return !parse->failed_line;
}

static void check_section(struct parse *parse, const char *line)
{
	const char *words[NR_KEYS];
	char name[64], hint[DMAFP_HINT_LEN];
	size_t i;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "]\n"), line);
	for (i = 0; i < NR_KEYS; i++) {
		words[i] = keys[i].section;
		if (!strcmp(words[i], name))
			return;
	}
	fail(parse, "unknown section [%s]%s", name,
	     dmafp_nearest_hint(name, words, NR_KEYS, hint));
}

/* inih's fgets: counts lines, which inih itself keeps to itself. */
static char *next_line(char *buf, int size, void *stream)
{
	struct parse *parse = stream;
	size_t len = strcspn(parse->rest, "\n"), skip;

	if (!*parse->rest)
		return NULL;
	parse->line++;
	skip = len + (parse->rest[len] == '\n');
	if (len > (size_t)size - 3) {
		fail(parse, "line of more than %d characters", size - 3);
		len = 0;
	}
	memcpy(buf, parse->rest, len);
	memcpy(buf + len, "\n", 2);
	parse->rest += skip;
	buf[len + 1] = '\0';
	if (buf[strspn(buf, " \t")] == '[')
		check_section(parse, buf + strspn(buf, " \t") + 1);
	return buf;
}

static int parse_text(struct parse *parse)
{
	int bad_line;

	ini_max_line = MAX_LINE;
	/* an indented line is a line, not more of the one above */
	ini_allow_multiline = false;
	bad_line = ini_parse_stream(next_line, parse, take_pair, parse);
	if (bad_line > 0 && (!parse->failed_line || bad_line < parse->failed_line)) {
		parse->failed_line = 0;
		parse->line = bad_line;
		fail(parse, "neither '[section]' nor 'key = value'");
	}
	if (bad_line < 0)
		return dmafp_err_errno(parse->err, ENOMEM, "%s", parse->path);
	return parse->failed_line ? -EINVAL : 0;
}

/* A profile without a name goes by that of its file. */
static void name_after_file(struct dmafp_profile *profile)
{
	const char *slash = strrchr(profile->path, '/');
	char *dot;

	if (*profile->name)
		return;
	free(profile->name);
	profile->name = dmafp_alloc_string(slash ? slash + 1 : profile->path);
	dot = strrchr(profile->name, '.');
	if (dot && dot != profile->name)
		*dot = '\0';
}

struct dmafp_profile *dmafp_profile_parse(const char *text, const char *path,
					  struct dmafp_err *err)
{
	struct dmafp_profile *profile = dmafp_alloc(1, sizeof(*profile));
	struct parse parse = { .profile = profile, .path = path, .rest = text, .err = err };
	size_t i;

	profile->path = dmafp_alloc_string(path);
	profile->text = dmafp_alloc_string(text);
	dmafp_sha256(text, strlen(text), profile->sha256);
	for (i = 0; i < NR_KEYS; i++)
		put_checked(&parse, &keys[i], keys[i].fallback);
	if (parse_text(&parse)) {
		dmafp_profile_free(profile);
		return NULL;
	}
	name_after_file(profile);
	return profile;
}

const char *dmafp_profile_dir(void)
{
	const char *dir = getenv("DMAFP_CONFIG_DIR");

	return dir && *dir ? dir : DMAFP_CONFIG_DIR;
}

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
	nr = scandir(dmafp_profile_dir(), &entries, is_profile, alphasort);
	if (nr < 0)
		return dmafp_err_errno(err, errno,
				       "cannot read the profile directory %s (set "
				       "DMAFP_CONFIG_DIR to another)",
				       dmafp_profile_dir());
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
		      name, dmafp_profile_dir(), *hint ? hint : ".",
		      *known ? known : "none");
	dmafp_names_free(&names);
}

static struct dmafp_profile *load_path(const char *path, struct dmafp_err *err)
{
	struct dmafp_profile *profile = NULL;
	size_t len;
	char *text = dmafp_file_read(path, &len, err);

	if (!text)
		return NULL;
	if (strlen(text) != len)
		dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			      "%s is not a text file: it holds a NUL", path);
	else
		profile = dmafp_profile_parse(text, path, err);
	free(text);
	return profile;
}

struct dmafp_profile *dmafp_profile_load(const char *name, struct dmafp_err *err)
{
	struct dmafp_profile *profile = NULL;
	char *path;

	if (strchr(name, '/') || has_suffix(name, ".ini"))
		return load_path(name, err);
	path = dmafp_path("%s/%s.ini", dmafp_profile_dir(), name);
	if (dmafp_file_exists(path))
		profile = load_path(path, err);
	else
		unknown_profile(name, err);
	free(path);
	return profile;
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
	free(profile);
}
