/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who makes loads: fio on block devices, pktgen on network interfaces.
 *
 * A tool of its own is one file with a struct dmafp_maker, and one row in
 * traffic.c.
 */
#ifndef DMAFP_TRAFFIC_MAKER_H
#define DMAFP_TRAFFIC_MAKER_H

#include "traffic/counters.h"
#include "traffic/traffic.h"

/**
 * struct dmafp_maker_use - a maker at work on one device
 * @traffic: what is wanted
 * @device: bound to its own driver
 * @peer: the port that receives, bound too; NULL: there is none
 * @cpus: of the loads, none twice; @nr_cpus of them
 * @result: the maker fills its @node and @tool_version
 * @private: the maker's
 */
struct dmafp_maker_use {
	const struct dmafp_traffic *traffic;
	const struct dmafp_pci_device *device;
	const struct dmafp_pci_device *peer;
	const uint32_t *cpus;
	size_t nr_cpus;
	struct dmafp_traffic_result *result;
	void *private;
};

/**
 * struct dmafp_maker_way - how a load was made for samples
 * @depth: IOs in flight, 0: not fio's
 * @pace_ns: from the start of one op to that of the next; 0: as fast as it goes
 */
struct dmafp_maker_way {
	uint32_t depth;
	uint64_t pace_ns;
};

/**
 * struct dmafp_maker - one tool
 * @name: as in the profile's [traffic] tools
 * @label: class of the devices that it drives
 * @module: that it needs, NULL: none
 * @receives: it can have a second port receive
 * @nr_loads: how many loads the profile asks for
 * @check: see dmafp_traffic_check_loads()
 * @describe: what load @index is, without anything measured, when it is open; its title
 *	goes to progress
 * @wait: until the driver has made the device's node
 * @open: find the node, see that it may be used, and get it ready
 * @measure: make load @index, and add what was measured; @counters, which may
 *	be NULL, are enabled while it goes on, and read by the caller
 * @repeat: make so many ops of it on each CPU, and nothing else: they are counted;
 *	@made: out: on all of them
 * @sustain: make it for so many ms at least, to be sampled; @way: out: not always as it
 *	was measured, where that would give few samples
 * @close: the node is as it was found; called also after @open failed
 *
 * All return 0, or a negative errno with the error filled, where they can fail.
 */
struct dmafp_maker {
	const char *name, *label, *module;
	bool receives;
	size_t (*nr_loads)(const struct dmafp_profile *profile);
	int (*check)(const struct dmafp_traffic *traffic, struct dmafp_err *err);
	void (*describe)(const struct dmafp_maker_use *use, size_t index, struct dmafp_load *load);
	int (*wait)(const struct dmafp_maker_use *use, struct dmafp_err *err);
	int (*open)(struct dmafp_maker_use *use, struct dmafp_err *err);
	int (*measure)(const struct dmafp_maker_use *use, size_t index, struct dmafp_load *load,
		       struct dmafp_counters *counters, struct dmafp_err *err);
	int (*repeat)(const struct dmafp_maker_use *use, size_t index, uint64_t ops,
		      uint64_t *made, struct dmafp_err *err);
	int (*sustain)(const struct dmafp_maker_use *use, size_t index, unsigned int ms,
		       struct dmafp_maker_way *way, struct dmafp_err *err);
	void (*close)(struct dmafp_maker_use *use);
};

extern const struct dmafp_maker dmafp_maker_fio;
extern const struct dmafp_maker dmafp_maker_pktgen;

#endif /* DMAFP_TRAFFIC_MAKER_H */
