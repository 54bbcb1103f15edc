// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "traffic/pktgen_proc.h"

#define DIRECTORY "net/pktgen"
#define CONTROL	  "pgctrl"
#define THREAD	  "kpktgend_"
#define POLL_MS	  10
#define REMOVE_MS 2000
#define AGAIN_MS  200 /* threads look every 100 ms what they are to do */

static char *path_of(const struct dmafp_pktgen_proc *proc, const char *leaf)
{
	return dmafp_path("%s/" DIRECTORY "/%s", proc->procfs, leaf);
}

static char *thread_path(const struct dmafp_pktgen_proc *proc)
{
	return dmafp_path("%s/" DIRECTORY "/" THREAD "%" PRIu32, proc->procfs, proc->cpu);
}

static int put(const struct dmafp_pktgen_proc *proc, const char *path, const char *text)
{
	return proc->put ? proc->put(path, text) : dmafp_file_put(path, text);
}

/* --- what it says */

static bool take_word(const char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length))
		return false;
	*at += length;
	return true;
}

static bool take_number(const char **at, uint64_t *value)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*value = strtoull(*at, &end, 10);
	*at = end;
	return !errno;
}

/* "(1514byte,0frags)"; -1 where the last packet is not there any more */
static bool take_shape(const char **at, struct dmafp_pktgen_round *round)
{
	bool known;
	uint64_t fragments;

	if (!take_word(at, "(") || !take_number(at, &round->bytes) ||
	    !take_word(at, "byte,"))
		return false;
	known = !take_word(at, "-");
	if (!take_number(at, &fragments) || fragments > INT32_MAX)
		return false;
	round->fragments = known ? (int64_t)fragments : -1;
	return take_word(at, "frags)\n");
}

/* "  3336pps 40Mb/sec (40405632bps) errors: 0" */
static bool take_rates(const char **at, struct dmafp_pktgen_round *round)
{
	uint64_t ignored;

	return take_word(at, "  ") && take_number(at, &ignored) && take_word(at, "pps ") &&
	       take_number(at, &ignored) && take_word(at, "Mb/sec (") &&
	       take_number(at, &ignored) && take_word(at, "bps) errors: ") &&
	       take_number(at, &round->errors) && take_word(at, "\n");
}

/* "149405(c2246+d147159) usec, 500 (1514byte,0frags)" */
static bool take_round(const char **at, struct dmafp_pktgen_round *round)
{
	return take_number(at, &round->elapsed_us) && take_word(at, "(c") &&
	       take_number(at, &round->work_us) && take_word(at, "+d") &&
	       take_number(at, &round->pause_us) && take_word(at, ") usec, ") &&
	       take_number(at, &round->packets) && take_word(at, " ") &&
	       take_shape(at, round) && take_rates(at, round) && !**at;
}

/* While it runs it says "Starting", after a setting "OK: count=500". */
int dmafp_pktgen_proc_parse(const char *text, struct dmafp_pktgen_round *round)
{
	const char *at = strstr(text, "\nResult: ");

	*round = (struct dmafp_pktgen_round) { 0 };
	if (!at)
		return -EPROTO;
	at += strlen("\nResult: ");
	if (!take_word(&at, "OK: ") || *at < '0' || *at > '9')
		return -EAGAIN;
	return take_round(&at, round) ? 0 : -EPROTO;
}

char *dmafp_pktgen_proc_version(const char *procfs)
{
	char *path = dmafp_path("%s/" DIRECTORY "/" CONTROL, procfs), line[128];
	const char *version;
	int ret = dmafp_file_read_line(path, line, sizeof(line));

	free(path);
	if (ret)
		return NULL;
	version = strstr(line, "Version: ");
	return version ? dmafp_path("pktgen %s", version + strlen("Version: "))
		       : dmafp_alloc_string("pktgen");
}

/* --- threads */

