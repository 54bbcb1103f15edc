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

summary
