#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The reports of `dmafp diff` over results/reference, from outside. Prints TAP.
# Usage: reports.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
reference=$source/results/reference

formats=$("$dmafp" diff --help | sed -n '/--format=/,/--json/s/^ \{24\}\([a-z]\+\)  \+[a-zA-Z].*/\1/p')

# --- options ----------------------------------------------------------------

all_formats() {
	local format
	[ "$(wc -w <<<"$formats")" -ge 2 ] || { echo "help names: $formats"; return 1; }
	for format in $formats; do
		"$dmafp" diff -f "$format" "$reference" >"$format.out" || return 1
		"$dmafp" diff -f "$format" -o "$format.file" "$reference" >printed || return 1
		[ -s "$format.out" ] && cmp "$format.out" "$format.file" || return 1
		[ ! -s printed ] || { echo "$format: --output prints, too"; return 1; }
	done
	[ "$(cat ./*.out | sha256sum)" != "$(cat text.out{,} | sha256sum)" ]
}
check "every format of --help, printed and into a file" all_formats
check "text is the default" cmp text.out <("$dmafp" diff "$reference")
check "--json is --format json" cmp json.out <("$dmafp" diff --json "$reference")
expect "unknown format" 64 "--format is one of text, .*; not 'jsn', did you mean 'json'" \
	diff --format jsn "$reference"
expect "a file that cannot be written" 74 'no/such/place' diff -o no/such/place "$reference"

expect "margins given after the run" 2 'Margin of an op: 2 % .*given AFTER the run' \
	diff --margin 2% --margin-check 3 "$source/results/timed"
expect "a margin where nothing is in time" 0 'A margin was given, and no row is of the timed' \
	diff --margin 2% "$reference"
expect "a margin that is no percentage" 64 '--margin is a percentage' \
	diff --margin 2 "$source/results/timed"

# --- a campaign that may stop early -------------------------------------------

looked_at() { # RESULTS BOOTS_MAX LOOKS
	rm -rf campaign
	cp -r "$source/results/$1" campaign
	echo "{\"dmafp_sequential\": 1, \"boots_max\": $2, \"looks\": [$3]}" \
		>campaign/sequential.json
}

csv_is_the_same() {
	"$dmafp" diff -f csv campaign >looked.csv
	"$dmafp" diff -f csv "$source/results/$1" >once.csv
	cmp looked.csv once.csv
}

csv_is_wider() {
	! csv_is_the_same timed >/dev/null 2>&1 && [ "$(wc -l <once.csv)" -eq "$(wc -l <looked.csv)" ]
}

looked_at reference 6 2
expect "two boots that are the same settle it" 0 \
	'^Stopped after 2 of 6 boots of each arm and mode, saved [0-9]+ boots' diff campaign
check "counts are not widened" csv_is_the_same reference
looked_at timed 12 3,4,5,6
expect "looks are in the head of the report" 2 \
	'^6 of 12 boots of each arm and mode; not settled yet' diff campaign
expect "and how many there were" 2 'Widened for 4 looks' diff campaign
check "time is widened" csv_is_wider
looked_at timed 5 3,5
expect "more boots than were planned" 3 'There are 6 boots of each arm, and 5 were planned' \
	diff campaign
looked_at timed 12 3,3
expect "looks that nobody wrote" 65 'looks\[1\] is no number of boots above' diff campaign
looked_at timed 12 3
cp campaign/sequential.json campaign/boot1
expect "two campaigns in one report" 65 'a second campaign that may stop early' diff campaign

# --- mail -------------------------------------------------------------------

# At most 72 columns of printable ASCII, and no blank at a line's end
plain() {
	! LC_ALL=C grep -nE '[^ -~]|.{73}| $' "$1"
}
check "text is plain" plain text.out
check "mail is plain" plain mail.out

readme_shows_cover() {
	"$dmafp" diff --cover "$reference" | sed 's/^/    /' | cmp - <(
		sed -n '/^    dmafp: /,/^    dmafp lab /p' "$source/README.md")
}
check "README shows the cover as it is printed" readme_shows_cover

mail_says_all() {
	local part
	while read -r part; do
		tr -s ' \n' '  ' <mail.out | grep -qF -- "$part" || {
			echo "no '$part'"
			return 1
		}
	done <<-'END'
		dmafp: IMPROVED
		patched -3 on all 22 rows that ran the path
		always-lock +20 on these 22 rows: REGRESSED, as it must be
		placebo +0 on all 54 rows: EQUIVALENT, as it must be
		2 boots each, identical to the last count.
		Patch: iommu: Lock group->mutex in iommu_deferred_attach()
		Kernels: 6.12.117-dmafp
		intel_iommu=on
		Unit: instructions per op, lower is better
		Floor: the null op takes map 5, unmap 5 in all arms
		check map 19 16 -3 -15.8 -3 -3 IMPR
		map_page 64K from map 1027 1024 -3 -0.3 -3 -3 IMPR
		map_page 4K to unmap 1447 1447 +0 +0.0 +0 +0 -
		Static proof: -3 instructions on the path (now 7); check agrees.
		map in keyed on nvme, runs 727 instructions in base, 724 in patched: as measured.
		Patched minus base: -3 in keyed on nvme, nic; +26 in kdump on nvme, nic.
		== Negative or surprising rows explained
		dmafp lab --output DIR --patch deferred-attach-lock.patch
		dmafp diff --format mail DIR
		== Overall verdict: IMPROVED
	END
	[ "$(wc -l <mail.out)" -le 75 ] || { wc -l mail.out; return 1; }
}
check "mail says all that it must" mail_says_all

