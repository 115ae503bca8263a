#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Nobody's database server is harmed: `make deb` on a clean Debian sid installs what it needs, and neither
# its package nor `make` removes or restarts a MySQL server that runs beside it.
#
#   beside_mysql.sh [PACKAGE]     built there before: it is not built again
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
suite=sid
# shellcheck source=tests/package/root.sh
. "$here/root.sh"
builder=${CUTOVER_BUILDER_ROOT:-/var/tmp/mod_cutover-deb-builder}
host=${CUTOVER_MYSQL_HOST_ROOT:-/var/tmp/mod_cutover-deb-mysql}
work=$(mktemp -d)

step() { echo "beside_mysql: $1"; }
die() { echo "beside_mysql: FAILED: $1"; exit 1; }
inside() { chroot "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "${@:2}"; }
# The server that this test started, and no other: by its pid and by the root in which it lives.
server() {
  local pid
  pid=$(cat "$host/run/mysqld/test.pid" 2>/dev/null) || return 1
  [ "$pid" -gt 1 ] && [ "$(readlink "/proc/$pid/root")" = "$host" ] && echo "$pid"
}
leave() {
  local pid
  if pid=$(server); then
    kill "$pid"
    while [ -d "/proc/$pid" ]; do sleep 0.1; done
  fi
  ! mountpoint -q "$host/proc" || umount "$host/proc"
  rm -rf --one-file-system "$work"
}
unharmed() { # WHEN
  [ "$(server)" = "$pid" ] || die "$1 the server is not the one that it was"
  # shellcheck disable=SC2016 # it is dpkg-query's
  inside "$host" dpkg-query -W -f '${db:Status-Status}' mysql-server | grep -qx installed || die "$1 mysql-server is gone"
  inside "$host" mysql -uroot -e 'SELECT 1' >/dev/null || die "$1 the server does not answer"
}
source_into() { # ROOT
  mkdir -p "$1/source"
  tar -C "$here/../.." --exclude=./build --exclude=./.git -cf - . | tar -C "$1/source" -xf -
}

trap leave EXIT
package=${1:-}
if [ -z "$package" ]; then
  step 'make deb on a clean Debian'
  make_root "$builder" make || die 'no root to build in'
  source_into "$builder"
  inside "$builder" sh -c 'cd /source && make deb' >"$work/log" 2>&1 || { tail -20 "$work/log"; die 'make deb'; }
  package=$(find "$builder/source/build/deb" -maxdepth 1 -name 'libapache2-mod-cutover_*.deb')
fi
dpkg-deb -f "$package" Depends | grep -q 'libmysqlclient.* | libmariadb3' || die 'it does not leave the choice of a client library'

step 'a host with a MySQL server'
make_root "$host" mysql-server apache2 make || die 'no root with MySQL'
mountpoint -q "$host/proc" || mount -t proc proc "$host/proc"
! pid=$(server) || die "a server of an earlier test still runs: $pid"
mkdir -p "$host/run/mysqld" && inside "$host" chown mysql: /run/mysqld
inside "$host" mysqld --user=mysql --daemonize --skip-networking --mysqlx=OFF --pid-file=/run/mysqld/test.pid \
  --log-error=/var/log/mysql/error.log >"$work/log" 2>&1 || { tail -5 "$work/log" "$host/var/log/mysql/error.log"; die mysqld; }
pid=$(server)
unharmed 'before all'

step 'the package is installed beside it'
cp "$package" "$host/package.deb"
inside "$host" apt-get -qq -y install --no-install-recommends /package.deb >"$work/log" 2>&1 || { tail -20 "$work/log"; die install; }
unharmed 'with the package'
inside "$host" cutoverd --version || die 'the coordinator does not start with this client library'
inside "$host" sh -c 'ldd /usr/lib/cutover/cutoverd-mysql | grep -q "not found"' && die 'a library is missing'
inside "$host" dpkg -i /package.deb >"$work/log" 2>&1 || { tail -20 "$work/log"; die 'a second installation'; }
inside "$host" apt-get -qq -y purge libapache2-mod-cutover >"$work/log" 2>&1 || { tail -20 "$work/log"; die purge; }
unharmed 'without the package'

step 'what make installs there'
source_into "$host"
inside "$host" /source/packages.sh build >"$work/log" 2>&1 || { tail -20 "$work/log"; die 'packages.sh build'; }
grep -q '^packages.sh: installing .*libmysqlclient-dev' "$work/log" || die 'it does not say what it installs'
unharmed 'with the packages to build'
inside "$host" /source/packages.sh test >"$work/log" 2>&1 && die 'packages.sh test is not refused'
grep -q 'would remove.* mysql-server' "$work/log" || { cat "$work/log"; die 'the refusal does not name the server'; }
unharmed 'with the refusal'
echo 'beside_mysql: all well'
