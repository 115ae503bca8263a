#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What README.md, CHANGELOG.md and the other documents name is there: make's targets, the command's verbs and
# options. And README.md stays short: what it has no room for goes to docs/.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

limit=200
failed=0
complain() { echo "$1"; failed=1; }
for file in README.md CHANGELOG.md LICENSE Makefile mod_cutover/cutoverctl/options.cpp; do
  [ -s "$file" ] || { echo "readme: $file is missing or empty"; exit 1; }
done

lines=$(wc -l <README.md)
[ "$lines" -le "$limit" ] || complain "README.md:$lines: more than $limit lines; docs/ is for what it has no room for"

# Where a line of a README begins with a command, it is one; elsewhere only what stands in backquotes, or behind a
# prompt.
mapfile -t documents < <(sources '*.md' | grep -vE '^(README|CHANGELOG)\.md$|/vendor/')
[ ${#documents[@]} -gt 0 ] || { echo 'readme: there is no document beside README.md'; exit 1; }
# shellcheck disable=SC2016 # the backquotes are the documents'
named() { # WHAT: as FILE:..., in README.md and CHANGELOG.md, then in the others
  grep -oHE '(`([A-Z_]+=[^ `]+ )*|^ *(sudo )?)'"$1" README.md CHANGELOG.md || true
  grep -oHE '(`([A-Z_]+=[^ `]+ )*|[a-z]# )'"$1" "${documents[@]}" || true
}

targets=$(sed -nE 's/^([a-z][a-z -]*):( .*)?$/\1/p' Makefile build.mk | tr ' ' '\n' | sort -u)
while IFS=: read -r file target; do
  grep -qx "$target" <<<"$targets" || complain "$file: there is no target $target"
done < <(named 'make [a-z][a-z-]*' | sed -E 's/:.*make /:/' | sort -u)

options=$(grep -oE '"(--[a-z-]+|[a-z]+)"' mod_cutover/cutoverctl/options.cpp | tr -d '"' | sort -u)
while IFS=: read -r file word; do
  grep -qxF -- "$word" <<<"$options" || complain "$file: cutoverctl knows no $word"
done < <(named 'cutoverctl( --?[a-z-]+)* [a-z]+( [a-z]+)*( --[a-z-]+)*' |
  sed -E 's/:.*cutoverctl/:/' | awk '{
    file = $1; sub(/:.*/, ":", file); sub(/^[^:]*:/, ""); verb = 0
    for (i = 1; i <= NF; ++i) if ($i ~ /^--/ || !verb++) print file $i
  }' | sort -u)
exit $failed
