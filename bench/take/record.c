// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "take/record.h"

#define PREPARE "prepare"
#define RELEASE "release"

static void drop(struct dmafp_record_list *list, const char *pci)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->nr; i++)
		if (strcmp(list->items[i].pci, pci))
			list->items[kept++] = list->items[i];
	list->nr = kept;
}

static void add(struct dmafp_record_list *list, const struct dmafp_record *record)
{
	drop(list, record->pci);
	list->items = dmafp_alloc_grow(list->items, list->nr, sizeof(*list->items));
	list->items[list->nr++] = *record;
}

static int read_line(const json_t *line, struct dmafp_record_list *list)
{
	const char *what, *pci, *boot = "", *driver = "", *override = "";
	struct dmafp_record record;

	if (json_unpack((json_t *)line, "{s:s, s:s, s?s, s?s, s?s}", "what", &what, "pci",
			&pci, "boot", &boot, "driver", &driver, "driver_override",
			&override))
		return -EINVAL;
	snprintf(record.pci, sizeof(record.pci), "%s", pci);
	snprintf(record.boot, sizeof(record.boot), "%s", boot);
	snprintf(record.driver, sizeof(record.driver), "%s", driver);
	snprintf(record.driver_override, sizeof(record.driver_override), "%s", override);
	if (!strcmp(what, PREPARE))
		add(list, &record);
	else if (!strcmp(what, RELEASE))
		drop(list, record.pci);
	else
		return -EINVAL;
	return 0;
}

int dmafp_record_list_read(const char *path, struct dmafp_record_list *list,
			   struct dmafp_err *err)
{
	json_t *lines = dmafp_journal_read(path, err), *line;
	size_t i;
	int ret = 0;

	*list = (struct dmafp_record_list) { 0 };
	if (!lines)
		return -EIO;
	json_array_foreach (lines, i, line) {
		if (!read_line(line, list))
			continue;
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				    "%s: line %zu is of no device that was prepared or "
				    "released: was it written by a later version?",
				    path, i + 1);
		break;
	}
	json_decref(lines);
	return ret;
}

void dmafp_record_list_release(struct dmafp_record_list *list)
{
	free(list->items);
	*list = (struct dmafp_record_list) { 0 };
}

const struct dmafp_record *dmafp_record_find(const struct dmafp_record_list *list,
					     const char *pci)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!strcmp(list->items[i].pci, pci))
			return &list->items[i];
	return NULL;
}

int dmafp_record_open(struct dmafp_journal *journal, const struct dmafp_record *record,
		      struct dmafp_err *err)
{
	return dmafp_journal_append(journal,
				    json_pack("{s:s, s:s, s:s, s:s, s:s}", "what",
					      PREPARE, "pci", record->pci, "boot",
					      record->boot, "driver", record->driver,
					      "driver_override", record->driver_override),
				    err);
}

int dmafp_record_close(struct dmafp_journal *journal, const char *pci, struct dmafp_err *err)
{
	return dmafp_journal_append(
		journal, json_pack("{s:s, s:s}", "what", RELEASE, "pci", pci), err);
}
