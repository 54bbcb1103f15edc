// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/dir.h"
#include "base/file.h"
#include "run/value.h"
#include "traffic/disk.h"
#include "traffic/disk_content.h"
#include "use/block.h"
#include "use/block_use.h"

#define WAIT_MS 10
#define SECTOR	512 /* the unit of "size" in sysfs, whatever the block is */

static void read_text(const char *sysfs, const char *name, const char *attribute,
		      char *buf, size_t size)
{
	char *path = dmafp_path("%s/block/%s/%s", sysfs, name, attribute);

	dmafp_file_read_line(path, buf, size);
	free(path);
}

static uint64_t read_number(const char *sysfs, const char *name, const char *attribute)
{
	char text[32];
	uint64_t value;

	read_text(sysfs, name, attribute, text, sizeof(text));
	return dmafp_value_number(text, &value) ? 0 : value;
}

static bool read_disk(const char *sysfs, const char *name, struct dmafp_disk *disk)
{
	*disk = (struct dmafp_disk) { .fd = -1 };
	snprintf(disk->name, sizeof(disk->name), "%s", name);
	dmafp_block_node(name, disk->node);
	read_text(sysfs, name, "dev", disk->dev, sizeof(disk->dev));
	disk->bytes = read_number(sysfs, name, "size") * SECTOR;
	disk->block = read_number(sysfs, name, "queue/logical_block_size");
	disk->read_only = read_number(sysfs, name, "ro");
	return *disk->dev && disk->block;
}

static void add(struct dmafp_disk_list *list, const char *sysfs, const char *name)
{
	struct dmafp_disk disk;

	if (!read_disk(sysfs, name, &disk))
		return;
	list->items = dmafp_alloc_grow(list->items, list->nr, sizeof(*list->items));
	list->items[list->nr++] = disk;
}

static void note_other_path(struct dmafp_disk_list *list, const char *head, const char *name)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!strcmp(list->items[i].name, head))
			snprintf(list->items[i].other_path,
				 sizeof(list->items[i].other_path), "%s", name);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct dmafp_disk *)a)->name,
			  ((const struct dmafp_disk *)b)->name);
}

static void note_other_paths(struct dmafp_disk_list *list, const char *sysfs, const char *pci)
{
	char *path = dmafp_path("%s/block", sysfs), head[64];
	struct dmafp_dir dir = dmafp_dir_read(path);

	for (size_t i = 0; i < dir.nr; i++)
		if (dmafp_block_head(dir.names[i], head) &&
		    !dmafp_block_is_below(sysfs, dir.names[i], pci))
			note_other_path(list, head, dir.names[i]);
	dmafp_dir_free(&dir);
	free(path);
}

static void read_list(const char *sysfs, const char *pci, struct dmafp_disk_list *list)
{
	struct dmafp_names names = { 0 };

	dmafp_block_list(sysfs, pci, &names);
	for (size_t i = 0; i < names.nr; i++)
		add(list, sysfs, names.items[i]);
	dmafp_names_free(&names);
	note_other_paths(list, sysfs, pci);
	if (list->nr)
		qsort(list->items, list->nr, sizeof(*list->items), by_name);
}

bool dmafp_disk_named(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk)
{
	struct stat st;
	char dev[32];

	if (!traffic->disk)
		return false;
	if (!strcmp(traffic->disk, disk->node))
		return true;
	if (stat(traffic->disk, &st) || !S_ISBLK(st.st_mode))
		return false;
	snprintf(dev, sizeof(dev), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return !strcmp(dev, disk->dev);
}

/* One that the user named may be among those that come later. */
static bool is_complete(const struct dmafp_traffic *traffic,
			const struct dmafp_disk_list *list)
{
	if (!list->nr || !traffic->disk || dmafp_file_exists(traffic->disk))
		return list->nr;
	for (size_t i = 0; i < list->nr; i++)
		if (dmafp_disk_named(traffic, &list->items[i]))
			return true;
	return false;
}

static int none_found(const struct dmafp_traffic *traffic, const char *pci,
		      unsigned int ms, struct dmafp_err *err)
{
	int sig = traffic->stop ? *traffic->stop : 0;

	if (sig)
		return dmafp_err_set(err, EINTR, 128 + sig,
				     "interrupted while waiting for a block device of %s",
				     pci);
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
			     "%s has no block device %u ms after its driver was bound: has it a "
			     "namespace? dmesg tells what the driver made of it",
			     pci, ms);
}

int dmafp_disk_find(const struct dmafp_traffic *traffic, const char *pci,
		    unsigned int wait_ms, struct dmafp_disk_list *list,
		    struct dmafp_err *err)
{
	unsigned int waited = 0;

	*list = (struct dmafp_disk_list) { 0 };
	read_list(traffic->sysfs, pci, list);
	while (!is_complete(traffic, list) && waited < wait_ms &&
	       !(traffic->stop && *traffic->stop)) {
		poll(NULL, 0, WAIT_MS);
		waited += WAIT_MS;
		dmafp_disk_list_release(list);
		read_list(traffic->sysfs, pci, list);
	}
	return list->nr ? 0 : none_found(traffic, pci, waited, err);
}

