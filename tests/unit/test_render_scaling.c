// SPDX-License-Identifier: GPL-2.0-or-later
/* How throughput over the number of workers is shown. */
#include "scaled.h"

#include <jansson.h>

#include "analysis/render/rate.h"

static void expect_part(const char *text, const char *part)
{
	if (strstr(text, part))
		return;
	fprintf(stderr, "%s", text);
	fail_msg("\"%s\" is not in the report above", part);
}

static char *render(struct dmafp_report *report, const struct dmafp_renderer *renderer)
{
	dmafp_report_judge(report);
	return fixture_render(report, renderer);
}

static void test_rates(void **state)
{
	static const struct {
		double rate;
		const char *text;
	} rates[] = {
		{ 0, "0" },	     { 812.4, "812" },	 { 999.4, "999" },
		{ 999.6, "1.00k" },  { 1000, "1.00k" },	 { 9994, "9.99k" },
		{ 9996, "10.0k" },   { 41540, "41.5k" }, { 99960, "100k" },
		{ 999400, "999k" },  { 999600, "1.00M" }, { 1.27e9, "1.27G" },
		{ 5e12, "5000G" },
	};
	char text[DMAFP_RATE_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		assert_string_equal(dmafp_rate_text(rates[i].rate, text), rates[i].text);
}

/* The numbers of scaled.h: medians, of all arms */
static void test_text(void **state)
{
	char *text = render(*state, &dmafp_render_text);

	expect_part(text, "\n== Scaling: keyed on nvme\n");
	expect_part(text, "map_page 4K to, local: workers on node 0, the device on node 0\n");
	expect_part(text, "threads ops/s eff %   ops/s eff %       ops/s eff %   ops/s eff %\n"
			  "      1 10.1k 100.0   10.1k 100.0       10.1k 100.0   10.1k 100.0\n"
			  "      2 19.2k  95.0   19.2k  95.0       11.2k  55.4   19.2k  95.0\n");
	/* 11200 of 19200, and -42 % in the middle */
	expect_part(text, "      2    +0.0 -");
	expect_part(text, " -41.7 -");
	free(text);
}

static void test_width(void **state)
{
	struct dmafp_report *report = *state;
	char *text, *line, *rest;
	size_t i, k;

	/* rates, and ratios to base, that are as wide as they get */
	for (i = 0; i < report->set.nr; i++)
		for (k = ALONE; k <= BOTH; k++)
			report->set.results[i]->cells[k].runs[0].samples *=
				i % DMAFP_NR_ARMS ? 123456789 : 1;
	rest = text = render(report, &dmafp_render_text);
	while ((line = strsep(&rest, "\n")))
		if (strlen(line) > 72)
			fail_msg("longer than 72 columns: %s", line);
	free(text);
}

/* A curve of 200 points has 24 lines, from the first to the last point */
static void test_many_points(void **state)
{
	struct dmafp_report *report = *state;
	size_t i, n, lines = 0;
	char *text, *line, *rest;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		r->cells = realloc(r->cells, 202 * sizeof(*r->cells));
		for (n = 3; n <= 200; n++) {
			struct dmafp_cell_result *cell = &r->cells[r->nr_cells++];
			uint64_t *samples = calloc(n, sizeof(*samples));
			uint64_t *elapsed = calloc(n, sizeof(*elapsed));
			size_t k;

			memset(cell, 0, sizeof(*cell));
			*cell = (struct dmafp_cell_result) {
				.op = strdup("map_page"),
				.on_path = true,
				.ops_per_sample = 1,
				.block = 16,
				.warmup = 32,
			};
			for (k = 0; k < n; k++) {
				samples[k] = 1000;
				elapsed[k] = 100000;
			}
			scaled_cell(cell, n, samples, elapsed);
			free(samples);
			free(elapsed);
		}
	}
	text = render(report, &dmafp_render_text);
	expect_part(text, "\n      1 10.1k 100.0 ");
	/* each of 200 makes 10000 per second */
	expect_part(text, "\n    200 2.00M  99.0 ");
	expect_part(text, "\n24 of 200 points; the JSON has all.\n");
	rest = strstr(text, "== Scaling:");
	rest = strstr(rest, "eff %\n");
	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")) && *line == ' ')
		lines++;
	assert_int_equal(lines, 24);
	free(text);
}

static const json_t *member(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);

	if (!value)
		fail_msg("no member %s", name);
	return value;
}

static void test_json(void **state)
{
	char *text = render(*state, &dmafp_render_json);
	json_t *root = json_loads(text, 0, NULL);
	const json_t *curves = member(root, "scaling"), *curve, *arms, *lock;

	assert_int_equal(json_array_size(curves), 1);
	curve = json_array_get(curves, 0);
	assert_string_equal(json_string_value(member(curve, "place")), "local");
	assert_int_equal(json_integer_value(member(curve, "worker_node")), 0);
	assert_int_equal(json_array_size(member(curve, "points")), 2);
	arms = member(json_array_get(member(curve, "points"), 1), "arms");
	lock = member(arms, "always-lock");
	assert_true(json_real_value(member(lock, "throughput")) == 11200);
	assert_int_equal(json_array_size(member(lock, "throughputs")), 3);
	assert_true(json_real_value(json_array_get(member(lock, "efficiencies"), 0)) == 0.55);
	assert_true(json_real_value(member(member(lock, "of_base"), "ratio")) < 0.6);
	assert_null(json_object_get(member(arms, "base"), "of_base"));
	json_decref(root);
	free(text);
}

