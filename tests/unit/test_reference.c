// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results of a real lab run, judged again: what the kernels did then must come
 * out of today's code, and the stored report must be what it prints.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/agreement.h"
#include "fixture.h"
#include "base/file.h"

#define REPORT DMAFP_REFERENCE_DIR "/report.txt"

/*
 * The early return of iommu_deferred_attach(), counted in the disassembly of
 * both vmlinux.  Base saves and restores %rbx around it, which patched does
 * only behind the check: push, mov, mov, test, je, testb, jne, xor, pop, ret
 * against mov, xor, test, je, testb, jne, ret.
 */
#define BASE_EARLY_RETURN    10
#define PATCHED_EARLY_RETURN 7
#define PATCHED_DELTA	     (PATCHED_EARLY_RETURN - BASE_EARLY_RETURN)

/* The default profile behind one IOMMU: three modes, two devices */
#define SECTIONS     6
#define SECTION_ROWS 11 /* map and unmap of null and of four map_page, and check */

static int setup(void **state)
{
	static struct dmafp_report report;
	const char *const paths[] = { DMAFP_REFERENCE_DIR };
	struct dmafp_err err;

	*state = &report;
	if (!dmafp_report_load(&report, paths, 1, &err))
		return 0;
	fprintf(stderr,
		"no reference: %s\n"
		"Keep the results of a real run of ./scripts/lab in %s.\n",
		err.msg, DMAFP_REFERENCE_DIR);
	return -1;
}

static int teardown(void **state)
{
	dmafp_report_free(*state);
	return 0;
}

static void test_verdict(void **state)
{
	const struct dmafp_report *report = *state;

	assert_string_equal(dmafp_verdict_name(report->judgement->overall), "IMPROVED");
	assert_int_equal(dmafp_judgement_exit(report->judgement), DMAFP_EXIT_NO_COST);
}

/* Nothing below may hold because there is nothing that it could be held against */
static void test_complete(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	unsigned int arm;
	size_t i;

	assert_int_equal(c->nr_sections, SECTIONS);
	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_group *group = c->sections[i].group;
		static const char *const modes[] = { "plain", "keyed", "kdump" };

		assert_string_equal(group->mode, modes[i / 2]);
		assert_string_equal(group->label, i % 2 ? "nic" : "nvme");
		assert_int_equal(c->sections[i].nr_rows, SECTION_ROWS);
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			assert_true(group->arms[arm].nr >= 1);
	}
}

static void fail_row(const struct dmafp_row *row, const struct dmafp_side *side,
		     const char *what)
{
	const struct dmafp_delta *d = &side->delta;

	fail_msg("%s, %s, %s %" PRIu64 " %s %s: %+" PRId64 " %+" PRId64 " %+" PRId64
		 " total %+" PRId64 ", %s was expected",
		 row->group->mode, row->group->label, row->cell->op, row->cell->bytes,
		 row->cell->direction ? row->cell->direction : "",
		 dmafp_row_phase_name(row->phase), d->min, d->p50, d->p99, d->sum, what);
}

static bool shifted_by(const struct dmafp_side *side, int64_t ticks)
{
	const struct dmafp_delta *d = &side->delta;

	return d->min == ticks && d->p50 == ticks && d->p99 == ticks &&
	       d->sum == ticks * (int64_t)side->stats.count &&
	       side->same_hist == (ticks == 0);
}

static bool calls_function(const struct dmafp_row *row)
{
	bool on = strcmp(row->group->mode, "plain");

	if (row->phase != DMAFP_ROW_MAP)
		return false;
	return !strcmp(row->cell->op, "check") ||
	       (!strcmp(row->cell->op, "map_page") && on);
}

/* One early return per call, and nothing else: not a sample is anything else */
static void test_patched(void **state)
{
	const struct dmafp_report *report = *state;
	size_t i, reached = 0;

	for (i = 0; i < report->comparison->nr_rows; i++) {
		const struct dmafp_row *row = &report->comparison->rows[i];
		const struct dmafp_side *side = &row->sides[DMAFP_ARM_PATCHED];

		assert_int_equal(report->judgement->rows[i].reached, calls_function(row));
		reached += calls_function(row);
		if (!shifted_by(side, calls_function(row) ? PATCHED_DELTA : 0))
			fail_row(row, side, calls_function(row) ? "-3" : "+0");
	}
	/* check everywhere, four maps with the key on */
	assert_int_equal(reached, SECTIONS + 4 * 4);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].nr, reached);
}

