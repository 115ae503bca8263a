#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The page in a real browser: run.sh BUILD [suite|pictures]. Ends with "N passed, N failed", or says why it
# was skipped.
set -eu
build=${1:?usage: run.sh BUILD [suite|pictures]}
what=${2:-suite}
cd "$(dirname "$0")/../.."
here=$build/browser
mkdir -p "$here"

skip() {
  echo "browser tests skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

CUTOVER_CHROMIUM=${CUTOVER_CHROMIUM:-$(command -v chromium || true)}
[ -n "$CUTOVER_CHROMIUM" ] || skip 'there is no chromium (Debian has the package; Ubuntu only a snap)'
command -v node >/dev/null || skip 'there is no node'

# What npm has, as the lock file vouches for it; asked for again only when that has changed.
if ! cmp -s tests/browser/package-lock.json "$here/installed.json"; then
  command -v npm >/dev/null || skip 'there is no npm'
  cp tests/browser/package.json tests/browser/package-lock.json "$here/"
  npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --silent >"$here/npm.log" 2>&1 ||
    skip "npm cannot fetch playwright-core, axe-core and uplot: $(tail -n 1 "$here/npm.log")"
  cp tests/browser/package-lock.json "$here/installed.json"
fi

export CUTOVER_CHROMIUM CUTOVER_BUILD=$build
[ "$what" = pictures ] || rm -f "$here"/*.png
# Should it be ended at the limit, the site ends by its closed standard input.
exec timeout "${TEST_TIMEOUT:-600}" node --test-reporter=./tests/browser/reporter.mjs \
  "tests/browser/$what.mjs"
