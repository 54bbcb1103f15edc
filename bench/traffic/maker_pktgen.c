// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "traffic/counters.h"
#include "traffic/maker.h"
#include "traffic/netdev.h"
#include "traffic/pktgen.h"

#define FIND_MS	   10000
#define FULL_NS	   110000 /* at a pace of so much, of which a packet is some 10 us */
#define LONGEST_MS 30000
#define CARRIER_MS 20000 /* a link is negotiated for some seconds */

/* While it is open */
struct pktgen_use {
	struct dmafp_netdev netdev, peer;
	bool found, found_peer;
};

static size_t nr_loads(const struct dmafp_profile *profile)
{
	return profile->pktgen.frames.nr;
}

static int check(const struct dmafp_traffic *traffic, struct dmafp_err *err)
{
	const struct dmafp_profile *profile = traffic->profile;
	int ret = 0;

	for (size_t i = 0; i < profile->pktgen.frames.nr && !ret; i++)
		ret = dmafp_pktgen_check(profile->pktgen.frames.items[i],
					 (uint32_t)profile->pktgen.fragments, err);
	return ret;
}

static int find(const struct dmafp_maker_use *use, const struct dmafp_pci_device *device,
		struct dmafp_netdev *netdev, struct dmafp_err *err)
{
	return dmafp_netdev_find(use->traffic->sysfs, use->traffic->procfs, device->pci, FIND_MS,
				 use->traffic->stop, netdev, err);
}

static int wait(const struct dmafp_maker_use *use, struct dmafp_err *err)
{
	struct dmafp_netdev netdev;
	int ret = find(use, use->device, &netdev, err);

	return ret || !use->peer ? ret : find(use, use->peer, &netdev, err);
}

static uint64_t largest_frame(const struct dmafp_profile *profile)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < profile->pktgen.frames.nr; i++)
		if (profile->pktgen.frames.items[i] > largest)
			largest = profile->pktgen.frames.items[i];
	return largest;
}

static int take(const struct dmafp_maker_use *use, const struct dmafp_pci_device *device,
		struct dmafp_netdev *netdev, bool *found, struct dmafp_err *err)
{
	int ret = find(use, device, netdev, err);

	ret = ret ?: dmafp_netdev_check_unused(netdev, err);
	*found = !ret;
	return ret;
}

/* Both are up before a carrier is waited for: it takes two to have one. */
static int bring_up(const struct dmafp_maker_use *use, struct dmafp_err *err)
{
	struct pktgen_use *pktgen = use->private;
	uint64_t bytes = largest_frame(use->traffic->profile);
	const volatile sig_atomic_t *stop = use->traffic->stop;
	struct dmafp_err ignored;
	int ret;

	if (use->peer)
		dmafp_netdev_up(&pktgen->peer, bytes, 0, stop, &ignored);
	ret = dmafp_netdev_up(&pktgen->netdev, bytes, CARRIER_MS, stop, err);
	if (!ret && use->peer)
		ret = dmafp_netdev_up(&pktgen->peer, bytes, CARRIER_MS, stop, err);
	return ret;
}

static int begin(struct dmafp_maker_use *use, struct dmafp_err *err)
{
	struct pktgen_use *pktgen = dmafp_alloc(1, sizeof(*pktgen));
	int ret;

	use->private = pktgen;
	ret = take(use, use->device, &pktgen->netdev, &pktgen->found, err);
	if (!ret && use->peer)
		ret = take(use, use->peer, &pktgen->peer, &pktgen->found_peer, err);
	ret = ret ?: bring_up(use, err);
	if (ret)
		return ret;
	use->result->node = dmafp_alloc_string(pktgen->netdev.name);
	use->result->tool_version = dmafp_pktgen_version(use->traffic->procfs);
	return 0;
}

static struct dmafp_pktgen gen_of(const struct dmafp_maker_use *use, size_t index)
{
	const struct dmafp_traffic *traffic = use->traffic;
	const struct pktgen_use *pktgen = use->private;

	return (struct dmafp_pktgen) {
		.procfs = traffic->procfs,
		.netdev = &pktgen->netdev,
		.peer = use->peer ? &pktgen->peer : NULL,
		.cpus = use->cpus,
		.nr_cpus = use->nr_cpus,
		.bytes = traffic->profile->pktgen.frames.items[index],
		.fragments = (uint32_t)traffic->profile->pktgen.fragments,
		.pace_ns = traffic->profile->pktgen.pace,
		.transport = traffic->transport,
		.note = traffic->note,
		.ctx = traffic->ctx,
		.stop = traffic->stop,
	};
}

