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
 * @above: set to the number of rates that are above their bound, limits aside
 *
 * Return: 0 or a negative errno.
 */
int report(const struct study *study, bool markdown, FILE *out, size_t *above);

#endif /* DMAFP_METHOD_REPORT_H */
