#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module's tests on a kernel that finds mistakes, and it must be silent; then
# those of the ABI as a 32 bit program, whose answers must be the same.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=1800 # of one boot, in seconds

debug_kernel
compile init
compile init32 -m32 -isystem "/usr/include/$(gcc -print-multiarch)"
[ "$failures" -eq 0 ] || finish
cp "$build/drivers/nvme/host/nvme-core.ko" "$build/drivers/nvme/host/nvme.ko" \
	"$build/drivers/net/ethernet/intel/e1000e/e1000e.ko" "$work"
pack init init32 nvme-core.ko nvme.ko e1000e.ko

expect 33 "all tests" boot debug "$two_in_turn" '' init plain races rounds=50 \
	abi device drivers measure idle attach races tally sampling traffic
passes debug
expect 33 "32 bits" boot debug32 "$two_in_turn" '' init32 plain races abi device idle
passes debug32
none_left

finish
