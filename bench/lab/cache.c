// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
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
		if (errno != EWOULDBLOCK && errno != EINTR)
			return dmafp_err_errno(err, errno, "cannot lock the kernel cache");
		if (dmafp_proc_interrupted())
			return dmafp_err_set(err, EINTR, 128 + dmafp_proc_interrupted(),
					     "interrupted while waiting for the kernel cache");
		if (!told && wait)
			wait("another lab is building kernels: waiting for it");
		told = true;
		poll(NULL, 0, 200);
	}
	return 0;
}

int dmafp_cache_open(struct dmafp_cache *cache, void (*wait)(const char *text),
		     struct dmafp_err *err)
{
	char *path = NULL;
	int ret;

	memset(cache, 0, sizeof(*cache));
	cache->lock = -1;
	cache->root = cache_root(err);
	if (!cache->root)
		return -EINVAL;
	ret = dmafp_file_mkdirs(cache->root, err);
	if (ret)
		goto fail;
	path = dmafp_path("%s/lock", cache->root);
	cache->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (cache->lock < 0)
		ret = dmafp_err_errno(err, errno, "cannot write %s", path);
	else
		ret = take_lock(cache->lock, wait, err);
	free(path);
	if (!ret)
		return 0;
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
