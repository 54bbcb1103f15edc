#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The static checks, which need a kernel's build folder and nothing that runs.
. "$(dirname "$0")/lib.sh"

root=$here/../..
expect 0 "a kernel to check against" "$dmafp" lab --build-only --arm base
kdir=$(cut -f 3 "$work/out")
expect 0 "scripts/check is clean" "$root/scripts/check" "$kdir"
cat "$work/out"
expect 0 "cmake, for the target kmod" cmake -S "$root" -B "$work/build" -DKDIR="$kdir"
expect 0 "the target kmod builds the module" cmake --build "$work/build" --target kmod
expect 0 "dmafp.ko is there" test -s "$work/build/kmod/dmafp.ko"

finish
