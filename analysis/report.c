// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/color.h"
#include "analysis/report.h"
#include "base/file.h"

static void forget(struct dmafp_report *report)
{
	dmafp_judgement_free(report->judgement);
	dmafp_comparison_free(report->comparison);
	report->judgement = NULL;
	report->comparison = NULL;
}

void dmafp_report_judge(struct dmafp_report *report)
{
	forget(report);
	dmafp_set_group(&report->set);
	report->comparison = dmafp_comparison_new(&report->set);
	report->judgement = dmafp_judgement_new(report->comparison, &report->rules);
}

int dmafp_report_load(struct dmafp_report *report, const char *const *paths, size_t nr,
		      struct dmafp_err *err)
{
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < nr; i++)
		ret = dmafp_set_load(&report->set, paths[i], err);
	if (!ret)
		dmafp_report_judge(report);
	return ret;
}

int dmafp_report_print(const struct dmafp_report *report,
		       const struct dmafp_renderer *renderer, FILE *out,
		       struct dmafp_err *err)
{
	struct dmafp_view view = {
		.comparison = report->comparison,
		.judgement = report->judgement,
		.color = report->style.color,
		.cover = report->style.cover,
	};

	errno = 0;
	renderer->render(&view, out);
	if (fflush(out) || ferror(out))
		return dmafp_err_errno(err, errno ? errno : EIO, "cannot print the report");
	return 0;
}

int dmafp_report_write(const struct dmafp_report *report,
		       const struct dmafp_renderer *renderer, const char *path,
		       struct dmafp_err *err)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret;

	out = open_memstream(&text, &len);
	if (!out)
		return dmafp_err_errno(err, errno, "cannot write %s", path);
	ret = dmafp_report_print(report, renderer, out, err);
	fclose(out);
	if (!ret)
		ret = dmafp_file_write(path, text, len, err);
	free(text);
	return ret;
}

void dmafp_report_free(struct dmafp_report *report)
{
	forget(report);
	dmafp_set_free(&report->set);
}

/* report.txt has its JSON in report.json, any other FILE in FILE.json. */
static int write_beside(const struct dmafp_report *report,
			const struct dmafp_renderer *renderer, const char *path,
			struct dmafp_err *err)
{
	size_t len = strlen(path);
	char *beside;
	int ret;

	if (len > 4 && !strcmp(path + len - 4, ".txt"))
		len -= 4;
	beside = dmafp_path("%.*s.%s", (int)len, path, renderer->name);
	ret = dmafp_report_write(report, renderer, beside, err);
	free(beside);
	return ret;
}

int dmafp_report_save(const struct dmafp_report *report, const char *path,
		      struct dmafp_err *err)
{
	return dmafp_report_write(report, &dmafp_render_text, path, err) ?:
	       write_beside(report, &dmafp_render_json, path, err) ?:
	       write_beside(report, &dmafp_render_html, path, err);
}

int dmafp_diff_report(const char *const *paths, size_t nr, const char *output, FILE *out,
		      struct dmafp_err *err)
{
	struct dmafp_report report = { 0 };
	int ret = dmafp_report_load(&report, paths, nr, err);

	if (!ret && output)
		ret = dmafp_report_save(&report, output, err);
	report.style.color = out && dmafp_color_wanted("auto", out);
	if (!ret && out)
		ret = dmafp_report_print(&report, &dmafp_render_text, out, err);
	if (!ret)
		ret = dmafp_judgement_exit(report.judgement);
	dmafp_report_free(&report);
	return ret;
}
