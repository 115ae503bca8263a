#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file of more than 300 lines is to be split, one of the product of more than 250. Those that may be
# longer stand in lengths.allowed, with the reason.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

limit_of() { case $1 in shared/*.h | shared/*.cpp | mod_cutover/*.h | mod_cutover/*.cpp) echo 250 ;; *) echo 300 ;; esac; }
allowed=tests/check/lengths.allowed
[ -r "$allowed" ] || { echo "lengths: $allowed is missing"; exit 1; }
files=$(sources '*.cpp' '*.h' '*.sh' '*.mk' '*.bash' '*.php' '*.js' '*.mjs' '*.css' '*.S' '*.pml' Makefile)

declare -A reasons
failed=0
while read -r path reason; do
  [[ -z $path || $path == '#'* ]] && continue
  [ -n "$reason" ] || { echo "$allowed: $path: states no reason"; failed=1; }
  [ -e "$path" ] || { echo "$allowed: $path: there is no such file"; failed=1; }
  reasons[$path]=$reason
done <"$allowed"

while IFS= read -r file; do
  lines=$(wc -l <"$file") limit=$(limit_of "$file")
  if [ "$lines" -gt "$limit" ] && [ -z "${reasons[$file]:-}" ]; then
    echo "$file:$lines: more than $limit lines; split it, or state the reason in $allowed"
    failed=1
  elif [ "$lines" -le "$limit" ] && [ -n "${reasons[$file]:-}" ]; then
    echo "$allowed: $file: has $lines lines and needs no allowance any more"
    failed=1
  fi
done <<<"$files"
exit $failed
