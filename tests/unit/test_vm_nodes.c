// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's command line: NUMA nodes, and what is on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/vm.h"

static const char *const devices[] = { "nvme", "e1000e", "igb" };

static struct dmafp_vm_spec spec = {
	.accel = "mttcg",
	.iommu = "intel",
	.devices = devices,
	.nr_devices = 3,
	.memory_mib = 768,
	.cpus = 4,
	.nodes = 2,
	.cmdline = "quiet",
};

static char *command_of(unsigned int nodes, const char *accel)
{
	spec.nodes = nodes;
	spec.accel = accel;
	return dmafp_vm_command_text(&spec);
}

static void expect(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in %s", part, text);
}

/* Each node has its share, and devices are on one after the other */
static void two_nodes(void **state)
{
	char *text = command_of(2, "mttcg");

	(void)state;
	expect(text, "-accel tcg,thread=multi ");
	expect(text, "-smp 4,sockets=2 -m 768M ");
	expect(text, "-object memory-backend-ram,id=memory0,size=384M "
		     "-numa node,nodeid=0,memdev=memory0,cpus=0-1 ");
	expect(text, "-object memory-backend-ram,id=memory1,size=384M "
		     "-numa node,nodeid=1,memdev=memory1,cpus=2-3 ");
	expect(text, "pxb-pcie,id=root1,bus=pcie.0,addr=0x11,bus_nr=32,numa_node=1 ");
	expect(text, "pcie-root-port,id=port0,bus=root0,");
	expect(text, "pcie-root-port,id=port1,bus=root1,");
	expect(text, "pcie-root-port,id=port2,bus=root0,");
	expect(text, "nvme,drive=disk0,serial=dmafp0,bus=port0 ");
	expect(text, "-device e1000e,bus=port1 ");
	free(text);
}

/* Buses of roots are apart from each other and from those of QEMU's own bus */
static void most_nodes(void **state)
{
	char *text = command_of(8, "tcg");

	(void)state;
	expect(text, "id=root0,bus=pcie.0,addr=0x10,bus_nr=16,numa_node=0 ");
	expect(text, "id=root7,bus=pcie.0,addr=0x17,bus_nr=128,numa_node=7 ");
	free(text);
}

static void one_node_is_none(void **state)
{
	char *text = command_of(1, "icount");

	(void)state;
	expect(text, "-smp 4 ");
	expect(text, "-device nvme,drive=disk0,serial=dmafp0,addr=0x4 ");
	assert_null(strstr(text, "numa"));
	assert_null(strstr(text, "pxb"));
	assert_null(strstr(text, "thread="));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_nodes),
		cmocka_unit_test(most_nodes),
		cmocka_unit_test(one_node_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
