// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the fuzzer's target on files, in any build: every file of a folder, and
 * every prefix of one result, which must be refused with one message.
 *
 *	replay-result FOLDER RESULT
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fts.h>

#include "analysis/set.h"
#include "base/file.h"
#include "fuzz.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static char *read_all(const char *path, size_t *len)
{
	struct dmafp_err err;
	char *text = dmafp_file_read(path, len, &err);

	if (!text) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	return text;
}

/* A copy of the very size, so that a read beyond its end is seen */
static void replay(const char *path)
{
	size_t len;
	char *text = read_all(path, &len);
	uint8_t *data = malloc(len ? len : 1);

	printf("%s\n", path);
	fflush(stdout);
	memcpy(data, text, len);
	LLVMFuzzerTestOneInput(data, len);
	free(data);
	free(text);
}

static size_t replay_all(const char *folder)
{
	char *const roots[] = { (char *)folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	size_t nr = 0;

	while (tree && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_F) {
			replay(entry->fts_path);
			nr++;
		}
	if (tree)
		fts_close(tree);
	return nr;
}

/* Is the file refused as one that is damaged, in one line? */
static bool is_refused(const char *path)
{
	struct dmafp_set set = { 0 };
	struct dmafp_err err = { 0 };
	int ret = dmafp_set_load(&set, path, &err);
	bool refused = ret && err.exit == DMAFP_EXIT_DATA && *err.msg &&
		       !strchr(err.msg, '\n') && !set.nr;

	if (!refused)
		fprintf(stderr, "ret %d, exit %d, message \"%s\"\n", ret, err.exit, err.msg);
	dmafp_set_free(&set);
	return refused;
}

static bool write_prefix(const char *path, const char *text, size_t len)
{
	FILE *out = fopen(path, "w");

	return out && fwrite(text, 1, len, out) == len && !fclose(out);
}

static size_t try_prefixes(const char *path)
{
	char file[] = "/tmp/dmafp-prefix-XXXXXX";
	int fd = mkstemp(file);
	size_t i, len, wrong = 0;
	char *text = read_all(path, &len);

	/* the file ends in "}\n": without the newline it is whole */
	for (i = 0; fd >= 0 && i < len - 1; i++) {
		if (write_prefix(file, text, i) && is_refused(file))
			continue;
		fprintf(stderr, "%s: the first %zu bytes were not refused\n", path, i);
		wrong++;
	}
	if (fd >= 0)
		close(fd);
	unlink(file);
	free(text);
	printf("%zu prefixes of %s\n", i, path);
	return wrong + (fd < 0);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: replay-result FOLDER RESULT\n");
		return 64;
	}
	if (!replay_all(argv[1])) {
		fprintf(stderr, "there is nothing in %s\n", argv[1]);
		return 1;
	}
	return try_prefixes(argv[2]) ? 1 : 0;
}
