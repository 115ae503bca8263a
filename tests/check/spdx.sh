#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file says its licence in its first lines, and says it once.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

wanted='SPDX-License-Identifier: Apache-2.0'
files=$(sources '*.cpp' '*.h' '*.sh' '*.mk' '*.bash' '*.php' '*.sql' '*.conf' '*.8' '*.pml' '*.js' '*.mjs' '*.css' '*.S' \
  '*.yaml' '*.yml' '*.Dockerfile' Makefile | grep -v /vendor/) # which says whose it is itself

failed=0
while IFS= read -r file; do
  head -3 "$file" | grep -qF "$wanted" || { echo "$file:1: lacks '$wanted'"; failed=1; }
done <<<"$files"
exit $failed