cover_is_short() {
	"$dmafp" diff --cover "$1" >cover.out
	plain cover.out || return 1
	[ "$(wc -l <cover.out)" -le 15 ] || { wc -l cover.out; return 1; }
	grep -q "^dmafp: $2" cover.out && grep -q '^dmafp lab ' cover.out &&
		grep -q '^  placebo ' cover.out && grep -q "$3\$" cover.out
}
check "--cover has 15 lines" cover_is_short "$reference" IMPROVED IMPR
# Of boots of a campaign what is told is the campaign
campaign_is_told() {
	rm -rf told && cp -r "$reference" told || return 1
	for file in told/boot*/*.json; do
		jq '.campaign = "--arm base=KERNEL --boots 2"' "$file" >new && mv new "$file"
	done
	"$dmafp" diff --cover told | grep -qx 'dmafp campaign start --arm base=KERNEL --boots 2' &&
		"$dmafp" diff told | grep -q '^dmafp campaign start --arm base=KERNEL --boots 2'
}
check "the campaign, where it was one" campaign_is_told

# One arm alone: no verdict, and still plain
poor_mail() {
	"$dmafp" diff -f mail "$reference"/boot1/base-* >poor.out
	[ $? -eq 3 ] && plain poor.out && grep -q '^check  *map  *19  *? ' poor.out &&
		grep -q 'unmap 5 in base, NOT in all arms; it is' poor.out
}
check "mail of one arm" poor_mail
expect "--cover of another format" 64 '^dmafp: diff: --cover goes with --format mail, not with csv$' \
	diff --cover --format csv "$reference"

# --- timed domain, and one that is not settled -------------------------------

timed=$source/results/timed
timed_mail() {
	"$dmafp" diff -f mail "$timed" >timed.out
	[ $? -eq 2 ] || { cat timed.out; return 1; }
	plain timed.out || return 1
	grep -q '95 % interval' timed.out && grep -q ' margin  *A/A$' timed.out &&
		grep -Eq '^check +map +[0-9.]+ +[0-9.]+ +[-+][0-9.]+ +[-+][0-9.]+ +[-+][0-9.]+ +[0-9.]+ +[0-9.]+ INCON$' \
			timed.out && grep -Eq 'boots of each arm$|boots of each arm would' timed.out
}
check "mail of the timed domain" timed_mail
check "--cover of the timed domain" cover_is_short "$timed" INCONCLUSIVE INCON

# --- programs ---------------------------------------------------------------

for format in json csv ktap kcidb; do
	"$dmafp" diff -f $format "$timed" >timed.$format
done
formats_py() {
	python3 "$source/tests/cli/formats.py" "$@"
}
check "csv is what the JSON says" formats_py csv csv.out json.out
check "csv of the timed domain" formats_py csv timed.csv timed.json
check "kcidb is valid, and what the JSON says" formats_py kcidb kcidb.out json.out
check "kcidb of the timed domain" formats_py kcidb timed.kcidb timed.json

# The parser of the kernel's own KUnit, from Debian's sources
tarball=/usr/src/linux-source-6.12.tar.xz
if [ -e $tarball ]; then
	tar -xf $tarball --wildcards '*/tools/testing/kunit/kunit_p*.py'
	check "ktap, by the kernel's parser" \
		formats_py ktap ktap.out json.out linux-source-6.12/tools/testing/kunit
	check "ktap of the timed domain" \
		formats_py ktap timed.ktap timed.json linux-source-6.12/tools/testing/kunit
else
	skip "ktap, by the kernel's parser" "linux-source-6.12 is not installed"
fi

# --- real traffic ------------------------------------------------------------

loads() {
	python3 "$source/tests/cli/loads.py" "$@"
}
check "results with loads" loads "$reference" loads noise
check "results with loads alone" loads "$reference" alone alone
check "results with loads of the timed domain" loads "$timed" loads-timed
for format in $formats; do
	"$dmafp" diff -f "$format" loads >"loads.$format"
	"$dmafp" diff -f "$format" loads-timed >"loads-timed.$format"
	"$dmafp" diff -f "$format" alone >"alone.$format"
done
# says FILE TEXT: wherever its lines break
says() {
	tr -s ' \n' '  ' <"$1" | grep -qF -- "$2" || { echo "$1 does not say: $2"; return 1; }
}
text_shows_loads() {
	plain loads.text && plain alone.text && plain loads-timed.text || return 1
	grep -q '^  submit patched  *p50  *4437  *-3  *-3  *+0  *0 IMPR$' loads.text &&
		grep -q '^  submit always-lock p50  *4437  *+20  *+20  *+0  *0 REGR$' loads.text &&
		grep -q '^  busy patched  *p50 9012.50  *-3  *-3  *+0  *25 hid$' loads.text &&
		grep -q "^busy: the floor 25 hides always-lock's +20\$" loads.text || return 1
	says loads.text 'per IO: 1 check, 1 dma_map_page_attrs, 1 dma_unmap_page_attrs' &&
		says loads.text 'patched -3, always-lock +20, on 4 rows that see a lock, floor 0, 4 rows' &&
		says loads.text 'in kworker/0:1: iommu_deferred_attach < iommu_dma_map_page' &&
		says loads-timed.text 'time: base 20001 of 6 boots, margin 1000.04' &&
		says alone.text 'on 8 rows that see a lock, floor 0.'
}
check "text shows loads" text_shows_loads
mail_shows_loads() {
	plain loads.mail && plain alone.mail && plain loads-timed.mail || return 1
	grep -q '^randread 4K libaio qd1 submit  *4437  *4434 -3  *-3  *+20  *0 IMPR$' loads.mail &&
		grep -q '^randread 4K libaio qd1 busy  *9012.50 9009.50 -3  *-3  *+20  *25 hid$' loads.mail
}
check "mail shows loads" mail_shows_loads
cover_shows_loads() {
	cover_is_short loads IMPROVED IMPR && cover_is_short loads-timed INCONCLUSIVE INCON || return 1
	"$dmafp" diff --cover loads | grep -qx \
		'  traffic      patched -3, lock +20 on 4 rows, floor 0; 4 hide it' || return 1
	"$dmafp" diff --cover alone >cover.out
	plain cover.out && [ "$(wc -l <cover.out)" -le 15 ] &&
		grep -q '^send 1514 send  *4475 .* IMPR$' cover.out
}
check "--cover shows loads" cover_shows_loads
expect "loads alone are judged" 0 'that see a lock .always-lock REGRESSED.: 8; fewer' diff alone
for name in loads loads-timed alone; do
	check "csv of $name" formats_py csv $name.csv $name.json
	check "kcidb of $name" formats_py kcidb $name.kcidb $name.json
done
if [ -e $tarball ]; then
	check "ktap of loads" formats_py ktap loads.ktap loads.json linux-source-6.12/tools/testing/kunit
	check "ktap of loads alone" \
		formats_py ktap alone.ktap alone.json linux-source-6.12/tools/testing/kunit
else
	skip "ktap of loads" "linux-source-6.12 is not installed"
fi
one_arm_lacks_them() {
	cp -r loads lacks
	cp "$reference"/boot1/patched-keyed-nvme-* lacks/boot1/
	"$dmafp" diff lacks >lacks.out
	[ $? -eq 3 ] && says lacks.out 'patched lacks loads that other arms have, or has them on other'
}
check "an arm without the loads of the others" one_arm_lacks_them

# --- documents --------------------------------------------------------------

document=$source/docs/reports.md
document_is_current() {
	local line name
	"$dmafp" diff --cover "$reference" >cover.out
	while IFS= read -r line; do
		grep -qxF -- "$line" "$document" || { echo "not there: $line"; return 1; }
	done <cover.out
	for name in $(head -1 csv.out | tr , ' ') $formats; do
		grep -q "^|.*\`$name\`.*|" "$document" || { echo "no $name"; return 1; }
	done
	line=$(grep '^keyed,.*,patched,p50,' "$document")
	[ "$line" ] && grep -qxF -- "$line" csv.out
}
check "docs/reports.md has today's formats, columns and examples" document_is_current

# --- colours ----------------------------------------------------------------

escape=$(printf '\033')

# on_terminal ASSIGNMENT...: what a terminal gets
on_terminal() {
	env -u NO_COLOR TERM=xterm "$@" script -qec "'$dmafp' diff '$reference'" /dev/null </dev/null |
		tr -d '\r'
}

has_colors() {
	on_terminal "$@" >terminal.out
	grep -q "^dmafp: $escape\[32mIMPROVED$escape\[0m" terminal.out || return 1
	sed "s/$escape\[[0-9]*m//g" terminal.out | cmp - text.out
}
has_none() {
	on_terminal "$@" >terminal.out
	cmp terminal.out text.out
}
# A container may have no pseudo-terminals
terminal() {
	if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
		check "$@"
	else
		skip "$1" "there is no pseudo-terminal to be had here"
	fi
}
terminal "colours on a terminal, and the same text" has_colors TERM=xterm
terminal "an empty NO_COLOR does not count" has_colors NO_COLOR=
terminal "NO_COLOR" has_none NO_COLOR=1
terminal "TERM=dumb" has_none TERM=dumb
check "no colours in a pipe" cmp text.out <(TERM=xterm "$dmafp" diff "$reference" | cat)
always() {
	"$dmafp" diff --color always "$reference" | grep -q "$escape" &&
		"$dmafp" diff --color always -o colored.txt "$reference" &&
		grep -q "$escape" colored.txt
}
check "--color always" always
never() {
	script -qec "TERM=xterm '$dmafp' diff --color never '$reference'" /dev/null </dev/null |
		tr -d '\r' | cmp - text.out
}
terminal "--color never" never

summary
