#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A database container's start: with an empty volume, makes the data first. Whoever is root or mysql on the
# server's socket is that in it, too; there is no password to be known.
set -euo pipefail

if [ ! -d /var/lib/mysql/mysql ]; then
  mariadb-install-db --no-defaults --datadir=/var/lib/mysql --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user=mysql
fi
exec mariadbd --defaults-file=/etc/database.cnf --server-id="$SERVER_ID" --gtid-domain-id="$SERVER_ID"
