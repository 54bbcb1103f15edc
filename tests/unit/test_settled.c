// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a campaign may stop.  Boots are those of test_timed.c: map_page takes about 614
 * ticks, of which 1 % are 6.1, boots vary by 2 up and down, always-lock costs 17 more.
 */
#include <errno.h>
#include <unistd.h>

#include "judged.h"
#include "analysis/settled.h"
#include "base/file.h"

#define BOOTS_MAX 12

static const int noise[] = { 0, 2, -1, 1, -2, 0, 1, -1, 2, 0, -2, 1 };

struct campaign {
	char dir[64];
	enum dmafp_domain domain;
	bool loads;
	int patched; /* ticks that its map_page takes more */
};

static int setup_campaign(void **state)
{
	struct campaign *c = test_calloc(1, sizeof(*c));

	strcpy(c->dir, "/tmp/dmafp-settled-XXXXXX");
	c->domain = DMAFP_DOMAIN_TIMED;
	*state = c;
	return mkdtemp(c->dir) ? 0 : -1;
}

static int teardown_campaign(void **state)
{
	struct campaign *c = *state;

	dmafp_file_remove_tree(c->dir);
	test_free(c);
	return 0;
}

static void write_boot(const struct campaign *c, enum dmafp_arm_id arm, unsigned int boot,
		       int ticks)
{
	struct dmafp_result *r = fixture_result(arm, "keyed");
	char *path = dmafp_path("%s/%s-%u.json", c->dir, dmafp_arm_name(arm), boot);
	struct dmafp_err err;
	size_t cell;

	r->domain = c->domain;
	free(r->created);
	r->created = dmafp_path("2026-01-02T03:%02u:00Z", boot * DMAFP_NR_ARMS + arm);
	for (cell = MAP_4K; cell <= MAP_64K; cell++)
		fixture_shift(&r->cells[cell].map.hist, ticks);
	if (c->loads)
		fixture_shift(fixture_measure(fixture_add_load(r, DMAFP_LOAD_FIO),
					      DMAFP_MEASURE_SUBMIT), ticks);
	assert_int_equal(dmafp_result_write(r, path, &err), 0);
	dmafp_result_free(r);
	free(path);
}

/* The next block: every arm once */
static void make_block(const struct campaign *c, unsigned int boot)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		write_boot(c, arm, boot,
			   (c->domain == DMAFP_DOMAIN_TIMED ? noise[(boot + 3 * arm) % 12] : 0) +
				   (arm == DMAFP_ARM_PATCHED ? c->patched : 0));
}

static struct dmafp_settled look(const struct campaign *c, unsigned int boots)
{
	struct dmafp_settled s;
	struct dmafp_err err;

	if (dmafp_settled(c->dir, boots, BOOTS_MAX, &s, &err))
		fail_msg("%s", err.msg);
	return s;
}

/* Block by block until it is settled; the number of boots, or 0 */
static unsigned int run(const struct campaign *c, enum dmafp_verdict verdict)
{
	struct dmafp_settled s;
	unsigned int boot, done = 0;

	for (boot = 0; !done && boot < BOOTS_MAX; boot++) {
		make_block(c, boot);
		s = look(c, boot + 1);
		if (s.settled) {
			assert_string_equal(dmafp_verdict_name(s.verdict),
					    dmafp_verdict_name(verdict));
			done = boot + 1;
			assert_int_equal(s.boots_saved, (BOOTS_MAX - done) * DMAFP_NR_ARMS);
		} else {
			assert_int_equal(s.boots_saved, 0);
		}
		dmafp_settled_free(&s);
	}
	return done;
}

static struct dmafp_looks looks_of(const struct campaign *c)
{
	char *path = dmafp_path("%s/" DMAFP_LOOKS_FILE, c->dir), *text;
	struct dmafp_looks looks = { 0 };
	struct dmafp_err err;
	json_t *root;

	if (dmafp_file_exists(path)) {
		text = dmafp_file_read(path, NULL, &err);
		root = json_loads(text, 0, NULL);
		assert_int_equal(dmafp_looks_from_json(&looks, root, &err), 0);
		json_decref(root);
		free(text);
	}
	free(path);
	return looks;
}

