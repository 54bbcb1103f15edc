#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever goes wrong: one clear message, its own exit code, nothing left.
. "$(dirname "$0")/lib.sh"

patch=$here/patches

# --- before anything boots
expect 67 "patch does not apply" lab a -p "$patch/does-not-apply.patch"
says 'does-not-apply.patch does not apply'
says 'drivers/iommu/iommu.c:'
expect 68 "patch does not compile" lab b -p "$patch/does-not-compile.patch" --arm patched
says "error: .nothing_of_this_name. undeclared"
expect 66 "no such patch" lab c -p "$work/none.patch"
expect 66 "not a patch" lab d -p "$here/lib.sh"
says 'holds no patch'
expect 66 "not a kernel tree" lab e --kernel-src "$here"
says 'is not a kernel tree: it has no Makefile'
expect 66 "no such tree" lab f --kernel-src "$work/none"
printf 'CONFIG_X86_LOCAL_APIC_OF_NO_KERNEL=y\n' | cat "$here/../../configs/kernel/default.config" - \
	>"$work/lost.config"
expect 70 "option that does not reach .config" lab g --config "$work/lost.config" --arm base
says 'CONFIG_X86_LOCAL_APIC_OF_NO_KERNEL=y'
printf '[run]\nitertions = 5\n' >"$work/typo.ini"
expect 64 "profile with an unknown key" "$dmafp" lab --profile "$work/typo.ini"
says "typo.ini:2: .*itertions.*iterations"
mkdir "$work/there"
expect 64 "output folder is there already" lab there
says 'is there already'
none_left

# --- QEMU
mkdir "$work/empty" "$work/fake"
for tool in sh env git gcc make; do
	ln -s "$(command -v $tool)" "$work/empty/$tool"
done
expect 69 "QEMU is missing" env PATH="$work/empty" "$dmafp" lab --output "$work/h"
says 'qemu-system-x86_64 is not installed'
cat >"$work/fake/qemu-system-x86_64" <<FAKE
#!/bin/sh
case "\$*" in
--version | "-device help") exec $(command -v qemu-system-x86_64) "\$@" ;;
esac
kill -9 \$\$
FAKE
chmod +x "$work/fake/qemu-system-x86_64"
expect 75 "QEMU is killed" env PATH="$work/fake:$PATH" "$dmafp" lab --output "$work/i" \
	--arm base --mode keyed
says 'QEMU was killed by signal 9'
says 'console: .*/boots/base-keyed-1/console.log'

# --- the guest
expect 71 "WARN" lab j --arm patched --mode keyed -p "$patch/warn.patch"
says 'boot patched-keyed-1: .*WARNING: CPU'
expect 71 "oops" lab k --arm patched --mode keyed -p "$patch/oops.patch"
says 'BUG: kernel NULL pointer dereference'
expect 72 "hang" "$dmafp" lab --output "$work/l" --profile "$here/profiles/short.ini" \
	--arm patched --mode keyed -p "$patch/hang.patch"
says 'not done within 30 s \(mode keyed'
expect 73 "capture kernel does not come up" "$dmafp" lab --output "$work/m" \
	--profile "$here/profiles/short.ini" --arm patched --mode kdump \
	-p "$patch/no-capture.patch"
says 'the capture kernel did not come up'
none_left

finish
