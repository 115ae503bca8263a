#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what a goal of the Makefile needs, on Debian 12 or Ubuntu 22.04 and newer. It starts and
# changes no service: it takes the packages without one, and unpacks the others (php-fpm, nginx, haproxy).
#
#   packages.sh build|test|fuzz|bench|check|model|deb|portable|rpm|browser|mysql|passenger ...
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
php_root=${CUTOVER_PHP_ROOT:-$here/build/php}
promtool=${CUTOVER_PROMTOOL:-$here/build/promtool}
rivals_root=${CUTOVER_RIVALS_ROOT:-$here/build/rivals}
mysql_client_root=${CUTOVER_MYSQL_CLIENT_ROOT:-$here/build/mysql-client}
mysql_root=${CUTOVER_MYSQL_ROOT:-/var/tmp/mod_cutover-mysql}

# "a|b" means: any of them will do, and the first that the distribution has is installed.
build_packages=(
  make 'g++|g++-12' pkg-config apache2-bin apache2-dev
  'libmariadb-dev|libmysqlclient-dev' libcurl4-openssl-dev libssl-dev zlib1g-dev
  nlohmann-json3-dev libcli11-dev
)
test_packages=(
  libmariadb-dev libgtest-dev libgmock-dev libcpp-httplib-dev
  'mariadb-server-core|mariadb-server-core-10.6' 'mariadb-client-core|mariadb-client-core-10.6'
  'mariadb-client|mariadb-client-10.6' openssl curl 'nghttp2-client|nghttp2' ca-certificates
)
bench_packages=(wrk gnuplot-nox valgrind)
fuzz_packages=(clang 'libclang-rt-14-dev|libclang-rt-dev|libclang-common-14-dev' zlib1g-dev)
check_packages=(clang clang-format clang-tidy shellcheck groff-base)

passenger_packages=(passenger ruby-rack ruby-railties ruby-activerecord ruby-mysql2)
model_packages=(spin gcc)
deb_packages=(build-essential dpkg-dev debhelper fakeroot lintian debootstrap)
browser_packages=(fonts-liberation pngquant)

can_install() { [ -n "$(apt-cache --quiet=2 show "$1" 2>/dev/null)" ]; }