static void describe(const struct dmafp_maker_use *use, size_t index,
		     struct dmafp_load *load)
{
	const struct dmafp_pktgen gen = gen_of(use, index);

	dmafp_pktgen_describe(&gen, load);
}

/* One kind of packet, from setting up to taking down; the first failure counts. */
struct round {
	const struct dmafp_maker_use *use;
	struct dmafp_load *load;
	uint64_t ops;
	unsigned int ms;
};

static int with_gen(struct dmafp_pktgen *gen, const struct round *round,
		    int (*run)(const struct dmafp_pktgen *gen, const struct round *round,
			       struct dmafp_err *err),
		    struct dmafp_err *err)
{
	struct dmafp_err end_err;
	int ret = dmafp_pktgen_begin(gen, err), end;

	if (ret)
		return ret;
	ret = run(gen, round, err);
	end = dmafp_pktgen_end(gen, &end_err);
	if (!ret && end)
		*err = end_err;
	return ret ? ret : end;
}

static int measure_rounds(const struct dmafp_pktgen *gen, const struct round *round,
			  struct dmafp_err *err)
{
	const struct dmafp_profile *profile = round->use->traffic->profile;

	return dmafp_pktgen_measure(gen, profile->pktgen.packets, profile->pktgen.rounds,
				    round->load, err);
}

static int count_packets(const struct dmafp_pktgen *gen, const struct round *round,
			 struct dmafp_err *err)
{
	return dmafp_pktgen_count(gen, round->ops, err);
}

static int sustain_packets(const struct dmafp_pktgen *gen, const struct round *round,
			   struct dmafp_err *err)
{
	uint64_t packets;

	return dmafp_pktgen_run_for(gen, round->ms, &packets, err);
}

static int measure(const struct dmafp_maker_use *use, size_t index, struct dmafp_load *load,
		   struct dmafp_counters *counters, struct dmafp_err *err)
{
	struct dmafp_pktgen gen = gen_of(use, index);
	const struct round round = { .use = use, .load = load };

	gen.counters = counters;
	return with_gen(&gen, &round, measure_rounds, err);
}

static int repeat(const struct dmafp_maker_use *use, size_t index, uint64_t ops,
		  uint64_t *made, struct dmafp_err *err)
{
	struct dmafp_pktgen gen = gen_of(use, index);
	const struct round round = { .use = use, .ops = ops };

	*made = ops;
	return with_gen(&gen, &round, count_packets, err);
}

/* A CPU that mostly idles gives few samples of packets: for as much longer */
static unsigned int long_enough(uint64_t pace_ns, unsigned int ms)
{
	uint64_t longer = pace_ns > FULL_NS ? ms * pace_ns / FULL_NS : ms;

	if (longer <= LONGEST_MS)
		return (unsigned int)longer;
	return ms > LONGEST_MS ? ms : LONGEST_MS;
}

/* As it was measured: at another pace a packet does not take what it took there */
static int sustain(const struct dmafp_maker_use *use, size_t index, unsigned int ms,
		   struct dmafp_maker_way *way, struct dmafp_err *err)
{
	struct dmafp_pktgen gen = gen_of(use, index);
	const struct round round = { .use = use, .ms = long_enough(gen.pace_ns, ms) };

	*way = (struct dmafp_maker_way) { .pace_ns = gen.pace_ns };
	return with_gen(&gen, &round, sustain_packets, err);
}

static void end(struct dmafp_maker_use *use)
{
	struct pktgen_use *pktgen = use->private;
	struct dmafp_err err;

	if (!pktgen)
		return;
	if (pktgen->found && dmafp_netdev_restore(&pktgen->netdev, &err) && use->traffic->note)
		use->traffic->note(use->traffic->ctx, err.msg);
	if (pktgen->found_peer && dmafp_netdev_restore(&pktgen->peer, &err) && use->traffic->note)
		use->traffic->note(use->traffic->ctx, err.msg);
	free(pktgen);
	use->private = NULL;
}

const struct dmafp_maker dmafp_maker_pktgen = {
	.name = "pktgen",
	.label = "nic",
	.module = "pktgen",
	.receives = true,
	.nr_loads = nr_loads,
	.check = check,
	.describe = describe,
	.wait = wait,
	.open = begin,
	.measure = measure,
	.repeat = repeat,
	.sustain = sustain,
	.close = end,
};
