/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a table of members is written, see member.h: for the files that hold one. */
#ifndef DMAFP_ANALYSIS_MEMBER_ROW_H
#define DMAFP_ANALYSIS_MEMBER_ROW_H

#include "analysis/member.h"

#define MEMBER(_name, _type, _struct, _field)                \
	{                                                    \
		.name = _name, .type = DMAFP_MEMBER_##_type, \
		.offset = offsetof(struct _struct, _field)   \
	}

/* The object's members are relative to the structure that it is in */
#define GROUP(_name, _members)                                                  \
	{                                                                       \
		.name = _name, .type = DMAFP_MEMBER_OBJECT, .members = _members \
	}

#define OBJECT(_name, _members, _struct, _field)                                 \
	{                                                                        \
		.name = _name, .type = DMAFP_MEMBER_OBJECT, .members = _members, \
		.offset = offsetof(struct _struct, _field)                       \
	}

/* null unless the flag is set */
#define MAYBE(_name, _members, _struct, _field, _flag)                          \
	{                                                                       \
		.name = _name, .type = DMAFP_MEMBER_MAYBE, .members = _members, \
		.offset = offsetof(struct _struct, _field),                     \
		.extra = offsetof(struct _struct, _flag)                        \
	}

/* The same for a GROUP(), which is null by a flag (MAYBE) or by a number (COUNTED) */
#define MAYBE_GROUP(_name, _type, _members, _struct, _flag)                       \
	{                                                                         \
		.name = _name, .type = DMAFP_MEMBER_##_type, .members = _members, \
		.extra = offsetof(struct _struct, _flag)                          \
	}

#define ARRAY(_name, _type, _members, _struct, _items, _nr)                       \
	{                                                                         \
		.name = _name, .type = DMAFP_MEMBER_##_type, .members = _members, \
		.offset = offsetof(struct _struct, _items),                       \
		.extra = offsetof(struct _struct, _nr),                           \
		.size = sizeof(*((struct _struct *)0)->_items)                    \
	}

#define OPTIONAL(_name, _struct, _field, _flag)               \
	{                                                     \
		.name = _name, .type = DMAFP_MEMBER_OPTIONAL, \
		.offset = offsetof(struct _struct, _field),   \
		.extra = offsetof(struct _struct, _flag)      \
	}

#define CHOICE(_name, _words, _struct, _field)                               \
	{                                                                    \
		.name = _name, .type = DMAFP_MEMBER_CHOICE, .words = _words, \
		.offset = offsetof(struct _struct, _field)                   \
	}

#endif /* DMAFP_ANALYSIS_MEMBER_ROW_H */
