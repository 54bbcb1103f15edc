#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module itself: its ABI header on the host, its tests in throw-away guests.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=300 # of one boot, in seconds

# --- the header: alone, in both languages
for header in dmafp.h dmafp_ops.h; do
	expect 0 "$header alone as C" gcc -x c -std=c11 -Wall -Wextra -Wpedantic -Werror \
		-fsyntax-only "$uapi/$header"
	expect 0 "$header alone as C++" g++ -x c++ -std=c++11 -Wall -Wextra -Wpedantic \
		-Werror -fsyntax-only "$uapi/$header"
done

kernel
compile init
[ "$failures" -eq 0 ] || finish
pack init

expect 33 "plain, exact" boot plain "$icount" noapictimer init plain exact abi device measure idle attach \
	tally sampling
passes plain
expect 33 "keyed, exact" boot keyed "$icount" 'noapictimer elfcorehdr=0x1000' init keyed exact measure \
	attach tally
passes keyed
expect 33 "plain, two CPUs" boot races "$two_cpus" '' init plain races abi measure idle races
passes races
expect 33 "keyed, two CPUs in turn" boot attach "$two_in_turn" 'elfcorehdr=0x1000' \
	init keyed races attach tally sampling
passes attach
expect 33 "without nohz" boot nohz "$icount" 'nohz=off' init plain exact idle
passes nohz
none_left

finish
