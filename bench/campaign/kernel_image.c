// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "campaign/kernel_image.h"
#include "traffic/modinfo.h"

#define MAGIC_AT   0x202
#define VERSION_AT 0x20e /* offset less 0x200 of a string */

static const char *version_in(const char *image, size_t len)
{
	uint16_t at;

	if (len < VERSION_AT + sizeof(at) || memcmp(image + MAGIC_AT, "HdrS", 4))
		return NULL;
	memcpy(&at, image + VERSION_AT, sizeof(at));
	if (!at || (size_t)at + 0x200 >= len ||
	    !memchr(image + 0x200 + at, '\0', len - 0x200 - at))
		return NULL;
	return image + 0x200 + at;
}

char *dmafp_kernel_image_release(const char *path, struct dmafp_err *err)
{
	size_t len;
	char *image = dmafp_file_read(path, &len, err), *release = NULL;
	const char *version;

	if (!image)
		return NULL;
	version = version_in(image, len);
	if (version)
		release = strndup(version, strcspn(version, " "));
	else
		dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
			      "%s is no kernel image of x86 (bzImage)", path);
	free(image);
	return release;
}

int dmafp_kernel_image_takes(const char *module, const char *release, struct dmafp_err *err)
{
	struct dmafp_modinfo info;
	const char *magic;
	int ret = dmafp_modinfo_read(module, &info, err);
	size_t len = strlen(release);

	if (ret)
		return ret;
	magic = dmafp_modinfo_next(&info, "vermagic", NULL);
	if (!magic || strncmp(magic, release, len) || magic[len] != ' ')
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				    "%s was built for %.*s, the kernel is %s: build it against "
				    "that one",
				    module, magic ? (int)strcspn(magic, " ") : 2,
				    magic ? magic : "no", release);
	dmafp_modinfo_free(&info);
	return ret;
}
