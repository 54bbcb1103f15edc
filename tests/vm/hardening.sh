#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module's tests on kernels that guard indirect calls: gcc with IBT, retpolines
# and return thunks, and clang with kCFI besides.  Cold, it builds two kernels.
#
# QEMU's TCG has no CET: ENDBR64 is compiled in and sealed, but missing ones do not
# fault.  kCFI is software, and its hashes are sealed too: it is live.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/module_lib.sh"
time_limit=600 # of one boot, in seconds

configs=$here/../../configs/kernel
llvm=-16
mitigations='noapictimer iommu.strict=1 spectre_v2=retpoline,generic loglevel=7'

# has NAME PATTERN: a guest's console does
has() {
	checks=$((checks + 1))
	grep -qE -e "$2" "$work/$1.log.txt" || fail "$1: its console has no '$2'"
}

# quiet NAME MAKE-OPTION...: the module compiles without a word from compiler or
# objtool, which follows the indirect calls
quiet() {
	rm -rf "$work/kmod"
	cp -a "$here/../../kmod" "$work/kmod"
	what=$1
	shift
	expect 0 "$what: the module compiles" make -C "$build" M="$work/kmod" DMAFP_WERROR=1 \
		"$@" modules
	checks=$((checks + 1))
	! grep -i warning "$work/out" "$work/err" || fail "$what: see above"
	[ "$failures" -eq 0 ] || finish
	module=$work/kmod/dmafp.ko
}

# tested NAME: the module's tests pass in modes plain and keyed
tested() {
	pack init
	expect 33 "$1, plain" boot "$1-plain" "$icount" "$mitigations" \
		init plain exact abi device
	passes "$1-plain"
	has "$1-plain" 'Spectre V2 : Mitigation: Retpolines'
	expect 33 "$1, keyed" boot "$1-keyed" "$icount" "$mitigations elfcorehdr=0x1000" \
		init keyed exact measure
	passes "$1-keyed"
	expect 33 "$1, two CPUs" boot "$1-races" "$two_cpus" "$mitigations" \
		init plain races races
	passes "$1-races"
}

# clang_kernel: of the same source and configuration, with kCFI
clang_kernel() {
	source=$(dirname "$build")
	{
		cat "$configs/hardened.config" "$configs/required.config"
		echo CONFIG_CFI_CLANG=y
		echo '# CONFIG_CFI_PERMISSIVE is not set'
		# what makes a call of the wrong type
		echo CONFIG_RUNTIME_TESTING_MENU=y
		echo CONFIG_LKDTM=y
	} >"$work/asked"
	key=$({ echo "$source" && clang$llvm --version && cat "$work/asked"; } | sha256sum |
		cut -c 1-12)
	build=$cache/clang-$key
	bzimage=$build/arch/x86/boot/bzImage
	[ ! -e "$build/.dmafp-built" ] || return
	expect 0 "clang: configuring" make -s -C "$source" O="$build" LLVM=$llvm \
		KCONFIG_ALLCONFIG="$work/asked" allnoconfig
	expect 0 "clang: compiling the kernel" make -s -j"$(nproc)" -C "$source" O="$build" \
		LLVM=$llvm bzImage modules_prepare
	expect 0 "clang: what it exports" cp "$build/vmlinux.symvers" "$build/Module.symvers"
	[ "$failures" -eq 0 ] || finish
	touch "$build/.dmafp-built"
}

# configured: every option that was asked for
configured() {
	checks=$((checks + 1))
	grep '^CONFIG' "$work/asked" | grep -vxFf "$build/.config" >"$work/lost" || return
	fail "these options got lost: $(cat "$work/lost")"
}

compile init
kernel --config "$configs/hardened.config"
[ "$failures" -eq 0 ] || finish
quiet gcc
tested gcc

clang_kernel
configured
quiet clang LLVM=$llvm
tested clang
has clang-plain 'Using kCFI'

# and it is live: the guest dies of such a call, which ends QEMU by a reset
expect 0 "clang, a call of the wrong type" boot stray "$icount" "$mitigations" \
	init plain exact stray
tr -d '\r' <"$work/stray.log" >"$work/stray.log.txt"
has stray 'CFI failure at lkdtm_indirect_call'
has stray 'Kernel panic'

finish
