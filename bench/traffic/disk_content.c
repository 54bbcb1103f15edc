// SPDX-License-Identifier: GPL-2.0-or-later
#include <blkid/blkid.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/value.h"
#include "traffic/disk_content.h"
#include "use/block.h"

static const char *value_of(blkid_probe probe, const char *name)
{
	const char *value;

	return blkid_probe_lookup_value(probe, name, &value, NULL) ? NULL : value;
}

/* Labels are whatever somebody once wrote there. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (!isascii((unsigned char)*text) || !isprint((unsigned char)*text))
			*text = '?';
}

static void set_signature(blkid_probe probe, struct dmafp_disk *disk)
{
	const char *type = value_of(probe, "TYPE"), *label = value_of(probe, "LABEL");
	const char *table = value_of(probe, "PTTYPE");

	if (type)
		snprintf(disk->content, sizeof(disk->content), "a signature of %s%s%.64s%s",
			 type, label ? " (" : "", label ? label : "", label ? ")" : "");
	else
		snprintf(disk->content, sizeof(disk->content), "a partition table, %s",
			 table ? table : "of unknown kind");
	make_printable(disk->content);
}

static int probe_signatures(blkid_probe probe, struct dmafp_disk *disk)
{
	int ret = blkid_probe_set_device(probe, disk->fd, 0, 0);

	if (ret)
		return ret;
	blkid_probe_enable_superblocks(probe, true);
	/* a broken one may still be all that somebody has */
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL |
							 BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(probe, true);
	blkid_probe_set_partitions_flags(probe, BLKID_PARTS_FORCE_GPT);
	ret = blkid_do_probe(probe);
	if (!ret)
		set_signature(probe, disk);
	/* 1: nothing was found */
	return ret < 0 ? ret : 0;
}

static bool has_partitions(const struct dmafp_traffic *traffic, struct dmafp_disk *disk)
{
	struct dmafp_names parts = { 0 };
	size_t nr;

	dmafp_block_partitions(traffic->sysfs, disk->name, &parts);
	nr = parts.nr;
	if (nr)
		snprintf(disk->content, sizeof(disk->content), "%zu partition%s (%s%s)", nr,
			 nr > 1 ? "s" : "", parts.items[0], nr > 1 ? ", ..." : "");
	dmafp_names_free(&parts);
	return nr;
}

int dmafp_disk_content_find(const struct dmafp_traffic *traffic, struct dmafp_disk *disk,
			    struct dmafp_err *err)
{
	blkid_probe probe;
	int ret;

	*disk->content = '\0';
	if (has_partitions(traffic, disk))
		return 0;
	probe = blkid_new_probe();
	if (!probe)
		abort();
	errno = 0;
	ret = probe_signatures(probe, disk);
	blkid_free_probe(probe);
	if (!ret)
		return 0;
	return dmafp_err_set(err, EIO, DMAFP_EXIT_DEVICE,
			     "cannot read %s to see what it holds%s%s; dmesg may say more",
			     disk->node, errno ? ": " : "", errno ? strerror(errno) : "");
}
