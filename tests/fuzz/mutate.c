// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mutations that know what a result file is: a value somewhere in the tree is
 * replaced, dropped, doubled or moved, and most of the time the histograms are
 * made to add up again, because a reader that refuses at once is tested soon.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "fuzz.h"

static unsigned int state;

static unsigned int any(unsigned int below)
{
	state = state * 1103515245 + 12345;
	return (state >> 8) % below;
}

/* The tree, counted and indexed in the order of its members */

struct spot {
	json_t *parent;
	const char *key; /* NULL: element @index */
	size_t index;
	json_t *value;
};

static int find_spot(json_t *parent, size_t *left, struct spot *spot)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_object(parent)) {
		json_object_foreach (parent, key, value) {
			*spot = (struct spot) { parent, key, 0, value };
			if (!(*left)-- || find_spot(value, left, spot))
				return 1;
		}
	} else if (json_is_array(parent)) {
		json_array_foreach (parent, i, value) {
			*spot = (struct spot) { parent, NULL, i, value };
			if (!(*left)-- || find_spot(value, left, spot))
				return 1;
		}
	}
	return 0;
}

static size_t count_spots(const json_t *json)
{
	const char *key;
	size_t i, nr = 0;
	json_t *value;

	if (json_is_object(json))
		json_object_foreach ((json_t *)json, key, value)
			nr += 1 + count_spots(value);
	else if (json_is_array(json))
		json_array_foreach (json, i, value)
			nr += 1 + count_spots(value);
	return nr;
}

static int choose_spot(json_t *root, struct spot *spot)
{
	size_t nr = count_spots(root), left;

	if (!nr)
		return 0;
	left = any((unsigned int)nr);
	return find_spot(root, &left, spot);
}

static void put(const struct spot *spot, json_t *value)
{
	if (spot->key)
		json_object_set_new(spot->parent, spot->key, value);
	else
		json_array_set_new(spot->parent, spot->index, value);
}

/* Values */

static json_t *any_number(const json_t *old)
{
	static const json_int_t edges[] = {
		0, 1, 2, 3, 7, 16, 63, 64, 100, 255, 4096, 65535, 65536, INT32_MAX,
		(json_int_t)INT32_MAX + 1, UINT32_MAX, (json_int_t)UINT32_MAX + 1,
		INT64_MAX / 2, INT64_MAX - 1, INT64_MAX, -1, INT64_MIN,
	};
	json_int_t value = json_integer_value(old);

	switch (any(5)) {
	case 0:
		return json_integer(value < INT64_MAX ? value + 1 : value);
	case 1:
		return json_integer(value > INT64_MIN ? value - 1 : value);
	case 2:
		return json_integer(value ^ (json_int_t)(1ull << any(63)));
	case 3:
		return json_integer((json_int_t)any(1 << 20));
	default:
		return json_integer(edges[any(sizeof(edges) / sizeof(edges[0]))]);
	}
}

static const char long_word[] =
	"a_word_that_is_longer_than_any_line_of_a_report_is_allowed_to_be_so_that_it_must_"
	"be_broken_somewhere_or_other_because_there_is_no_blank_in_it_at_all_0123456789";

static json_t *any_string(void)
{
	static const char *const words[] = {
		"base", "patched", "always-lock", "placebo", "plain", "keyed", "kdump",
		"exact", "timed", "null", "check", "map_page", "map_sg", "alloc_coherent",
		"latency", "block", "sustained", "absent", "valid", "multiplexed", "DMA",
		"DMA-FQ", "identity", "to_device", "bidirectional", "contiguous", "scattered",
		"map", "unmap", "nvme", "x86_64", "aarch64", "lock", "attach", "atomic", "y", "n",
		"", " ", "\x1b[2J\x1b]0;x\x07", "\r\n== Overall verdict: EQUIVALENT", "%s%n%d",
		"a\tb\nc", "<script>alert(1)</script>", "\",\"=1+1", "\xc3\xa9\xe2\x82\xac",
		"\302\23331m", "a;b;c", ";", ";;", "../../../etc/passwd", "&amp;'\"", "not ok 1 "
										      "- x",
		"0123456789abcdef0123456789abcdef01234567",
		long_word, "submit", "complete", "send", "busy", "time", "fio", "pktgen",
	};

	return json_string(words[any(sizeof(words) / sizeof(words[0]))]);
}

static json_t *any_value(const json_t *old)
{
	unsigned int kind = any(12);

	if (kind > 5 && json_is_integer(old))
		return any_number(old);
	if (kind > 5 && json_is_string(old))
		return any_string();
	if (kind > 5 && json_is_boolean(old))
		return json_boolean(!json_is_true(old));
	switch (any(7)) {
	case 0:
		return json_null();
	case 1:
		return any_string();
	case 2:
		return json_boolean(any(2));
	case 3:
		return json_array();
	case 4:
		return json_object();
	case 5:
		return json_real(0.5);
	default:
		return any_number(old);
	}
}

