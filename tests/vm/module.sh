#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module itself: its ABI header on the host, its tests in throw-away guests.
. "$(dirname "$0")/lib.sh"

uapi=$here/../../kmod/uapi
time_limit=60 # of one boot, in seconds

# --- the header: alone, in both languages
for header in dmafp.h dmafp_ops.h; do
	expect 0 "$header alone as C" gcc -x c -std=c11 -Wall -Wextra -Wpedantic -Werror \
		-fsyntax-only "$uapi/$header"
	expect 0 "$header alone as C++" g++ -x c++ -std=c++11 -Wall -Wextra -Wpedantic \
		-Werror -fsyntax-only "$uapi/$header"
done

# --- what the guest runs
expect 0 "kernel and module" "$dmafp" lab --build-only --arm base
bzimage=$(cut -f 2 "$work/out")
module=$(cut -f 4 "$work/out")
expect 0 "the tests compile" gcc -std=gnu11 -O1 -g0 -Wall -Wextra -Werror -static -pthread \
	-I "$uapi" -o "$work/init" "$here"/module_*.c
[ "$failures" -eq 0 ] || finish
cp "$module" "$work/dmafp.ko"
(cd "$work" && printf 'init\ndmafp.ko\n' | cpio --quiet -o -H newc >initrd)

# boot NAME 'QEMU OPTIONS' 'KERNEL OPTIONS' TEST ARGUMENTS: one guest; it ends
# QEMU with status 33, which no panic, reset, usage error or time limit does.
boot() {
	name=$1
	# shellcheck disable=SC2086
	timeout --foreground --kill-after=5 $time_limit qemu-system-x86_64 -nodefaults \
		-no-user-config -M q35,kernel-irqchip=split -cpu max -m 512M $2 \
		-rtc base=2000-01-01T00:00:00,clock=vm -seed 1 \
		-device intel-iommu,intremap=on \
		-blockdev driver=null-co,node-name=disk,size=67108864,read-zeroes=on \
		-device nvme,drive=disk,serial=dmafp,addr=0x4 -device e1000e,addr=0x5 \
		-device pcie-root-port,id=bridge,addr=0x6 \
		-device isa-debug-exit,iobase=0xf4,iosize=4 \
		-display none -serial "file:$work/$name.log" -no-reboot \
		-kernel "$bzimage" -initrd "$work/initrd" -append "console=ttyS0 loglevel=5 \
		panic=-1 oops=panic nokaslr intel_iommu=on $3 rdinit=/init -- $4" </dev/null
}

# passes NAME: its tests did, its console holds no fault, its last word is the word
passes() {
	log=$work/$1.log
	checks=$((checks + 1))
	tr -d '\r' <"$log" >"$log.txt"
	grep -E '^(ok|not ok|#) ' "$log.txt" | sed 's/^/  /'
	if [ "$(tail -n 1 "$log.txt")" != success ]; then
		fail "$1: the last word is not 'success'; the console ends so:"
		tail -n 15 "$log.txt"
	elif grep -E 'WARNING: |BUG|Oops|panic - |INFO: |Call Trace|stall|protection fault|refcount_t|UBSAN|KASAN' \
		"$log.txt"; then
		fail "$1: the kernel says what is above; see $log"
	fi
	grep '^module tests: ' "$log.txt" | sed "s/^/$1: /"
}

icount='-accel tcg -icount shift=0,sleep=off -smp 1'
expect 33 "plain, exact" boot plain "$icount" noapictimer \
	'plain exact abi device measure'
passes plain
expect 33 "keyed, exact" boot keyed "$icount" 'noapictimer elfcorehdr=0x1000' \
	'keyed exact measure'
passes keyed
expect 33 "plain, two CPUs" boot races '-accel tcg,thread=multi -smp 2' '' \
	'plain races measure races'
passes races
none_left

finish
