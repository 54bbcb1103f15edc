#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dmafp path from outside, on functions made by the assembler. Prints TAP.
# Usage: path.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

x86_64-linux-gnu-gcc -nostdlib -static -Wl,--build-id=sha1,-e,base -o image \
	"$source/tests/unit/path/x86.S" || exit 1

expect "counts of one image" 0 '^instructions +10$' path -s base image
expect "beside the first" 0 '^instructions +7 +7 \(\+0\)$' path -s patched a=image b=image
expect "the same is said in a line" 0 '^b: the same instructions as a$' \
	path -s patched a=image b=image
expect "names of images without an arm" 0 '^ +image 1 +image 2$' path -s base image image
expect "call sites" 0 '^Call sites: 2 of 5 behind a static branch: ' path -s callee image
expect "why a branch goes there" 0 '^- image 1: base\+0xe, je \+0x16: not taken: ' \
	path -s base image
expect "not complete is told" 0 'NOT COMPLETE' path -s undecided image
expect "a branch that is told" 0 'undecided\+0x3, jb \+0x6: taken: as told by --branch' \
	path -s undecided --branch 3=taken image

expect "no image" 64 'path: ' path
expect "an image that is not there" 66 'cannot open the kernel image nowhere' path nowhere
expect "no image of a kernel" 66 'is no ELF file' path "$source/README.md"
expect "a function that is not there" 66 'has no function nothing' path -s nothing image
expect "a branch that is none" 64 "'3=maybe' is no branch" path --branch 3=maybe image

columns() {
	"$dmafp" path -s always_lock a=image b=image >text &&
		"$dmafp" path -s always_lock image >>text || return 1
	! grep -nE '.{73}' text && ! LC_ALL=C grep -nP '[^\x20-\x7e]' text
}
check "ASCII of 72 columns" columns

json() {
	"$dmafp" path -s always_lock patched=image --json >walks.json &&
		jq -e '.dmafp_path == 1 and .walks[0].arm == "patched" and
			.walks[0].counts.instructions == (.walks[0].path | length)' \
			walks.json >/dev/null
}
check "--json" json

output() {
	[ -z "$("$dmafp" path -s always_lock patched=image --output file.json)" ] &&
		cmp file.json walks.json
}
check "--output prints nothing, and is the same" output

# Beside results: the report has the block, and says what disagrees.
beside() {
	cp -r "$source/results/reference" ref && rm -f ref/report.* || return 1
	"$dmafp" diff ref >text
	grep -q '^patched  .* -3  .* -3  agrees$' text || return 1
	jq '(.walks[] | select(.arm == "patched") | .counts.instructions) = 8' \
		ref/path.json >other && mv other ref/path.json
	"$dmafp" diff ref >text
	grep -q '^patched  .* -2  .* -3  DOES NOT AGREE$' text &&
		grep -q '^- STATIC PROOF DOES NOT AGREE in patched' text
}
check "beside results" beside

summary
