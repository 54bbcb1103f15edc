#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cmake --install: under any prefix, which is then moved. Prints TAP.
# Usage: install.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
build=$(dirname "$dmafp")
unset DMAFP_DATA DMAFP_CONFIG_DIR

touch before
check "cmake --install" cmake --install "$build" --prefix "$work/first"
first=$work/first/bin/dmafp

# So that several may install from one build folder at a time, as cpack does. CMake's
# list of files is written, but not read.
nothing_is_made() {
	! find "$build" -type f -newer before ! -name 'install_manifest*' \
		! -path '*/Testing/*' ! -path '*/CMakeFiles/*' | grep .
}
check "the build folder is only read" nothing_is_made

the_unit_names_the_program() {
	grep -qx "ExecStart=$first campaign step" "$work"/first/lib/systemd/system/*.service
}
check "the unit names the program where it is" the_unit_names_the_program

systemd_takes_the_unit() {
	systemd-analyze verify --man=no "$work"/first/lib/systemd/system/*.service
}
# goes_on COMMAND-LINE: the unit's condition as to that
goes_on() {
	SYSTEMD_PROC_CMDLINE=$1 systemd-analyze condition \
		"$(grep ^ConditionKernelCommandLine= "$work"/first/lib/systemd/system/*.service)"
}
stays_off() {
	! goes_on "$@"
}
if command -v systemd-analyze >/dev/null; then
	check "systemd takes the unit" systemd_takes_the_unit
	check "the unit goes on" goes_on "quiet dmafp.campaign=on"
	check "but not where the boot loader's menu said so" stays_off "dmafp.campaign=off quiet"
else
	skip "systemd takes the unit" "no systemd-analyze"
fi

mv first moved
dmafp=$work/moved/bin/dmafp
share=$work/moved/share

profiles_are_found() {
	local listed
	listed=$("$dmafp" list profiles | sed -n '2,$ s/^ *\([^ ]*\).*/\1/p' | sort)
	diff <(echo "$listed") <(cd "$source/configs/profiles" && ls | sed 's/\.ini$//' | sort)
}
check "a moved prefix: profiles are found" profiles_are_found
expect "a moved prefix: a profile runs" 0 '\.json$' \
	run --transport loopback -p quick -o results
expect "a moved prefix: the matrix is found" 0 '^debian-6.12-vtd' matrix --list
DMAFP_DATA=$work/none expect "\$DMAFP_DATA comes first" 66 "$work/none/configs/profiles" \
	list profiles
DMAFP_DATA=$source expect "\$DMAFP_DATA may be a checkout" 0 'quick' list profiles
mkdir profiles
printf '[profile]\nname = mine\ndescription = my own\n' >profiles/mine.ini
DMAFP_CONFIG_DIR=$work/profiles expect "\$DMAFP_CONFIG_DIR is for profiles" 0 'my own' \
	list profiles

# tree FOLDER: of the sources, what is installed of them
tree() {
	(cd "$1" && find configs kmod -type f \
		! -path 'configs/package/*' ! -path 'configs/systemd/*' \
		! -name '*.in' ! -name '.*' ! -name '*.o' ! -name '*.ko' ! -name '*.mod*' \
		! -name 'Module.symvers' ! -name 'modules.order' | sort)
}
data_is_whole() {
	local file
	[ "$(tree "$source" | wc -l)" -gt 80 ] || { echo "few sources"; return 1; }
	diff <(tree "$source") <(tree "$share/dmafp") || return 1
	for file in $(tree "$source"); do
		cmp "$source/$file" "$share/dmafp/$file" || return 1
	done
}
check "the data folder is whole and nothing else" data_is_whole

version=$(sed -n 's/^#define DMAFP_VERSION.*"\(.*\)"/\1/p' "$source/kmod/version.h")
dkms=$work/moved/src/dmafp-$version
dkms_is_whole() {
	diff <(cd "$source/kmod" && find . -name '*.[ch]' ! -name '*.mod.c' -o -name Kbuild |
		cat - <(echo ./dkms.conf) | sort) <(cd "$dkms" && find . -type f | sort)
}
check "the folder for DKMS is whole" dkms_is_whole

one_version() {
	[ "$("$dmafp" --version)" = "dmafp $version" ] &&
		grep -qx "PACKAGE_VERSION=\"$version\"" "$dkms/dkms.conf" &&
		head -n 1 "$share/doc/dmafp/changelog" | grep -qF "dmafp ($version) "
}
check "one version: program, module, DKMS, changelog" one_version

# DKMS passes over the kernels that compat.h refuses
kernels_agree() {
	local lowest highest pattern release
	lowest=$(sed -n 's/.*CODE < KERNEL_VERSION(6, \([0-9]*\), 0).*/\1/p' \
		"$source/kmod/compat.h" | head -n 1)
	highest=$(sed -n 's/.*CODE >= KERNEL_VERSION(6, \([0-9]*\), 0)$/\1/p' \
		"$source/kmod/compat.h" | head -n 1)
	pattern=$(sed -n 's/^BUILD_EXCLUSIVE_KERNEL="\(.*\)"/\1/p' "$dkms/dkms.conf")
	[ -n "$lowest" ] && [ -n "$highest" ] && [ -n "$pattern" ] || return 1
	for release in $(seq 0 30); do
		if [ "$release" -ge "$lowest" ] && [ "$release" -lt "$highest" ]; then
			[[ 6.$release.0-1-amd64 =~ $pattern ]] && [[ 6.$release =~ $pattern ]]
		else
			! [[ 6.$release.0-1-amd64 =~ $pattern ]]
		fi || { echo "6.$release"; return 1; }
	done
	! [[ 5.10.0 =~ $pattern ]] && ! [[ 16.1.0 =~ $pattern ]]
}
check "DKMS builds for the kernels that compat.h knows" kernels_agree

commands=$("$dmafp" help | sed -n 's/^  \([a-z]\+\)  .*/\1/p')
pages_are_there() {
	diff <(for c in $commands; do echo "dmafp-$c.1"; done | cat - <(echo dmafp.1) | sort) \
		<(cd "$share/man/man1" && ls | sort) &&
		diff <("$dmafp" man run | sed 2d) <(sed 2d "$share/man/man1/dmafp-run.1")
}
check "manual pages of all commands, and no other" pages_are_there
check "the completion is the program's" \
	diff "$share/bash-completion/completions/dmafp" <("$dmafp" completion bash)

# What README.md and the documents refer to is there, or only in the sources
links_hold() {
	local file target
	cd "$share/doc/dmafp" || return 1
	for file in README.md docs/*.md; do
		for target in $(grep -o '](\(docs/\)\?[a-z-]*\.md' "$file" | cut -c 3-); do
			[ -e "$(dirname "$file")/$target" ] || { echo "$file: $target"; return 1; }
		done
	done
}
check "documents refer to each other" links_hold

nothing_of_this_machine() {
	! grep -rlaF -e "$source" -e "$build" "$work/moved"
}
check "no path of the build in what is installed" nothing_of_this_machine

summary
