# SPDX-License-Identifier: GPL-2.0-or-later
#
# For the tests of the module, which run as PID 1 of throw-away guests: sourced
# after lib.sh.
uapi=$here/../../kmod/uapi

# compile NAME OPTION...: the test program
compile() {
	program=$1
	shift
	expect 0 "the tests compile $*" gcc -D_GNU_SOURCE -std=gnu11 -O1 -g0 -Wall -Wextra \
		-Werror -static -pthread "$@" -I "$uapi" -o "$work/$program" "$here"/module_*.c
}

# kernel OPTION...: build it, and the module for it
kernel() {
	expect 0 "kernel and module $*" "$dmafp" lab --build-only --arm base "$@"
	bzimage=$(cut -f 2 "$work/out")
	build=$(cut -f 3 "$work/out")
	module=$(cut -f 4 "$work/out")
}

debug_kernel() {
	kernel --config "$here/../../configs/kernel/debug.config"
}

# pack FILE...: what the guest has, next to the module
pack() {
	cp "$module" "$work/dmafp.ko"
	(cd "$work" && printf '%s\n' dmafp.ko "$@" | cpio --quiet -o -H newc >initrd)
}

# boot NAME 'QEMU OPTIONS' 'KERNEL OPTIONS' PROGRAM ARGUMENT...: one guest; it
# ends QEMU with status 33, which no panic, reset, usage error or time limit
# does.  The guest may take $time_limit seconds.
boot() {
	name=$1 machine=$2 options=$3 program=$4
	shift 4
	# shellcheck disable=SC2086
	timeout --foreground --kill-after=5 "$time_limit" qemu-system-x86_64 -nodefaults \
		-no-user-config -M q35,kernel-irqchip=split -cpu max $machine \
		-rtc base=2000-01-01T00:00:00,clock=vm -seed 1 \
		-device intel-iommu,intremap=on \
		-blockdev driver=null-co,node-name=disk,size=67108864,read-zeroes=on \
		-device nvme,drive=disk,serial=dmafp,addr=0x4 -device e1000e,addr=0x5 \
		-device pcie-root-port,id=bridge,addr=0x6 \
		-device isa-debug-exit,iobase=0xf4,iosize=4 \
		-display none -serial "file:$work/$name.log" -no-reboot \
		-kernel "$bzimage" -initrd "$work/initrd" -append "console=ttyS0 loglevel=5 \
		panic=-1 oops=panic nokaslr no_timer_check intel_iommu=on $options \
		rdinit=/$program -- $*" </dev/null
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
	elif grep -E 'WARNING: |BUG|Oops|panic - |INFO: |Call Trace|stall|protection fault|refcount_t|UBSAN|KASAN: |DMA-API: ' \
		"$log.txt"; then
		fail "$1: the kernel says what is above; see $log"
	fi
	grep '^module tests: ' "$log.txt" | sed "s/^/$1: /"
}

# Exact: a tick is an instruction; one CPU.  Two CPUs: no figure can be trusted.
icount='-m 512M -accel tcg -icount shift=0,sleep=off -smp 1'
two_cpus='-m 1536M -accel tcg,thread=multi -smp 2'
# With a thread per CPU QEMU 7.2 now and then runs code of before it was patched,
# which is deadly where a probe was on a function as busy as mutex_lock(), or as a
# map while there is traffic.
two_in_turn='-m 2G -accel tcg,thread=single -smp 2'
