#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ctrl-C at any point: exit 130, nothing left running, caches usable.
. "$(dirname "$0")/lib.sh"

# when CONDITION WHAT OPTION...: send $signal to a lab run as soon as that holds
signal=INT
status=130
when() {
	condition=$1
	what=$2
	shift 2
	checks=$((checks + 1))
	echo "- SIG$signal $what"
	rm -rf "$work/run"
	# a background job of sh ignores SIGINT unless told otherwise
	env --default-signal=INT "$dmafp" lab --output "$work/run" \
		--profile "$here/profiles/small.ini" "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	until eval "$condition" >/dev/null 2>&1; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	kill -"$signal" "$pid" || fail "SIG$signal $what: it had ended before"
	wait "$pid"
	got=$?
	[ "$got" -eq "$status" ] ||
		fail "SIG$signal $what: exit $got, not $status: $(tail -n 3 "$work/err")"
	[ "$signal" = KILL ] && sleep 2 || says 'interrupted'
	none_left
}

# a cache of its own: there the source is unpacked and the base compiled
shared=${XDG_CACHE_HOME-}
shared_cache=$cache
cache=$work/cache/dmafp
export XDG_CACHE_HOME="$work/cache"
when '[ -d "$cache"/linux-*.new/drivers ]' "while the source is unpacked" --arm base
checks=$((checks + 1))
[ -z "$(ls -d "$cache"/linux-*.new 2>/dev/null)" ] || fail "half a tree was left"
when 'grep -q "  CC .*kernel/" "$cache"/linux-*.log' "while the base compiles" --arm base
export XDG_CACHE_HOME="$shared"
cache=$shared_cache

# a patch of its own, so that there is something to copy and to compile
fresh_patch() {
	sed "s/\"nop\"/\"nop\\\\n\\\\tnop # $1-$$\"/" "$here/patches/one-instruction.patch" \
		>"$work/two.patch"
}
fresh_patch a
when 'ls -d "$cache"/linux-*.new' "while an arm is copied" --arm patched -p "$work/two.patch"
fresh_patch b
when 'grep -q "patched: compiling the kernel" "$work/err"' "while an arm compiles" \
	--arm patched -p "$work/two.patch"
when '[ -s "$work/run/boots/base-plain-1/console.log" ]' "while guests run" --arm base
when '[ -s "$work/run/boots/base-plain-1/channel" ]' "while guests measure" --arm base

signal=TERM
status=143
fresh_patch c
when 'grep -q "patched: compiling the kernel" "$work/err"' "while an arm compiles" \
	--arm patched -p "$work/two.patch"
# nobody is left to clean up: make must hear of it, and the next lab must not
# take what it finds for finished
signal=KILL
status=137
when 'grep -q "patched: compiling the kernel" "$work/err"' "while an arm compiles" \
	--arm patched -p "$work/two.patch"
when '[ -s "$work/run/boots/base-plain-1/console.log" ]' "while guests run" --arm base

expect 1 "the interrupted arm is finished and measured" lab again --mode keyed \
	-p "$work/two.patch"
holds "as two instructions" "$work/again/report.json" \
	'[.sections[].rows[] | select(.reached) | .arms.patched.minus_base.min] |
	 length > 0 and all(. == 2)'

# the trees of patches that only this test has
for tree in $(grep -lsE "nop # [abc]-$$" "$cache"/linux-*/drivers/iommu/iommu.c); do
	rm -rf "${tree%/drivers/iommu/iommu.c}"
done

finish
