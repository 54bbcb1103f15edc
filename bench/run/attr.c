// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "kmod/uapi/dmafp.h"
#include "run/attr.h"

/* In the order of the bits, which is that of the names below. */
static const uint32_t bits_of[] = {
	DMAFP_ATTR_WEAK_ORDERING,     DMAFP_ATTR_WRITE_COMBINE,
	DMAFP_ATTR_NO_KERNEL_MAPPING, DMAFP_ATTR_SKIP_CPU_SYNC,
	DMAFP_ATTR_FORCE_CONTIGUOUS,  DMAFP_ATTR_ALLOC_SINGLE_PAGES,
	DMAFP_ATTR_NO_WARN,	      DMAFP_ATTR_PRIVILEGED,
};

const char *const dmafp_attr_names[] = {
	"weak_ordering", "write_combine",    "no_kernel_mapping",
	"skip_cpu_sync", "force_contiguous", "alloc_single_pages",
	"no_warn",	 "privileged",	     NULL
};

_Static_assert(sizeof(dmafp_attr_names) / sizeof(*dmafp_attr_names) ==
		       sizeof(bits_of) / sizeof(*bits_of) + 1,
	       "a name for every bit");

uint32_t dmafp_attr_bits(const struct dmafp_names *names)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; dmafp_attr_names[i]; i++)
		if (dmafp_names_has(names, dmafp_attr_names[i]))
			bits |= bits_of[i];
	return bits;
}

void dmafp_attr_list(uint32_t bits, struct dmafp_names *names)
{
	size_t i;

	for (i = 0; dmafp_attr_names[i]; i++)
		if (bits & bits_of[i])
			dmafp_names_add(names, dmafp_attr_names[i]);
}
