# SPDX-License-Identifier: GPL-2.0-or-later
#
# The persistent guest, a server with a disk, an init system and a watchdog that
# nobody outside helps: sourced.  The folder $server holds it: disk.img, see
# disk.sh; home, the kernel that its "firmware" starts after each power-on and
# reset; and of each life, N, console.N.
#
# What is measured is the lab's machine (bench/lab/vm.c), so results are in the
# domain exact.  The disk goes round the IOMMU.
server_append="root=/dev/vda rw console=ttyS0 loglevel=6 systemd.show_status=0 systemd.log_level=err panic=-1
oops=panic nokaslr no_timer_check nolapic_timer intel_iommu=on iommu.strict=1 crashkernel=256M
watchdog.stop_on_reboot=0"
server_watchdog=i6300esb # "": it has none
server_life=0
server_pid=

# server_say WORDS: how far it is, to whoever watches
server_say() {
	[ ! -t 2 ] || echo "$@" >&2
}

# server_make DMAFP: its disk, with dmafp's package, and the arms' kernels and modules
# out of the lab's cache
server_make() {
	server_say "making dmafp's package"
	(cd "$(dirname "$1")" && cpack -G DEB -B "$server/packages") >"$server/cpack.log" || return
	server_say "compiling the four kernels, where that was not done before"
	"$1" lab --build-only >"$server/arms" || return
	server_say "making the disk"
	cp "$(head -n 1 "$server/arms" | cut -f 2)" "$server/home"
	# shellcheck disable=SC2046
	sh "$server_room/disk.sh" "$server/disk.img" "$server"/packages/dmafp_*.deb \
		$(cat "$server/arms")
}

# The arguments of QEMU but for the serial console.  Each life has its own date: the
# clock goes on while the power is off.
server_arguments() {
	cat <<-ARGUMENTS
		-nodefaults -no-user-config -display none
		-M q35,kernel-irqchip=split -cpu max -smp ${server_cpus:-1} -m 1G
		-accel tcg -icount shift=0,sleep=${server_sleep:-on} -seed 1
		-rtc base=$(date -u -d "2030-01-01 $server_life day" +%Y-%m-%dT%H:%M:%S),clock=vm
		-device intel-iommu,intremap=on
		-blockdev driver=null-co,node-name=nvme,size=67108864,read-zeroes=on
		-device nvme,drive=nvme,serial=dmafp,addr=0x4
		-device e1000e,addr=0x5
		-blockdev driver=file,node-name=image,filename=$server/running.img,cache.no-flush=on
		-blockdev driver=file,node-name=writes,filename=$server/writes,cache.no-flush=on
		-blockdev driver=blklogwrites,node-name=disk,file=image,log=writes
		-device virtio-blk-pci,drive=disk,addr=0x1e
	ARGUMENTS
	[ -z "$server_watchdog" ] || echo "-device $server_watchdog,addr=0x1d"
	if [ -e "$server/loader" ]; then
		echo "-drive if=ide,format=raw,file=$server/loader"
	else
		echo "-kernel $server/home"
	fi
}

# server_install_grub: from now on the firmware starts GRUB, which finds its menu on the
# server's disk; the loader has a disk of its own, that no kernel here has a driver for
server_install_grub() {
	cat >"$server/early.cfg" <<-'EARLY'
		search --no-floppy --label --set=root dmafp-root
		set prefix=($root)/boot/grub
	EARLY
	# what grub-mkconfig makes of its scripts 00_header and 41_custom, and one entry
	cat >"$server/grub.cfg" <<-MENU
		if [ -s \$prefix/grubenv ]; then
		  load_env
		fi
		if [ "\${next_entry}" ]; then
		  set default="\${next_entry}"
		  set next_entry=
		  save_env next_entry
		else
		  set default="0"
		fi
		set timeout=0
		menuentry 'Debian' {
		  search --no-floppy --label --set=root dmafp-root
		  linux /boot/base/bzImage $(echo $server_append)
		}
		if [ -f \$prefix/custom.cfg ]; then
		  source \$prefix/custom.cfg
		fi
	MENU
	grub-mkimage -O i386-pc -p /boot/grub -c "$server/early.cfg" -o "$server/core.img" \
		biosdisk ext2 normal linux loadenv configfile search search_label search_fs_uuid \
		test || return
	cat /usr/lib/grub/i386-pc/boot.img "$server/core.img" >"$server/loader"
	truncate -s 1M "$server/loader"
	grub-editenv "$server/grubenv" create || return
	server_put "$server/grubenv" /boot/grub/grubenv
	server_put "$server/grub.cfg" /boot/grub/grub.cfg
}

