/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Result files of older versions, made into what they would be today. */
#ifndef DMAFP_ANALYSIS_UPGRADE_H
#define DMAFP_ANALYSIS_UPGRADE_H

#include <jansson.h>

/**
 * dmafp_upgrade() - a result file as one of the newest version
 * @root: an object whose member dmafp_result is a version there was
 *
 * Version 1 knew one method and no parameters but size, direction and CPUs; what
 * it did not write had one value, which is added here.  So are the members that
 * version 2 got later, as not known.
 *
 * Return: a new reference.
 */
json_t *dmafp_upgrade(const json_t *root);

#endif /* DMAFP_ANALYSIS_UPGRADE_H */
