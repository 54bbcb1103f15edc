// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/klog.h"

#define RECORD_SIZE 8192 /* the kernel's own limit of one read */
#define LEVEL_MASK  7	 /* the rest of the number is the facility */

struct dmafp_klog {
	int fd;
};

struct dmafp_klog *dmafp_klog_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct dmafp_klog *klog;

	if (fd < 0)
		return NULL;
	/* a FIFO has no end to go to, nor anything before it */
	if (lseek(fd, 0, SEEK_END) < 0 && errno != ESPIPE) {
		close(fd);
		return NULL;
	}
	klog = dmafp_alloc(1, sizeof(*klog));
	klog->fd = fd;
	return klog;
}

/* "LEVEL,SEQUENCE,TIME,FLAGS[,...];TEXT\n KEY=VALUE\n..." */
static void print_record(char *record, FILE *out)
{
	char *text = strchr(record, ';');

	if (!text)
		return;
	fprintf(out, "<%lu>%.*s\n", strtoul(record, NULL, 10) & LEVEL_MASK,
		(int)strcspn(text + 1, "\n"), text + 1);
}

/* Return: 0 at the end of the log, or an errno: EPIPE where messages were lost. */
static int print_records(int fd, FILE *out)
{
	char record[RECORD_SIZE + 1];
	ssize_t len;

	while ((len = read(fd, record, RECORD_SIZE)) > 0) {
		record[len] = '\0';
		print_record(record, out);
	}
	return len < 0 && errno != EAGAIN ? errno : 0;
}

char *dmafp_klog_take(struct dmafp_klog *klog)
{
	char *text = NULL;
	size_t size;
	FILE *out;
	int code;

	if (!klog)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	code = print_records(klog->fd, out);
	fclose(out);
	if (!code)
		return text;
	/* go on behind what is there: it is not known what was lost */
	lseek(klog->fd, 0, SEEK_END);
	free(text);
	return NULL;
}

void dmafp_klog_close(struct dmafp_klog *klog)
{
	if (!klog)
		return;
	close(klog->fd);
	free(klog);
}
