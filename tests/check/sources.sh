#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Read by the checks. By find and not by git: an unpacked archive is checked all the same.
set -euo pipefail

# sources NAME ...: the project's files that match, one a line; fails where there is none, since a
# check of nothing must not pass.
sources() {
  local arguments=() name found
  for name in "$@"; do arguments+=(-o -name "$name"); done
  found=$(find . \( -name .git -o -name build -o -name node_modules \) -prune -o -type f \
    \( "${arguments[@]:1}" \) -print | sed 's|^\./||' | sort)
  [ -n "$found" ] || { echo "no file is called $*: nothing was checked" >&2; return 1; }
  printf '%s\n' "$found"
}