static void test_placebo(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (!shifted_by(&c->rows[i].sides[DMAFP_ARM_PLACEBO], 0))
			fail_row(&c->rows[i], &c->rows[i].sides[DMAFP_ARM_PLACEBO], "+0");
}

/* A lock costs the same wherever it is taken, and more than nothing */
static void test_always_lock(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	int64_t cost = 0;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_side *side = &c->rows[i].sides[DMAFP_ARM_ALWAYS_LOCK];

		if (calls_function(&c->rows[i]) && !cost)
			cost = side->delta.p50;
		if (!shifted_by(side, calls_function(&c->rows[i]) ? cost : 0))
			fail_row(&c->rows[i], side, "the cost of the lock where reached");
	}
	assert_true(cost > 0);
}

static void test_calls(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	unsigned int arm;
	size_t i, boot;

	for (i = 0; i < c->nr_rows; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			const struct dmafp_side *side = &c->rows[i].sides[arm];

			for (boot = 0; boot < side->nr_phases; boot++) {
				const struct dmafp_phase_result *p = side->phases[boot];

				assert_true(p->counted_ops > 0);
				assert_int_equal(p->attaches, 0);
				assert_int_equal(p->calls, calls_function(&c->rows[i])
								   ? p->counted_ops
								   : 0);
			}
		}
}

static void test_first_maps(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			const struct dmafp_first_result *f =
				c->sections[i].firsts[arm].first;
			bool kdump = !strcmp(c->sections[i].group->mode, "kdump");

			assert_non_null(f);
			assert_int_equal(f->deferred_before, kdump);
			assert_false(f->deferred_after);
			assert_true(f->counted);
			assert_int_equal(f->attaches, kdump);
			assert_int_equal(f->overlaps, 0);
		}
}

/* Boots of one kernel: no two of them differ in any count */
static void test_boots(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		for (i = 0; i < c->nr_rows; i++)
			assert_true(c->rows[i].sides[arm].same_boots);
		for (i = 0; i < c->nr_sections; i++)
			assert_true(c->sections[i].firsts[arm].same_boots);
	}
}

/* The images of these very kernels say what check measured, the lock included */
static void test_proof(void **state)
{
	const struct dmafp_comparison *c = ((struct dmafp_report *)*state)->comparison;
	struct dmafp_proof proof;
	unsigned int arm;

	dmafp_proof_find(&proof, c);
	assert_non_null(proof.walks);
	assert_int_equal(proof.arms[DMAFP_ARM_BASE].walk->counts.instructions,
			 BASE_EARLY_RETURN);
	assert_int_equal(proof.arms[DMAFP_ARM_PATCHED].by_image, PATCHED_DELTA);
	for (arm = DMAFP_ARM_BASE + 1; arm < DMAFP_NR_ARMS; arm++) {
		assert_int_equal(proof.arms[arm].word, DMAFP_AGREES);
		assert_int_equal(proof.arms[arm].nr_rows, SECTIONS);
	}
	dmafp_proof_free(&proof);
}

static size_t line_of(const char *text, const char *at)
{
	size_t nr = 1;

	for (; text < at; text++)
		nr += *text == '\n';
	return nr;
}

static void test_report(void **state)
{
	char *now = fixture_render(*state, &dmafp_render_text), *stored;
	struct dmafp_err err;
	size_t same = 0;

	stored = dmafp_file_read(REPORT, NULL, &err);
	while (stored && stored[same] && stored[same] == now[same])
		same++;
	if (!stored || stored[same] != now[same])
		fail_msg("%s is not what this code prints (%s %zu).\n"
			 "If the change is meant, make it again and read the difference:\n"
			 "  build/dmafp diff --output results/reference/report.txt "
			 "results/reference\n"
			 "  git diff results/reference/report.txt",
			 REPORT, stored ? "from line" : err.msg,
			 stored ? line_of(now, now + same) : 0);
	free(stored);
	free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdict),	    cmocka_unit_test(test_complete),
		cmocka_unit_test(test_patched),	    cmocka_unit_test(test_placebo),
		cmocka_unit_test(test_always_lock), cmocka_unit_test(test_calls),
		cmocka_unit_test(test_first_maps),  cmocka_unit_test(test_boots),
		cmocka_unit_test(test_proof),	    cmocka_unit_test(test_report),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
