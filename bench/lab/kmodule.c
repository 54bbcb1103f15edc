// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/kmodule.h"

static bool is_source(const char *name)
{
	size_t len = strlen(name);

	return !strcmp(name, "Kbuild") ||
	       (len > 2 && (!strcmp(name + len - 2, ".c") || !strcmp(name + len - 2, ".h")) &&
		(len < 6 || strcmp(name + len - 6, ".mod.c")));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Hash of the sources' names and contents; build products do not count. */
static int hash_sources(const char *dir, char key[DMAFP_SHA256_HEX],
			struct dmafp_err *err)
{
	char *const roots[] = { (char *)dir, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	char *all = strdup("");
	FTSENT *entry;
	int ret = 0;

	if (!fts || !all)
		return dmafp_err_errno(err, errno, "cannot read %s", dir);
	while (!ret && (entry = fts_read(fts))) {
		char hex[DMAFP_SHA256_HEX], *more;

		if (entry->fts_info != FTS_F || !is_source(entry->fts_name))
			continue;
		ret = dmafp_file_sha256(entry->fts_path, hex, err);
		more = dmafp_path("%s%s %s\n", all, entry->fts_path + strlen(dir), hex);
		free(all);
		all = more;
	}
	fts_close(fts);
	if (!ret && !*all)
		ret = dmafp_err_set(err, ENOENT, DMAFP_EXIT_NO_INPUT,
				    "no module sources in %s: set DMAFP_DATA to a checkout of dmafp",
				    dir);
	dmafp_sha256(all, strlen(all), key);
	free(all);
	return ret;
}

static int make_module(const struct dmafp_kernel *kernel,
		       const struct dmafp_kernel_spec *spec, const char *dir,
		       const char *log, struct dmafp_err *err)
{
	char *sources = dmafp_path("%s/.", spec->kmod_dir);
	char *where = dmafp_path("M=%s", dir);
	const char *const copy[] = { "cp", "-a", sources, dir, NULL };
	const char *const make[] = { "make", "-C", kernel->build, where, "modules", NULL };
	struct dmafp_err ignored;
	char *said;
	int ret;

	ret = dmafp_proc_run(copy, NULL, log, &spec->tick, err);
	if (!ret)
		ret = dmafp_proc_run(make, NULL, log, &spec->tick, err);
	if (ret > 0) {
		said = dmafp_file_read(log, NULL, &ignored);
		ret = dmafp_err_set(err, EIO, DMAFP_EXIT_BUILD,
				    "the module does not compile against the kernel of arm %s; see %s\n%s",
				    kernel->arm, log, said ? said : "");
		free(said);
	}
	free(where);
	free(sources);
	return ret;
}

int dmafp_kmodule_build(const struct dmafp_kernel *kernel,
			const struct dmafp_kernel_spec *spec, char **path,
			struct dmafp_err *err)
{
	char key[DMAFP_SHA256_HEX], what[64], *dir, *log, *built;
	int ret = hash_sources(spec->kmod_dir, key, err);

	if (ret)
		return ret;
	*path = dmafp_path("%s/dmafp-%.12s.ko", kernel->build, key);
	if (dmafp_file_exists(*path))
		return 0;
	dir = dmafp_path("%s/dmafp-%.12s", kernel->build, key);
	log = dmafp_path("%s.log", dir);
	built = dmafp_path("%s/dmafp.ko", dir);
	unlink(log);
	snprintf(what, sizeof(what), "%s: compiling the module", kernel->arm);
	if (spec->phase)
		spec->phase(spec->ctx, what, log);
	dmafp_file_remove_tree(dir);
	ret = dmafp_file_mkdirs(dir, err) ?: make_module(kernel, spec, dir, log, err);
	if (!ret && rename(built, *path))
		ret = dmafp_err_errno(err, errno, "cannot rename %s", built);
	free(built);
	free(log);
	free(dir);
	return ret;
}
