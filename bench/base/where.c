// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "base/where.h"

const char *dmafp_where_source(void)
{
	const char *dir = getenv("DMAFP_SOURCE_DIR");

	return dir && *dir ? dir : DMAFP_SOURCE_DIR;
}
