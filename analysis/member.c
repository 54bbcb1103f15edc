// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/json_text.h"
#include "base/alloc.h"
#include "analysis/member.h"

/* Where in the file a value is: a chain on the stack, printed only on failure */
struct where {
	const struct where *up; /* NULL: the whole file */
	const char *name;	/* NULL: element @index */
	size_t index;
	struct dmafp_bucket_lists *lists; /* of the whole file */
};

static void print_where(const struct where *at, FILE *out)
{
	if (!at->up)
		return;
	print_where(at->up, out);
	if (!at->name)
		fprintf(out, "[%zu]", at->index);
	else
		fprintf(out, "%s%s", at->up->up ? "." : "", at->name);
}

static int wrong(const struct where *at, const char *what, struct dmafp_err *err)
{
	char path[256] = "";
	FILE *out = fmemopen(path, sizeof(path) - 1, "w");

	if (out) {
		print_where(at, out);
		fclose(out);
	}
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "member %s %s", path, what);
}

static void *field(const void *base, size_t offset)
{
	return (char *)base + offset;
}

/* One kind of value: how it is written, read and released */
struct codec {
	json_t *(*write)(const struct dmafp_member *m, const void *base);
	int (*read)(const struct dmafp_member *m, const json_t *json, void *base,
		    const struct where *at, struct dmafp_err *err);
	void (*free)(const struct dmafp_member *m, void *base);
};

static const struct codec codecs[DMAFP_NR_MEMBER_TYPES];

static json_t *write_members(const struct dmafp_member *table, const void *base)
{
	json_t *object = json_object();

	dmafp_members_write(table, base, object);
	return object;
}

static int read_members(const struct dmafp_member *m, const json_t *object, void *base,
			const struct where *up, struct dmafp_err *err)
{
	int ret = 0;

	if (!json_is_object(object))
		return wrong(up, "is not an object", err);
	for (; !ret && m->name; m++) {
		struct where at = { .up = up, .name = m->name };
		const json_t *json = json_object_get(object, m->name);

		if (!json)
			return wrong(&at, "is missing", err);
		ret = codecs[m->type].read(m, json, base, &at, err);
	}
	return ret;
}

/* Strings */

/* Length of the control character that begins here, of C0, DEL, or C1 in UTF-8; or 0 */
static size_t control_length(const char *text)
{
	unsigned char first = (unsigned char)text[0], second = first ? (unsigned char)text[1] : 0;

	if (first == 0xc2 && second >= 0x80 && second < 0xa0)
		return 2;
	return (first && first < ' ') || first == 0x7f;
}

/*
 * What a file says ends up on terminals and in mails: nothing that moves a cursor.
 * Only @text has lines, such as a kernel's log.
 */
static char *copy_string(const json_t *json, bool text)
{
	char *copy = dmafp_alloc_string(json_string_value(json)), *from = copy, *to = copy;

	while (*from) {
		size_t len = control_length(from);

		if (*from == '\t' || (*from == '\n' && text))
			*to++ = *from;
		else
			*to++ = len ? '?' : *from;
		from += len ? len : 1;
	}
	*to = '\0';
	return copy;
}

static json_t *write_string(const struct dmafp_member *m, const void *base)
{
	return dmafp_json_string(*(char **)field(base, m->offset));
}

static int read_name(const struct dmafp_member *m, const json_t *json, void *base,
		     const struct where *at, struct dmafp_err *err)
{
	if (!json_is_string(json) || !json_string_length(json))
		return wrong(at, "is not a string that says something", err);
	*(char **)field(base, m->offset) = copy_string(json, false);
	return 0;
}

static int read_string(const struct dmafp_member *m, const json_t *json, void *base,
		       const struct where *at, struct dmafp_err *err)
{
	if (json_is_null(json))
		return 0;
	if (!json_is_string(json))
		return wrong(at, "is neither a string nor null", err);
	*(char **)field(base, m->offset) = copy_string(json, true);
	return 0;
}

static void free_pointer(const struct dmafp_member *m, void *base)
{
	free(*(void **)field(base, m->offset));
}

/* Numbers */

static json_t *write_bool(const struct dmafp_member *m, const void *base)
{
	return json_boolean(*(bool *)field(base, m->offset));
}

static int read_bool(const struct dmafp_member *m, const json_t *json, void *base,
		     const struct where *at, struct dmafp_err *err)
{
	if (!json_is_boolean(json))
		return wrong(at, "is neither true nor false", err);
	*(bool *)field(base, m->offset) = json_is_true(json);
	return 0;
}

