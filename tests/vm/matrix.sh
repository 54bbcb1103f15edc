#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels of others: Debian's own; and two CPUs in the capture kernel.
. "$(dirname "$0")/lib.sh"

# --- a kernel as Debian ships it; the path ran, or it is an error
expect 0 "a survey of Debian's kernel" "$dmafp" lab --output "$work/debian" \
	--kernel-package linux-image-6.12-amd64 --profile matrix --mode plain,keyed
says '^The path ran: ' "$work/out"
says 'on 2 of 2 devices' "$work/out"
for result in "$work"/debian/boot1/*keyed*.json; do
	holds "$(basename "$result"): Debian's release, exact, one call per map" "$result" \
		'(.kernel.release | endswith("-amd64") and contains("deb")) and .domain == "exact" and
		 ([.cells[] | select(.on_path) | .map.counted.calls == .map.counted.ops] | length == 1 and all)'
done
for result in "$work"/debian/boot1/*plain*.json; do
	holds "$(basename "$result"): no call" "$result" \
		'[.cells[] | select(.on_path) | .map.counted.calls == 0] | length == 1 and all'
done
expect 3 "without mode keyed nothing shows that the path ran" "$dmafp" lab \
	--output "$work/unshown" --kernel-package linux-image-6.12-amd64 --profile matrix \
	--mode plain
says '^INVALID: nothing shows that the path ran' "$work/out"
expect 64 "no patch for a kernel that is taken as it is" "$dmafp" lab \
	--kernel-package linux-image-6.12-amd64 --patch "$here/patches/slow-path.patch"
expect 69 "no such package" "$dmafp" lab --kernel-package linux-image-no-such-thing
says 'apt knows no package linux-image-no-such-thing'

# --- a row of the table: Debian's 6.1 behind AMD-Vi
expect 0 "a row of the matrix" "$dmafp" matrix --output "$work/matrix" debian-6.1-amdvi
expect 0 "no line of the table is wider than mail takes" \
	awk 'length > 72 { exit 1 }' "$work/matrix/matrix.txt"
holds "Debian's 6.1: the path ran" "$work/matrix/matrix.json" \
	'.rows[0] | .as_expected and .iommu == "amd" and (.modes[1].calls_per_map == [1, 1])'

# --- a row that is not what it is expected to be, and one that fails
cat >"$work/bad.ini" <<'EOF'
[unshown]
package = linux-image-6.12-amd64
modes = plain
expect = survey
[missing]
source = /nonexistent/linux
[other]
package = linux-image-6.12-amd64
modes = keyed
expect = survey
EOF
expect 3 "a row that is not as expected" "$dmafp" matrix --file "$work/bad.ini" \
	--output "$work/unexpected" unshown
expect 66 "a row that fails does not keep the next one from running" "$dmafp" matrix \
	--file "$work/bad.ini" --output "$work/failing" missing other
holds "both are told" "$work/failing/matrix.json" \
	'[.rows[].as_expected] == [false, true] and (.rows[0].error | contains("/nonexistent/linux"))'

# --- two CPUs, in the capture kernel too
cat >"$work/two.ini" <<'EOF'
[run]
sizes = 4K
directions = to_device
cpus = 0,1
iterations = 64
[lab]
modes = plain, kdump
cpus = 2
accel = tcg
boots = 1
time_limit = 600
EOF
expect 3 "two CPUs" "$dmafp" lab --output "$work/two" --profile "$work/two.ini" --arm base
for mode in plain kdump; do
	holds "$mode had two" "$work/two/boot1/base-$mode-nvme-0000.00.04.0.json" \
		'.machine.nr_cpus == 2 and ([.cells[].cpus] | all(. == [0, 1]))'
done

none_left

finish
