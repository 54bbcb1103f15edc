/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of what perf prints, the lines that a reader of a report needs. */
#ifndef DMAFP_PERF_EXCERPT_H
#define DMAFP_PERF_EXCERPT_H

/**
 * dmafp_excerpt_diff() - of perf diff -s symbol
 *
 * Its heading, all functions on the map path, and the first of the others; of the
 * first event only, since what perf records beside it has no samples.
 *
 * Return: text to free(), NULL if there is no function in it.
 */
char *dmafp_excerpt_diff(const char *text);

/**
 * dmafp_excerpt_annotate() - of perf annotate --stdio -n
 *
 * "# N samples", and the instructions, each as "SAMPLES +OFFSET  INSTRUCTION", without
 * source code and file names; of several events the samples together.
 *
 * Return: text to free(), NULL if there is no instruction in it.
 */
char *dmafp_excerpt_annotate(const char *text);

#endif /* DMAFP_PERF_EXCERPT_H */
