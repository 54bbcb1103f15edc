/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles: what to measure and on what, as an INI file.
 *
 * A key is a row in the table of profile.c and a member here; its default, its
 * range and its error messages come from the row.  docs/profiles.md describes
 * every key.
 */
#ifndef DMAFP_RUN_PROFILE_H
#define DMAFP_RUN_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "run/value.h"

/**
 * struct dmafp_profile - one profile, defaults filled in
 *
 * Sizes are in bytes, also those of the lab's guest.
 */
struct dmafp_profile {
	char *path; /* of the file, with the settings behind it: for messages */
	/*
	 * The file as it was read.  With includes or settings, all that they and
	 * the file give, as one file that reads the same.
	 */
	char *text;
	char sha256[DMAFP_SHA256_HEX]; /* of @text */
	char *listing; /* every key, and where its value is from, for people */
	char *name;    /* with the settings behind it, as in "quick --set run.block=8" */
	char *description;
	struct dmafp_names include; /* of a file that is being read, empty afterwards */
	struct {
		struct dmafp_names ops;
		struct dmafp_names methods;
		struct dmafp_numbers sizes;
		struct dmafp_numbers entries;
		struct dmafp_names layouts;
		struct dmafp_names directions;
		struct dmafp_names attrs;
		struct dmafp_names touch;
		uint64_t mask; /* bits, 0: as bound */
		int node;      /* of the buffers, -1: the worker's own */
		struct dmafp_cpus cpus;
		uint64_t warmup, iterations, block;
		uint64_t duration; /* ms, 0: no limit */
		uint64_t live;
		uint64_t delay; /* ns */
		uint64_t series;
		struct dmafp_names events;
		uint64_t count_ops; /* 0: calls are not counted */
		uint64_t calibrations;
	} run;
	struct {
		struct dmafp_threads threads; /* none: as many as @run.cpus */
		struct dmafp_names nodes;
	} scaling;
	struct {
		char *op;
		uint64_t size;
		char *direction;
		bool recount;
	} first_map;
	struct {
		struct dmafp_numbers race_cpus; /* none: no races */
		uint64_t race_rounds;		/* with each of @hold_us */
		struct dmafp_numbers hold_us;
		bool atomic;
	} attach;
	struct {
		struct dmafp_names classes;
	} devices;
	struct {
		struct dmafp_names tools; /* none: no traffic */
		uint64_t tally_ops;	  /* of the counting pass, 0: none */
	} traffic;
	struct {
		struct dmafp_names jobs;
		struct dmafp_names engines;
		struct dmafp_numbers depths;
		uint64_t ios;	  /* of each job, 0: until @runtime */
		uint64_t runtime; /* seconds, 0: until @ios */
		uint64_t ramp;	  /* seconds that are not measured */
		bool latency_log;
	} fio;
	struct {
		struct dmafp_numbers frames; /* bytes */
		uint64_t fragments;
		uint64_t packets; /* of a round */
		uint64_t rounds;
		uint64_t pace; /* ns, 0: as fast as it goes */
		bool receive;
	} pktgen;
	struct {
		struct dmafp_names counters;
		bool sample;
		char *sample_event;
		uint64_t frequency; /* Hz */
		uint64_t samples;   /* of a cell */
	} perf;
	struct {
		uint64_t margin;       /* millionths of the op */
		uint64_t margin_check; /* ticks */
	} verdict;
	struct {
		char *iommu;
		char *accel;
		struct dmafp_names modes;
		struct dmafp_names devices;
		uint64_t memory;
		uint64_t cpus;
		uint64_t nodes;
		char *cmdline;
		uint64_t boots;	     /* of each arm, the replicates */
		uint64_t time_limit; /* seconds a boot */
		uint64_t crashkernel;
		char *expect; /* the fault that the console may hold */
		uint64_t disk_latency; /* microseconds of the host's time */
		uint64_t time_margin;  /* millionths of the op, 0: @verdict.margin */
	} lab;
};

/**
 * struct dmafp_sets - settings over a profile, each "section.key=value", or
 *	"key=value" where one section only has that key; the last of a key counts
 */
struct dmafp_sets {
	const char *const *items;
	size_t nr;
};

/**
 * struct dmafp_profile_key - how a key reads, for documents and their tests
 * @section: name of the section
 * @name: name of the key
 * @fallback: its default, as it would be written in a file
 */
struct dmafp_profile_key {
	const char *section;
	const char *name;
	const char *fallback;
};

/**
 * dmafp_profile_load() - find and read a profile
 * @name: a path if it holds a '/' or ends in ".ini", else a name in the
 *	profile directory
 * @err: filled on failure: file and line, and the nearest known key or the
 *	range of the value; of an included file also which line includes it
 *
 * Return: the profile, or NULL.
 */
struct dmafp_profile *dmafp_profile_load(const char *name, struct dmafp_err *err);

/** dmafp_profile_load_with() - the same with settings over it */
struct dmafp_profile *dmafp_profile_load_with(const char *name, const struct dmafp_sets *sets,
					      struct dmafp_err *err);

/**
 * dmafp_profile_parse() - the same from text in memory
 * @text: content of the file
 * @path: what to call it in messages; paths of its includes begin in its folder
 */
struct dmafp_profile *dmafp_profile_parse(const char *text, const char *path,
					  struct dmafp_err *err);

/** dmafp_profile_free() - NULL is fine */
void dmafp_profile_free(struct dmafp_profile *profile);

/**
 * dmafp_profile_names() - the profiles of dmafp_where_profiles(), sorted
 * @names: out; release it with dmafp_names_free()
 *
 * Return: 0, or a negative errno.
 */
int dmafp_profile_names(struct dmafp_names *names, struct dmafp_err *err);

/**
 * dmafp_profile_key() - the @index-th key a profile may have
 *
 * Return: 0, or -ENOENT behind the last one.
 */
int dmafp_profile_key(size_t index, struct dmafp_profile_key *key);

#endif /* DMAFP_RUN_PROFILE_H */
