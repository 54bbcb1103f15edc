// SPDX-License-Identifier: GPL-2.0-or-later
/* Modules as a modprobe names them that knows two. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/module_list.h"
#include "tree.h"

static struct dmafp_err err;

static void fake_modprobe(void)
{
	char *fake = tree_path("fake"), *modprobe = tree_path("fake/modprobe");

	tree_put("fake/modprobe",
		 "#!/bin/sh\n"
		 "case \"$*\" in\n"
		 "'--show-depends -- nvme')\n"
		 "	echo 'insmod /lib/nvme-core.ko.xz multipath=N'\n"
		 "	echo 'builtin crc'\n"
		 "	echo 'install /bin/true'\n"
		 "	echo 'insmod /lib/nvme.ko.xz ' ;;\n"
		 "'--show-depends -- softdog')\n"
		 "	echo 'insmod /lib/nvme-core.ko.xz multipath=N'\n"
		 "	echo 'insmod /lib/softdog.ko soft_panic=1 soft_reboot_cmd=\"a b\"' ;;\n"
		 "*) exit 1 ;;\n"
		 "esac\n");
	assert_int_equal(chmod(modprobe, 0755), 0);
	setenv("PATH", fake, 1);
	tree_link("fake/sh", "/bin/sh");
	free(modprobe);
	free(fake);
}

static void each_once_with_its_options(void **state)
{
	static const char *const expected[][2] = {
		{ "/lib/nvme-core.ko.xz", "multipath=N" },
		{ "/lib/nvme.ko.xz", "" },
		{ "/lib/softdog.ko", "soft_panic=1 soft_reboot_cmd=\"a b\"" },
	};
	struct dmafp_module_list list = { 0 };

	(void)state;
	fake_modprobe();
	dmafp_module_list_add(&list, "nvme");
	dmafp_module_list_add(&list, "none");
	dmafp_module_list_add(&list, "softdog");
	assert_int_equal(list.nr, 3);
	for (size_t i = 0; i < list.nr; i++) {
		assert_string_equal(list.items[i].file, expected[i][0]);
		assert_string_equal(list.items[i].options, expected[i][1]);
	}
	/* none of them is there */
	assert_int_equal(dmafp_module_list_check(&list, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "/lib/nvme-core.ko.xz"));
	dmafp_module_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once_with_its_options),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
