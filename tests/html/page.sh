#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The HTML report as a browser shows and prints it. Prints TAP.
# Usage: page.sh BUILD/dmafp
set -u

dmafp=$(realpath "${1:?usage: page.sh BUILD/dmafp}") || exit 1
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

export DMAFP_DATA=$source HOME=$work
nr=0
failed=0

check() {
	local name=$1 why
	shift
	nr=$((nr + 1))
	if why=$("$@" 2>&1); then
		echo "ok $nr - $name"
	else
		failed=$((failed + 1))
		echo "not ok $nr - $name"
		echo "# ${why//$'\n'/$'\n'# }"
	fi
}

browser() {
	timeout 120 chromium --headless --no-sandbox --disable-gpu \
		--allow-file-access-from-files --virtual-time-budget=20000 "$@" 2>browser.err
}

# look PAGE WIDTH [OPTION]: what look.html finds, into the file "found"
look() {
	local page=$1 width=$2
	shift 2
	sed "s|PAGE|file://$work/$page|; s|WIDTH|$width|g" "$here/look.html" >look.html
	browser --window-size=1400,1000 "$@" --dump-dom "file://$work/look.html" |
		sed -n '/<pre id="found">/,/<\/pre>/p' | sed 's/.*<pre id="found">//; s/<\/pre>.*//' >found
	grep -q '^looked all$' found || { echo "not looked at:"; cat found browser.err; return 1; }
}

found() {
	sed -n "s/^$1 //p" found
}

# fine PAGE WIDTH [OPTION]: nothing that is wrong
fine() {
	look "$@" || return 1
	[ "$(found width)" -le "$2" ] || { echo "wider than $2:"; cat found; return 1; }
	[ "$(found active)" -eq 0 ] || { echo "something that runs or loads"; return 1; }
	[ "$(found fetched)" -eq 0 ] || { echo "something was fetched"; return 1; }
	! grep -E '^(wide|headless|scopeless|nameless|dangling|languageless|faint|cut|overlap) ' found
}

# page NAME RESULT... [-- OPTION...]: NAME.html, whatever the verdict; well-formed
page() {
	local name=$1
	shift
	"$dmafp" diff --format html --output "$name.html" "$@"
	[ $? -le 3 ] && xmllint --noout "$name.html"
}

at_most() {
	[ "$(stat -c %s "$1")" -le "$2" ] || { stat -c '%n has %s bytes' "$1"; return 1; }
}

# printed PAGE: PAGE.pdf, and how many pages it has into $pages
printed() {
	browser --no-pdf-header-footer --print-to-pdf="$1.pdf" "file://$work/$1.html" &&
		pages=$(pdfinfo "$1.pdf" | sed -n 's/^Pages: *//p') && [ "$pages" -gt 1 ]
}

# --- the reference, with what evidence stands beside it --------------------------

mkdir reference
cp -r "$source"/results/reference/. reference

check "reference: well-formed" page reference reference
check "reference: under 1 MB" at_most reference.html 1000000
for width in 390 1280; do
	check "reference: fine at $width px" fine reference.html $width
	check "reference: fine at $width px, dark" fine reference.html $width \
		--blink-settings=preferredColorScheme=0
	nr=$((nr + 1))
	if [ "$(found behind)" = 1.00 ]; then
		failed=$((failed + 1))
		echo "not ok $nr - dark is dark"
	else
		echo "ok $nr - dark is dark"
	fi
done

has_all() {
	look reference.html 1280 || return 1
	[ "$(found tables)" -ge 12 ] && [ "$(found plots)" -ge 6 ] && [ "$(found flames)" -ge 2 ] ||
		{ cat found; return 1; }
	[ "$(found title)" = "dmafp: IMPROVED" ]
}
check "reference: tables, plots and flame graphs are there" has_all

