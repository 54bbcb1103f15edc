// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "run/event.h"
#include "traffic/perf_tool.h"
#include "traffic/sample.h"
#include "traffic/sample_report.h"

/* It may be long until perf has read /proc, or written what it has. */
#define DEADLINE_S 60

/*
 * Room for samples that perf has not written out yet, for each CPU.  perf wakes when
 * half of it is full, and on a machine with one CPU that is work that is sampled.
 */
#define RING   "4M"

/* kernel.perf_event_paranoid: from there on who is not root may have such rings */
#define ALLOWED -1

/**
 * struct dmafp_sampler - perf while it records
 * @perf: its process; its pid is kept in @pid, which outlives it
 * @control: FIFO for commands, @ack: for answers
 */
struct dmafp_sampler {
	struct dmafp_sample sample;
	struct dmafp_proc perf;
	pid_t pid;
	char *version, *event, *fallback;
	char *data, *log, *control_path, *ack_path;
	int control, ack;
};

/* The periods */

static bool is_prime(uint64_t n)
{
	uint64_t d;

	for (d = 2; d * d <= n; d++)
		if (n % d == 0)
			return false;
	return n > 1;
}

static uint64_t prime_below(uint64_t n)
{
	while (n > 2 && !is_prime(n))
		n--;
	return n;
}

void dmafp_sample_periods(uint64_t frequency, uint64_t periods[2])
{
	static const uint64_t permille[2] = { 618, 382 };
	size_t i;

	for (i = 0; i < 2; i++)
		periods[i] = prime_below(1000000000000 / (frequency * permille[i]));
}

/* The event */

/* 0, or the errno: can it be sampled on that CPU, whatever runs there? */
static int probe(uint32_t type, uint64_t config, uint32_t cpu)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof(attr),
		.config = config,
		.sample_period = 1000000007,
		.sample_type = PERF_SAMPLE_IP,
		.disabled = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1,
			  PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return errno;
	close((int)fd);
	return 0;
}

static int refused(const struct dmafp_sample *sample, int code, struct dmafp_err *err)
{
	if (code == ENOSYS)
		return dmafp_err_set(
			err, code, DMAFP_EXIT_CONFIG,
			"this kernel has no perf events: it needs CONFIG_PERF_EVENTS");
	if (code != EACCES && code != EPERM)
		return dmafp_err_errno(err, code, "cannot sample CPU %" PRIu32,
				       sample->cpus[0]);
	return dmafp_event_forbidden(sample->procfs, "sample", ALLOWED, code, err);
}

/* Every machine has the clock: where that is refused, all is. */
static int choose_event(struct dmafp_sampler *sampler, struct dmafp_err *err)
{
	const struct dmafp_sample *sample = &sampler->sample;
	int code = probe(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, sample->cpus[0]);

	if (code)
		return refused(sample, code, err);
	if (strcmp(sample->event, DMAFP_SAMPLE_AUTO) != 0) {
		sampler->event = dmafp_alloc_string(sample->event);
		return 0;
	}
	code = probe(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, sample->cpus[0]);
	sampler->event = dmafp_alloc_string(code ? DMAFP_SAMPLE_CLOCK : "cycles");
	if (code)
		sampler->fallback =
			dmafp_path("no PMU that counts cycles: %s", strerror(code));
	return 0;
}

/* Starting */

static char *cpu_list(const struct dmafp_sample *sample)
{
	char *text = NULL;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	for (i = 0; i < sample->nr_cpus; i++)
		fprintf(out, "%s%" PRIu32, i ? "," : "", sample->cpus[i]);
	fclose(out);
	return text;
}

/* The two of them, NULL: another event */
static char *clocks(const struct dmafp_sampler *sampler)
{
	uint64_t periods[2];

	if (strcmp(sampler->event, DMAFP_SAMPLE_CLOCK) != 0)
		return NULL;
	dmafp_sample_periods(sampler->sample.frequency, periods);
	return dmafp_path(DMAFP_SAMPLE_CLOCK "/period=%" PRIu64 "/," DMAFP_SAMPLE_CLOCK
					     "/period=%" PRIu64 "/",
			  periods[0], periods[1]);
}

/*
 * -D -1: disabled until told; -N: perf's cache is filled from elsewhere.  Started in its
 * folder, since a path may have a comma.
 */
