// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/alloc.h"
#include "traffic/tally.h"

static const enum dmafp_api_kind kinds[] = {
	[DMAFP_TALLY_CHECK] = DMAFP_API_CHECK,	   [DMAFP_TALLY_MAP] = DMAFP_API_MAP,
	[DMAFP_TALLY_UNMAP] = DMAFP_API_UNMAP,	   [DMAFP_TALLY_ALLOC] = DMAFP_API_ALLOC,
	[DMAFP_TALLY_FREE] = DMAFP_API_FREE,	   [DMAFP_TALLY_SYNC] = DMAFP_API_SYNC,
	[DMAFP_TALLY_RESERVE] = DMAFP_API_RESERVE, [DMAFP_TALLY_RELEASE] = DMAFP_API_RELEASE,
};

int dmafp_tally_begin(struct dmafp_transport *transport, const struct dmafp_pci_device *device,
		      struct dmafp_err *err)
{
	struct dmafp_tally arg = {
		.flags = DMAFP_TALLY_ON,
		.segment = device->segment,
		.bus = device->bus,
		.devfn = device->devfn,
	};

	return dmafp_transport_tally(transport, &arg, err);
}

int dmafp_tally_end(struct dmafp_transport *transport, struct dmafp_tally_count *count,
		    struct dmafp_err *err)
{
	struct dmafp_tally arg = {
		.flags = DMAFP_TALLY_OFF,
		.nr_calls = DMAFP_TALLY_MAX_CALLS,
		.calls = (uintptr_t)count->calls,
	};
	int ret = dmafp_transport_tally(transport, &arg, err);

	if (ret)
		return ret;
	count->nr = arg.nr_calls < DMAFP_TALLY_MAX_CALLS ? arg.nr_calls : DMAFP_TALLY_MAX_CALLS;
	count->missed = arg.missed;
	return 0;
}

void dmafp_tally_keep(struct dmafp_load *load, uint64_t ops, const struct dmafp_tally_count *count)
{
	size_t i;

	load->counted_ops = ops;
	for (i = 0; i < count->nr; i++) {
		const struct dmafp_tally_call *call = &count->calls[i];

		if (!(call->flags & DMAFP_TALLY_PRESENT) ||
		    call->kind >= sizeof(kinds) / sizeof(kinds[0]))
			continue;
		load->calls = dmafp_alloc_grow(load->calls, load->nr_calls, sizeof(*load->calls));
		load->calls[load->nr_calls++] = (struct dmafp_api_call) {
			.name = dmafp_alloc_string(call->name),
			.kind = kinds[call->kind],
			.calls = call->calls,
		};
	}
}
