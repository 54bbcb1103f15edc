#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages and completion, as the program makes them. Prints TAP.
# Usage: man.sh BUILD/dmafp
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# --- manual pages -------------------------------------------------------------

expect "one page" 0 '^\.TH DMAFP\\-RUN 1 "2025-01-02"' man run --date 2025-01-02
expect "the first page" 0 '^\.SH COMMANDS' man
expect "no page of an unknown command" 64 "unknown command 'rnu'" man rnu
check "all pages" "$dmafp" man --output pages --date 2025-01-02
expect "a folder that cannot be made" 74 'Not a directory' man --output out/x

every_command_has_a_page() {
	local commands
	commands=$("$dmafp" help | sed -n 's/^  \([a-z]\+\)  .*/dmafp-\1.1/p')
	[ "$(wc -w <<<"$commands")" -ge 9 ] || { echo "commands: $commands"; return 1; }
	diff <(echo "$commands" | cat - <(echo dmafp.1) | sort) <(ls pages | sort)
}
check "every command has a page, and no other" every_command_has_a_page

# Of every command, what its exit codes mean there, or the general phrase once
exit_codes_are_told() {
	local page bare
	bare=$(grep -l '^0 if it did what' pages/*)
	[ "$bare" = pages/dmafp-completion.1 ] || {
		echo "descriptions without a paragraph 'Exit codes: ...': $bare"
		return 1
	}
	for page in pages/*; do
		grep -q '^\.SH EXIT STATUS' "$page" || { echo "$page tells none"; return 1; }
	done
}
check "every page tells exit codes" exit_codes_are_told

# Every variable that the sources ask for
environment_is_told() {
	local name names
	names=$(cat "$source"/bench/*/*.c "$source"/analysis/*.c "$source"/analysis/*/*.c |
		grep -o 'getenv("[A-Z_]*' | cut -d '"' -f 2 | sort -u)
	[ "$(wc -w <<<"$names")" -ge 6 ] || { echo "read: $names"; return 1; }
	for name in $names; do
		grep -qxF "\\fB$name\\fR" pages/dmafp.1 || { echo "not told: $name"; return 1; }
	done
}
check "dmafp(1) tells every variable of the environment" environment_is_told

# warnings COMMAND...: none for any page
warnings() {
	local page said
	for page in pages/*; do
		said=$("$@" "$page" 2>&1 >/dev/null | cat) || return 1
		[ -z "$said" ] || { echo "$said"; return 1; }
	done
}
lint() {
	mandoc -T lint -W warning "$1" >&2
}
if command -v groff >/dev/null; then
	check "groff has nothing to warn of" warnings groff -man -ww -Tutf8
else
	skip "groff has nothing to warn of" "no groff"
fi
if command -v mandoc >/dev/null; then
	check "nor has mandoc" warnings lint
else
	skip "nor has mandoc" "no mandoc"
fi

# --- completion ---------------------------------------------------------------

expect "completion" 0 '^complete ' completion bash
expect "completion of an unknown shell" 64 "unknown shell 'fish'" completion fish

complete_words() {
	"$dmafp" completion bash >completion.sh && bash -n completion.sh || return 1
	bash -c '
		source ./completion.sh
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_dmafp
		echo "${COMPREPLY[*]}"' bash "$dmafp" "$@"
}

completes() {
	local want=$1 got
	shift
	got=$(complete_words "$@")
	[ "$got" = "$want" ] || { echo "'$*' completes to '$got', not '$want'"; return 1; }
}
mkdir -p shelf/quire
touch quite.ini shelf/quill.ini
check "completes commands" completes "run" ru
check "completes commands behind help" completes "watch" help wa
check "completes no hidden command" completes "" gue
check "completes options" completes "--mode --module" run --mod
check "completes choices" completes "kdump keyed" run --mode k
check "completes choices after =" completes "kdump keyed" run --mode = k
check "completes no file where a word must be" completes "" run --mode q
check "completes profiles" completes "quick" run -p q
check "completes profiles of lab" completes "quick" lab --profile = qui
check "completes files where no profile fits" completes "quite.ini" run -p quit
check "completes files" completes "quite.ini" run --context qu
check "completes folders only" completes "shelf/quire" run --output shelf/
check "completes rows of the matrix" completes "debian-6.12-vtd" matrix debian-6.12-v
check "completes words of the usage" completes "devices" list dev
check "completes arguments that are files" completes "shelf/quire shelf/quill.ini" diff shelf/qui

summary
