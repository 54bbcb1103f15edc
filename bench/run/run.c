// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/cell_sampling.h"
#include "run/choice.h"
#include "run/context.h"
#include "run/machine.h"
#include "run/module.h"
#include "run/pin.h"
#include "run/plan.h"
#include "run/provenance.h"
#include "run/run.h"
#include "run/session.h"
#include "run/topology.h"
#include "traffic/traffic.h"

/* One call of dmafp_run_execute() */
struct run {
	const struct dmafp_run_options *options;
	struct dmafp_err *err;
	const char *mode;
	json_t *context;
	struct dmafp_profile *profile;
	bool module_loaded;
	struct dmafp_transport *transport;
	struct dmafp_op *ops;
	struct dmafp_topology topology;
	struct dmafp_choice choice;
	struct dmafp_plan **plans; /* of those chosen, NULL behind the last */
	struct dmafp_names noted;
	struct dmafp_session session;
	struct dmafp_machine machine;
};

static const char *const modes[] = { "plain", "kdump", "keyed" };

static int set_mode(struct run *run)
{
	const char *mode = run->options->mode;
	size_t i;

	run->mode = mode ? mode : dmafp_provenance_mode("");
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(run->mode, modes[i]))
			return 0;
	return dmafp_err_set(run->err, EINVAL, DMAFP_EXIT_USAGE,
			     "unknown mode '%s': plain, kdump or keyed", mode);
}

/* The arm is part of a file's name. */
static int check_arm(const char *arm, struct dmafp_err *err)
{
	const char *c;

	for (c = arm; isalnum((unsigned char)*c) || (c != arm && *c && strchr("._-", *c));
	     c++)
		;
	if (*arm && !*c && strlen(arm) < 64)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "bad arm '%s': letters, digits, '.', '_' and '-', at most 63, the "
			     "first a letter or a digit",
			     arm);
}

static const char *arm_of(const struct run *run)
{
	const char *arm = json_string_value(json_object_get(run->context, "arm"));

	if (run->options->arm)
		return run->options->arm;
	return arm ? arm : "base";
}

static int read_inputs(struct run *run)
{
	const char *profile = run->options->profile;

	run->context = dmafp_context_read(run->options->context, run->err);
	if (!run->context || check_arm(arm_of(run), run->err))
		return -EINVAL;
	run->profile = dmafp_profile_load_with(profile ? profile : "default",
					       &run->options->sets, run->err);
	if (!run->profile)
		return -EINVAL;
	/* one boot of an arm stands for all of them: samples are no replicates */
	if (json_integer_value(json_object_get(run->context, "replicate")) > 1)
		run->profile->perf.sample = false;
	return 0;
}

static int open_transport(struct run *run)
{
	const char *name = run->options->transport;
	const struct dmafp_loopback fake = { .mode = run->mode };
	int ret = 0;

	if (name && !strcmp(name, "loopback")) {
		run->transport = dmafp_transport_loopback(&fake);
		return 0;
	}
	if (name && strcmp(name, "ioctl"))
		return dmafp_err_set(run->err, EINVAL, DMAFP_EXIT_USAGE,
				     "unknown transport '%s': ioctl or loopback", name);
	if (run->options->module)
		ret = dmafp_module_load(run->options->module, &run->module_loaded,
					run->err);
	if (ret)
		return ret;
	run->transport = dmafp_transport_ioctl(run->err);
	return run->transport ? 0 : -ENODEV;
}

static bool is_loopback(const struct run *run)
{
	return !strcmp(run->transport->ops->name, "loopback");
}

static void note(const struct run *run, const char *text)
{
	if (run->options->note)
		run->options->note(run->options->ctx, text);
}

/* What the plans of several devices say is said once. */
static void note_once(struct run *run, const char *text)
{
	if (dmafp_names_has(&run->noted, text))
		return;
	dmafp_names_add(&run->noted, text);
	note(run, text);
}

