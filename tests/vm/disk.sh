#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A full disk is called one.  Needs root, to mount small ones.
. "$(dirname "$0")/lib.sh"

mkdir "$work/full"
small_disk() {
	mount -t tmpfs -o "size=$1" none "$work/full" 2>/dev/null && return
	rm -rf "$work"
	echo "SKIP: cannot mount a small tmpfs; run as root"
	exit 77
}

small_disk 6m
expect 74 "disk full" "$dmafp" lab --output "$work/full/out" \
	--profile "$here/profiles/small.ini" --arm base --mode keyed
says '(No space left on device|disk full)'
umount "$work/full"

# room for the images, and none any more once the guest has begun to speak
small_disk 64m
{
	until [ -s "$work/full/out/boots/base-keyed-1/console.log" ]; do
		sleep 0.02
	done
	dd if=/dev/zero of="$work/full/ballast" bs=4096 2>/dev/null
} &
expect 74 "disk full while the guest runs" "$dmafp" lab --output "$work/full/out" \
	--profile "$here/profiles/small.ini" --arm base --mode keyed
says 'No space left on device'
wait
umount "$work/full"

finish
