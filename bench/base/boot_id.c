// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "base/boot_id.h"
#include "base/file.h"

int dmafp_boot_id(const char *root, char id[DMAFP_BOOT_ID], struct dmafp_err *err)
{
	char *path = dmafp_path("%s/proc/sys/kernel/random/boot_id", root);
	int ret = dmafp_file_read_line(path, id, DMAFP_BOOT_ID);

	if (!ret && !*id)
		ret = -EINVAL;
	if (ret)
		dmafp_err_errno(err, -ret,
				"cannot tell this boot from another: cannot read %s", path);
	free(path);
	return ret;
}
