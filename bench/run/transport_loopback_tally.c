// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "run/transport_loopback_tally.h"

/* The calls are those of one map. */
static const struct dmafp_tally_call rows[] = {
	{ "iommu_deferred_attach", DMAFP_TALLY_CHECK, DMAFP_TALLY_PRESENT, 1 },
	{ "dma_map_page_attrs", DMAFP_TALLY_MAP, DMAFP_TALLY_PRESENT, 1 },
	{ "dma_map_phys", DMAFP_TALLY_MAP, 0, 0 },
	{ "dma_map_sgtable", DMAFP_TALLY_MAP, DMAFP_TALLY_PRESENT, 0 },
	{ "dma_unmap_page_attrs", DMAFP_TALLY_UNMAP, DMAFP_TALLY_PRESENT, 1 },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

/* As strict as the module. */
static bool is_valid(const struct dmafp_tally *arg)
{
	bool on = arg->flags == DMAFP_TALLY_ON;

	return (on || !arg->flags || arg->flags == DMAFP_TALLY_OFF) &&
	       (on || !(arg->segment || arg->bus || arg->devfn)) && !arg->__reserved &&
	       !arg->__reserved2 && arg->nr_calls <= DMAFP_TALLY_MAX_CALLS &&
	       (arg->nr_calls || !arg->calls);
}

static bool is_there(const struct dmafp_tally *arg,
		     const struct dmafp_pci_device *devices, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (devices[i].segment == arg->segment && devices[i].bus == arg->bus &&
		    devices[i].devfn == arg->devfn)
			return true;
	return false;
}

static void fill(const struct dmafp_loopback_tally *tally, struct dmafp_tally *arg,
		 bool keyed)
{
	struct dmafp_tally_call *calls = (void *)(uintptr_t)arg->calls;
	uint32_t i;

	for (i = 0; i < arg->nr_calls && i < NR_ROWS; i++) {
		calls[i] = rows[i];
		calls[i].calls *= tally->maps;
		if (calls[i].kind == DMAFP_TALLY_CHECK && !keyed)
			calls[i].calls = 0;
	}
	arg->nr_calls = NR_ROWS;
}

static void look(const struct dmafp_loopback_tally *tally, struct dmafp_tally *arg,
		 bool keyed)
{
	if (tally->last.size)
		fill(tally, arg, keyed);
	else
		arg->nr_calls = 0;
	arg->flags = tally->last.flags;
	arg->segment = tally->last.segment;
	arg->bus = tally->last.bus;
	arg->devfn = tally->last.devfn;
	arg->missed = 0;
}

int dmafp_loopback_tally_call(struct dmafp_loopback_tally *tally, struct dmafp_tally *arg,
			      const struct dmafp_pci_device *devices, size_t nr, bool keyed)
{
	bool ends;

	if (!is_valid(arg))
		return -EINVAL;
	if (arg->flags == DMAFP_TALLY_ON) {
		if (!is_there(arg, devices, nr))
			return -ENODEV;
		tally->last = *arg;
		tally->last.flags = DMAFP_TALLY_IS_ON;
		tally->maps = 0;
	} else if (tally->last.flags) {
		tally->maps += DMAFP_LOOPBACK_TALLY_MAPS;
		if (arg->flags == DMAFP_TALLY_OFF)
			tally->last.flags = 0;
	}
	ends = arg->flags == DMAFP_TALLY_OFF;
	look(tally, arg, keyed);
	if (ends && tally->misses) {
		tally->misses--;
		arg->missed = 1;
	}
	return 0;
}
