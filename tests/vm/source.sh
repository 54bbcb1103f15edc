#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel tree and a whole .config of the user's: used, and not touched.
. "$(dirname "$0")/lib.sh"

state() {
	(cd "$work/linux" && find . -printf '%p %s %T@ %C@ %l\n' | sort)
}

mkdir "$work/linux"
tar -xf /usr/src/linux-source-6.12.tar.xz -C "$work/linux" --strip-components=1
expect 0 "a kernel whose .config to take" "$dmafp" lab --build-only --arm base
cp "$(cut -f 3 "$work/out")/.config" "$work/whole.config"
grep -q "Automatically generated" "$work/whole.config" || fail "that is no whole .config"
# what the user's configuration says must count
sed -i 's/^# CONFIG_UTS_NS is not set//; s/^CONFIG_LOCALVERSION=.*/CONFIG_LOCALVERSION="-users-own"/' \
	"$work/whole.config"

state >"$work/before"
# a cache of its own, so that this tree is not kept
expect 0 "lab on the user's tree" env XDG_CACHE_HOME="$work/cache" "$dmafp" lab \
	--output "$work/own" --profile "$here/profiles/small.ini" --mode keyed \
	--kernel-src "$work/linux" --config "$work/whole.config"
state >"$work/after"
expect 0 "the tree is as it was" cmp "$work/before" "$work/after"
for result in "$work"/own/boot1/*.json; do
	holds "$(basename "$result") ran the user's kernel" "$result" \
		'.kernel.release | endswith("-users-own")'
done

finish
