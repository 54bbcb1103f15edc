#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever can fail in an operation of the module fails once.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=1800 # of one boot, in seconds

debug_kernel
compile init
[ "$failures" -eq 0 ] || finish
pack init

# The kernel tells at length of allocations that fail: not on the console.  What
# else it says is looked for by the tests themselves.
expect 33 "failures" boot fail "$two_in_turn" loglevel=1 init plain races fail
passes fail
none_left

finish
