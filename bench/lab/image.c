// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/initramfs.h"
#include "lab/image.h"

static int put_text(const char *dir, const char *name, const char *text,
		    struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", dir, name);
	int ret = text ? dmafp_file_write(path, text, strlen(text), err) : 0;

	free(path);
	return ret;
}

static int put_file(const char *dir, const char *name, const char *from,
		    struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", dir, name);
	int ret = from ? dmafp_file_copy(from, path, err) : 0;

	free(path);
	return ret;
}

static int put_drivers(const char *dir, const char *const *drivers, struct dmafp_err *err)
{
	int ret = 0;

	for (; drivers && *drivers && !ret; drivers++) {
		char *name = dmafp_path("%s%s", DMAFP_GUEST_DRIVERS, strrchr(*drivers, '/'));

		ret = put_file(dir, name, *drivers, err);
		free(name);
	}
	return ret;
}

static int put_jobs(const char *dir, const char *jobs, struct dmafp_err *err)
{
	DIR *from = jobs ? opendir(jobs) : NULL;
	struct dirent *entry;
	int ret = 0;

	if (jobs && !from)
		return dmafp_err_errno(err, errno, "cannot read the folder of fio's jobs %s", jobs);
	while (from && !ret && (entry = readdir(from))) {
		char *name = dmafp_path("%s/%s", DMAFP_GUEST_JOBS, entry->d_name);
		char *path = dmafp_path("%s/%s", jobs, entry->d_name);

		if (entry->d_name[0] != '.')
			ret = put_file(dir, name, path, err);
		free(path);
		free(name);
	}
	if (from)
		closedir(from);
	return ret;
}

/* So that a path of the guest's own is the same once the host's root is its root. */
static int put_link(const char *dir, struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", dir, DMAFP_GUEST_HERE);
	int ret = symlink("/", path) ? dmafp_err_errno(err, errno, "cannot create %s", path) : 0;

	free(path);
	return ret;
}

static int fill(const struct dmafp_image *image, const char *dir, struct dmafp_err *err)
{
	static const char *const folders[] = { "proc",	 "sys",	 "dev", "capture",
						"drivers", "jobs", "host" };
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = dmafp_path("%s/%s", dir, folders[i]);

		ret = dmafp_file_mkdirs(path, err);
		free(path);
	}
	return ret ?: put_link(dir, err)
		   ?: put_file(dir, "/init", "/proc/self/exe", err)
		   ?: put_file(dir, DMAFP_GUEST_MODULE, image->module, err)
		   ?: put_text(dir, DMAFP_GUEST_PROFILE, image->profile, err)
		   ?: put_text(dir, DMAFP_GUEST_CONTEXT, image->context, err)
		   ?: put_drivers(dir, image->drivers, err)
		   ?: put_jobs(dir, image->jobs, err)
		   ?: put_file(dir, DMAFP_GUEST_KERNEL, image->capture_kernel, err)
		   ?: put_file(dir, DMAFP_GUEST_INITRD, image->capture_initrd, err)
		   ?: put_text(dir, DMAFP_GUEST_CMDLINE, image->capture_cmdline, err);
}

int dmafp_image_write(const struct dmafp_image *image, const char *path,
		      const struct dmafp_proc_tick *tick, struct dmafp_err *err)
{
	char *dir = dmafp_path("%s.d", path);
	int ret;

	dmafp_file_remove_tree(dir);
	ret = dmafp_file_mkdirs(dir, err) ?: fill(image, dir, err)
					  ?: dmafp_initramfs_pack(dir, path, tick, err);
	dmafp_file_remove_tree(dir);
	free(dir);
	return ret;
}
