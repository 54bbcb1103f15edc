# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the tests of the program share. Usage: . lib.sh BUILD/dmafp; it ends with summary.

dmafp=$(realpath "${1:?usage: NAME.sh BUILD/dmafp}") || exit 1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

export DMAFP_DATA=$source
nr=0
failed=0
skipped=0

ok() {
	nr=$((nr + 1))
	echo "ok $nr - $1"
}

not_ok() {
	nr=$((nr + 1))
	failed=$((failed + 1))
	echo "not ok $nr - $1"
	echo "# ${2//$'\n'/$'\n'# }"
}

# A skipped test says why, and is not counted as passed.
skip() {
	nr=$((nr + 1))
	skipped=$((skipped + 1))
	echo "ok $nr - $1 # SKIP $2"
}

# expect NAME CODE PATTERN ARGUMENT...: exit code, and a line of stderr or
# stdout that is matched by the extended regular expression
expect() {
	local name=$1 code=$2 pattern=$3 got
	shift 3
	"$dmafp" "$@" >out 2>err </dev/null
	got=$?
	if [ "$got" -ne "$code" ]; then
		not_ok "$name" "exit code $got, not $code; stderr: $(cat err)"
	elif ! cat out err | grep -qE -- "$pattern"; then
		not_ok "$name" "nothing matches '$pattern': $(cat out err)"
	elif [ "$code" -ge 64 ] && [ "$(wc -l <err)" -ne 1 ]; then
		not_ok "$name" "stderr is not one line: $(cat err)"
	else
		ok "$name"
	fi
}

check() {
	local name=$1 why
	shift
	if why=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$why"
	fi
}

summary() {
	echo "1..$nr"
	echo "# $((nr - failed - skipped)) passed, $failed failed, $skipped skipped"
	[ $failed -eq 0 ] && [ $nr -gt 0 ]
}