/* Does a line "Running: eth0 eth1 " have @name, or, if @other, another one? */
static bool line_has(const char *line, const char *name, bool other, char *found,
		     size_t size)
{
	char copy[4096], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " "))) {
		if (!*word || !strcmp(word, name) == other)
			continue;
		snprintf(found, size, "%.31s", word);
		return true;
	}
	return false;
}

/* The same of a thread: what it runs, and what it would run at the next start. */
static bool thread_has(const char *path, const char *name, bool other, char *found,
		       size_t size)
{
	struct dmafp_err ignored;
	char *text = dmafp_file_read(path, NULL, &ignored), *rest = text, *line;
	bool has = false;

	while (!has && rest && (line = strsep(&rest, "\n"))) {
		const char *at = line;

		if (take_word(&at, "Running:") || take_word(&at, "Stopped:"))
			has = line_has(at, name, other, found, size);
	}
	free(text);
	return has;
}

/* Calls @visit with the file of each thread until one fails, which is what it returns. */
static int visit_threads(const struct dmafp_pktgen_proc *proc,
			 int (*visit)(const struct dmafp_pktgen_proc *proc,
				      const char *thread, struct dmafp_err *err),
			 struct dmafp_err *err)
{
	char *path = path_of(proc, ""), *thread;
	DIR *dir = opendir(path);
	struct dirent *entry;
	int ret = 0;

	free(path);
	while (dir && !ret && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, THREAD, strlen(THREAD)))
			continue;
		thread = path_of(proc, entry->d_name);
		ret = visit(proc, thread, err);
		free(thread);
	}
	if (dir)
		closedir(dir);
	return ret;
}

/* "start" starts them all, also what somebody else has set up. */
static int check_alone(const struct dmafp_pktgen_proc *proc, const char *thread,
		       struct dmafp_err *err)
{
	char found[32];

	if (!thread_has(thread, proc->name, true, found, sizeof(found)))
		return 0;
	return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
			     "pktgen is set up for interface %s: when nobody needs "
			     "that, echo reset > /proc/" DIRECTORY "/" CONTROL,
			     found);
}

static int missing(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err)
{
	char *control = path_of(proc, CONTROL), *thread = thread_path(proc);
	int ret = 0;

	if (!dmafp_file_exists(control))
		ret = dmafp_err_set(
			err, ENOENT, DMAFP_EXIT_MISSING,
			"the kernel's packet generator is not there: modprobe pktgen; "
			"a kernel that has no such module needs CONFIG_NET_PKTGEN");
	else if (!dmafp_file_exists(thread))
		ret = dmafp_err_set(err, ENOENT, DMAFP_EXIT_USAGE,
				    "pktgen has no thread on CPU %" PRIu32
				    ": is the CPU online? For one that came online later, "
				    "modprobe -r pktgen and modprobe pktgen",
				    proc->cpu);
	free(thread);
	free(control);
	return ret;
}

static int refused(const struct dmafp_pktgen_proc *proc, int ret, const char *what,
		   struct dmafp_err *err)
{
	if (ret == -EACCES || ret == -EPERM)
		return dmafp_err_set(err, -ret, DMAFP_EXIT_PERMISSION,
				     "pktgen refuses '%s': run as root", what);
	if (ret == -ENETDOWN)
		return dmafp_err_set(err, ENETDOWN, DMAFP_EXIT_DEVICE,
				     "pktgen refuses '%s': interface %s is down", what,
				     proc->name);
	if (ret == -ENOENT || ret == -ENODEV)
		return dmafp_err_set(
			err, ENODEV, DMAFP_EXIT_DEVICE,
			"interface %s is gone from pktgen: was the device unplugged, "
			"or its driver unbound? See dmesg",
			proc->name);
	return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
			     "pktgen refuses '%s' for interface %s: %s; dmesg may say more",
			     what, proc->name, strerror(-ret));
}

