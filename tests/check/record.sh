#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The track record in docs/reliability.md names, for each fault that was found, what shows it again: tests, lines of
# the models' list, inputs of the fuzzers' corpora, targets of make. Each of them is there.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

doc=docs/reliability.md
lines=tests/model/configurations
for input in "$doc" "$lines" Makefile; do
  [ -s "$input" ] || { echo "record: $input is missing or empty"; exit 1; }
done
rows=$(sed -n '/^<!-- track-record -->$/,/^<!-- \/track-record -->$/p' "$doc" | grep '^|' | grep -vE '^\| what was wrong |^\|--') || true
[ -n "$rows" ] || { echo "$doc: has no track record"; exit 1; }
files=$(sources '*_test.cpp')
tests=$(tr '\n' ' ' <<<"$files" | xargs cat | tr '\n' ' ' | grep -oE '\bTEST(_F|_P)?\( *[A-Za-z0-9]+, *[A-Za-z0-9]+' |
  sed -E 's/.*\( *//; s/, */./' | sort -u) || true
[ -n "$tests" ] || { echo 'record: no test was found'; exit 1; }

failed=0
while IFS= read -r row; do
  # shellcheck disable=SC2016 # the backquotes are the table's
  names=$(sed -E 's/.*\|(.*)\|$/\1/' <<<"$row" | grep -oE '`[^`]+`' | tr -d '`') || true
  [ -n "$names" ] || { echo "$doc: nothing shows again: $row"; failed=1; continue; }
  while IFS= read -r name; do
    case $name in
      'make '*) name=${name#make } && grep -qE "^${name%% *}:" Makefile ;;
      */*) [ -f "tests/fuzz/corpus/$name" ] ;;
      *.*) grep -qxF "$name" <<<"$tests" ;;
      *) grep -qE "^[a-z]+ [^ ]+ $name( |\$)" "$lines" ;;
    esac || { echo "$doc: there is no $name"; failed=1; }
  done <<<"$names"
done <<<"$rows"
exit $failed
