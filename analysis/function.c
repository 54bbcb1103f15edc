// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "analysis/function.h"
#include "base/alloc.h"

#define MODULE " [dmafp]"

/*
 * The first row that fits counts.  The path is that of 6.1 to 6.17 for x86 and arm64;
 * what a kernel lacks does no harm.
 */
static const struct {
	const char *pattern;
	enum dmafp_function_kind kind;
	bool shared;
} rows[] = {
	/* the DMA API, on the side of mapping */
	{ "dma_map_*", DMAFP_FUNCTION_PATH, false },
	{ "__dma_map_sg_attrs", DMAFP_FUNCTION_PATH, false },
	{ "dma_alloc_*", DMAFP_FUNCTION_PATH, false },
	{ "dma_iova_*alloc*", DMAFP_FUNCTION_PATH, false },
	{ "dma_iova_link*", DMAFP_FUNCTION_PATH, false },
	{ "dma_iova_sync", DMAFP_FUNCTION_PATH, false },
	/* dma-iommu */
	{ "iommu_dma_map_*", DMAFP_FUNCTION_PATH, false },
	{ "__iommu_dma_map*", DMAFP_FUNCTION_PATH, false },
	{ "iommu_dma_alloc*", DMAFP_FUNCTION_PATH, false },
	{ "__iommu_dma_alloc*", DMAFP_FUNCTION_PATH, false },
	{ "__iommu_dma_iova_link*", DMAFP_FUNCTION_PATH, false },
	{ "iommu_dma_iova_*", DMAFP_FUNCTION_PATH, false },
	{ "iommu_deferred_attach", DMAFP_FUNCTION_PATH, false },
	/* the lock that a patch may take there, and everybody else takes, too */
	{ "mutex_lock*", DMAFP_FUNCTION_PATH, true },
	{ "__mutex_lock*", DMAFP_FUNCTION_PATH, true },
	{ "mutex_unlock*", DMAFP_FUNCTION_PATH, true },
	{ "__mutex_unlock*", DMAFP_FUNCTION_PATH, true },
	/* addresses */
	{ "alloc_iova*", DMAFP_FUNCTION_PATH, false },
	{ "__alloc_and_insert_iova*", DMAFP_FUNCTION_PATH, false },
	{ "iova_rcache_get*", DMAFP_FUNCTION_PATH, false },
	{ "__iova_rcache_get*", DMAFP_FUNCTION_PATH, false },
	{ "iova_magazine_*", DMAFP_FUNCTION_PATH, true },
	/* the core, and the drivers' page tables */
	{ "iommu_map*", DMAFP_FUNCTION_PATH, false },
	{ "__iommu_map*", DMAFP_FUNCTION_PATH, false },
	{ "iommu_pgsize", DMAFP_FUNCTION_PATH, true },
	{ "iommu_sync_map", DMAFP_FUNCTION_PATH, false },
	{ "intel_iommu_map*", DMAFP_FUNCTION_PATH, false },
	{ "intel_iommu_iotlb_sync_map", DMAFP_FUNCTION_PATH, false },
	{ "__domain_mapping", DMAFP_FUNCTION_PATH, false },
	{ "pfn_to_dma_pte", DMAFP_FUNCTION_PATH, true },
	{ "cache_tag_flush_range_np", DMAFP_FUNCTION_PATH, false },
	{ "amd_iommu_map*", DMAFP_FUNCTION_PATH, false },
	{ "amd_iommu_iotlb_sync_map", DMAFP_FUNCTION_PATH, false },
	{ "iommu_v[12]_map*", DMAFP_FUNCTION_PATH, false },
	{ "alloc_pte", DMAFP_FUNCTION_PATH, false },
	{ "arm_smmu_map*", DMAFP_FUNCTION_PATH, false },
	{ "arm_lpae_map*", DMAFP_FUNCTION_PATH, false },
	{ "__arm_lpae_map", DMAFP_FUNCTION_PATH, false },
	{ "__arm_lpae_init_pte", DMAFP_FUNCTION_PATH, false },

	{ "default_idle*", DMAFP_FUNCTION_IDLE, false },
	{ "*_safe_halt", DMAFP_FUNCTION_IDLE, false },
	{ "mwait_idle*", DMAFP_FUNCTION_IDLE, false },
	{ "intel_idle*", DMAFP_FUNCTION_IDLE, false },
	{ "acpi_idle_*", DMAFP_FUNCTION_IDLE, false },
	{ "acpi_processor_ffh_cstate_enter", DMAFP_FUNCTION_IDLE, false },
	{ "cpu_idle_poll", DMAFP_FUNCTION_IDLE, false },
	{ "poll_idle", DMAFP_FUNCTION_IDLE, false },
	{ "do_idle", DMAFP_FUNCTION_IDLE, false },
	{ "cpuidle_*", DMAFP_FUNCTION_IDLE, false },
	{ "menu_*", DMAFP_FUNCTION_IDLE, false },
	{ "teo_*", DMAFP_FUNCTION_IDLE, false },
	{ "arch_cpu_idle*", DMAFP_FUNCTION_IDLE, false },
	{ "cpu_do_idle", DMAFP_FUNCTION_IDLE, false },
	{ "psci_cpu_suspend_enter", DMAFP_FUNCTION_IDLE, false },
	{ "tick_nohz_idle_stop_tick", DMAFP_FUNCTION_IDLE, false },
};

char *dmafp_function_plain(const char *name)
{
	char *plain = dmafp_alloc_string(name), *dot = strchr(plain, '.');
	char *module = strstr(plain, " [");

	/* a module's name stays behind it */
	if (dot && dot != plain && (!module || dot < module))
		memmove(dot, module ? module : "", strlen(module ? module : "") + 1);
	return plain;
}

static bool is_of_harness(const char *name)
{
	size_t len = strlen(name), tail = strlen(MODULE);

	return len > tail && !strcmp(name + len - tail, MODULE);
}

/* An IOMMU driver may be a module: its functions are still its functions. */
static bool fits(const char *pattern, const char *plain, size_t len)
{
	char name[128];

	if (len >= sizeof(name))
		return false;
	memcpy(name, plain, len);
	name[len] = '\0';
	return !fnmatch(pattern, name, 0);
}

enum dmafp_function_kind dmafp_function_kind(const char *name, bool *shared)
{
	size_t i, len = strcspn(name, ". ");

	if (shared)
		*shared = false;
	if (is_of_harness(name))
		return DMAFP_FUNCTION_HARNESS;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!fits(rows[i].pattern, name, len))
			continue;
		if (shared)
			*shared = rows[i].shared;
		return rows[i].kind;
	}
	return DMAFP_FUNCTION_OTHER;
}
