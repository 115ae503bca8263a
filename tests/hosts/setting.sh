# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Two hosts with a site, and the portable archive and the guide's steps for them. To be sourced, with $build, $old,
# $new, $mpm and $vendor: a build directory, two releases of Debian, an MPM, mariadb or mysql.

set -Eeuo pipefail

: "${build:?} ${old:?} ${new:?} ${mpm:?} ${vendor:?}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
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
if [ "$vendor" = mysql ]; then
  # shellcheck source=tests/hosts/mysql.sh
  . "$here/mysql.sh"
fi

step() { echo "hosts: $(date +%T) $1"; }
die() { echo "hosts: FAILED: $old $new $mpm $vendor: $1"; exit 1; }
leave() {
  remove_hosts || true
  rm -rf --one-file-system "$work"
}

# The archive has its examples in another place than the package.
adapt() { echo "${1//\/usr\/share\/doc\/libapache2-mod-cutover/archive\/apache-conf}"; }

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

follow_the_guide() { # FIRST-STEP LAST-STEP
  local at=0 heading kind host text
  while IFS=$'\t' read -r heading kind host text; do
    if [ "$heading" -lt "$1" ] || [ "$heading" -gt "$2" ]; then continue; fi
    if [ "$heading" != "$at" ]; then
      at=$heading
      case $at in 4) until_it_is_so replicates new ;; 5) until_it_is_so receives old ;; esac
    fi
    carry_out "$kind" "$host" "$(adapt "$text")" >"$work/log" 2>&1 </dev/null || { cat "$work/log"; die "$text"; }
  done < <(steps "$project/docs/moving-a-site.md")
}

make_two_hosts() {
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
}