static int read_integer(const json_t *json, json_int_t min, json_int_t max,
			json_int_t *value, const struct where *at, struct dmafp_err *err)
{
	if (!json_is_integer(json))
		return wrong(at, "is not an integer", err);
	*value = json_integer_value(json);
	if (*value < min || *value > max)
		return wrong(at, "is out of range", err);
	return 0;
}

#define UNSIGNED(name, type, least, most)                                                 \
	static json_t *write_##name(const struct dmafp_member *m, const void *base)       \
	{                                                                                 \
		type value = *(type *)field(base, m->offset);                             \
                                                                                          \
		return json_integer((json_int_t)value);                                   \
	}                                                                                 \
                                                                                          \
	static int read_##name(const struct dmafp_member *m, const json_t *json,          \
			       void *base, const struct where *at, struct dmafp_err *err) \
	{                                                                                 \
		json_int_t value = 0;                                                     \
		int ret = read_integer(json, least, most, &value, at, err);               \
                                                                                          \
		if (!ret)                                                                 \
			*(type *)field(base, m->offset) = (type)value;                    \
		return ret;                                                               \
	}

UNSIGNED(u16, uint16_t, 0, UINT16_MAX)
UNSIGNED(u32, uint32_t, 0, UINT32_MAX)
UNSIGNED(u64, uint64_t, 0, INT64_MAX)
UNSIGNED(positive, uint64_t, 1, INT64_MAX)

static json_t *write_known(const struct dmafp_member *m, const void *base)
{
	return *(uint32_t *)field(base, m->offset) ? write_u32(m, base) : json_null();
}

static int read_known(const struct dmafp_member *m, const json_t *json, void *base,
		      const struct where *at, struct dmafp_err *err)
{
	json_int_t value = 0;
	int ret = 0;

	if (!json_is_null(json))
		ret = read_integer(json, 1, UINT32_MAX, &value, at, err);
	*(uint32_t *)field(base, m->offset) = (uint32_t)value;
	return ret;
}

static json_t *write_optional(const struct dmafp_member *m, const void *base)
{
	return *(bool *)field(base, m->extra) ? write_u64(m, base) : json_null();
}

static int read_optional(const struct dmafp_member *m, const json_t *json, void *base,
			 const struct where *at, struct dmafp_err *err)
{
	if (json_is_null(json))
		return 0;
	*(bool *)field(base, m->extra) = true;
	return read_u64(m, json, base, at, err);
}

static json_t *write_index(const struct dmafp_member *m, const void *base)
{
	int value = *(int *)field(base, m->offset);

	return value < 0 ? json_null() : json_integer(value);
}

static int read_index(const struct dmafp_member *m, const json_t *json, void *base,
		      const struct where *at, struct dmafp_err *err)
{
	json_int_t value = -1;
	int ret = 0;

	if (!json_is_null(json))
		ret = read_integer(json, 0, INT_MAX, &value, at, err);
	*(int *)field(base, m->offset) = (int)value;
	return ret;
}

static json_t *write_choice(const struct dmafp_member *m, const void *base)
{
	return json_string(m->words[*(unsigned int *)field(base, m->offset)]);
}

static int read_choice(const struct dmafp_member *m, const json_t *json, void *base,
		       const struct where *at, struct dmafp_err *err)
{
	const char *word = json_string_value(json);
	unsigned int i;

	for (i = 0; word && m->words[i]; i++) {
		if (strcmp(word, m->words[i]))
			continue;
		*(unsigned int *)field(base, m->offset) = i;
		return 0;
	}
	return wrong(at, "is not one of the words it may be", err);
}

/* Objects */

static json_t *write_object(const struct dmafp_member *m, const void *base)
{
	return write_members(m->members, field(base, m->offset));
}

static int read_object(const struct dmafp_member *m, const json_t *json, void *base,
		       const struct where *at, struct dmafp_err *err)
{
	return read_members(m->members, json, field(base, m->offset), at, err);
}

static void free_object(const struct dmafp_member *m, void *base)
{
	dmafp_members_free(m->members, field(base, m->offset));
}

static json_t *write_maybe(const struct dmafp_member *m, const void *base)
{
	return *(bool *)field(base, m->extra) ? write_object(m, base) : json_null();
}

static int read_maybe(const struct dmafp_member *m, const json_t *json, void *base,
		      const struct where *at, struct dmafp_err *err)
{
	if (json_is_null(json))
		return 0;
	*(bool *)field(base, m->extra) = true;
	return read_object(m, json, base, at, err);
}

static json_t *write_counted(const struct dmafp_member *m, const void *base)
{
	return *(uint64_t *)field(base, m->extra) ? write_object(m, base) : json_null();
}

