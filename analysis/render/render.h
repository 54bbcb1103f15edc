/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Renderers: the only part of analysis/ that prints.  A new one is a file and
 * a row in render.c; docs/reports.md says what each is for.
 */
#ifndef DMAFP_ANALYSIS_RENDER_H
#define DMAFP_ANALYSIS_RENDER_H

#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"

/**
 * struct dmafp_view - what is shown, and how
 * @comparison: the numbers, and the evidence beside them in its set
 * @judgement: what they say
 * @color: the stream is a terminal that wants colours
 * @cover: of mail: so short that it fits a cover letter
 */
struct dmafp_view {
	const struct dmafp_comparison *comparison;
	const struct dmafp_judgement *judgement;
	bool color, cover;
};

/**
 * struct dmafp_renderer - one form of the report
 * @name: as an option would name it
 * @summary: one line of help
 * @render: print the report; errors of the stream are the caller's to check
 */
struct dmafp_renderer {
	const char *name;
	const char *summary;
	void (*render)(const struct dmafp_view *view, FILE *out);
};

extern const struct dmafp_renderer dmafp_render_text;
extern const struct dmafp_renderer dmafp_render_mail;
extern const struct dmafp_renderer dmafp_render_json;
extern const struct dmafp_renderer dmafp_render_csv;
extern const struct dmafp_renderer dmafp_render_ktap;
extern const struct dmafp_renderer dmafp_render_kcidb;
extern const struct dmafp_renderer dmafp_render_html;

/** dmafp_renderer_names - of all renderers, ends with NULL */
extern const char *const dmafp_renderer_names[];

/** dmafp_renderer_find() - by name, NULL if there is none */
const struct dmafp_renderer *dmafp_renderer_find(const char *name);

/** dmafp_renderer_summary() - one line of help, of a name in the table */
const char *dmafp_renderer_summary(const char *name);

#endif /* DMAFP_ANALYSIS_RENDER_H */
