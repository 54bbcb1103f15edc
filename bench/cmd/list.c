// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/lines.h"
#include "analysis/render/wrap.h"
#include "cmd/cmd.h"
#include "kmod/uapi/dmafp_ops.h"
#include "run/attr.h"
#include "run/profile.h"
#include "run/transport.h"
#include "take/take.h"

struct options {
	bool json;
	const char *transport;
};

static const struct options defaults = { .transport = "ioctl" };

static const char *const transports[] = { "ioctl", "loopback", NULL };

static const struct dmafp_option table[] = {
	{ "json", 'j', DMAFP_OPT_FLAG, offsetof(struct options, json), NULL, NULL,
	  "print JSON" },
	{ "transport", 0, DMAFP_OPT_CHOICE, offsetof(struct options, transport), "KIND",
	  transports, "for tests: loopback is a fake without any hardware" },
	{ 0 }
};

/* A result of sysfs that is not there is "": null in JSON. */
static json_t *text(const char *s)
{
	return s && *s ? json_string(s) : json_null();
}

/* @available: NULL where no module is loaded that could tell */
static json_t *op_row(const char *name, const char *reaches, unsigned int flags,
		      unsigned int attrs, json_t *available)
{
	struct dmafp_names words = { 0 };
	json_t *list = json_array();
	size_t i;

	dmafp_attr_list(attrs, &words);
	for (i = 0; i < words.nr; i++)
		json_array_append_new(list, json_string(words.items[i]));
	dmafp_names_free(&words);
	return json_pack("{s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:o, s:o}",
			 "name", name, "reaches", reaches, "on_path",
			 !!(flags & DMAFP_OP_ON_PATH), "direct",
			 !!(flags & DMAFP_OP_DIRECT), "sleeps", !!(flags & DMAFP_OP_SLEEPS),
			 "unmap", !!(flags & DMAFP_OP_TIMES_UNMAP), "size",
			 !!(flags & DMAFP_OP_USES_SIZE), "entries",
			 !!(flags & DMAFP_OP_USES_ENTRIES), "direction",
			 !!(flags & DMAFP_OP_USES_DIRECTION), "buffer",
			 !!(flags & DMAFP_OP_USES_BUFFER), "attrs", list, "available",
			 available ? available : json_null());
}

/* The module's own table, as it was when this program was built. */
static json_t *known_ops(void)
{
	json_t *rows = json_array();

#define APPEND_ROW(name, reaches, flags, attrs) \
	json_array_append_new(rows, op_row(#name, reaches, flags, attrs, NULL));
	DMAFP_OPS(APPEND_ROW)
#undef APPEND_ROW
	return rows;
}

static struct dmafp_transport *open_transport(const struct options *options,
					      struct dmafp_err *err)
{
	const struct dmafp_loopback fake = { .mode = "plain" };

	if (!strcmp(options->transport, "loopback"))
		return dmafp_transport_loopback(&fake);
	return dmafp_transport_ioctl(err);
}

static json_t *gather_ops(const struct options *options, struct dmafp_err *err)
{
	struct dmafp_err not_loaded;
	struct dmafp_transport *transport = open_transport(options, &not_loaded);
	struct dmafp_info info;
	struct dmafp_op *ops;
	json_t *rows = NULL;
	size_t i;

	if (!transport)
		return known_ops();
	if (!dmafp_transport_table(transport, &info, &ops, err)) {
		rows = json_array();
		for (i = 0; i < info.nr_ops; i++)
			json_array_append_new(
				rows, op_row(ops[i].name, ops[i].reaches, ops[i].flags,
					     ops[i].attrs,
					     json_boolean(!(ops[i].flags &
							    DMAFP_OP_UNAVAILABLE))));
		free(ops);
	}
	dmafp_transport_close(transport);
	return rows;
}

static json_t *profile_row(const char *name)
{
	struct dmafp_profile *profile;
	struct dmafp_err err;
	json_t *row;

	profile = dmafp_profile_load(name, &err);
	row = json_pack("{s:s, s:o, s:o}", "name", name, "description",
			text(profile ? profile->description : NULL), "error",
			text(profile ? NULL : err.msg));
	dmafp_profile_free(profile);
	return row;
}

static json_t *gather_profiles(const struct options *options, struct dmafp_err *err)
{
	struct dmafp_names names;
	json_t *rows;
	size_t i;

	(void)options;
	if (dmafp_profile_names(&names, err))
		return NULL;
	rows = json_array();
	for (i = 0; i < names.nr; i++)
		json_array_append_new(rows, profile_row(names.items[i]));
	dmafp_names_free(&names);
	return rows;
}

/* Where a driver has it: could it be taken? "PCI cannot be taken: why" */
static void ask_whether_taken(struct dmafp_pci_device *device)
{
	static const struct dmafp_take_options options = { .root = "" };
	struct dmafp_err err;
	const char *why;

	if (!*device->why_not || !*device->driver ||
	    !dmafp_take_check(&options, device->pci, &err))
		return;
	why = strstr(err.msg, ": ");
	snprintf(device->why_not, sizeof(device->why_not), "%.255s",
		 why ? why + 2 : err.msg);
}

static json_t *device_row(const struct dmafp_pci_device *device)
{
	char id[16];

	snprintf(id, sizeof(id), "%04x:%04x", device->vendor, device->device);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:o, s:i, s:b, s:o}", "pci",
			 device->pci, "class", device->label, "id", id, "driver",
			 text(device->driver), "iommu", text(device->iommu), "unit",
			 text(device->unit), "group", device->group, "group_type",
			 text(device->group_type), "node", device->node, "usable",
			 !*device->why_not, "why_not", text(device->why_not));
}