static int start(struct dmafp_sampler *sampler, struct dmafp_err *err)
{
	const struct dmafp_sample *sample = &sampler->sample;
	char *cpus = cpu_list(sample), *events = clocks(sampler);
	char *rate = dmafp_path("%" PRIu64, sample->frequency);
	const char *const args[] = { "record", "-a", "-C", cpus, "-e",
				     events ? events : sampler->event, "-m", RING, "-N",
				     "-D", "-1", "--control=fifo:control,ack", "-o",
				     "perf.data",
				     /* last: clocks have their periods */
				     events ? NULL : "-F", rate, NULL };
	const char **argv = dmafp_perf_tool_argv(sample->work, args);
	int ret = dmafp_proc_start(&sampler->perf, argv, sample->work, sampler->log, err);

	sampler->pid = sampler->perf.pid;
	dmafp_perf_tool_argv_free(argv);
	free(rate);
	free(events);
	free(cpus);
	return ret;
}

static int open_fifo(const char *path, int *fd, struct dmafp_err *err)
{
	dmafp_file_remove_tree(path);
	if (mkfifo(path, 0600))
		return dmafp_err_errno(err, errno, "cannot create %s", path);
	/* for both: whoever opens it later need not wait, and nobody gets SIGPIPE */
	*fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return *fd < 0 ? dmafp_err_errno(err, errno, "cannot open %s", path) : 0;
}

/* What perf is told */

static int failed(const struct dmafp_sampler *sampler, const char *what,
		  struct dmafp_err *err)
{
	char *words = dmafp_perf_tool_words(sampler->log);
	int ret = dmafp_err_set(
		err, EIO, DMAFP_EXIT_MISSING,
		"perf record -e %s %s: %s; see what perf record -a says by itself",
		sampler->event, what, words);

	free(words);
	return ret;
}

static int stopped(const struct dmafp_sampler *sampler, struct dmafp_err *err)
{
	int sig = sampler->sample.stop ? *sampler->sample.stop : 0;

	if (!sig)
		return 0;
	return dmafp_err_set(err, EINTR, (enum dmafp_exit)(128 + sig),
			     "interrupted while perf was sampling");
}

/* Has it answered?  What it answers is "ack" and a newline, for any command. */
static bool has_answered(const struct dmafp_sampler *sampler)
{
	char answer[64];
	ssize_t n = read(sampler->ack, answer, sizeof(answer));

	return n > 0 && memchr(answer, '\n', (size_t)n);
}

static int tell(struct dmafp_sampler *sampler, const char *command, struct dmafp_err *err)
{
	struct pollfd answer = { .fd = sampler->ack, .events = POLLIN };
	double end = dmafp_clock_now() + DEADLINE_S;
	int ret;

	if (write(sampler->control, command, strlen(command)) < 0)
		return dmafp_err_errno(err, errno, "cannot control perf");
	while (dmafp_clock_now() < end) {
		poll(&answer, 1, 20);
		if (has_answered(sampler))
			return 0;
		ret = stopped(sampler, err);
		if (ret)
			return ret;
		if (dmafp_proc_poll(&sampler->perf))
			return failed(sampler, "ended by itself", err);
	}
	return failed(sampler, "does not answer", err);
}

/* SIGINT is how it is told to write what it has; it dies of it then, or exits. */
static int finish(struct dmafp_sampler *sampler, struct dmafp_err *err)
{
	double end = dmafp_clock_now() + DEADLINE_S;
	int status;

	kill(sampler->pid, SIGINT);
	while (!dmafp_proc_poll(&sampler->perf)) {
		if (dmafp_clock_now() > end)
			return failed(sampler, "does not end", err);
		poll(NULL, 0, 10);
	}
	status = sampler->perf.status;
	if ((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) ||
	    (WIFEXITED(status) &&
	     (!WEXITSTATUS(status) || WEXITSTATUS(status) == 128 + SIGINT)))
		return 0;
	return failed(sampler, "failed", err);
}

/* The sampler */

static struct dmafp_sampler *new_sampler(const struct dmafp_sample *sample)
{
	struct dmafp_sampler *sampler = dmafp_alloc(1, sizeof(*sampler));

	sampler->sample = *sample;
	sampler->data = dmafp_sample_path(sample);
	sampler->log = dmafp_path("%s/record.log", sample->work);
	sampler->control_path = dmafp_path("%s/control", sample->work);
	sampler->ack_path = dmafp_path("%s/ack", sample->work);
	sampler->control = -1;
	sampler->ack = -1;
	return sampler;
}

static void release(struct dmafp_sampler *sampler)
{
	dmafp_proc_kill(&sampler->perf);
	if (sampler->control >= 0)
		close(sampler->control);
	if (sampler->ack >= 0)
		close(sampler->ack);
	dmafp_file_remove_tree(sampler->control_path);
	dmafp_file_remove_tree(sampler->ack_path);
	dmafp_file_remove_tree(sampler->log);
	free(sampler->version);
	free(sampler->event);
	free(sampler->fallback);
	free(sampler->data);
	free(sampler->log);
	free(sampler->control_path);
	free(sampler->ack_path);
	free(sampler);
}