static int read_counted(const struct dmafp_member *m, const json_t *json, void *base,
			const struct where *at, struct dmafp_err *err)
{
	return json_is_null(json) ? 0 : read_object(m, json, base, at, err);
}

/* Arrays */

/* The elements' memory is the structure's before the first of them is read */
static void *begin_array(const struct dmafp_member *m, const json_t *json, void *base,
			 size_t size)
{
	size_t nr = json_array_size(json);
	void *items = nr ? dmafp_alloc(nr, size) : NULL;

	*(void **)field(base, m->offset) = items;
	*(size_t *)field(base, m->extra) = nr;
	return items;
}

static json_t *write_array(const struct dmafp_member *m, const void *base)
{
	const char *items = *(char **)field(base, m->offset);
	size_t i, nr = *(size_t *)field(base, m->extra);
	json_t *array = json_array();

	for (i = 0; i < nr; i++)
		json_array_append_new(array,
				      write_members(m->members, items + i * m->size));
	return array;
}

static int read_array(const struct dmafp_member *m, const json_t *json, void *base,
		      const struct where *up, struct dmafp_err *err)
{
	struct where at = { .up = up };
	const json_t *item;
	char *items;
	int ret = 0;

	if (!json_is_array(json))
		return wrong(up, "is not an array", err);
	items = begin_array(m, json, base, m->size);
	json_array_foreach (json, at.index, item) {
		ret = read_members(m->members, item, items + at.index * m->size, &at, err);
		if (ret)
			break;
	}
	return ret;
}

static void free_array(const struct dmafp_member *m, void *base)
{
	char *items = *(char **)field(base, m->offset);
	size_t i, nr = *(size_t *)field(base, m->extra);

	for (i = 0; i < nr; i++)
		dmafp_members_free(m->members, items + i * m->size);
	free(items);
}

static json_t *write_tuple(const struct dmafp_member *m, const void *base)
{
	json_t *tuple = json_array();

	for (; m->name; m++)
		json_array_append_new(tuple, codecs[m->type].write(m, base));
	return tuple;
}

static json_t *write_tuples(const struct dmafp_member *m, const void *base)
{
	const char *items = *(char **)field(base, m->offset);
	size_t i, nr = *(size_t *)field(base, m->extra);
	json_t *array = json_array();

	for (i = 0; i < nr; i++)
		json_array_append_new(array, write_tuple(m->members, items + i * m->size));
	return array;
}

static int read_tuple(const struct dmafp_member *m, const json_t *json, void *base,
		      const struct where *up, struct dmafp_err *err)
{
	struct where at = { .up = up };
	int ret = 0;

	for (; !ret && m->name; m++, at.index++) {
		const json_t *item = json_array_get(json, at.index);

		if (!item)
			return wrong(&at, "is missing", err);
		ret = codecs[m->type].read(m, item, base, &at, err);
	}
	if (!ret && at.index != json_array_size(json))
		return wrong(up, "has too many elements", err);
	return ret;
}

/* The array that was taken out of the text and left its number; NULL if none was */
static struct dmafp_bucket_list *find_list(const struct where *at, const json_t *json)
{
	size_t i = (size_t)json_integer_value(json);

	while (at->up)
		at = at->up;
	return json_is_integer(json) && at->lists && i < at->lists->nr ? &at->lists->items[i]
								       : NULL;
}

static void adopt_list(const struct dmafp_member *m, void *base,
		       struct dmafp_bucket_list *list)
{
	*(void **)field(base, m->offset) = list->items;
	*(size_t *)field(base, m->extra) = list->nr;
	*list = (struct dmafp_bucket_list) { 0 };
}

static int read_tuples(const struct dmafp_member *m, const json_t *json, void *base,
		       const struct where *up, struct dmafp_err *err)
{
	struct dmafp_bucket_list *list = find_list(up, json);
	struct where at = { .up = up };
	const json_t *item;
	char *items;
	int ret = 0;

	if (list) {
		adopt_list(m, base, list);
		return 0;
	}
	if (!json_is_array(json))
		return wrong(up, "is not an array", err);
	items = begin_array(m, json, base, m->size);
	json_array_foreach (json, at.index, item) {
		ret = read_tuple(m->members, item, items + at.index * m->size, &at, err);
		if (ret)
			break;
	}
	return ret;
}

