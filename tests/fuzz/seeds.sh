#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Small files for the fuzzer to start from: results of the reference and of the
# loopback with few cells and few buckets, whole sets of four arms, and evidence.
#
#	seeds.sh DMAFP REFERENCE FOLDER
set -eu
dmafp=$1
reference=$2
folder=$3
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# at most three buckets of a histogram, the rest of it made to fit
small='
def hist: if (.buckets | length) > 3 then .buckets |= .[:3] | .overflow = 0 |
	.count = ([.buckets[][2]] | add) | .min = .buckets[0][0] |
	.max = (.buckets[-1] | .[0] + .[1] - 1) | .sum = ([.buckets[] | .[0] * .[2]] | add)
	else . end;
def phase: if . == null then . else .hist |= hist | .workers |= map(hist) |
	.series |= ((. // []) | map(.points |= .[:12])) end;
def small: .cells |= [.[] | select(.op == ("null", "check", "map_page"))][:4] |
	.cells |= map(.map |= phase | .unmap |= phase | .workers |= ((. // []) | map(.counters |= .[:2])));
'
for arm in base patched always-lock placebo; do
	for mode in plain keyed kdump; do
		jq -c "$small small" "$reference/boot1/$arm-$mode-nvme-0000.00.04.0.json" \
			>"$folder/$arm-$mode.json"
	done
done
for mode in plain keyed kdump; do
	jq -sc . "$folder"/*-$mode.json >"$folder/set-$mode.json"
done


# what the reference has none of: methods, scatterlists, workers, series, counters, evidence of
# the attach; several boots; the timed domain
for profile in all attach; do
	"$dmafp" run --transport loopback --profile $profile --mode kdump --arm base \
		--device 0000:00:04.0 --output "$work/$profile" >/dev/null 2>&1 ||
	"$dmafp" run --transport loopback --profile $profile --mode kdump --arm base \
		--output "$work/$profile" >/dev/null 2>&1
done
for result in "$work"/*/*.json; do
	name=$(basename "$(dirname "$result")")-$(basename "$result")
	jq -c "$small"'.cells |= (group_by([.op, .method]) | map(.[0]) | .[:6]) |
		.cells |= map(.map |= phase | .unmap |= phase | .workers |= ((. // []) | map(.counters |= .[:2]))) |
		if .attach then .attach.trace.records |= .[:6] else . end' "$result" >"$folder/$name"
done
timed='.domain = "timed" | .domain_reason = "no icount" | .profile.margin_ppm = 10000 |
	.profile.margin_check = 1 | .kernel.options = [{"name": "KASAN", "value": "n"},
	{"name": "PREEMPT", "value": "y"}]'
arms='. as $r | [range($n) as $boot | ("base", "patched", "always-lock", "placebo") as $arm |
	$r | .arm = $arm | .kernel.build_id = $arm | .created = "2026-01-0\($boot + 1)T03:04:05Z"]'
for result in "$folder"/all-*.json "$folder"/attach-*.json; do
	jq -c "$timed" "$result" >"$folder/timed-$(basename "$result")"
done
for result in "$folder"/timed-all-*.json "$folder"/base-keyed.json; do
	jq -c --argjson n 1 "(.cells |= .[:3]) | $timed | $arms" "$result" \
		>"$folder/one-$(basename "$result")"
	jq -c --argjson n 4 "(.cells |= .[:2]) | $timed | $arms" "$result" \
		>"$folder/four-$(basename "$result")"
done

# real traffic: one boot of each arm, two that differ, in time, and without any cell
python3 "$(dirname "$0")/../cli/loads.py" "$reference" "$work/loads" noise >/dev/null
for label in nvme nic; do
	for mode in keyed kdump; do
		for file in "$work"/loads/boot[12]/*-$mode-$label-*.json; do
			jq -c "$small small | .cells |= .[:3]" "$file"
		done >"$work/loads.json"
		jq -sc '.[:4]' "$work/loads.json" >"$folder/loads-$mode-$label.json"
		jq -sc . "$work/loads.json" >"$folder/loads-two-$mode-$label.json"
		jq -sc 'map(.cells = [])' "$work/loads.json" >"$folder/loads-alone-$mode-$label.json"
		head -1 "$work/loads.json" | jq -c "$timed | .cells |= .[:1]" >"$work/load.json"
		jq -c --argjson n 4 "$arms" "$work/load.json" >"$folder/loads-timed-$mode-$label.json"
	done
done

# the static proof and an exact profile, alone and beside results
insn='{"offset": 0, "size": 4, "text": "endbr64", "on_path": true, "taken": false},
	{"offset": 4, "size": 2, "text": "jne 0x10", "on_path": true, "taken": true}'
step='{"function": "iommu_deferred_attach", "offset": 0, "size": 4, "text": "endbr64",
	"taken": false, "why": null}, {"function": "f", "offset": 4, "size": 2,
	"text": "jne 0x10", "taken": true, "why": "forward"}'
jq -nc "[\"base\", \"patched\"] | {dmafp_path: 1, walks: map({arm: ., image: \"vmlinux\",
	build_id: \"b0\", arch: \"x86_64\", symbol: \"iommu_deferred_attach\", complete: true,
	counts: {instructions: 2, bytes: 6, lines: 1, branches: 1, taken: 1, loads: 0, stores: 0,
	stack: 0, calls: 0, locked: 0}, insns: [$insn], path: [$step],
	sites: [{caller: \"iommu_dma_map_page\", offset: 8, guarded: true, key: \"k\"}],
	estimates: [{cpu: \"skylake\", centicycles: 212}], remarks: [\"a loop\"]})}" \
	>"$folder/evidence-path.json"
jq -nc '["base", "patched"] | {dmafp_trace: 1, op: "map_page", bytes: 4096,
	direction: "to_device", mode: "keyed", device: "nvme 0000:00:04.0", iommu: "intel-iommu",
	items: map({arm: ., build_id: "b0", phase: "map", stacks: [
	{stack: "dma_map_page_attrs", instructions: 20},
	{stack: "dma_map_page_attrs;iommu_dma_map_page;is_swiotlb_[i]", instructions: 7}],
	instructions: 27, measured: 27})}' >"$folder/evidence-trace.json"
# what perf sampled and says, of a cell and of a load
sampling='{"tool_version": "perf version 6.1.192", "event": "cpu-clock", "fallback": "no PMU",
	"frequency": 4999, "file": "x.perf.data", "samples": 100, "lost": 1, "user": 2,
	"recorder": 3, "functions": [{"function": "default_idle", "samples": 60},
	{"function": "iommu_deferred_attach", "samples": 20},
	{"function": "dmafp_loop [dmafp]", "samples": 10},
	{"function": "iommu_pgsize.isra.0", "samples": 4}, {"function": "mutex_lock", "samples": 1}]}'
load='{"tool": "pktgen", "op": "send", "engine": null, "bytes": 60, "fragments": 1, "depth": 0,
	"cpus": [0], "pace_ns": 0, "ops": 10, "errors": 0, "elapsed_ns": 1000, "cpu": null,
	"measures": [{"kind": "busy", "ops_per_sample": 5, "hist": {"count": 2, "min": 400,
	"max": 400, "sum": 800, "overflow": 0, "buckets": [[400, 1, 2]]}}], "counters": [],
	"counted": null}'
for set in "$folder"/set-keyed.json "$folder"/one-timed-all-*.json; do
	jq -c --argjson s "$sampling" --argjson l "$load" 'map(.cells[-1].sampling = $s |
		.traffic = {"driver": "e1000e", "node": "eth0", "peer": null, "tool_version": null,
		"attach": null, "loads": [$l | .sampling = $s]})' "$set" \
		>"$folder/sampled-$(basename "$set")"
done
jq -c '[.[] | .cells[-1].sampling |= (.event = "cycles" | .fallback = null | .user_period = 20 |
	.functions |= map(.period = 9 * .samples))]' \
	"$folder/sampled-set-keyed.json" >"$folder/sampled-cycles.json"
jq -nc '["base", "patched"] | {dmafp_perf: 1, tool_version: "perf version 6.1.192",
	symbol: "iommu_deferred_attach", items: [{mode: "keyed", iommu: "intel-iommu",
	pci: "0000:00:04.0", label: "nvme", title: "send 60", event: "cpu-clock",
	diffs: [{arm: "patched", text: "# Event\n 0.40% -0.11% [k] mutex_lock\n"}],
	annotations: map({arm: ., build_id: "b0", text: "# cpu-clock (9 samples)\n 9 +0 ret\n"})}]}' \
	>"$folder/evidence-perf.json"
jq -nc '{dmafp_sequential: 1, boots_max: 12, looks: [1, 2, 6]}' >"$folder/evidence-looks.json"
jq -sc '.[0] + .[1:]' "$folder/sampled-set-keyed.json" "$folder/evidence-perf.json" \
	>"$folder/sampled-with-evidence.json"
for evidence in "$folder"/evidence-*.json; do
	jq -sc '.[0] + .[1:]' "$folder/set-keyed.json" "$evidence" \
		>"$folder/with-$(basename "$evidence")"
done
