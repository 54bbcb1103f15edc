/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmafp.ko, built against one arm's kernel and kept beside it. */
#ifndef DMAFP_LAB_KMODULE_H
#define DMAFP_LAB_KMODULE_H

#include "lab/kernel.h"

/**
 * dmafp_kmodule_build() - build the module unless this version of it is there
 * @kernel: a built kernel
 * @spec: where the module's sources are, and make's jobs
 * @path: out: malloc()ed path of dmafp.ko
 * @err: filled on failure (DMAFP_EXIT_BUILD, with the compiler's lines)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kmodule_build(const struct dmafp_kernel *kernel,
			const struct dmafp_kernel_spec *spec, char **path,
			struct dmafp_err *err);

#endif /* DMAFP_LAB_KMODULE_H */
