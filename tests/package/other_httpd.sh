#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The portable binaries, as they were packed, with another httpd than this machine's: a site is moved there
# and back under load, and every request and write is counted.
#
#   other_httpd.sh BUILD PREFIX     PREFIX is where that httpd was installed, such as /usr/local/apache2; with MPM=prefork
#                                   in the environment not with event
set -euo pipefail

build=${1:?usage: other_httpd.sh BUILD PREFIX} prefix=${2:?usage: other_httpd.sh BUILD PREFIX}
modules=$prefix/modules
program=
for program in "$prefix/bin/httpd" "$prefix/sbin/httpd" "$prefix/sbin/apache2" none; do [ -x "$program" ] && break; done
[ -x "$program" ] || { echo "other_httpd: no httpd in $prefix"; exit 1; }
[ -r "$modules/mod_proxy_http.so" ] || { echo "other_httpd: no mod_proxy_http.so in $modules"; exit 1; }
folder=$(find "$build/portable" -mindepth 1 -maxdepth 1 -type d -name 'mod_cutover-*' 2>/dev/null | head -1)
[ -n "$folder" ] || { echo "other_httpd: nothing in $build/portable; make portable"; exit 1; }

"$program" -v | head -1
export CUTOVER_HTTPD=$program CUTOVER_HTTPD_MODULES=$modules CUTOVER_BUILD_DIR=$folder
said=$("$build/demo" --rounds 2 --mpm "${MPM:-event}" 2>&1) || { tail -30 <<<"$said"; exit 1; }
tail -1 <<<"$said"
tail -1 <<<"$said" | grep -q '^demo: failed=0 lost=0 duplicated=0 logged_out=0 ' || exit 1