static void note_skipped(struct run *run, const struct dmafp_plan *plan)
{
	const struct dmafp_names *skipped = &plan->skipped;
	const struct dmafp_names *idle = &plan->idle;
	const struct dmafp_names *scaling = &plan->spread.notes;
	char text[160];
	size_t i;

	for (i = 0; i < skipped->nr; i++) {
		snprintf(text, sizeof(text),
			 "op %s skipped: this kernel lacks what it needs",
			 skipped->items[i]);
		note_once(run, text);
	}
	for (i = 0; i < idle->nr; i++) {
		snprintf(text, sizeof(text),
			 "op %s skipped: it cannot do any of the profile's methods, sizes "
			 "and entries together",
			 idle->items[i]);
		note_once(run, text);
	}
	for (i = 0; i < scaling->nr; i++)
		note_once(run, scaling->items[i]);
}

static struct dmafp_plan *new_plan(const struct run *run, int device_node)
{
	const struct dmafp_plan_site site = { &run->topology, device_node };

	return dmafp_plan_new_at(run->profile, run->ops, run->session.info.nr_ops, &site,
				 run->err);
}

/* A fake's devices have no drivers; this machine may have others at their addresses. */
static size_t count_loads(const struct run *run, const struct dmafp_pci_device *device)
{
	return is_loopback(run) ? 0 : dmafp_traffic_loads(run->profile, device->label);
}

static unsigned int device_steps(const struct run *run, size_t i)
{
	return dmafp_session_steps(run->plans[i]) +
	       (unsigned int)count_loads(run, &run->choice.chosen.items[i]);
}

static int choose(struct run *run)
{
	int ret;

	run->choice.options = run->options;
	run->choice.profile = run->profile;
	run->choice.transport = run->transport;
	ret = dmafp_choice_make(&run->choice, run->err);
	run->session.peer = run->choice.peer;
	return ret;
}

/* One for each device: what is near depends on where it is. */
static int make_plans(struct run *run)
{
	int ret;
	size_t i;

	ret = dmafp_transport_table(run->transport, &run->session.info, &run->ops, run->err);
	if (!ret)
		ret = dmafp_topology_read("", &run->topology, run->err);
	if (ret)
		return ret;
	run->plans = dmafp_alloc(run->choice.chosen.nr + 1, sizeof(struct dmafp_plan *));
	for (i = 0; i < run->choice.chosen.nr; i++) {
		run->plans[i] = new_plan(run, run->choice.chosen.items[i].node);
		if (!run->plans[i])
			return -EINVAL;
		note_skipped(run, run->plans[i]);
		run->session.total += device_steps(run, i);
	}
	return 0;
}

static void replace(char **to, const char *value)
{
	free(*to);
	*to = dmafp_alloc_string(value);
}

/* A guest's time is not silicon's. */
static uint64_t margin_of(const struct run *run)
{
	const struct dmafp_profile *profile = run->profile;

	return run->options->lab && profile->lab.time_margin ? profile->lab.time_margin :
								  profile->verdict.margin;
}

static void describe(const struct run *run, struct dmafp_result *result)
{
	dmafp_provenance_fill("", result);
	dmafp_context_apply(run->context, result);
	replace(&result->arm, arm_of(run));
	replace(&result->mode, run->mode);
	replace(&result->profile.name, run->profile->name);
	replace(&result->profile.sha256, run->profile->sha256);
	result->profile.margin_ppm = (uint32_t)margin_of(run);
	result->profile.margin_check = (uint32_t)run->profile->verdict.margin_check;
	/* nobody shall take a fake's numbers for a machine's */
	if (is_loopback(run))
		replace(&result->machine.hypervisor, "loopback");
}

static int emit(const struct run *run, const struct dmafp_result *result,
		struct dmafp_err *err)
{
	char *stem = dmafp_session_name(result), *name = dmafp_path("%s.json", stem);
	int ret = run->options->emit(run->options->ctx, name, result, err);

	free(name);
	free(stem);
	return ret;
}

/* What was made is kept, also where the device could not be given back then. */
static int keep_result(const struct run *run, const struct dmafp_result *result, int ret,
		       bool *emitting)
{
	struct dmafp_err why;
	int end = emit(run, result, &why);

	*emitting = end;
	if (!end)
		return ret;
	if (ret)
		note(run, run->err->msg);
	*run->err = why;
	return end;
}

