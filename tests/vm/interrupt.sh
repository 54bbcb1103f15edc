#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ctrl-C at any point: exit 130, nothing left running, caches usable.
. "$(dirname "$0")/lib.sh"

# after SECONDS WHAT OPTION...: interrupt a lab run at that moment
after() {
	seconds=$1
	what=$2
	shift 2
	checks=$((checks + 1))
	echo "- Ctrl-C $what (after $seconds s)"
	rm -rf "$work/run"
	# a background job of sh ignores SIGINT unless told otherwise
	env --default-signal=INT "$dmafp" lab --output "$work/run" \
		--profile "$here/profiles/small.ini" "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	sleep "$seconds"
	kill -INT "$pid"
	wait "$pid"
	got=$?
	[ "$got" -eq 130 ] || fail "Ctrl-C $what: exit $got, not 130: $(tail -n 3 "$work/err")"
	says 'interrupted'
	none_left
}

# a cache of its own: the source is unpacked, then the configuration is made
shared=${XDG_CACHE_HOME-}
shared_cache=$cache
cache=$work/cache/dmafp
export XDG_CACHE_HOME="$work/cache"
after 3 "while the source is unpacked" --arm base
checks=$((checks + 1))
[ -z "$(ls -d "$work"/cache/dmafp/linux-*.new 2>/dev/null)" ] || fail "half a tree was left"
after 25 "while the base compiles" --arm base
export XDG_CACHE_HOME="$shared"
cache=$shared_cache

# a patch of its own, so that there is something to compile
sed "s/\"nop\"/\"nop\\\\n\\\\tnop # $$\"/" "$here/patches/one-instruction.patch" >"$work/two.patch"
after 3 "while an arm is copied and compiled" --arm patched -p "$work/two.patch"
after 5 "while guests run" --arm base
after 0.3 "at the start" --arm base
expect 0 "the interrupted arm is finished" lab done --mode keyed --dry-run -p "$work/two.patch"
expect 1 "and measured" lab again --mode keyed -p "$work/two.patch"
holds "as two instructions" "$work/again/report.json" \
	'[.sections[].rows[] | select(.reached) | .arms.patched.minus_base.min] |
	 length > 0 and all(. == 2)'

finish
