// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "lab/patch.h"

/*
 * Mails are taken apart by git, which undoes quoted-printable, base64 and CRLF
 * and decodes the subject; a bare diff has no mail around it.  First line out:
 * the first subject.
 */
static const char read_script[] =
	"cd \"$1\" || exit 1\n"
	"case $(head -n 1 raw) in\n"
	"'diff '* | '--- '* | 'Index: '*) echo; cat raw; echo; exit ;;\n"
	"esac\n"
	"git mailsplit -b -o. raw >count || exit 1\n"
	"for mail in [0-9][0-9][0-9][0-9]; do\n"
	"	git mailinfo --encoding=UTF-8 message diff <\"$mail\" >>info || exit 1\n"
	"	cat diff >>diffs; echo >>diffs\n"
	"done\n"
	"sed -n 's/^Subject: //p' info | head -n 1 | grep . || echo\n"
	"cat diffs\n";

/* The first subject, a newline, the diffs; NULL if git cannot read it. */
static char *read_mails(const char *raw, size_t len)
{
	char dir[] = "/tmp/dmafp-patch-XXXXXX", *path, *text = NULL;
	const char *const argv[] = { "sh", "-c", read_script, "sh", dir, NULL };
	struct dmafp_err ignored;

	if (!mkdtemp(dir))
		return NULL;
	path = dmafp_path("%s/raw", dir);
	if (!dmafp_file_write(path, raw, len, &ignored))
		text = dmafp_proc_output(argv, &ignored);
	free(path);
	dmafp_file_remove_tree(dir);
	return text;
}

static bool holds_diff(const char *text)
{
	return strstr(text, "\n--- ") || strstr(text, "\ndiff --git ");
}

int dmafp_patch_load(struct dmafp_patch *patch, const char *path,
		     struct dmafp_err *err)
{
	char *raw, *text;
	size_t len, subject;

	memset(patch, 0, sizeof(*patch));
	raw = dmafp_file_read(path, &len, err);
	if (!raw) {
		err->exit = DMAFP_EXIT_NO_INPUT;
		return dmafp_err_prefix(err, -EIO, "patch: ");
	}
	text = read_mails(raw, len);
	dmafp_sha256(raw, len, patch->sha256);
	free(raw);
	if (!text || !holds_diff(text)) {
		free(text);
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s holds no patch: give the output of git format-patch, or an mbox",
				     path);
	}
	subject = strcspn(text, "\n");
	patch->diff = dmafp_alloc_string(text + subject + 1);
	patch->file = dmafp_alloc_string(strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	text[subject] = '\0';
	patch->name = dmafp_alloc_string(subject ? text : patch->file);
	free(text);
	return 0;
}

/*
 * One stream, so that a later patch is tried on what an earlier one made.  The
 * tree may lie inside somebody's checkout: GIT_DIR keeps git from finding that.
 * The cache has no documentation, which is not compiled.
 */
static const char apply_script[] =
	"GIT_DIR=/nonexistent git apply --whitespace=nowarn --exclude='Documentation/*' "
	"$1 \"$2\"";

static int does_not_apply(const struct dmafp_patch *patches, size_t nr, const char *log,
			  struct dmafp_err *err)
{
	struct dmafp_err ignored;
	char *said = dmafp_file_read(log, NULL, &ignored);
	char others[48] = "";
	int ret;

	if (nr > 1)
		snprintf(others, sizeof(others), ", in a series of %zu,", nr);
	ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_PATCH,
			    "%s%s does not apply to this kernel tree\n%s",
			    patches[0].file, others, said ? said : "");
	free(said);
	return ret;
}

/* The diffs of a series, one after the other. */
static int write_series(const struct dmafp_patch *patches, size_t nr, const char *path,
			struct dmafp_err *err)
{
	char *all = dmafp_alloc_string("");
	int ret;

	for (size_t i = 0; i < nr; i++) {
		char *more = dmafp_path("%s%s", all, patches[i].diff);

		free(all);
		all = more;
	}
	ret = dmafp_file_write(path, all, strlen(all), err);
	free(all);
	return ret;
}

int dmafp_patch_apply(const struct dmafp_patch *patches, size_t nr, const char *tree,
		      enum dmafp_patch_action action, const struct dmafp_proc_tick *tick,
		      struct dmafp_err *err)
{
	char *series = dmafp_path("%s.series", tree), *log = dmafp_path("%s.apply", tree);
	const char *const argv[] = { "sh", "-c", apply_script, "sh",
				     action == DMAFP_PATCH_CHECK ? "--check" : "", series,
				     NULL };
	int ret = write_series(patches, nr, series, err);

	/* a killed lab may have left one, and ours is appended to */
	unlink(log);
	ret = ret ?: dmafp_proc_run(argv, tree, log, tick, err);
	if (ret > 0)
		ret = does_not_apply(patches, nr, log, err);
	unlink(series);
	unlink(log);
	free(series);
	free(log);
	return ret;
}

void dmafp_patch_end(struct dmafp_patch *patch)
{
	free(patch->diff);
	free(patch->file);
	free(patch->name);
	memset(patch, 0, sizeof(*patch));
}
