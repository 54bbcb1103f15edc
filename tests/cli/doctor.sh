#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dmafp doctor: on this machine it only looks; on a copy of one it also tunes. Prints TAP.
# Usage: doctor.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# --- this machine -----------------------------------------------------------

looks() {
	local code=0
	"$dmafp" doctor "$@" >out 2>err </dev/null || code=$?
	[ $code -eq 0 ] || [ $code -eq 3 ] || { echo "exit code $code: $(cat err)"; return 1; }
	[ ! -s err ] || { echo "stderr: $(cat err)"; return 1; }
}

text_fits_a_terminal() {
	looks --all || return 1
	grep -q '^good$' out || { echo "no good ones: $(cat out)"; return 1; }
	! grep -v '^      -> ' out | grep -E '.{81}'
}
check "the text is at most 80 columns wide" text_fits_a_terminal

good_ones_are_counted() {
	looks || return 1
	! grep -q '^good$' out && grep -Eq ' [0-9]+ are good \(--all shows them\)$' out
}
check "what is good is counted" good_ones_are_counted

json_is_complete() {
	looks --json || return 1
	jq -e '
		.dmafp_doctor == 1 and (.findings | length) > 40 and
		(.findings | all(.check != "" and .reading != "" and .why != "" and
			(.command | type) == "string" and .subject != "" and
			(.class | IN("blocks", "warns", "records", "good")))) and
		([.findings[] | select(.class == "blocks")] | length) == .blocks and
		([.findings[] | select(.class == "good")] | length) == .good' out
}
check "the JSON has every finding with all that belongs to it" json_is_complete

the_code_says_whether_it_blocks() {
	local blocks code=0
	blocks=$("$dmafp" doctor --json | jq .blocks)
	"$dmafp" doctor >/dev/null || code=$?
	[ $code -eq $((blocks ? 3 : 0)) ] || { echo "$blocks block, exit code $code"; return 1; }
}
check "the exit code is 3 where something blocks, else 0" the_code_says_whether_it_blocks

it_changes_nothing() {
	local files=(/proc/sys/kernel/nmi_watchdog /proc/sys/kernel/soft_watchdog
		/proc/irq/*/smp_affinity_list /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor)
	grep -H . "${files[@]}" >before 2>/dev/null
	looks && looks --json || return 1
	grep -H . "${files[@]}" >after 2>/dev/null
	[ -s before ] || { echo "there is nothing to compare"; return 1; }
	diff before after
}
check "looking changes nothing" it_changes_nothing

expect "a device that is not there" 3 'there is no PCI device 00ff:1f:1e.6' \
	doctor --device 00ff:1f:1e.6
expect "a bad list of CPUs" 64 "bad list of CPUs '3-1'" doctor --cpu 3-1
expect "two things at once" 64 'one of them' doctor --tune --restore

# --- the tables, and what docs/doctor.md says of them -----------------------

# name and worst class, from the tables of the document
documented_checks() {
	sed -n 's/^| `\([a-z-]*\)` | \(blocks\|warns\|records\) |.*/\1 \2/p' "$source/docs/doctor.md"
}

the_document_has_all_checks() {
	"$dmafp" doctor --list --json >list.json || return 1
	jq -r '.checks[] | "\(.check) \(.worst)"' list.json >expected
	documented_checks >got
	[ "$(wc -l <expected)" -gt 40 ] || { echo "only $(wc -l <expected) checks"; return 1; }
	diff expected got
}
check "docs/doctor.md has every check, with its worst class" the_document_has_all_checks

the_document_has_all_knobs() {
	"$dmafp" doctor --list --json | jq -r '.knobs[].knob' >expected
	sed -n '/^## What --tune sets/,/^## [^W]/ s/^| `\([a-z-]*\)` |.*/\1/p' \
		"$source/docs/doctor.md" >got
	[ "$(wc -l <expected)" -gt 10 ] || { echo "only $(wc -l <expected) knobs"; return 1; }
	diff expected got
}
check "docs/doctor.md has every knob" the_document_has_all_knobs

expect "the list" 0 '^  governor +warns$' doctor --list

# --- a copy of a machine is tuned -------------------------------------------

make_copy() {
	rm -rf copy
	mkdir -p copy/proc/sys/kernel/random copy/proc/irq/{24,25} copy/sys/devices/system/cpu/cpu{0,1}/cpufreq
	cat /proc/sys/kernel/random/boot_id >copy/proc/sys/kernel/random/boot_id
	echo 1 >copy/proc/sys/kernel/nmi_watchdog
	echo 0-1 | tee copy/proc/irq/{24,25}/smp_affinity_list >copy/sys/devices/system/cpu/online
	echo powersave | tee copy/sys/devices/system/cpu/cpu{0,1}/cpufreq/scaling_governor >/dev/null
}

# all of the copy but the journal
picture() {
	(cd copy && find proc sys -type f | sort | xargs grep -H .)
}

tunes_and_restores() {
	make_copy
	picture >before
	"$dmafp" doctor --root copy --tune --cpu 1 >out 2>err || { cat err; return 1; }
	grep -q '^4 files are changed' out || { cat out; return 1; }
	[ "$(cat copy/proc/irq/24/smp_affinity_list)" = 0 ] || return 1
	[ "$(cat copy/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor)" = performance ] || return 1
	[ -s copy/var/lib/dmafp/tune/journal ] || { echo "no journal"; return 1; }
	"$dmafp" doctor --root copy --restore >out 2>err || { cat err; return 1; }
	grep -q '^note: put back .* 4 files$' err || { cat err; return 1; }
	picture | diff before - || return 1
	"$dmafp" doctor --root copy --restore >out 2>err && [ ! -s out ] && [ ! -s err ]
}
check "tuned, and put back, once" tunes_and_restores
expect "a CPU that is not there" 64 'CPUs 900 are not online' \
	doctor --root copy --tune --cpu 1,900

kept_elsewhere() {
	make_copy
	"$dmafp" doctor --root copy --state kept --tune >/dev/null 2>&1 || return 1
	[ -s kept/journal ] && [ ! -e copy/var ] || return 1
	"$dmafp" doctor --root copy --state kept --restore 2>/dev/null
}
check "the journal is where --state says" kept_elsewhere

another_boot() {
	make_copy
	"$dmafp" doctor --root copy --tune >/dev/null 2>&1 || return 1
	echo 00000000-0000-0000-0000-000000000000 >copy/proc/sys/kernel/random/boot_id
	picture >before
	"$dmafp" doctor --root copy --restore 2>err || return 1
	grep -q 'need not be put back' err || { cat err; return 1; }
	picture | diff before -
}
check "nothing is put back in another boot" another_boot

summary
