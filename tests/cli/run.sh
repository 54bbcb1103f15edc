#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The built program from outside: exit codes, messages, files. Prints TAP.
# Usage: run.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# --- help -----------------------------------------------------------------

expect "help" 0 '^  run  ' help
expect "--help" 0 '^  list  ' --help
expect "--version" 0 '^dmafp [0-9]+\.[0-9]+\.[0-9]+$' --version
expect "help run" 0 '^Usage: dmafp run \[OPTION\]' help run
expect "run --help" 0 '^  -p, --profile=NAME ' run --help
expect "help of an unknown command" 64 "unknown command 'rnu', did you mean 'run'" help rnu

the_guest_is_hidden() {
	"$dmafp" help >help.txt && grep -qw run help.txt && ! grep -qw guest help.txt
}
check "guest is not in help" the_guest_is_hidden

every_command_has_help() {
	local command commands
	commands=$("$dmafp" help | sed -n 's/^  \([a-z]\+\)  .*/\1/p')
	[ "$(wc -w <<<"$commands")" -ge 5 ] || { echo "commands: $commands"; return 1; }
	for command in $commands; do
		"$dmafp" "$command" --help | grep -q '^Usage: dmafp ' || {
			echo "$command --help shows no usage"
			return 1
		}
	done
}
check "every command has help" every_command_has_help

# --- usage errors -----------------------------------------------------------

expect "no command" 64 '^dmafp: no command given'
expect "unknown command" 64 "^dmafp: unknown command 'lsit', did you mean 'list'" lsit
expect "unknown option" 64 \
	"^dmafp: run: unknown option '--ouput', did you mean '--output'" run --ouput=x
expect "bad choice" 64 "not 'kdmp', did you mean 'kdump'" run --mode kdmp
expect "missing value" 64 "a value must follow '--arm'" run --arm
expect "too many arguments" 64 "one argument too many: 'b'" list a b
expect "unknown topic" 64 "cannot list 'opps'.*did you mean 'ops'" list opps

# --- profiles ---------------------------------------------------------------

printf '[run]\n\nitterations = 5\n' >typo.ini
expect "unknown key" 64 \
	"^dmafp: typo.ini:3: unknown key 'itterations' in \[run\], did you mean 'iterations'" \
	run --profile typo.ini --transport loopback
printf '[run]\nblock = 0\n' >range.ini
expect "value out of range" 64 "^dmafp: range.ini:2: .* from 1 to 1024$" \
	run --profile range.ini --transport loopback
printf '[run]\nops = map_pgae\n' >op.ini
expect "unknown op" 64 "no op 'map_pgae', did you mean 'map_page'" \
	run --profile op.ini --transport loopback
expect "unknown profile" 64 "no profile 'quikc' in .*, did you mean 'quick'" \
	run --profile quikc --transport loopback
expect "missing profile file" 66 "cannot read ./none.ini" \
	run --profile ./none.ini --transport loopback
printf '[profile]\ninclude = ./typo.ini\n' >outer.ini
expect "unknown key in an included file" 64 \
	"^dmafp: ./typo.ini:3: unknown key 'itterations' .* \(included by outer.ini:2\)$" \
	run --profile outer.ini --transport loopback
printf '[profile]\ninclude = outer.ini\n' >outer.ini
expect "a profile that includes itself" 64 \
	"^dmafp: outer.ini:2: include of 'outer.ini' goes in a circle$" \
	run --profile outer.ini --transport loopback

expect "--set of an unknown key" 64 \
	"^dmafp: --set itterations=5: unknown key 'itterations', did you mean 'iterations'" \
	run -p quick --set itterations=5 --transport loopback
expect "--set of a key of two sections" 64 "^dmafp: --set cpus=1: .* run.cpus or lab.cpus$" \
	run -p quick --set cpus=1 --transport loopback
expect "--set out of range" 64 "^dmafp: --set run.block=0: .* from 1 to 1024$" \
	run -p quick --set run.block=0 --transport loopback
expect "--set without a value" 64 "^dmafp: --set block: it takes KEY=VALUE" \
	run -p quick --set block --transport loopback
expect "--set of two lines" 64 "^dmafp: --set cmdline=a: a value is one line" \
	run -p quick --set $'cmdline=a\nb' --transport loopback
expect "--set of what the profile is called" 64 "^dmafp: --set name=x: " \
	run -p quick --set name=x --transport loopback
expect "--set that contradicts the profile" 64 \
	"^dmafp: .*/quick.ini --set methods=block --set block=600: 'block' is above 512" \
	run -p quick --set methods=block --set block=600 --transport loopback
expect "lab --set of an unknown key" 64 "^dmafp: --set bots=1: .* did you mean 'boots'" \
	lab --set bots=1 --dry-run
expect "run --show-profile" 0 '^block = 8  +; --set block=8$' \
	run -p quick --set block=8 --show-profile

# --- list -------------------------------------------------------------------

