#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Campaigns that run into kernels that panic or hang, into a full disk, and into
# people, on the server.
. "$(dirname "$0")/lib.sh"
server_build
cp --sparse=always "$server/disk.img" "$work/fresh.img"

# begin WHAT OPTION...: a campaign on a fresh disk
begin() {
	echo "== $1"
	shift
	cp --sparse=always "$work/fresh.img" "$server/disk.img"
	server_campaign "$@"
}

# turns: what is in its results
turns() {
	ls "$work/campaign/results" 2>/dev/null | tr '\n' ' '
}

begin "a kernel that panics at boot" "$(arms base patched),append=root=/dev/none" \
	--mode keyed --boots 1 --failures 2 --seed 1
server_start
over "it gives up" 1800
says 'gave up' "$work/over"
says 'patched-keyed-1 failed 2 times, at last: the machine went down in step reboot' "$work/over"
as_it_was

begin "a kernel that hangs at boot" "$(arms base patched)" --mode keyed --boots 1 \
	--failures 2 --boot-limit 20 --seed 1
# its decompressor finds nothing to decompress, and halts
debugfs -R "dump /boot/patched/bzImage $work/bzImage" "$server/disk.img" 2>/dev/null
cp "$work/bzImage" "$work/broken"
dd if=/dev/zero of="$work/broken" bs=64k seek=8 count=16 conv=notrunc 2>/dev/null
server_put "$work/broken" /boot/patched/bzImage
server_start
over "the watchdog resets it, and it gives up" 1800
says 'patched-keyed-1 failed 2 times, at last: .*the watchdog reset it' "$work/over"
as_it_was
server_put "$work/bzImage" /boot/patched/bzImage
server_hooks <<'HOOKS'
over() {
	[ ! -e /srv/resumed ] && touch /srv/resumed && dmafp campaign resume
}
HOOKS
server_start
over "with a kernel that works it is resumed" 1800
says 'done, 2 of 2 boots measured' "$work/over"
as_it_was

begin "a kernel that is rebuilt amid it" "$(arms base)" --mode keyed --boots 2 --failures 1
server_hooks <<'HOOKS'
in_arm() {
	[ -e /srv/rebuilt ] || { touch /srv/rebuilt && echo >>/boot/base/bzImage; }
}
over() {
	dmafp campaign status
	[ ! -e /srv/resumed ] && touch /srv/resumed && truncate -s -1 /boot/base/bzImage &&
		dmafp campaign resume
}
HOOKS
server_start
over "it gives up, and goes on with the kernel that was measured" 1800
says 'failed 1 times, at last: arm base is no longer the one that was measured' "$server_console"
says 'done, 2 of 2 boots measured' "$work/over"
as_it_was

# it measures for an hour, and nobody is there to end that
begin "a capture kernel that hangs" "$(arms base)" --mode kdump --boots 1 --failures 2 \
	--boot-limit 8 --run-limit 4 --set run.iterations=0 --set run.duration=3600000
server_start
over "the watchdog resets it, and it gives up" 1800
says '001-base-kdump-1 failed 2 times, at last: .*in step crash: the watchdog reset it' "$work/over"
as_it_was

begin "measuring that takes too long" "$(arms base)" --mode keyed --boots 1 --failures 1 \
	--run-limit 2 --set run.iterations=0 --set run.duration=3600000
server_start
over "it is ended, and gives up" 1800
says '001-base-keyed-1 failed 1 times, at last: measuring took longer than the 2 s' "$work/over"
as_it_was

begin "a slow boot, which is not measuring" "$(arms base)" --mode keyed --boots 1 \
	--failures 1 --run-limit 4
printf '[Service]\nType=oneshot\nExecStart=/bin/sleep 8\n' >"$work/slow"
server_put "$work/slow" /etc/systemd/system/slow.service
fast_append=$server_append
server_append="$server_append systemd.wants=slow.service"
server_start
over "it is measured" 1800
says 'done, 1 of 1 boots measured' "$work/over"
as_it_was
server_append=$fast_append

