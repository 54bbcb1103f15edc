#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody at the server's console types the commands of docs/server.md.
. "$(dirname "$0")/lib.sh"
server_build

# its block of commands, a line each, without the switching on and what is behind it
sed -n '/^    dmafp doctor/,/^    cat /s/^    //p' "$here/../../docs/server.md" |
	sed ':a; /\\$/ { N; s/\\\n *//; ba }' >"$work/commands"

mkfifo "$work/keyboard"
server_people <"$work/keyboard" >"$work/screen" 2>&1 &
people=$!
exec 3>"$work/keyboard"
trap 'exec 3>&-; kill "$people" 2>/dev/null; pkill -KILL -P "$people" 2>/dev/null' EXIT

# seen WHAT SECONDS PATTERN [COUNT]: so many lines of the screen have it
seen() {
	checks=$((checks + 1))
	echo "- $1"
	seen_until=$(($(date +%s) + $2))
	while [ "$(tr -d '\r' <"$work/screen" | grep -cE -e "$3")" -lt "${4:-1}" ]; do
		if [ "$(date +%s)" -ge "$seen_until" ] || ! kill -0 "$people" 2>/dev/null; then
			fail "$1: no '$3' on the screen, which ends so:"
			tail -n 20 "$work/screen"
			finish
		fi
		sleep 0.2
	done
}

# typed RC COMMAND: it ends with that status
nr=0
typed() {
	nr=$((nr + 1))
	echo "$2; echo status$nr=\$?" >&3
	seen "$2" 900 "^status$nr=$1\$"
}

# ended: the unit may still be at work when the shell is there, or reboot once more
ended() {
	ended_until=$(($(date +%s) + 900))
	until grep -q 'campaign: done, 8 of 8' "$work/screen"; do
		[ "$(date +%s)" -lt "$ended_until" ] || break
		echo 'grep -q dmafp_turn= /proc/cmdline || dmafp campaign status' >&3
		sleep 5
	done
	seen "and ends" 1 'campaign: done, 8 of 8 boots measured'
}

seen "the shell, and what it says first" 900 '^A server to try dmafp on'
seen "its prompt" 600 'root@.*# ?$'
while read -r line <&4; do
	case $line in
	'dmafp doctor'* | 'dmafp diff'*) typed 3 "$line" ;; # a driver has it; one arm is no verdict
	'dmafp campaign start'*)
		echo "$line" >&3
		seen "it says what it will do, and asks" 900 '^Type yes to begin'
		seen "of the crashes, too" 1 'CRASH THIS MACHINE ON PURPOSE 4 times'
		echo yes >&3
		seen "it begins" 600 '^begun: '
		seen "and measures all" 1800 'campaign: [a-z]+, 8 of 8 boots measured'
		ended
		;;
	*) typed 0 "$line" ;;
	esac
done 4<"$work/commands"
tr -d '\r' <"$work/screen" >"$work/seen"
says 'dmafp: IMPROVED' "$work/seen"
says 'patched +-3 on all' "$work/seen"
says '^dmafp campaign start --arm base=KERNEL --arm patched=KERNEL' "$work/seen"
says ' --arm placebo=KERNEL --mode keyed,kdump --boots 1$' "$work/seen"
echo poweroff >&3
checks=$((checks + 1))
wait "$people" || fail "the server was not switched off in peace"
finish
