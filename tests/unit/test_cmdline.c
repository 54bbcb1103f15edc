// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel command lines of a campaign, and kernel images. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaign/cmdline.h"
#include "campaign/kernel_image.h"
#include "campaign/reboot.h"
#include "tree.h"

static struct dmafp_campaign_arm arms[] = {
	{ .name = "base", .kernel = "/boot/vmlinuz" },
	{ .name = "patched", .kernel = "/boot/vmlinuz", .append = "iommu.strict=1 x=a,b" },
};

static struct dmafp_campaign campaign = {
	.id = "0badcafe", .cmdline = "root=/dev/sda1 ro quiet", .crashkernel = "512M",
	.arms = arms, .nr_arms = 2,
};

static void is(char *line, const char *expected)
{
	assert_string_equal(line, expected);
	free(line);
}

static void cleans(void **state)
{
	(void)state;
	is(dmafp_cmdline_clean("BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro  quiet\n"),
	   "root=UUID=1-2 ro quiet");
	is(dmafp_cmdline_clean("ro elfcorehdr=0x1000 dmafp_turn=a:b:1 initrd=\\x quiet"),
	   "ro quiet");
	is(dmafp_cmdline_clean("ro dmafp.campaign=off quiet"), "ro quiet");
	is(dmafp_cmdline_clean("ro myelfcorehdr=1 -- single"), "ro myelfcorehdr=1");
	is(dmafp_cmdline_clean(""), "");
}

static void finds_options(void **state)
{
	(void)state;
	assert_true(dmafp_cmdline_has("panic=1", "panic="));
	assert_true(dmafp_cmdline_has("ro panic=1 quiet", "panic="));
	assert_false(dmafp_cmdline_has("ro kpanic=1 oops=panic", "panic="));
	assert_false(dmafp_cmdline_has("", "panic="));
}

static void composes(void **state)
{
	struct dmafp_campaign_turn turn = { .kind = DMAFP_BOOT_KEYED,
					    .name = "001-base-keyed-1" };

	(void)state;
	is(dmafp_cmdline_arm(&campaign, &turn, 3),
	   "root=/dev/sda1 ro quiet panic=10 elfcorehdr=0x1000 "
	   "dmafp_turn=0badcafe:001-base-keyed-1:3");
	turn.kind = DMAFP_BOOT_PLAIN;
	turn.arm = 1;
	is(dmafp_cmdline_arm(&campaign, &turn, 1),
	   "root=/dev/sda1 ro quiet iommu.strict=1 x=a,b panic=10 "
	   "dmafp_turn=0badcafe:001-base-keyed-1:1");
}

/* Memory is reserved once, by whoever did it first; a panic is as the user has it. */
static void reserves(void **state)
{
	struct dmafp_campaign_turn turn = { .kind = DMAFP_BOOT_KDUMP, .name = "t" };
	struct dmafp_campaign own = campaign;

	(void)state;
	is(dmafp_cmdline_arm(&campaign, &turn, 1),
	   "root=/dev/sda1 ro quiet panic=10 crashkernel=512M dmafp_turn=0badcafe:t:1");
	own.cmdline = "crashkernel=1G panic=-1";
	is(dmafp_cmdline_arm(&own, &turn, 1),
	   "crashkernel=1G panic=-1 dmafp_turn=0badcafe:t:1");
}

static void captures(void **state)
{
	struct dmafp_campaign_turn turn = { .kind = DMAFP_BOOT_KDUMP, .name = "t", .arm = 1 };

	(void)state;
	is(dmafp_cmdline_capture(&campaign, &turn, 2),
	   "ro quiet iommu.strict=1 x=a,b panic=10 dmafp_turn=0badcafe:t:2 nr_cpus=1 "
	   "irqpoll reset_devices rdinit=/init -- capture");
}

static void captures_as(const char *cmdline, const char *kept)
{
	struct dmafp_campaign_turn turn = { .kind = DMAFP_BOOT_KDUMP, .name = "t" };
	struct dmafp_campaign own = campaign;
	char *expected = dmafp_path("panic=1%s%s dmafp_turn=0badcafe:t:1 nr_cpus=1 irqpoll "
				    "reset_devices rdinit=/init -- capture",
				    *kept ? " " : "", kept);

	own.cmdline = dmafp_path("panic=1 %s crashkernel=1G", cmdline);
	is(dmafp_cmdline_capture(&own, &turn, 1), expected);
	free(own.cmdline);
	free(expected);
}

