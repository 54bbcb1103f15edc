/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the kernel's configuration that decide what a measurement is worth. */
#ifndef DMAFP_ANALYSIS_KERNEL_OPTION_H
#define DMAFP_ANALYSIS_KERNEL_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/result.h"

enum dmafp_option_kind {
	DMAFP_OPTION_INVALIDATING, /* on: what is measured is the debugging aid */
	DMAFP_OPTION_MUST_MATCH,   /* other code, so that arms need the same */
};

/**
 * struct dmafp_option_rule - one option that is looked at
 * @name: without CONFIG_
 * @kind: invalidating ones must match, too
 * @why: what it does to the path, in a few words
 * @idle: invalidating and built in, but off where this option...
 * @idle_value: ...has this value; both NULL: on where it is built in, unless...
 * @boot: ...it waits for this parameter on the kernel's command line; with @idle,
 *	the parameter that switches it on all the same
 */
struct dmafp_option_rule {
	const char *name;
	enum dmafp_option_kind kind;
	const char *why;
	const char *idle, *idle_value, *boot;
};

/** dmafp_option_rules - all of them; the last one has no name */
extern const struct dmafp_option_rule dmafp_option_rules[];

/**
 * dmafp_kernel_options_read() - record every option of the rules
 * @config: content of a .config
 * @result: whose kernel.options is empty
 *
 * An option that is not set, or that this kernel does not have, is "n".
 */
void dmafp_kernel_options_read(const char *config, struct dmafp_result *result);

/**
 * dmafp_kernel_option_find() - value of CONFIG_@name, without quotes
 * @config: content of a .config
 *
 * Return: malloc()ed; "n" if the option is not set.
 */
char *dmafp_kernel_option_find(const char *config, const char *name);

/** dmafp_kernel_option() - value of an option, NULL if it was not recorded */
const char *dmafp_kernel_option(const struct dmafp_result *result, const char *name);

/**
 * dmafp_kernel_option_invalidates() - is what @rule is about built in, and not
 * left off when the kernel booted?
 */
bool dmafp_kernel_option_invalidates(const struct dmafp_option_rule *rule,
				     const struct dmafp_result *result);

#endif /* DMAFP_ANALYSIS_KERNEL_OPTION_H */