prints_all() {
	printed reference || return 1
	pdftotext -layout reference.pdf reference.txt
	grep -q FORCED reference.txt && { echo "marked, and not forced"; return 1; }
	# parts from the first to the last, and what is in details
	local word
	for word in 'What was measured' 'placebo against base' 'patched against base' \
		'pushq %rbx' 'How to reproduce' 'qemu-system-x86_64'; do
		grep -qF "$word" reference.txt || { echo "not printed: $word"; return 1; }
	done
}
check "reference: all of it is printed" prints_all

# --- real results of the timed domain ----------------------------------------------

check "timed: well-formed" page timed "$source/results/timed"
check "timed: under 1 MB" at_most timed.html 1000000
check "timed: fine at 390 px" fine timed.html 390
check "timed: fine at 1280 px" fine timed.html 1280

# --- real traffic --------------------------------------------------------------------

python3 "$source/tests/cli/loads.py" "$source/results/reference" loads noise >/dev/null
python3 "$source/tests/cli/loads.py" "$source/results/timed" loads-timed >/dev/null
python3 "$source/tests/cli/loads.py" "$source/results/reference" alone alone >/dev/null
for name in loads loads-timed alone; do
	check "$name: well-formed" page $name $name
	check "$name: fine at 390 px" fine $name.html 390
	check "$name: fine at 1280 px" fine $name.html 1280
done
# a picture for each of the four tables, and the text below them
has_loads() {
	look alone.html 1280 || return 1
	[ "$(found plots)" -eq 4 ] || { cat found; return 1; }
	grep -q 'in kworker/0:1' alone.html
}
check "alone: pictures of loads, and the drivers' attach" has_loads

# --- throughput over 1 to 128 threads, near and far -------------------------------------

# One measured cell, made into those of many workers that hinder each other
jq_scaling='def times(hist; $n): hist |= (.count *= $n | .sum *= $n | .buckets |= map(.[2] *= $n));
	.domain = "timed" | .created = $created | .calibration.tick_khz = 1000000 |
	.kernel.build_id = .arm | .cells[1] as $c | .cells = [.cells[0],
	(("local", "remote") as $place | (1, 2, 4, 8, 16, 32, 64, 128) as $n | $c |
	.cpus = [range($n)] | .node = (if $place == "local" then 0 else 1 end) |
	.scaling = {place: $place, worker_node: .node} | .duration_ns = 20000000 | .iterations = 0 |
	.workers = [range($n) | {elapsed: ($slow * 400000 * (1 + .05 * $n) | floor), samples: $c.map.hist.count,
	counters: []}] | .map.workers = [] | .unmap.workers = [] |
	times(.map.hist; $n) | times(.unmap.hist; $n))]'
