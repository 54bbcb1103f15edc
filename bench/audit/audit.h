/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this machine fit to measure on?  All is read, nothing is changed. */
#ifndef DMAFP_AUDIT_AUDIT_H
#define DMAFP_AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/finding.h"
#include "analysis/result.h"
#include "base/err.h"

/**
 * struct dmafp_check - one thing that is looked at; a table ends with name NULL
 * @name: as in docs/doctor.md
 * @worst: the worst class that it can reach
 * @how: what is read
 * @why: why it matters, one sentence without its stop
 * @command: what changes it; NULL: nothing does, or each finding has its own
 * @look: looks, and says at least one thing, see look.h
 */
struct dmafp_audit;
struct dmafp_check {
	const char *name;
	enum dmafp_finding_class worst;
	const char *how, *why, *command;
	void (*look)(struct dmafp_audit *audit);
};

/** struct dmafp_subject - checks that belong together; the table ends with name NULL */
struct dmafp_subject {
	const char *name, *title;
	const struct dmafp_check *checks;
};

/** dmafp_subjects - all of them, in the order in which they are looked at */
extern const struct dmafp_subject dmafp_subjects[];

/**
 * struct dmafp_audit_scope - what for
 * @root: put in front of /sys, /proc, /boot, /lib and PATH; "" for this machine's own
 * @devices: PCI addresses that shall be measured; none: all that a profile may name
 * @nr_devices: how many
 * @no_devices: do not look at devices: they are made up
 * @cpus: CPUs that shall measure; none: all that are online
 * @nr_cpus: how many
 */
struct dmafp_audit_scope {
	const char *root;
	const char *const *devices;
	size_t nr_devices;
	bool no_devices;
	const uint32_t *cpus;
	size_t nr_cpus;
};

/**
 * struct dmafp_finding - what a check saw
 * @check: the row
 * @class: at most @check->worst
 * @reading: what was seen
 * @command: what changes it, "" where nothing does, or nothing need be changed
 */
struct dmafp_finding {
	const struct dmafp_check *check;
	enum dmafp_finding_class class;
	char *reading, *command;
};

/** struct dmafp_findings - in the order of the checks */
struct dmafp_findings {
	struct dmafp_finding *items;
	size_t nr;
};

/**
 * dmafp_audit_run() - look at everything
 * @scope: see above
 * @findings: out; at least one for each check.  What cannot be read is a finding of
 *	class records that says so
 *
 * Takes some milliseconds, and opens files of many processes.
 */
void dmafp_audit_run(const struct dmafp_audit_scope *scope,
		     struct dmafp_findings *findings);

/** dmafp_findings_free() - release what it holds and empty it */
void dmafp_findings_free(struct dmafp_findings *findings);

/** dmafp_findings_count() - how many are of a class */
size_t dmafp_findings_count(const struct dmafp_findings *findings,
			    enum dmafp_finding_class class);

/** dmafp_findings_keep() - put all but the good ones into a result that has none */
void dmafp_findings_keep(const struct dmafp_findings *findings,
			 struct dmafp_result *result);

#endif /* DMAFP_AUDIT_AUDIT_H */