static int read_devices(const struct options *options, struct dmafp_device_list *list,
			struct dmafp_err *err)
{
	struct dmafp_transport *transport;
	int ret;

	/* listing needs no module, and the real transport does */
	if (strcmp(options->transport, "loopback"))
		return dmafp_device_list_read("/sys", list, err);
	transport = open_transport(options, err);
	ret = transport->ops->list(transport, list, err);
	dmafp_transport_close(transport);
	return ret;
}

static json_t *gather_devices(const struct options *options, struct dmafp_err *err)
{
	struct dmafp_device_list list;
	json_t *rows = NULL;
	size_t i;

	if (!read_devices(options, &list, err)) {
		rows = json_array();
		for (i = 0; i < list.nr; i++) {
			if (strcmp(options->transport, "loopback"))
				ask_whether_taken(&list.items[i]);
			json_array_append_new(rows, device_row(&list.items[i]));
		}
	}
	dmafp_device_list_release(&list);
	return rows;
}

static const char *get(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static bool is(const json_t *row, const char *key)
{
	return json_is_true(json_object_get(row, key));
}

static const char *yes(bool value)
{
	return value ? "yes" : "no";
}

/* Keys of [run] that make a difference to the op */
static const char *parameters_of(const json_t *row, char text[64])
{
	snprintf(text, 64, "%s%s%s%s", is(row, "size") ? " sizes" : "",
		 is(row, "entries") ? " entries layouts" : "",
		 is(row, "direction") ? " directions" : "",
		 is(row, "buffer") ? " touch node" : "");
	return *text ? text + 1 : "";
}

#define OP_LINE "  %-19s  %-32s  %-6s  %s\n"

static void print_ops_head(void)
{
	printf(OP_LINE, "op", "its map reaches", "check", "sleeps");
}

static void print_words(const char *title, const char *words)
{
	if (*words)
		dmafp_wrap(stdout, "      ", "        ", "%s: %s", title, words);
}

static void print_op(const json_t *row)
{
	const json_t *attrs = json_object_get(row, "attrs"), *attr;
	struct dmafp_lines names = { 0 };
	char text[64], *joined;
	size_t i;

	printf(OP_LINE, get(row, "name"), get(row, "reaches"),
	       is(row, "direct") ? "itself" : yes(is(row, "on_path")),
	       yes(is(row, "sleeps")));
	json_array_foreach (attrs, i, attr)
		dmafp_lines_add(&names, "%s", json_string_value(attr));
	print_words("keys", parameters_of(row, text));
	joined = dmafp_lines_join(&names, " ");
	print_words("attrs", joined);
	free(joined);
	dmafp_lines_free(&names);
	if (json_is_false(json_object_get(row, "available")))
		printf("      not available in this kernel\n");
}

static void print_profile(const json_t *row)
{
	const char *what = get(row, "description"), *error = get(row, "error");

	printf("  %-13s %s\n", get(row, "name"), error ? error : what ? what : "");
}

static void print_device(const json_t *row)
{
	const char *iommu = get(row, "iommu"), *unit = get(row, "unit");
	const char *why_not = get(row, "why_not");

	printf("  %s  %-8s  %s", get(row, "pci"), get(row, "class"), get(row, "id"));
	if (unit)
		printf("  %s (%s) group %d", iommu, unit,
		       (int)json_integer_value(json_object_get(row, "group")));
	printf("\n    %s%s\n", why_not ? "not usable: " : "usable", why_not ? why_not : "");
}

static const struct topic {
	const char *name;
	const char *title;
	json_t *(*gather)(const struct options *options, struct dmafp_err *err);
	void (*print_head)(void); /* may be NULL */
	void (*print)(const json_t *row);
} topics[] = {
	{ "ops", "Ops", gather_ops, print_ops_head, print_op },
	{ "profiles", "Profiles", gather_profiles, NULL, print_profile },
	{ "devices", "PCI devices", gather_devices, NULL, print_device },
};

#define NR_TOPICS (sizeof(topics) / sizeof(topics[0]))

static void print_topic(const struct topic *topic, const json_t *rows, const char *why)
{
	const json_t *row;
	size_t i;

	printf("%s:\n", topic->title);
	if (!rows)
		printf("  not known: %s\n", why);
	else if (!json_array_size(rows))
		printf("  none\n");
	else if (topic->print_head)
		topic->print_head();
	json_array_foreach (rows, i, row)
		topic->print(row);
}

static int find_topic(const char *name, struct dmafp_err *err)
{
	const char *words[NR_TOPICS];
	char hint[DMAFP_HINT_LEN];
	size_t i;

	for (i = 0; i < NR_TOPICS; i++) {
		words[i] = topics[i].name;
		if (!strcmp(words[i], name))
			return i;
	}
	dmafp_nearest_hint(name, words, NR_TOPICS, hint);
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "list: cannot list '%s': ops, profiles or devices%s", name,
			     hint);
}