/* It has half a gigabyte, in a place of its own. */
static void captures_in_little_memory(void **state)
{
	static const char *const hogs[] = {
		"hugepages=64", "hugepagesz=1G hugepages=16", "default_hugepagesz=1G",
		"hugetlb_cma=4G", "cma=1G", "numa_cma=0:1G", "cma_pernuma=1G", "mem=8G",
		"memmap=4G!4G", "movablecore=4G", "kernelcore=4G", "log_buf_len=512M",
		"slub_debug", "slub_debug=FZP", "slab_debug=FZP", "resume=UUID=1-2",
		"irqpoll reset_devices nr_cpus=8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hogs) / sizeof(hogs[0]); i++)
		captures_as(hogs[i], "");
	/* the arm has them */
	is(dmafp_cmdline_clean("hugepages=64 swiotlb=65536 mem=8G"),
	   "hugepages=64 swiotlb=65536 mem=8G");
	/* others of such names */
	captures_as("memory_hotplug.online_policy=x transparent_hugepage=never",
		    "memory_hotplug.online_policy=x transparent_hugepage=never");
}

/* Bouncing is measured, and how much there is to bounce by is not. */
static void captures_bouncing(void **state)
{
	(void)state;
	captures_as("swiotlb=65536", "");
	captures_as("swiotlb=65536,4", "");
	captures_as("swiotlb=force", "swiotlb=force");
	captures_as("swiotlb=noforce", "swiotlb=noforce");
	captures_as("swiotlb=65536,force", "swiotlb=force");
	captures_as("swiotlb=65536,4,noforce ro", "swiotlb=noforce ro");
}

static void knows_what_it_is_for(void **state)
{
	struct dmafp_campaign_turn turn = { .kind = DMAFP_BOOT_KEYED,
					    .name = "012-always-lock-keyed-3" };
	char *line = dmafp_cmdline_arm(&campaign, &turn, 7);
	struct dmafp_here here;

	(void)state;
	dmafp_cmdline_here(line, &here);
	assert_string_equal(here.id, "0badcafe");
	assert_string_equal(here.turn, turn.name);
	assert_int_equal(here.attempt, 7);
	free(line);
	dmafp_cmdline_here("ro quiet", &here);
	assert_string_equal(here.id, "");
	assert_string_equal(here.turn, "");
	dmafp_cmdline_here("dmafp_turn=0badcafe:half", &here);
	assert_string_equal(here.id, "");
}

/* --- images */

static struct dmafp_err err;

static void put_image(const char *magic, unsigned int at, size_t len, const char *version)
{
	char *image = calloc(1, len + 1), *path = tree_path("image");

	memcpy(image + 0x202, magic, 4);
	image[0x20e] = (char)(at & 0xff);
	image[0x20f] = (char)(at >> 8);
	if (version)
		strcpy(image + 0x200 + at, version);
	assert_int_equal(dmafp_file_write(path, image, len, &err), 0);
	free(path);
	free(image);
}

static char *release(void)
{
	char *path = tree_path("image"), *text = dmafp_kernel_image_release(path, &err);

	free(path);
	return text;
}

static void reads_release(void **state)
{
	(void)state;
	put_image("HdrS", 0x300, 0x1000, "6.12.10-mine (me@here) #1 SMP");
	is(release(), "6.12.10-mine");
}

static void refuses_images(void **state)
{
	(void)state;
	put_image("NONE", 0x300, 0x1000, "6.12.10-mine ");
	assert_null(release());
	put_image("HdrS", 0, 0x1000, NULL);
	assert_null(release());
	put_image("HdrS", 0xf000, 0x1000, NULL); /* behind the end */
	assert_null(release());
	tree_put("image", "short");
	assert_null(release());
	assert_non_null(strstr(err.msg, "is no kernel image"));
}

/* The names of --reboot are those of the ways. */
static void ways(void **state)
{
	(void)state;
	for (size_t i = 0; dmafp_reboot_names[i]; i++)
		assert_string_equal(dmafp_reboot_find(dmafp_reboot_names[i])->name,
				    dmafp_reboot_names[i]);
	assert_null(dmafp_reboot_find("rocket"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cleans),
		cmocka_unit_test(finds_options),
		cmocka_unit_test(composes),
		cmocka_unit_test(reserves),
		cmocka_unit_test(captures),
		cmocka_unit_test(captures_in_little_memory),
		cmocka_unit_test(captures_bouncing),
		cmocka_unit_test(knows_what_it_is_for),
		cmocka_unit_test(reads_release),
		cmocka_unit_test(refuses_images),
		cmocka_unit_test(ways),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
