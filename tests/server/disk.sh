#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the server's disk, an ext4 without partitions, with neither mounting nor
# loop devices.
#
#	disk.sh IMAGE PACKAGE [ARM BZIMAGE BUILD MODULE]...
#
# The package is dmafp's, the rest as `dmafp lab --build-only` prints it.  Each arm
# becomes /boot/ARM/bzImage, config and dmafp.ko.  Its other modules are in the usual
# place, once: the arms have one release and one configuration.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# without root, files are root's all the same
[ "$(id -u)" -eq 0 ] || [ -n "${FAKEROOTKEY-}" ] || exec fakeroot sh "$0" "$@"
image=$1
package=$2
shift 2
tarball=$(sh "$here/root.sh")
root=$(mktemp -d "${TMPDIR:-/tmp}/dmafp-server.XXXXXX")
trap 'rm -rf "$root"' EXIT

install_package() {
	dpkg --root="$root" --log=/dev/null --install "$package" >/dev/null
}

# install_modules BUILD MODULE: those that the kernel has, and dmafp.ko where DKMS puts it
install_modules() {
	release=$(cat "$1/include/config/kernel.release")
	modules=$root/lib/modules/$release
	[ ! -d "$modules" ] || return 0
	mkdir -p "$modules/kernel" "$modules/updates/dkms"
	cp "$1"/modules.builtin* "$1/modules.order" "$modules/"
	sed 's/\.o$/.ko/' "$1/modules.order" | while read -r file; do
		cp "$1/$file" "$modules/kernel/"
	done
	cp "$2" "$modules/updates/dkms/dmafp.ko"
	# as many distributions have them; the kernels cannot unpack them
	find "$modules" -name '*.ko' -exec xz --check=crc32 --lzma2=dict=1MiB {} +
	depmod -b "$root" "$release"
}

mask() {
	while read -r unit; do
		ln -sf /dev/null "$root/etc/systemd/system/$unit"
	done <"$here/masked"
	mkdir -p "$root/etc/systemd/system-generators"
	for generator in "$root"/lib/systemd/system-generators/*; do
		# that one is for systemd.wants= on the command line
		[ "${generator##*/}" = systemd-debug-generator ] ||
			ln -s /dev/null "$root/etc/systemd/system-generators/${generator##*/}"
	done
}

tar -C "$root" -xf "$tarball"
mask
cp -R "$here/root"/. "$root/"
# a link, which not every way to carry sources about keeps
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sf ../at-boot.service "$root/etc/systemd/system/multi-user.target.wants/"
# the kernel opens it before there is a devtmpfs
[ -e "$root/dev/console" ] || mknod "$root/dev/console" c 5 1
install_package
# what is not to be seen from inside: for dmafp run --context
cat >"$root/srv/context.json" <<CONTEXT
{"lab": {"accel": "icount", "qemu_version": "$(qemu-system-x86_64 --version | head -n 1)",
"qemu_command": "see tests/server/machine.sh"}}
CONTEXT
cp "$here/server.ini" "$root/srv/"
mkdir -p "$root/boot/grub"
while [ $# -ge 4 ]; do
	mkdir -p "$root/boot/$1"
	cp "$2" "$root/boot/$1/bzImage"
	cp "$3/.config" "$root/boot/$1/config"
	cp "$4" "$root/boot/$1/dmafp.ko"
	install_modules "$3" "$4"
	shift 4
done
rm -f "$image"
truncate -s "${DISK_SIZE:-1G}" "$image"
# all of it is written here: the guest has no formatting left to do
mke2fs -q -t ext4 -L dmafp-root -E lazy_itable_init=0,lazy_journal_init=0 -d "$root" "$image"
