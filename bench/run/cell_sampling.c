// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "analysis/cell.h"
#include "base/alloc.h"
#include "base/file.h"
#include "run/cell_sampling.h"
#include "run/samples.h"
#include "traffic/sample.h"

/* The cell while it is sampled */
struct pass {
	const struct dmafp_session *session;
	const struct dmafp_plan_cell *cell;
};

static bool wanted(const struct dmafp_session *session)
{
	return session->profile->perf.sample && session->options->work;
}

static struct dmafp_sample how(const struct dmafp_session *session, const uint32_t *cpus,
			       size_t nr_cpus)
{
	return (struct dmafp_sample) {
		.procfs = "/proc",
		.event = session->profile->perf.sample_event,
		.frequency = session->profile->perf.frequency,
		.cpus = cpus,
		.nr_cpus = nr_cpus,
		.work = session->options->work,
		.stop = session->options->stop,
	};
}

static void note(const struct dmafp_session *session, const char *text)
{
	if (session->options->note)
		session->options->note(session->options->ctx, text);
}

int dmafp_cell_sampling_check(const struct dmafp_session *session, struct dmafp_err *err)
{
	struct dmafp_sample sample =
		how(session, session->plan->cpus, session->plan->nr_cpus);

	if (session->profile->perf.sample && !session->options->work)
		note(session, "nothing is sampled: there is no perf where this runs");
	/* where it is reachable only later, what fails then is a note */
	if (!wanted(session) || session->options->enter)
		return 0;
	return dmafp_sample_check(&sample, err);
}

static uint64_t duration_ns(const struct dmafp_profile *profile)
{
	return profile->perf.samples * 1000000000 / profile->perf.frequency;
}

/* As it is measured, but for interrupts, and for as long as the samples take */
static int run(void *ctx, struct dmafp_err *err)
{
	const struct pass *pass = ctx;
	const struct dmafp_plan_cell *cell = pass->cell;
	struct dmafp_samples samples = { .nr_threads = cell->nr_cpus };
	struct dmafp_run arg = dmafp_plan_cell_run(cell);
	int ret;

	arg.flags |= DMAFP_RUN_INTERRUPTIBLE;
	arg.duration_ns = duration_ns(pass->session->profile);
	dmafp_samples_init(&samples);
	arg.summaries = (uintptr_t)samples.summaries;
	arg.buckets = (uintptr_t)samples.buckets;
	ret = dmafp_transport_run(pass->session->transport, &arg, err);
	dmafp_samples_release(&samples);
	return ret;
}

/* Whose samples they are, for the callbacks */
struct owner {
	const struct dmafp_session *session;
	const struct dmafp_result *result;
};

static int keep(void *ctx, const char *name, const char *path, struct dmafp_err *err)
{
	const struct owner *owner = ctx;

	return dmafp_session_keep(owner->session, owner->result, name, path, err);
}

static void tell(void *ctx, const char *text)
{
	note(((const struct owner *)ctx)->session, text);
}

int dmafp_cell_sampling_take(struct dmafp_session *session,
			     const struct dmafp_plan_cell *cell, struct dmafp_result *result,
			     struct dmafp_err *err)
{
	struct dmafp_sample sample = how(session, cell->cpus, cell->nr_cpus);
	struct dmafp_cell_result *to = &result->cells[result->nr_cells - 1];
	struct pass pass = { session, cell };
	struct owner whose = { session, result };
	struct dmafp_sample_owner owner = {
		.label = result->device.label,
		.pci = result->device.pci,
		.keep = session->options->keep ? keep : NULL,
		.note = tell,
		.ctx = &whose,
	};
	char *title;
	int ret;

	if (!wanted(session) || !to->on_path)
		return 0;
	ret = dmafp_session_enter(session, err);
	if (ret)
		return ret;
	title = dmafp_cell_title(to);
	owner.title = title;
	ret = dmafp_sample_take(&sample, &owner, run, &pass, &to->sampling, err);
	free(title);
	return ret;
}
