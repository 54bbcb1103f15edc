// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/finding.h"
#include "analysis/member_row.h"

static const char *const words[] = {
	[DMAFP_FINDING_RECORDS] = "records",
	[DMAFP_FINDING_WARNS] = "warns",
	[DMAFP_FINDING_BLOCKS] = "blocks",
	NULL,
};

const char *dmafp_finding_word(enum dmafp_finding_class class)
{
	return class == DMAFP_FINDING_GOOD ? "good" : words[class];
}

const struct dmafp_member dmafp_finding_members[] = {
	MEMBER("check", NAME, dmafp_finding_result, check),
	CHOICE("class", words, dmafp_finding_result, class),
	MEMBER("reading", NAME, dmafp_finding_result, reading),
	{ 0 }
};
