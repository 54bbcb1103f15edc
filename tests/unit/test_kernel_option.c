// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel options: what is recorded, and what makes a comparison impossible. */
#include "analysis/kernel_option.h"
#include "judged.h"

static const char config[] = "# a comment\n"
			     "CONFIG_KASAN_EXTRA=y\n"
			     "# CONFIG_KASAN is not set\n"
			     "CONFIG_HZ=250\n"
			     "CONFIG_CFI_CLANG=\"odd\"\n"
			     "CONFIG_PREEMPT_RT=\n"
			     "CONFIG_KFENCE=y\n"
			     "CONFIG_KFENCE_SAMPLE_INTERVAL=0\n"
			     "CONFIG_PAGE_POISONING=y";

static void test_read(void **state)
{
	struct dmafp_result *r = dmafp_result_new();
	size_t nr = 0;

	(void)state;
	dmafp_kernel_options_read(config, r);
	while (dmafp_option_rules[nr].name)
		nr++;
	assert_int_equal(r->kernel.nr_options, nr);
	assert_string_equal(dmafp_kernel_option(r, "HZ"), "250");
	assert_string_equal(dmafp_kernel_option(r, "CFI_CLANG"), "odd");
	assert_string_equal(dmafp_kernel_option(r, "KASAN"), "n");
	assert_string_equal(dmafp_kernel_option(r, "PREEMPT_RT"), "n");
	assert_string_equal(dmafp_kernel_option(r, "PAGE_POISONING"), "y");
	assert_string_equal(dmafp_kernel_option(r, "RETPOLINE"), "n");
	assert_null(dmafp_kernel_option(r, "KASAN_EXTRA"));
	dmafp_result_free(r);
}

static const struct dmafp_option_rule *rule_of(const char *name)
{
	const struct dmafp_option_rule *rule = dmafp_option_rules;

	while (strcmp(rule->name, name))
		rule++;
	return rule;
}

/* Names are of Kconfig, each once, each with a reason; what is idle by another is recorded too */
static void test_rules(void **state)
{
	const struct dmafp_option_rule *a, *b;

	(void)state;
	for (a = dmafp_option_rules; a->name; a++) {
		assert_int_equal(strspn(a->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
				 strlen(a->name));
		assert_int_not_equal(strncmp(a->name, "CONFIG_", 7), 0);
		assert_true(*a->why);
		for (b = dmafp_option_rules; b < a; b++)
			assert_string_not_equal(a->name, b->name);
		if (a->idle)
			assert_int_equal(rule_of(a->idle)->kind, DMAFP_OPTION_MUST_MATCH);
	}
}

/* Built in, and left off at boot: what Debian's kernels have */
static void test_idle(void **state)
{
	struct dmafp_result *r = dmafp_result_new();
	const struct dmafp_option_rule *kfence = rule_of("KFENCE"),
				       *poison = rule_of("PAGE_POISONING");

	(void)state;
	dmafp_kernel_options_read(config, r);
	assert_false(dmafp_kernel_option_invalidates(kfence, r));
	assert_false(dmafp_kernel_option_invalidates(poison, r));
	fixture_set_text(&r->kernel.command_line, "quiet xpage_poison=1 page_poison");
	assert_false(dmafp_kernel_option_invalidates(poison, r));
	fixture_set_text(&r->kernel.command_line, "quiet page_poison=1");
	assert_true(dmafp_kernel_option_invalidates(poison, r));
	fixture_set_text(&r->kernel.command_line, "kfence.sample_interval=100");
	assert_true(dmafp_kernel_option_invalidates(kfence, r));
	dmafp_result_free(r);
	r = dmafp_result_new();
	dmafp_kernel_options_read("CONFIG_KFENCE=y\nCONFIG_KFENCE_SAMPLE_INTERVAL=100\n", r);
	assert_true(dmafp_kernel_option_invalidates(kfence, r));
	assert_false(dmafp_kernel_option_invalidates(rule_of("HZ"), r));
	dmafp_result_free(r);
}

/* Comparing */

static void configure(struct dmafp_report *report, enum dmafp_arm_id arm, const char *text,
		      const char *hash)
{
	struct dmafp_result *r = fixture_arm(report, arm);

	dmafp_kernel_options_read(text, r);
	fixture_set_text(&r->kernel.config_sha256, hash);
}

static void configure_all(struct dmafp_report *report, const char *patched)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (arm != DMAFP_ARM_PATCHED)
			configure(report, arm, "CONFIG_HZ=250\n", "0123");
	configure(report, DMAFP_ARM_PATCHED, patched, "4567");
}

/* A patch that adds a symbol changes the hash, and is judged */
static void test_other_hash(void **state)
{
	configure_all(*state, "CONFIG_HZ=250\nCONFIG_NEW=y\n");
	expect(*state, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_note(*state, "patched: the kernel's configuration is not"));
	assert_true(fixture_has_note(*state, "hash 4567, 0123"));
}

static void test_must_match(void **state)
{
	configure_all(*state, "CONFIG_HZ=1000\n");
	expect_refused(*state, "patched: CONFIG_HZ is 1000, in the first boot of base it is 250 "
			       "(how often the timer disturbs)");
}

static void test_must_match_missing(void **state)
{
	configure_all(*state, "");
	expect_refused(*state, "CONFIG_HZ is n, in the first boot of base it is 250");
}

static void test_invalidating(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;
	size_t i;

	configure_all(report, "CONFIG_HZ=250\nCONFIG_KASAN=y\n");
	expect_refused(report, "CONFIG_KASAN is on in patched (memory accesses");
	/* equal, and no better for that */
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_result *r = fixture_arm(report, arm);

		for (i = 0; i < r->kernel.nr_options; i++)
			if (!strcmp(r->kernel.options[i].name, "KASAN"))
				fixture_set_text(&r->kernel.options[i].value, "y");
	}
	expect_refused(report, "CONFIG_KASAN is on in base, patched, always-lock, placebo");
}

/* Forced: what is wrong is listed, and it is judged */
static void test_invalidating_forced(void **state)
{
	struct dmafp_report *report = *state;

	configure_all(report, "CONFIG_HZ=250\nCONFIG_KASAN=y\n");
	report->rules.force = true;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_difference(report, "CONFIG_KASAN is on in patched"));
}

/* One side does not say: the hash decides, as it did before options were recorded */
static void test_one_side_unknown(void **state)
{
	configure(*state, DMAFP_ARM_PATCHED, "CONFIG_HZ=250\n", "4567");
	expect_refused(*state, "kernel configuration (hash) is \"4567\"");
}

static void test_hash_unknown(void **state)
{
	configure_all(*state, "CONFIG_HZ=250\n");
	fixture_set_text(&fixture_arm(*state, DMAFP_ARM_PATCHED)->kernel.config_sha256, NULL);
	expect_refused(*state, "kernel configuration (hash) is not known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_idle),
		KEYED(test_other_hash),
		KEYED(test_must_match),
		KEYED(test_must_match_missing),
		KEYED(test_invalidating),
		KEYED(test_invalidating_forced),
		KEYED(test_one_side_unknown),
		KEYED(test_hash_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
