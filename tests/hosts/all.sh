#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A site's move on the hosts that people leave, a pair a line: see move.sh. Each release of Debian with each MPM and
# its own database, to itself and to the newer ones, and MySQL on each. Ends with the table of docs/platforms.md.
#
#   all.sh BUILD [WORDS]     WORDS: those pairs alone whose line has them, such as 'bullseye prefork'
set -uo pipefail

build=${1:?usage: all.sh BUILD [WORDS]} words=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
log=$(mktemp -d)
trap 'rm -rf --one-file-system "$log"' EXIT

# old new MPM database
pairs='bullseye bullseye event mariadb
bullseye bullseye prefork mariadb
bullseye bullseye worker mariadb
bookworm bookworm event mariadb
bookworm bookworm prefork mariadb
bookworm bookworm worker mariadb
trixie trixie event mariadb
trixie trixie prefork mariadb
trixie trixie worker mariadb
bullseye bookworm event mariadb
bullseye trixie prefork mariadb
bookworm trixie event mariadb
bullseye trixie worker mysql
bookworm trixie prefork mysql
trixie trixie event mysql
bullseye trixie event refused'

passed=0 failed=0
while read -r old new mpm database; do
  out=$log/$old-$new-$mpm-$database
  case $database in
  refused) "$here/refused.sh" "$build" "$old" "$new" 2>&1 | tee "$out" ;;
  *) "$here/move.sh" "$build" "$old" "$new" "$mpm" "$database" 2>&1 | tee "$out" ;;
  esac </dev/null
  if [ "${PIPESTATUS[0]}" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  tail -n 1 "$out" >>"$log/table"
done < <(grep -F -- "$words" <<<"$pairs")

echo
echo '| old host | its httpd | its database | new host | its database | seen |'
echo '|---|---|---|---|---|---|'
cat "$log/table"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
