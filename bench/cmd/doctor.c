// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/json_text.h"
#include "analysis/render/wrap.h"
#include "audit/audit.h"
#include "base/cpulist.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "tune/knob.h"
#include "tune/tune.h"

struct options {
	struct dmafp_strings devices;
	const char *cpus;
	bool all, list, json, tune, restore;
	const char *state, *root;
};

static const struct options defaults = { .root = "" };

static const struct dmafp_option table[] = {
	{ "device", 'd', DMAFP_OPT_STRINGS, offsetof(struct options, devices), "PCI", NULL,
	  "shall be measured, as 0000:00:04.0; repeatable;\n"
	  "without it, whatever can be" },
	{ "cpu", 'c', DMAFP_OPT_STRING, offsetof(struct options, cpus), "LIST", NULL,
	  "CPUs that shall measure, as 2,4-7; without it, all" },
	{ "all", 0, DMAFP_OPT_FLAG, offsetof(struct options, all), NULL, NULL,
	  "show what is good, too" },
	{ "json", 'j', DMAFP_OPT_FLAG, offsetof(struct options, json), NULL, NULL,
	  "print JSON, with what is good" },
	{ "list", 0, DMAFP_OPT_FLAG, offsetof(struct options, list), NULL, NULL,
	  "look at nothing: show what is checked, and what\n"
	  "--tune sets" },
	{ "tune", 0, DMAFP_OPT_FLAG, offsetof(struct options, tune), NULL, NULL,
	  "make the machine quiet, until --restore or a reboot" },
	{ "restore", 0, DMAFP_OPT_FLAG, offsetof(struct options, restore), NULL, NULL,
	  "put back what --tune changed, or a run that was killed" },
	{ "state", 0, DMAFP_OPT_STRING, offsetof(struct options, state), "DIR", NULL,
	  "where it is kept how the machine was; without it,\n" DMAFP_TUNE_STATE },
	{ "root", 0, DMAFP_OPT_STRING, offsetof(struct options, root), "DIR", NULL,
	  "look at a copy of /proc, /sys, /boot and /lib there" },
	{ 0 }
};

/* As text */

static const struct {
	enum dmafp_finding_class class;
	const char *title;
} classes[] = {
	{ DMAFP_FINDING_BLOCKS, "blocks: no run, or one that does not measure the kernel" },
	{ DMAFP_FINDING_WARNS, "warns: figures suffer" },
	{ DMAFP_FINDING_RECORDS, "records: to be known" },
	{ DMAFP_FINDING_GOOD, "good" },
};

static void print_finding(const struct dmafp_finding *finding)
{
	const char *why = finding->check->why;

	dmafp_wrap(stdout, "  ", "      ", "%s: %s", finding->check->name,
		   finding->reading);
	if (finding->class == DMAFP_FINDING_GOOD)
		return;
	dmafp_wrap(stdout, "      ", "      ", "%c%s.", toupper((unsigned char)*why),
		   why + 1);
	/* in one line, however long: it is to be copied */
	if (*finding->command)
		printf("      -> %s\n", finding->command);
}

static void print_class(const struct dmafp_findings *findings,
			enum dmafp_finding_class class, const char *title)
{
	size_t i;

	if (!dmafp_findings_count(findings, class))
		return;
	printf("%s\n", title);
	for (i = 0; i < findings->nr; i++)
		if (findings->items[i].class == class)
			print_finding(&findings->items[i]);
	printf("\n");
}

static void print_text(const struct dmafp_findings *findings, bool all)
{
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (all || classes[i].class != DMAFP_FINDING_GOOD)
			print_class(findings, classes[i].class, classes[i].title);
	printf("%zu block, %zu warn, %zu are recorded, %zu are good%s\n",
	       dmafp_findings_count(findings, DMAFP_FINDING_BLOCKS),
	       dmafp_findings_count(findings, DMAFP_FINDING_WARNS),
	       dmafp_findings_count(findings, DMAFP_FINDING_RECORDS),
	       dmafp_findings_count(findings, DMAFP_FINDING_GOOD),
	       all ? "" : " (--all shows them)");
}

/* As JSON */

