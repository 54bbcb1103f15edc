#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab says of patches whose cost is known, and of crippled runs.
. "$(dirname "$0")/lib.sh"

# two runs of the same inputs: not one count may differ
expect 0 "bundled patch" lab first
says '^Overall|Overall verdict: (EQUIVALENT|IMPROVED)' "$work/out"
expect 0 "bundled patch again" lab second
expect 0 "byte-identical measurements" "$bin/same_cells" "$work/first" "$work/second"
says '^24 result files, 0 different' "$work/out"
# ... and the tool that says so can tell a difference
sed -i 's/"map_ticks": [0-9]*/"map_ticks": 1/' "$work"/second/base-kdump-nvme-*.json
expect 1 "one count changed" "$bin/same_cells" "$work/first" "$work/second"

# one instruction on the fast path is seen, as one, and nothing else is
expect 1 "one instruction more" lab one -p "$here/patches/one-instruction.patch"
expect 0 "+1 on every reached row" "$bin/delta_is" "$work/one" 1

# the deferred path alone: equivalent, and dearer at the first map in kdump
expect 0 "slow path only" lab slow -p "$here/patches/slow-path.patch"
says 'Overall verdict: EQUIVALENT' "$work/out"
expect 0 "no difference on any row" "$bin/delta_is" "$work/slow" 0
expect 0 "first map +100 in kdump" "$bin/first_delta_is" "$work/slow" kdump 100
expect 0 "first map +0 in keyed" "$bin/first_delta_is" "$work/slow" keyed 0

# without the path there is nothing to say
expect 3 "plain mode only" lab plain --mode plain
says 'INVALID' "$work/out"
# without the controls there is no trust
expect 3 "no controls" lab bare --mode keyed --arm base,patched
says 'always-lock' "$work/out"

# the positive control as the patch under test must be seen
expect 1 "always-lock as the patch" lab guilty --mode keyed \
	-p "$here/../../configs/patches/always-lock.patch"

finish
