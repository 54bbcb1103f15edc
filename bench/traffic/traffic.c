// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/symbols.h"
#include "run/watch.h"
#include "run/pin.h"
#include "traffic/counters.h"
#include "traffic/driver.h"
#include "traffic/maker.h"
#include "traffic/peer.h"
#include "traffic/sample.h"
#include "traffic/tally.h"
#include "use/claims.h"

static const struct dmafp_maker *const makers[] = { &dmafp_maker_fio, &dmafp_maker_pktgen };

#define SAMPLE_MS    3000 /* of a load, under perf */
#define TALLY_PASSES 3	  /* of which one must miss no call */
#define NR_MAKERS (sizeof(makers) / sizeof(makers[0]))

/* One device while it makes traffic */
struct work {
	const struct dmafp_maker *maker;
	struct dmafp_maker_use use;
	struct dmafp_drivers drivers;
	struct dmafp_peer peer;
	bool bound; /* the device, to its own driver */
	struct dmafp_err *err;
};

static const struct dmafp_maker *find_maker(const struct dmafp_profile *profile, const char *label)
{
	for (size_t i = 0; i < NR_MAKERS; i++)
		if (!strcmp(makers[i]->label, label) &&
		    dmafp_names_has(&profile->traffic.tools, makers[i]->name))
			return makers[i];
	return NULL;
}

size_t dmafp_traffic_loads(const struct dmafp_profile *profile, const char *label)
{
	const struct dmafp_maker *maker = find_maker(profile, label);

	return maker ? maker->nr_loads(profile) : 0;
}

int dmafp_traffic_check_loads(const struct dmafp_traffic *traffic, const char *label,
			      struct dmafp_err *err)
{
	int ret = 0;

	for (size_t i = 0; i < NR_MAKERS && !ret; i++)
		if (find_maker(traffic->profile, label ?: makers[i]->label) == makers[i])
			ret = makers[i]->check(traffic, err);
	return ret;
}

int dmafp_traffic_check_destroy(const struct dmafp_profile *profile,
				const struct dmafp_device_list *chosen, bool named,
				const char *disk, struct dmafp_err *err)
{
	const char *first = NULL;

	for (size_t i = 0; i < chosen->nr; i++) {
		const struct dmafp_pci_device *device = &chosen->items[i];

		if (find_maker(profile, device->label) != &dmafp_maker_fio)
			continue;
		if (first || !named)
			return dmafp_err_set(
				err, EINVAL, DMAFP_EXIT_USAGE,
				"--destroy with --disk %s: fio would get %s%s%s, and which "
				"of the controllers has a disk of that name changes when "
				"they are bound: name the one that may be written to, "
				"alone, with --device",
				disk, first ?: "", first ? " and " : "", device->pci);
		first = device->pci;
	}
	return 0;
}

static void note(const struct work *work, const char *text)
{
	const struct dmafp_traffic *traffic = work->use.traffic;

	if (traffic->note)
		traffic->note(traffic->ctx, text);
}

static int stopped(const struct work *work)
{
	const volatile sig_atomic_t *stop = work->use.traffic->stop;

	if (!stop || !*stop)
		return 0;
	return dmafp_err_set(
		work->err, EINTR, (enum dmafp_exit)(128 + *stop),
		"interrupted; nothing is kept of a device that was not finished");
}

/* The stack as one line, innermost first */
static char *stack_text(const struct dmafp_watch_entry *entry)
{
	struct dmafp_symbols *symbols = dmafp_symbols_read("/proc/kallsyms");
	char *all = dmafp_alloc_string(""), text[DMAFP_SYMBOL_TEXT];
	unsigned int i;

	for (i = 0; i < entry->nr_stack && i < DMAFP_WATCH_STACK; i++) {
		char *more = dmafp_path("%s%s%s", all, i ? " < " : "",
					dmafp_symbols_text(symbols, entry->stack[i], text));

		free(all);
		all = more;
	}
	dmafp_symbols_free(symbols);
	return all;
}

