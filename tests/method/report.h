/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the study and their tables. */
#ifndef DMAFP_METHOD_REPORT_H
#define DMAFP_METHOD_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "study.h"

/**
 * report() - run campaigns that are judged once, and print what came out
 * @above: increased by the number of rates that are above their bound, limits aside
 *
 * Return: 0 or a negative errno.
 */
int report(const struct study *study, bool markdown, FILE *out, size_t *above);

/** report_looks() - the same of campaigns that are looked at after each boot */
int report_looks(const struct study *study, bool markdown, FILE *out, size_t *above);

#endif /* DMAFP_METHOD_REPORT_H */
