# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# MySQL on a host whose distribution has none: out of the root of packages.sh mysql, by that root's dynamic loader.
# To be sourced, after tests/guide/hosts.sh.

set -euo pipefail

# shellcheck disable=SC2034 # it is for hosts.sh and steps.sh
client=mysql
# shellcheck disable=SC2034 # it is for steps.sh
replica=REPLICA
mysql_root=${CUTOVER_MYSQL_ROOT:-/var/tmp/mod_cutover-mysql}

put_mysql_on() { # HOST SERVER_ID
  local host=$1 root program
  root=$(tree "$host")
  mkdir -p "$root/opt/mysql" "$root/var/lib/mysql9"
  mount --bind "$mysql_root" "$root/opt/mysql"
  cat >"$root/root/mysql.cnf" <<CONF
[client]
socket = /run/mysql9.sock
[mysqld]
basedir = /opt/mysql/usr
lc_messages_dir = /opt/mysql/usr/share/mysql
character_sets_dir = /opt/mysql/usr/share/mysql/charsets
plugin_dir = /opt/mysql/usr/lib/mysql/plugin
datadir = /var/lib/mysql9
socket = /run/mysql9.sock
pid_file = /run/mysql9.pid
log_error = /var/log/mysql9.log
secure_file_priv = NULL
mysqlx = 0
user = root
innodb_buffer_pool_size = 64M
innodb_redo_log_capacity = 16M
server_id = $2
log_bin = binlog
gtid_mode = ON
enforce_gtid_consistency = ON
log_replica_updates = ON
skip_replica_start = ON
CONF
  for program in sbin/mysqld bin/mysql bin/mysqldump bin/mysqladmin; do
    cat >"$root/usr/local/bin/${program#*/}" <<SH
#!/bin/sh
exec /opt/mysql/lib64/ld-linux-x86-64.so.2 --library-path /opt/mysql/usr/lib/x86_64-linux-gnu:/opt/mysql/usr/lib \
  /opt/mysql/usr/$program --defaults-file=/root/mysql.cnf "\$@"
SH
    chmod 755 "$root/usr/local/bin/${program#*/}"
  done
  on "$host" mysqld --initialize-insecure
}

start_database() {
  put_mysql_on "$1" "$([ "$1" = old ] && echo 1 || echo 2)"
  on "$1" sh -c 'mysqld >/dev/null 2>&1 &'
  until on "$1" mysql -e 'SELECT 1' >/dev/null 2>&1; do sleep 0.2; done
}