static int prepare(struct dmafp_sampler *sampler, struct dmafp_err *err)
{
	sampler->version = dmafp_perf_tool_version(sampler->sample.work, err);
	return sampler->version ? choose_event(sampler, err) : -EIO;
}

int dmafp_sample_check(const struct dmafp_sample *sample, struct dmafp_err *err)
{
	struct dmafp_sampler *sampler = new_sampler(sample);
	int ret = prepare(sampler, err);

	release(sampler);
	return ret;
}

static int begin(struct dmafp_sampler *sampler, struct dmafp_err *err)
{
	int ret = prepare(sampler, err);

	dmafp_file_remove_tree(sampler->data);
	dmafp_file_remove_tree(sampler->log);
	ret = ret ?: open_fifo(sampler->control_path, &sampler->control, err);
	ret = ret ?: open_fifo(sampler->ack_path, &sampler->ack, err);
	ret = ret ?: start(sampler, err);
	return ret ?: tell(sampler, "enable\n", err);
}

int dmafp_sample_begin(const struct dmafp_sample *sample, struct dmafp_sampler **sampler,
		       struct dmafp_err *err)
{
	struct dmafp_sampler *new = new_sampler(sample);
	int ret = begin(new, err);

	*sampler = ret ? NULL : new;
	if (ret)
		release(new);
	return ret;
}

static int keep(struct dmafp_sampler *sampler, struct dmafp_sampling *sampling,
		struct dmafp_err *err)
{
	int ret;

	sampling->present = true;
	sampling->tool_version = dmafp_alloc_string(sampler->version);
	sampling->event = dmafp_alloc_string(sampler->event);
	sampling->fallback = dmafp_alloc_string(sampler->fallback);
	sampling->frequency = sampler->sample.frequency;
	ret = dmafp_sample_report_read(sampler->sample.work, sampler->data, sampler->pid,
				       sampling, err);
	if (!ret && !sampling->samples)
		ret = failed(sampler, "took no samples", err);
	return ret;
}

int dmafp_sample_end(struct dmafp_sampler *sampler, struct dmafp_sampling *sampling,
		     struct dmafp_err *err)
{
	int ret = tell(sampler, "disable\n", err);

	*sampling = (struct dmafp_sampling) { 0 };
	ret = ret ?: finish(sampler, err);
	ret = ret ?: keep(sampler, sampling, err);
	release(sampler);
	return ret;
}

void dmafp_sample_abort(struct dmafp_sampler *sampler)
{
	if (!sampler)
		return;
	dmafp_proc_kill(&sampler->perf);
	dmafp_file_remove_tree(sampler->data);
	release(sampler);
}

char *dmafp_sample_path(const struct dmafp_sample *sample)
{
	return dmafp_path("%s/perf.data", sample->work);
}

int dmafp_sample_run(const struct dmafp_sample *sample,
		     int (*run)(void *ctx, struct dmafp_err *err), void *ctx,
		     struct dmafp_sampling *sampling, struct dmafp_err *err)
{
	struct dmafp_sampler *sampler;
	int ret = dmafp_sample_begin(sample, &sampler, err);

	*sampling = (struct dmafp_sampling) { 0 };
	if (ret)
		return ret;
	ret = run(ctx, err);
	if (ret) {
		dmafp_sample_abort(sampler);
		return ret;
	}
	return dmafp_sample_end(sampler, sampling, err);
}

static int keep_data(const struct dmafp_sample *sample, const struct dmafp_sample_owner *owner,
		     struct dmafp_sampling *sampling, struct dmafp_err *err)
{
	char *path = dmafp_sample_path(sample);
	int ret = 0;

	if (owner->keep) {
		sampling->file = dmafp_sampling_file(owner->label, owner->pci, owner->title);
		ret = owner->keep(owner->ctx, sampling->file, path, err);
	}
	unlink(path);
	free(path);
	return ret;
}

int dmafp_sample_take(const struct dmafp_sample *sample, const struct dmafp_sample_owner *owner,
		      int (*run)(void *ctx, struct dmafp_err *err), void *run_ctx,
		      struct dmafp_sampling *sampling, struct dmafp_err *err)
{
	struct dmafp_err why = { 0 };
	char *text;
	int ret = dmafp_sample_run(sample, run, run_ctx, sampling, &why);

	if (!ret)
		return keep_data(sample, owner, sampling, err);
	dmafp_sampling_free(sampling);
	if (ret == -EINTR) {
		*err = why;
		return ret;
	}
	text = dmafp_path("not sampled: %s", why.msg);
	if (owner->note)
		owner->note(owner->ctx, text);
	free(text);
	return 0;
}