static void keep_attach(struct dmafp_driver_attach *attach, const struct dmafp_watch_device *seen)
{
	*attach = (struct dmafp_driver_attach) {
		.seen = true,
		.entries = seen->entries,
		.overlaps = seen->overlaps,
		.atomic = seen->atomic,
		.failed = seen->failed,
		.thread = dmafp_alloc_string(seen->first.comm),
		.stack = stack_text(&seen->first),
	};
}

/*
 * The watch is a return probe on iommu_deferred_attach(): it is off again before
 * anything is measured.
 */
static int end_watch(const struct work *work)
{
	struct dmafp_watched *watched = dmafp_alloc(1, sizeof(*watched));
	int ret = dmafp_watch_call(work->use.traffic->transport, DMAFP_WATCH_OFF, watched,
				   work->err);
	size_t i;

	for (i = 0; !ret && i < watched->nr; i++)
		if (!strcmp(watched->devices[i].name, work->use.device->pci))
			keep_attach(&work->use.result->attach, &watched->devices[i]);
	free(watched);
	return ret;
}

static bool begin_watch(const struct work *work)
{
	struct dmafp_watched *watched = dmafp_alloc(1, sizeof(*watched));
	struct dmafp_err why;
	int ret = dmafp_watch_call(work->use.traffic->transport, DMAFP_WATCH_ON, watched, &why);

	free(watched);
	if (ret)
		note(work, "the driver's own attach cannot be watched on this kernel");
	return !ret;
}

static int count_on(struct work *work, const struct dmafp_pci_device *device, size_t index,
		    uint64_t *made, struct dmafp_tally_count *count)
{
	struct dmafp_transport *transport = work->use.traffic->transport;
	struct dmafp_err end_err;
	int ret, end;

	ret = dmafp_tally_begin(transport, device, work->err);
	if (ret)
		return ret;
	ret = work->maker->repeat(&work->use, index, work->use.traffic->profile->traffic.tally_ops,
				  made, work->err);
	end = dmafp_tally_end(transport, count, &end_err);
	if (!ret && end)
		*work->err = end_err;
	return ret ? ret : end;
}

/* A port that receives maps for what it is to receive: an op is of both devices. */
static int count_both(struct work *work, size_t index, uint64_t *ops,
		      struct dmafp_tally_count *sum)
{
	struct dmafp_tally_count *peers;
	int ret = count_on(work, work->use.device, index, ops, sum);

	if (ret || !work->use.peer)
		return ret;
	peers = dmafp_alloc(1, sizeof(*peers));
	ret = count_on(work, work->use.peer, index, ops, peers);
	for (size_t i = 0; !ret && i < peers->nr; i++)
		sum->calls[i].calls += peers->calls[i].calls;
	sum->missed += peers->missed;
	free(peers);
	return ret;
}

static void note_missed(const struct work *work, const struct dmafp_load *load,
			uint64_t missed)
{
	char *title = dmafp_load_title(load);
	char *text =
		dmafp_path("%s: calls of the DMA API are not counted: in each of %d passes "
			   "some escaped the probes, in the last one %" PRIu64
			   "; is another device busy meanwhile?",
			   title, TALLY_PASSES, missed);

	note(work, text);
	free(text);
	free(title);
}

/*
 * A probe that is hit while another one is handled, in an interrupt of whatever device,
 * misses the call.  What was measured is as good without the count.
 */
static int count(struct work *work, size_t index, struct dmafp_load *load)
{
	struct dmafp_tally_count *sum = dmafp_alloc(1, sizeof(*sum));
	unsigned int passes = 0;
	uint64_t ops = 0;
	int ret;

	do {
		ret = count_both(work, index, &ops, sum);
		ret = ret ?: stopped(work);
	} while (!ret && sum->missed && ++passes < TALLY_PASSES);
	if (!ret && sum->missed)
		note_missed(work, load, sum->missed);
	else if (!ret)
		dmafp_tally_keep(load, ops, sum);
	if (ret == -EOPNOTSUPP) {
		note(work, "calls of the DMA API cannot be counted on this kernel");
		ret = 0;
	}
	free(sum);
	return ret;
}

/* The load once more, under perf: a pass of its own, as every sample costs time. */
struct pass {
	const struct work *work;
	size_t index;
	struct dmafp_maker_way way;
};

