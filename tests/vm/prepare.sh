#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dmafp prepare and release on devices of the real nvme and e1000e drivers.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=600 # of the one boot, in seconds

kernel
[ "$failures" -eq 0 ] || finish
for name in nvme-core nvme e1000e; do
	find "$build" -name "$name.ko" -exec cp {} "$work" \;
done
cp /bin/busybox "$dmafp" "$here/prepare/guest.sh" "$here/profiles/small.ini" "$work"
pack busybox dmafp guest.sh small.ini nvme-core.ko nvme.ko e1000e.ko
# nothing that compresses, and no file system
dd if=/dev/urandom of="$work/disk" bs=1M count=64 2>/dev/null
disk="-blockdev driver=file,filename=$work/disk,node-name=real
-device nvme,drive=real,serial=real,addr=0x7"
expect 33 "devices are taken, measured and given back" boot prepare "$two_in_turn $disk" '' \
	busybox sh /guest.sh
passes prepare
none_left

finish
