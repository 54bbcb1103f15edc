// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "lab/patch.h"

/* Header of a mail ends at the first empty line; a long subject is folded. */
static char *subject_of(const char *text)
{
	const char *line = text, *end;
	char *name;
	size_t len;

	while (strncasecmp(line, "Subject:", 8)) {
		line = strchr(line, '\n');
		if (!line || line[1] == '\n')
			return NULL;
		line++;
	}
	line += 8;
	for (end = strchr(line, '\n'); end && (end[1] == ' ' || end[1] == '\t');)
		end = strchr(end + 1, '\n');
	len = end ? (size_t)(end - line) : strlen(line);
	name = malloc(len + 1);
	if (!name)
		return NULL;
	for (size_t i = 0, n = 0; i <= len; i++) {
		char c = i == len ? '\0' : line[i];

		/* unfold: a newline and the blanks behind it are one blank */
		if (isspace((unsigned char)c) && (n == 0 || name[n - 1] == ' '))
			continue;
		name[n++] = isspace((unsigned char)c) ? ' ' : c;
	}
	return name;
}

static const char *skip_prefix(const char *subject)
{
	const char *close;

	while (*subject == '[' && (close = strchr(subject, ']')))
		subject = close + 1 + strspn(close + 1, " ");
	return subject;
}

int dmafp_patch_load(struct dmafp_patch *patch, const char *path,
		     struct dmafp_err *err)
{
	char *text, *subject;
	size_t len;

	memset(patch, 0, sizeof(*patch));
	text = dmafp_file_read(path, &len, err);
	if (!text)
		return dmafp_err_prefix(err, -EIO, "patch: ");
	if (!strstr(text, "\n--- ") && strncmp(text, "--- ", 4) && !strstr(text, "\ndiff --git ")) {
		free(text);
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_NO_INPUT,
				     "%s holds no patch: give the output of git format-patch, or an mbox",
				     path);
	}
	dmafp_sha256(text, len, patch->sha256);
	patch->path = realpath(path, NULL);
	patch->file = strdup(strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	subject = subject_of(text);
	patch->name = strdup(subject && *skip_prefix(subject) ? skip_prefix(subject) :
								patch->file);
	free(subject);
	free(text);
	return 0;
}

/*
 * One stream, so that a later patch is tried on what an earlier one made.  The
 * tree may lie inside somebody's checkout: GIT_DIR keeps git from finding that.
 */
static const char apply_script[] =
	"action=$1; shift; cat \"$@\" | "
	"GIT_DIR=/nonexistent git apply --whitespace=nowarn $action -";

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

int dmafp_patch_apply(const struct dmafp_patch *patches, size_t nr, const char *tree,
		      enum dmafp_patch_action action, const struct dmafp_proc_tick *tick,
		      struct dmafp_err *err)
{
	const char **argv = dmafp_alloc(nr + 6, sizeof(*argv));
	char *log = dmafp_path("%s.apply", tree);
	int ret;

	argv[0] = "sh";
	argv[1] = "-c";
	argv[2] = apply_script;
	argv[3] = "sh";
	argv[4] = action == DMAFP_PATCH_CHECK ? "--check" : "";
	for (size_t i = 0; i < nr; i++)
		argv[5 + i] = patches[i].path;
	ret = nr ? dmafp_proc_run(argv, tree, log, tick, err) : 0;
	if (ret > 0)
		ret = does_not_apply(patches, nr, log, err);
	unlink(log);
	free(log);
	free(argv);
	return ret;
}

void dmafp_patch_end(struct dmafp_patch *patch)
{
	free(patch->path);
	free(patch->file);
	free(patch->name);
	memset(patch, 0, sizeof(*patch));
}