/* Two records for each point and arm, as wide as the others */
static void test_csv(void **state)
{
	char *text = render(*state, &dmafp_render_csv), *line, *rest = text;
	size_t columns = 0, records = 0;
	bool found = false;

	while ((line = strsep(&rest, "\n")) && *line) {
		size_t commas = 0;
		char *c;

		for (c = line; *c; c++)
			commas += *c == ',';
		columns = columns ? columns : commas;
		assert_int_equal(commas, columns);
		records += strstr(line, ",throughput,ops/s,timed,3,") ||
			   strstr(line, ",efficiency,ratio,timed,3,");
		found |= !!strstr(line, "map_page,both,latency,4096,0,,to_device,,,0,no,2,0,0,"
					"always-lock,throughput,ops/s,timed,3,,11200,yes,19200,"
					"-8000,-41.6666666666667,");
	}
	assert_int_equal(records, 2 * 2 * DMAFP_NR_ARMS);
	assert_true(found);
	free(text);
}

/* A line for each arm, and the ideal; a table of two rows */
static void test_html(void **state)
{
	char *text = render(*state, &dmafp_render_html), *part = strstr(text, "id=\"scaling\"");
	unsigned int arm;

	assert_non_null(part);
	expect_part(part, "<path class=\"l ideal\"");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		char *line = dmafp_path("<title>%s</title></path>", dmafp_arm_name(arm));

		expect_part(part, line);
		free(line);
	}
	expect_part(part, "<tr><th scope=\"row\">2</th><td>19.2k</td><td>95.0 %</td>");
	expect_part(part, "Throughput of map_page 4K to over threads, local, keyed on nvme");
	free(text);
}

/*
 * The frame is from 46 to 348 and from 0.5 to 2.5 threads, so one thread is at 121.5 and two
 * are at 272.5.  From 186 up to 20 it holds 1.15 times 19200: base is at 186 - 166 x
 * 10100 / 22080 = 110.1, and 41.7.  Ideal are 20200, at 34.1.
 */
static void test_places_in_the_plot(void **state)
{
	char *text = render(*state, &dmafp_render_html);

	expect_part(text, "<path class=\"l a0\" d=\"M121.5 110.1L272.5 41.7\">");
	expect_part(text, "<path class=\"l ideal\"");
	expect_part(text, " d=\"M121.5 110.1L124.");
	expect_part(text, "L272.5 34.1\"><title>ideal</title>");
	/* always-lock's mark, 3 large, at 186 - 166 x 11200 / 22080 */
	expect_part(text, "<path class=\"m a2\" transform=\"translate(272.5 101.8) scale(3)\"");
	free(text);
}

/* Where the ideal leaves the frame it ends */
static void test_ideal_is_cut(void **state)
{
	struct dmafp_report *report = *state;
	char *text, *part;
	double x, y;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->cells[BOTH].runs[0].samples =
			report->set.results[i]->cells[BOTH].runs[1].samples = 100;
	text = render(report, &dmafp_render_html);
	part = strstr(text, "<path class=\"l ideal\"");
	assert_non_null(part);
	/* 10100 x 1.15 is the top, at 20, and 1.15 threads, at 46 + 0.65 x 151 */
	part = strstr(part, "\"><title>ideal");
	while (*part != 'L')
		part--;
	assert_int_equal(sscanf(part, "L%lf %lf\"", &x, &y), 2);
	assert_true(y == 20);
	assert_true(x > 144 && x < 144.3);
	free(text);
}

/* Nothing of it where there is nothing of it */
static void test_without(void **state)
{
	static const struct dmafp_renderer *const renderers[] = {
		&dmafp_render_text, &dmafp_render_json, &dmafp_render_csv, &dmafp_render_html,
	};
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_cell_result *cells = report->set.results[i]->cells;

		cells[ALONE].scales = cells[BOTH].scales = false;
	}
	for (i = 0; i < sizeof(renderers) / sizeof(renderers[0]); i++) {
		char *text = render(report, renderers[i]);

		assert_null(strstr(text, "caling\""));
		assert_null(strstr(text, "Scaling"));
		assert_null(strstr(text, "throughput"));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		SCALED(test_text),
		SCALED(test_width),
		SCALED(test_many_points),
		SCALED(test_json),
		SCALED(test_csv),
		SCALED(test_html),
		SCALED(test_places_in_the_plot),
		SCALED(test_ideal_is_cut),
		SCALED(test_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
