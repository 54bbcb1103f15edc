/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matrix as data: kernels, IOMMUs and what is expected of them, one section
 * of an INI file a row.  docs/matrix.md describes the keys.
 */
#ifndef DMAFP_MATRIX_ROW_H
#define DMAFP_MATRIX_ROW_H

#include "base/err.h"
#include "run/value.h"

/**
 * struct dmafp_matrix_row - one row, defaults filled in
 * @name: of the section
 * @source: source package, or path of a tree or tarball; "" where @package is
 * @package: kernel package, "" where @source is
 * @config: configuration in configs/kernel/, without .config
 * @iommu: "intel" or "amd"
 * @invalidation: "strict" or "lazy", as asked for on the kernel's command line
 * @gets: what the kernel makes of it: "strict", "lazy", or "asked"
 * @profile: name or path
 * @modes: boot modes
 * @arms: arms, none of them: all that there are
 * @expect: "verdict": the controls come out as they must; "survey": the path
 *	ran in mode keyed, once per map
 */
struct dmafp_matrix_row {
	char *name;
	char *source;
	char *package;
	char *config;
	char *iommu;
	char *invalidation;
	char *gets;
	char *profile;
	struct dmafp_names modes;
	struct dmafp_names arms;
	char *expect;
};

/** struct dmafp_matrix - all rows, in the order of the file */
struct dmafp_matrix {
	struct dmafp_matrix_row *rows;
	size_t nr;
};

/**
 * dmafp_matrix_parse() - read rows from text
 * @matrix: filled; release it with dmafp_matrix_free(), also after a failure
 * @text: content of the file
 * @path: what to call it in messages
 * @err: filled on failure: file and line, and what may stand there
 *
 * Return: 0, or a negative errno.
 */
int dmafp_matrix_parse(struct dmafp_matrix *matrix, const char *text, const char *path,
		       struct dmafp_err *err);

/** dmafp_matrix_load() - the same from a file */
int dmafp_matrix_load(struct dmafp_matrix *matrix, const char *path, struct dmafp_err *err);

/**
 * dmafp_matrix_find() - a row by its name
 *
 * Return: the row, or NULL; @err names the nearest.
 */
const struct dmafp_matrix_row *dmafp_matrix_find(const struct dmafp_matrix *matrix,
						 const char *name, struct dmafp_err *err);

/** dmafp_matrix_free() - release all rows */
void dmafp_matrix_free(struct dmafp_matrix *matrix);

/** dmafp_matrix_invalidation() - "strict" or "lazy": what @row must come out as */
const char *dmafp_matrix_invalidation(const struct dmafp_matrix_row *row);

/** dmafp_matrix_source() - path that --kernel-src takes for @row, malloc()ed, or NULL */
char *dmafp_matrix_source(const struct dmafp_matrix_row *row);

/** dmafp_matrix_config() - path that --config takes for @row, malloc()ed, or NULL */
char *dmafp_matrix_config(const struct dmafp_matrix_row *row);

#endif /* DMAFP_MATRIX_ROW_H */