static char *report_of(const struct campaign *c, const struct dmafp_renderer *renderer)
{
	const char *const paths[] = { c->dir };
	struct dmafp_report report = { 0 };
	struct dmafp_err err;
	char *text;

	if (dmafp_report_load(&report, paths, 1, &err))
		fail_msg("%s", err.msg);
	text = fixture_render(&report, renderer);
	dmafp_report_free(&report);
	return text;
}

static void expect_text(const struct campaign *c, const struct dmafp_renderer *renderer,
			const char *part)
{
	char *text = report_of(c, renderer), *at;

	/* as if no line were broken */
	for (at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	if (!strstr(text, part))
		fail_msg("%s does not say \"%s\": %.600s", renderer->name, part,
			 strstr(text, "topped") ?: text);
	free(text);
}

static void same_arms_stop_early(void **state)
{
	const struct campaign *c = *state;
	struct dmafp_looks looks;
	struct dmafp_settled s;

	/* before 6 boots no order of them is rare enough for a look of twelve */
	assert_int_equal(run(c, DMAFP_EQUIVALENT), 6);
	looks = looks_of(c);
	assert_int_equal(looks.boots_max, BOOTS_MAX);
	assert_int_equal(looks.nr, 6);
	assert_int_equal(looks.at[5], 6);
	/* after a power cut, once more */
	s = look(c, 6);
	assert_true(s.settled);
	assert_int_equal(s.nr_rows, 5);
	assert_string_equal(s.reason,
			    "all 5 rows settled at 6 of 12 boots of each arm: EQUIVALENT");
	dmafp_settled_free(&s);
	assert_int_equal(looks_of(c).nr, 6);
}

static void expect_says(const struct campaign *c, const struct dmafp_renderer *renderer)
{
	expect_text(c, renderer,
		    "Stopped after 6 of 12 boots of each arm and mode, saved 24 boots.");
	expect_text(c, renderer,
		    "Widened for 6 looks: intervals and p values hold over all.");
}

static void reports_say_so(void **state)
{
	static const struct dmafp_renderer *const renderers[] = {
		&dmafp_render_text, &dmafp_render_mail, &dmafp_render_html, &dmafp_render_ktap,
	};
	const struct campaign *c = *state;
	size_t i;

	assert_int_equal(run(c, DMAFP_EQUIVALENT), 6);
	for (i = 0; i < sizeof(renderers) / sizeof(renderers[0]); i++)
		expect_says(c, renderers[i]);
	expect_text(c, &dmafp_render_json, "\"boots_saved\": 24,");
}

static void difference_stops_early(void **state)
{
	struct campaign *c = *state;
	unsigned int boots;

	c->patched = 17;
	boots = run(c, DMAFP_REGRESSED);
	assert_true(boots > 6 && boots < BOOTS_MAX);
}

static void about_the_margin_goes_on(void **state)
{
	struct campaign *c = *state;
	struct dmafp_settled s;

	c->patched = 6;
	assert_int_equal(run(c, DMAFP_INCONCLUSIVE), 0);
	s = look(c, BOOTS_MAX);
	assert_int_equal(s.verdict, DMAFP_INCONCLUSIVE);
	assert_false(s.settled);
	/* map and 64K map; unmap, which is not reached, is not shifted */
	assert_non_null(strstr(s.reason, "3 of 5 rows settled at 12 of 12 boots of each arm: "
					 "INCONCLUSIVE; INCONCLUSIVE rows of patched: 2"));
	dmafp_settled_free(&s);
	expect_text(c, &dmafp_render_text, "12 of 12 boots of each arm and mode. Widened for 12 looks");
}

/* p of being the same, of the first row of map_page, and of the first of traffic */
static double p_same(const struct campaign *c, double *traffic)
{
	const char *const paths[] = { c->dir };
	struct dmafp_report report = { 0 };
	const struct dmafp_effect *e;
	struct dmafp_err err;
	double p;
	size_t i;

	assert_int_equal(dmafp_report_load(&report, paths, 1, &err), 0);
	for (i = 0; strcmp(report.comparison->rows[i].cell->op, "map_page"); i++)
		;
	e = &report.judgement->rows[i].effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50];
	p = e->p_equivalent;
	e = &report.judgement->traffic_rows[0].effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50];
	*traffic = e->p_equivalent;
	dmafp_report_free(&report);
	return p;
}

