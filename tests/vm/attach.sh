#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence about the deferred attach, from real capture kernels: races for the first
# map, the group's mutex, and the call that sleeps in atomic context.
. "$(dirname "$0")/lib.sh"

root=$here/../..

# --- races: no verdict comes out of it, and the placebo is not needed
expect 2 "races in base, patched and always-lock" "$dmafp" lab --profile attach \
	--arm base --arm patched --arm always-lock --output "$work/races"
report=$work/races/report.json
sed -n '/^== Attach/,/^== /p' "$work/races/report.txt" | sed '$d; s/^/  | /'
says '^dmafp: INCONCLUSIVE' "$work/races/report.txt"
says '^== Attach: first maps with probes' "$work/races/report.txt"
holds "it claims nothing" "$report" '.reasons | length == 1 and (.[0] | test("nothing of a cost"))'

# all races of an arm, over devices and boots
races() {
	echo "[.sections[].attach.\"$1\"[].rounds[] | select(.kind == \"race\")]"
}
for arm in base patched always-lock; do
	# 2 devices, 8 races as they come and 8 with every attach held up
	holds "$arm: every race was made on a device whose attach was deferred" "$report" \
		"$(races $arm) | length == 32 and all(.deferred_before and (.deferred_after | not))"
	holds "$arm: every map worked and led to its buffer" "$report" \
		"$(races $arm) | all(.failed == 0 and .wrong == 0)"
	holds "$arm: every thread came as far as the check" "$report" \
		"$(races $arm) | all(.counted.calls == 2)"
	holds "$arm: somebody attached" "$report" \
		"$(races $arm) | all(.counted.attaches >= 1)"
	holds "$arm: the kernel log was read" "$report" "$(races $arm) | all(.log != null)"
done
# QEMU goes on to the next CPU where one spins, and the hold-up is spinning
holds "base: two threads attach at once in every race that is held up" "$report" \
	"$(races base) | map(select(.hold_us > 0).counted.overlaps) |
	 length == 16 and all(. == 1)"
holds "base: nobody holds the mutex" "$report" "$(races base) | all(.counted.held == 0)"
for arm in patched always-lock; do
	holds "$arm: attaches never overlap" "$report" \
		"$(races $arm) | all(.counted.overlaps == 0)"
	holds "$arm: every attach holds the mutex" "$report" \
		"$(races $arm) | all(.counted.held == .counted.attaches)"
	holds "$arm: the kernel has nothing to complain of" "$report" \
		"$(races $arm) | all(.log == \"\")"
done
holds "base: what the kernel complains of, if at all, is the second attach" "$report" \
	"$(races base) | all(.log == \"\" or (.log | test(\"domain_exit\")) and .counted.overlaps > 0)"
for name in patched always-lock; do
	checks=$((checks + 1))
	grep 'WARNING: ' "$work/races/boots/$name-plain-1/console.log" &&
		fail "$name: its console holds the line above"
done

# --- the first map by one thread, probed: no race is needed to see the mutex
first() {
	echo "[.sections[].first_map.\"$1\"]"
}
holds "base: one attach, without the mutex" "$report" \
	"$(first base) | length == 2 and all(.attaches == 1 and .held == 0)"
holds "patched: one attach, with it" "$report" \
	"$(first patched) | length == 2 and all(.attaches == 1 and .held == 1)"

# --- the traces kept in the results
for arm in base patched; do
	holds "$arm: a trace of the race is kept" "$work/races/boot1/$arm-kdump-nvme-0000.00.04.0.json" \
		'.attach.trace.records | length >= 4 and
		 (map(.what) | index("call") != null and index("attached") != null) and
		 (. == sort_by(.ticks))'
done
holds "base: the trace shows the overlap" "$work/races/boot1/base-kdump-nvme-0000.00.04.0.json" \
	'. as $r | ([.attach.rounds[].counted.overlaps] | add) == 0 or
	 ($r.attach.trace.records | any(.overlap))'
holds "patched: the trace shows lock, attach, unlock" \
	"$work/races/boot1/patched-kdump-nvme-0000.00.04.0.json" \
	'[.attach.trace.records[].what] | index("lock") < index("attach") and
	 index("attached") < index("unlock")'

# --- atomic context, on a kernel that names what sleeps
expect 2 "an atomic first map in base and patched" "$dmafp" lab --profile attach-atomic \
	--config "$root/configs/kernel/debug.config" --arm base --arm patched \
	--output "$work/atomic"
report=$work/atomic/report.json
sed -n '/^== Attach/,/^== /p' "$work/atomic/report.txt" | sed '$d; s/^/  | /'
atomic() {
	echo "[.sections[].attach.\"$1\"[].rounds[] | select(.kind == \"atomic\")]"
}
holds "both devices in both arms" "$report" \
	"($(atomic base) | length == 2) and ($(atomic patched) | length == 2)"
holds "patched: it is the mutex, in iommu_deferred_attach()" "$report" \
	"$(atomic patched) | all(.sleeping.place | test(\"^kernel/locking/mutex\\\\.c:\"))"
holds "patched: and it is called there" "$report" \
	"$(atomic patched) | all(.sleeping.stack | test(\"mutex_lock[^<]* < iommu_deferred_attach\"))"
holds "base: whatever it is, it is not that mutex" "$report" \
	"$(atomic base) | all(.sleeping == null or
	 (.sleeping.stack | test(\"mutex_lock[^<]* < iommu_deferred_attach\") | not))"

finish
