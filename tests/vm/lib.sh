# SPDX-License-Identifier: GPL-2.0-or-later
#
# For the vm tests: sourced, with the built binary as $1.  Each test runs in a
# folder of its own that is removed when it passes.
set -u
dmafp=$1
here=$(cd "$(dirname "$0")" && pwd)
bin=$(dirname "$dmafp")
work=$(mktemp -d "${TMPDIR:-/tmp}/dmafp-test.XXXXXX")
failures=0
checks=0

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# expect STATUS WHAT COMMAND...: run it, output in $work/out and $work/err
expect() {
	want=$1
	what=$2
	shift 2
	checks=$((checks + 1))
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" -eq "$want" ] && return
	fail "$what: exit $got, not $want"
	tail -n 30 "$work/out" "$work/err"
}

# says PATTERN [FILE]: the last command said so, on stderr unless told
says() {
	checks=$((checks + 1))
	grep -qE -- "$1" "${2:-$work/err}" || {
		fail "nothing like '$1' in what it said:"
		tail -n 30 "${2:-$work/err}"
	}
}

# small lab run: lab NAME OPTION...
lab() {
	name=$1
	shift
	"$dmafp" lab --output "$work/$name" --profile "$here/profiles/small.ini" "$@"
}

# nothing that the lab started may be left running
none_left() {
	checks=$((checks + 1))
	left=$(pgrep -a -f "$work|dmafp-nothing" | grep -E 'qemu|make|cc1' || :)
	[ -z "$left" ] || fail "left running: $left"
}

finish() {
	if [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]; then
		rm -rf "$work"
		echo "$checks checks"
		exit 0
	fi
	echo "$failures of $checks checks failed; see $work"
	exit 1
}