static int sustain(void *ctx, struct dmafp_err *err)
{
	struct pass *pass = ctx;

	return pass->work->maker->sustain(&pass->work->use, pass->index, SAMPLE_MS,
					  &pass->way, err);
}

static int sample(const struct work *work, size_t index, struct dmafp_load *load)
{
	const struct dmafp_traffic *traffic = work->use.traffic;
	const struct dmafp_sample how = {
		.procfs = traffic->procfs,
		.event = traffic->profile->perf.sample_event,
		.frequency = traffic->profile->perf.frequency,
		.cpus = work->use.cpus,
		.nr_cpus = work->use.nr_cpus,
		.work = traffic->work,
		.stop = traffic->stop,
	};
	char *title = dmafp_load_title(load);
	const struct dmafp_sample_owner owner = {
		.label = work->use.device->label,
		.pci = work->use.device->pci,
		.title = title,
		.keep = traffic->keep,
		.note = traffic->note,
		.ctx = traffic->ctx,
	};
	struct pass pass = { .work = work, .index = index };
	int ret = dmafp_sample_take(&how, &owner, sustain, &pass, &load->sampling, work->err);

	load->sampling.has_load = load->sampling.present;
	load->sampling.depth = pass.way.depth;
	load->sampling.pace_ns = pass.way.pace_ns;
	free(title);
	return ret;
}

static int measure(const struct work *work, size_t index, struct dmafp_load *load)
{
	const struct dmafp_names *names = &work->use.traffic->profile->perf.counters;
	const struct dmafp_counters_where where = {
		.cpus = work->use.cpus,
		.nr_cpus = work->use.nr_cpus,
		.procfs = work->use.traffic->procfs,
	};
	struct dmafp_counters *counters = NULL;
	int ret;

	if (names->nr) {
		counters = dmafp_counters_open(names, &where, work->err);
		if (!counters)
			return -EACCES;
	}
	ret = work->maker->measure(&work->use, index, load, counters, work->err);
	if (!ret && counters)
		ret = dmafp_counters_read(counters, &load->counters, &load->nr_counters, work->err);
	dmafp_counters_close(counters);
	return ret;
}

static void progress(const struct work *work, const struct dmafp_load *load)
{
	const struct dmafp_traffic *traffic = work->use.traffic;
	char *title = dmafp_load_title(load), *text;

	text = dmafp_path("%s %s", work->maker->name, title);
	if (traffic->progress)
		traffic->progress(traffic->ctx, text);
	free(text);
	free(title);
}

static int make_load(struct work *work, size_t index)
{
	struct dmafp_traffic_result *result = work->use.result;
	struct dmafp_load *load;
	int ret;

	result->loads = dmafp_alloc_grow(result->loads, result->nr_loads, sizeof(*load));
	load = &result->loads[result->nr_loads++];
	work->maker->describe(&work->use, index, load);
	progress(work, load);
	ret = measure(work, index, load);
	if (!ret)
		ret = stopped(work);
	if (!ret && work->use.traffic->profile->traffic.tally_ops)
		ret = count(work, index, load);
	if (!ret && work->use.traffic->profile->perf.sample)
		ret = sample(work, index, load);
	return ret ? ret : stopped(work);
}

static int make_loads(struct work *work)
{
	const struct dmafp_profile *profile = work->use.traffic->profile;
	int ret = work->maker->open(&work->use, work->err);

	for (size_t i = 0; !ret && i < work->maker->nr_loads(profile); i++)
		ret = make_load(work, i);
	work->maker->close(&work->use);
	return ret;
}

/* Both ends: a hub without a second port is no joint. */
static int bind(struct work *work, struct dmafp_pci_device *device)
{
	bool watching;
	int ret = 0;

	if (work->maker->module)
		ret = dmafp_drivers_load(&work->drivers, work->maker->module, work->err);
	watching = !ret && begin_watch(work);
	ret = ret ?: dmafp_drivers_bind(&work->drivers, device, work->err);
	work->bound = !ret;
	if (!ret && work->use.peer)
		ret = dmafp_peer_bind(&work->peer, &work->drivers, work->err);
	if (!ret)
		work->use.result->driver = dmafp_alloc_string(device->driver);
	/* drivers probe in threads of their own: the node is there when they are done */
	if (!ret)
		ret = work->maker->wait(&work->use, work->err);
	if (watching) {
		struct dmafp_err saved = *work->err;
		int end = end_watch(work);

		if (ret)
			*work->err = saved;
		ret = ret ? ret : end;
	}
	return ret;
}

