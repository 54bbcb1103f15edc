// SPDX-License-Identifier: GPL-2.0-or-later
/* Modules by name and by modalias, and a device's own driver in a made-up sysfs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "traffic/driver.h"
#include "traffic/modinfo.h"

#define PCI   "0000:00:04.0"
#define ALIAS "pci:v00001B36d00000010sv00001AF4sd00001100bc01sc08i02"

/* This program is an ELF file with such a section, as a module is. */
static const char section[] __attribute__((section(".modinfo"), used)) =
	"license=GPL\0name=dmafp_test\0alias=pci:v00008086d000010D3sv*sd*bc*sc*i*\0"
	"alias=pci:v*d*sv*sd*bc01sc08i02*\0depends=one,two-of";

static struct dmafp_err error;
static char root[] = "/tmp/dmafp-unit-driver.XXXXXX";

static void has_what_it_says(void **state)
{
	struct dmafp_modinfo info;
	const char *alias;

	(void)state;
	assert_int_equal(dmafp_modinfo_read("/proc/self/exe", &info, &error), 0);
	assert_string_equal(dmafp_modinfo_next(&info, "depends", NULL), "one,two-of");
	alias = dmafp_modinfo_next(&info, "alias", NULL);
	assert_string_equal(alias, "pci:v00008086d000010D3sv*sd*bc*sc*i*");
	alias = dmafp_modinfo_next(&info, "alias", alias);
	assert_string_equal(alias, "pci:v*d*sv*sd*bc01sc08i02*");
	assert_null(dmafp_modinfo_next(&info, "alias", alias));
	/* a key that another one begins with */
	assert_null(dmafp_modinfo_next(&info, "alia", NULL));
	dmafp_modinfo_free(&info);
}

static void is_found_by_name_and_alias(void **state)
{
	struct dmafp_modinfo info;

	(void)state;
	assert_int_equal(dmafp_modinfo_read("/proc/self/exe", &info, &error), 0);
	assert_true(dmafp_modinfo_is(&info, "dmafp_test"));
	/* as "depends" of another module has it */
	assert_true(dmafp_modinfo_is(&info, "dmafp-test"));
	assert_false(dmafp_modinfo_is(&info, "dmafp_tes"));
	assert_false(dmafp_modinfo_is(&info, "dmafp_testing"));
	assert_true(dmafp_modinfo_is(&info, ALIAS));
	assert_false(dmafp_modinfo_is(&info,
				      "pci:v00001B36d00000010sv00001AF4sd00001100bc02sc08i02"));
	dmafp_modinfo_free(&info);
}

static void no_module(void **state)
{
	struct dmafp_modinfo info;

	(void)state;
	assert_int_equal(dmafp_modinfo_read("/bin/true", &info, &error), -ENOEXEC);
	assert_int_equal(error.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(error.msg, "/bin/true is no module"));
	assert_int_equal(dmafp_modinfo_read("/etc/passwd", &info, &error), -ENOEXEC);
	assert_int_equal(dmafp_modinfo_read("/nonexistent.ko", &info, &error), -ENOENT);
}

/* --- a made-up sysfs */

static void put(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", root, name);

	assert_int_equal(dmafp_file_write(path, text, strlen(text), &error), 0);
	free(path);
}

static void make(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);

	assert_int_equal(dmafp_file_mkdirs(path, &error), 0);
	free(path);
}

static void holds(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", root, name), *found = dmafp_file_read(path, NULL, &error);

	assert_non_null(found);
	assert_string_equal(found, text);
	free(found);
	free(path);
}

static int new_sysfs(void **state)
{
	(void)state;
	strcpy(root, "/tmp/dmafp-unit-driver.XXXXXX");
	assert_non_null(mkdtemp(root));
	make("bus/pci/devices/" PCI);
	make("bus/pci/drivers/nvme");
	make("module/dmafp_test");
	put("bus/pci/devices/" PCI "/modalias", ALIAS "\n");
	put("bus/pci/drivers_autoprobe", "1");
	put("bus/pci/drivers_probe", "");
	put("bus/pci/drivers/nvme/unbind", "");
	return 0;
}

static int remove_sysfs(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(root);
}

static void bind_to(const char *driver)
{
	char *link = dmafp_path("%s/bus/pci/devices/" PCI "/driver", root);
	char *target = dmafp_path("%s/bus/pci/drivers/%s", root, driver);

	assert_int_equal(symlink(target, link), 0);
	free(target);
	free(link);
}

static struct dmafp_drivers drivers(void)
{
	/* found by its alias, and there already: nothing is loaded into this kernel */
	static const char *const files[] = { "/proc/self/exe" };

	return (struct dmafp_drivers) { .sysfs = root, .files = files, .nr = 1 };
}

static void is_bound_and_taken_off(void **state)
{
	struct dmafp_pci_device device = { .pci = PCI };
	struct dmafp_drivers d = drivers();

	(void)state;
	bind_to("nvme");
	assert_int_equal(dmafp_drivers_bind(&d, &device, &error), 0);
	assert_string_equal(device.driver, "nvme");
	holds("bus/pci/drivers_probe", PCI);
	/* while it is loaded nobody else is bound, and afterwards all is as before */
	holds("bus/pci/drivers_autoprobe", "1");
	assert_int_equal(d.nr_loaded, 0);
	assert_int_equal(dmafp_drivers_unbind(&d, &device, &error), 0);
	holds("bus/pci/drivers/nvme/unbind", PCI);
}

