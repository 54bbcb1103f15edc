/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How checks read the machine, and how they say what they saw. */
#ifndef DMAFP_AUDIT_LOOK_H
#define DMAFP_AUDIT_LOOK_H

#include "analysis/lines.h"
#include "audit/audit.h"
#include "base/cpulist.h"
#include "run/device.h"

/**
 * struct dmafp_audit - one call of dmafp_audit_run(): what several checks need
 * @scope: as given
 * @root: of the scope, never NULL
 * @machine: its kernel and machine are filled, see dmafp_provenance_fill()
 * @cpuinfo: /proc/cpuinfo, "" if it cannot be read
 * @config: the kernel's configuration, NULL: not known
 * @cpus: those that shall measure
 * @online: all CPUs
 * @devices: PCI functions of the machine
 * @check: whose turn it is
 * @findings: so far
 */
struct dmafp_audit {
	const struct dmafp_audit_scope *scope;
	const char *root;
	struct dmafp_result *machine;
	char *cpuinfo, *config;
	struct dmafp_cpulist cpus, online;
	struct dmafp_device_list devices;
	const struct dmafp_check *check;
	struct dmafp_findings *findings;
};

/* Reading; names are printf-like, and begin with "/" */

/** dmafp_look_text() - a file without its last newlines, NULL if it cannot be read; free() it */
char *dmafp_look_text(const struct dmafp_audit *audit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_look_line() - the first line, "" if it cannot be read; is there one? */
bool dmafp_look_line(const struct dmafp_audit *audit, char line[256], const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** dmafp_look_number() - a decimal number in the first line; is there one? */
bool dmafp_look_number(const struct dmafp_audit *audit, unsigned long *number,
		       const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/** dmafp_look_exists() - is there such a file or folder? */
bool dmafp_look_exists(const struct dmafp_audit *audit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_look_names() - paths below the root that a glob(7) pattern matches */
void dmafp_look_names(const struct dmafp_audit *audit, const char *pattern,
		      struct dmafp_lines *names);

/** dmafp_look_option() - value of CONFIG_@name, "n" if it is not set, NULL: not known; free() */
char *dmafp_look_option(const struct dmafp_audit *audit, const char *name);

/** dmafp_look_parameter() - the kernel's command line has this word, or it with "=..." */
bool dmafp_look_parameter(const struct dmafp_audit *audit, const char *word);

/* Saying */

/** dmafp_say() - a finding with the command of the row, or none if it is good */
void dmafp_say(struct dmafp_audit *audit, enum dmafp_finding_class class, const char *fmt,
	       ...) __attribute__((format(printf, 3, 4)));

/** dmafp_say_command() - the same with another command, which may be NULL for none */
void dmafp_say_command(struct dmafp_audit *audit, enum dmafp_finding_class class,
		       const char *command, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** dmafp_say_unread() - "cannot be read: ", of class records and with no command */
void dmafp_say_unread(struct dmafp_audit *audit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_say_unmounted() - the same of a file of debugfs, tracefs or securityfs */
void dmafp_say_unmounted(struct dmafp_audit *audit, const char *filesystem,
			 const char *file);

/* The tables, a file each */
extern const struct dmafp_check dmafp_checks_run[];
extern const struct dmafp_check dmafp_checks_cpu[];
extern const struct dmafp_check dmafp_checks_power[];
extern const struct dmafp_check dmafp_checks_quiet[];
extern const struct dmafp_check dmafp_checks_tracing[];
extern const struct dmafp_check dmafp_checks_kernel[];
extern const struct dmafp_check dmafp_checks_lock[];
extern const struct dmafp_check dmafp_checks_iommu[];
extern const struct dmafp_check dmafp_checks_device[];
extern const struct dmafp_check dmafp_checks_tool[];

#endif /* DMAFP_AUDIT_LOOK_H */
