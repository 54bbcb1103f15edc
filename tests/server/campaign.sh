#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A campaign of 4 arms x 3 boots x {keyed, kdump} runs on the server, unattended, and
# its power is cut at 30 moments drawn at random.  It must end with exactly the
# planned results, each once, the right verdict, and the machine as it was.
#
#	SEED=N KILLS=N BOOTS=N sh campaign.sh BUILD/dmafp
#
# SEED draws the moments and what is lost of the disk's unflushed writes.
. "$(dirname "$0")/lib.sh"
SEED=${SEED:-$(date +%s)}
kills=${KILLS:-30}
boots_each=${BOOTS:-3}
planned=$((boots_each * 8))
echo "SEED=$SEED KILLS=$kills BOOTS=$boots_each"

# draw N: one of 0 to N-1
random=$((SEED % 2147483648))
draw() {
	random=$(((random * 1103515245 + 12345) % 2147483648))
	drawn=$((random / 65536 % $1))
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

# Boots that are done, as the console of this life says
boots_on_console() {
	grep -aoE "\[[0-9]+/$planned\]" "$server_console" | tail -n 1 | grep -oE '[0-9]+' |
		head -n 1 | grep . || echo "$boots"
}

# reached BOOTS WORD: so many are done, and the console has the word, if it still can
reached() {
	[ "$(boots_on_console)" -ge "$1" ] || return 1
	[ -z "$2" ] || grep -qa "$2" "$server_console" ||
		[ "$(boots_on_console)" -ge $((planned - 2)) ]
}

# live BOOTS KERNELS [WORD]: until so many more are done, and the console has the word;
# then a part, drawn at random, of the time that so many kernels take: each takes as
# long as it took in $home until the campaign was at work.  From power-on there are up
# to three to a boot: the machine's own, the arm's, its capture kernel.  Fails if the
# machine went off by itself, or goes nowhere.
live() {
	span=$((home * $2))
	# the last one is not to be done before the last kill
	[ "$boots" -lt $((planned - 1)) ] || span=$home
	born=$(now_ms)
	seen=
	until=
	moment=0
	while [ -z "$until" ] || [ "$moment" -lt "$until" ]; do
		server_alive && [ "$moment" -lt 1200000 ] || return 1
		moment=$(($(now_ms) - born))
		if [ -z "$seen" ] && grep -qa ': rebooting' "$server_console"; then
			seen=$moment
		fi
		if [ -z "$until" ] && reached $((boots + $1)) "${3-}"; then
			draw "$span"
			until=$((moment + drawn))
		fi
		sleep 0.1
	done
	home=${seen:-$home}
}

# What the machine was doing, as its console says
doing() {
	here_line=$(grep -a 'Kernel command line:' "$server_console" | tail -n 1)
	case $here_line in
	*elfcorehdr=*rdinit=*) kernel="capture kernel" ;;
	*dmafp_turn=*) kernel="arm's kernel" ;;
	*command*) kernel="own kernel" ;;
	*) kernel="firmware" ;;
	esac
	# the last of its words in this boot
	word=$(tac "$server_console" | sed '/Kernel command line:/q' |
		grep -aoE 'measuring|crashing|rebooting|Trigger a crash|Restarting system|Starting new kernel' |
		head -n 1)
	echo "$kernel${word:+, $word}"
}

