#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real traffic in the lab: fio on the NVMe controller, pktgen on the NIC, perf beside
# them; what is measured must be what the calls per op and `check` predict.
. "$(dirname "$0")/lib.sh"

# traffic NAME OPTION...: results in $work/NAME
traffic() {
	name=$1
	shift
	"$dmafp" lab --output "$work/$name" --mode keyed "$@"
}

# every row of the measure, in every arm, is the prediction within what it was
# measured to, and there are so many rows
predicted='def of($m): [.sections[].traffic[] | select(.measure == $m)];'

# --- a NIC: frames of two sizes, sent
expect 0 "nic-mtu: a verdict" traffic nic --profile nic-mtu --set perf.sample=no \
	--set pktgen.rounds=3
says '^dmafp: IMPROVED' "$work/out"
report=$work/nic/report.json
holds "one check and one map a packet, by the tally" "$report" "$predicted"'
	of("send") | length == 2 and all(.[]; .checks == 1 and .maps == 1)'
holds "send: the difference is what check predicts, to half an instruction" "$report" "$predicted"'
	of("send") | all(.[]; .arms.patched.predicted == -3 and .arms["always-lock"].predicted == 20 and
	(.arms.patched.unexplained | fabs) <= 0.5 and (.arms["always-lock"].unexplained | fabs) <= 0.5)'
holds "send: always-lock is seen, placebo is not" "$report" "$predicted"'
	of("send") | all(.[]; .arms["always-lock"].verdict == "REGRESSED" and
	.arms.placebo.verdict == "EQUIVALENT" and (.hidden | not))'

# --- the same with a patch that costs one instruction: it must be seen
expect 1 "nic-mtu: one instruction a packet is REGRESSED" traffic one --profile nic-mtu \
	--set perf.sample=no --set pktgen.rounds=3 --set pktgen.frames=1514 \
	--patch "$here/patches/one-instruction.patch"
holds "send of patched is REGRESSED by one instruction a packet" "$work/one/report.json" "$predicted"'
	of("send") | length == 1 and all(.[]; .arms.patched.verdict == "REGRESSED" and
	.arms.patched.predicted == 1 and (.arms.patched.unexplained | fabs) <= 0.5)'

# --- two joined ports: a packet is mapped to be sent, and its buffer to be received
expect 0 "nic-receive: one arm" "$dmafp" lab --output "$work/receive" --arm base --arm patched \
	--arm always-lock --arm placebo --mode keyed --profile nic-receive --set perf.sample=no \
	--set pktgen.rounds=3 --set pktgen.frames=1514 --set boots=1
holds "two checks a packet" "$work/receive/report.json" '
	[.sections[].traffic[]] | length > 0 and all(.[]; .op == "send+receive" and .checks == 2)'

# --- an NVMe controller, also in the capture kernel, with perf beside it
expect 0 "nvme-4k: a verdict" "$dmafp" lab --output "$work/nvme" --profile nvme-4k --mode keyed \
	--mode kdump --set fio.depths=1 --set fio.ios=500
report=$work/nvme/report.json
holds "one check and one map an IO, by the tally" "$report" "$predicted"'
	of("submit") | length == 4 and all(.[]; .checks == 1 and .maps == 1)'
holds "submit: always-lock is seen on every row" "$report" "$predicted"'
	of("submit") | all(.[]; .arms["always-lock"].verdict == "REGRESSED" and (.hidden | not))'
holds "submit: patched is what is predicted, within the floor, which hides no lock" "$report" "$predicted"'
	of("submit") | all(.[]; .floor < 20 and .arms.patched.predicted == -3 and
	(.arms.patched.unexplained | fabs) <= ([.floor, 5] | max))'
for result in "$work"/nvme/boot*/*-kdump-*.json; do
	holds "the driver attached itself, once: $(basename "$result")" "$result" '
		.traffic.driver == "nvme" and .traffic.attach.entries == 1 and .traffic.attach.failed == 0'
done
holds "sampled in the first boot: it saw the map path" "$work/nvme/boot1/base-keyed-nvme-0000.00.04.0.json" '
	.traffic.loads[0].sampling | .samples > 100 and .event == "cpu-clock" and
	([.functions[].function] | any(. == "iommu_dma_map_page"))'
holds "and not in the second" "$work/nvme/boot2/base-keyed-nvme-0000.00.04.0.json" '
	all(.traffic.loads[]; .sampling == null)'
data=$(find "$work/nvme" -name 'patched-keyed-*.perf.data' | wc -l)
checks=$((checks + 1))
[ "$data" -gt 0 ] || fail "no perf.data is kept beside the results"
holds "what perf diff and annotate say is beside them" "$work/nvme/perf.json" '.dmafp_perf == 1'
says '^== perf: ' "$work/nvme/report.txt"

# --- mistakes
expect 64 "a job that does not exist" "$dmafp" lab --output "$work/nojob" --profile nvme-4k \
	--arm base --mode keyed --set fio.jobs=randread-5k
says "randread-4k"
none_left
finish
