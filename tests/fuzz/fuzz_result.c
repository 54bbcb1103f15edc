// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hostile result files: one input goes through the reader, then all the way to
 * every renderer.
 *
 * An input that is an object is one result file.  It is taken as all four arms,
 * so that a short input gets as far as a verdict.  An input that is an array is
 * a directory: each element is a file, a result or evidence.
 *
 * Whatever the input, nothing may crash, leak or run forever, and no renderer of
 * text may let a control character through to the terminal.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/document.h"
#include "analysis/report.h"
#include "fuzz.h"

#define MAX_FILES 16

static void take_evidence(struct dmafp_set *set, const json_t *root)
{
	struct dmafp_err err;

	if (dmafp_evidence_add(&set->evidence, root, "evidence.json", &err))
		dmafp_evidence_free(&set->evidence);
}

static bool take_result(struct dmafp_set *set, const json_t *root)
{
	struct dmafp_err err = { 0 };
	struct dmafp_result *result = dmafp_result_from_json(root, &err);

	if (!result) {
		/* a refusal says what it refuses */
		if (!*err.msg || err.exit != DMAFP_EXIT_DATA)
			abort();
		return false;
	}
	result->path = strdup("boot1/result.json");
	dmafp_set_add(set, result);
	return true;
}

static void take(struct dmafp_set *set, const json_t *root)
{
	if (dmafp_evidence_is(root))
		take_evidence(set, root);
	else
		take_result(set, root);
}

/* The same file once for each arm, as that arm would have it */
static void take_four(struct dmafp_set *set, json_t *root)
{
	unsigned int arm;

	if (!take_result(set, root))
		return;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const char *name = dmafp_arm_name(arm);
		json_t *kernel = json_object_get(root, "kernel");

		json_object_set_new(root, "arm", json_string(name));
		json_object_set_new(kernel, "build_id", json_string(name));
		take_result(set, root);
	}
}

static void load(struct dmafp_set *set, json_t *root)
{
	size_t i;

	if (json_is_array(root))
		for (i = 0; i < json_array_size(root) && i < MAX_FILES; i++)
			take(set, json_array_get(root, i));
	else if (dmafp_evidence_is(root))
		take_evidence(set, root);
	else
		take_four(set, root);
}

static bool is_terminal_text(const char *name)
{
	static const char *const names[] = { "text", "mail", "ktap", "csv" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void check_text(const char *name, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f) {
			fprintf(stderr, "%s: character %#x at %zu\n", name, c, i);
			abort();
		}
	}
}

static void check_json(const char *name, const char *text, size_t len)
{
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

	if (!root) {
		fprintf(stderr, "%s: this is no JSON\n", name);
		abort();
	}
	json_decref(root);
}

static void render(const struct dmafp_report *report, const char *name, bool color, bool cover)
{
	struct dmafp_view view = {
		.comparison = report->comparison,
		.judgement = report->judgement,
		.color = color,
		.cover = cover,
	};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	dmafp_renderer_find(name)->render(&view, out);
	fclose(out);
	if (is_terminal_text(name) && !color)
		check_text(name, text, len);
	if (!strcmp(name, "json") || !strcmp(name, "kcidb"))
		check_json(name, text, len);
	free(text);
}

static void judge(struct dmafp_report *report, unsigned int choice)
{
	size_t i;

	report->rules.force = choice & 1;
	report->rules.margin_ppm = choice & 2 ? 10000 : 0;
	report->rules.margin_check = choice & 4 ? 1 : 0;
	dmafp_report_judge(report);
	for (i = 0; dmafp_renderer_names[i]; i++)
		render(report, dmafp_renderer_names[i], false, choice & 16);
	if (choice & 8)
		render(report, "text", true, false);
}

/* Something that depends on all of the input, to choose rules by */
static unsigned int digest(const uint8_t *data, size_t size)
{
	unsigned int sum = (unsigned int)size;

	while (size--)
		sum = sum * 31 + *data++;
	return sum >> 7;
}

static struct dmafp_result *read_text(const char *text, size_t size, struct dmafp_err *err)
{
	struct dmafp_result *result = NULL;
	struct dmafp_document doc;

	if (!dmafp_document_parse(&doc, text, size, err))
		result = dmafp_result_from_document(&doc, err);
	dmafp_document_free(&doc);
	return result;
}

/* With the buckets taken out of the text, a file must be read as without */
static void compare_readers(const uint8_t *data, size_t size, const json_t *root)
{
	struct dmafp_err err = { 0 }, other = { 0 };
	struct dmafp_result *fast = read_text((const char *)data, size, &err);
	struct dmafp_result *slow = root ? dmafp_result_from_json(root, &other) : NULL;
	json_t *a = fast ? dmafp_result_to_json(fast) : NULL;
	json_t *b = slow ? dmafp_result_to_json(slow) : NULL;

	if (!a != !b || (a && !json_equal(a, b)) || (root && strcmp(err.msg, other.msg))) {
		fprintf(stderr, "\"%s\", not \"%s\"\n", err.msg, other.msg);
		abort();
	}
	check_text("message", err.msg, strlen(err.msg));
	json_decref(a);
	json_decref(b);
	dmafp_result_free(fast);
	dmafp_result_free(slow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dmafp_report report = { 0 };
	json_t *root;

	json_object_seed(1);
	root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	compare_readers(data, size, root);
	if (root)
		load(&report.set, root);
	if (report.set.nr)
		judge(&report, digest(data, size));
	dmafp_report_free(&report);
	json_decref(root);
	return 0;
}
