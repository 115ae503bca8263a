#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/moving-a-site.md, command by command as it stands there, on two fresh hosts, while a visitor who has logged in
# looks at his page again and again and must not notice.
#
#   guide.sh FOLDER-WITH-THE-PACKAGE [OLD-NEW]     the releases of the two databases, such as 10.5-11.8 or 9.7-9.7;
#                                                  else those of this machine's Debian
set -Eeuo pipefail

package=$(find "${1:?usage: guide.sh FOLDER [OLD-NEW]}" -maxdepth 1 -name 'libapache2-mod-cutover_*.deb')
[ -f "$package" ] || { echo "guide: no package in $1"; exit 1; }
releases=${2:-}
work=$(mktemp -d /var/tmp/cutover-guide-XXXXXX)
# shellcheck source=tests/package/root.sh
. "$(dirname "$0")/../package/root.sh"

die() { echo "guide: FAILED: $1"; exit 1; }
# The Debian that has it; MySQL is put on this machine's own.
suite_of() {
  case $1 in
  10.5) echo bullseye ;;
  10.11) echo bookworm ;;
  11.8) echo trixie ;;
  '' | 9.7) echo "$suite" ;;
  *) die "no Debian with a database of release $1" ;;
  esac
}
root_of() { echo "${CUTOVER_GUIDE_ROOT:-/var/tmp/mod_cutover-guide}-$1"; }
old_suite=$(suite_of "${releases%-*}") new_suite=$(suite_of "${releases#*-}")
# shellcheck disable=SC2034 # it is for hosts.sh
declare -A template=([old]=$(root_of "$old_suite") [new]=$(root_of "$new_suite"))
# shellcheck source=tests/guide/hosts.sh
. "$(dirname "$0")/hosts.sh"
# shellcheck source=tests/guide/steps.sh
. "$(dirname "$0")/steps.sh"
if [ "${releases%-*}" = 9.7 ]; then
  # shellcheck disable=SC2034 # it is for hosts.sh
  shop_from=% database_at=127.0.0.1
  # shellcheck source=tests/hosts/mysql.sh
  . "$(dirname "$0")/../hosts/mysql.sh"
fi

leave() {
  [ -z "${visitor:-}" ] || kill "$visitor" 2>/dev/null || true
  remove_hosts || true
  rm -rf --one-file-system "$work"
}

# Each request by its own connection, as a browser that comes back.
visit() {
  local said n=0
  while :; do
    said=$(from_new 10.0.0.1 /account -H "Cookie: TEAMSESSION=$cookie" -w '%{http_code}' 2>&1) || true
    case $said in *Gerd*200) n=$((n + 1)) ;; *) printf '%s\n' "${said: -300}" >>"$work/noticed" ;; esac
    echo "$n" >"$work/visits"
  done
}

# All are right: the page writes where it cannot yet; nobody has watched for ten seconds, or compared the rows; the
# visitor comes 40 times a second, and Debian's httpd holds 12.
expected_warnings='new-host|new-host-names|capacity|hold-capacity|verified'
unexpected() { warnings | grep -vxE "$expected_warnings" || true; }
# A busy machine may leave no time to ask.
accepted() { on old cutoverctl preflight && [ -z "$(unexpected)" ]; }

before() { # the heading whose steps begin
  case $1 in
  4) until_it_is_so replicates new ;;
  5) until_it_is_so receives old ;;
  8 | 9 | 10 | 11)
    until_it_is_so accepted
    ;;
  13) serves new || die 'new does not serve' ;;
  esac
}

trap leave EXIT
echo "guide: two hosts: $old_suite, $new_suite"
for suite in "$old_suite" "$new_suite"; do
  make_root "$(root_of "$suite")" apache2 mariadb-server php-fpm php-mysql curl || die "no root of $suite"
done
# The hosts reach nobody but each other: what the package needs is in their caches, and apt asks nothing. It has the
# name that the guide calls it by.
root=${template[old]} name=libapache2-mod-cutover_0.1.0_amd64.deb
cp "$package" "$root/root/$name"
echo 'APT::Get::Assume-Yes "true";' >"$root/etc/apt/apt.conf.d/90guide"
chroot "$root" apt-get -qq --download-only install "/root/$name" >"$work/log" 2>&1 || { tail -5 "$work/log"; die 'what the package needs'; }
make_host old
make_host new
join_hosts
trap 'echo "guide: FAILED: the site"; tail -20 "$work/log"' ERR
for host in old new; do put_site_on "$host" >"$work/log" 2>&1; done
trap - ERR
until_it_is_so serves old
log_in
find_pair
# From a newer release into an older one replication works until a statement that it does not know.
[[ $pair != *other-release* ]] || expected_warnings+='|version'
echo "guide: the blocks for $pair"

at=0
while IFS=$'\t' read -r heading kind host text; do
  if [ "$heading" != "$at" ]; then
    at=$heading
    before "$at"
    # Before, two restarts that the guide names: the package's, and the one for the binary log.
    if [ "$at" = 4 ]; then visit & visitor=$!; fi
  fi
  printf 'guide: %2d %s %s %.100s\n' "$heading" "$host" "$kind" "${text%%\\n*}"
  # On a busy machine the coordinator comes a moment after the graceful.
  [ "$text" != 'cutoverctl status' ] || until_it_is_so on old cutoverctl status
  carry_out "$kind" "$host" "$text" >"$work/log" 2>&1 </dev/null ||
    { cat "$work/log"; tail -5 "$(tree old)/var/log/apache2/error.log"; die "$text"; }
  case $text in
  'cutoverctl switch') serves new || die 'new does not serve after the switch' ;;
  'cutoverctl rollback') serves old || die 'old does not serve after the rollback'; before 11 ;;
  # From here on the name is the new host's.
  'cutoverctl status') if [ "$at" = 13 ]; then sleep 2; kill "$visitor"; wait "$visitor" || true; visitor=; fi ;;
  esac
done < <(steps "$project/docs/moving-a-site.md")

[ "$at" = 13 ] || die "it ended at step $at"
[ ! -s "$work/noticed" ] || { sort "$work/noticed" | uniq -c | head; die 'the visitor noticed'; }
[ "$(cat "$work/visits")" -gt 50 ] || die "only $(cat "$work/visits") visits"
grep -qx 0 "$work/log" || die 'the new database is read-only'
said=$(from_new 10.0.0.2 /account -H "Cookie: TEAMSESSION=$cookie")
[[ $said == *Gerd* ]] || die 'the visitor is not logged in on the new host'
echo "guide: all well; $(cat "$work/visits") visits to a page for those who are logged in, none of which noticed"
