#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the site on the old host and then steps 3 to 6 of docs/moving-a-site.md: the replica, the ring,
# the accounts, the option files. Runs to its end once; the passwords are made here and stand in
# volumes alone.
set -euo pipefail

old() { mariadb --no-defaults --batch --skip-column-names --socket=/run/old-db/mysqld.sock "$@"; }
new() { mariadb --no-defaults --batch --skip-column-names --socket=/run/new-db/mysqld.sock "$@"; }
password() { head -c 18 /dev/urandom | base64 | tr '+/' '-_'; }
say() { echo "migration: $*"; }

# The last file that is written: all before it is done.
if [ -e /etc/cutover/new.cnf ]; then
  say 'was done before'
  exit 0
fi
app=$(password)
repl=$(password)
cutover=$(password)

say 'the site, on the old host'
old <<SQL
CREATE DATABASE shop CHARACTER SET utf8mb4;
CREATE USER 'shop'@'%' IDENTIFIED BY '$app';
GRANT ALL ON shop.* TO 'shop'@'%';
SQL
old shop </srv/shop/schema.sql

say 'step 3, the replica'
old <<SQL
CREATE USER 'repl'@'%' IDENTIFIED BY '$repl';
GRANT REPLICATION SLAVE ON *.* TO 'repl'@'%';
SQL
{
  echo 'SET sql_log_bin=0;'
  mariadb-dump --no-defaults --socket=/run/old-db/mysqld.sock --all-databases --single-transaction \
    --master-data=1 --gtid --flush-privileges --routines --events --triggers
  echo 'FLUSH PRIVILEGES;'
} | new
new <<SQL
CHANGE MASTER TO MASTER_HOST='old-db', MASTER_USER='repl', MASTER_PASSWORD='$repl',
  MASTER_USE_GTID=slave_pos;
START SLAVE; SET GLOBAL read_only=1;
SQL

# Until the new server has applied all that the old one has by now.
await_new() {
  local position
  position=$(old -e 'SELECT @@gtid_binlog_pos')
  [ "$(new -e "SELECT MASTER_GTID_WAIT('$position', 60)")" = 0 ] && return
  say "the new database does not come to $position:"
  new -E -e 'SHOW SLAVE STATUS'
  exit 1
}

say 'step 4, the ring'
old -e 'CREATE DATABASE ring_mark; DROP DATABASE ring_mark'
await_new
position=$(old -e 'SELECT @@gtid_binlog_pos')
old <<SQL
SET GLOBAL gtid_slave_pos='$position';
CHANGE MASTER TO MASTER_HOST='new-db', MASTER_USER='repl', MASTER_PASSWORD='$repl',
  MASTER_USE_GTID=slave_pos;
START SLAVE IO_THREAD;
SQL

say "step 5, the coordinator's account"
old <<SQL
CREATE USER 'cutover'@'%' IDENTIFIED BY '$cutover';
GRANT SLAVE MONITOR, BINLOG MONITOR, PROCESS, READ_ONLY ADMIN, CONNECTION ADMIN,
  REPLICATION SLAVE ADMIN, BINLOG ADMIN, RELOAD, REFERENCES, TRIGGER ON *.* TO 'cutover'@'%';
GRANT SELECT ON mysql.* TO 'cutover'@'%';
GRANT SELECT ON shop.* TO 'cutover'@'%';
GRANT CREATE, SELECT, INSERT, DELETE ON mod_cutover.* TO 'cutover'@'%';
SQL
await_new

say 'step 6, the option files'
install -m 0440 -g www-data <(echo "$app") /run/shop/password
for side in old new; do
  install -m 0600 /dev/stdin "/etc/cutover/$side.cnf" <<OPTIONS
[cutover]
host=$side-db
user=cutover
password=$cutover
app-user=shop
replication-user=repl
replication-password=$repl
OPTIONS
done
say 'done'
