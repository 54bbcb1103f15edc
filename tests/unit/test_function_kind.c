// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions by their names: on the map path, idle, the harness, and all others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analysis/function.h"

static void expect(enum dmafp_function_kind kind, const char *const *names)
{
	for (; *names; names++)
		if (dmafp_function_kind(*names, NULL) != kind)
			fail_msg("%s is %d, not %d", *names,
				 dmafp_function_kind(*names, NULL), kind);
}

/* As a sampled map_page has them on VT-d and AMD-Vi in 6.12, on arm64 and in 6.17 */
static void the_path_from_the_call_down(void **state)
{
	static const char *const names[] = { "dma_map_page_attrs",
					     "dma_map_sg_attrs",
					     "__dma_map_sg_attrs",
					     "dma_alloc_attrs",
					     "iommu_dma_map_page",
					     "iommu_dma_map_sg",
					     "__iommu_dma_map",
					     "iommu_deferred_attach",
					     "iommu_dma_alloc_iova",
					     "alloc_iova_fast",
					     "alloc_iova",
					     "iova_rcache_get",
					     "__iova_rcache_get",
					     "iommu_map",
					     "iommu_map_sg",
					     "iommu_map_nosync",
					     "__iommu_map",
					     "iommu_pgsize.isra.0",
					     "intel_iommu_map_pages",
					     "intel_iommu_iotlb_sync_map",
					     "__domain_mapping",
					     "pfn_to_dma_pte",
					     "cache_tag_flush_range_np",
					     "amd_iommu_map_pages",
					     "iommu_v1_map_pages",
					     "iommu_v2_map_pages",
					     "alloc_pte",
					     "arm_smmu_map_pages [arm_smmu_v3]",
					     "arm_lpae_map_pages",
					     "__arm_lpae_map",
					     "dma_iova_try_alloc",
					     "dma_iova_link",
					     "mutex_lock",
					     "mutex_unlock",
					     "__mutex_lock.constprop.0",
					     "__mutex_unlock_slowpath.constprop.0",
					     NULL };

	(void)state;
	expect(DMAFP_FUNCTION_PATH, names);
}

static void the_way_back_is_another(void **state)
{
	static const char *const names[] = { "dma_unmap_page_attrs",
					     "iommu_dma_unmap_page",
					     "__iommu_dma_unmap",
					     "iommu_unmap",
					     "__iommu_unmap",
					     "intel_iommu_unmap_pages",
					     "iommu_v1_unmap_pages",
					     "free_iova_fast",
					     "cache_tag_flush_range",
					     "dma_free_attrs",
					     "dma_iova_unlink",
					     "iommu_dma_sync_single_for_cpu",
					     "nvme_map_data [nvme]",
					     "e1000_xmit_frame [e1000e]",
					     "_raw_spin_lock_irqsave",
					     "iommu_iova_to_phys",
					     "finish_task_switch.isra.0",
					     "rt_mutex_lock",
					     "",
					     NULL };

	(void)state;
	expect(DMAFP_FUNCTION_OTHER, names);
}

static void waiting_for_work(void **state)
{
	static const char *const names[] = { "default_idle",
					     "default_idle_call",
					     "pv_native_safe_halt",
					     "native_safe_halt",
					     "acpi_safe_halt",
					     "acpi_idle_do_entry",
					     "mwait_idle",
					     "mwait_idle_with_hints.constprop.0",
					     "intel_idle",
					     "intel_idle_irq",
					     "cpu_idle_poll.isra.0",
					     "do_idle",
					     "cpuidle_enter_state",
					     "menu_select",
					     "arch_cpu_idle_enter",
					     "cpu_do_idle",
					     NULL };
	/* in the idle task, and yet what somebody asked for */
	static const char *const others[] = { "handle_softirqs",
					      "flush_smp_call_function_queue",
					      "schedule_idle", "idle_cpu", NULL };

	(void)state;
	expect(DMAFP_FUNCTION_IDLE, names);
	expect(DMAFP_FUNCTION_OTHER, others);
}

static void the_harness_is_a_module(void **state)
{
	static const char *const names[] = { "dmafp_map_page_run_stamped [dmafp]",
					     "dmafp_histogram_add [dmafp]",
					     "iommu_map [dmafp]", "[unknown] [dmafp]",
					     NULL };
	static const char *const others[] = { "dmafp_is_a_name", "x [dmafp2]", "[dmafp]",
					      NULL };

	(void)state;
	expect(DMAFP_FUNCTION_HARNESS, names);
	expect(DMAFP_FUNCTION_OTHER, others);
}

static void some_are_called_by_others_as_well(void **state)
{
	bool shared;

	(void)state;
	dmafp_function_kind("mutex_lock", &shared);
	assert_true(shared);
	dmafp_function_kind("pfn_to_dma_pte", &shared);
	assert_true(shared);
	dmafp_function_kind("iommu_deferred_attach", &shared);
	assert_false(shared);
	shared = true;
	dmafp_function_kind("kfree", &shared);
	assert_false(shared);
}

static void suffixes_of_the_compiler(void **state)
{
	static const char *const names[][2] = {
		{ "iommu_pgsize.isra.0", "iommu_pgsize" },
		{ "__slab_free.constprop.0", "__slab_free" },
		{ "kfree.cold", "kfree" },
		{ "kfree", "kfree" },
		{ "e1000_tso.isra.0 [e1000e]", "e1000_tso [e1000e]" },
		{ "send [my.module]", "send [my.module]" },
		{ ".plt", ".plt" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *plain = dmafp_function_plain(names[i][0]);

		assert_string_equal(plain, names[i][1]);
		free(plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_path_from_the_call_down),
		cmocka_unit_test(the_way_back_is_another),
		cmocka_unit_test(waiting_for_work),
		cmocka_unit_test(the_harness_is_a_module),
		cmocka_unit_test(some_are_called_by_others_as_well),
		cmocka_unit_test(suffixes_of_the_compiler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
