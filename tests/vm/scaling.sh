#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Workers side by side on a guest of two NUMA nodes: they and their buffers are where the
# profile wants them, and those that wait for each other's mutex may sleep.
. "$(dirname "$0")/lib.sh"
profile=scaling

expect 3 "two nodes, in an ordinary kernel and in the one after a crash" "$dmafp" lab \
	--output "$work/nodes" --profile $profile --arm base --mode plain --mode kdump \
	--set boots=1 --set duration=20
result=$work/nodes/boot1/base-plain-nvme-0000.11.00.0.json
holds "two nodes, and the device on one" "$result" \
	'.machine.nr_nodes == 2 and .device.node == 0 and .domain == "timed"'
# Its memory is all on the other node.
holds "after the crash workers are where they were, and buffers where memory is" \
	"$work/nodes/boot1/base-kdump-nvme-0000.11.00.0.json" \
	'.device.node == 0 and ([.cells[] | select(.op == "map_page") |
	[.scaling.place, .scaling.worker_node, .node]] | unique) == [["local", 0, 1], ["remote", 1, 1]]'
holds "workers on the device's node, and on the other one" "$result" \
	'[.cells[] | select(.op == "map_page") | [.scaling.place, .scaling.worker_node, .node, .cpus]] ==
	[["local", 0, 0, [0]], ["local", 0, 0, [0, 1]], ["remote", 1, 1, [2]], ["remote", 1, 1, [2, 3]]]'
holds "they worked side by side, as long as they were told" "$result" \
	'.calibration.tick_khz as $khz | [.cells[].workers[] | .elapsed / $khz] | all(. >= 20)'
checks=$((checks + 1))
grep -q '^== Scaling: plain and kdump on nvme\|^== Scaling: plain on nvme' "$work/out" ||
	fail "no table of throughputs"

# QEMU dies in the first boot that it makes: it is made again, and told.  Without a host
# thread for each CPU it does not do that by itself, and it is a failure.
mkdir "$work/bin"
cat >"$work/bin/qemu-system-x86_64" <<-EOF
	#!/bin/sh
	case " \$* " in
	*" -kernel "*) [ -e "$work/crashed" ] || { touch "$work/crashed"; kill -SEGV \$\$; } ;;
	esac
	exec $(command -v qemu-system-x86_64) "\$@"
EOF
chmod +x "$work/bin/qemu-system-x86_64"
expect 3 "QEMU that crashes once" env PATH="$work/bin:$PATH" "$dmafp" lab --output "$work/again" \
	--profile $profile --arm base --set boots=1 --set duration=20
says 'note: QEMU crashed in boot base-keyed-1, which is made again'
rm "$work/crashed"
expect 75 "the same with CPUs in turn" env PATH="$work/bin:$PATH" "$dmafp" lab \
	--output "$work/once" --profile $profile --arm base --set boots=1 --accel tcg
says 'QEMU was killed by signal 11'

# What sleeps where it must not is told by this kernel.  Its DMA_API_DEBUG is off, since it
# takes one worker's mapping for another's now and then, see docs/safety.md.
expect 3 "a mutex that workers wait for" "$dmafp" lab --output "$work/wait" \
	--profile $profile --config "$here/../../configs/kernel/debug.config" \
	--arm base --arm always-lock --set boots=1 --set duration=20 --set lab.memory=2G \
	--set 'run.ops=null, check, map_page' --set 'run.methods=latency, sustained, block' \
	--set block=64 --set 'lab.cmdline=iommu.strict=0 dma_debug=off' --set time_limit=900
for arm in base always-lock; do
	holds "$arm: all cells are there" "$(echo "$work"/wait/boot1/$arm-keyed-nvme-*.json)" \
		'[.cells[] | select(.cpus | length > 1) | .preemptible] | length >= 7 and all'
done

none_left

finish