int dmafp_pktgen_proc_add(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err)
{
	char *thread, line[64];
	int ret = missing(proc, err);

	if (!ret)
		ret = visit_threads(proc, check_alone, err);
	if (!ret)
		ret = dmafp_pktgen_proc_remove(proc, err);
	if (ret)
		return ret;
	thread = thread_path(proc);
	snprintf(line, sizeof(line), "add_device %s\n", proc->name);
	ret = put(proc, thread, line);
	free(thread);
	line[strcspn(line, "\n")] = '\0';
	return ret ? refused(proc, ret, line, err) : 0;
}

/* Whichever thread has it. */
static int remove_from(const struct dmafp_pktgen_proc *proc, const char *thread,
		       struct dmafp_err *err)
{
	unsigned int waited = 0;
	char found[32];
	int ret;

	if (!thread_has(thread, proc->name, false, found, sizeof(found)))
		return 0;
	ret = put(proc, thread, "rem_device_all\n");
	if (ret)
		return refused(proc, ret, "rem_device_all", err);
	while (thread_has(thread, proc->name, false, found, sizeof(found))) {
		if (waited >= REMOVE_MS)
			return dmafp_err_set(
				err, EBUSY, DMAFP_EXIT_DEVICE,
				"pktgen does not let go of interface %s: the device "
				"may hang, see dmesg; modprobe -r pktgen waits for it",
				proc->name);
		poll(NULL, 0, POLL_MS);
		waited += POLL_MS;
	}
	return 0;
}

int dmafp_pktgen_proc_remove(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err)
{
	return visit_threads(proc, remove_from, err);
}

/* --- rounds */

int dmafp_pktgen_proc_set(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err,
			  const char *fmt, ...)
{
	char *path = path_of(proc, proc->name), *text, *line;
	va_list ap;
	int ret;

	va_start(ap, fmt);
	text = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	line = dmafp_path("%s\n", text);
	ret = put(proc, path, line);
	if (ret)
		refused(proc, ret, text, err);
	free(line);
	free(text);
	free(path);
	return ret;
}

int dmafp_pktgen_proc_start(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err)
{
	char *path = path_of(proc, CONTROL);
	int ret = put(proc, path, "start\n");

	free(path);
	return ret ? refused(proc, ret, "start", err) : 0;
}

static int look(const struct dmafp_pktgen_proc *proc, struct dmafp_pktgen_round *round,
		struct dmafp_err *err)
{
	char *path = path_of(proc, proc->name);
	char *text = dmafp_file_read(path, NULL, err);
	int ret;

	free(path);
	if (!text)
		return refused(proc, -ENODEV, "", err);
	ret = dmafp_pktgen_proc_parse(text, round);
	if (ret == -EPROTO)
		dmafp_err_set(err, EPROTO, DMAFP_EXIT_DATA,
			      "what pktgen says of interface %s is not understood:\n%s",
			      proc->name, text);
	free(text);
	return ret;
}

int dmafp_pktgen_proc_result(const struct dmafp_pktgen_proc *proc, unsigned int wait_ms,
			     struct dmafp_pktgen_round *round, struct dmafp_err *err)
{
	unsigned int waited;
	int ret = look(proc, round, err);

	for (waited = 0; ret == -EAGAIN && waited < wait_ms; waited += POLL_MS) {
		poll(NULL, 0, POLL_MS);
		ret = look(proc, round, err);
	}
	return ret;
}

/* Of a thread that has yet to start, the first one is lost. */
int dmafp_pktgen_proc_stop(const struct dmafp_pktgen_proc *proc, unsigned int wait_ms,
			   struct dmafp_pktgen_round *round, struct dmafp_err *err)
{
	char *path = path_of(proc, CONTROL);
	unsigned int waited;
	int ret = -EAGAIN;

	for (waited = 0; ret == -EAGAIN && waited < wait_ms; waited += AGAIN_MS) {
		ret = put(proc, path, "stop\n");
		if (ret)
			refused(proc, ret, "stop", err);
		else
			ret = dmafp_pktgen_proc_result(proc, AGAIN_MS, round, err);
	}
	free(path);
	return ret;
}
