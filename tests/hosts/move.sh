#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One site between two hosts, each a Debian of its own: the portable archive installed on the old one, the guide's
# steps as they stand in it, a rehearsal, and two moves there and back under load. Every request and every write is
# counted. Its last line is a row of docs/platforms.md.
#
#   move.sh BUILD OLD NEW MPM [mysql]     such as: build bullseye trixie prefork
set -Eeuo pipefail

build=${1:?usage: move.sh BUILD OLD NEW MPM [mysql]} old=${2:?} new=${3:?} mpm=${4:?} vendor=${5:-mariadb}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /var/tmp/cutover-hosts-XXXXXX)
declare -A template
for suite in "$old" "$new"; do template[$suite]=${CUTOVER_HOSTS_ROOT:-/var/tmp/mod_cutover-guide}-$suite; done
template[old]=${template[$old]} template[new]=${template[$new]}
# shellcheck source=tests/guide/hosts.sh
. "$here/../guide/hosts.sh"
# shellcheck source=tests/guide/steps.sh
. "$here/../guide/steps.sh"
# shellcheck source=tests/package/root.sh
. "$here/../package/root.sh"
slow_percent=5 shop_from=% database_at=127.0.0.1
[ "$vendor" = mariadb ] || . "$here/mysql.sh"

step() { echo "hosts: $(date +%T) $1"; }
die() { echo "hosts: FAILED: $old $new $mpm $vendor: $1"; exit 1; }
leave() {
  remove_hosts || true
  rm -rf --one-file-system "$work"
}

# Which of the guide's blocks are for this pair, by its servers' own words.
version() { on "$1" "$client" -BNe 'SELECT @@version'; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$(version "$1")" | sort -V | head -1)" = "$2" ]; }
find_pair() {
  pair=mysql
  [ "$vendor" = mariadb ] || return 0
  pair="mariadb other-release"
  [ "$(version old | cut -d. -f1,2)" != "$(version new | cut -d. -f1,2)" ] || pair='mariadb same-release'
  if ! at_least old 10.10 && at_least new 11.0; then pair+=' old-collations'; fi
}

# What stands in the guide in words, or is another package's.
adapt() {
  local text=$1
  text=${text//\/usr\/share\/doc\/libapache2-mod-cutover/archive\/apache-conf}
  if [[ $text == *'CHANGE MASTER TO MASTER_HOST='"'10.0.0.1'"* ]] && at_least new 11.4; then
    text=${text/MASTER_USE_GTID/MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_USE_GTID}
  fi
  echo "$text"
}

install_archive() {
  local archive
  archive=$(find "$build/portable" -maxdepth 1 -name 'mod_cutover-*.tar.gz' | head -1)
  [ -n "$archive" ] || die "no archive in $build/portable; make portable"
  mkdir "$(tree old)/root/archive"
  tar -C "$(tree old)/root/archive" --strip-components=1 -xzf "$archive"
  on old archive/install.sh
  echo 'LoadModule cutover_module /usr/lib/apache2/modules/mod_cutover.so' >"$(tree old)/etc/apache2/mods-available/cutover.load"
  on old a2enmod -q proxy_http headers cutover
  on old sh -c 'apachectl configtest && systemctl restart apache2'
}

follow_the_guide() {
  local at=0 heading kind host text
  while IFS=$'\t' read -r heading kind host text; do
    if [ "$heading" -lt 2 ] || [ "$heading" -gt 7 ]; then continue; fi
    if [ "$heading" != "$at" ]; then
      at=$heading
      case $at in 4) until_it_is_so replicates new ;; 5) until_it_is_so receives old ;; esac
    fi
    carry_out "$kind" "$host" "$(adapt "$text")" >"$work/log" 2>&1 </dev/null || { cat "$work/log"; die "$text"; }
  done < <(steps "$project/docs/moving-a-site.md")
}

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
step "two hosts: $old, $new; $mpm; $vendor"
for suite in "$old" "$new"; do make_root "${template[$suite]}" apache2 mariadb-server php-fpm php-mysql curl || die "no root of $suite"; done
make_host old
make_host new
join_hosts
trap 'tail -20 "$work/log"; die "the site"' ERR
for host in old new; do
  on "$host" sh -c "a2dismod -q mpm_event && a2enmod -q mpm_$mpm" >"$work/log" 2>&1
  put_site_on "$host" >"$work/log" 2>&1
done
trap - ERR
until_it_is_so serves old
log_in
find_pair
step "install; the guide's steps for $pair"
install_archive >"$work/log" 2>&1 || { cat "$work/log"; die 'the installation'; }
follow_the_guide
until_it_is_so on old cutoverctl preflight
cat "$work/said" >"${PREFLIGHTS:-/dev/null}"
step "preflight: accepted; warnings: $(warnings | tr '\n' ' ')"
step 'rehearsal, and moves under load'
move_under_load
last=$(tail -1 "$work/log")
moves=$(sed -n 's/^\([0-9]* moves\);.*/\1/p' "$work/log")
httpd=$(on old apachectl -v | sed -n 's,.*Apache/\([0-9.]*\).*,\1,p')
# shellcheck disable=SC2016 # a row of a table
echo "| $old | $httpd $mpm | $(version old | cut -d- -f1) | $new | $(version new | cut -d- -f1) | $moves; ${last#demo: } |"
