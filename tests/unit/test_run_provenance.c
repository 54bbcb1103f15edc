// SPDX-License-Identifier: GPL-2.0-or-later
/* Provenance and context: where a result says it comes from. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "analysis/kernel_option.h"
#include "base/file.h"
#include "run/context.h"
#include "run/provenance.h"

static char root[64];

static char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static void put_bytes(const char *name, const void *data, size_t len)
{
	char *path = path_of(name), *slash = strrchr(path, '/');
	struct dmafp_err err;

	*slash = '\0';
	assert_int_equal(dmafp_file_mkdirs(path, &err), 0);
	*slash = '/';
	assert_int_equal(dmafp_file_write(path, data, len, &err), 0);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static const unsigned char notes[] = {
	/* another note first: "Xen", 5 bytes, padded to 8 */
	4, 0, 0, 0, 5, 0, 0,   0,   3,	 0, 0,	  0,	'X',  'e',  'n',
	0, 1, 2, 3, 4, 5, 0,   0,   0,	 4, 0,	  0,	0,    4,    0,
	0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 0xde, 0xad, 0x00, 0x0f,
};

static int setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/dmafp-test-XXXXXX");
	assert_non_null(mkdtemp(root));
	put("proc/version", "Linux version 6.12.1-dmafp (me@here) (gcc (Debian 12.2.0-14) "
			    "12.2.0, GNU ld 2.40) #1 SMP today\n");
	put("proc/cmdline", "console=ttyS0 quiet\n");
	put("proc/meminfo", "MemTotal:         761234 kB\nMemFree: 1 kB\n");
	put("proc/cpuinfo", "processor\t: 0\nmodel\t\t: 85\nmodel name\t: A CPU\n"
			    "flags\t\t: fpu vme\n");
	put_bytes("sys/kernel/notes", notes, sizeof(notes));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(root);
}

static void facts(void **state)
{
	struct dmafp_result *result = dmafp_result_new();

	(void)state;
	dmafp_provenance_fill(root, result);
	assert_string_equal(result->kernel.release, "6.12.1-dmafp");
	assert_string_equal(result->kernel.version, "#1 SMP today");
	assert_string_equal(result->kernel.command_line, "console=ttyS0 quiet");
	assert_string_equal(result->kernel.compiler,
			    "gcc (Debian 12.2.0-14) 12.2.0, GNU ld 2.40");
	assert_string_equal(result->kernel.build_id, "dead000f");
	assert_null(result->kernel.config_sha256);
	assert_int_equal(result->kernel.nr_options, 0);
	assert_string_equal(result->machine.cpu, "A CPU");
	assert_int_equal(result->machine.memory_kib, 761234);
	assert_null(result->machine.hypervisor);
	assert_true(result->machine.nr_cpus >= 1);
	assert_true(result->machine.nr_nodes >= 1);
	assert_int_equal(strlen(result->created), strlen("2026-01-02T03:04:05Z"));
	assert_string_equal(result->tool_version, DMAFP_VERSION);
	dmafp_result_free(result);
}

/* A campaign's mark tells boots apart, and arms must not differ in it. */
static void campaign_mark(void **state)
{
	static const char *const lines[][2] = {
		{ "ro dmafp_turn=a:001-base-keyed-1:1\n", "ro" },
		{ "dmafp_turn=a:b:1 ro", " ro" },
		{ "ro dmafp_turn=a:b:1 quiet", "ro quiet" },
		{ "ro not_dmafp_turn=1", "ro not_dmafp_turn=1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct dmafp_result *result = dmafp_result_new();

		put("proc/cmdline", lines[i][0]);
		dmafp_provenance_fill(root, result);
		assert_string_equal(result->kernel.command_line, lines[i][1]);
		dmafp_result_free(result);
	}
}

static void hypervisor_flag(void **state)
{
	struct dmafp_result *result = dmafp_result_new();

	(void)state;
	put("proc/cpuinfo", "flags\t\t: fpu hypervisor lm\n");
	dmafp_provenance_fill(root, result);
	assert_non_null(result->machine.hypervisor);
	assert_null(result->machine.cpu);
	dmafp_result_free(result);
}

static void config_of_boot_and_proc(void **state)
{
	struct dmafp_result *result = dmafp_result_new();
	char hex[DMAFP_SHA256_HEX];
	gzFile gz;

	(void)state;
	put("boot/config-6.12.1-dmafp", "CONFIG_HZ=100\n");
	dmafp_sha256("CONFIG_HZ=100\n", 14, hex);
	dmafp_provenance_fill(root, result);
	assert_string_equal(result->kernel.config_sha256, hex);
	assert_string_equal(dmafp_kernel_option(result, "HZ"), "100");
	assert_string_equal(dmafp_kernel_option(result, "KASAN"), "n");
	dmafp_result_free(result);
	/* the running kernel's own word counts more */
	gz = gzopen(path_of("proc/config.gz"), "wb");
	gzputs(gz, "CONFIG_HZ=250\n");
	gzclose(gz);
	dmafp_sha256("CONFIG_HZ=250\n", 14, hex);
	result = dmafp_result_new();
	dmafp_provenance_fill(root, result);
	assert_string_equal(result->kernel.config_sha256, hex);
	assert_string_equal(dmafp_kernel_option(result, "HZ"), "250");
	dmafp_result_free(result);
}

static void nothing_is_known(void **state)
{
	struct dmafp_result *result = dmafp_result_new();

	(void)state;
	dmafp_provenance_fill("/nowhere", result);
	assert_null(result->kernel.release);
	assert_null(result->kernel.build_id);
	assert_null(result->kernel.compiler);
	assert_null(result->machine.cpu);
	assert_int_equal(result->machine.memory_kib, 0);
	dmafp_result_free(result);
}

static void damaged_notes(void **state)
{
	unsigned char copy[sizeof(notes)];
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(notes); len++) {
		/* at the end of a buffer of its own, for the sanitizer to see */
		unsigned char *exact = malloc(len + 1);

		memcpy(exact, notes, len);
		assert_null(dmafp_provenance_build_id(exact, len));
		free(exact);
	}
	memcpy(copy, notes, sizeof(notes));
	memset(copy + 4, 0xff, 4);
	assert_null(dmafp_provenance_build_id(copy, sizeof(copy)));
}

