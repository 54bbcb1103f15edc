# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A clean Debian to install into.  Usage: . chroot.sh, behind cli/lib.sh
#
# It is made once, from the mirrors that this machine's apt has, with the downloads for
# what will be installed in it, and kept in the cache; so a test needs no network.

root=$work/root

# Its own mounts: they go with the process, however it ends.
if [ -z "${DMAFP_UNSHARED-}" ] && unshare --mount true 2>/dev/null; then
	cd / && rm -rf "$work"
	DMAFP_UNSHARED=1 exec unshare --mount "$here/$(basename "$0")" "$dmafp"
fi

chroot_end() {
	if grep -q " $root/proc " /proc/mounts; then
		umount "$root/proc" || umount -l "$root/proc"
	fi
}
trap 'cd /; chroot_end; rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' HUP INT TERM

# chroot_sources: lines for sources.list, of Debian and of the release that this is
chroot_sources() {
	# shellcheck disable=SC2016 # apt fills that in
	apt-get indextargets 'Created-By: Packages' 'Origin: Debian' \
		--format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' |
		grep " $(. /etc/os-release && echo "$VERSION_CODENAME")" | sort -u
}

# chroot_make TARBALL INSTALLED DOWNLOADED
chroot_make() {
	local new
	new=$(mktemp "$1.XXXXXX") || return 1
	mkdir -p "$(dirname "$1")"
	chroot_sources >sources.list
	# shellcheck disable=SC2016 # $1 is the hook's
	mmdebstrap --mode=root --variant=minbase --format=tar --include="$2" \
		--skip=cleanup/apt --aptopt='APT::Install-Recommends "false"' \
		--dpkgopt=force-unsafe-io --customize-hook='
			chroot "$1" apt-get install -y -qq --download-only '"$3" \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$new" sources.list \
		>mmdebstrap.log 2>&1 && mv "$new" "$1" && return
	rm -f "$new"
	tail -n 20 mmdebstrap.log
	return 1
}

# chroot_unpack INSTALLED DOWNLOADED: to $root
chroot_unpack() {
	local cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmafp hash
	hash=$({ chroot_sources; echo "$@"; cat "${BASH_SOURCE[0]}"; } | sha256sum | cut -c 1-12)
	chroot_tarball=$cache/chroot-$hash.tar
	mkdir -p "$cache" "$root"
	[ -e "$chroot_tarball" ] || chroot_make "$chroot_tarball" "$@" || return 1
	tar -xf "$chroot_tarball" -C "$root" --numeric-owner && mount -t proc proc "$root/proc"
}

# inside COMMAND...: in it, with an environment that is the same everywhere
inside() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive chroot "$root" "$@" </dev/null
}

# chroot_files: all that is there, but for what dpkg, apt, man-db and depmod keep
# for themselves, and logs
chroot_files() {
	(cd "$root" && find . -xdev | grep -vE \
		-e '^\./var/(lib/(dpkg|apt)|cache/(apt|man|ldconfig)|log)/' \
		-e '^\./(proc|tmp)/' -e '^\./(usr/)?lib/modules/[^/]*/modules\.' | sort)
}
