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
	char *path;
	char *text;		       /* the file as it was read */
	char sha256[DMAFP_SHA256_HEX]; /* of @text */
	char *name;
	char *description;
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
		char *cmdline;
		uint64_t boots;	     /* of each arm, the replicates */
		uint64_t time_limit; /* seconds a boot */
		uint64_t crashkernel;
		char *expect; /* the fault that the console may hold */
	} lab;
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
 *	range of the value
 *
 * Return: the profile, or NULL.
 */
struct dmafp_profile *dmafp_profile_load(const char *name, struct dmafp_err *err);

/**
 * dmafp_profile_parse() - the same from text in memory
 * @text: content of the file
 * @path: what to call it in messages
 */
struct dmafp_profile *dmafp_profile_parse(const char *text, const char *path,
					  struct dmafp_err *err);

/** dmafp_profile_free() - NULL is fine */
void dmafp_profile_free(struct dmafp_profile *profile);

/**
 * dmafp_profile_dir() - where profiles are looked up by name
 *
 * $DMAFP_CONFIG_DIR, or else the directory that the program was built with.
 */
const char *dmafp_profile_dir(void);

/**
 * dmafp_profile_names() - the profiles of the profile directory, sorted
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
