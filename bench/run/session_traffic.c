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

static int measure(struct relay *relay, struct dmafp_pci_device *device, const char *work,
		   struct dmafp_traffic_result *result, bool *made, struct dmafp_err *err)
{
	const struct dmafp_run_options *options = relay->session->options;
	char *jobs = options->jobs_dir ? dmafp_alloc_string(options->jobs_dir) :
					 dmafp_path("%s/configs/fio", dmafp_where_data());
	const struct dmafp_traffic traffic = {
		.transport = relay->session->transport,
		.profile = relay->session->profile,
		.sysfs = "/sys",
		.procfs = "/proc",
		.jobs_dir = jobs,
		.work = work,
		.modules = options->drivers,
		.nr_modules = options->nr_drivers,
		.exact = relay->result->domain == DMAFP_DOMAIN_EXACT,
		.lab = options->lab,
		.disk = options->disk,
		.destroy = options->destroy,
		.use_anyway = options->use_anyway,
		.peer = relay->session->peer,
		.keep = relay_keep,
		.note = relay_note,
		.progress = relay_progress,
		.ctx = relay,
		.stop = options->stop,
	};
	int ret = dmafp_file_mkdirs(work, err);

	ret = ret ?: dmafp_traffic_make(&traffic, device, result, made, err);
	free(jobs);
	return ret;
}

int dmafp_session_traffic(struct dmafp_session *session, struct dmafp_pci_device *device,
			  struct dmafp_result *result, bool *made, struct dmafp_err *err)
{
	struct relay relay = { session, device, result };
	char *work;
	int ret;

	*made = false;
	ret = dmafp_session_enter(session, err) ?: renew(&relay, device, err);
	if (ret)
		return ret;
	if (!session->options->work)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_INTERNAL,
				     "traffic needs a folder for what fio and perf write");
	work = dmafp_path("%s/traffic", session->options->work);
	ret = measure(&relay, device, work, &result->traffic, made, err);
	dmafp_file_remove_tree(work);
	free(work);
	return ret;
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
