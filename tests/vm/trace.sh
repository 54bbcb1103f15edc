#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# One op, single-stepped in base and patched: every instruction has its place.
. "$(dirname "$0")/lib.sh"

# Of `check` it is known what runs: the early return, 10 instructions long, or 7
# where the patch has spared it the registers (docs/verdicts.md).
spent='[.items[] | {key: .arm, value: ([.stacks[] |
	select(.stack | endswith(";iommu_deferred_attach")) | .instructions] | add)}] |
	from_entries'

expect 0 "trace of a 4K map" "$dmafp" trace --output "$work/first"
says '^  base +[0-9]+ stepped, equals the measured count$' "$work/out"
says '^  patched +[0-9]+ stepped, equals the measured count$' "$work/out"
says '^iommu_deferred_attach +10 +7 +-3$' "$work/out"
cp "$work/out" "$work/first.txt"
expect 0 "no line is longer than 72" awk 'length > 72 { exit 1 }' "$work/first.txt"
profile=$work/first/trace.json
holds "both arms were stepped, and measured beside it" "$profile" \
	'[.items[] | .arm + " " + .phase] == ["base map", "patched map"] and
	 all(.items[]; .instructions > 100 and .instructions == .measured)'
holds "the early return takes 10 and 7 instructions" "$profile" \
	"$spent == {base: 10, patched: 7}"
holds "every other stack takes the same" "$profile" \
	'.items | map(.stacks | map(select(.stack | endswith("attach") | not)) |
	 sort_by(.stack)) | .[0] == .[1] and (.[0] | length) > 10'
holds "what lies between the stamps begins and ends in the harness" "$profile" \
	'all(.items[].stacks[].stack; startswith("dmafp_map_page_run_stamped"))'
for arm in base patched; do
	holds "the guest of $arm measured the same, in every sample" \
		"$(find "$work/first/boot1" -name "$arm-keyed-*.json")" \
		'.domain == "exact" and ([.cells[] | select(.op == "map_page") |
		 .map.hist | .min == .max and .count == 64] | . == [true])'
	holds "and that is what the profile says was measured" \
		"$(find "$work/first/boot1" -name "$arm-keyed-*.json")" \
		".cells[] | select(.op == \"map_page\") | .map.hist.min ==
		 $(jq ".items[] | select(.arm == \"$arm\").measured" "$profile")"
	holds "and named the same kernel" "$(find "$work/first/boot1" -name "$arm-keyed-*.json")" \
		".kernel.build_id == $(jq ".items[] | select(.arm == \"$arm\").build_id" "$profile")"
	expect 0 "folded stacks of $arm add up" sh -c "awk '{ sum += \$NF } END { print sum }' \
		'$work/first/trace-$arm.folded' | grep -qx \
		$(jq ".items[] | select(.arm == \"$arm\").measured" "$profile")"
done
expect 0 "the pictures are XML" xmllint --noout "$work/first/trace-base.svg" \
	"$work/first/trace-patched.svg" "$work/first/trace-patched-diff.svg"
says_nothing_of_work() {
	! grep -rlF "$work" "$work/first/trace.json" "$work/first"/trace-*
}
expect 0 "no file names this machine's folders" says_nothing_of_work

# With the other phase as well, what is said of the map is the same to the byte.
expect 0 "again, both phases" "$dmafp" trace --phase both --output "$work/second"
holds "all four equal the measured count" "$work/second/trace.json" \
	'(.items | length) == 4 and all(.items[]; .instructions == .measured)'
for file in trace-base.folded trace-patched.folded trace-base.svg trace-patched-diff.svg; do
	expect 0 "$file is the same in both runs" cmp "$work/first/$file" "$work/second/$file"
done
expect 0 "so is what trace.json says of the map" sh -c "
	jq '.items |= map(select(.phase == \"map\"))' '$work/second/trace.json' >'$work/again.json' &&
	jq . '$profile' | cmp - '$work/again.json'"

expect 64 "an op without an unmap phase" "$dmafp" trace --op check --phase both \
	--output "$work/none"
says 'check has no unmap phase' "$work/err"
expect 1 "which left nothing behind" test -e "$work/none"

expect 130 "interrupted" timeout --preserve-status -s INT 3 "$dmafp" trace \
	--output "$work/interrupted"
says 'interrupted'
expect 64 "a folder that is there" "$dmafp" trace --output "$work/first"
none_left
finish
