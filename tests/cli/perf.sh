#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dmafp perf from outside, on recordings of two guests. Prints TAP.
# Usage: perf.sh BUILD/dmafp
#
# perf.tar.xz has the results and perf.data of map_page in base and always-lock, and
# of their kernels what perf needs: the build id, the symbols of the functions that
# were sampled, and the code of iommu_deferred_attach().
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir home results && export HOME=$work/home
tar -xJf "$source/tests/cli/perf.tar.xz" -C results || exit 1
kernels=(--vmlinux base=results/base.vmlinux --vmlinux always-lock=results/always-lock.vmlinux)

expect "no folder" 64 'perf: ' perf
expect "a folder that is not there" 66 'nowhere' perf nowhere
expect "an option that is none" 64 "takes ARM=FILE, as in base=vmlinux, not 'vmlinux'" \
	perf results --vmlinux vmlinux
mkdir reference && cp "$source"/results/reference/boot1/base-keyed-* reference
expect "results without samples" 66 'measure with a profile that has \[perf\] sample = yes' \
	perf reference

without_perf() {
	mkdir bin && for tool in sh env; do ln -s "$(command -v $tool)" bin/ || return 1; done
	PATH=$work/bin "$dmafp" perf results "${kernels[@]}" 2>err
	[ $? -eq 69 ] && grep -q 'perf is not installed: apt-get install linux-perf' err
}
check "without perf" without_perf

if ! perf version >/dev/null 2>&1; then
	skip "what perf says" "perf is not installed"
	summary
	exit
fi

expect "a kernel that is not given" 66 \
	'kernel of arm always-lock \(build id bc50190.*give its vmlinux by --vmlinux always-lock=FILE' \
	perf results "${kernels[@]:0:2}"
expect "another kernel" 66 'has the build id bc50190.*but the kernel of arm base was 19b7b2d' \
	perf results --vmlinux base=results/always-lock.vmlinux
expect "a kernel that is none" 66 'is no ELF file' perf results --vmlinux base="$source/README.md"

expect "perf diff of the arms" 0 '^ +[0-9.]+% +[+-][0-9.]+% +\[k\] pfn_to_dma_pte$' \
	perf results "${kernels[@]}"
expect "a lock that base does not take" 0 '^ +\+0\.[0-9]+% +\[k\] mutex_unlock$' \
	perf results "${kernels[@]}"
expect "a function without a sample" 0 '^perf annotate of kfree, base: no sample fell into it\.$' \
	perf results --symbol kfree "${kernels[@]}"

# The guest counted by its own symbols, and perf does so by those of the image.
counted() {
	local arm
	"$dmafp" perf results "${kernels[@]}" >/dev/null || return 1
	for arm in base always-lock; do
		jq -r --arg arm $arm '.items[0].annotations[] | select(.arm == $arm) | .text' \
			results/perf.json >annotation
		[ "$(awk '!/^#/ { sum += $1 } END { print sum }' annotation)" -eq \
			"$(jq '.cells[].sampling | select(.) | .functions[] |
				select(.function == "iommu_deferred_attach").samples' \
				results/$arm-keyed-*.json)" ] || return 1
		grep -q "^ .* ret$" annotation || return 1
	done
	grep -q 'call .*<mutex_unlock>$' annotation
}
check "perf annotate has the samples that the guest counted" counted

# Kernels, results, recordings and the file: neither a cache nor a folder of its own
clean() {
	[ -z "$(ls -A home)" ] && [ "$(ls -A results | wc -l)" -eq 7 ] &&
		! grep -q -e "$work" -e '\.perf-' results/perf.json
}
check "nothing is left behind" clean

columns() {
	"$dmafp" perf results "${kernels[@]}" >text && "$dmafp" diff --force results >>text
	! grep -nE '.{73}' text && ! LC_ALL=C grep -nP '[^\x20-\x7e]' text
}
check "ASCII of 72 columns" columns

# 12 of 2006 busy samples of 2164 instructions, and 16 of 2032 of 2184
reported() {
	"$dmafp" diff --force results >text
	grep -q '^== perf: map_page 4K to in keyed on nvme$' text &&
		grep -qE '^iommu_deferred_attach +0\.60 +0\.79 +12\.9 +17\.2 +\+4\.3 +11\.5$' text &&
		grep -qE '^mutex_lock \(\+\) +0\.00 +0\.20 +0\.0 +4\.3 ' text &&
		grep -q '^perf annotate of iommu_deferred_attach, always-lock:$' text
}
check "dmafp diff takes it in" reported

truncated() {
	head -c 20000 results/base-keyed-*.perf.data >short &&
		mv short "$(echo results/base-keyed-*.perf.data)"
	"$dmafp" perf results "${kernels[@]}" >out 2>err
	[ $? -eq 69 ] && grep -q '^dmafp: perf diff failed with status ' err
}
check "a recording that is damaged" truncated

summary
