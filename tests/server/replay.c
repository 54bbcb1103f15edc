// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a disk holds after its power was cut.
 *
 *	replay DISK LOG lost|kept SEED
 *
 * LOG has the writes of one life of the machine, in the order in which they were
 * done, as QEMU's block driver blklogwrites leaves them (the format of the kernel's
 * Documentation/admin-guide/device-mapper/log-writes.rst).  All up to the last flush
 * are on the disk.  Of those behind it, with "lost", each is there, or is not, or
 * some of its sectors are, as a disk's volatile cache may do it; SEED decides.  With
 * "kept" all are there: QEMU ended in peace.  Prints how many were.
 */
#include <endian.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC	  0x6a736677736872ULL
#define FLUSH	  (1 << 0)
#define FUA	  (1 << 1)
#define DISCARD	  (1 << 2)
#define SECTOR	  512
#define MAX_WRITE (64 << 20) /* bytes; more is no header */

struct super {
	uint64_t magic, version, nr_entries;
	uint32_t sector_size;
} __attribute__((packed));

struct entry {
	uint64_t sector, flags;
	size_t len; /* bytes that were written */
	off_t data; /* their place in the log */
};

struct log {
	int fd;
	uint64_t nr_flushed; /* as of the last flush, as the log's head says */
	uint32_t sector_size;
	struct entry *entries;
	size_t nr, durable; /* the first so many are on the disk for certain */
};

static void log_open(struct log *log, const char *path)
{
	struct super super;

	*log = (struct log){ .fd = open(path, O_RDONLY) };
	if (log->fd < 0)
		err(1, "%s", path);
	/* killed before it wrote its head: before the guest wrote anything */
	if (pread(log->fd, &super, sizeof(super), 0) != sizeof(super) || !super.magic)
		return;
	log->nr_flushed = le64toh(super.nr_entries);
	log->sector_size = le32toh(super.sector_size);
	if (le64toh(super.magic) != MAGIC || le64toh(super.version) != 1 ||
	    log->sector_size < SECTOR)
		errx(1, "%s is no log of writes", path);
}

/* At the end, and where QEMU was killed between two entries, all is zero. */
static bool entry_read(const struct log *log, off_t at, struct entry *entry)
{
	uint64_t raw[4];

	if (pread(log->fd, raw, sizeof(raw), at) != sizeof(raw))
		return false;
	entry->sector = le64toh(raw[0]);
	entry->flags = le64toh(raw[2]);
	/* what was discarded may read as anything: here it stays as it was */
	entry->len = entry->flags & DISCARD ? 0 : le64toh(raw[1]) * log->sector_size;
	entry->data = at + log->sector_size;
	return (entry->len || entry->flags) && entry->len <= MAX_WRITE;
}

static void log_scan(struct log *log)
{
	off_t at = log->sector_size;
	struct entry entry;

	while (log->sector_size && entry_read(log, at, &entry)) {
		log->entries = realloc(log->entries, (log->nr + 1) * sizeof(entry));
		if (!log->entries)
			err(1, "log");
		log->entries[log->nr++] = entry;
		if (entry.flags & FLUSH || log->nr <= log->nr_flushed)
			log->durable = log->nr;
		at = entry.data + (off_t)entry.len;
	}
}

/* The first @len bytes of it */
static void entry_apply(const struct log *log, const struct entry *entry, int disk, size_t len)
{
	off_t to = (off_t)(entry->sector * log->sector_size);
	char *data = calloc(1, len + 1);

	if (!data || pread(log->fd, data, len, entry->data) < 0 ||
	    pwrite(disk, data, len, to) != (ssize_t)len)
		err(1, "cannot write %zu bytes at %lld", len, (long long)to);
	free(data);
}

static size_t share_that_stayed(const struct entry *entry, unsigned int *seed)
{
	size_t sectors = entry->len / SECTOR;

	switch (rand_r(seed) % 3) {
	case 0:
		return 0;
	case 1:
		return entry->len;
	default:
		return sectors ? (size_t)rand_r(seed) % sectors * SECTOR : 0;
	}
}

int main(int argc, char **argv)
{
	size_t whole = 0, torn = 0, lost = 0, len;
	unsigned int seed;
	struct log log;
	bool kept;
	int disk;

	if (argc != 5)
		errx(2, "replay DISK LOG lost|kept SEED");
	kept = !strcmp(argv[3], "kept");
	seed = (unsigned int)strtoul(argv[4], NULL, 0);
	disk = open(argv[1], O_WRONLY);
	if (disk < 0)
		err(1, "%s", argv[1]);
	log_open(&log, argv[2]);
	log_scan(&log);
	for (size_t i = 0; i < log.nr; i++) {
		const struct entry *entry = &log.entries[i];

		if (!entry->len)
			continue;
		len = entry->len;
		if (!kept && i >= log.durable && !(entry->flags & FUA))
			len = share_that_stayed(entry, &seed);
		entry_apply(&log, entry, disk, len);
		*(len == entry->len ? &whole : len ? &torn : &lost) += 1;
	}
	printf("%zu writes whole, %zu torn, %zu lost\n", whole, torn, lost);
	return close(disk) ? 1 : 0;
}
