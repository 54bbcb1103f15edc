#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How long `dmafp diff` takes, and how much memory: the median of 20 runs each.
#
#	diff.sh DMAFP MAKE-SETS TIME-RUN REFERENCE
set -eu
dmafp=$1
make_sets=$2
time_run=$3
reference=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() {
	printf '%s\n  %s files, %s KiB\n' "$1" "$(find "$2" -name '*.json' | wc -l)" \
		"$(find "$2" -name '*.json' -exec cat {} + | wc -c | awk '{ print int($1 / 1024) }')"
	for format in text json; do
		printf '  %-5s' $format
		"$time_run" 20 "$dmafp" diff --format $format "$2"
	done
}

measure "the reference results" "$reference"
"$make_sets" "$work/long" 1000000000 3 4 4096
measure "10^9 samples an arm: 3 boots, 4 cells, 4096 exact and 256 wide buckets" "$work/long"
"$make_sets" "$work/many" 100000000 3 166 40
measure "330 rows, as of a profile with everything: 3 boots, 296 buckets" "$work/many"
