#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The product passes, without a warning, the oldest g++ and the newest g++ and clang that this distribution's
# packages have. Every source is read to its end, none is optimised: what an optimiser warns of, the build
# shows. A file that was clean is not looked at again before it, a header of ours that it
# includes, its flags or the compiler change.
#
#   compilers.sh [BUILD] [FILE ...]
#
# COMPILERS: other ones ("g++-11 clang++-19"). COMPILERS_CACHE keeps what was clean, for several checkouts.
set -euo pipefail

build=${1:-build}
shift $(($# > 0 ? 1 : 0))
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/check/product_sources.sh
. "$here/product_sources.sh"
clean=${COMPILERS_CACHE:-$build/compilers}
names=${COMPILERS:-$("$here/other_compilers.sh")}
read -ra compilers <<<"${names//$'\n'/ }"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

one() {
  local file=${1%%$'\t'*} flags=${1#*$'\t'} stamp text
  local -a words own
  stamp=$clean/$compiler/${file//\//_}
  if was_clean "$stamp" "$version" "$flags"; then return 0; fi
  eval "words=($flags)" # make's own text, quoted for a shell
  mapfile -t own < <(own_files "$file" "$compiler" "${words[@]}")
  text=$(sum_of "$version" "$flags" "${own[@]}") # before the look: what is edited meanwhile is looked at again
  # A newer clang minds what this distribution's C++ library does in its own headers.
  if ! "$compiler" "${words[@]}" -Wno-deprecated-declarations -fsyntax-only "$file"; then
    rm -f "$stamp"
    echo "compilers: $compiler does not take $file"
    return 1
  fi
  printf '%s\n' "$text" "${own[@]}" >"$stamp"
}
export -f one
export clean

looked=0
for compiler in "${compilers[@]/#clang-/clang++-}"; do
  command -v "$compiler" >/dev/null || { echo "compilers: skipped: $compiler is not installed, and could not be"; continue; }
  product_sources "$build" "$compiler" >"$work/commands"
  if [ $# -gt 0 ]; then
    grep -F -f <(printf '%s\t\n' "$@") "$work/commands" >"$work/some" || true
    mv "$work/some" "$work/commands"
  fi
  [ -s "$work/commands" ] || { echo 'compilers: make names no command: nothing was checked'; exit 1; }
  version=$("$compiler" --version | sha256sum)
  mkdir -p "$clean/$compiler"
  export compiler version
  # shellcheck disable=SC2016 # it is the inner shell's $1
  tr '\n' '\0' <"$work/commands" | xargs -0 -n 1 -P "$(nproc)" bash -c 'one "$1"' _
  echo "compilers: $compiler takes $(wc -l <"$work/commands") sources"
  looked=$((looked + 1))
done
[ "$looked" -gt 0 ] || echo 'compilers: none could be had: nothing was checked'
