// SPDX-License-Identifier: GPL-2.0-or-later
/* A tally through the transport: what the fake module answers, and what errors say. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/transport.h"
#include "run/transport_loopback_tally.h"

#define NIC_DEVFN 0x28 /* of the fake */

static struct dmafp_tally_call calls[DMAFP_TALLY_MAX_CALLS];
static struct dmafp_err error;

static struct dmafp_transport *loopback(const char *mode, bool no_probes)
{
	const struct dmafp_loopback config = { .mode = mode, .no_probes = no_probes };

	return dmafp_transport_loopback(&config);
}

static struct dmafp_tally tally(unsigned int flags, unsigned int devfn)
{
	memset(calls, 0xff, sizeof(calls));
	return (struct dmafp_tally) {
		.flags = flags,
		.devfn = devfn,
		.nr_calls = DMAFP_TALLY_MAX_CALLS,
		.calls = (uintptr_t)calls,
	};
}

static const struct dmafp_tally_call *row(const struct dmafp_tally *arg, const char *name)
{
	for (size_t i = 0; i < arg->nr_calls; i++)
		if (!strcmp(calls[i].name, name))
			return &calls[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* On, a look, off: counts grow from call to call, and no more after it is off. */
static void counts(const char *mode, bool keyed)
{
	struct dmafp_transport *transport = loopback(mode, false);
	const uint64_t maps[] = { 0, DMAFP_LOOPBACK_TALLY_MAPS,
				  2 * DMAFP_LOOPBACK_TALLY_MAPS,
				  2 * DMAFP_LOOPBACK_TALLY_MAPS };
	const unsigned int flags[] = { DMAFP_TALLY_ON, 0, DMAFP_TALLY_OFF, 0 };

	for (size_t i = 0; i < 4; i++) {
		struct dmafp_tally arg = tally(flags[i], i ? 0 : NIC_DEVFN);

		assert_int_equal(dmafp_transport_tally(transport, &arg, &error), 0);
		assert_int_equal(arg.flags, i < 2 ? DMAFP_TALLY_IS_ON : 0);
		assert_int_equal(arg.devfn, NIC_DEVFN);
		assert_int_equal(arg.missed, 0);
		assert_int_equal(row(&arg, "dma_map_page_attrs")->calls, maps[i]);
		assert_int_equal(row(&arg, "dma_unmap_page_attrs")->calls, maps[i]);
		assert_int_equal(row(&arg, "iommu_deferred_attach")->calls,
				 keyed ? maps[i] : 0);
		assert_int_equal(row(&arg, "dma_map_phys")->flags, 0);
		assert_int_equal(row(&arg, "dma_map_page_attrs")->flags,
				 DMAFP_TALLY_PRESENT);
	}
	dmafp_transport_close(transport);
}

static void keyed(void **state)
{
	(void)state;
	counts("keyed", true);
}

static void plain(void **state)
{
	(void)state;
	counts("plain", false);
}

static void before_any(void **state)
{
	struct dmafp_transport *transport = loopback("plain", false);
	struct dmafp_tally arg = tally(0, 0);

	(void)state;
	assert_int_equal(dmafp_transport_tally(transport, &arg, &error), 0);
	assert_int_equal(arg.flags, 0);
	assert_int_equal(arg.nr_calls, 0);
	dmafp_transport_close(transport);
}

/* Fewer rows than there are: their number is told, and no more are written. */
static void little_room(void **state)
{
	struct dmafp_transport *transport = loopback("plain", false);
	struct dmafp_tally arg = tally(DMAFP_TALLY_ON, NIC_DEVFN);

	(void)state;
	arg.nr_calls = 1;
	assert_int_equal(dmafp_transport_tally(transport, &arg, &error), 0);
	assert_true(arg.nr_calls > 1);
	assert_string_equal(calls[0].name, "iommu_deferred_attach");
	assert_int_equal(calls[1].kind, UINT32_MAX);
	dmafp_transport_close(transport);
}

static void refuses(struct dmafp_transport *transport, struct dmafp_tally arg, int want,
		    const char *says)
{
	memset(&error, 0, sizeof(error));
	assert_int_equal(dmafp_transport_tally(transport, &arg, &error), -want);
	if (!strstr(error.msg, says))
		fail_msg("no '%s' in: %s", says, error.msg);
}

static void refused(void **state)
{
	struct dmafp_transport *transport = loopback("plain", false);
	struct dmafp_tally arg = tally(DMAFP_TALLY_ON | DMAFP_TALLY_OFF, NIC_DEVFN);

	(void)state;
	refuses(transport, arg, EINVAL, "tally: ");
	refuses(transport, tally(0, NIC_DEVFN), EINVAL, "tally: ");
	refuses(transport, tally(DMAFP_TALLY_OFF, NIC_DEVFN), EINVAL, "tally: ");
	refuses(transport, tally(DMAFP_TALLY_ON, NIC_DEVFN + 1), ENODEV,
		"no PCI device 0000:00:05.1");
	arg = tally(DMAFP_TALLY_ON, NIC_DEVFN);
	arg.nr_calls++;
	refuses(transport, arg, EINVAL, "tally: ");
	arg.nr_calls = 0;
	refuses(transport, arg, EINVAL, "tally: ");
	dmafp_transport_close(transport);

	transport = loopback("plain", true);
	refuses(transport, tally(DMAFP_TALLY_ON, NIC_DEVFN), EOPNOTSUPP, "blacklist");
	dmafp_transport_close(transport);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyed),      cmocka_unit_test(plain),
		cmocka_unit_test(before_any), cmocka_unit_test(little_room),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
