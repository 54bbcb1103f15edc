// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "base/alloc.h"
#include "traffic/busy.h"

/* Memory is there, and written to, before it begins: no page fault is in the time. */
void dmafp_busy_init(struct dmafp_busy *busy, struct dmafp_transport *transport,
		     const uint32_t *cpus, size_t nr)
{
	size_t i;

	*busy = (struct dmafp_busy) { .transport = transport };
	if (!transport)
		return;
	busy->nr = nr;
	busy->before = dmafp_alloc(nr, sizeof(*busy->before));
	busy->after = dmafp_alloc(nr, sizeof(*busy->after));
	for (i = 0; i < nr; i++)
		busy->before[i].cpu = busy->after[i].cpu = cpus[i];
}

static int look(const struct dmafp_busy *busy, struct dmafp_idle_cpu *cpus,
		struct dmafp_err *err)
{
	return busy->nr ? dmafp_transport_idle(busy->transport, cpus, busy->nr, err) : 0;
}

int dmafp_busy_begin(struct dmafp_busy *busy, struct dmafp_err *err)
{
	return look(busy, busy->before, err);
}

/* Idle time is in microseconds, so that it may seem longer than the time itself. */
static uint64_t busy_of(const struct dmafp_idle_cpu *before,
			const struct dmafp_idle_cpu *after)
{
	uint64_t wall = after->now_ns - before->now_ns;
	uint64_t idle = (after->idle_us - before->idle_us) * 1000;

	return wall > idle ? wall - idle : 0;
}

int dmafp_busy_end(struct dmafp_busy *busy, bool *known, uint64_t *ns, struct dmafp_err *err)
{
	int ret = look(busy, busy->after, err);
	size_t i;

	*known = !ret && busy->nr;
	*ns = 0;
	for (i = 0; i < busy->nr && *known; i++) {
		*known = busy->before[i].flags & busy->after[i].flags & DMAFP_IDLE_KNOWN;
		*ns += busy_of(&busy->before[i], &busy->after[i]);
	}
	if (!*known)
		*ns = 0;
	return ret;
}

void dmafp_busy_release(struct dmafp_busy *busy)
{
	free(busy->before);
	free(busy->after);
	*busy = (struct dmafp_busy) { 0 };
}
