// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cache.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include "buffer.h"
#include "op.h"

/**
 * struct dmafp_buffer - chunks of pages with slots in them
 * @chunks: compound pages, linked by their lru
 */
struct dmafp_buffer {
	struct list_head chunks;
};

bool dmafp_buffer_affordable(size_t bytes, u32 nr)
{
	long left = si_mem_available() / 2;

	return left > 0 && (u64)PFN_UP(bytes) * nr <= left;
}

/*
 * Slots lie in 2 MiB blocks where one can be had, packed from its start.  What
 * iommu_map() does depends on the low bits of the physical address:
 * iommu_pgsize() looks for the next larger page that both addresses are offset
 * in alike, so that slots anywhere would make boots of one kernel differ by a
 * few instructions.
 */
static struct page *dmafp_buffer_chunk(size_t bytes, int node)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_COMP | __GFP_NOWARN |
		    __GFP_THISNODE;
	unsigned int order = get_order(bytes);
	struct page *page;

	page = alloc_pages_node(node, gfp | __GFP_NORETRY,
				max(order, get_order(SZ_2M)));
	/* Not at any price: nobody shall be killed for it. */
	return page ?: alloc_pages_node(node, gfp | __GFP_RETRY_MAYFAIL, order);
}

struct dmafp_buffer *dmafp_buffer_create(size_t bytes, u32 nr, int node,
					 struct dmafp_mapping *slots)
{
	struct dmafp_buffer *buffer;
	size_t at = 0, end = 0;
	struct page *chunk;
	u32 i;

	if (!dmafp_buffer_affordable(bytes, nr))
		return ERR_PTR(-ENOMEM);
	buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);
	if (!buffer)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&buffer->chunks);
	for (i = 0; i < nr; i++, at += bytes) {
		if (end - at < bytes) {
			chunk = dmafp_buffer_chunk(bytes, node);
			if (!chunk)
				goto err;
			list_add(&chunk->lru, &buffer->chunks);
			at = 0;
			end = page_size(chunk);
			cond_resched();
		}
		slots[i].page = chunk + (at >> PAGE_SHIFT);
		slots[i].cpu = page_address(chunk) + at;
		slots[i].phys = page_to_phys(chunk) + at;
	}
	return buffer;

err:
	dmafp_buffer_destroy(buffer);
	return ERR_PTR(-ENOMEM);
}

void dmafp_buffer_destroy(struct dmafp_buffer *buffer)
{
	struct page *chunk, *next;

	if (!buffer)
		return;

	list_for_each_entry_safe(chunk, next, &buffer->chunks, lru)
		__free_pages(chunk, compound_order(chunk));
	kfree(buffer);
}

void dmafp_buffer_touch(void *cpu, size_t bytes)
{
	u8 *end = cpu + bytes, *byte;

	for (byte = cpu; byte < end; byte += L1_CACHE_BYTES)
		WRITE_ONCE(*byte, *byte + 1);
}
