#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `make check` runs: every check of this folder, all of them even when one fails.
#
#   all.sh [BUILD] [CHECK ...]     CHECK is a script's name without .sh; none means all
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.." || exit 1
build=${1:-build}
shift $(($# > 0 ? 1 : 0))

# Cheap ones first; the last four take a minute or more on a first run.
checks=(spdx lengths layering directives readme links record docker scripts harm man prometheus format conf install
  thread_safety self_test compilers tidy)
[ $# -eq 0 ] || checks=("$@")

failed=()
for check in "${checks[@]}"; do
  begin=$SECONDS
  if "$here/$check.sh" "$build"; then
    echo "check: $check ok ($((SECONDS - begin)) s)"
  else
    echo "check: $check FAILED ($((SECONDS - begin)) s)"
    failed+=("$check")
  fi
done
[ ${#failed[@]} -eq 0 ] || { echo "check: failed: ${failed[*]}"; exit 1; }
echo "check: all ${#checks[@]} ok"