expect "list profiles" 0 '^  quick  ' list profiles
expect "list ops" 0 '^  map_page  ' list ops --transport loopback
expect "list devices" 0 '^  0000:00:04.0  nvme ' list devices --transport loopback
expect "list everything" 0 '^PCI devices:' list

list_is_json() {
	"$dmafp" list --json --transport loopback >list.json || return 1
	jq -e '(["null", "check", "map_page", "map_single", "map_sg", "map_resource",
		"alloc_coherent", "alloc_noncontiguous", "sync_single"] -
		[.ops[].name] == []) and
		([.ops[] | select(.entries) | .name] == ["map_sg"]) and
		([.ops[] | select(.sleeps) | .name] ==
		 ["alloc_coherent", "alloc_noncontiguous"]) and
		(.ops[] | select(.name == "map_page") | .on_path and
		 (.attrs | index("skip_cpu_sync"))) and
		.devices[0].usable == true and
		([.profiles[].name] | index("default"))' list.json >/dev/null
}
check "list --json" list_is_json

if [ -e /dev/dmafp ]; then
	skip "list ops without the module" "the module is loaded"
	skip "run without the module" "the module is loaded"
	skip "module that is not there" "the module is loaded"
else
	expect "list ops without the module" 0 '^  map_page +iommu_dma_map_page +yes +no$' list ops
	expect "run without the module" 69 'load the module' run -p quick
	expect "module that is not there" 66 'cannot open none.ko' \
		run -p quick --module none.ko
fi

# --- run --------------------------------------------------------------------

expect "run" 0 '^res/base-keyed-nvme-0000.00.04.0.json$' \
	run --transport loopback -p quick -m keyed -o res
check "a result per device" test -s res/base-keyed-nic-0000.00.05.0.json

no_temporary_files() {
	[ "$(find res | grep -cv '\.json$')" -eq 1 ] || { ls -la res; return 1; }
}
check "nothing but results is left" no_temporary_files

same_histograms() {
	"$dmafp" run --transport loopback -p quick -m keyed -o again >/dev/null 2>&1 || return 1
	local file
	[ -s res/base-keyed-nvme-0000.00.04.0.json ] || return 1
	for file in res/base-keyed-*.json; do
		# what an audit of this machine finds is of the moment, as its load
		cmp <(grep -v '"created"\|{"check": ' "$file") \
			<(grep -v '"created"\|{"check": ' "again/${file#*/}") || return 1
	done
}
check "the same run gives the same result" same_histograms

# The later of two settings counts, and the result says what was set.
settings_reach_the_result() {
	"$dmafp" run --transport loopback -p quick -m keyed -o set --set iterations=9 \
		--set run.iterations=11 >out 2>err || { cat err; return 1; }
	jq -e --arg sha256 "$(jq -r .profile.sha256 res/base-keyed-nvme-0000.00.04.0.json)" \
		'.profile.name == "quick --set iterations=9 --set run.iterations=11" and
		.profile.sha256 != $sha256 and ([.cells[].map.hist.count] | all(. == 11))' \
		set/base-keyed-nvme-0000.00.04.0.json >/dev/null
}
check "--set reaches the result, which says so" settings_reach_the_result

# Without include and --set, a profile is the very file: old results bear its hash.
hash_of_the_file() {
	[ "$(jq -r .profile.sha256 res/base-keyed-nvme-0000.00.04.0.json)" = \
		"$(sha256sum <"$source/configs/profiles/quick.ini" | cut -d' ' -f1)" ]
}
check "a plain profile has the hash of its file" hash_of_the_file

# Every op by every method, and no cell that the module's rules would refuse.
all_profile() {
	"$dmafp" run --transport loopback -p all -m keyed -o everything >out 2>err || {
		cat err
		return 1
	}
	grep -q '^note: cycles is absent: ' err || { cat err; return 1; }
	jq -e '([.cells[].op] | unique | length == 9) and
		([.cells[].method] | unique == ["block", "latency", "sustained"]) and
		([.cells[] | select(.op == "map_sg") | [.entries, .layout]] | unique ==
		 [[1, "contiguous"], [16, "contiguous"], [16, "scattered"]]) and
		([.cells[].bytes] | max == 2097152) and
		([.cells[].workers[].counters[] | .state == "absent" and .value == null] | all) and
		([.cells[].map.series[0].points | length] | all(. > 0))' \
		everything/base-keyed-nic-*.json >/dev/null
}
check "profile all: every op by every method" all_profile

printf '[run]\nops = null\nmethods = block\nblock = 600\n' >block.ini
expect "keys that contradict each other" 64 "^dmafp: block.ini: 'block' is above 512" \
	run --transport loopback -p block.ini
printf '[run]\nops = null, check\ncpus = all\niterations = 0\nduration = 1\n' >all-cpus.ini
all_cpus() {
	"$dmafp" run --transport loopback -p all-cpus.ini -m plain -o cpus >/dev/null 2>&1 &&
		jq -e "(.cells[0].cpus | length == $(nproc)) and
			(.cells[0].workers | length == $(nproc)) and
			.cells[0].map.hist.count == 1000 * $(nproc)" cpus/*nvme*.json >/dev/null
}
check "all CPUs, bound by time" all_cpus

