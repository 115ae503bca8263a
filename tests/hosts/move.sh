#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One site between two hosts, each a Debian of its own: the portable archive installed on the old one, the guide's
# steps as they stand in it, a rehearsal, and two moves there and back under load. Every request and every write is
# counted. Its last line is a row of docs/platforms.md.
#
#   move.sh BUILD OLD NEW MPM [mysql]     such as: build bullseye trixie prefork
set -Eeuo pipefail

build=${1:?usage: move.sh BUILD OLD NEW MPM [mysql]} old=${2:?} new=${3:?} mpm=${4:?} vendor=${5:-mariadb}
# shellcheck source=tests/hosts/setting.sh
. "$(dirname "$0")/setting.sh"

move_under_load() {
  echo SECRET >"$work/password"
  cat >"$work/site.json" <<JSON
{ "visitors": {"address": "10.0.0.1", "port": 80}, "new_host": {"address": "10.0.0.2", "port": 80},
  "admin": {"address": "127.0.0.1", "port": 8090},
  "cutoverctl": ["nsenter", "--target", "${first[old]}", "--pid", "chroot", "$(tree old)", "cutoverctl"],
  "account": {"user": "shop", "password_file": "$work/password", "schema": "shop"},
  "old_database": {"address": "10.0.0.1", "port": 3306}, "new_database": {"address": "10.0.0.2", "port": 3306},
  "old_host_log": "$(tree old)/tmp/host.log", "new_host_log": "$(tree new)/tmp/host.log",
  "access_log": "$(tree old)/var/log/apache2/access.log" }
JSON
  CUTOVER_DB=$vendor ip netns exec "$(space old)" "$build/demo" --site "$work/site.json" --rehearse --rounds "${ROUNDS:-2}" >"$work/log" 2>&1 ||
    { tail -60 "$work/log"; tail -20 "$(tree old)/var/log/apache2/error.log"; die 'the moves'; }
}

trap leave EXIT
make_two_hosts
log_in
find_pair
step "install; the guide's steps for $pair"
install_archive >"$work/log" 2>&1 || { cat "$work/log"; die 'the installation'; }
follow_the_guide 2 7
until_it_is_so on old cutoverctl preflight
cat "$work/said" >"${PREFLIGHTS:-/dev/null}"
step "preflight: accepted; warnings: $(warnings | tr '\n' ' ')"
step 'rehearsal, and moves under load'
move_under_load
last=$(tail -1 "$work/log")
moves=$(sed -n 's/^\([0-9]* moves\);.*/\1/p' "$work/log")
httpd=$(on old apachectl -v | sed -n 's,.*Apache/\([0-9.]*\).*,\1,p')
name=MariaDB
[ "$vendor" = mariadb ] || name=MySQL
echo "| $old | $httpd $mpm | $name $(version old | cut -d- -f1) | $new | $name $(version new | cut -d- -f1) | $moves; ${last#demo: } |"
