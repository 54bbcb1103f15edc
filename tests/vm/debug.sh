#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module's tests on a kernel that finds mistakes, and it must be silent.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=900 # of one boot, in seconds

debug_kernel
compile init
[ "$failures" -eq 0 ] || finish
pack init

expect 33 "all tests" boot debug "$two_cpus" '' init plain races abi device measure races
passes debug
none_left

finish
