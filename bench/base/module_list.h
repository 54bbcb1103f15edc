/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules of the kernel that runs now, as modprobe would load them. */
#ifndef DMAFP_BASE_MODULE_LIST_H
#define DMAFP_BASE_MODULE_LIST_H

#include <stddef.h>

#include "base/err.h"

/**
 * struct dmafp_module - one of them
 * @file: compressed or not
 * @options: as init_module(2) takes them, of modprobe.d and of the kernel's command line
 */
struct dmafp_module {
	char *file;
	char *options;
};

/** struct dmafp_module_list - each once, in the order in which they are to be loaded */
struct dmafp_module_list {
	struct dmafp_module *items;
	size_t nr;
};

/**
 * dmafp_module_list_add() - a module, and what it needs before it
 * @list: of them
 * @name: its name or an alias; nothing is added if modprobe knows none
 */
void dmafp_module_list_add(struct dmafp_module_list *list, const char *name);

/**
 * dmafp_module_list_check() - can all of them be unpacked?
 * @list: of them
 * @err: filled where not
 *
 * Return: 0, or a negative errno.
 */
int dmafp_module_list_check(const struct dmafp_module_list *list, struct dmafp_err *err);

/** dmafp_module_list_free() - release what it holds */
void dmafp_module_list_free(struct dmafp_module_list *list);

#endif /* DMAFP_BASE_MODULE_LIST_H */
