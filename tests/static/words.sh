#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What must not be in any tracked file: paths of one machine, C that has no licence
# line, and links, which not every way to carry sources about keeps.
set -u
cd "$(dirname "$0")/../.."
bad=0

git ls-files -z '*.c' '*.h' '*.sh' 'scripts/*' | xargs -0 awk '
FNR == 1 { files[FILENAME]; checked++ }
FNR <= 2 && /SPDX-License-Identifier/ { licensed[FILENAME] }
END {
	for (file in files)
		if (!(file in licensed)) {
			print "FAIL: " file " has no SPDX line"
			bad = 1
		}
	print checked + 0 " files checked"
	exit bad || checked <= 50
}' || bad=1
if git grep -nE '/home/[a-z]+/|/root/' -- ':!tests/static/words.sh' | grep -v '~'; then
	echo "FAIL: a path of one machine"
	bad=1
fi
if git ls-files -s | grep '^120000'; then
	echo "FAIL: a symbolic link"
	bad=1
fi
exit "$bad"
