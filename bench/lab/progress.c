// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab/progress.h"

static double since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) +
	       (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void dmafp_progress_start(struct dmafp_progress *progress)
{
	memset(progress, 0, sizeof(*progress));
	progress->terminal = isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &progress->started);
}

double dmafp_progress_seconds(const struct dmafp_progress *progress)
{
	return since(&progress->started);
}

void dmafp_progress_clear(struct dmafp_progress *progress)
{
	if (progress->terminal)
		fputs("\r\033[K", stderr);
}

void dmafp_progress_line(struct dmafp_progress *progress, const char *fmt, ...)
{
	va_list ap;

	dmafp_progress_clear(progress);
	fprintf(stderr, "[%4.0fs] ", dmafp_progress_seconds(progress));
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void dmafp_progress_phase(struct dmafp_progress *progress, const char *text,
			  const char *log)
{
	snprintf(progress->phase, sizeof(progress->phase), "%s", text);
	snprintf(progress->log, sizeof(progress->log), "%s", log ? log : "");
	progress->log_seen = 0;
	progress->objects = 0;
	if (*text && !progress->terminal)
		dmafp_progress_line(progress, "%s", text);
}

/* kbuild prints one line per object: "  CC      path/of/object.o" */
static void count_objects(struct dmafp_progress *progress)
{
	int fd = *progress->log ? open(progress->log, O_RDONLY | O_CLOEXEC) : -1;
	char buf[16384];
	ssize_t n;

	if (fd < 0)
		return;
	while ((n = pread(fd, buf, sizeof(buf) - 1, (off_t)progress->log_seen)) > 0) {
		char *end;

		buf[n] = '\0';
		end = strrchr(buf, '\n');
		if (!end)
			break;
		*end = '\0';
		for (char *at = buf; (at = strstr(at, "  CC ")); at += 5)
			progress->objects++;
		progress->log_seen += (size_t)(end + 1 - buf);
	}
	close(fd);
}

static int columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
}

void dmafp_progress_update(struct dmafp_progress *progress, const char *boots)
{
	char line[512], objects[32] = "";

	if (!progress->terminal || since(&progress->last) < 0.2)
		return;
	clock_gettime(CLOCK_MONOTONIC, &progress->last);
	count_objects(progress);
	if (progress->objects)
		snprintf(objects, sizeof(objects), " (%u objects)", progress->objects);
	snprintf(line, sizeof(line), "[%4.0fs] %s%s%s%s",
		 dmafp_progress_seconds(progress), progress->phase, objects,
		 *progress->phase && *boots ? " | " : "", boots);
	fprintf(stderr, "\r%.*s\033[K", columns() - 1, line);
	fflush(stderr);
}
