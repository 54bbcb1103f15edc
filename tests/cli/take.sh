#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dmafp prepare and release from outside, where nothing is there to be taken.
# Usage: take.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

expect "no device" 64 'prepare' prepare
expect "no PCI address" 64 "'nvme0' is no PCI address" prepare nvme0
expect "no such device" 76 'no PCI device 0000:ff:1f.7' prepare ff:1f.7 --state state
expect "release: no PCI address" 64 "'nvme0' is no PCI address" release nvme0
expect "nothing is prepared: JSON" 0 '^\[\]$' release --state state --json
expect "nothing is prepared: a note" 0 '^note: 0000:ff:1f.7 is not prepared' \
	release ff:1f.7 --state state

nothing_is_made() {
	[ ! -e state ] || { ls -R state; return 1; }
}
check "no state is made where nothing is prepared" nothing_is_made

mkdir state
echo '{"what":"prepare","pci":"0000:ff:1f.7","boot":"another","driver":"nvme","driver_override":""}' \
	>state/journal
expect "after a reboot: forgotten" 0 '^0000:ff:1f.7 forgotten: had driver nvme, has driver none$' \
	release --state state
echo '{"what":"prepare","pci":"0000:ff:1f.7","boot":"another","driver":"nvme"}' >>state/journal
expect "one that cannot be does not keep the others" 64 '^0000:ff:1f.7 forgotten' \
	release nvme0 ff:1f.7 --state state
echo '{"what":"prepare","pci":"0000:ff:1f.7","boot":"another","driver":"nvme"}' >>state/journal

forgotten_as_json() {
	"$dmafp" release --state state --json >out.json || return 1
	jq -e '. == [{"device": "0000:ff:1f.7", "done": "forgotten", "driver_before": "nvme",
		"driver_override_before": null, "driver_now": null}]' out.json
}
check "the same as JSON" forgotten_as_json

echo 'no record' >>state/journal
expect "a damaged journal" 65 'state/journal: line 7 is no record' release --state state

summary
