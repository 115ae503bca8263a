#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The sources are as clang-format lays them out.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

files=$(sources '*.cpp' '*.h')
xargs -d '\n' clang-format --dry-run -Werror <<<"$files"
