#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Is a power cut of the server one?  What is synced stays, what is in the page cache is
# lost, what is in the disk's own cache may be either; and its watchdog resets it.
. "$(dirname "$0")/lib.sh"
server_build

cat >"$work/at-boot" <<'SCRIPT'
boots=$(($(cat /srv/boots 2>/dev/null || echo 0) + 1))
echo $boots >/srv/boots
sync
echo "at-boot: $boots"
[ $boots -eq 1 ] || exec systemctl poweroff
dd if=/dev/zero bs=4k count=64 of=/srv/direct
echo synced >/srv/synced
sync
tr '\0' A </dev/zero | dd bs=4k count=64 of=/srv/direct conv=notrunc oflag=direct iflag=fullblock
echo cached >/srv/cached
echo "at-boot: now"
SCRIPT
server_put "$work/at-boot" /srv/at-boot

# Not flushed for as long as it takes the file system to do so by itself: 5 s of the
# guest's
server_start
expect 0 "it boots and gets to work" server_wait 900 'at-boot: now'
expect 0 "the power is cut" server_cut
echo "  $server_settled"
server_get "$work/disk" /srv
expect 0 "what was synced is there" grep -q synced "$work/disk/srv/synced"
expect 0 "what was not is gone" sh -c "! grep -qs cached $work/disk/srv/cached"
there=$(tr -cd A <"$work/disk/srv/direct" | wc -c)
expect 0 "of what was never flushed some is there: $there of 262144 bytes" \
	test "$there" -gt 0 -a "$there" -lt 262144
expect 0 "some were torn" sh -c "case '$server_settled' in *' 0 torn'*) false ;; esac"

server_start
expect 0 "it goes on with that disk" server_wait 900 'at-boot: 2'
expect 0 "and switches itself off" server_off 600
expect 0 "in peace nothing is lost" sh -c "case '$server_settled' in *' 0 torn, 0 lost') ;; *) false ;; esac"

cat >"$work/at-boot" <<'SCRIPT'
if [ -e /srv/hung ]; then
	echo "at-boot: reset"
	exec systemctl poweroff
fi
touch /srv/hung
sync
exec 3>/dev/watchdog
echo "at-boot: nobody pings"
SCRIPT
server_put "$work/at-boot" /srv/at-boot
server_start i6300esb.heartbeat=5
expect 0 "where nobody pings the watchdog it is reset" server_wait 900 'at-boot: reset'
expect 0 "into its own kernel" server_off 600
finish