void dmafp_disk_list_release(struct dmafp_disk_list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		dmafp_disk_release(&list->items[i]);
	free(list->items);
	*list = (struct dmafp_disk_list) { 0 };
}

struct dmafp_disk *dmafp_disk_pick(const struct dmafp_traffic *traffic,
				   struct dmafp_disk_list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		if (dmafp_disk_named(traffic, &list->items[i]))
			return &list->items[i];
	return list->items;
}

static int refuse(const struct dmafp_disk *disk, struct dmafp_err *err, const char *what,
		  const char *advice)
{
	return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE, "%s %s%s", disk->node, what,
			     advice);
}

/* O_EXCL fails where a mount, swap, md, dm or anybody else has it exclusively. */
static int claim(struct dmafp_disk *disk, struct dmafp_err *err)
{
	disk->fd = open(disk->node, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (disk->fd < 0 && errno == EBUSY) {
		if (!*disk->in_use)
			snprintf(disk->in_use, sizeof(disk->in_use),
				 "opened exclusively by somebody (see: fuser -v %s)",
				 disk->node);
		disk->fd = open(disk->node, O_RDONLY | O_CLOEXEC);
	}
	if (disk->fd >= 0)
		return 0;
	if (errno == EACCES || errno == EPERM)
		return dmafp_err_set(err, errno, DMAFP_EXIT_PERMISSION,
				     "cannot open %s: run as root", disk->node);
	return dmafp_err_set(err, errno, DMAFP_EXIT_DEVICE, "cannot open %s: %s",
			     disk->node, strerror(errno));
}

static int check_found(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk,
		       struct dmafp_err *err)
{
	char what[1200] = "";

	if (*disk->in_use)
		snprintf(what, sizeof(what), "is %s", disk->in_use);
	else if (*disk->content)
		snprintf(what, sizeof(what), "holds %s", disk->content);
	if (!*what)
		return 0;
	if (!traffic->use_anyway)
		return refuse(
			disk, err, what,
			*disk->in_use
				? ": traffic goes to disks that nobody uses; free it, or give "
				  "--use-anyway to read it nevertheless"
				: ": traffic goes to empty disks; empty it with wipefs --all if "
				  "nobody needs that, or give --use-anyway");
	if (traffic->note) {
		char *text = dmafp_path("%s %s, and is used anyway", disk->node, what);

		traffic->note(traffic->ctx, text);
		free(text);
	}
	return 0;
}

int dmafp_disk_check(const struct dmafp_traffic *traffic, struct dmafp_disk *disk,
		     struct dmafp_err *err)
{
	int ret;

	if (*disk->other_path)
		return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
				     "%s has another path, %s: its IOs would go through other "
				     "controllers, too; unbind those first",
				     disk->node, disk->other_path);
	if (!disk->bytes)
		return refuse(disk, err, "has no capacity", ": name another by --disk");
	ret = dmafp_block_use_find(traffic->sysfs, traffic->procfs, disk->name, disk->node,
				   disk->in_use, sizeof(disk->in_use), err);
	if (!ret)
		ret = claim(disk, err);
	if (!ret)
		ret = dmafp_disk_content_find(traffic, disk, err);
	if (!ret)
		ret = check_found(traffic, disk, err);
	if (ret)
		dmafp_disk_release(disk);
	return ret;
}

static int check_write(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk,
		       const char *job, struct dmafp_err *err)
{
	if (*disk->in_use)
		return dmafp_err_set(
			err, EBUSY, DMAFP_EXIT_DEVICE,
			"fio job %s writes, and %s is %s: nothing is ever written to "
			"a disk in use",
			job, disk->node, disk->in_use);
	if (disk->read_only)
		return dmafp_err_set(
			err, EROFS, DMAFP_EXIT_DEVICE,
			"fio job %s writes, and %s is read-only: blockdev --setrw %s "
			"where that is a setting",
			job, disk->node, disk->node);
	if (!traffic->destroy || !dmafp_disk_named(traffic, disk))
		return dmafp_err_set(
			err, EPERM, DMAFP_EXIT_USAGE,
			"fio job %s writes to %s and destroys what it holds: to allow "
			"that, give --disk %s --destroy",
			job, disk->node, disk->node);
	return 0;
}

int dmafp_disk_check_job(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk,
			 const struct dmafp_fio_job *job, struct dmafp_err *err)
{
	if (job->bytes % disk->block)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DEVICE,
				     "fio job %s makes IOs of %" PRIu64
				     " bytes, and %s has blocks "
				     "of %" PRIu32 ": leave the job out of [fio] jobs",
				     job->name, job->bytes, disk->node, disk->block);
	if (job->bytes > disk->bytes)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DEVICE,
				     "fio job %s makes IOs of %" PRIu64
				     " bytes, and %s has %" PRIu64 " only",
				     job->name, job->bytes, disk->node, disk->bytes);
	return job->writes ? check_write(traffic, disk, job->name, err) : 0;
}

bool dmafp_disk_there(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk)
{
	char *path = dmafp_path("%s/block/%s", traffic->sysfs, disk->name);
	bool there = dmafp_file_exists(path);

	free(path);
	return there;
}

void dmafp_disk_release(struct dmafp_disk *disk)
{
	if (disk->fd >= 0)
		close(disk->fd);
	disk->fd = -1;
}
