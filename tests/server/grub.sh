#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A campaign by GRUB's one-shot entry: each reboot goes through the firmware, and a
# power cut ends in the kernel that GRUB boots by itself.
. "$(dirname "$0")/lib.sh"
server_build
# a unit that is not up at once
printf '[Service]\nType=oneshot\nExecStart=/bin/sleep 3\n' >"$work/slow"
server_put "$work/slow" /etc/systemd/system/slow.service
server_append="$server_append systemd.wants=slow.service"
expect 0 "GRUB, on a disk of its own" server_install_grub
[ "$failures" -eq 0 ] || finish
printf '# an entry of somebody else\n' >"$work/custom.cfg"
server_put "$work/custom.cfg" /boot/grub/custom.cfg
# shellcheck disable=SC2046
server_campaign $(arms base patched) --mode keyed,kdump --boots 1 --seed 1 --fixed \
	--reboot grub --failures 3 --tune

# What cannot go well is said before anything is begun
server_hooks <<'HOOKS'
start() {
	arm=base=/boot/base/bzImage$1
	[ $# -eq 0 ] || shift
	dmafp campaign start --yes -p /srv/server.ini -d 0000:00:04.0 --reboot grub \
		--arm "$arm" "$@" 2>&1
	echo "refused: $?"
}
before() {
	start '' --cmdline 'root=/dev/vda memmap=1G$2G'
	start '' --cmdline "root=/dev/vda $(printf '%02000d' 0)"
	start ',append=quiet -- single'
	start ,patch=/srv/none
	mkdir -p /var/lib/dmafp/campaign/results
	start
	rmdir /var/lib/dmafp/campaign/results
	echo '{"what":"end","how":"aborted","why":""}' >/var/lib/dmafp/campaign/journal
	start
	rm /var/lib/dmafp/campaign/journal
	start '' --run-limit 0
	start '' --mode kdump --set traffic.tools=fio
	start '' --set pktgen.receive=yes
	start '' --set traffic.tools=fio --set fio.jobs=randwrite-4k
	start '' --set traffic.tools=fio --disk /dev/nvme0n1 --destroy --set fio.ios=0
	echo CONFIG_KASAN=y >>/boot/base/config
	start
	dmafp campaign start --force -p /srv/server.ini -d 0000:00:04.0 --arm base=/boot/base/bzImage \
		</dev/null 2>&1 | tail -n 1
	sed -i '$ d' /boot/base/config
}
HOOKS

# GRUB's writes go by the firmware, which flushes no disk: until somebody else does,
# the choice may come back, and the same attempt is begun once more.
in_arm='Kernel command line: .*dmafp_turn='
server_start
expect 0 "GRUB boots an arm" server_wait 1800 "$in_arm"
expect 0 "which gets to work" server_wait 900 ': (measuring|crashing)'
expect 0 "and the power is cut there" server_cut
server_get "$work/disk" /boot/grub
says '^menuentry .dmafp-campaign. --id dmafp-campaign' "$work/disk/grub/custom.cfg"
expect 1 "GRUB has forgotten the choice" grep next_entry=dmafp "$work/disk/grub/grubenv"
server_start
expect 0 "GRUB boots the machine's own kernel" server_wait 900 'Kernel command line:'
expect 1 "not the arm's again" grep -qa "$in_arm" "$server_console"
for refusal in "GRUB's entry cannot have any of" 'is longer than the kernel takes' \
	'append= may have neither -- nor dmafp_turn=' 'cannot read /srv/none' \
	'there is a campaign in /var/lib/dmafp/campaign already \(results\)' \
	'there is a campaign in /var/lib/dmafp/campaign already \(journal\)' \
	'run-limit is 1 to' 'has neither fio nor' 'receives, for which a campaign has no' \
	'fio job randwrite-4k writes to a disk' 'a fio job has no end' \
	'no verdict would come of these kernels' '^  arm base: CONFIG_KASAN is on'; do
	says "$refusal" "$server/console.1"
done
expect 0 "all of them are refused" test "$(grep -ac '^refused: 6[46]' "$server/console.1")" -eq 12
says 'nobody to ask: say --yes' "$server/console.1" # by --force
over "the campaign goes on to its end" 1800
says 'done, 4 of 4 boots measured' "$work/over"
as_it_was
# measured_late: in an arm's kernel the module is loaded once the slow unit is over
measured_late() {
	tr '[]' '  ' <"$server_console" | awk '
	/Kernel command line:/ { arm = /dmafp_turn=/ && !/rdinit=/ }
	arm && /dmafp: loading out-of-tree/ { nr++; early += $1 < 3 }
	END { print nr + 0 " boots, " early + 0 " too early"; exit early || !nr }'
}
expect 0 "all units were started before it was measured" measured_late
says 'this machine does not have: ' "$work/campaign/logs/002-patched-keyed-1.1-keyed.log" # tuned
expect 0 "each boot was measured once" test "$(ls "$work/campaign/results" | wc -l)" -eq 4
server_get "$work/end" /boot/grub
expect 0 "GRUB's menu is as it was" diff "$work/custom.cfg" "$work/end/grub/custom.cfg"
expect 1 "nothing is chosen" grep next_entry "$work/end/grub/grubenv"
finish