static const char *subject_of(const struct dmafp_check *check)
{
	const struct dmafp_subject *subject;
	const struct dmafp_check *row;

	for (subject = dmafp_subjects; subject->name; subject++)
		for (row = subject->checks; row->name; row++)
			if (row == check)
				return subject->name;
	return "";
}

static json_t *finding_json(const struct dmafp_finding *finding)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:o}", "subject",
			 subject_of(finding->check), "check", finding->check->name,
			 "class", dmafp_finding_word(finding->class), "reading",
			 dmafp_json_string(finding->reading), "why", finding->check->why,
			 "command", dmafp_json_string(finding->command));
}

static void dump(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(json);
}

static void print_json(const struct dmafp_findings *findings)
{
	json_t *list = json_array(), *root = json_pack("{s:i}", "dmafp_doctor", 1);
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		json_object_set_new(root, dmafp_finding_word(classes[i].class),
				    json_integer((json_int_t)dmafp_findings_count(
					    findings, classes[i].class)));
	for (i = 0; i < findings->nr; i++)
		json_array_append_new(list, finding_json(&findings->items[i]));
	json_object_set_new(root, "findings", list);
	dump(root);
}

/* The tables */

static void list_text(void)
{
	const struct dmafp_subject *subject;
	const struct dmafp_check *check;
	const struct dmafp_knob *knob;

	for (subject = dmafp_subjects; subject->name; subject++) {
		printf("%s:\n", subject->title);
		for (check = subject->checks; check->name; check++) {
			printf("  %-21s %s\n", check->name,
			       dmafp_finding_word(check->worst));
			dmafp_wrap(stdout, "      ", "      ", "%s.", check->why);
		}
	}
	printf("Set by --tune:\n");
	for (knob = dmafp_knobs; knob->name; knob++)
		printf("  %-21s %s\n", knob->name, knob->paths[0]);
}

static json_t *check_json(const struct dmafp_subject *subject,
			  const struct dmafp_check *check)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "subject", subject->name,
			 "check", check->name, "worst", dmafp_finding_word(check->worst),
			 "how", check->how, "why", check->why, "command",
			 check->command ? check->command : "");
}

static json_t *knob_json(const struct dmafp_knob *knob)
{
	json_t *paths = json_array();
	size_t i;

	for (i = 0; knob->paths[i]; i++)
		json_array_append_new(paths, json_string(knob->paths[i]));
	return json_pack("{s:s, s:o, s:s}", "knob", knob->name, "paths", paths, "why",
			 knob->why);
}

static void list_json(void)
{
	json_t *checks = json_array(), *knobs = json_array();
	const struct dmafp_subject *subject;
	const struct dmafp_check *check;
	const struct dmafp_knob *knob;

	for (subject = dmafp_subjects; subject->name; subject++)
		for (check = subject->checks; check->name; check++)
			json_array_append_new(checks, check_json(subject, check));
	for (knob = dmafp_knobs; knob->name; knob++)
		json_array_append_new(knobs, knob_json(knob));
	dump(json_pack("{s:i, s:o, s:o}", "dmafp_doctor", 1, "checks", checks, "knobs",
		       knobs));
}

/* What is asked for */

static int read_cpus(const char *list, uint32_t **cpus, size_t *nr, struct dmafp_err *err)
{
	struct dmafp_cpulist set = { 0 };

	if (list && (dmafp_cpulist_parse(list, &set) || !dmafp_cpulist_count(&set)))
		return dmafp_err_set(
			err, EINVAL, DMAFP_EXIT_USAGE,
			"doctor: bad list of CPUs '%s': numbers and ranges, as 2,4-7",
			list);
	*cpus = dmafp_cpulist_numbers(&set, nr);
	return 0;
}

static void note(void *ctx, const char *line)
{
	(void)ctx;
	fprintf(stderr, "note: %s\n", line);
}

static int tune(const struct dmafp_tune_options *options, struct dmafp_err *err)
{
	struct dmafp_tune tuned;
	int ret = dmafp_tune_begin(&tuned, options, err);

	if (ret)
		return ret;
	printf("%zu files are changed until 'dmafp doctor --restore' or a reboot\n",
	       tuned.changed);
	dmafp_tune_leave(&tuned);
	return 0;
}

