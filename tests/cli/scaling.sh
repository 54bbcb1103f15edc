#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Numbers of workers, from the profile to the report. Prints TAP.
# Usage: scaling.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cpus=$(nproc)
cat >two.ini <<'INI'
[run]
ops = null, map_page
methods = sustained
sizes = 4K
directions = to_device
iterations = 0
duration = 20
[scaling]
threads = doubling
nodes = own, local
INI

measure() {
	"$dmafp" run --transport loopback --profile two.ini --mode keyed "$@"
}

# --- what is measured ------------------------------------------------------------

expect "numbers of threads" 0 'base-keyed-nvme' run --transport loopback -p two.ini -m keyed \
	--arm base -o plan
numbers_double() {
	local found
	found=$(jq -c '[.cells[] | select(.op == "map_page" and .scaling.place == "own") | .cpus | length]' \
		plan/base-keyed-nvme-0000.00.04.0.json)
	[ "$found" = "$(jq -nc --argjson n "$cpus" \
		'[1] | until(last * 2 > $n; . + [last * 2]) | if last < $n then . + [$n] else . end')" ] || {
		echo "$found of $cpus CPUs"
		return 1
	}
}
check "1, 2, 4 and so on, up to all CPUs" numbers_double
no_cpu_twice() {
	jq -e '[.cells[].cpus | (unique | length) == length] | all' plan/*-nvme-*.json
}
check "no CPU has two workers" no_cpu_twice

expect "more threads than CPUs" 64 'nothing of \[scaling\].*1000 threads are left out' run \
	--transport loopback -p two.ini --set threads=1000
expect "some of them, with a note" 0 'scaling: 1000 threads are left out, there are [0-9]+ CPUs' run \
	--transport loopback -p two.ini --set threads=1,1000 -o some
expect "a bad number" 64 "bad value '0' for 'threads' in \[scaling\]: it takes none, or numbers" \
	run --transport loopback -p two.ini --set threads=0
expect "no duration" 64 'side by side from beginning to end' run --transport loopback -p two.ini \
	--set duration=0 --set iterations=9
if [ "$(find /sys/devices/system/node -maxdepth 1 -name 'node[0-9]*' | wc -l)" -le 1 ]; then
	expect "a node that is not there" 0 'scaling: remote is left out' run --transport loopback \
		-p two.ini --set scaling.nodes=local,remote -o remote
else
	skip "a node that is not there" "this machine has several"
fi
expect "nodes that CPUs cannot be shared between" 64 "are not multiples of 'nodes'" lab -P scaling \
	--set lab.cpus=3 --dry-run

# --- what is shown -----------------------------------------------------------------

# The fake's ticks are instructions, of which nothing is said; in time a worker has its own pace
for boot in 1 2 3; do
	for arm in base patched always-lock placebo; do
		measure --arm $arm -o boot >/dev/null 2>&1
		mkdir -p set/boot$boot
		for file in boot/*.json; do
			jq --arg arm $arm --argjson boot $boot --arg created "2026-01-02T03:0$boot:00Z" \
				'.created = $created | .domain = "timed" | .calibration.tick_khz = 1000000 |
				.kernel.build_id = $arm | (.cells[] | select(.cpus | length > 1) | .workers[].elapsed)
				|= if $arm == "always-lock" then . * 2 else . * 5 / 4 end' \
				"$file" >"set/boot$boot/${file##*/}"
		done
		rm -r boot
	done
done
"$dmafp" diff --force set >report.txt
"$dmafp" diff --force --format json set >report.json
"$dmafp" diff --force --format csv set >report.csv
"$dmafp" diff --force --format html set >report.html
"$dmafp" diff --force plan >without.txt

table_is_there() {
	grep -q '^== Scaling: keyed on nvme$' report.txt && grep -q '^map_page 4K to sus, own: ' report.txt
}
check "a table for each device" table_is_there
nothing_without() {
	! grep -q Scaling without.txt
}
check "none of instructions" nothing_without
# 20000 ops in 20 ms: each worker makes a million a second, where it has the CPU for itself
one_worker() {
	grep -qE '^ +1 1\.00M 100\.0 +1\.00M 100\.0 +1\.00M 100\.0 ' report.txt
}
check "one worker is the measure" one_worker
if [ "$cpus" -gt 1 ]; then
	efficiencies() {
		jq -e '[.scaling[] | .points[] | select(.threads == 2) | .arms |
			(.base.efficiency - 0.8 | fabs < 1e-9) and
			(."always-lock".efficiency - 0.5 | fabs < 1e-9) and
			(."always-lock".of_base.ratio - 0.625 | fabs < 1e-9)] | length == 8 and all' report.json
	}
	check "efficiencies of 80 and 50 %" efficiencies
	records() {
		[ "$(grep -c ',throughput,ops/s,timed,3,,' report.csv)" -eq \
			"$(jq '[.scaling[].points[]] | length * 4' report.json)" ]
	}
	check "records for each point and arm" records
else
	skip "efficiencies of 80 and 50 %" "this machine has one CPU"
	skip "records for each point and arm" "this machine has one CPU"
fi
plots() {
	xmllint --noout report.html && [ "$(grep -o 'Throughput of map_page' report.html | wc -l)" -eq 4 ]
}
check "a plot for each device and place" plots

summary
