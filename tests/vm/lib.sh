# SPDX-License-Identifier: GPL-2.0-or-later
#
# For the vm tests: sourced, with the built binary as $1.  Each test works in a
# folder of its own, which is removed when it passes.
set -u
dmafp=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/dmafp-test.XXXXXX")
failures=0
checks=0

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# expect STATUS WHAT COMMAND...: run it; its output is $work/out and $work/err
expect() {
	want=$1
	what=$2
	shift 2
	checks=$((checks + 1))
	echo "- $what"
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" -eq "$want" ] && return
	fail "$what: exit $got, not $want"
	tail -n 30 "$work/out" "$work/err"
}

# says PATTERN [FILE]: the last command said so, on stderr unless told
says() {
	checks=$((checks + 1))
	grep -qE -e "$1" "${2:-$work/err}" && return
	fail "nothing like '$1' in what it said:"
	tail -n 30 "${2:-$work/err}"
}

# holds WHAT FILE FILTER: the jq filter is true of the file
holds() {
	checks=$((checks + 1))
	echo "- $1"
	jq -e "$3" "$2" >"$work/jq" 2>&1 && return
	fail "$1: jq '$3' on $2: $(head -n 3 "$work/jq")"
}

# lab NAME OPTION...: a small lab run with its results in $work/NAME
lab() {
	name=$1
	shift
	"$dmafp" lab --output "$work/$name" --profile "$here/profiles/small.ini" "$@"
}

# nothing that this test started may be left running; what did is known by its
# environment, whatever else runs on the machine
export DMAFP_TEST="$work"
none_left() {
	checks=$((checks + 1))
	sleep 0.2
	env -u DMAFP_TEST grep -lszxF "DMAFP_TEST=$work" /proc/[0-9]*/environ >"$work/left"
	while IFS=/ read -r _ _ pid _; do
		fail "left running: $pid in $(readlink "/proc/$pid/cwd"): $(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done <"$work/left"
}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmafp

finish() {
	if [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]; then
		rm -rf "$work"
		echo "$checks checks"
		exit 0
	fi
	echo "$failures of $checks checks failed; see $work"
	exit 1
}
