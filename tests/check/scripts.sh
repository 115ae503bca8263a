#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every shell script is clean for shellcheck, can be run, and stops at its first error.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

command -v shellcheck >/dev/null || { echo 'scripts: shellcheck is not installed'; exit 1; }
files=$(sources '*.sh' '*.bash')

failed=0
while IFS= read -r file; do
  shellcheck -x "$file" || failed=1
  [[ $file == *.bash ]] && continue # is read by the user's own shell
  [ -x "$file" ] || { echo "$file:1: is not executable"; failed=1; }
  grep -qE '^set -[a-zA-Z]*[eu]' "$file" || { echo "$file:1: has no 'set -eu'"; failed=1; }
done <<<"$files"
exit $failed
