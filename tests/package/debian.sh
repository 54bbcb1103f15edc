#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages: made, looked at, installed in a clean Debian, used there, and
# removed. Prints TAP. DMAFP_TEST_HEADERS: headers of another kernel to build for.
# Usage: debian.sh BUILD/dmafp
set -u
for tool in mmdebstrap dpkg-deb cpack; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP no $tool"; exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP not root"; exit 77; }
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
here=$source/tests/package
# shellcheck source=tests/package/chroot.sh
. "$here/chroot.sh"
build=$(dirname "$dmafp")
headers=${DMAFP_TEST_HEADERS:-linux-headers-amd64}

# --- made ---------------------------------------------------------------------

pack() {
	(umask "$1" && cd "$build" && cpack -B "$work/$2") >cpack.log 2>&1 || {
		cat cpack.log
		return 1
	}
}
check "cpack" pack 022 packages
check "cpack again" pack 077 again
# What is in it: cpack's archive around that has the umask in its headers
same_again() {
	local deb tar
	for deb in packages/*.deb; do
		for tar in --ctrl-tarfile --fsys-tarfile; do
			cmp <(dpkg-deb $tar "$deb") <(dpkg-deb $tar "again/${deb#*/}") || return 1
		done
	done
}
check "the same to the byte, whatever the umask" same_again
program=$(echo "$work"/packages/dmafp_*_amd64.deb)
module=$(echo "$work"/packages/dmafp-dkms_*_all.deb)
version=$(dpkg-deb -f "$program" Version)

owned_by_root() {
	local deb
	for deb in "$program" "$module"; do
		dpkg-deb -c "$deb" >contents
		[ "$(wc -l <contents)" -gt 40 ] || { cat contents; return 1; }
		! grep -vE '^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root/root ' contents || return 1
		[ "$(grep -c '^-rwx' contents)" -eq "$(grep -c '/usr/bin/dmafp$' contents)" ] ||
			return 1
	done
}
check "owned by root, only the program may be run" owned_by_root

pure_program() {
	dpkg-deb -x "$program" program
	file_says=$(readelf -S program/usr/bin/dmafp) || return 1
	! grep -q '\.debug_info' <<<"$file_says" || { echo "not stripped"; return 1; }
	! grep -rlaF -e "$source" -e "$build" -e "$work" program
}
check "stripped, and no path of the build in it" pure_program
check "the unit names the program" \
	grep -qx "ExecStart=/usr/bin/dmafp campaign step" program/usr/lib/systemd/system/*.service

if command -v lintian >/dev/null; then
	check "lintian has no errors" lintian --allow-root --fail-on error "$program" "$module"
else
	skip "lintian has no errors" "no lintian"
fi

# --- installed ------------------------------------------------------------------

# What the packages depend on, without versions
depends() {
	for deb in "$program" "$module"; do
		dpkg-deb -f "$deb" Depends
	done | tr ',' '\n' | sed 's/(.*)//'
}
needs="$(depends | xargs) $headers"
check "a clean Debian" chroot_unpack man-db,bash-completion "$needs"
[ -e "$root/usr/bin/apt-get" ] || { summary; exit 1; }

in_root() {
	inside "$@" >out 2>&1 && return
	cat out
	return 1
}
# shellcheck disable=SC2086 # words
check "what they depend on can be installed" in_root apt-get install -y -qq $needs
cp "$program" "$module" "$root/tmp"
mkdir -p "$root/var/lib/dmafp/campaign" "$root/etc/systemd/system/multi-user.target.wants"
echo '{}' >"$root/var/lib/dmafp/campaign/campaign.json"
# the newest kernel, without headers: DKMS builds for that alone when a package is upgraded
mkdir -p "$root/lib/modules/99.0.0-1-newest"
touch "$root/boot/config-99.0.0-1-newest"
echo kept >"$root/var/lib/dmafp/result"
chroot_files >before
check "and is all that they need" in_root sh -c "dpkg -i /tmp/*.deb"
chroot_files | comm -13 before - >new
kernel=$(ls "$root/lib/modules" | head -n 1)

check "ops are listed" in_root dmafp list ops
in_root_says() {
	local pattern=$1
	shift
	in_root "$@" || return 1
	grep -qE -e "$pattern" out && return
	cat out
	return 1
}
check "profiles are those of the package" in_root_says '^  quick ' dmafp list profiles
check "as nobody, too" in_root_says '^  map_page ' \
	setpriv --reuid nobody --clear-groups dmafp list ops
check "a profile runs" in_root_says '^/tmp/try/base-.*\.json$' \
	dmafp run --transport loopback -p quick -o /tmp/try
# one arm, so there is nothing to judge
judged() {
	inside dmafp diff /tmp/try >out 2>&1
	[ $? -eq 3 ] && grep -q '^dmafp: INVALID' out && return
	cat out
	return 1
}
check "its result is read" judged
the_unit_is_off() {
	[ -e "$root/lib/systemd/system/dmafp-campaign.service" ] &&
		! grep -q '^\./etc/' new
}
check "the unit is there and not enabled" the_unit_is_off

pages_are_read() {
	local command
	for command in $(inside dmafp help | sed -n 's/^  \([a-z]\+\)  .*/\1/p'); do
		in_root_says "^ *dmafp $command " man "dmafp-$command" || return 1
		in_root_says "dmafp-$command *\(1\)" man -f "dmafp-$command" || return 1
	done
	in_root_says '^EXIT STATUS' man dmafp
}
check "man shows a page of every command" pages_are_read

