/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A perf that is none, in front of $PATH; for one test program at a time. */
#ifndef DMAFP_TEST_FAKE_PERF_H
#define DMAFP_TEST_FAKE_PERF_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

/*
 * A perf that writes down how it was called and what it was told, and does what
 * $FAKE says.
 */
static const char fake_perf_script[] =
	"#!/bin/sh\n"
	"echo \"$*\" >> \"$HOME/calls\"\n"
	"[ -z \"$CALLS\" ] || echo \"$*\" >> \"$CALLS\"\n"
	"case $1 in\n"
	"version)\n"
	"	[ \"$FAKE\" = old ] && echo 'perf version 4.19.304' ||\n"
	"	echo 'perf version 6.1.192'\n"
	"	echo 'WARNING: something' >&2; exit 0 ;;\n"
	"report)\n"
	"	[ \"$FAKE\" = unreadable ] && { echo 'incompatible file format' >&2; exit 255; }\n"
	"	echo '# Total Lost Samples: 3'; echo '#'\n"
	"	[ \"$FAKE\" = empty ] && exit 0\n"
	"	echo ' 40  | 12946040 |   0:swapper  |[k] default_idle  |[kernel.kallsyms]'\n"
	"	echo ' 2  | 647302  |  '$(cat \"$HOME/pid\")':perf|[k] fput|[kernel.kallsyms]'\n"
	"	exit 0 ;;\n"
	"buildid-cache)\n"
	"	[ \"$FAKE\" = nocache ] && { echo 'no room in the cache' >&2; exit 1; }\n"
	"	exit 0 ;;\n"
	"diff)\n"
	"	[ \"$FAKE\" = nodiff ] && exit 1\n"
	"	echo \"# Event 'cpu-clock'\"; echo '# Baseline  Delta Abs  Symbol'\n"
	"	[ \"$FAKE\" = nofunction ] ||\n"
	"		echo '     0.40%     -0.11%  [k] iommu_deferred_attach'\n"
	"	exit 0 ;;\n"
	"annotate)\n"
	"	[ \"$FAKE\" = nosample ] && { echo 'has no samples!' >&2; exit 0; }\n"
	"	echo ' Samples | Disassembly of elf for cpu-clock (9 samples, percent: local)'\n"
	"	echo '    9 :   ffffffff812bb1b0:       ret'\n"
	"	exit 0 ;;\n"
	"esac\n"
	"[ \"$FAKE\" = broken ] && {\n"
	"	echo 'Error:' >&2; echo 'The fake event is not supported.' >&2; exit 1\n"
	"}\n"
	"echo $$ > \"$HOME/pid\"; env > \"$HOME/env\"\n"
	"for arg; do\n"
	"	case $arg in --control=fifo:*)\n"
	"		fifos=${arg#*:}; exec 3<> \"${fifos%,*}\" 4<> \"${fifos#*,}\" ;;\n"
	"	esac\n"
	"done\n"
	"trap 'echo interrupted >> \"$HOME/told\"; exit 130' INT\n"
	"[ \"$FAKE\" = deaf ] && exec sleep 1000\n"
	"while read -r word <&3; do\n"
	"	echo \"$word\" >> \"$HOME/told\"\n"
	"	[ \"$FAKE\" = dies ] && [ \"$word\" = disable ] && {\n"
	"		echo 'no space left' >&2; exit 228\n"
	"	}\n"
	"	echo data > \"$HOME/perf.data\"\n"
	"	echo ack >&4\n"
	"done\n";

/* Its folder, and the one it is to work in */
static char *bin, *work;
static char *fake_perf_old_path;

static int fake_perf_set_up(void)
{
	char dir[] = "/tmp/dmafp-unit-XXXXXX", *perf;
	struct dmafp_err err;

	if (!mkdtemp(dir))
		return -1;
	bin = dmafp_path("%s/bin", dir);
	work = dmafp_path("%s/work", dir);
	perf = dmafp_path("%s/perf", bin);
	if (mkdir(bin, 0755) || mkdir(work, 0755) ||
	    dmafp_file_write(perf, fake_perf_script, strlen(fake_perf_script), &err) ||
	    chmod(perf, 0755))
		return -1;
	free(perf);
	fake_perf_old_path = dmafp_alloc_string(getenv("PATH"));
	perf = dmafp_path("%s:%s", bin, fake_perf_old_path);
	setenv("PATH", perf, 1);
	free(perf);
	unsetenv("FAKE");
	return 0;
}

static void fake_perf_tear_down(void)
{
	char *dir = strndup(bin, strlen(bin) - strlen("/bin"));

	dmafp_file_remove_tree(dir);
	setenv("PATH", fake_perf_old_path, 1);
	free(dir);
	free(bin);
	free(work);
	free(fake_perf_old_path);
}

/* A file of the work folder, "" if it is not there */
static inline const char *seen(const char *name)
{
	static char text[65536];
	char *path = dmafp_path("%s/%s", work, name), *read;
	struct dmafp_err ignored;

	read = dmafp_file_read(path, NULL, &ignored);
	snprintf(text, sizeof(text), "%s", read ? read : "");
	free(read);
	free(path);
	return text;
}

#endif /* DMAFP_TEST_FAKE_PERF_H */