expect "bad arm" 64 "bad arm 'a/b'" run --transport loopback -p quick --arm a/b
expect "no such device" 76 'no PCI device 0000:00:09.0' \
	run --transport loopback -p quick -d 0000:00:09.0
echo '{"arm": 5}' >context.json
expect "bad context" 65 "context.json: member 'arm' is not a string" \
	run --transport loopback -p quick --context context.json
echo '{"arm": "patched"}' >context.json
expect "context" 0 '^res/patched-plain-nvme-' \
	run --transport loopback -p quick -m plain -c context.json -o res
touch file
expect "output is a file" 74 'file' run --transport loopback -p quick -o file/results

# A disk with room for one result: the first is whole, the second leaves no
# trace. The mount lives and dies with its own namespace.
full_disk() {
	local pages
	pages=$(($(stat -c %s res/patched-plain-nvme-*) / 4096 + 1))
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -rm bash -c '
		mkdir full && mount -t tmpfs -o "size=$2k" tmpfs full || exit 1
		"$1" run --transport loopback -p quick -m plain -o full >out 2>err
		code=$?
		[ $code -eq 74 ] || { echo "exit code $code"; cat err; exit 1; }
		grep -q "No space left on device" err || { cat err; exit 1; }
		[ "$(ls full)" = base-plain-nvme-0000.00.04.0.json ] || { ls full; exit 1; }
		tail -c 2 full/* | grep -q "}"' bash "$dmafp" $((4 * pages))
}
if unshare -rm true 2>/dev/null; then
	check "full disk: the finished result is kept" full_disk
else
	skip "full disk: the finished result is kept" "no user namespaces here"
fi

full_stdout() {
	"$dmafp" help 2>err >/dev/full
	[ $? -eq 74 ] && grep -q 'standard output' err
}
check "output that cannot be written" full_stdout

# to a reader that is gone
closed_stdout() {
	{ sleep 0.3; "$dmafp" doctor --list; echo $? >code; } 2>err | :
	[ "$(cat code)" -ne 0 ] && ! [ -s err ]
}
check "output that nobody reads: no words about it" closed_stdout

interrupted() {
	local pid code
	printf '[run]\niterations = 100000000\ncpus = 0\n' >long.ini
	"$dmafp" run --transport loopback -p long.ini -m plain -o stopped 2>err &
	pid=$!
	for _ in $(seq 100); do
		grep -q 'map_page\|null' err && break
		sleep 0.05
	done
	kill -TERM $pid
	wait $pid
	code=$?
	[ $code -eq 143 ] || { echo "exit code $code"; cat err; return 1; }
	[ -z "$(ls stopped)" ] || { ls stopped; return 1; }
}
check "SIGTERM ends a run with 143" interrupted

# --- watch ------------------------------------------------------------------

expect "watch --show and --stop" 64 'not both' watch --show --stop
expect "watch --show with a command" 64 'about the watch that is there' watch --show -- true
expect "watch --seconds with a command" 64 'not both: the watch ends' watch --seconds 1 -- true
[ -e /dev/dmafp ] || expect "watch without the module" 69 'load the module' watch -- true

# --- documents --------------------------------------------------------------

# NAME CODE of both, sorted
exit_codes_of_header() {
	sed -n 's/^\tDMAFP_EXIT_\([A-Z_]*\)\t*= \([0-9]*\),.*/\1 \2/p' \
		"$source/bench/base/err.h" | sort
}
exit_codes_of_document() {
	# shellcheck disable=SC2016 # the backquotes are the document's
	sed -n 's/^| \([0-9]*\) | `\([A-Z_]*\)` |.*/\2 \1/p' "$source/docs/exit-codes.md" | sort
}
exit_codes_agree() {
	[ "$(exit_codes_of_header | wc -l)" -gt 15 ] || { echo "header not read"; return 1; }
	diff <(exit_codes_of_header) <(exit_codes_of_document)
}
check "docs/exit-codes.md is what err.h says" exit_codes_agree

# The loopback has the table of the sources, whatever module is loaded.
ops_agree() {
	"$dmafp" list ops --transport loopback >ops.txt || return 1
	[ "$(wc -l <ops.txt)" -gt 10 ] || { echo "too few ops"; return 1; }
	diff ops.txt <(sed -n '/^```$/,/^```$/p' "$source/docs/ops.md" | grep -v '^```$') ||
		return 1
	local op
	for op in $(sed -n 's/^  \([a-z_]*\)  .*/\1/p' ops.txt | grep -v '^op$'); do
		grep -q "^\*\*$op\*\* " "$source/docs/ops.md" || {
			echo "no paragraph about $op"
			return 1
		}
	done
}
check "docs/ops.md is what list ops prints" ops_agree

summary
