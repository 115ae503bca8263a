#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What mod_cutover/state/guarded.h says of the mutexes holds: clang reads every source of the product
# that knows that header, two at a time, and refuses what touches a guarded member without its mutex.
#
#   thread_safety.sh [BUILD] [FILE ...]
set -euo pipefail

build=${1:-build}
shift $(($# > 0 ? 1 : 0))
# shellcheck source=tests/check/product_sources.sh
. "$(dirname "$0")/product_sources.sh"
annotations=mod_cutover/state/guarded.h
command -v clang++ >/dev/null || { echo 'thread_safety: clang++ is not installed'; exit 1; }
[ -r "$annotations" ] || { echo "thread_safety: $annotations is missing"; exit 1; }

commands=$(product_sources "$build" clang++)

# What includes it, what includes that, and so on. Nothing else can say what a mutex guards.
all=$(find shared mod_cutover -name '*.h' -o -name '*.cpp')
known=$annotations
while :; do
  # shellcheck disable=SC2086 # one word a file
  more=$(sort -u <(echo "$known") <(grep -lF "${known//$'\n'/\"$'\n'}\"" $all))
  [ "$more" != "$known" ] || break
  known=$more
done
[ $# -eq 0 ] || known=$(printf '%s\n' "$@")
# shellcheck disable=SC2086
commands=$(grep -F -f <(printf '%s\t\n' $known) <<<"$commands" || true)
[ -n "$commands" ] || { echo "thread_safety: no source knows $annotations: nothing was checked"; exit 1; }

one() {
  local file=${1%%$'\t'*} flags=${1#*$'\t'}
  local -a words
  eval "words=($flags)" # make's own text, quoted for a shell
  clang++ "${words[@]}" -Wthread-safety -Werror -fsyntax-only "$file"
}
export -f one
# shellcheck disable=SC2016 # it is the inner shell's $1
printf '%s\n' "$commands" | tr '\n' '\0' | xargs -0 -n 1 -P 2 bash -c 'one "$1"' _
