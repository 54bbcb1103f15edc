/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures as JSON objects, both ways, from one table of their members: a
 * member that is written is read, checked and released by the same row.
 */
#ifndef DMAFP_ANALYSIS_MEMBER_H
#define DMAFP_ANALYSIS_MEMBER_H

#include <stddef.h>

#include <jansson.h>

#include "analysis/bucket_list.h"
#include "base/err.h"

enum dmafp_member_type {
	DMAFP_MEMBER_STRING, /* char *; null: not known */
	DMAFP_MEMBER_NAME,   /* char *, neither NULL nor "" */
	DMAFP_MEMBER_BOOL,
	DMAFP_MEMBER_U16,
	DMAFP_MEMBER_U32,
	DMAFP_MEMBER_U64,      /* 0..2^63-1, as JSON integers go */
	DMAFP_MEMBER_POSITIVE, /* uint64_t, 1..2^63-1 */
	DMAFP_MEMBER_KNOWN,    /* uint32_t; null: 0, not known */
	DMAFP_MEMBER_INDEX,    /* int from 0; null: -1, none */
	DMAFP_MEMBER_CHOICE,   /* an enum, by @words */
	DMAFP_MEMBER_OBJECT,   /* embedded, of @members */
	DMAFP_MEMBER_MAYBE,    /* the same, null unless the bool at @extra is set */
	DMAFP_MEMBER_COUNTED,  /* the same, null if the uint64_t at @extra is 0 */
	DMAFP_MEMBER_ARRAY,    /* of @size bytes an element; size_t at @extra */
	DMAFP_MEMBER_TUPLES,   /* the same, an element being an array in JSON */
	DMAFP_MEMBER_OPTIONAL, /* uint64_t; null unless the bool at @extra is set */
	DMAFP_MEMBER_U32S,     /* array of uint32_t; size_t at @extra */
	DMAFP_MEMBER_U64S,     /* array of uint64_t, 0..2^63-1; size_t at @extra */
	DMAFP_MEMBER_NAMES,    /* array of char *, none empty; size_t at @extra */
	DMAFP_NR_MEMBER_TYPES
};

/**
 * struct dmafp_member - one row; a table ends with name NULL
 * @name: in JSON
 * @type: see there
 * @offset: of the member, or of the structure that @members are relative to
 * @extra: offset of the flag or of the number of elements
 * @members: of the object or of each element
 * @size: of an element
 * @words: NULL-terminated
 */
struct dmafp_member {
	const char *name;
	enum dmafp_member_type type;
	size_t offset, extra;
	const struct dmafp_member *members;
	size_t size;
	const char *const *words;
};

/**
 * dmafp_members_write() - add the members of the structure at @base to @object
 */
void dmafp_members_write(const struct dmafp_member *table, const void *base,
			 json_t *object);

/**
 * dmafp_members_read() - fill the structure at @base
 * @table: its members
 * @object: what was read; members that are not in the table are skipped
 * @base: zeroed; on failure too it can be handed to dmafp_members_free()
 * @lists: arrays that @object has numbers for, see bucket_list.h; NULL: none
 * @err: names the member by its path, as in "cells[3].map.count"
 *
 * Return: 0, or a negative errno.
 */
int dmafp_members_read(const struct dmafp_member *table, const json_t *object, void *base,
		       struct dmafp_bucket_lists *lists, struct dmafp_err *err);

/** dmafp_members_free() - release all that the structure's members own */
void dmafp_members_free(const struct dmafp_member *table, void *base);

#endif /* DMAFP_ANALYSIS_MEMBER_H */
