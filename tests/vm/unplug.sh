#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A device is unplugged, by QEMU, in the middle of a run.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=900 # of one boot, in seconds

debug_kernel
compile init
[ "$failures" -eq 0 ] || finish
pack init

# The slot is the kernel's to serve, not ACPI's.  The second serial port of the
# guest leads to the monitor of its QEMU, so that the guest can unplug itself.
slot="-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
-device pcie-root-port,id=hot,addr=0x7,chassis=1,slot=1
-blockdev driver=null-co,node-name=hotdisk,size=67108864,read-zeroes=on
-chardev socket,id=monitor,path=$work/monitor,server=on,wait=off
-mon chardev=monitor,mode=control
-chardev socket,id=remote,path=$work/monitor -device isa-serial,chardev=remote,index=1"
# What the kernel says is looked for by the test itself, see module_unplug.c.
expect 33 "hot-unplug" boot unplug "$two_in_turn $slot" 'pcie_ports=native loglevel=1' \
	init plain races rounds=50 unplug

# Lockdep minds the order of pciehp's own locks, see docs/safety.md: once, for it is
# off after that, and whatever the log level.  This report is let pass, no other.
report='/possible circular locking dependency detected/,/<\/TASK>/'
checks=$((checks + 1))
sed -n "${report}p" "$work/unplug.log" >"$work/lockdep"
if [ -s "$work/lockdep" ] && ! { grep -q 'irq/.*-pciehp.* is trying to acquire lock' \
	"$work/lockdep" && ! grep -q '\[dmafp\]' "$work/lockdep"; }; then
	fail "lockdep has another complaint: see $work/unplug.log"
else
	sed -i "${report}d" "$work/unplug.log"
fi
passes unplug
none_left

finish
