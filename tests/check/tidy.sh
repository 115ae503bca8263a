#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over what is installed and the core, two files at a time. A file that was clean is not
# looked at again before it, a header that it includes, its flags or .clang-tidy change.
#
#   tidy.sh [BUILD] [FILE ...]
set -euo pipefail

build=${1:-build}
shift $(($# > 0 ? 1 : 0))
command -v clang-tidy >/dev/null || { echo 'tidy: clang-tidy is not installed'; exit 1; }
clean=$build/tidy
mkdir -p "$clean"

# The flags are those of the build: make says what it would run. The library's deprecated
# [[...]] of a newer header is nothing to a tool of another version.
make -Bns BUILD="$build" CXX=clang++ binaries |
  sed -nE 's/^@?clang\+\+ (.*) -c ([^ ]+\.cpp) -o .*/\2\t\1/p' |
  sed -E 's/ -MMD| -MP//g' | sort -u >"$clean/commands"
[ -s "$clean/commands" ] || { echo 'tidy: make names no command: nothing was checked'; exit 1; }

# A file's name, a tab, its flags, as the shell would read them.
one() {
  local file=${1%%$'\t'*} flags=${1#*$'\t'} stamp text
  local -a words
  eval "words=($flags)" # make's own text, quoted for a shell
  stamp=$clean/${file//\//_}
  text=$({ cat .clang-tidy; echo "$flags"; clang++ "${words[@]}" -E "$file"; } 2>/dev/null | sha256sum)
  [ -r "$stamp" ] && [ "$(<"$stamp")" = "$text" ] && return 0
  # The counts of warnings in system headers go to stderr and are of no use.
  if clang-tidy --quiet "$file" -- "${words[@]}" 2>"$stamp.err"; then
    echo "$text" >"$stamp"
    rm -f "$stamp.err"
  else
    grep -vE '^[0-9]+ warnings?|^Suppressed|^Use -header-filter' "$stamp.err" || true
    rm -f "$stamp" "$stamp.err"
    return 1
  fi
}
export -f one
export clean

# shellcheck disable=SC2016 # it is the inner shell's $1
all_of_them() { tr '\n' '\0' | xargs -0 -n 1 -P "$(nproc)" bash -c 'one "$1"' _; }

if [ $# -gt 0 ]; then
  printf '%s\n' "$@" | grep -F -f - "$clean/commands" | all_of_them
else
  all_of_them <"$clean/commands"
fi