/* Who needed nothing of it when the run began may need it now. */
static int find_peer(struct work *work)
{
	const struct dmafp_traffic *traffic = work->use.traffic;
	int ret;

	if (!traffic->peer || !work->maker->receives)
		return 0;
	ret = dmafp_peer_find(traffic->sysfs, traffic->procfs, traffic->peer, &work->peer,
			      work->err);
	if (ret)
		return ret;
	work->use.peer = &work->peer.device;
	work->use.result->peer = dmafp_alloc_string(work->peer.device.pci);
	return 0;
}

/* However it went, the first failure is what is told. */
static int also(const struct work *work, int ret, int end, const struct dmafp_err *why)
{
	if (!end)
		return ret;
	if (ret)
		note(work, why->msg);
	else
		*work->err = *why;
	return ret ? ret : end;
}

static int is_used(const struct dmafp_pci_device *device,
		   const struct dmafp_claimed_by *by, struct dmafp_err *err)
{
	return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
			     "%s keeps its driver %s: %s; %s. Then dmafp prepare %s takes it "
			     "off",
			     device->pci, device->driver, by->what, by->advice,
			     device->pci);
}

/*
 * What is done to a disk as soon as it appears (udev mounts it, LVM and md take it) is
 * done to one that appears for traffic, and none is to vanish under those who use it.
 */
static int take_off(struct work *work, struct dmafp_pci_device *device,
		    struct dmafp_err *err)
{
	const struct dmafp_claims_where where = {
		.sysfs = work->use.traffic->sysfs,
		.procfs = work->use.traffic->procfs,
		.root = "",
		.pci = device->pci,
	};
	struct dmafp_claims claims;
	struct dmafp_claimed_by by;
	int ret = dmafp_claims_take(&where, &claims, &by, err);

	if (!ret && *by.what)
		ret = is_used(device, &by, err);
	ret = ret ?: dmafp_drivers_unbind(&work->drivers, device, err);
	dmafp_claims_release(&claims);
	return ret;
}

/* Only what was bound here: what else has a driver has somebody who needs it. */
static int give_back(struct work *work, struct dmafp_pci_device *device, int ret)
{
	struct dmafp_err why;
	bool kept = false;
	int end;

	if (work->bound) {
		end = take_off(work, device, &why);
		ret = also(work, ret, end, &why);
		kept |= end;
	}
	if (work->use.peer) {
		end = dmafp_peer_unbind(&work->peer, &work->drivers, &why);
		ret = also(work, ret, end, &why);
		kept |= end;
	}
	/* a driver that is unloaded leaves its devices, whoever uses them */
	if (!kept)
		dmafp_drivers_unload(&work->drivers);
	return ret;
}

int dmafp_traffic_make(const struct dmafp_traffic *traffic, struct dmafp_pci_device *device,
		       struct dmafp_traffic_result *result, bool *made,
		       struct dmafp_err *err)
{
	struct work work = {
		.maker = find_maker(traffic->profile, device->label),
		.use = { .traffic = traffic, .device = device, .result = result },
		.drivers = {
			.sysfs = traffic->sysfs,
			.files = traffic->modules,
			.nr = traffic->nr_modules,
		},
		.err = err,
	};
	uint32_t *cpus;
	int ret;

	*made = !work.maker;
	if (!work.maker)
		return 0;
	result->present = true;
	ret = dmafp_pin_find(&traffic->profile->run.cpus, &cpus, err);
	if (ret < 0)
		return ret;
	work.use.cpus = cpus;
	work.use.nr_cpus = (size_t)ret;
	ret = find_peer(&work);
	if (!ret)
		ret = bind(&work, device);
	if (!ret)
		ret = make_loads(&work);
	*made = !ret;
	ret = give_back(&work, device, ret);
	free(cpus);
	return ret;
}
