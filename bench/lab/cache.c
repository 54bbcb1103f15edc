// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lab/cache.h"

static char *cache_root(struct dmafp_err *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/')
		return dmafp_path("%s/dmafp", xdg);
	if (home && *home == '/')
		return dmafp_path("%s/.cache/dmafp", home);
	dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
		      "neither XDG_CACHE_HOME nor HOME names a folder for the kernel cache: set one");
	return NULL;
}

static int take_lock(int fd, void (*wait)(const char *text), struct dmafp_err *err)
{
	bool told = false;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		int ret;

		if (errno != EWOULDBLOCK && errno != EINTR)
			return dmafp_err_errno(err, errno, "cannot lock the kernel cache");
		ret = dmafp_proc_check(err, "while waiting for the kernel cache");
		if (ret)
			return ret;
		if (!told && wait)
			wait("another lab is building kernels: waiting for it");
		told = true;
		poll(NULL, 0, 200);
	}
	return 0;
}

/* kbuild takes no blanks and no colons, and scripts take the path as it is. */
static int check_root(const char *root, struct dmafp_err *err)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._+@-";

	if (!root[strspn(root, plain)])
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "kernels cannot be built under %s: set XDG_CACHE_HOME to a path of letters, digits and /._+@- only",
			     root);
}

/* Trees that a killed lab was still copying; nobody else has the lock. */
static void remove_half_made(const char *root)
{
	char *pattern = dmafp_path("%s/linux-*.new", root);
	glob_t found;

	if (!glob(pattern, 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			dmafp_file_remove_tree(found.gl_pathv[i]);
	globfree(&found);
	free(pattern);
}

int dmafp_cache_open(struct dmafp_cache *cache, bool lock, void (*wait)(const char *text),
		     struct dmafp_err *err)
{
	char *path = NULL;
	int ret;

	memset(cache, 0, sizeof(*cache));
	cache->lock = -1;
	cache->root = cache_root(err);
	if (!cache->root)
		return -EINVAL;
	ret = check_root(cache->root, err);
	if (!ret && !lock)
		return 0;
	ret = ret ?: dmafp_file_mkdirs(cache->root, err);
	if (ret)
		goto fail;
	path = dmafp_path("%s/lock", cache->root);
	cache->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (cache->lock < 0)
		ret = dmafp_err_errno(err, errno, "cannot write %s", path);
	else
		ret = take_lock(cache->lock, wait, err);
	free(path);
	if (!ret) {
		remove_half_made(cache->root);
		return 0;
	}
fail:
	dmafp_cache_close(cache);
	return ret;
}

void dmafp_cache_close(struct dmafp_cache *cache)
{
	if (cache->lock >= 0)
		close(cache->lock);
	cache->lock = -1;
	free(cache->root);
	cache->root = NULL;
}
