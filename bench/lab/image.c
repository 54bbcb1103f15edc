// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/image.h"

/*
 * newc is what the kernel unpacks; names are sorted and times dropped, so that
 * the same content makes the same bytes.
 */
static const char pack_script[] =
	"cd \"$1\" && find . -mindepth 1 | LC_ALL=C sort | "
	"cpio --quiet --reproducible -o -H newc -R 0:0 > \"$2\"";

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

static int fill(const struct dmafp_image *image, const char *dir, struct dmafp_err *err)
{
	static const char *const folders[] = { "proc", "sys", "dev", "capture" };
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = dmafp_path("%s/%s", dir, folders[i]);

		ret = dmafp_file_mkdirs(path, err);
		free(path);
	}
	return ret ?: put_file(dir, "/init", "/proc/self/exe", err)
		   ?: put_file(dir, DMAFP_GUEST_MODULE, image->module, err)
		   ?: put_text(dir, DMAFP_GUEST_PROFILE, image->profile, err)
		   ?: put_text(dir, DMAFP_GUEST_CONTEXT, image->context, err)
		   ?: put_file(dir, DMAFP_GUEST_KERNEL, image->capture_kernel, err)
		   ?: put_file(dir, DMAFP_GUEST_INITRD, image->capture_initrd, err)
		   ?: put_text(dir, DMAFP_GUEST_CMDLINE, image->capture_cmdline, err);
}

int dmafp_image_write(const struct dmafp_image *image, const char *path,
		      const struct dmafp_proc_tick *tick, struct dmafp_err *err)
{
	char *dir = dmafp_path("%s.d", path);
	const char *const argv[] = { "sh", "-c", pack_script, "sh", dir, path, NULL };
	int ret;

	dmafp_file_remove_tree(dir);
	ret = dmafp_file_mkdirs(dir, err) ?: fill(image, dir, err);
	if (!ret) {
		ret = dmafp_proc_run(argv, NULL, NULL, tick, err);
		if (ret > 0)
			ret = dmafp_err_set(err, EIO, DMAFP_EXIT_IO,
					    "cpio could not write %s: is the disk full?", path);
	}
	dmafp_file_remove_tree(dir);
	free(dir);
	return ret;
}