server_watchdog=
begin "a program that stops, and no watchdog but the kernel's" "$(arms base)" \
	--mode keyed --boots 1 --failures 2 --boot-limit 8 --run-limit 4
server_hooks <<'HOOKS'
in_arm() {
	until dmafp campaign status | grep -q 'in step measure'; do
		sleep 0.1
	done
	kill -STOP "$(systemctl show --property MainPID --value "$unit")"
}
HOOKS
server_start
over "softdog resets it, and it gives up" 1800
says 'Not every boot that hangs is reset: there is no hardware' "$server_console"
says '001-base-keyed-1 failed 2 times, at last: the machine went down in step measure' "$work/over"
says 'watchdog: .*[Rr]eboot|softdog: Initiating' "$server_console"
as_it_was
expect 1 "softdog is unloaded" grep '^modules:.* softdog ' "$work/over"

begin "a capture kernel that hangs, likewise" "$(arms base)" --mode kdump --boots 1 \
	--failures 2 --boot-limit 8 --run-limit 4 --set run.iterations=0 \
	--set run.duration=3600000
echo 'options softdog soft_panic=1' >"$work/softdog.conf"
server_put "$work/softdog.conf" /etc/modprobe.d/softdog.conf
server_start
over "softdog resets it, and it gives up" 1800
says 'softdog: Initiating panic' "$server_console" # as modprobe.d has it
says '001-base-kdump-1 failed 2 times, at last: the machine went down in step crash' "$work/over"
as_it_was
server_watchdog=i6300esb

server_cpus=2
begin "a CPU that the capture kernel has not" "$(arms base)" --mode keyed,kdump --boots 1 \
	--failures 1 --set run.cpus=1
server_start
over "it is measured on the one that it has" 1800
says 'done, 2 of 2 boots measured' "$work/over"
as_it_was
server_cpus=1

begin "a full disk" "$(arms base patched)" --mode keyed --boots 1 --failures 2
server_hooks <<'HOOKS'
begun() {
	fallocate -l "$(($(stat -f -c '%f * %S' /) - 262144))" /srv/filler
	cat /dev/zero >/srv/rest
	sync
}
over() {
	[ -e /srv/filler ] || return
	dmafp campaign status
	rm /srv/filler /srv/rest
	dmafp campaign resume
}
HOOKS
server_start
over "it gives up, and goes on when there is room" 1800
says 'failed 2 times, at last: .*No space left' "$server_console"
says 'done, 2 of 2 boots measured' "$work/over"
as_it_was

begin "people" "$(arms base patched)" --mode keyed --boots 1
server_hooks <<'HOOKS'
begun() {
	dmafp campaign pause
	settle
	dmafp campaign status
	dmafp campaign resume
}
in_arm() {
	if [ ! -e /srv/paused ]; then
		touch /srv/paused
		until dmafp campaign status | grep -q 'in step measure'; do
			sleep 0.1
		done
		dmafp campaign pause
		settle
		dmafp campaign status
		dmafp campaign resume
	else
		dmafp campaign abort
		systemctl reboot
	fi
}
HOOKS
server_start
over "it pauses, resumes and is aborted" 1800
says 'paused, 0 of 2 boots' "$server_console"
says 'paused, 1 of 2 boots' "$server_console"
says 'aborted; the results of 1 boots? stay in .*; reboot to get out' "$server_console"
says 'aborted, 1 of 2 boots measured' "$work/over"
as_it_was

begin "a verdict that is settled early" "$(arms base patched always-lock placebo)" \
	--mode keyed --boots 4
server_start
over "it ends before all boots are made" 1800
says 'done, (4|8|12) of 16 boots measured' "$work/over"
says '[0-9]+ boots.*saved' "$work/over"
says '^dmafp: IMPROVED' "$work/campaign/report.txt"
as_it_was
finish