static void versions(void **state)
{
	struct dmafp_result *result = dmafp_result_new();

	(void)state;
	assert_false(dmafp_provenance_version("Linux version 6 (a@b", result));
	assert_false(dmafp_provenance_version("Linux version 6 (a@b) (gcc (12", result));
	assert_false(dmafp_provenance_version("BSD version 6 (a@b) (gcc) #1", result));
	assert_null(result->kernel.release);
	assert_true(dmafp_provenance_version(
		"Linux version 6 (a@b) (clang version 14.0.6, LLD) #1 SMP", result));
	assert_string_equal(result->kernel.release, "6");
	assert_string_equal(result->kernel.compiler, "clang version 14.0.6, LLD");
	assert_string_equal(result->kernel.version, "#1 SMP");
	dmafp_result_free(result);
}

static void modes(void **state)
{
	(void)state;
	assert_string_equal(dmafp_provenance_mode(root), "plain");
	put("proc/cmdline", "quiet noelfcorehdr=1\n");
	assert_string_equal(dmafp_provenance_mode(root), "plain");
	put("proc/cmdline", "elfcorehdr=0x1000 quiet\n");
	assert_string_equal(dmafp_provenance_mode(root), "keyed");
	put("proc/cmdline", "quiet elfcorehdr=0x1000\n");
	assert_string_equal(dmafp_provenance_mode(root), "keyed");
	put("proc/vmcore", "");
	assert_string_equal(dmafp_provenance_mode(root), "kdump");
}

static json_t *context_of(const char *text, struct dmafp_err *err)
{
	put("context.json", text);
	return dmafp_context_read(path_of("context.json"), err);
}

static void context_fills_the_result(void **state)
{
	struct dmafp_result *result = dmafp_result_new();
	struct dmafp_err err = { 0 };
	json_t *context =
		context_of("{\"created\": \"then\", \"arm\": \"patched\", "
			   "\"patches\": [{\"name\": \"iommu: x\", \"file\": \"1.patch\","
			   " \"sha256\": null}], "
			   "\"lab\": {\"accel\": \"icount\"}}",
			   &err);

	(void)state;
	assert_string_equal(err.msg, "");
	assert_non_null(context);
	dmafp_context_apply(context, result);
	assert_string_equal(result->created, "then");
	assert_string_equal(result->arm, "patched");
	assert_int_equal(result->nr_patches, 1);
	assert_string_equal(result->patches[0].name, "iommu: x");
	assert_string_equal(result->patches[0].file, "1.patch");
	assert_null(result->patches[0].sha256);
	assert_true(result->lab.present);
	assert_string_equal(result->lab.accel, "icount");
	assert_null(result->lab.qemu_version);
	json_decref(context);
	dmafp_result_free(result);
}

static void no_context(void **state)
{
	struct dmafp_result *result = dmafp_result_new();
	struct dmafp_err err;
	json_t *context = dmafp_context_read(NULL, &err);

	(void)state;
	dmafp_context_apply(context, result);
	assert_null(result->arm);
	assert_false(result->lab.present);
	json_decref(context);
	dmafp_result_free(result);
}

static void bad_contexts(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{\"arm\": 1}",
		"{\"arn\": \"x\"}",
		"{\"patches\": {}}",
		"{\"patches\": [1]}",
		"{\"patches\": [{\"nmae\": \"x\"}]}",
		"{\"lab\": \"icount\"}",
		"{\"lab\": {\"accel\": 1}}",
		"{\"arm\": \"a\", \"arm\": \"b\"}",
	};
	struct dmafp_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (context_of(bad[i], &err))
			fail_msg("'%s' was taken", bad[i]);
		assert_int_equal(err.exit, DMAFP_EXIT_DATA);
		assert_non_null(strstr(err.msg, "context.json"));
	}
	assert_null(dmafp_context_read(path_of("none.json"), &err));
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(facts),
		TEST(campaign_mark),
		TEST(hypervisor_flag),
		TEST(config_of_boot_and_proc),
		TEST(nothing_is_known),
		TEST(damaged_notes),
		TEST(versions),
		TEST(modes),
		TEST(context_fills_the_result),
		TEST(no_context),
		TEST(bad_contexts),
	};

	return cmocka_run_group_tests_name("provenance", tests, NULL, NULL);
}