static void nobody_takes_it(void **state)
{
	struct dmafp_pci_device device = { .pci = PCI };
	struct dmafp_drivers d = drivers();

	(void)state;
	assert_int_equal(dmafp_drivers_bind(&d, &device, &error), -ENODEV);
	assert_int_equal(error.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(error.msg, "no driver took " PCI));
	assert_non_null(strstr(error.msg, ALIAS));
	/* one that has no driver has none to be taken off */
	assert_int_equal(dmafp_drivers_unbind(&d, &device, &error), 0);
	holds("bus/pci/drivers/nvme/unbind", "");
}

static void no_such_device(void **state)
{
	struct dmafp_pci_device device = { .pci = "0000:00:05.0" };
	struct dmafp_drivers d = drivers();

	(void)state;
	assert_int_equal(dmafp_drivers_bind(&d, &device, &error), -ENOENT);
	assert_non_null(strstr(error.msg, "0000:00:05.0"));
}

/* --- modprobe */

static char removed[256]; /* modules, in that order */

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	long a[3];
	va_list ap;

	va_start(ap, number);
	for (size_t i = 0; i < 3; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number != SYS_delete_module)
		return __real_syscall(number, a[0], a[1], a[2]);
	strcat(strcat(removed, (const char *)a[0]), " ");
	return 0;
}

/* It says what it was called for, loads two modules, and fails if it is to. */
static const char fake_modprobe[] =
	"#!/bin/sh\n"
	"echo \"$*\" >>$DMAFP_TEST_ROOT/called\n"
	"[ \"$1\" = --show-depends ] && cat <<X && exit\n"
	"builtin dmafp_there\n"
	"insmod /lib/modules/6.12.0/kernel/dmafp_test.ko\n"
	"insmod /lib/modules/6.12.0/kernel/dmafp-core.ko.xz a=1 b=/x/y.ko\n"
	"insmod /lib/modules/6.12.0/kernel/dmafp-top.ko.zst \n"
	"insmod /lib/modules/6.12.0/kernel/dmafp-absent.ko\n"
	"X\n"
	"mkdir $DMAFP_TEST_ROOT/module/dmafp_core $DMAFP_TEST_ROOT/module/dmafp_top\n"
	"[ ! -e $DMAFP_TEST_ROOT/fails ]\n";

static int new_modprobe(void **state)
{
	static char path[512];

	new_sysfs(state);
	put("modprobe", fake_modprobe);
	snprintf(path, sizeof(path), "%s/modprobe", root);
	assert_int_equal(chmod(path, 0700), 0);
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", root);
	setenv("PATH", path, 1);
	setenv("DMAFP_TEST_ROOT", root, 1);
	*removed = '\0';
	return 0;
}

static void probed_modules_are_unloaded(void **state)
{
	struct dmafp_drivers d = { .sysfs = root };

	(void)state;
	assert_int_equal(dmafp_drivers_load(&d, "dmafp-top", &error), 0);
	holds("called", "--show-depends -- dmafp-top\n-- dmafp-top\n");
	/* one was there, and one did not come */
	assert_int_equal(d.nr_loaded, 2);
	dmafp_drivers_unload(&d);
	assert_string_equal(removed, "dmafp_top dmafp_core ");
	/* and what is there is none's to load, or to unload */
	assert_int_equal(dmafp_drivers_load(&d, "dmafp-top", &error), 0);
	assert_int_equal(d.nr_loaded, 0);
	holds("called", "--show-depends -- dmafp-top\n-- dmafp-top\n");
}

static void half_loaded_is_unloaded(void **state)
{
	struct dmafp_drivers d = { .sysfs = root };

	(void)state;
	put("fails", "");
	assert_int_equal(dmafp_drivers_load(&d, "dmafp-top", &error), -ENOENT);
	assert_int_equal(error.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(error.msg, "modprobe dmafp-top failed"));
	dmafp_drivers_unload(&d);
	assert_string_equal(removed, "dmafp_top dmafp_core ");
}

/* On a kernel without modules modprobe fails whatever it is asked for. */
static void built_in_driver_wants_no_modprobe(void **state)
{
	struct dmafp_pci_device device = { .pci = PCI };
	struct dmafp_drivers d = { .sysfs = root };

	(void)state;
	put("fails", "");
	bind_to("nvme");
	assert_int_equal(dmafp_drivers_bind(&d, &device, &error), 0);
	assert_string_equal(device.driver, "nvme");
	assert_int_equal(d.nr_loaded, 0);
}

static void modprobe_is_told_of_where_none_took_it(void **state)
{
	struct dmafp_pci_device device = { .pci = PCI };
	struct dmafp_drivers d = { .sysfs = root };

	(void)state;
	put("fails", "");
	assert_int_equal(dmafp_drivers_bind(&d, &device, &error), -ENOENT);
	assert_int_equal(error.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(error.msg, "no driver that is there took " PCI));
	assert_non_null(strstr(error.msg, "modprobe " ALIAS " failed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_what_it_says),
		cmocka_unit_test(is_found_by_name_and_alias),
		cmocka_unit_test(no_module),
		cmocka_unit_test_setup_teardown(is_bound_and_taken_off, new_sysfs,
						remove_sysfs),
		cmocka_unit_test_setup_teardown(nobody_takes_it, new_sysfs, remove_sysfs),
		cmocka_unit_test_setup_teardown(no_such_device, new_sysfs, remove_sysfs),
		cmocka_unit_test_setup_teardown(probed_modules_are_unloaded, new_modprobe,
						remove_sysfs),
		cmocka_unit_test_setup_teardown(half_loaded_is_unloaded, new_modprobe,
						remove_sysfs),
		cmocka_unit_test_setup_teardown(built_in_driver_wants_no_modprobe,
						new_modprobe, remove_sysfs),
		cmocka_unit_test_setup_teardown(modprobe_is_told_of_where_none_took_it,
						new_modprobe, remove_sysfs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
