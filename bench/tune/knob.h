/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What disturbs timing and can be switched off while a run lasts: each is a file of
 * sysfs, procfs or cgroupfs, so that its old content is all there is to put back.
 */
#ifndef DMAFP_TUNE_KNOB_H
#define DMAFP_TUNE_KNOB_H

#include <stddef.h>

#include "base/cpulist.h"

/* What is written */
enum dmafp_knob_kind {
	DMAFP_KNOB_SET,	      /* @value */
	DMAFP_KNOB_COPY,      /* what the file @value beside it holds */
	DMAFP_KNOB_AWAY_LIST, /* the CPUs it has but the measuring ones, as a list */
	DMAFP_KNOB_AWAY_MASK, /* the same as a mask */
	DMAFP_KNOB_DEEP, /* @value, where the file "latency" beside it is over 2 us */
	DMAFP_KNOB_KEEP, /* nothing: another knob may change it; it is only put back */
};

/**
 * struct dmafp_knob - one row; the table ends with name NULL
 *
 * Rows are set in their order and put back in the reverse one.
 *
 * @name: as in docs/doctor.md
 * @kind: see there
 * @paths: glob(7) patterns below the root, NULL-terminated; "{cpu}" stands for the
 *	number of each measuring CPU
 * @value: see @kind
 * @why: what it does to a measurement
 */
struct dmafp_knob {
	const char *name;
	enum dmafp_knob_kind kind;
	const char *const *paths;
	const char *value;
	const char *why;
};

/** dmafp_knobs - all of them */
extern const struct dmafp_knob dmafp_knobs[];

/** DMAFP_KNOB_LATENCY_US - longest time that an idle CPU may take to come back */
#define DMAFP_KNOB_LATENCY_US 2

/**
 * struct dmafp_knob_site - the machine
 * @root: put in front of all paths; "" for this machine's own
 * @cpus: the measuring CPUs
 * @online: all CPUs
 */
struct dmafp_knob_site {
	const char *root;
	struct dmafp_cpulist cpus, online;
};

/**
 * struct dmafp_knob_file - one file that a knob wants changed
 * @path: without the root
 * @old: its content
 * @wanted: what to write; NULL: nothing, see DMAFP_KNOB_KEEP
 */
struct dmafp_knob_file {
	char *path, *old, *wanted;
};

/**
 * struct dmafp_knob_files - all of one knob
 * @items: those to be changed
 * @nr: how many
 * @nr_seen: files that the knob has on this machine, also those that are well as they are
 * @nr_stuck: interrupts that no other CPU can take
 */
struct dmafp_knob_files {
	struct dmafp_knob_file *items;
	size_t nr, nr_seen, nr_stuck;
};

/** dmafp_knob_find() - look at the machine; release with dmafp_knob_files_free() */
void dmafp_knob_find(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
		     struct dmafp_knob_files *files);

/** dmafp_knob_files_free() - release what it holds and empty it */
void dmafp_knob_files_free(struct dmafp_knob_files *files);

#endif /* DMAFP_TUNE_KNOB_H */
