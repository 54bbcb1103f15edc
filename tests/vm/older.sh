#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Linux 6.1, with arms and patches of its own; and one that no bundled patch fits.
. "$(dirname "$0")/lib.sh"

expect 0 "the matrix's row of 6.1" "$dmafp" matrix --output "$work/matrix" 6.1-vtd-strict
holds "a verdict, whose controls came out as they must" "$work/matrix/matrix.json" \
	'.rows[0] | .as_expected and (.release | startswith("6.1.")) and .exact and
	 (.verdict | IN("EQUIVALENT", "IMPROVED", "REGRESSED")) and
	 .minus_base."always-lock".low > 0 and .minus_base.placebo == {low: 0, high: 0}'
holds "the function is called once per map with the key on, never with it off" \
	"$work/matrix/matrix.json" \
	'[.rows[0].modes[] | [.mode, .devices, .calls_per_map]] ==
	 [["plain", 2, [0, 0]], ["keyed", 2, [1, 1]], ["kdump", 2, [1, 1]]]'

# --- a version that no bundled patch fits
mkdir -p "$work/odd"
tar -xf /usr/src/linux-source-6.12.tar.xz -C "$work/odd" --strip-components=1
sed -i 's/attach_deferred)/attach_deferred_now)/' "$work/odd/drivers/iommu/iommu.c"
expect 67 "no bundled patch fits" env XDG_CACHE_HOME="$work/cache" "$dmafp" lab \
	--kernel-src "$work/odd" --build-only
says 'no bundled patch fits this Linux 6.12; put one into .*/configs/patches/6.12/'

none_left

finish
