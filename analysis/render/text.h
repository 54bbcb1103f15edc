/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the text report, in the order in which they are printed; mail has some of them. */
#ifndef DMAFP_ANALYSIS_TEXT_H
#define DMAFP_ANALYSIS_TEXT_H

#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/render/render.h"
#include "analysis/render/table.h"

/**
 * dmafp_text_pages() - a report in sections, each with a heading of "== "
 * @view: what is shown
 * @body: prints it
 * @out: where to
 *
 * Refused results get the reasons only, forced ones a mark before each heading.
 */
void dmafp_text_pages(const struct dmafp_view *view,
		      void (*body)(const struct dmafp_view *view, FILE *out), FILE *out);

/** dmafp_text_head() - verdict, the one number, controls, boots */
void dmafp_text_head(const struct dmafp_comparison *comparison,
		     const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_arm() - what an arm does over all rows, and whether it must; free() it */
char *dmafp_text_arm(const struct dmafp_comparison *comparison,
		     const struct dmafp_judgement *judgement, enum dmafp_arm_id arm);

/** dmafp_text_boots() - how many, and whether they agree; free() it, empty: none */
char *dmafp_text_boots(const struct dmafp_comparison *comparison);

/** dmafp_text_source() - what was measured, where, and with what */
void dmafp_text_source(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_sections() - legend, floor, a table for all sections that are the same */
void dmafp_text_sections(const struct dmafp_comparison *comparison,
			 const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_timed() - sections of the timed domain, and their legend */
void dmafp_text_timed(const struct dmafp_comparison *comparison,
		      const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_is_timed() - is the section one of those? */
bool dmafp_text_is_timed(const struct dmafp_judgement *judgement,
			 const struct dmafp_section *section);

/** dmafp_text_floor() - the null op: what the harness itself costs */
void dmafp_text_floor(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_floor_of() - what it takes, and where; free() it, empty: not measured */
char *dmafp_text_floor_of(const struct dmafp_comparison *comparison);

/** dmafp_text_scaling() - throughput over the number of workers, where there are such cells */
void dmafp_text_scaling(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_drift() - time series and PMU counters, where there are any */
void dmafp_text_drift(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_first_maps() - the first map of every section and arm */
void dmafp_text_first_maps(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_attach() - overlaps, the group's mutex, races and atomic first maps */
void dmafp_text_attach(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_traffic() - real traffic, where there is any: tables, then the drivers' attaches */
void dmafp_text_traffic(const struct dmafp_comparison *comparison,
			const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_traffic_timed() - the part of it that is of the timed domain */
void dmafp_text_traffic_timed(const struct dmafp_comparison *comparison,
			      const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_traffic_head() - one sentence for the head; free() it, NULL: there is none */
char *dmafp_text_traffic_head(const struct dmafp_judgement *judgement);

/** dmafp_text_traffic_line() - the same, shorter */
char *dmafp_text_traffic_line(const struct dmafp_judgement *judgement);

/** dmafp_text_traffic_notes() - notes of its rows; returns how many, @out may be NULL */
size_t dmafp_text_traffic_notes(const struct dmafp_comparison *comparison,
				const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_driver_attach() - how drivers entered their own deferred attach */
void dmafp_text_driver_attach(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_proof() - the path in the images against check, where there are walks */
void dmafp_text_proof(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_functions() - what perf sampled and says, where it did */
void dmafp_text_functions(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_notes() - notes of the whole, then of the rows, each one once */
void dmafp_text_notes(const struct dmafp_comparison *comparison,
		      const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_commands() - QEMU and kernel command lines */
void dmafp_text_commands(const struct dmafp_comparison *comparison, FILE *out);

/** dmafp_text_parameters() - what all kernel command lines have in common; free() it */
char *dmafp_text_parameters(const struct dmafp_comparison *comparison);

/** dmafp_text_verdict() - the overall verdict and its reasons */
void dmafp_text_verdict(const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_known() - the text, "not known" if it is NULL */
const char *dmafp_text_known(const char *text);

/** dmafp_text_tick() - what a tick is, in the plural */
const char *dmafp_text_tick(const struct dmafp_comparison *comparison);

/**
 * dmafp_text_add_boots() - what an INCONCLUSIVE row lacks, as a cell of a table
 * @boots: that would settle it, 0: not known
 * @barred: it is not judged whatever its numbers say
 */
void dmafp_text_add_boots(struct dmafp_table *table, enum dmafp_verdict verdict, size_t boots,
			  bool barred);

#endif /* DMAFP_ANALYSIS_TEXT_H */
