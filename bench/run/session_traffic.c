// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/where.h"
#include "run/session.h"
#include "traffic/traffic.h"

/* What the room of traffic tells us, on its way to the run's own callbacks */
struct relay {
	struct dmafp_session *session;
	const struct dmafp_pci_device *device;
	const struct dmafp_result *result;
};

static void relay_progress(void *ctx, const char *what)
{
	const struct relay *relay = ctx;
	struct dmafp_session *session = relay->session;
	char text[160];

	snprintf(text, sizeof(text), "%s %s: %s", relay->device->label, relay->device->pci, what);
	if (session->options->progress)
		session->options->progress(session->options->ctx, text, session->done,
					   session->total);
	session->done++;
}

static void relay_note(void *ctx, const char *text)
{
	const struct relay *relay = ctx;
	const struct dmafp_run_options *options = relay->session->options;

	if (options->note)
		options->note(options->ctx, text);
}

static int relay_keep(void *ctx, const char *name, const char *path, struct dmafp_err *err)
{
	const struct relay *relay = ctx;

	return dmafp_session_keep(relay->session, relay->result, name, path, err);
}

/* The driver's first map shall be the device's, where it can be deferred once more. */
static int renew(const struct relay *relay, struct dmafp_pci_device *device, struct dmafp_err *err)
{
	struct dmafp_transport *transport = relay->session->transport;

	if (!relay->result->first_map.deferred_before)
		return 0;
	return transport->ops->rediscover(transport, device, err);
}

static struct dmafp_traffic traffic_of(const struct dmafp_session *session,
				       const char *jobs, const char *work)
{
	const struct dmafp_run_options *options = session->options;

	return (struct dmafp_traffic) {
		.transport = session->transport,
		.profile = session->profile,
		.sysfs = "/sys",
		.procfs = "/proc",
		.jobs_dir = jobs,
		.work = work,
		.modules = options->drivers,
		.nr_modules = options->nr_drivers,
		.lab = options->lab,
		.disk = options->disk,
		.destroy = options->destroy,
		.use_anyway = options->use_anyway,
		.peer = session->peer,
		.stop = options->stop,
	};
}

/* With a folder for what fio and perf write, that goes when it is done */
static int with_traffic(const struct dmafp_session *session,
			int (*run)(struct dmafp_traffic *traffic, void *ctx,
				   struct dmafp_err *err),
			void *ctx, struct dmafp_err *err)
{
	const struct dmafp_run_options *options = session->options;
	struct dmafp_traffic traffic;
	char *jobs, *work;
	int ret;

	if (!options->work)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_INTERNAL,
				     "traffic needs a folder for what fio and perf write");
	jobs = options->jobs_dir ? dmafp_alloc_string(options->jobs_dir)
				 : dmafp_path("%s/configs/fio", dmafp_where_data());
	work = dmafp_path("%s/traffic", options->work);
	traffic = traffic_of(session, jobs, work);
	ret = dmafp_file_mkdirs(work, err) ?: run(&traffic, ctx, err);
	dmafp_file_remove_tree(work);
	free(work);
	free(jobs);
	return ret;
}

static int check(struct dmafp_traffic *traffic, void *ctx, struct dmafp_err *err)
{
	return dmafp_traffic_check_loads(traffic, ctx, err);
}

int dmafp_session_check_traffic(const struct dmafp_session *session, const char *label,
				struct dmafp_err *err)
{
	struct dmafp_traffic traffic = traffic_of(session, NULL, NULL);

	/* before it is entered neither jobs nor tools are to be seen, nor can be written */
	if (session->options->enter)
		return dmafp_traffic_check_loads(&traffic, label, err);
	return with_traffic(session, check, (void *)label, err);
}

/* One device's */
struct making {
	struct relay relay;
	struct dmafp_pci_device *device;
	struct dmafp_result *result;
	bool *made;
};

static int make(struct dmafp_traffic *traffic, void *ctx, struct dmafp_err *err)
{
	struct making *making = ctx;

	traffic->exact = making->result->domain == DMAFP_DOMAIN_EXACT;
	traffic->keep = relay_keep;
	traffic->note = relay_note;
	traffic->progress = relay_progress;
	traffic->ctx = &making->relay;
	return dmafp_traffic_make(traffic, making->device, &making->result->traffic,
				  making->made, err);
}

int dmafp_session_traffic(struct dmafp_session *session, struct dmafp_pci_device *device,
			  struct dmafp_result *result, bool *made, struct dmafp_err *err)
{
	struct making making = { { session, device, result }, device, result, made };
	int ret;

	*made = false;
	ret = dmafp_session_enter(session, err) ?: renew(&making.relay, device, err);
	return ret ?: with_traffic(session, make, &making, err);
}

char *dmafp_session_name(const struct dmafp_result *result)
{
	char *name = dmafp_path("%s-%s-%s-%s", result->arm, result->mode, result->device.label,
				result->device.pci);

	for (char *c = name; *c; c++)
		if (*c == ':')
			*c = '.';
	return name;
}

int dmafp_session_enter(struct dmafp_session *session, struct dmafp_err *err)
{
	if (session->entered || !session->options->enter)
		return 0;
	session->entered = true;
	return session->options->enter(session->options->ctx, err);
}

int dmafp_session_keep(const struct dmafp_session *session, const struct dmafp_result *result,
		       const char *name, const char *path, struct dmafp_err *err)
{
	const struct dmafp_run_options *options = session->options;
	char *whole = dmafp_path("%s-%s-%s", result->arm, result->mode, name);
	int ret = options->keep ? options->keep(options->ctx, whole, path, err) : 0;

	free(whole);
	return ret;
}