/* What was judged at a look has that look's levels, and without looks its own */
static void levels_are_of_the_looks(void **state)
{
	double before, after, traffic_before, traffic_after;
	struct dmafp_settled s;
	struct campaign *c = *state;
	char *path = dmafp_path("%s/" DMAFP_LOOKS_FILE, c->dir);
	unsigned int boot;

	c->loads = true;
	for (boot = 0; boot < 7; boot++)
		make_block(c, boot);
	before = p_same(c, &traffic_before);
	s = look(c, 7);
	dmafp_settled_free(&s);
	after = p_same(c, &traffic_after);
	assert_true(after > before);
	assert_true(traffic_after > traffic_before);
	unlink(path);
	assert_true(p_same(c, &traffic_after) == before);
	assert_true(traffic_after == traffic_before);
	free(path);
}

static void half_a_block_is_no_look(void **state)
{
	const struct campaign *c = *state;
	struct dmafp_settled s;
	unsigned int boot;

	for (boot = 0; boot < 6; boot++)
		make_block(c, boot);
	write_boot(c, DMAFP_ARM_BASE, 6, 0);
	s = look(c, 7);
	assert_false(s.settled);
	assert_non_null(strstr(s.reason, "no complete block: patched has 6 of 7 boots in keyed"));
	dmafp_settled_free(&s);
	assert_int_equal(looks_of(c).nr, 0);
}

