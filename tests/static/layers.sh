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
result	analysis/(result|attach|upgrade|member|member_row|hist|cell|json_text|lines|kernel_option|bucket_list|document|counter|finding|load|sampling)\.
measure	bench/run/(attach|attr|context|device|event|fault|key|layer|module|pin|plan|profile|provenance|samples|setting|spread|topology|transport[a-z_]*|value|watch)\.
use	bench/use/
take	bench/take/
traffic	bench/traffic/
audit	bench/audit/
tune	bench/tune/
run	bench/run/
lab	bench/lab/
guest	bench/guest/
evidence	analysis/(walk|steps|looks|evidence|calltree|perf_text)\.
path	analysis/path/
statistics	analysis/stat/
compare	analysis/(set|scaling|compare|place|traffic|function|functions)\.
verdict	analysis/(agreement|verdict|timed|stop|settled|control|match|match_option|judge|environment|notes|traffic_[a-z]+)\.
render	analysis/render/
report	analysis/report\.
matrix	bench/matrix/
trace	bench/trace/
perf	bench/perf/
campaign	bench/campaign/
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

files=$(git ls-files -co --exclude-standard 'bench/*.[ch]' 'bench/**/*.[ch]' \
	'analysis/*.[ch]' 'analysis/**/*.[ch]' 'kmod/*.[ch]' 'kmod/**/*.[ch]')
# each file with itself, then each with what it includes
# shellcheck disable=SC2086
{
	printf '%s\n' $files | sed 's/.*/& &/'
	grep -H '^#include "' $files | sed 's/:#include "/ /; s/".*//'
} | LAYERS=$layers FORBIDDEN=$forbidden awk '
function rank(path, i) {
	for (i = 1; i <= nr; i++)
		if (path ~ "^" pattern[i])
			return i
	return 0
}
# as the compiler finds it
function found(file, name, folder) {
	folder = file
	sub("[^/]*$", "", folder)
	if ((folder name) in known)
		return folder name
	return ("bench/" name) in known ? "bench/" name : name
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
$1 == $2 {
	known[$1]
}
{
	$2 = found($1, $2)
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