/* Each CPU that is named shall be made quiet, so it has to be there. */
static int check_online(const struct options *options, const uint32_t *cpus,
			size_t nr_cpus, struct dmafp_err *err)
{
	char *path = dmafp_path("%s/sys/devices/system/cpu/online", options->root);
	struct dmafp_cpulist absent = { 0 }, online = { 0 };
	struct dmafp_err ignored;
	char *list = dmafp_file_read(path, NULL, &ignored), *text;
	int ret = 0;

	if (list && !dmafp_cpulist_parse(list, &online))
		for (size_t i = 0; i < nr_cpus; i++)
			dmafp_cpulist_add(&absent, cpus[i]);
	dmafp_cpulist_remove(&absent, &online);
	text = dmafp_cpulist_text(&absent);
	if (*text)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				    "doctor: CPUs %s are not online: see %s", text, path);
	free(text);
	free(list);
	free(path);
	return ret;
}

static int change(const struct options *options, const uint32_t *cpus, size_t nr_cpus,
		  struct dmafp_err *err)
{
	/* of a copy of a machine, not of this one */
	char *state = dmafp_path("%s" DMAFP_TUNE_STATE, options->root);
	const struct dmafp_tune_options tuning = {
		.root = options->root,
		.state = options->state ? options->state : state,
		.cpus = cpus,
		.nr_cpus = nr_cpus,
		.lasting = options->tune,
		.note = note,
	};
	int ret = options->tune ? check_online(options, cpus, nr_cpus, err) : 0;

	if (!ret)
		ret = options->tune ? tune(&tuning, err) : dmafp_tune_restore(&tuning, err);

	free(state);
	return ret;
}

static int audit(const struct options *options, const uint32_t *cpus, size_t nr_cpus)
{
	const struct dmafp_audit_scope scope = {
		.root = options->root,
		.devices = options->devices.items,
		.nr_devices = options->devices.nr,
		.cpus = cpus,
		.nr_cpus = nr_cpus,
	};
	struct dmafp_findings findings;
	bool blocked;

	dmafp_audit_run(&scope, &findings);
	if (options->json)
		print_json(&findings);
	else
		print_text(&findings, options->all);
	blocked = dmafp_findings_count(&findings, DMAFP_FINDING_BLOCKS);
	dmafp_findings_free(&findings);
	return blocked ? DMAFP_EXIT_INVALID : 0;
}

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const struct options *options = opts;
	uint32_t *cpus;
	size_t nr_cpus;
	int ret;

	(void)argc;
	(void)argv;
	if (options->tune + options->restore + options->list > 1)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "doctor: --tune, --restore and --list: one of them");
	ret = read_cpus(options->cpus, &cpus, &nr_cpus, err);
	if (ret)
		return ret;
	if (options->list && options->json)
		list_json();
	else if (options->list)
		list_text();
	else if (options->tune || options->restore)
		ret = change(options, cpus, nr_cpus, err);
	else
		ret = audit(options, cpus, nr_cpus);
	free(cpus);
	return ret;
}

const struct dmafp_command dmafp_cmd_doctor = {
	.name = "doctor",
	.summary = "is this machine fit to measure on? and make it so for a while",
	.description =
		"Looks at the machine and changes nothing: what blocks a run, what spoils its\n"
		"figures, and what is to be known of them. Of each finding it says what was\n"
		"seen, why it matters, and what changes it; docs/doctor.md has all checks. A run\n"
		"keeps its findings in its results.\n"
		"\n"
		"With --tune it sets governor, boost, idle states, interrupts and watchdogs.\n"
		"How each file was is on the disk before it is changed, so that --restore puts\n"
		"all of them back whatever happened meanwhile. 'dmafp run --tune' does both.\n"
		"\n"
		"Exit codes: 0 nothing blocks; 3 something does; 64 bad option; 65 a damaged\n"
		"record of how the machine was; 74 it cannot be written; 76 a file cannot be\n"
		"put back, or a run is tuned; 77 not root.",
	.examples = "  dmafp doctor\n"
		    "  dmafp doctor --device 0000:01:00.0 --cpu 4-7\n"
		    "  dmafp doctor --json | jq '.findings[] | select(.class == \"warns\")'\n"
		    "  dmafp doctor --tune --cpu 4-7; ...; dmafp doctor --restore",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.run = run,
};