# Prints those of the wanted that are not there; one query for all of them, since this runs before every build.
missing_of() {
  local installed want name found
  installed=" $(dpkg-query -W -f '${binary:Package}:${db:Status-Status} ' 2>/dev/null) "
  for want in "$@"; do
    found=
    for name in ${want//|/ }; do
      [[ $installed =~ " $name":([a-z0-9]+:)?installed" " ]] && found=1 && break
    done
    [ -n "$found" ] || printf '%s\n' "$want"
  done
}

need_root() {
  [ "$(id -u)" = 0 ] && return
  echo "packages.sh: missing: $*" >&2
  echo "packages.sh: not root, so nothing was installed; run as root: $0 $goals" >&2
  exit 1
}

refresh_lists() {
  [ -z "${lists_fresh:-}" ] || return 0
  echo 'packages.sh: apt-get update' >&2
  apt-get -qq update || echo 'packages.sh: apt-get update failed; going on with the lists there are' >&2
  lists_fresh=1
}

# What apt-get would do, a line a package: "Inst NAME ..." and "Remv NAME ...". Nothing is done.
simulate() {
  LC_ALL=C apt-get -s -qq -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" ||
    { echo "packages.sh: apt-get cannot install $*; see above" >&2; return 1; }
}
# Their names, one a line. An upgrade has the version that is there in brackets.
removed_by() { sed -n 's/^Remv \([^ ]*\).*/\1/p'; }
added_by() { sed -n 's/^Inst \([^ ]*\) (.*/\1/p'; }
upgraded_by() { sed -n 's/^Inst \([^ ]*\) \[.*/\1/p'; }
# One of the services that a package has runs.
serves() {
  local name
  for name in $(dpkg -L "$1" 2>/dev/null |
    sed -nE 's,^/etc/init\.d/([^/]+)$,\1,p; s,^(/usr)?/lib/systemd/system/([^/@]+)\.service$,\2,p' | sort -u); do
    if service "$name" status >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

# Nobody's server goes, and none is restarted, because something is built here.
refuse_harm() { # WHAT-APT-GET-WOULD-DO PACKAGE ...
  local would=$1 removed upgraded name served=()
  shift
  removed=$(removed_by <<<"$would" | tr '\n' ' ')
  if [ -n "$removed" ]; then
    cat >&2 <<SAID
packages.sh: refused: installing $*
packages.sh: would remove ${removed% }, which is in use here. Nothing was changed.
packages.sh: For make and make deb beside a MySQL server, libmysqlclient-dev does instead of libmariadb-dev
packages.sh: (apt-get install --no-remove libmysqlclient-dev); tests and demo want MariaDB, and a machine without
packages.sh: that server. What else conflicts, apt-get -s install tells.
SAID
    exit 1
  fi
  upgraded=$(upgraded_by <<<"$would")
  for name in $upgraded; do if serves "$name"; then served+=("$name"); fi; done
  [ ${#served[@]} -eq 0 ] || {
    echo "packages.sh: refused: installing $*" >&2
    echo "packages.sh: would upgrade, and so restart, ${served[*]}. Nothing was changed. When a restart suits: apt-get install ${served[*]}" >&2
    exit 1
  }
  # shellcheck disable=SC2046 # a name a word
  echo "packages.sh: installing" $(added_by <<<"$would") >&2
  # shellcheck disable=SC2086
  [ -z "$upgraded" ] || echo "packages.sh: upgrading, since they are needed in a newer version:" $upgraded >&2
}

apt_install() {
  local would log
  would=$(simulate "$@") || exit 1
  refuse_harm "$would" "$@"
  log=$(mktemp)
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-remove -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends "$@" >"$log" 2>&1 || { tail -20 "$log" >&2; rm -f "$log"; exit 1; }
  rm -f "$log"
}

# The first of them that the distribution has, before those whose installation would remove something.
first_harmless() { # PACKAGE ...
  local name possible=
  for name in "$@"; do
    can_install "$name" || continue
    possible=${possible:-$name}
    [ -n "$(simulate "$name" 2>/dev/null | removed_by)" ] || { echo "$name"; return; }
  done
  echo "$possible"
}

ensure() {
  local missing want name chosen=()
  missing=$(missing_of "$@")
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086
  need_root $missing
  refresh_lists
  for want in $missing; do
    # shellcheck disable=SC2086 # the alternatives
    name=$(first_harmless ${want//|/ })
    [ -n "$name" ] || {
      echo "packages.sh: this release has no package $want: make portable, on Debian 12 or newer, makes binaries for it (docs/platforms.md)" >&2
      exit 1
    }
    chosen+=("$name")
  done
  apt_install "${chosen[@]}"
}

# Packages that bring a service are unpacked into a root of their own and never installed; the
# libraries that they need are plain ones and come from the package manager.
unpack() { # ROOT PACKAGE ...
  local root=$1 libraries work
  shift
  libraries=$(apt-cache depends "$@" | sed -n 's/^ *Depends: \(lib[^ ]*\)$/\1/p' | sort -u)
  # shellcheck disable=SC2086
  ensure $libraries
  work=$(mktemp -d)
  chmod 755 "$work"
  echo "packages.sh: unpacking $* into $root" >&2
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$@")
  mkdir -p "$root"
  for deb in "$work"/*.deb; do dpkg -x "$deb" "$root"; done
  rm -rf --one-file-system "$work"
}

ensure_php() {
  [ -x "$php_root/php-fpm" ] && return
  need_root "php-fpm (unpacked into $php_root)"
  refresh_lists
  local version
  version=$(apt-cache depends php-fpm | sed -n 's/.*Depends: php\([0-9.]*\)-fpm.*/\1/p' | head -1)
  [ -n "$version" ] || { echo 'packages.sh: this distribution has no php-fpm' >&2; exit 1; }
  local packages=("php$version-fpm" "php$version-common" "php$version-mysql" "php$version-opcache")
  can_install "php$version-opcache" || unset 'packages[3]'
  unpack "$php_root/root" "${packages[@]}"
  ln -sfn "$(cd "$php_root" && dirname root/usr/lib/php/*/pdo_mysql.so)" "$php_root/extensions"
  # Last, since its presence says that all the rest is there.
  ln -sfn "root/usr/sbin/php-fpm$version" "$php_root/php-fpm"
}

# Prometheus' package brings a service, too; its checker of metrics and rules is one program of it.
ensure_promtool() {
  [ -x "$promtool" ] && return
  need_root "promtool ($promtool)"
  refresh_lists
  local work package=prometheus # not by unpack: the server's libraries are no use to it
  if can_install promtool; then package=promtool; fi # Debian 13 and newer
  work=$(mktemp -d)
  chmod 755 "$work"
  echo "packages.sh: unpacking promtool into ${promtool%/*}" >&2
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg -x "$package"_*.deb root)
  mkdir -p "${promtool%/*}"
  mv "$work/root/usr/bin/promtool" "$promtool"
  rm -rf --one-file-system "$work"
}

# Passenger starts nothing by itself; its module would enable itself in this machine's httpd.
ensure_passenger() {
  local root=${CUTOVER_PASSENGER_ROOT:-$here/build/passenger}
  [ -e "$root/mod_passenger.so" ] && [ -z "$(missing_of "${passenger_packages[@]}")" ] && return
  need_root "${passenger_packages[*]}, and mod_passenger (unpacked into $root)"
  ensure "${passenger_packages[@]}"
  refresh_lists
  unpack "$root/root" libapache2-mod-passenger
  ln -sfn root/usr/lib/apache2/modules/mod_passenger.so "$root/mod_passenger.so"
}

# They are welcome, no more: what cannot be had is not tried.
ensure_compilers() {
  local names=$here/tests/check/other_compilers.sh missing
  if [ -z "$("$names")" ] && [ "$(id -u)" = 0 ]; then refresh_lists; fi
  # shellcheck disable=SC2046 # a name a word
  missing=$(missing_of $("$names"))
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086
  (ensure $missing) || echo "packages.sh: without ${missing//$'\n'/ }" >&2
}

# The .deb has the coordinator for either client library. The two cannot be installed for development
# at once: MySQL's, where the distribution has it, is unpacked beside.
ensure_mysql_client() {
  if [ -e "$mysql_client_root/.complete" ] || [ -n "$(missing_of libmariadb-dev)" ]; then return; fi
  refresh_lists
  can_install libmysqlclient-dev || return 0
  need_root "libmysqlclient-dev (unpacked into $mysql_client_root)"
  unpack "$mysql_client_root" libmysqlclient-dev
  touch "$mysql_client_root/.complete"
}

# What an administrator would put in front instead: the benchmark's rivals.
ensure_rivals() {
  local program
  for program in haproxy nginx; do
    [ -x "$rivals_root/$program" ] && continue
    need_root "$program (unpacked into $rivals_root)"
    refresh_lists
    unpack "$rivals_root/root" "$program"
    # Older Ubuntus: nginx is an empty package.
    [ -x "$rivals_root/root/usr/sbin/$program" ] || unpack "$rivals_root/root" "$program-core"
    ln -sfn "root/usr/sbin/$program" "$rivals_root/$program"
  done
}

# node may well be there from elsewhere than this distribution, whose npm then cannot be installed beside
# it. Where no chromium can be had (Ubuntu has but a snap) the tests say so and are skipped.
ensure_browser() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then ensure nodejs npm; fi
  if [ "$(id -u)" != 0 ]; then return; fi
  ensure "${browser_packages[@]}"
  if command -v chromium >/dev/null; then return; fi
  refresh_lists
  if can_install chromium; then ensure chromium; fi
}

# MySQL itself is in Debian's unstable suite alone; a root of its own keeps it away from this system.
ensure_mysql() {
  [ -e "$mysql_root/.complete" ] && return
  need_root "MySQL (a debootstrap root in $mysql_root)"
  ensure debootstrap
  echo "packages.sh: building a root with MySQL in $mysql_root (about a minute, 1 GB)" >&2
  rm -rf --one-file-system "$mysql_root"
  debootstrap --variant=minbase sid "$mysql_root" >"$mysql_root.log" 2>&1 ||
    { tail -5 "$mysql_root.log" >&2; exit 1; }
  printf '#!/bin/sh\nexit 101\n' >"$mysql_root/usr/sbin/policy-rc.d"
  chmod 755 "$mysql_root/usr/sbin/policy-rc.d"
  echo 'Acquire::Check-Valid-Until "false";' >"$mysql_root/etc/apt/apt.conf.d/99valid"
  chroot "$mysql_root" sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install \
    --no-install-recommends mysql-server mysql-client libmysqlclient-dev && apt-get clean' >>"$mysql_root.log" 2>&1 ||
    { tail -5 "$mysql_root.log" >&2; exit 1; }
  rm -f "$mysql_root.log"
  touch "$mysql_root/.complete"
}

goals=$*
[ $# -gt 0 ] || { echo "usage: $0 build|test|fuzz|bench|check|model|deb|portable|rpm|browser|mysql|passenger ..." >&2; exit 2; }
command -v apt-get >/dev/null || {
  echo "packages.sh: no apt-get here; install the equivalents of: ${build_packages[*]} ${test_packages[*]}" >&2
  exit 1
}
for goal in "$@"; do
  case $goal in
    build) ensure "${build_packages[@]}" ;;
    test) ensure "${build_packages[@]}" "${test_packages[@]}" && ensure_php && ensure_promtool ;;
    bench)
      ensure "${build_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}" && ensure_php && ensure_rivals ;;
    fuzz) ensure "${build_packages[@]}" "${fuzz_packages[@]}" ;;
    check) ensure "${build_packages[@]}" "${test_packages[@]}" "${check_packages[@]}" && ensure_promtool && ensure_compilers ;;
    deb) ensure "${build_packages[@]}" "${deb_packages[@]}" && ensure_mysql_client ;;
    portable) ensure "${build_packages[@]}" debootstrap rpm lintian ;;
    rpm) ensure rpm2cpio cpio rpmlint ;;
    browser) ensure "${build_packages[@]}" "${test_packages[@]}" && ensure_php && ensure_browser ;;
    model) ensure "${model_packages[@]}" ;;
    mysql) ensure_mysql ;;
    passenger) ensure_passenger ;;
    *) echo "packages.sh: unknown group $goal (build, test, fuzz, bench, check, model, deb, portable, rpm, browser, mysql, passenger)" >&2; exit 2 ;;
  esac
done
