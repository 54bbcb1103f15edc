#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the harness costs, in instructions, side by side with the in-tree
# map_benchmark: same kernel, device, call and CPU.  Ends with the table of
# docs/harness.md; also: cmake --build build --target bench-harness
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=120 # of one boot, in seconds

inside_max=6 # instructions in a window that are not the call
times_less=5 # of these, than the peer has

# The arm patched is base and what makes the peer tell its sums.
expect 0 "kernels and module" "$dmafp" lab --build-only --arm base --arm patched \
	--arm always-lock -p "$here/patches/map-benchmark-raw.patch"
cp "$work/out" "$work/arms"
compile init
[ "$failures" -eq 0 ] || finish

for arm in base patched always-lock; do
	bzimage=$(awk -v arm=$arm '$1 == arm { print $2 }' "$work/arms")
	module=$(awk -v arm=$arm '$1 == arm { print $4 }' "$work/arms")
	pack init
	expect 33 "$arm" boot $arm "$icount" \
		'noapictimer iommu.strict=1 elfcorehdr=0x1000' init keyed exact harness
	passes $arm
	sed -n "s/^= /$arm-/p" "$work/$arm.log.txt" >>"$work/values"
done
release=$(make -s -C "$(awk '$1 == "base" { print $3 }' "$work/arms")" kernelrelease)
[ "$failures" -eq 0 ] || finish

# What the peer has in its window that is not the call: the window here, less what
# that holds beside the same call.
awk '{ v[$1] = $2 }
END {
	call = v["patched-call-map-min"] - v["patched-inside-latency-map"]
	print "peer-inside-map", v["patched-raw-map"] - call
	call = v["patched-call-unmap-min"] - v["patched-inside-latency-unmap"]
	print "peer-inside-unmap", v["patched-raw-unmap"] - call
	print "peer-outside", v["patched-raw-outside"] - v["patched-raw-stamp"]
}' "$work/values" >"$work/peer"
# the arm that is measured needs no name
sed 's/^patched-//' "$work/peer" "$work/values" | sort -u >"$work/all"

# true_of WHAT CONDITION: of awk, v("NAME") being a value
true_of() {
	checks=$((checks + 1))
	echo "- $1"
	awk "function v(name) { if (!(name in values)) missing = 1; return values[name] }
		{ values[\$1] = \$2 } END { holds = $2; exit missing || !holds }" "$work/all" && return
	fail "$1: not so: $2; the values are:"
	cat "$work/all"
}

ours=inside-latency
for phase in map unmap; do
	for method in latency series sustained block; do
		inside="v(\"inside-$method-$phase\")"
		true_of "$method: at most $inside_max instructions of a window of $phase are not the call" \
			"$inside > 0 && $inside <= $inside_max"
	done
	true_of "of the peer's are at least $times_less times as many" \
		"v(\"peer-inside-$phase\") >= $times_less * v(\"$ours-$phase\")"
done
# a series sorts each block, between two blocks
peer='v("peer-inside-map") + v("peer-inside-unmap") + v("peer-outside")'
for method in latency sustained block; do
	inside="v(\"inside-$method-map\") + v(\"inside-$method-unmap\")"
	true_of "$method: the harness is less than the peer's" \
		"v(\"outside-$method\") > 0 && $inside + v(\"outside-$method\") < $peer"
done
true_of "two kernels that differ in the peer only are the same" \
	'v("base-call-map") == v("call-map") && v("base-call-unmap") == v("call-unmap")'
true_of "always-lock is seen" 'v("always-lock-call-map") > v("base-call-map")'
true_of "and by the peer is not" 'v("always-lock-peer-map-us") == v("base-peer-map-us")'

awk -v release="$release" '{ v[$1] = $2 }
function part(name, before, after, peer,   i, x) {
	printf "%-16s", name
	for (i = 1; i <= 4; i++) {
		x = v[before "-" method[i] after]
		all[i] += x
		printf "%10.1f", x
	}
	all[5] += peer
	printf "%15.1f\n", peer
}
END {
	split("latency series sustained block", method)
	print "Instructions of the harness for one map and one unmap"
	print "dma_map_single(), 4K from_device, keyed, one CPU, QEMU icount"
	print "Linux " release
	print ""
	printf "%-16s%26s\n", "", "dmafp"
	printf "%-16s%10s%10s%10s%10s%15s\n", "", "latency", "+ series", "sustained", "block",
		"map_benchmark"
	part("in map window", "inside", "-map", v["peer-inside-map"])
	part("in unmap window", "inside", "-unmap", v["peer-inside-unmap"])
	part("in no window", "outside", "", v["peer-outside"])
	printf "%-16s%10.1f%10.1f%10.1f%10.1f%15.1f\n", "all", all[1], all[2], all[3],
		all[4], all[5]
	print ""
	print "printed for a map         base  always-lock  unit"
	printf "%-20s %9d %12d  %s\n", "dmafp, p50", v["base-call-map"],
		v["always-lock-call-map"], "instructions"
	printf "%-20s %9.1f %12.1f  %s\n", "map_benchmark, mean", v["base-peer-map-us"],
		v["always-lock-peer-map-us"], "us"
}' "$work/all" >"$work/table"
true_of "the table has at most 72 columns" \
	"$(awk 'length > max { max = length } END { print max + 0 }' "$work/table") <= 72"
echo
cat "$work/table"
echo

finish
