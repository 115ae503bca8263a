# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The product's sources, as a compiler would be told to compile them, and which of them were clean when they
# were looked at last. To be sourced.

set -euo pipefail

# product_sources BUILD COMPILER: a line a source: its name, a tab, its flags as a shell would read them. The
# flags are those of the build: make says what it would run.
product_sources() {
  make -Bns BUILD="$1" CXX="$2" PRECOMPILED= binaries |
    sed -nE "s/^@?${2//+/\\+} (.*) -c ([^ ]+\.cpp) -o .*/\2\t\1/p" | sed -E 's/ -MMD| -MP//g' | sort -u
}

# A file's stamp is the sum when it was clean, and then what it includes of ours, one a line.

# sum_of VERSION FLAGS FILE ...: of all that the verdict depends on, but for the system's own headers.
sum_of() {
  local version=$1 flags=$2
  shift 2
  { echo "$version $flags"; cat .clang-tidy "$@"; } 2>/dev/null | sha256sum
}
# was_clean STAMP VERSION FLAGS
was_clean() {
  local stamped
  [ -r "$1" ] || return 1
  mapfile -t stamped <"$1"
  [ "${stamped[0]:-}" = "$(sum_of "$2" "$3" "${stamped[@]:1}")" ]
}
# own_files FILE COMPILER FLAG ...: what it includes of ours, itself first.
own_files() {
  "$2" "${@:3}" -MM "$1" 2>/dev/null | sed 's/^[^:]*://; s/\\$//' | tr -s ' ' '\n' | sed '/^$/d'
}
export -f sum_of was_clean own_files
