#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What must not be in any tracked file: paths of one machine, and C that has no
# licence line.
set -u
cd "$(dirname "$0")/../.."
bad=0
checked=0

for file in $(git ls-files '*.c' '*.h' '*.sh' 'scripts/*'); do
	checked=$((checked + 1))
	head -n 2 "$file" | grep -q SPDX-License-Identifier || {
		echo "FAIL: $file has no SPDX line"
		bad=1
	}
done
if git grep -nE '/home/[a-z]+/|/root/' -- ':!tests/static/words.sh' | grep -v '~'; then
	echo "FAIL: a path of one machine"
	bad=1
fi
echo "$checked files checked"
[ "$checked" -gt 50 ] && exit "$bad"
exit 1
