// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/evidence.h"
#include "analysis/json_text.h"
#include "analysis/looks.h"
#include "base/file.h"

/* A whole number from @low to @high */
static bool read_number(const json_t *json, unsigned int low, unsigned int high,
			unsigned int *value)
{
	json_int_t number = json_integer_value(json);

	if (!json_is_integer(json) || number < low || number > high)
		return false;
	*value = (unsigned int)number;
	return true;
}

static int read_looks(struct dmafp_looks *looks, const json_t *array, struct dmafp_err *err)
{
	unsigned int last = 0;
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		if (!read_number(item, last + 1, looks->boots_max, &looks->at[i]))
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "looks[%zu] is no number of boots above the last "
					     "one's and up to %u: looks are written by the "
					     "campaign, and not by hand",
					     i, looks->boots_max);
		last = looks->at[i];
		looks->nr = i + 1;
	}
	return 0;
}

int dmafp_looks_from_json(struct dmafp_looks *looks, const json_t *root, struct dmafp_err *err)
{
	int ret = dmafp_evidence_version(root, DMAFP_LOOKS_MEMBER, DMAFP_LOOKS_VERSION, err);
	const json_t *array = json_object_get(root, "looks");

	*looks = (struct dmafp_looks) { 0 };
	if (ret)
		return ret;
	if (!json_is_array(array) ||
	    !read_number(json_object_get(root, "boots_max"), 1, DMAFP_LOOKS_MAX,
			 &looks->boots_max))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "a campaign's looks are boots_max, from 1 to %d, and an array "
				     "looks",
				     DMAFP_LOOKS_MAX);
	return read_looks(looks, array, err);
}

int dmafp_looks_add(struct dmafp_looks *looks, unsigned int boots, unsigned int boots_max,
		    struct dmafp_err *err)
{
	size_t i;

	if (!boots || boots > boots_max || boots_max > DMAFP_LOOKS_MAX)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "%u of %u boots: a campaign of 1 to %d boots of each arm can "
				     "be looked at after each of them",
				     boots, boots_max, DMAFP_LOOKS_MAX);
	if (looks->boots_max && looks->boots_max != boots_max)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "%u boots were planned, and now it is %u: a plan that changes "
				     "after a look keeps no error rate; begin another campaign",
				     looks->boots_max, boots_max);
	looks->boots_max = boots_max;
	for (i = looks->nr; i && looks->at[i - 1] > boots; i--)
		;
	if (i && looks->at[i - 1] == boots)
		return 0;
	memmove(&looks->at[i + 1], &looks->at[i], (looks->nr - i) * sizeof(looks->at[0]));
	looks->at[i] = boots;
	looks->nr++;
	return 0;
}

int dmafp_looks_write(const struct dmafp_looks *looks, const char *dir, struct dmafp_err *err)
{
	json_t *root = json_object(), *array = json_array();
	char *path = dmafp_path("%s/" DMAFP_LOOKS_FILE, dir), *text;
	size_t i;
	int ret;

	for (i = 0; i < looks->nr; i++)
		json_array_append_new(array, json_integer(looks->at[i]));
	json_object_set_new(root, DMAFP_LOOKS_MEMBER, json_integer(DMAFP_LOOKS_VERSION));
	json_object_set_new(root, "boots_max", json_integer(looks->boots_max));
	json_object_set_new(root, "looks", array);
	text = dmafp_json_text(root, 1);
	ret = dmafp_file_write(path, text, strlen(text), err);
	json_decref(root);
	free(text);
	free(path);
	return ret;
}