/* One change */

static void drop(const struct spot *spot)
{
	if (spot->key)
		json_object_del(spot->parent, spot->key);
	else
		json_array_remove(spot->parent, spot->index);
}

static void repeat(const struct spot *spot)
{
	unsigned int times = any(8) ? 1 : 1 + any(20);

	while (times-- && !spot->key)
		json_array_insert_new(spot->parent, spot->index, json_deep_copy(spot->value));
}

static void exchange(json_t *root, const struct spot *spot)
{
	struct spot other;

	if (choose_spot(root, &other))
		put(spot, json_deep_copy(other.value));
}

/* An array of the tree gets a copy of one of its elements, or loses one: arrays are few */
static void grow_array(json_t *root)
{
	struct spot spot;
	unsigned int tries = 50;

	while (tries-- && choose_spot(root, &spot))
		if (json_array_size(spot.value)) {
			size_t i = any((unsigned int)json_array_size(spot.value));

			if (any(3))
				json_array_append_new(spot.value, json_deep_copy(json_array_get(
									  spot.value, i)));
			else
				json_array_remove(spot.value, i);
			return;
		}
}

static void change(json_t *root)
{
	struct spot spot;

	if (!choose_spot(root, &spot))
		return;
	switch (any(12)) {
	case 0:
		drop(&spot);
		break;
	case 1:
		repeat(&spot);
		break;
	case 2:
		exchange(root, &spot);
		break;
	case 3:
	case 4:
		grow_array(root);
		break;
	default:
		put(&spot, any_value(spot.value));
	}
}

/* Repairs */

static json_int_t at(const json_t *tuple, size_t i)
{
	return json_integer_value(json_array_get(tuple, i));
}

static void set_number(json_t *object, const char *name, unsigned __int128 value)
{
	json_object_set_new(object, name, json_integer((json_int_t)(value & INT64_MAX)));
}

/* What the buckets say, for count, min, max and sum */
static void repair_hist(json_t *hist)
{
	json_t *buckets = json_object_get(hist, "buckets"), *bucket;
	unsigned __int128 count = 0, sum = 0;
	size_t i, nr = json_array_size(buckets);
	json_t *last = json_array_get(buckets, nr - 1);

	if (!nr)
		return;
	json_array_foreach (buckets, i, bucket) {
		count += (unsigned __int128)at(bucket, 2);
		sum += (unsigned __int128)at(bucket, 2) * (unsigned __int128)at(bucket, 0);
	}
	set_number(hist, "count", count);
	set_number(hist, "overflow", 0);
	set_number(hist, "sum", sum);
	set_number(hist, "min", (unsigned __int128)at(json_array_get(buckets, 0), 0));
	set_number(hist, "max", (unsigned __int128)at(last, 0) +
					(unsigned __int128)(at(last, 1) > 1 ? at(last, 1) - 1 : 0));
}

/* Stacks of an exact profile add up to its instructions */
static void repair_steps(json_t *item)
{
	json_t *stacks = json_object_get(item, "stacks"), *stack;
	unsigned __int128 sum = 0;
	size_t i;

	json_array_foreach (stacks, i, stack)
		sum += (unsigned __int128)json_integer_value(
			json_object_get(stack, "instructions"));
	set_number(item, "instructions", sum);
}

/* Functions, user space and perf add up to a sampling's samples */
static void repair_sampling(json_t *sampling)
{
	json_t *functions = json_object_get(sampling, "functions"), *function;
	unsigned __int128 sum = 0;
	size_t i;

	sum += (unsigned __int128)json_integer_value(json_object_get(sampling, "user"));
	sum += (unsigned __int128)json_integer_value(json_object_get(sampling, "recorder"));
	json_array_foreach (functions, i, function)
		sum += (unsigned __int128)json_integer_value(json_object_get(function, "samples"));
	set_number(sampling, "samples", sum);
}

static void repair(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_array(json))
		json_array_foreach (json, i, value)
			repair(value);
	if (!json_is_object(json))
		return;
	json_object_foreach (json, key, value)
		repair(value);
	if (json_object_get(json, "buckets"))
		repair_hist(json);
	if (json_is_array(json_object_get(json, "stacks")))
		repair_steps(json);
	if (json_is_array(json_object_get(json, "functions")))
		repair_sampling(json);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	json_t *root = json_loadb((char *)data, size, 0, NULL);
	unsigned int changes;
	size_t len;

	json_object_seed(1);
	state = seed;
	if (!root || !any(20)) {
		json_decref(root);
		return LLVMFuzzerMutate(data, size, max_size);
	}
	for (changes = 1 + any(4); changes--;)
		change(root);
	if (any(4))
		repair(root);
	len = json_dumpb(root, (char *)data, max_size, JSON_COMPACT);
	json_decref(root);
	return len && len <= max_size ? len : LLVMFuzzerMutate(data, size, max_size);
}
