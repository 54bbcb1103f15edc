// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/initramfs.h"

/* newc is what the kernel unpacks; names are sorted and times dropped. */
static const char script[] = "cd \"$1\" && find . -mindepth 1 | LC_ALL=C sort | "
			     "cpio --quiet --reproducible -o -H newc -R 0:0 > \"$2\"";

int dmafp_initramfs_pack(const char *dir, const char *path, const struct dmafp_proc_tick *tick,
			 struct dmafp_err *err)
{
	const char *const argv[] = { "sh", "-c", script, "sh", dir, path, NULL };
	int ret = dmafp_proc_run(argv, NULL, NULL, tick, err);

	if (ret == 127)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
				     "cpio is not installed: apt-get install cpio");
	if (ret > 0)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_IO,
				     "cpio could not write %s: is the disk full?", path);
	return ret;
}