static void plans_do_not_change(void **state)
{
	const struct campaign *c = *state;
	struct dmafp_settled s;
	struct dmafp_err err;

	make_block(c, 0);
	s = look(c, 1);
	dmafp_settled_free(&s);
	assert_int_equal(dmafp_settled(c->dir, 1, BOOTS_MAX + 1, &s, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	assert_non_null(strstr(err.msg, "12 boots were planned, and now it is 13"));
	dmafp_settled_free(&s);
	assert_int_equal(dmafp_settled(c->dir, 0, BOOTS_MAX, &s, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	dmafp_settled_free(&s);
}

static void more_boots_than_planned_are_invalid(void **state)
{
	const struct campaign *c = *state;
	struct dmafp_looks looks = { 0 };
	struct dmafp_err err;
	unsigned int boot;

	for (boot = 0; boot < 7; boot++)
		make_block(c, boot);
	assert_int_equal(dmafp_looks_add(&looks, 6, 6, &err), 0);
	assert_int_equal(dmafp_looks_write(&looks, c->dir, &err), 0);
	expect_text(c, &dmafp_render_text, "There are 7 boots of each arm, and 6 were planned");
	expect_text(c, &dmafp_render_text, "dmafp: INVALID");
}

/* A count is no estimate: two boots that are the same settle it, one does not */
static void exact_boots_that_repeat(void **state)
{
	struct campaign *c = *state;

	c->domain = DMAFP_DOMAIN_EXACT;
	assert_int_equal(run(c, DMAFP_EQUIVALENT), 2);
	expect_text(c, &dmafp_render_text,
		    "Stopped after 2 of 12 boots of each arm and mode, saved 40 boots. A count "
		    "is no estimate");
}

static void exact_boots_that_differ(void **state)
{
	struct campaign *c = *state;
	struct dmafp_settled s;

	c->domain = DMAFP_DOMAIN_EXACT;
	make_block(c, 0);
	make_block(c, 1);
	write_boot(c, DMAFP_ARM_PLACEBO, 1, 1);
	s = look(c, 2);
	assert_false(s.settled);
	assert_int_equal(s.verdict, DMAFP_INCONCLUSIVE);
	dmafp_settled_free(&s);
}

/* Loads that do not repeat themselves have a floor that more boots may raise */
static void exact_traffic(void **state)
{
	struct campaign *c = *state;
	struct dmafp_settled s;

	c->domain = DMAFP_DOMAIN_EXACT;
	c->loads = true;
	make_block(c, 0);
	make_block(c, 1);
	s = look(c, 2);
	assert_true(s.settled);
	dmafp_settled_free(&s);
}

static void exact_traffic_with_a_floor(void **state)
{
	struct campaign *c = *state;
	struct dmafp_settled s;
	unsigned int arm;

	c->domain = DMAFP_DOMAIN_EXACT;
	c->loads = true;
	make_block(c, 0);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_result *r = fixture_result(arm, "keyed");
		char *path = dmafp_path("%s/%s-1.json", c->dir, dmafp_arm_name(arm));
		struct dmafp_err err;

		r->domain = c->domain;
		fixture_shift(fixture_measure(fixture_add_load(r, DMAFP_LOAD_FIO),
					      DMAFP_MEASURE_SUBMIT), 2);
		assert_int_equal(dmafp_result_write(r, path, &err), 0);
		dmafp_result_free(r);
		free(path);
	}
	s = look(c, 2);
	assert_int_equal(s.verdict, DMAFP_EQUIVALENT);
	assert_false(s.settled);
	dmafp_settled_free(&s);
}

/* sequential.json */

static int read_text(const char *text, struct dmafp_looks *looks)
{
	json_t *root = json_loads(text, 0, NULL);
	struct dmafp_err err;
	int ret;

	assert_non_null(root);
	ret = dmafp_looks_from_json(looks, root, &err);
	json_decref(root);
	return ret;
}

static void damaged_looks_are_refused(void **state)
{
	static const char *const bad[] = {
		"{\"dmafp_sequential\": 2, \"boots_max\": 12, \"looks\": [3]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 0, \"looks\": []}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 51, \"looks\": [3]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12}",
		"{\"dmafp_sequential\": 1, \"looks\": [3]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12, \"looks\": [3, 3]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12, \"looks\": [3, 2]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12, \"looks\": [13]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12, \"looks\": [0]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12, \"looks\": [\"3\"]}",
		"{\"dmafp_sequential\": 1, \"boots_max\": 12.5, \"looks\": [3]}",
	};
	struct dmafp_looks looks;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (read_text(bad[i], &looks) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(read_text("{\"dmafp_sequential\": 1, \"boots_max\": 12, "
				   "\"looks\": [3, 12]}", &looks), 0);
	assert_int_equal(looks.nr, 2);
}

static void looks_stay_in_order(void **state)
{
	struct dmafp_looks looks = { 0 };
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_looks_add(&looks, 4, 6, &err), 0);
	assert_int_equal(dmafp_looks_add(&looks, 6, 6, &err), 0);
	assert_int_equal(dmafp_looks_add(&looks, 3, 6, &err), 0);
	assert_int_equal(dmafp_looks_add(&looks, 4, 6, &err), 0);
	assert_int_equal(looks.nr, 3);
	assert_int_equal(looks.at[0], 3);
	assert_int_equal(looks.at[1], 4);
	assert_int_equal(looks.at[2], 6);
	assert_int_equal(dmafp_looks_add(&looks, 7, 6, &err), -EINVAL);
}

static void campaigns_are_judged_one_by_one(void **state)
{
	static const char text[] = "{\"dmafp_sequential\": 1, \"boots_max\": 9, \"looks\": []}\n";
	const struct campaign *c = *state;
	char *path = dmafp_path("%s/other.json", c->dir);
	struct dmafp_settled s;
	struct dmafp_err err;

	make_block(c, 0);
	s = look(c, 1);
	dmafp_settled_free(&s);
	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	assert_int_equal(dmafp_settled(c->dir, 1, BOOTS_MAX, &s, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "a second campaign"));
	dmafp_settled_free(&s);
	free(path);
}

#define CAMPAIGN(test) cmocka_unit_test_setup_teardown(test, setup_campaign, teardown_campaign)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CAMPAIGN(same_arms_stop_early),
		CAMPAIGN(reports_say_so),
		CAMPAIGN(difference_stops_early),
		CAMPAIGN(about_the_margin_goes_on),
		CAMPAIGN(levels_are_of_the_looks),
		CAMPAIGN(half_a_block_is_no_look),
		CAMPAIGN(plans_do_not_change),
		CAMPAIGN(more_boots_than_planned_are_invalid),
		CAMPAIGN(exact_boots_that_repeat),
		CAMPAIGN(exact_boots_that_differ),
		CAMPAIGN(exact_traffic),
		CAMPAIGN(exact_traffic_with_a_floor),
		CAMPAIGN(campaigns_are_judged_one_by_one),
		cmocka_unit_test(damaged_looks_are_refused),
		cmocka_unit_test(looks_stay_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