static int measure_device(struct run *run, struct dmafp_pci_device *device, bool *emitting)
{
	struct dmafp_result *result = dmafp_result_new();
	const struct dmafp_plan_cell *first = &run->session.plan->first;
	struct dmafp_pin *pin = dmafp_pin_away(device->node, first->cpus, first->nr_cpus);
	bool made;
	int ret;

	describe(run, result);
	/* before the first map, and as it was tuned */
	dmafp_machine_audit(is_loopback(run) ? NULL : device, run->session.plan, result);
	ret = dmafp_session_measure(&run->session, device, result, run->err);
	dmafp_pin_restore(pin);
	made = !ret;
	if (!ret && count_loads(run, device))
		ret = dmafp_session_traffic(&run->session, device, result, &made, run->err);
	if (ret && ret != -EINTR)
		dmafp_err_prefix(run->err, ret, "%s %s: ", device->label, device->pci);
	*emitting = false;
	if (made)
		ret = keep_result(run, result, ret, emitting);
	dmafp_result_free(result);
	return ret;
}

/* A bad device does not spoil the next; a signal or a full disk ends the run. */
static int measure_devices(struct run *run)
{
	struct dmafp_err first_err = { 0 };
	unsigned int done = 0;
	bool emitting = false;
	int ret = 0, first = 0;
	size_t i;

	for (i = 0; i < run->choice.chosen.nr && ret != -EINTR && !(ret && emitting); i++) {
		run->session.plan = run->plans[i];
		ret = measure_device(run, &run->choice.chosen.items[i], &emitting);
		done += device_steps(run, i);
		run->session.done = done;
		if (ret && first)
			note(run, run->err->msg);
		if (ret && !first) {
			first = ret;
			first_err = *run->err;
		}
	}
	if (first)
		*run->err = first_err;
	return first;
}

static bool has_earlier(const struct run *run, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(run->choice.chosen.items[j].label, run->choice.chosen.items[i].label))
			return true;
	return false;
}

/* What fails for certain fails before there are cells that would be lost. */
static int check_traffic(const struct run *run)
{
	int ret = 0;

	for (size_t i = 0; i < run->choice.chosen.nr && !ret; i++) {
		const struct dmafp_pci_device *device = &run->choice.chosen.items[i];

		if (count_loads(run, device) && !has_earlier(run, i))
			ret = dmafp_session_check_traffic(&run->session, device->label,
							  run->err);
	}
	return ret;
}

static int execute(struct run *run)
{
	int ret = set_mode(run);

	if (!ret)
		ret = read_inputs(run);
	if (!ret)
		ret = open_transport(run);
	if (!ret)
		ret = choose(run);
	if (!ret)
		ret = make_plans(run);
	/* a fake measures nothing that would be disturbed */
	if (!ret && !is_loopback(run))
		ret = dmafp_machine_begin(&run->machine, run->options, run->plans, run->err);
	if (ret)
		return ret;
	run->session.transport = run->transport;
	run->session.profile = run->profile;
	run->session.options = run->options;
	run->session.plan = run->plans[0];
	if (is_loopback(run) && run->profile->traffic.tools.nr)
		note(run, "the loopback has no drivers: there is no traffic");
	ret = dmafp_cell_sampling_check(&run->session, run->err);
	ret = ret ?: check_traffic(run);
	return ret ?: measure_devices(run);
}

static void release(struct run *run)
{
	size_t i;

	dmafp_choice_release(&run->choice);
	for (i = 0; run->plans && run->plans[i]; i++)
		dmafp_plan_free(run->plans[i]);
	free(run->plans);
	dmafp_names_free(&run->noted);
	dmafp_topology_free(&run->topology);
	free(run->ops);
	dmafp_transport_close(run->transport);
	dmafp_profile_free(run->profile);
	json_decref(run->context);
}

int dmafp_run_execute(const struct dmafp_run_options *options, struct dmafp_err *err)
{
	struct run run = { .options = options, .err = err };
	struct dmafp_err unload_err;
	int ret = execute(&run);

	dmafp_machine_end(&run.machine);
	release(&run);
	if (run.module_loaded && dmafp_module_unload(&unload_err))
		note(&run, unload_err.msg);
	return ret;
}
