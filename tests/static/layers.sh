#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Data flows one way, and so do includes: a file may include what stands on its
# own line below or on a line above it, never what stands further down.
set -u
cd "$(dirname "$0")/../.."

layers='
base	bench/base/
abi	kmod/uapi/
module	kmod/
cli	bench/cli/
result	analysis/(result|attach|upgrade|member|member_row|hist|cell|json_text|lines|kernel_option|bucket_list|document|sampling|load|finding|counter)\.
measure	bench/run/
lab	bench/lab/
guest	bench/guest/
evidence	analysis/(walk|steps|evidence|calltree)\.
path	analysis/path/
statistics	analysis/stat/
compare	analysis/(set|compare|place)\.
verdict	analysis/(agreement|verdict|timed|control|match|match_option|judge|notes)\.
render	analysis/render/
report	analysis/report\.
matrix	bench/matrix/
trace	bench/trace/
command	bench/(cmd/|main\.c)
'

# What no order of lines says: judging never looks at how it was measured, and
# the module stands alone.
forbidden='
analysis/	bench/(run|lab|guest|cli|cmd)/
analysis/	kmod/
kmod/	bench/
kmod/	analysis/
'

git ls-files -co --exclude-standard 'bench/*.[ch]' 'bench/**/*.[ch]' 'analysis/*.[ch]' \
	'analysis/**/*.[ch]' 	'kmod/*.[ch]' 'kmod/**/*.[ch]' | while read -r file; do
	sed -n 's/^#include "\(.*\)"/\1/p' "$file" | while read -r name; do
		for candidate in "$(dirname "$file")/$name" "bench/$name" "$name"; do
			[ -f "$candidate" ] && break
		done
		echo "$file $candidate"
	done
	echo "$file $file"
done | LAYERS=$layers FORBIDDEN=$forbidden awk '
function rank(path, i) {
	for (i = 1; i <= nr; i++)
		if (path ~ "^" pattern[i])
			return i
	return 0
}
BEGIN {
	n = split(ENVIRON["LAYERS"], line, "\n")
	for (i = 1; i <= n; i++)
		if (split(line[i], field, "\t") == 2)
			pattern[++nr] = field[2]
	n = split(ENVIRON["FORBIDDEN"], line, "\n")
	for (i = 1; i <= n; i++)
		if (split(line[i], field, "\t") == 2) {
			from[++bans] = field[1]
			to[bans] = field[2]
		}
}
{
	checked++
	if (!rank($1) || !rank($2)) {
		print "FAIL: " $1 " includes " $2 ", and one of them has no layer"
		bad++
	} else if (rank($2) > rank($1)) {
		print "FAIL: " $1 " includes " $2 ", which is downstream of it"
		bad++
	}
	for (i = 1; i <= bans; i++)
		if ($1 ~ "^" from[i] && $2 ~ "^" to[i]) {
			print "FAIL: " $1 " includes " $2 ", which is none of its business"
			bad++
		}
}
END {
	print checked + 0 " includes checked, " bad + 0 " wrong"
	exit bad || checked < 100
}'
