// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/boot_id.h"
#include "base/file.h"
#include "tune/log.h"

#define VERSION	       1
#define VERSION_MEMBER "dmafp_tune"

char *dmafp_tune_log_path(const struct dmafp_tune_options *options)
{
	return dmafp_path("%s/journal", options->state ? options->state : DMAFP_TUNE_STATE);
}

static int foreign(const char *path, struct dmafp_err *err)
{
	return dmafp_err_set(
		err, EINVAL, DMAFP_EXIT_DATA,
		"%s is no journal of this dmafp: put back by hand what it says, then "
		"move it away",
		path);
}

static int understand(const char *path, const char *boot, struct dmafp_tune_log *log,
		      struct dmafp_err *err)
{
	const json_t *first = json_array_get(log->records, 0);
	const json_t *last =
		json_array_get(log->records, json_array_size(log->records) - 1);
	const char *of = json_string_value(json_object_get(first, "boot"));

	if (!first || json_object_get(last, "closed")) {
		json_decref(log->records);
		log->records = NULL;
		return 0;
	}
	if (json_integer_value(json_object_get(first, VERSION_MEMBER)) != VERSION || !of)
		return foreign(path, err);
	log->same_boot = !strcmp(of, boot);
	log->lasting = json_is_true(json_object_get(first, "lasting"));
	return 0;
}

int dmafp_tune_log_read(const struct dmafp_tune_options *options,
			struct dmafp_tune_log *log, struct dmafp_err *err)
{
	char *path = dmafp_tune_log_path(options), boot[DMAFP_BOOT_ID];
	int ret = 0;

	*log = (struct dmafp_tune_log) { .records = dmafp_journal_read(path, err) };
	if (!log->records)
		ret = -EINVAL;
	if (!ret && json_array_size(log->records))
		ret = dmafp_boot_id(options->root ? options->root : "", boot, err);
	ret = ret ?: understand(path, boot, log, err);
	if (ret)
		dmafp_tune_log_free(log);
	free(path);
	return ret;
}

void dmafp_tune_log_free(struct dmafp_tune_log *log)
{
	json_decref(log->records);
	*log = (struct dmafp_tune_log) { 0 };
}

int dmafp_tune_log_begin(const struct dmafp_tune_options *options,
			 struct dmafp_journal *journal, struct dmafp_err *err)
{
	char boot[DMAFP_BOOT_ID];
	int ret = dmafp_boot_id(options->root ? options->root : "", boot, err);

	if (ret)
		return ret;
	if (ftruncate(journal->fd, 0))
		return dmafp_err_errno(err, errno, "cannot write %s", journal->path);
	return dmafp_journal_append(journal,
				    json_pack("{s:i, s:s, s:b}", VERSION_MEMBER, VERSION,
					      "boot", boot, "lasting", options->lasting),
				    err);
}

int dmafp_tune_log_add(struct dmafp_journal *journal, const struct dmafp_knob *knob,
		       const struct dmafp_knob_files *files, struct dmafp_err *err)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < files->nr; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "path",
						      files->items[i].path, "old",
						      files->items[i].old));
	return dmafp_journal_append(
		journal, json_pack("{s:s, s:o}", "knob", knob->name, "files", list), err);
}

int dmafp_tune_log_close(struct dmafp_journal *journal, const char *why,
			 struct dmafp_err *err)
{
	return dmafp_journal_append(journal, json_pack("{s:s}", "closed", why), err);
}