#define NUMBERS(name, type, most)                                                         \
	static json_t *write_##name(const struct dmafp_member *m, const void *base)       \
	{                                                                                 \
		const type *items = *(type **)field(base, m->offset);                     \
		size_t i, nr = *(size_t *)field(base, m->extra);                          \
		json_t *array = json_array();                                             \
                                                                                          \
		for (i = 0; i < nr; i++)                                                  \
			json_array_append_new(array, json_integer((json_int_t)items[i])); \
		return array;                                                             \
	}                                                                                 \
                                                                                          \
	static int read_##name(const struct dmafp_member *m, const json_t *json,          \
			       void *base, const struct where *up, struct dmafp_err *err) \
	{                                                                                 \
		struct where at = { .up = up };                                           \
		const json_t *item;                                                       \
		type *items;                                                              \
                                                                                          \
		if (!json_is_array(json))                                                 \
			return wrong(up, "is not an array", err);                         \
		items = begin_array(m, json, base, sizeof(*items));                       \
		json_array_foreach (json, at.index, item) {                               \
			json_int_t value = 0;                                             \
			int ret = read_integer(item, 0, most, &value, &at, err);          \
                                                                                          \
			if (ret)                                                          \
				return ret;                                               \
			items[at.index] = (type)value;                                    \
		}                                                                         \
		return 0;                                                                 \
	}

NUMBERS(u32s, uint32_t, UINT32_MAX)
NUMBERS(u64s, uint64_t, INT64_MAX)

static json_t *write_names(const struct dmafp_member *m, const void *base)
{
	char **items = *(char ***)field(base, m->offset);
	size_t i, nr = *(size_t *)field(base, m->extra);
	json_t *array = json_array();

	for (i = 0; i < nr; i++)
		json_array_append_new(array, dmafp_json_string(items[i]));
	return array;
}

static int read_names(const struct dmafp_member *m, const json_t *json, void *base,
		      const struct where *up, struct dmafp_err *err)
{
	struct where at = { .up = up };
	const json_t *item;
	char **items;

	if (!json_is_array(json))
		return wrong(up, "is not an array", err);
	items = begin_array(m, json, base, sizeof(*items));
	json_array_foreach (json, at.index, item) {
		if (!json_is_string(item) || !json_string_length(item))
			return wrong(&at, "is not a string that says something", err);
		items[at.index] = copy_string(item, false);
	}
	return 0;
}

static void free_names(const struct dmafp_member *m, void *base)
{
	char **items = *(char ***)field(base, m->offset);
	size_t i, nr = *(size_t *)field(base, m->extra);

	for (i = 0; i < nr; i++)
		free(items[i]);
	free(items);
}

static const struct codec codecs[DMAFP_NR_MEMBER_TYPES] = {
	[DMAFP_MEMBER_STRING] = { write_string, read_string, free_pointer },
	[DMAFP_MEMBER_NAME] = { write_string, read_name, free_pointer },
	[DMAFP_MEMBER_BOOL] = { write_bool, read_bool, NULL },
	[DMAFP_MEMBER_U16] = { write_u16, read_u16, NULL },
	[DMAFP_MEMBER_U32] = { write_u32, read_u32, NULL },
	[DMAFP_MEMBER_U64] = { write_u64, read_u64, NULL },
	[DMAFP_MEMBER_POSITIVE] = { write_positive, read_positive, NULL },
	[DMAFP_MEMBER_KNOWN] = { write_known, read_known, NULL },
	[DMAFP_MEMBER_INDEX] = { write_index, read_index, NULL },
	[DMAFP_MEMBER_CHOICE] = { write_choice, read_choice, NULL },
	[DMAFP_MEMBER_OBJECT] = { write_object, read_object, free_object },
	[DMAFP_MEMBER_MAYBE] = { write_maybe, read_maybe, free_object },
	[DMAFP_MEMBER_COUNTED] = { write_counted, read_counted, free_object },
	[DMAFP_MEMBER_ARRAY] = { write_array, read_array, free_array },
	[DMAFP_MEMBER_TUPLES] = { write_tuples, read_tuples, free_array },
	[DMAFP_MEMBER_OPTIONAL] = { write_optional, read_optional, NULL },
	[DMAFP_MEMBER_U32S] = { write_u32s, read_u32s, free_pointer },
	[DMAFP_MEMBER_U64S] = { write_u64s, read_u64s, free_pointer },
	[DMAFP_MEMBER_NAMES] = { write_names, read_names, free_names },
};

void dmafp_members_write(const struct dmafp_member *m, const void *base, json_t *object)
{
	for (; m->name; m++)
		json_object_set_new(object, m->name, codecs[m->type].write(m, base));
}

int dmafp_members_read(const struct dmafp_member *table, const json_t *object, void *base,
		       struct dmafp_bucket_lists *lists, struct dmafp_err *err)
{
	struct where file = { .lists = lists };

	return read_members(table, object, base, &file, err);
}

void dmafp_members_free(const struct dmafp_member *m, void *base)
{
	for (; m->name; m++)
		if (codecs[m->type].free)
			codecs[m->type].free(m, base);
}
