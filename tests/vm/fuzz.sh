#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A million random and mutated ioctl calls on a kernel that finds mistakes.
#
#	SEED=NUMBER repeats the calls of another run, CALLS=NUMBER makes fewer or more
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=1500 # of one boot, in seconds

debug_kernel
compile init
[ "$failures" -eq 0 ] || finish
pack init

devices=
for slot in 8 9 a b c d e f; do # one for each thread
	devices="$devices -device pci-testdev,addr=0x$slot"
done
seed=${SEED:-1}
expect 33 "random calls, seed $seed" boot fuzz "$two_in_turn $devices" '' init plain races \
	"seed=$seed" "calls=${CALLS:-1000000}" fuzz
passes fuzz
none_left

finish
