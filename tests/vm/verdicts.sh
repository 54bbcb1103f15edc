#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab says of patches whose cost is known, and of crippled runs.
. "$(dirname "$0")/lib.sh"

measured() {
	for result in "$work/$1"/boot1/*.json; do
		echo "$(basename "$result")"
		jq -c '{calibration, first_map, cells}' "$result"
	done
}

# The bundled patch, twice from the same inputs: not one count may differ.
expect 0 "bundled patch" lab first
holds "every mode of both devices was judged" "$work/first/report.json" \
	'[.sections[] | .mode + " " + .label] | unique == ["kdump nic", "kdump nvme",
	 "keyed nic", "keyed nvme", "plain nic", "plain nvme"]'
expect 0 "a page to look at" grep -q '<title>dmafp: IMPROVED</title>' "$work/first/report.html"
holds "one call per map with the key on" "$work/first/report.json" \
	'[.sections[] | select(.mode != "plain") | .rows[] |
	  select(.op == "map_page" and .phase == "map") | .arms[].counted.calls_per_op] |
	 length == 16 and all(. == 1)'
holds "no call per map with the key off" "$work/first/report.json" \
	'[.sections[] | select(.mode == "plain") | .rows[] |
	  select(.op == "map_page") | .arms[].counted.calls_per_op] |
	 length == 16 and all(. == 0)'
holds "one attach at the first map in kdump, in every arm" "$work/first/report.json" \
	'[.sections[] | select(.mode == "kdump") | .first_map[] |
	  [.attaches, .deferred_before, .deferred_after]] |
	 length == 8 and all(. == [1, true, false])'
holds "the images say what check measured, in every arm" "$work/first/report.json" \
	'[.static_proof[] | [.arm, .instructions, .says]] == [["base", 10, null],
	 ["patched", 7, "agrees"], ["always-lock", 30, "agrees"], ["placebo", 10, "agrees"]]'
for result in "$work"/first/boot1/*.json; do
	holds "$(basename "$result") is exact" "$result" '.domain == "exact"'
done
expect 0 "bundled patch again" lab second
measured first >"$work/first.txt"
measured second >"$work/second.txt"
expect 0 "two runs are byte-identical" cmp "$work/first.txt" "$work/second.txt"
expect 0 "24 results were compared" test "$(grep -c '\.json$' "$work/first.txt")" -eq 24

# One instruction on the fast path is reported as one, and nowhere else.
expect 1 "one instruction more" lab one -p "$here/patches/one-instruction.patch"
says 'Overall verdict: REGRESSED' "$work/out"
holds "+1 on every reached row" "$work/one/report.json" \
	'[.sections[].rows[] | select(.reached) | .arms.patched.minus_base] |
	 length > 0 and all(.min == 1 and .p50 == 1 and .p99 == 1)'
holds "so does its image" "$work/one/report.json" \
	'.static_proof[] | select(.arm == "patched") | .difference == 1 and .says == "agrees"'
holds "+0 on every other row" "$work/one/report.json" \
	'[.sections[].rows[] | select(.reached | not) | .arms.patched.minus_base] |
	 length > 0 and all(.min == 0 and .p50 == 0 and .p99 == 0 and .sum == 0)'

# The deferred path alone: equivalent, and dearer at the first map in kdump.
expect 0 "slow path only" lab slow -p "$here/patches/slow-path.patch"
says 'Overall verdict: EQUIVALENT' "$work/out"
holds "its image has the same path" "$work/slow/report.json" \
	'.static_proof[] | select(.arm == "patched") | .difference == 0 and .says == "agrees"'
holds "first map +100 in kdump" "$work/slow/report.json" \
	'[.sections[] | select(.mode == "kdump") | .first_map.patched.map_minus_base] |
	 length == 2 and all(. == 100)'
holds "first map +0 elsewhere" "$work/slow/report.json" \
	'[.sections[] | select(.mode != "kdump") | .first_map.patched.map_minus_base] |
	 length == 4 and all(. == 0)'

# It cannot pass by accident.
expect 3 "plain mode only: the path is removed" lab plain --mode plain
says 'INVALID' "$work/out"
expect 3 "no controls" lab bare --mode keyed --arm base,patched
says 'always-lock' "$work/out"
expect 3 "the positive control as the patch under test" lab guilty --mode keyed \
	-p "$here/../../configs/patches/always-lock.patch"
says 'patched and always-lock are the same kernel' "$work/out"

# the guest has what is set, and its result says what that was
expect 0 "one class of devices" lab class --mode keyed --set classes=nvme
holds "and no other" "$work/class/report.json" '[.sections[].label] | unique == ["nvme"]'
holds "and what was set" "$work/class/boot1/base-keyed-nvme-0000.00.04.0.json" \
	'.profile.name == "small --set classes=nvme"'

# relabel NAME FILTER: the bundled patch's results with other arm names
relabel() {
	mkdir "$work/$1"
	for result in "$work"/first/boot1/*.json; do
		jq ".arm |= ($2)" "$result" >"$work/$1/$(basename "$result")"
	done
}

relabel swapped 'if . == "base" then "always-lock" elif . == "always-lock" then "base" else . end'
expect 3 "base and always-lock swapped" "$dmafp" diff "$work/swapped"
relabel crossed 'if . == "patched" then "always-lock" elif . == "always-lock" then "patched" else . end'
expect 3 "patched and always-lock swapped" "$dmafp" diff "$work/crossed"
relabel guilty-placebo 'if . == "placebo" then "always-lock" elif . == "always-lock" then "placebo" else . end'
expect 3 "the controls swapped" "$dmafp" diff "$work/guilty-placebo"
relabel twice .
for result in "$work"/first/boot1/base-*.json; do
	twin=$(basename "$result" | sed 's/^base/always-lock/')
	jq '.arm = "always-lock"' "$result" >"$work/twice/$twin"
done
expect 3 "base twice, once as always-lock" "$dmafp" diff "$work/twice"
says 'base and always-lock are the same kernel' "$work/out"
relabel honest .
expect 0 "as they were" "$dmafp" diff "$work/honest"

finish