cat >scaling.ini <<'INI'
[run]
ops = null, map_page
sizes = 4K
directions = to_device
iterations = 256
INI
for boot in 1 2 3; do
	mkdir -p scaling/boot$boot
	for arm in base patched always-lock placebo; do
		"$dmafp" run --transport loopback -p scaling.ini -m keyed --arm $arm --device 00:04.0 \
			-o one.d >/dev/null 2>&1
		slow=$boot
		[ $arm = always-lock ] && slow=$((boot * 3))
		jq --arg created "2026-01-02T03:0$boot:00Z" --argjson slow $slow "$jq_scaling" one.d/*.json \
			>scaling/boot$boot/$arm.json
		rm -r one.d
	done
done
check "scaling: well-formed" page scaling --force scaling
check "scaling: fine at 390 px" fine scaling.html 390
check "scaling: fine at 1280 px" fine scaling.html 1280
both_places() {
	local plots
	plots=$(grep -o 'Throughput of map_page 4K to over threads, [a-z]*' scaling.html | sort | uniq -c)
	[ "$(wc -l <<<"$plots")" -eq 2 ] && [ "$(grep -o 'class="l ideal"' scaling.html | wc -l)" -eq 2 ] || {
		echo "$plots"
		return 1
	}
}
check "scaling: a plot for each place, with the ideal" both_places
scaling_prints() {
	local word
	printed scaling && pdftotext -layout scaling.pdf scaling.txt || return 1
	for word in 'ops/s' 'remote: workers on node 1' 'efficiency' '128'; do
		grep -qF "$word" scaling.txt || { echo "not printed: $word"; return 1; }
	done
}
check "scaling: all of it is printed" scaling_prints

# --- what perf sampled, and says of it ------------------------------------------------

mkdir sampled
tar -xJf "$source/tests/cli/perf.tar.xz" -C sampled
"$dmafp" perf sampled --vmlinux base=sampled/base.vmlinux \
	--vmlinux always-lock=sampled/always-lock.vmlinux >/dev/null

check "sampled: well-formed" page sampled --force sampled
check "sampled: fine at 390 px" fine sampled.html 390
check "sampled: fine at 1280 px" fine sampled.html 1280

prints_samples() {
	printed sampled || return 1
	pdftotext -layout sampled.pdf sampled.txt
	local word
	for word in 'What perf samples' 'no PMU that counts cycles' 'iommu_deferred_attach' \
		'perf annotate of iommu_deferred_attach, base' 'mutex_unlock>'; do
		grep -qF "$word" sampled.txt || { echo "not printed: $word"; return 1; }
	done
}
check "sampled: all of it is printed" prints_samples

# --- forced --------------------------------------------------------------------------

mkdir forced
cp -r "$source"/results/reference/boot1 forced
sed -i 's/"nr_cpus": 1,/"nr_cpus": 2,/' forced/boot1/patched-*

every_page_is_marked() {
	local i
	page forced --force forced && printed forced || return 1
	for i in $(seq "$pages"); do
		pdftotext -f "$i" -l "$i" forced.pdf - | grep -q FORCED || {
			echo "page $i of $pages has no mark"
			return 1
		}
	done
}
check "forced: a mark on every printed page" every_page_is_marked
check "forced: fine at 390 px" fine forced.html 390

refused() {
	page refused forced && look refused.html 390 && [ "$(found tables)" -eq 0 ] &&
		[ "$(found plots)" -eq 0 ]
}
check "not forced: no numbers" refused

# --- hostile text ----------------------------------------------------------------------

mkdir hostile
cp -r "$source"/results/reference/boot1 hostile
long=$(printf 'a_very_long_word%.0s' 1 2 3 4 5 6 7 8)
# shellcheck disable=SC2016 # jq's
jq_hostile='.device.label = $h | .profile.name = $h | .kernel.release = $h |
	.cells[1].op = $h | .cells[2].op = $long |
	if .patches[0] then .patches[0].name = $h else . end'
for file in hostile/boot1/*.json; do
	[ "${file##*/}" = path.json ] && continue
	jq --arg long "$long" --arg h '</title><script>document.title="x"</script><img src=x onerror=y>' \
		"$jq_hostile" "$file" >one && mv one "$file"
done
check "hostile: well-formed" page hostile hostile
check "hostile: fine at 390 px" fine hostile.html 390
hostile_title() {
	look hostile.html 390 && [ "$(found title)" = "dmafp: IMPROVED" ] || {
		found title
		return 1
	}
}
check "hostile: no script ran" hostile_title

# --- many rows ---------------------------------------------------------------------------

for arm in base patched always-lock placebo; do
	"$dmafp" run --transport loopback -p all -m keyed --arm $arm -o many >/dev/null 2>&1
done
check "many rows: well-formed" page many --force many
check "many rows: under 5 MB" at_most many.html 5000000
check "many rows: fine at 390 px" fine many.html 390
# every row but the floor, once per arm that is held against base
has_many() {
	local rows
	rows=$("$dmafp" diff --force --format json many |
		jq '[.sections[].rows[] | select(.op != "null")] | length')
	[ "$rows" -gt 150 ] && [ "$(found rows)" -ge $((3 * rows)) ] || {
		echo "$(found rows) rows in the tables, for $rows of the comparison"
		return 1
	}
}
check "many rows: all of them are there" has_many

echo "1..$nr"
echo "# $((nr - failed)) passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
