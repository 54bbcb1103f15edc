// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/source.h"

/* One file of each kind that a tree must have to be used at all. */
static const char *const landmarks[] = {
	"Makefile", "Kconfig", "scripts/kconfig/Makefile", "drivers/iommu/iommu.c",
};

static int check_tree(const char *path, struct dmafp_err *err)
{
	for (size_t i = 0; i < sizeof(landmarks) / sizeof(landmarks[0]); i++) {
		char *file = dmafp_path("%s/%s", path, landmarks[i]);
		int there = dmafp_file_exists(file);

		free(file);
		if (!there)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
					     "%s is not a kernel tree: it has no %s",
					     path, landmarks[i]);
	}
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void hash_entry(SHA2_CTX *sha, const FTSENT *entry, size_t skip)
{
	const struct stat *st = entry->fts_statp;
	char line[PATH_MAX + 64];
	int n;

	n = snprintf(line, sizeof(line), "%s %lld %lld.%09ld\n", entry->fts_path + skip,
		     (long long)st->st_size, (long long)st->st_mtim.tv_sec,
		     st->st_mtim.tv_nsec);
	SHA256Update(sha, (const uint8_t *)line, (size_t)n);
}

/* At the top of a tree: its history, and the place of our own build folder. */
static bool is_left_out(const char *name)
{
	return !strcmp(name, ".git") || !strcmp(name, "build");
}

static int hash_tree(const char *path, char id[DMAFP_SHA256_HEX], struct dmafp_err *err)
{
	char *const roots[] = { (char *)path, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	size_t skip = strlen(path);
	FTSENT *entry;
	SHA2_CTX sha;

	if (!fts)
		return dmafp_err_errno(err, errno, "cannot read %s", path);
	SHA256Init(&sha);
	while ((entry = fts_read(fts))) {
		if (entry->fts_level == 1 && is_left_out(entry->fts_name))
			fts_set(fts, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F || entry->fts_info == FTS_SL)
			hash_entry(&sha, entry, skip);
	}
	fts_close(fts);
	SHA256End(&sha, id);
	return 0;
}

/* The top Makefile, which comes early in a tarball; NULL if there is none. */
static char *read_makefile(const struct dmafp_source *source, struct dmafp_err *err)
{
	const char *const argv[] = { "tar", "-xOf", source->path, "--wildcards",
				     "--no-wildcards-match-slash", "--anchored",
				     "--occurrence=1", "*/Makefile", NULL };
	char *path, *text;

	if (!source->is_tree)
		return dmafp_proc_output(argv, err);
	path = dmafp_path("%s/Makefile", source->path);
	text = dmafp_file_read(path, NULL, err);
	free(path);
	return text;
}

/* "VERSION = 6\nPATCHLEVEL = 12\n" somewhere in it */
static int find_version(struct dmafp_source *source, struct dmafp_err *err)
{
	char *text = read_makefile(source, err);
	const char *at = text ? strstr(text, "VERSION = ") : NULL;
	unsigned int version, patchlevel;
	int got = 0;

	if (at)
		got = sscanf(at, "VERSION = %3u\nPATCHLEVEL = %5u\n", &version, &patchlevel);
	free(text);
	if (got != 2)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s is not a kernel %s: its Makefile names no version",
				     source->path, source->is_tree ? "tree" : "tarball");
	snprintf(source->version, sizeof(source->version), "%u.%u", version, patchlevel);
	return 0;
}

int dmafp_source_find(struct dmafp_source *source, const char *path,
		      struct dmafp_err *err)
{
	struct stat st;
	int ret;

	memset(source, 0, sizeof(*source));
	if (!path)
		path = DMAFP_SOURCE_TARBALL;
	if (stat(path, &st))
		return dmafp_err_set(err, errno, DMAFP_EXIT_NO_INPUT,
				     "no kernel source at %s: %s; install linux-source-6.12 or name a tree with --kernel-src",
				     path, strerror(errno));
	source->is_tree = S_ISDIR(st.st_mode);
	source->path = source->is_tree ? realpath(path, NULL) : strdup(path);
	if (source->is_tree)
		ret = check_tree(path, err) ?: hash_tree(source->path, source->id, err);
	else
		ret = dmafp_file_sha256(path, source->id, err);
	ret = ret ?: find_version(source, err);
	if (ret)
		dmafp_source_end(source);
	return ret;
}

static int run_step(const char *const *argv, const char *what, const char *log,
		    const struct dmafp_proc_tick *tick, struct dmafp_err *err)
{
	int ret = dmafp_proc_run(argv, NULL, log, tick, err);

	if (ret > 0)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_IO,
				     "cannot unpack the kernel source: %s; see %s", what, log);
	return ret;
}

int dmafp_source_unpack(const struct dmafp_source *source, const char *to,
			const char *log, const struct dmafp_proc_tick *tick,
			struct dmafp_err *err)
{
	static const char copy_script[] =
		"tar -C \"$1\" --anchored --exclude=./.git --exclude=./build -cf - . | "
		"tar -C \"$2\" -xf -";
	/* documentation is not compiled; Kconfig names one file of it */
	const char *const untar[] = { "tar", "-xf", source->path, "-C", to,
				      "--strip-components=1",
				      "--exclude=*/Documentation/*/*", NULL };
	const char *const copy[] = { "sh", "-c", copy_script, "sh", source->path, to, NULL };
	/* a tree that was built in place refuses to be built elsewhere */
	const char *const clean[] = { "make", "-s", "-C", to, "mrproper", NULL };
	int ret;

	if (source->is_tree)
		ret = run_step(copy, "tar failed", log, tick, err) ?:
		      run_step(clean, "make mrproper failed", log, tick, err);
	else
		ret = run_step(untar, "tar failed", log, tick, err);
	return ret ?: check_tree(to, err);
}

void dmafp_source_end(struct dmafp_source *source)
{
	free(source->path);
	source->path = NULL;
}
