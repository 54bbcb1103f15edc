#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dmafp watch in a real capture kernel: with the real nvme and e1000e drivers,
# and with tests/vm/breaker, which breaks what a deferred attach relies on.
. "$(dirname "$0")/lib.sh"

time_limit=600 # of the one boot, in seconds
config=$here/../../configs/kernel/debug.config

# --- kernel, modules, images
expect 0 "debug kernel and module" "$dmafp" lab --build-only --arm base --config "$config"
bzimage=$(cut -f 2 "$work/out")
kdir=$(cut -f 3 "$work/out")
module=$(cut -f 4 "$work/out")
cp -r "$here/breaker" "$work/breaker"
expect 0 "the breaker compiles" make -s -C "$kdir" M="$work/breaker" modules
[ "$failures" -eq 0 ] || finish

release=$(cat "$kdir/include/config/kernel.release")
capture=$work/root
mkdir -p "$capture/bin" "$capture/lib/modules/$release/kernel" "$work/first/capture"
find "$kdir" -name '*.ko' ! -name 'dmafp*.ko' -exec cp {} \
	"$capture/lib/modules/$release/kernel" \;
touch "$capture/lib/modules/$release/modules.order" \
	"$capture/lib/modules/$release/modules.builtin"
expect 0 "depmod" depmod -b "$capture" "$release"
cp /bin/busybox "$capture/bin/busybox"
cp "$dmafp" "$capture/dmafp"
cp "$module" "$capture/dmafp.ko"
cp "$work/breaker/breaker.ko" "$here/breaker/guest.sh" "$capture"
pack() {
	(cd "$1" && find . -mindepth 1 | cpio --quiet -o -H newc) >"$2"
}
pack "$capture" "$work/first/capture/initrd"
cp "$bzimage" "$work/first/capture/bzImage"
cp "$dmafp" "$work/first/init"
mkdir "$work/first/proc" "$work/first/sys" "$work/first/dev"
options='console=ttyS0 loglevel=5 panic=-1 nokaslr no_timer_check intel_iommu=on'
printf '%s' "$options nr_cpus=2 rdinit=/bin/busybox -- sh /guest.sh" \
	>"$work/first/capture/cmdline"
pack "$work/first" "$work/initrd"

boot() {
	timeout --foreground --kill-after=5 $time_limit qemu-system-x86_64 -nodefaults \
		-no-user-config -M q35,kernel-irqchip=split -accel tcg,thread=single \
		-cpu max -smp 2 -m 1536M -device intel-iommu,intremap=on \
		-blockdev driver=null-co,node-name=disk,size=67108864,read-zeroes=on \
		-device nvme,drive=disk,serial=dmafp,addr=0x4 -device e1000e,addr=0x5 \
		-device e1000e,addr=0x6 -device edu,addr=0x7 \
		-display none -serial "file:$work/console.log" -serial "file:$work/report" \
		-debugcon file:"$work/channel" -global isa-debugcon.iobase=0xe9 \
		-global isa-debugcon.readback=0xe9 -no-reboot \
		-kernel "$bzimage" -initrd "$work/initrd" \
		-append "$options crashkernel=512M rdinit=/init -- guest --idle --crash" \
		</dev/null
}
expect 0 "a crash, and the watch in its capture kernel" boot
tr -d '\r' <"$work/report" >"$work/report.txt"
grep -q '^@@ success' "$work/report.txt" || {
	fail "the guest did not come to its end; its console ends so:"
	tail -n 30 "$work/console.log"
	finish
}

# code NAME: exit code of its last step; the step's output is $work/NAME
code() {
	awk -v name="$1" -v file="$work/$1" '
		/^@@/ { on = $2 == name; if (on) { code = $3; printf "" >file }; next }
		on { print >file }
		END { print code }' "$work/report.txt"
}

# watched NAME CODE WHAT FILTER...: exit code, then pairs of text and jq filter
watched() {
	name=$1
	checks=$((checks + 1))
	got=$(code "$name")
	[ "$got" = "$2" ] || fail "$name: exit code $got, not $2: $(cat "$work/$name")"
	shift 2
	while [ $# -gt 0 ]; do
		holds "$name: $1" "$work/$name" "$2"
		shift 2
	done
}

# --- real drivers
# Two threads of one driver at one moment, or an atomic first map, would be a
# finding about the driver, and is to be looked at before this test is changed.
once='.entries == 1 and .concurrent == 0 and .atomic == 0 and .failed == 0'
watched nvme 0 "seen, attached once, no breach" \
	"[.devices[] | select(.driver == \"nvme\" and ($once))] | length == 1" \
	"called by the driver, by name" \
	'[.devices[].first.stack[] | select(test("^nvme_.*\\[nvme"))] | length > 0' \
	"all of it was seen" '.can_see and .sees_preemption and .missed == 0' \
	"switched off" '.still_watching | not'
watched e1000e 0 "seen, attached once, no breach" \
	"[.devices[] | select(.device == \"0000:00:05.0\" and .driver == \"e1000e\" and ($once))] | length == 1"
watched early-show 0 "watch=1 saw it without any program" \
	"[.devices[] | select(.device == \"0000:00:06.0\" and .driver == \"e1000e\" and ($once))] | length == 1" \
	"goes on" .still_watching
watched busy 64
watched early-stop 0 "stopped" '.still_watching | not' \
	"keeps what it saw" '.devices | length == 1'

# --- the breaker
edu='.devices[] | select(.device == "0000:00:07.0" and .driver == "breaker")'
watched good 0 "no breach" "$edu | $once"
watched atomic 4 "named, as atomic and not as concurrent" \
	"$edu | .atomic == 1 and .concurrent == 0 and .is_breach" \
	"with preemption off, interrupts on" \
	"$edu | .breach | .preempt_off and (.interrupt | not) and (.overlaps | not)" \
	"the breaker is in the stack" \
	"$edu | [.breach.stack[] | select(test(\"^breaker_map_atomic.*\\\\[breaker\"))] | length > 0" \
	"from its probe" "$edu | [.breach.stack[] | select(test(\"^breaker_probe\"))] | length == 1"
watched race 4 "named, as concurrent and not as atomic" \
	"$edu | .concurrent >= 1 and .atomic == 0 and .is_breach" \
	"two entries" "$edu | .entries == 2" \
	"another thread was inside" "$edu | .breach.overlaps" \
	"the breaker is in the stack" \
	"$edu | [.breach.stack[] | select(test(\"^breaker_.*\\\\[breaker\"))] | length > 0" \
	"by one of its threads" "$edu | .breach.thread | startswith(\"breaker/\")"
watched failing 79

checks=$((checks + 1))
[ "$(code atomic-text)" = 4 ] || fail "the text: $(cat "$work/atomic-text")"
says '^dmafp watch: BREACH' "$work/atomic-text"
says '^0000:00:07.0, driver breaker: BREACH' "$work/atomic-text"
says '^    breaker_map_atomic\+0x.* \[breaker\]' "$work/atomic-text"
sed 's/^/  | /' "$work/atomic-text"
code log >/dev/null
echo "- what the kernel itself said of it:"
sed 's/^/  | /' "$work/log"

finish
