# SPDX-License-Identifier: GPL-2.0-or-later
#
# For the tests on the server: sourced, with the built binary as $1.
. "$(dirname "$0")/../vm/lib.sh"
server=$work/server
server_room=$here
. "$here/machine.sh"
campaign=/var/lib/dmafp/campaign
# no guest outlives its test
trap 'server_alive && kill -KILL "$server_pid"' EXIT
trap 'exit 130' INT TERM

server_build() {
	mkdir -p "$server"
	expect 0 "the server's disk, with all arms" server_make "$dmafp"
	[ "$failures" -eq 0 ] || finish
}

# arms NAME...: options for arms that are in /boot; the first names its module, that of
# the others modprobe finds
arms() {
	printf ' --arm %s' "$1=/boot/$1/bzImage,module=/boot/$1/dmafp.ko"
	shift
	for arm in "$@"; do
		printf ' --arm %s' "$arm=/boot/$arm/bzImage"
	done
}

# server_campaign OPTION...: at its first boot a campaign is begun with these options;
# in each later one it is let run, and once it does not go on the state of the machine
# is told, and it switches itself off
server_campaign() {
	sed "s|@OPTIONS@|$*|" "$here/at-boot.in" >"$work/at-boot"
	server_put "$work/at-boot" /srv/at-boot
}

# server_hooks: functions for at-boot.in, from stdin
server_hooks() {
	cat >"$work/hooks"
	server_put "$work/hooks" /srv/hooks
}

# over WHAT SECONDS: it comes to its end, and switches itself off; its last words are
# $work/over, the campaign's folder is $work/campaign
over() {
	checks=$((checks + 1))
	echo "- $1"
	if ! server_wait "$2" 'at-boot: the campaign' || ! server_off 600; then
		fail "$1: the machine does not come to an end; its console ends so:"
		tail -n 20 "$server_console"
		server_cut
	fi
	tr -d '\r' <"$server_console" | sed '1,/^at-boot: the campaign/d' >"$work/over"
	cat "$work/over"
	rm -rf "$work/campaign"
	server_get "$work" "$campaign"
}

# as_it_was: nothing of the campaign is left on the machine
as_it_was() {
	says '^unit: disabled' "$work/over"
	says '^kernels loaded: 00' "$work/over"
	says '^device: \(null\) .*/nvme$' "$work/over"
	says '^device: \(null\) .*/e1000e$' "$work/over"
	expect 1 "dmafp.ko is not loaded" grep '^modules:.* dmafp ' "$work/over"
	expect 1 "no folder of work is left" test -e "$work/campaign/work"
}
