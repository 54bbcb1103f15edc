#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# PID 1 of the guest of tests/vm/prepare.sh, by busybox: devices of real drivers are
# taken, measured and given back.
nvme=0000:00:07.0
nic=0000:00:05.0
bridge=0000:00:06.0
mate=0000:00:04.0 # another NVMe controller, which nobody touches
disk=/dev/nvme0n1 # of $nvme, which is probed first
devices=/sys/bus/pci/devices
nr=0

/busybox mkdir -p /proc /sys /dev /bin /sbin /tmp /mnt /results
/busybox mount -t proc proc /proc
/busybox mount -t sysfs sysfs /sys
/busybox mount -t devtmpfs devtmpfs /dev
/busybox --install -s /bin
export PATH=/bin
exec </dev/console >/dev/console 2>&1

ok() {
	nr=$((nr + 1))
	echo "ok $nr $*"
}

not_ok() {
	nr=$((nr + 1))
	bad=yes
	echo "not ok $nr $*"
	sed 's/^/# /' /tmp/out /tmp/err
}

# expect STATUS WHAT COMMAND...
expect() {
	want=$1 what=$2
	shift 2
	"$@" >/tmp/out 2>/tmp/err
	got=$?
	if [ "$got" -eq "$want" ]; then ok "$what"; else not_ok "$what: exit $got, not $want"; fi
}

says() {
	if grep -qE -e "$1" /tmp/out /tmp/err; then ok "says $1"; else not_ok "says $1"; fi
}

# driver PCI: "" if none
driver() {
	[ -e $devices/"$1"/driver ] && basename "$(readlink $devices/"$1"/driver)"
}

# is PCI DRIVER OVERRIDE
is() {
	now="$(driver "$1") $(cat $devices/"$1"/driver_override)"
	if [ "$now" = "$2 $3" ]; then ok "$1 has '$2 $3'"; else not_ok "$1 has '$now', not '$2 $3'"; fi
}

wait_for() {
	tries=0
	until [ -e "$1" ] || [ $tries -ge 500 ]; do
		usleep 20000
		tries=$((tries + 1))
	done
}

# reads WHAT: the first megabyte of the disk is what it was
reads() {
	wait_for $disk
	echo 3 >/proc/sys/vm/drop_caches
	got=$(head -c 1048576 $disk | md5sum)
	if [ "$got" = "$sum" ]; then ok "$1: the disk reads"; else not_ok "$1: the disk reads $got"; fi
}

as_before() {
	is $nvme nvme '(null)'
	is $nic e1000e '(null)'
	wait_for $disk
}

refused() {
	expect 76 "refused: $1" /dmafp prepare "$2"
	says "$2 cannot be taken: .*$3"
	is "$2" "$4" '(null)'
}

# --- drivers; the disk of $nvme comes first
insmod /nvme-core.ko
echo 0 >/sys/bus/pci/drivers_autoprobe
insmod /nvme.ko
insmod /e1000e.ko
echo 1 >/sys/bus/pci/drivers_autoprobe
for pci in $nvme $mate $nic; do
	echo $pci >/sys/bus/pci/drivers_probe
	[ $pci = $nvme ] && wait_for $disk
done
sum=$(head -c 1048576 $disk | md5sum)
as_before

# --- without the module, then with it, measured
expect 0 "nothing is prepared: nothing to release" /dmafp release
expect 76 "run names what to do" /dmafp run --module /dmafp.ko -p /small.ini -o /results -d $nvme
says "driver nvme has it: dmafp prepare $nvme"
expect 0 "prepare both" /dmafp prepare $nvme 00:05.0 --json
says '"driver_before": "nvme"'
is $nvme '' dmafp
is $nic '' dmafp
expect 0 "run measures both" /dmafp run --module /dmafp.ko -p /small.ini -o /results \
	-d $nvme -d $nic
is $nvme '' dmafp
is $nic '' dmafp
# as when the driver's module is loaded, or the bus is looked through
echo $nvme >/sys/bus/pci/drivers_probe
is $nvme '' dmafp
expect 0 "release all" /dmafp release
says "^$nic released: had driver e1000e, has driver e1000e"
as_before
reads "released"
expect 0 "release once more" /dmafp release $nvme
says "$nvme is not prepared"