cat >"$root/tmp/complete" <<'EOT'
. /usr/share/bash-completion/bash_completion
_completion_loader dmafp
[ $? -eq 124 ] || exit 1
complete -p dmafp
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_dmafp
echo "completes: ${COMPREPLY[*]}"
EOT
check "bash completes a command" in_root_says '^completes: run$' bash /tmp/complete dmafp ru
check "bash completes a profile" in_root_says '^completes: quick$' \
	bash /tmp/complete dmafp run -p qu

# --- the module -----------------------------------------------------------------

check "DKMS has built the module" in_root_says "^dmafp/$version, $kernel, .*: installed" \
	dkms status
check "modinfo finds it" in_root_says "^$version\$" modinfo -k "$kernel" -F version dmafp
check "for that kernel" in_root_says "^$kernel " modinfo -k "$kernel" -F vermagic dmafp

reinstalled() {
	in_root sh -c "dpkg -i /tmp/dmafp-dkms*.deb" || return 1
	in_root_says "^dmafp/$version, $kernel, .*: installed" dkms status &&
		[ "$(wc -l <out)" -eq 1 ]
}
check "installed over itself, it is built anew" reinstalled

# --- removed --------------------------------------------------------------------

gone() {
	grep -E 'dmafp' - && return 1
	return 0
}
# as a campaign does
ln -s /lib/systemd/system/dmafp-campaign.service "$root/etc/systemd/system/multi-user.target.wants"
mkdir "$root/tmp/fake"
cat >"$root/tmp/fake/dmafp" <<'EOT'
#!/bin/sh
echo "$* $(ls /etc/systemd/system/multi-user.target.wants)" >>/tmp/said
exit 1
EOT
chmod +x "$root/tmp/fake/dmafp"
check "removed" in_root env PATH=/tmp/fake:/usr/sbin:/usr/bin:/sbin:/bin \
	dpkg -r dmafp dmafp-dkms
check "the campaign was aborted first, and if it fails that is all" \
	grep -qx "campaign abort dmafp-campaign.service" "$root/tmp/said"
module_is_gone() {
	inside dkms status | gone && find "$root/lib/modules" -name 'dmafp*' | gone
}
check "the module is gone" module_is_gone
check "purged" in_root dpkg -P dmafp dmafp-dkms
nothing_stays() {
	[ "$(wc -l <new)" -gt 150 ] || { echo "too little was new"; return 1; }
	chroot_files | diff before -
}
check "nothing stays" nothing_stays
check "but what was measured" grep -qx kept "$root/var/lib/dmafp/result"

chroot_end
nothing_is_mounted() {
	! grep -F "$root" /proc/mounts
}
check "nothing is mounted there any more" nothing_is_mounted

summary
