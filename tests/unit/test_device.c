// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices, on a tree of files that looks like sysfs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "run/device.h"

static char root[64];

static void put(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", root, name), *slash;
	struct dmafp_err err;

	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(dmafp_file_mkdirs(path, &err), 0);
	*slash = '/';
	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	free(path);
}

static char *get(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);
	static char text[256];

	dmafp_file_read_line(path, text, sizeof(text));
	free(path);
	return text;
}

static void point(const char *name, const char *target)
{
	char *path = dmafp_path("%s/%s", root, name);

	assert_int_equal(symlink(target, path), 0);
	free(path);
}

static void forget(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

/* One function as sysfs shows it; @group < 0: behind no IOMMU */
static void add(const char *pci, const char *class, int group, const char *driver)
{
	char name[160], target[160];

#define AT(leaf) (snprintf(name, sizeof(name), "bus/pci/devices/%s/" leaf, pci), name)
	put(AT("vendor"), "0x8086\n");
	put(AT("device"), "0x10d3\n");
	put(AT("class"), class);
	put(AT("numa_node"), "-1\n");
	put(AT("driver_override"), "(null)\n");
	put(AT("remove"), "");
	if (driver) {
		snprintf(target, sizeof(target), "../../drivers/%s", driver);
		point(AT("driver"), target);
	}
	if (group < 0)
		return;
	snprintf(target, sizeof(target), "../../../../kernel/iommu_groups/%d", group);
	point(AT("iommu_group"), target);
	snprintf(name, sizeof(name), "kernel/iommu_groups/%d/type", group);
	put(name, "DMA-FQ\n");
	snprintf(name, sizeof(name), "kernel/iommu_groups/%d/devices/%s", group, pci);
	put(name, "");
	point(AT("iommu"), "../../../virtual/iommu/dmar1");
#undef AT
}

static int setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/dmafp-test-XXXXXX");
	assert_non_null(mkdtemp(root));
	add("0000:00:1f.0", "0x060100\n", 9, NULL);
	add("0000:00:04.0", "0x010802\n", 3, NULL);
	add("0000:02:00.1", "0x020000\n", 4, NULL);
	add("0000:02:00.0", "0x020000\n", 5, "igb");
	add("0000:03:00.0", "0x0c0330\n", -1, NULL);
	add("10000:e1:00.0", "0x010802\n", 6, NULL);
	add("0000:04:00.0", "0x020700\n", 7, NULL);
	add("0000:04:00.1", "0x020000\n", 7, "mlx5_core");
	put("bus/pci/drivers/dmafp/bind", "");
	put("bus/pci/drivers/dmafp/unbind", "");
	put("bus/pci/rescan", "");
	put("bus/pci/devices/0000:00:04.0/numa_node", "1\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(root);
}

static struct dmafp_pci_device find(const char *pci)
{
	struct dmafp_pci_device device = { 0 };
	struct dmafp_device_list list;
	struct dmafp_err err;
	size_t i;

	assert_int_equal(dmafp_device_list_read(root, &list, &err), 0);
	for (i = 0; i < list.nr; i++)
		if (!strcmp(list.items[i].pci, pci))
			device = list.items[i];
	dmafp_device_list_release(&list);
	assert_string_equal(device.pci, pci);
	return device;
}

static void listed_in_order(void **state)
{
	static const char *const order[] = { "0000:00:04.0", "0000:00:1f.0",
					     "0000:02:00.0", "0000:02:00.1",
					     "0000:03:00.0", "0000:04:00.0",
					     "0000:04:00.1", "10000:e1:00.0" };
	struct dmafp_device_list list;
	struct dmafp_err err;
	size_t i;

	(void)state;
	assert_int_equal(dmafp_device_list_read(root, &list, &err), 0);
	assert_int_equal(list.nr, 8);
	for (i = 0; i < list.nr; i++)
		assert_string_equal(list.items[i].pci, order[i]);
	dmafp_device_list_release(&list);
	assert_int_equal(dmafp_device_list_read("/nowhere", &list, &err), 0);
	assert_int_equal(list.nr, 0);
}

static void facts(void **state)
{
	struct dmafp_pci_device d = find("0000:00:04.0");

	(void)state;
	assert_int_equal(d.vendor, 0x8086);
	assert_int_equal(d.device, 0x10d3);
	assert_int_equal(d.class_code, 0x010802);
	assert_string_equal(d.label, "nvme");
	assert_string_equal(d.driver, "");
	assert_string_equal(d.driver_override, "");
	assert_int_equal(d.group, 3);
	assert_string_equal(d.group_type, "DMA-FQ");
	assert_string_equal(d.unit, "dmar1");
	assert_string_equal(d.iommu, "intel-iommu");
	assert_int_equal(d.node, 1);
	assert_int_equal(d.devfn, 4 << 3);
	assert_string_equal(d.why_not, "");
	assert_int_equal(find("10000:e1:00.0").segment, 0x10000);
	assert_string_equal(find("0000:03:00.0").label, "0x0c0330");
	assert_int_equal(find("0000:03:00.0").node, -1);
	/* InfiniBand has class 02 too, and is no Ethernet */
	assert_string_equal(find("0000:04:00.0").label, "0x020700");
}

static void iommu_drivers(void **state)
{
	(void)state;
	forget("bus/pci/devices/0000:00:04.0/iommu");
	point("bus/pci/devices/0000:00:04.0/iommu", "../../virtual/iommu/ivhd0");
	assert_string_equal(find("0000:00:04.0").iommu, "amd-iommu");
	forget("bus/pci/devices/0000:00:04.0/iommu");
	point("bus/pci/devices/0000:00:04.0/iommu", "../x/smmu3.0x09050000");
	assert_string_equal(find("0000:00:04.0").iommu, "smmu3.0x09050000");
	assert_string_equal(find("0000:00:04.0").unit, "smmu3.0x09050000");
}

static void why_not(void **state)
{
	(void)state;
	assert_string_equal(find("0000:00:1f.0").why_not, "it is a bridge");
	assert_string_equal(find("0000:03:00.0").why_not, "no IOMMU translates for it");
	assert_string_equal(find("0000:02:00.0").why_not,
			    "driver igb has it: dmafp prepare 0000:02:00.0");
	assert_string_equal(find("0000:04:00.0").why_not,
			    "0000:04:00.1, in the same IOMMU group, is in use");
	assert_string_equal(find("0000:02:00.1").why_not, "");
}

static void addresses(void **state)
{
	static const char *const bad[] = { "",	      "nvme0",	  "0:0",      "00:20.0",
					   "00:04.8", "100:04.0", "00:04.0x", "0000:00:04" };
	struct dmafp_pci_device d;
	size_t i;

	(void)state;
	assert_int_equal(dmafp_device_parse("2:1f.7", &d), 0);
	assert_string_equal(d.pci, "0000:02:1f.7");
	assert_int_equal(dmafp_device_parse("0001:02:03.4", &d), 0);
	assert_int_equal(d.segment, 1);
	assert_int_equal(d.devfn, 3 << 3 | 4);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (dmafp_device_parse(bad[i], &d) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
}

static void bound_and_given_back(void **state)
{
	struct dmafp_pci_device d;
	struct dmafp_err err;

	(void)state;
	put("bus/pci/devices/0000:00:04.0/driver_override", "vfio-pci\n");
	d = find("0000:00:04.0");
	/* the kernel's part: the driver has taken it */
	point("bus/pci/devices/0000:00:04.0/driver", "../../drivers/dmafp");
	assert_int_equal(dmafp_device_bind(root, &d, &err), 0);
	assert_string_equal(d.driver, "dmafp");
	assert_string_equal(get("bus/pci/devices/0000:00:04.0/driver_override"), "dmafp");
	forget("bus/pci/devices/0000:00:04.0/driver");
	assert_int_equal(dmafp_device_unbind(root, &d, &err), 0);
	assert_string_equal(get("bus/pci/drivers/dmafp/unbind"), "0000:00:04.0");
	assert_string_equal(d.driver, "");
	assert_memory_equal(get("bus/pci/devices/0000:00:04.0/driver_override"),
			    "vfio-pci", 9);
}

static void refused_bind_leaves_no_trace(void **state)
{
	struct dmafp_pci_device d = find("0000:00:04.0");
	struct dmafp_err err;

	(void)state;
	/* nobody takes it in a tree of files */
	assert_int_equal(dmafp_device_bind(root, &d, &err), -ENODEV);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_string_equal(get("bus/pci/drivers/dmafp/bind"), "0000:00:04.0");
	assert_string_equal(get("bus/pci/devices/0000:00:04.0/driver_override"), "");
}

static void bind_without_module(void **state)
{
	struct dmafp_pci_device d = find("0000:00:04.0");
	struct dmafp_err err;

	(void)state;
	forget("bus/pci/drivers/dmafp/bind");
	assert_int_equal(dmafp_device_bind(root, &d, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(err.msg, "load the module"));
	assert_string_equal(get("bus/pci/devices/0000:00:04.0/driver_override"), "");
}

/* A run that was killed left its override behind: it is not put back. */
static void own_override_is_not_kept(void **state)
{
	(void)state;
	put("bus/pci/devices/0000:00:04.0/driver_override", "dmafp\n");
	point("bus/pci/devices/0000:00:04.0/driver", "../../drivers/dmafp");
	assert_string_equal(find("0000:00:04.0").driver_override, "");
	assert_string_equal(find("0000:00:04.0").why_not, "");
}

/* The kernel's part of remove and rescan; @arg: does the device come back? */
static void *kernel(void *arg)
{
	char *device = dmafp_path("%s/bus/pci/devices/0000:00:04.0", root);
	char *away = dmafp_path("%s/away", root);
	bool *comes_back = arg;
	int tries = 0;

	while (strcmp(get("bus/pci/devices/0000:00:04.0/remove"), "1") && tries++ < 3000)
		usleep(1000);
	rename(device, away);
	while (strcmp(get("bus/pci/rescan"), "1") && tries++ < 3000)
		usleep(1000);
	if (*comes_back)
		rename(away, device);
	free(device);
	free(away);
	return NULL;
}

static void rediscovered(void **state)
{
	struct dmafp_pci_device d = find("0000:00:04.0");
	bool comes_back = true;
	struct dmafp_err err;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, kernel, &comes_back), 0);
	assert_int_equal(dmafp_device_rediscover(root, &d, &err), 0);
	pthread_join(thread, NULL);
	assert_int_equal(find("0000:00:04.0").group, 3);
}

/* A driver that is built in takes the device as soon as it is back. */
static void rediscovered_from_its_driver(void **state)
{
	struct dmafp_pci_device d = find("0000:00:04.0");
	bool comes_back = true;
	struct dmafp_err err;
	pthread_t thread;

	(void)state;
	put("bus/pci/drivers/nvme/unbind", "");
	point("bus/pci/devices/0000:00:04.0/driver", "../../drivers/nvme");
	assert_int_equal(pthread_create(&thread, NULL, kernel, &comes_back), 0);
	assert_int_equal(dmafp_device_rediscover(root, &d, &err), 0);
	pthread_join(thread, NULL);
	assert_string_equal(get("bus/pci/drivers/nvme/unbind"), "0000:00:04.0");
}

static void never_rediscovered(void **state)
{
	struct dmafp_pci_device d = find("0000:00:04.0");
	bool comes_back = false;
	struct dmafp_err err;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, kernel, &comes_back), 0);
	assert_int_equal(dmafp_device_rediscover(root, &d, &err), -ENODEV);
	pthread_join(thread, NULL);
	assert_non_null(strstr(err.msg, "cannot find again 0000:00:04.0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(listed_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(facts, setup, teardown),
		cmocka_unit_test_setup_teardown(iommu_drivers, setup, teardown),
		cmocka_unit_test_setup_teardown(why_not, setup, teardown),
		cmocka_unit_test(addresses),
		cmocka_unit_test_setup_teardown(bound_and_given_back, setup, teardown),
		cmocka_unit_test_setup_teardown(refused_bind_leaves_no_trace, setup,
						teardown),
		cmocka_unit_test_setup_teardown(bind_without_module, setup, teardown),
		cmocka_unit_test_setup_teardown(own_override_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(rediscovered, setup, teardown),
		cmocka_unit_test_setup_teardown(rediscovered_from_its_driver, setup,
						teardown),
		cmocka_unit_test_setup_teardown(never_rediscovered, setup, teardown),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
