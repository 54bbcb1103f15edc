#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tally of real traffic: the kernel's own NVMe driver, read by read, where the
# deferred check is on the way and where it is not; and functions of newer kernels.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=180 # of one boot, in seconds

kernel
compile init
cp -r "$here/newer" "$work/newer"
expect 0 "functions of newer kernels compile" make -s -C "$build" M="$work/newer" modules
[ "$failures" -eq 0 ] || finish

# The one ends in a jump, the other in a call: both are what the kernel may do.
for way in jmp=jump call=call; do
	objdump -d "$work/newer/newer_${way#*=}.ko" |
		sed -n '/<dma_iova_destroy>:/,/^$/p' >"$work/way"
	says "[[:space:]]${way%=*} .*<dma_iova_free>" "$work/way"
done

cp "$work"/newer/newer_*.ko "$build"/drivers/nvme/host/nvme*.ko "$work"
pack init nvme-core.ko nvme.ko newer_jump.ko newer_call.ko
expect 33 "plain, exact" boot plain "$icount" noapictimer init plain exact traffic newer
passes plain
expect 33 "keyed, exact" boot keyed "$icount" 'noapictimer elfcorehdr=0x1000' init keyed \
	exact traffic newer
passes keyed
expect 33 "keyed, two CPUs in turn" boot races "$two_in_turn" 'elfcorehdr=0x1000' \
	init keyed races traffic newer
passes races
none_left

finish
