#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# PID 1 of the capture kernel of tests/vm/watch.sh, by busybox: each step's JSON
# or text goes to the second serial port, between lines that begin with "@@".
edu=0000:00:07.0

busybox mkdir -p /proc /sys /dev /bin /sbin /tmp
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs devtmpfs /dev
busybox --install -s /bin
export PATH=/bin
exec </dev/console >/dev/console 2>&1

report() {
	cat "$1" >/dev/ttyS1
}

# step NAME ARGUMENT...: one call of dmafp watch
step() {
	name=$1
	shift
	echo "@@ $name begins"
	/dmafp watch "$@" >/tmp/out
	code=$?
	echo "@@ $name $code" >/tmp/head
	echo "@@ $name ends with $code"
	report /tmp/head
	report /tmp/out
	echo @@ >/tmp/head
	report /tmp/head
}

# The next first map of the device is one more, with its attach deferred again.
renew() {
	rmmod breaker 2>/dev/null
	echo 1 >/sys/bus/pci/devices/$edu/remove
	echo 1 >/sys/bus/pci/rescan
}

break_it() {
	renew
	step "$1" --json --module /dmafp.ko -- insmod /breaker.ko "mode=$1"
}

stty -F /dev/ttyS1 raw
step nvme --json --module /dmafp.ko -- modprobe nvme
# e1000e maps nothing before its interface is up; 0x1003 is with IFF_UP, and
# ip(8) would want CONFIG_INET
step e1000e --json --module /dmafp.ko -- \
	sh -c 'modprobe e1000e && echo 0x1003 >/sys/class/net/eth0/flags'

insmod /dmafp.ko watch=1
echo 0x1003 >/sys/class/net/eth1/flags
step early-show --json --show
step busy --json -- true
step early-stop --json --stop
rmmod dmafp

break_it good
break_it atomic
# the text as a user sees it; and a command that fails
renew
step atomic-text --module /dmafp.ko -- insmod /breaker.ko mode=atomic
step failing --json --module /dmafp.ko -- false
# two threads need not meet: several attempts, of which one must be caught
for try in 1 2 3 4 5 6 7 8 9 10; do
	break_it race
	[ "$code" -eq 4 ] && break
done
echo "races made: $try"
echo '@@ log 0' >/tmp/head
report /tmp/head
dmesg | grep -E 'WARNING|BUG|list_add|DMAR: \[|INFO' >/tmp/out
report /tmp/out
echo '@@ success 0' >/tmp/head
report /tmp/head
sync
sleep 1
reboot -f