# What the campaign finds on the disk when it goes on
look() {
	rm -rf "$work/disk"
	server_get "$work/disk" "$campaign"
	boots=$(ls "$work/disk/campaign/results" 2>/dev/null | wc -l)
	record=$(jq -Rr 'fromjson? | [.turn, .attempt, .step // .what] | map(. // empty) |
		join(" ")' "$work/disk/campaign/journal" 2>/dev/null | tail -n 1)
}

server_build
# shellcheck disable=SC2046
server_campaign $(arms base patched always-lock placebo) --mode keyed,kdump --boots "$boots_each" --failures 12 --fixed --boot-limit 120
boots=0
home=15000
row='%4s  %7s  %-40s  %-40s  %s\n'
printf "$row" kill second 'the machine was in' 'journal' 'done; writes never flushed'
nr=0
while [ "$nr" -lt "$kills" ]; do
	# on a course that leaves some for after the last kill
	goal=0
	[ $((boots * kills)) -ge $(((planned - 4) * nr)) ] || goal=1
	server_start
	# each fifth around a capture kernel, which is soon gone
	if [ $((nr % 5)) -eq 4 ] && [ "$boots" -lt $((planned - planned / 6)) ]; then
		live 0 1 ': crashing' || break
	else
		live $goal 3 || break
	fi
	nr=$((nr + 1))
	was=$(doing)
	echo "${was%%,*}" >>"$work/places"
	server_cut
	look
	printf "$row" $nr "$((moment / 1000)).$((moment % 1000 / 100))" "$was" "$record" \
		"$boots; $server_settled"
done
sort "$work/places" | uniq -c | sed 's/^/  /'

checks=$((checks + 1))
[ "$nr" -eq "$kills" ] || fail "the campaign was over after $nr of $kills kills"
server_start
over "after the last one nobody disturbs it" 1800
as_it_was

echo "- the results are the planned ones, each once"
find "$work/campaign/results" -name '*.json' | sort >"$work/files"
xargs jq -r '[.arm, .mode, .device.label, (input_filename |
	capture("/[0-9]+-(?<turn>[^/]*)-(?<boot>[0-9]+)/") | .turn, .boot)] | join(" ")' \
	<"$work/files" | sort >"$work/have"
for boot in $(seq "$boots_each"); do
	for arm in base patched always-lock placebo; do
		for mode in keyed kdump; do
			echo "$arm $mode nic $arm-$mode $boot"
			echo "$arm $mode nvme $arm-$mode $boot"
		done
	done
done | sort >"$work/want"
expect 0 "as planned" diff "$work/want" "$work/have"
xargs jq -r '.created + .device.pci' <"$work/files" | sort | uniq -d >"$work/twice"
find "$work/campaign/results" -type f -exec sha256sum {} + | cut -c 1-64 | sort | uniq -d \
	>>"$work/twice"
expect 1 "none is the same as another" test -s "$work/twice"
holds "in one folder a boot, the planned ones" "$work/campaign/campaign.json" \
	"[.turns[].name] | sort == $(cd "$work/campaign/results" && ls | jq -R . | jq -sc sort)"
find "$work/campaign" | sed "s|^$work/campaign||" | grep -vE \
	'^(|/(campaign\.json|journal|profile\.ini|context\.json|report\.(txt|html)|arms|logs|results))$' |
	grep -vE '^/arms/(base|patched|always-lock|placebo)\.sha256$' |
	grep -vE '^/logs/[0-9]+-[a-z0-9-]+\.[0-9]+-[a-z]+\.log$|^/results/[0-9]+-[a-z0-9-]+(/[a-z0-9.-]+\.json)?$' \
		>"$work/left"
expect 1 "nothing else is left" grep . "$work/left"

echo "- the verdict"
says '^dmafp: IMPROVED' "$work/campaign/report.txt"
head -n 6 "$work/campaign/report.txt"
expect 0 "it is the same from outside" "$dmafp" diff -f json -o "$work/report.json" \
	"$work/campaign/results"
xargs jq -s 'map(.domain)' <"$work/files" >"$work/domains"
holds "in instructions" "$work/domains" 'all(. == "exact")'
for arm in patched=-3 always-lock=20 placebo=0; do
	holds "$arm on every row that ran the path" "$work/report.json" \
		"[.sections[].rows[] | select(.reached) | .arms[\"${arm%=*}\"].minus_base] |
		 length > 0 and all(.min == ${arm#*=} and .p50 == ${arm#*=} and .p99 == ${arm#*=})"
done
finish
