#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over what is installed and the core, two files at a time. A file that was clean is not
# looked at again before it, a header of ours that it includes, its flags or .clang-tidy change.
#
#   tidy.sh [BUILD] [FILE ...]
#
# TIDY_CACHE keeps what was clean; it may serve several checkouts, since it goes by content.
set -euo pipefail

build=${1:-build}
shift $(($# > 0 ? 1 : 0))
# shellcheck source=tests/check/product_sources.sh
. "$(dirname "$0")/product_sources.sh"
command -v clang-tidy >/dev/null || { echo 'tidy: clang-tidy is not installed'; exit 1; }
clean=${TIDY_CACHE:-$build/tidy}
mkdir -p "$clean" "$build"
commands=$(mktemp)
trap 'rm -f "$commands"' EXIT

product_sources "$build" clang++ >"$commands"
[ -s "$commands" ] || { echo 'tidy: make names no command: nothing was checked'; exit 1; }

one() {
  local file=${1%%$'\t'*} flags=${1#*$'\t'} stamp text
  local -a words own
  stamp=$clean/${file//\//_}
  if was_clean "$stamp" "$version" "$flags"; then return 0; fi
  eval "words=($flags)" # make's own text, quoted for a shell
  mapfile -t own < <(own_files "$file" clang++ "${words[@]}")
  text=$(sum_of "$version" "$flags" "${own[@]}") # before the look: what is edited meanwhile is looked at again
  # The counts of warnings in system headers go to stderr and are of no use.
  if clang-tidy --quiet "$file" -- "${words[@]}" 2>"$stamp.err"; then
    printf '%s\n' "$text" "${own[@]}" >"$stamp"
    rm -f "$stamp.err"
  else
    grep -vE '^[0-9]+ warnings?|^Suppressed|^Use -header-filter' "$stamp.err" || true
    rm -f "$stamp" "$stamp.err"
    return 1
  fi
}
version=$(clang-tidy --version | sha256sum)
export -f one
export clean version

# shellcheck disable=SC2016 # it is the inner shell's $1
all_of_them() { tr '\n' '\0' | xargs -0 -n 1 -P "$(nproc)" bash -c 'one "$1"' _; }

if [ $# -gt 0 ]; then
  printf '%s\n' "$@" | grep -F -f - "$commands" | all_of_them
else
  all_of_them <"$commands"
fi
