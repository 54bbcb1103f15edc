#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the server's root file system, Debian with systemd and little else, where
# the cache does not have it yet, and prints the tarball's path.  It takes minutes
# once; what is laid over it (see disk.sh) is not part of it.
set -eu
suite=bookworm
include=systemd-sysv,kmod,cpio,grub2-common

cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmafp
tarball=$cache/server-$(sha256sum "$0" | cut -c 1-12).tar
mkdir -p "$cache"
# two tests may want it at the same time
exec 9>"$cache/server.lock"
flock 9
if [ ! -e "$tarball" ]; then
	# the sources this machine has its own packages from
	for sources in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
		[ -s "$sources" ] && break
	done
	echo "making the server's root file system, once: some minutes" >&2
	set -- mmdebstrap --quiet --variant=essential --include=$include \
		--dpkgopt=force-unsafe-io --customize-hook='cd "$1/usr/share" &&
		rm -rf doc locale man' $suite "$tarball.part.tar" "$sources"
	"$@" >"$tarball.log" 2>&1 || {
		tail -n 20 "$tarball.log" >&2
		echo "no root file system for the server: see $tarball.log" >&2
		exit 69
	}
	mv "$tarball.part.tar" "$tarball"
fi
echo "$tarball"