/* One topic alone must be there; among all of them one may be missing. */
static int show(const struct options *options, size_t first, size_t nr,
		struct dmafp_err *err)
{
	json_t *all = json_object();
	size_t i;
	int ret = 0;

	for (i = first; !ret && i < first + nr; i++) {
		json_t *rows = topics[i].gather(options, err);

		if (!rows && nr == 1)
			ret = -ENOENT;
		else if (!options->json)
			print_topic(&topics[i], rows, err->msg);
		json_object_set_new(all, topics[i].name, rows ? rows : json_null());
	}
	if (!ret && options->json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		printf("\n");
	}
	json_decref(all);
	return ret;
}

static int run(void *options, int argc, char **argv, struct dmafp_err *err)
{
	int topic;

	if (!argc)
		return show(options, 0, NR_TOPICS, err);
	topic = find_topic(argv[0], err);
	return topic < 0 ? topic : show(options, topic, 1, err);
}

const struct dmafp_command dmafp_cmd_list = {
	.name = "list",
	.summary = "show ops, profiles, and devices with why some cannot be used",
	.usage = "[ops|profiles|devices]",
	.description =
		"Shows one of the three, or all. Where the module is loaded and may be asked,\n"
		"it says which ops this kernel can do; devices are all PCI functions, usable\n"
		"or not. Of an op it says which kernel function its map reaches, whether the\n"
		"deferred check is on that way, whether it may sleep, and which keys of a\n"
		"profile make a difference to it; docs/ops.md says more.\n"
		"\n"
		"Exit codes: 0 listed; 64 unknown topic.",
	.examples = "  dmafp list\n"
		    "  dmafp list devices --json",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.min_args = 0,
	.max_args = 1,
	.run = run,
};
