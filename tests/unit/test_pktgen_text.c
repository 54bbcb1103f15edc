// SPDX-License-Identifier: GPL-2.0-or-later
/* What pktgen says in /proc. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "traffic/pktgen_proc.h"

#define HEAD                                                                    \
	"Params: count 500  min_pkt_size: 1514  max_pkt_size: 1514\n"           \
	"     frags: 0  delay: 300000  clone_skb: 0  ifname: eth0\n"            \
	"     flows: 0 flowlen: 0\n"                                            \
	"     queue_map_min: 0  queue_map_max: 0\n"                             \
	"     dst_min: 192.0.2.2  dst_max: \n"                                  \
	"     src_min: 192.0.2.1  src_max: 192.0.2.1\n"                         \
	"     src_mac: 52:54:00:00:00:01 dst_mac: 52:54:00:00:00:02\n"          \
	"     udp_src_min: 9  udp_src_max: 9  udp_dst_min: 9  udp_dst_max: 9\n" \
	"     src_mac_count: 0  dst_mac_count: 0\n"                             \
	"     Flags: QUEUE_MAP_CPU  SHARED  \n"                                 \
	"Current:\n"                                                            \
	"     pkts-sofar: 500  errors: 7\n"                                     \
	"     started: 5092563us  stopped: 5242268us idle: 147473us\n"          \
	"     seq_num: 501  cur_dst_mac_offset: 0  cur_src_mac_offset: 0\n"     \
	"     cur_saddr: 192.0.2.1  cur_daddr: 192.0.2.2\n"                     \
	"     cur_udp_dst: 9  cur_udp_src: 9\n"                                 \
	"     cur_queue_map: 0\n"                                               \
	"     flows: 0\n"

#define FIRST  "Result: OK: 149705(c2232+d147473) usec, 500 (1514byte,0frags)\n"
#define SECOND "  3339pps 40Mb/sec (40441968bps) errors: 7\n"

static void parsed(void **state)
{
	struct dmafp_pktgen_round round;

	(void)state;
	assert_int_equal(dmafp_pktgen_proc_parse(HEAD FIRST SECOND, &round), 0);
	assert_int_equal(round.elapsed_us, 149705);
	assert_int_equal(round.work_us, 2232);
	assert_int_equal(round.pause_us, 147473);
	assert_int_equal(round.packets, 500);
	assert_int_equal(round.bytes, 1514);
	assert_int_equal(round.fragments, 0);
	assert_int_equal(round.errors, 7);
}

/* Where the driver took the packet and no other holds it. */
static void without_the_last_packet(void **state)
{
	struct dmafp_pktgen_round round;

	(void)state;
	assert_int_equal(dmafp_pktgen_proc_parse(
				 HEAD "Result: OK: 1(c1+d0) usec, 1 (60byte,-1frags)\n"
				      "  1pps 0Mb/sec (1bps) errors: 0\n",
				 &round),
			 0);
	assert_int_equal(round.fragments, -1);
}

static void not_yet(void **state)
{
	static const char *const texts[] = {
		HEAD "Result: Idle\n",
		HEAD "Result: Starting\n",
		HEAD "Result: OK: count=500\n",
		HEAD "Result: OK: clone_skb=0\n",
		HEAD "Result: ERROR: something\n",
		HEAD "Result: No memory\n",
	};
	struct dmafp_pktgen_round round;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(dmafp_pktgen_proc_parse(texts[i], &round), -EAGAIN);
}

/* Nothing is guessed: what has changed has to be looked at. */
static void not_understood(void **state)
{
	static const char *const texts[] = {
		"",
		HEAD,
		FIRST SECOND,
		HEAD FIRST,
		HEAD FIRST FIRST SECOND,
		HEAD FIRST SECOND "\n",
		HEAD FIRST "  3339pps 40Mb/sec (40441968bps) errors: 7",
		HEAD FIRST SECOND "more\n",
		HEAD FIRST "  3339pps 40Mb/sec (40441968bps) errors: \n",
		HEAD FIRST "  3339pps 40Mb/sec (40441968bps) errors: -1\n",
		HEAD FIRST "3339pps 40Mb/sec (40441968bps) errors: 0\n",
		HEAD
		"Result: OK: 149705(2232+d147473) usec, 500 (1514byte,0frags)\n" SECOND,
		HEAD
		"Result: OK: 149705(c2232+147473) usec, 500 (1514byte,0frags)\n" SECOND,
		HEAD
		"Result: OK: 149705(c2232+d147473) nsec, 500 (1514byte,0frags)\n" SECOND,
		HEAD "Result: OK: 149705(c-1+d147473) usec, 500 (1514byte,0frags)\n" SECOND,
		HEAD
		"Result: OK: 149705(c2232+d147473) usec, 5e2 (1514byte,0frags)\n" SECOND,
		HEAD "Result: OK: 149705(c2232+d147473) usec, 500 (1514,0frags)\n" SECOND,
		HEAD
		"Result: OK: 149705(c2232+d147473) usec, 500 (1514byte,frags)\n" SECOND,
		HEAD
		"Result: OK: 18446744073709551616(c1+d0) usec, 500 (60byte,0frags)\n" SECOND,
	};
	struct dmafp_pktgen_round round;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (dmafp_pktgen_proc_parse(texts[i], &round) != -EPROTO)
			fail_msg("understood, number %zu: %s", i, texts[i]);
}

static void is_version(const char *control, const char *want)
{
	char root[] = "/tmp/dmafp-test-XXXXXX", *dir, *path, *version;
	struct dmafp_err err;

	assert_non_null(mkdtemp(root));
	dir = dmafp_path("%s/net/pktgen", root);
	path = dmafp_path("%s/pgctrl", dir);
	assert_int_equal(dmafp_file_mkdirs(dir, &err), 0);
	if (control)
		assert_int_equal(dmafp_file_write(path, control, strlen(control), &err), 0);
	version = dmafp_pktgen_proc_version(root);
	assert_int_equal(dmafp_file_remove_tree(root), 0);
	if (want)
		assert_string_equal(version, want);
	else
		assert_null(version);
	free(version);
	free(path);
	free(dir);
}

static void versions(void **state)
{
	(void)state;
	is_version("Packet Generator for packet performance testing. Version: 2.75\n",
		   "pktgen 2.75");
	is_version("Packet Generator\n", "pktgen");
	is_version(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parsed),   cmocka_unit_test(without_the_last_packet),
		cmocka_unit_test(not_yet),  cmocka_unit_test(not_understood),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
