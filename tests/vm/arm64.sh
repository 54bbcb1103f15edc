#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module compiles for arm64, with that architecture's own stamp, and uses
# nothing that a kernel there does not export.  Compiled only: nothing here runs.
. "$(dirname "$0")/lib.sh"

uapi=$here/../../kmod/uapi
cross=aarch64-linux-gnu-
expect 0 "a cross compiler" command -v ${cross}gcc
expect 0 "kernel source" "$dmafp" lab --build-only --arm base
source=$(dirname "$(cut -f 3 "$work/out")")
[ "$failures" -eq 0 ] || finish

kmake() {
	build=$1
	shift
	make -s -j"$(nproc)" -C "$source" O="$build" ARCH=arm64 CROSS_COMPILE=$cross "$@"
}

# configured NAME: every option of NAME.asked reached the configuration
configured() {
	checks=$((checks + 1))
	grep '^CONFIG' "$work/$1.asked" | grep -vxFf "$work/$1/.config" >"$work/lost" || return
	fail "$1: these options got lost: $(cat "$work/lost")"
}

# exported NAME: what the module leaves undefined, some EXPORT_SYMBOL of the source
# offers.  There is no vmlinux here for modpost to look into.
exported() {
	checks=$((checks + 1))
	${cross}nm -u "$work/$1/kmod/dmafp.ko" | awk '{ print $2 }' | sort -u >"$work/wants"
	[ -s "$work/wants" ] || fail "$1: the module wants nothing of the kernel"
	comm -23 "$work/wants" "$work/exports" >"$work/lost"
	[ ! -s "$work/lost" ] || fail "$1: not exported by an arm64 kernel: $(cat "$work/lost")"
}

# stamped NAME: of the loop around the op null, two windows, of map and unmap, hold
# nothing but isb, isb and the second reading
stamped() {
	checks=$((checks + 1))
	${cross}objdump -d --no-show-raw-insn --no-addresses "$work/$1/kmod/op_null.o" \
		>"$work/text"
	windows=$(awk '
		/>:$/ { inside = $1 == "<dmafp_null_run_stamped>:"; path = "none" }
		!inside || !NF { next }
		/cntvct_el0/ { empty += path == "isb isb "; path = ""; next }
		{ path = path $1 " " }
		END { print empty + 0 }' "$work/text")
	[ "$windows" -eq 2 ] || fail "$1: $windows windows of the op null are empty, not 2"
}

cat >"$work/page4K.asked" <<'EOF'
CONFIG_EXPERT=y
CONFIG_MODULES=y
CONFIG_MODULE_UNLOAD=y
CONFIG_SMP=y
CONFIG_NUMA=y
CONFIG_COMPAT=y
CONFIG_PCI=y
CONFIG_PCI_MSI=y
CONFIG_IOMMU_SUPPORT=y
CONFIG_ARM_SMMU_V3=y
CONFIG_JUMP_LABEL=y
CONFIG_KPROBES=y
CONFIG_KALLSYMS=y
CONFIG_PERF_EVENTS=y
CONFIG_DEBUG_FS=y
EOF
{
	grep -v COMPAT "$work/page4K.asked"
	echo CONFIG_ARM64_64K_PAGES=y
	echo CONFIG_PREEMPT=y
} >"$work/page64K.asked"

(cd "$source" && grep -rhoE 'EXPORT_[A-Z_]*SYMBOL[A-Z_]*\([a-zA-Z0-9_]+' --include='*.[chS]' \
	arch/arm64 block drivers/base drivers/char drivers/iommu drivers/pci fs init kernel lib mm) |
	sed 's/.*(//' | sort -u >"$work/exports"

for name in page4K page64K; do
	mkdir "$work/$name"
	expect 0 "$name: configuring" kmake "$work/$name" \
		KCONFIG_ALLCONFIG="$work/$name.asked" allnoconfig
	configured $name
	expect 0 "$name: preparing" kmake "$work/$name" modules_prepare
	cp -a "$here/../../kmod" "$work/$name/kmod"
	expect 0 "$name: the module compiles without a warning" kmake "$work/$name" \
		M="$work/$name/kmod" DMAFP_WERROR=1 KBUILD_MODPOST_WARN=1 modules
	exported $name
	stamped $name
done

# --- the ABI, and the programs that use it
for header in dmafp.h dmafp_ops.h; do
	expect 0 "$header for arm64" ${cross}gcc -x c -std=c11 -Wall -Wextra -Wpedantic -Werror \
		-fsyntax-only "$uapi/$header"
done

# The libraries' headers say the same for both; the rest of /usr/include does not.
mkdir "$work/include"
for header in jansson jansson_config ini numa numacompat1 numaif sha2 zlib zconf; do
	ln -s "/usr/include/$header.h" "$work/include"
done
cd "$here/../.." || exit 1
# shellcheck disable=SC2046
expect 0 "the programs for arm64" ${cross}gcc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only \
	-D_GNU_SOURCE -DDMAFP_VERSION='"0"' -DDMAFP_DATA_FROM_BIN='"."' \
	-I bench -I . -isystem "$work/include" $(git ls-files 'bench/*.c' 'analysis/*.c')

finish