# What QEMU writes goes to a copy and into a log of writes: server_settle() makes of
# both what a disk has after its power was cut.
server_plug_in() {
	server_life=$((server_life + 1))
	server_console=$server/console.$server_life
	cp --sparse=always "$server/disk.img" "$server/running.img"
	: >"$server/writes"
	: >"$server_console"
}

# server_start [KERNEL OPTION]...: power on; GRUB has its own options
server_start() {
	server_plug_in
	# shellcheck disable=SC2046
	[ -e "$server/loader" ] || set -- -append "$(echo $server_append "$@")"
	qemu-system-x86_64 $(server_arguments) -serial "file:$server_console" \
		"$@" </dev/null >"$server/qemu.log" 2>&1 &
	server_pid=$!
}

# server_people: the same with its console on this terminal; returns when it is off
server_people() {
	server_plug_in
	# shellcheck disable=SC2046
	qemu-system-x86_64 $(server_arguments) -serial mon:stdio \
		-append "$(echo $server_append systemd.wants=console-shell.service)" \
		2>"$server/qemu.log" || cat "$server/qemu.log" >&2
	# what it wrote and never flushed would be lost only if this were pulled out
	server_settle kept
}

server_alive() {
	[ -n "$server_pid" ] && kill -0 "$server_pid" 2>/dev/null
}

# server_wait SECONDS PATTERN: a line on the console of this life; fails when the
# time is over or the machine is off
server_wait() {
	server_deadline=$(($(date +%s) + $1))
	until grep -qaE -e "$2" "$server_console"; do
		[ "$(date +%s)" -lt "$server_deadline" ] && server_alive || return 1
		sleep 0.1
	done
}

# server_settle lost|kept: the disk after the machine went off; SEED decides what of
# the writes that were never flushed is lost
server_settle() {
	[ -x "$server/replay" ] ||
		gcc -O2 -Wall -Wextra -o "$server/replay" "$server_room/replay.c" || return
	server_settled=$("$server/replay" "$server/disk.img" "$server/writes" "$1" \
		$((${SEED:-1} + server_life))) || return
	rm -f "$server/running.img" "$server/writes"
}

# server_cut: cut the power, now
server_cut() {
	kill -KILL "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	server_pid=
	server_settle lost
}

# server_off SECONDS: wait until it has switched itself off
server_off() {
	server_deadline=$(($(date +%s) + $1))
	while server_alive; do
		[ "$(date +%s)" -lt "$server_deadline" ] || return 1
		sleep 0.1
	done
	wait "$server_pid"
	server_pid=
	server_settle kept
}

# server_get FOLDER PATH...: files and folders of the disk, as the next boot will
# find them, while the machine is off
server_get() {
	server_to=$1
	shift
	mkdir -p "$server_to"
	cp --sparse=always "$server/disk.img" "$server/look.img"
	# what the file system's own journal still holds
	e2fsck -E journal_only -fy "$server/look.img" >"$server/look.log" 2>&1
	for server_path in "$@"; do
		debugfs -R "rdump $server_path $server_to" "$server/look.img" \
			>>"$server/look.log" 2>&1
	done
	rm "$server/look.img"
}

# server_put FILE PATH: a file for the disk, while the machine is off
server_put() {
	e2fsck -E journal_only -fy "$server/disk.img" >"$server/look.log" 2>&1
	debugfs -w -R "rm $2" "$server/disk.img" >>"$server/look.log" 2>&1
	debugfs -w -R "write $1 $2" "$server/disk.img" >>"$server/look.log" 2>&1
}
