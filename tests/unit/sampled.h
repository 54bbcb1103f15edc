/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples in results made in memory. */
#ifndef DMAFP_TEST_SAMPLED_H
#define DMAFP_TEST_SAMPLED_H

#include "base/alloc.h"
#include "fixture.h"

#define SAMPLED_CELL 2 /* of fixture_result(): map_page 4K to_device */

/*
 * Of 1610 samples 1000 are busy: @check in iommu_deferred_attach(), @mutex in
 * mutex_lock(), 290 in iommu_pgsize(), 1 in iommu_map(), the rest in what is not on the
 * path.
 */
static inline void sampled_fill(struct dmafp_sampling *s, uint64_t check, uint64_t mutex)
{
	*s = (struct dmafp_sampling) {
		.present = true,
		.tool_version = dmafp_alloc_string("perf version 6.1.192"),
		.event = dmafp_alloc_string("cpu-clock"),
		.fallback = dmafp_alloc_string("no PMU that counts cycles: No such file"),
		.frequency = 49999,
		.file = dmafp_alloc_string("nvme-0000.00.04.0-x.perf.data"),
		.samples = 1610,
		.lost = 4,
		.user = 7,
		.recorder = 3,
	};
	dmafp_sampling_count(s, "iommu_dma_unmap_page", 709 - check - mutex);
	dmafp_sampling_count(s, "iommu_map", 1);
	dmafp_sampling_count(s, "default_idle", 500);
	dmafp_sampling_count(s, "iommu_pgsize", 280);
	dmafp_sampling_count(s, "dmafp_map_page_run_stamped [dmafp]", 100);
	dmafp_sampling_count(s, "iommu_pgsize.isra.0", 10);
	if (check)
		dmafp_sampling_count(s, "iommu_deferred_attach", check);
	if (mutex)
		dmafp_sampling_count(s, "mutex_lock", mutex);
	dmafp_sampling_sort(s);
}

/* One load, of 100 packets whose busy time is @busy each */
static inline struct dmafp_load *sampled_load(struct dmafp_result *r, uint64_t busy)
{
	struct dmafp_traffic_result *t = &r->traffic;
	struct dmafp_load *load;
	struct dmafp_hist *hist;

	t->present = true;
	t->driver = dmafp_alloc_string("e1000e");
	t->node = dmafp_alloc_string("eth0");
	t->loads = dmafp_alloc(1, sizeof(*t->loads));
	t->nr_loads = 1;
	load = &t->loads[0];
	load->tool = DMAFP_LOAD_PKTGEN;
	load->op = dmafp_alloc_string("send");
	load->bytes = 1514;
	load->fragments = 1;
	load->ops = 100;
	load->measures = dmafp_alloc(1, sizeof(*load->measures));
	load->nr_measures = 1;
	load->measures[0].kind = DMAFP_MEASURE_BUSY;
	load->measures[0].ops_per_sample = 10;
	hist = &load->measures[0].hist;
	hist->count = 10;
	hist->min = hist->max = 10 * busy;
	hist->sum = 100 * busy;
	hist->buckets = dmafp_alloc(1, sizeof(*hist->buckets));
	hist->nr_buckets = 1;
	hist->buckets[0] = (struct dmafp_bucket) { 10 * busy, 1, 10 };
	return load;
}

#endif /* DMAFP_TEST_SAMPLED_H */
