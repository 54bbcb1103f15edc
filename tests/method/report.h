/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole study and its tables. */
#ifndef DMAFP_METHOD_REPORT_H
#define DMAFP_METHOD_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "study.h"

/**
 * report() - run the study and print it
 * @broken: set to the number of rates whose whole interval is above their bound
 *
 * Return: 0 or a negative errno.
 */
int report(const struct study *study, bool markdown, FILE *out, size_t *broken);

#endif /* DMAFP_METHOD_REPORT_H */
