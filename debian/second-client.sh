#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build/mysql/cutoverd: the coordinator that is in build, over MySQL's client library. What knows nothing
# of a client library is taken as it was compiled.
#
#   second-client.sh FOLDER-OF-MYSQL.H LIBRARY
set -e
mkdir -p build/mysql
cp -a build/obj build/mysql/
dependent=$(grep -rl --include='*.d' 'databases/session/client_library\.h' build/mysql/obj)
[ -n "$dependent" ] || { echo 'second-client: nothing depends on a client library' >&2; exit 1; }
for list in $dependent; do rm -f "$list" "${list%.d}.o"; done
make BUILD=build/mysql PRECOMPILED= MYSQL_CONFIG= DB_CFLAGS="-isystem $1 -isystem $1/.." DB_LIBS="-l:$2" build/mysql/cutoverd