insmod /dmafp.ko
expect 0 "prepare, with the module there" /dmafp prepare $nvme
is $nvme dmafp dmafp
expect 0 "run measures it" /dmafp run -p /small.ini -o /results -d $nvme
expect 0 "prepare it once more" /dmafp prepare $nvme
is $nvme dmafp dmafp
expect 0 "release it" /dmafp release $nvme --json
says '"done": "released"'
as_before
reads "after a run"

# --- what is refused
refused "a bridge" $bridge 'it is a bridge' ''
mke2fs -q $disk >/dev/null
mount -t ext4 $disk /mnt && echo kept >/mnt/file
refused "a mounted disk" $nvme "$disk is mounted on /mnt" nvme
expect 0 "the list has the reason, too" /dmafp list devices
says "not usable: .*$disk is mounted on /mnt"
expect 76 "none is touched where one is refused" /dmafp prepare $nic $nvme
is $nic e1000e '(null)'
umount /mnt
unshare -m sh -c "mount -t ext4 $disk /mnt && touch /tmp/mounted && sleep 1000" &
holder=$!
wait_for /tmp/mounted
refused "a disk that another namespace has mounted" $nvme \
	"$disk is opened exclusively by somebody" nvme
kill $holder
wait $holder
killall sleep
tries=0
until /dmafp prepare $nvme >/tmp/out 2>/tmp/err || [ $tries -ge 100 ]; do
	usleep 50000
	tries=$((tries + 1))
done
is $nvme dmafp dmafp
expect 0 "the disk is given back" /dmafp release
as_before
mount -t ext4 $disk /mnt
if [ "$(cat /mnt/file)" = kept ]; then ok "its file is kept"; else not_ok "its file is kept"; fi
umount /mnt
sum=$(head -c 1048576 $disk | md5sum)

ip addr add 192.0.2.7/24 dev eth0
ip link set eth0 up
refused "an interface that is up" $nic 'interface eth0 is up and has the address 192.0.2.7' e1000e
ip route add default via 192.0.2.1
refused "the default route" $nic 'interface eth0 has the default route' e1000e
expect 76 "also with --use-anyway" /dmafp prepare $nic --use-anyway
ip route del default
SSH_CONNECTION='198.51.100.1 5 192.0.2.7 22' \
	sh -c "env -u SSH_CONNECTION /dmafp prepare --use-anyway $nic; exit \$?" >/tmp/out 2>/tmp/err
got=$?
[ $got -eq 76 ] && ok "the session's interface, through sudo" || not_ok "the session: $got"
says 'interface eth0 carries this session \(192.0.2.7\)'
expect 0 "one that is up, anyway" /dmafp prepare $nic --use-anyway
says 'is taken anyway'
is $nic dmafp dmafp
expect 0 "it is given back" /dmafp release
as_before
wait_for /sys/class/net/eth0
[ -e /sys/class/net/eth0 ] && ok "eth0 is there again" || not_ok "eth0 is there again"

# --- SIGKILL in the middle of it
# kill_after US COMMAND...
kill_after() {
	us=$1
	shift
	"$@" >/dev/null 2>&1 &
	usleep "$us"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
}

before=0 middle=0 after=0 delay=0
while [ $delay -lt 250000 ]; do
	kill_after $delay /dmafp prepare $nvme $nic
	case "$(driver $nvme) $(driver $nic)" in
	'nvme e1000e') before=$((before + 1)) ;;
	'dmafp dmafp') after=$((after + 1)) ;;
	*) middle=$((middle + 1)) ;;
	esac
	kill_after $((delay * 2 / 3)) /dmafp release
	expect 0 "release after SIGKILL at $delay us" /dmafp release
	as_before
	delay=$((delay + 10000))
done
echo "# killed before anything was changed, in the middle, at the end: $before $middle $after"
[ $middle -gt 0 ] && ok "in the middle, too" || not_ok "in the middle, too"
reads "after all"
rmmod dmafp && ok "the module goes" || not_ok "the module goes"

echo "module tests: $nr checks"
dmesg | grep -E 'WARNING: |BUG|Oops|Call Trace|DMAR: .*fault'
[ "$bad" ] || echo success
# ends QEMU with status 33
usleep 200000
printf '\020' | dd of=/dev/port bs=1 seek=244 2>/dev/null
reboot -f
