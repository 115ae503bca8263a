#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# httpd takes the configurations of apache-conf/: the reference with every directive uncommented,
# and the examples as they stand. It also refuses one that is wrong, so that the check can fail.
set -euo pipefail

build=$(cd "${1:-build}" && pwd)
module=$build/mod_cutover.so
[ -r "$module" ] || { echo "conf: $module is missing; run make"; exit 1; }
modules=$(apxs -q LIBEXECDIR)
sbin=$(apxs -q SBINDIR)
httpd=$sbin/$(apxs -q progname)
[ -x "$httpd" ] || { echo "conf: $httpd cannot be run"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
mkdir "$work/state" "$work/shop" "$work/logs"
for group in old new; do
  printf '[cutover]\nuser=cutover\npassword=x\n' >"$work/$group.cnf"
  chmod 0600 "$work/$group.cnf"
done
# A hook that is there, and a certificate to name: nothing is started here.
ln -s /bin/true "$work/hook"
echo x | tee "$work/shop.pem" >"$work/shop.key"

# The paths of an example become this folder's; what this httpd has already is not loaded twice.
here() {
  sed -E "s#/etc/cutover/(old|new)\.cnf#$work/\1.cnf#; s#/usr/local/sbin/stop-cron-jobs#$work/hook#
    s#/var/lib/cutover#$work/state#; s#/etc/ssl/(certs|private)/#$work/#; s#/srv/shop#$work/shop#
    s#modules/mod_remoteip.so#$modules/mod_remoteip.so#; /^LoadModule cutover_module/d" "$1"
}

test_conf() { # NAME FILE
  local name
  {
    echo "ServerRoot $work"
    echo 'ServerName localhost'
    echo 'Listen 127.0.0.1:8089'
    echo "PidFile $work/pid"
    echo "ErrorLog $work/logs/error.log"
    for name in mpm_event authz_core authz_host dir headers setenvif proxy proxy_http proxy_fcgi \
      socache_shmcb ssl; do
      [ -r "$modules/mod_$name.so" ] && echo "LoadModule ${name}_module $modules/mod_$name.so"
    done
    [ "$1" = vhost-before ] || echo "LoadModule cutover_module $module"
    here "$2"
  } >"$work/$1.httpd.conf"
  CUTOVER_CUTOVERD=$build/cutoverd "$httpd" -t -f "$work/$1.httpd.conf" >"$work/out" 2>&1
}

failed=0
passes() {
  test_conf "$1" "$2" && return
  echo "conf: $1: httpd refuses it:"
  cat "$work/out"
  failed=1
}

# "#" and then a word, or four blanks and a word, is a line that works.
sed -E 's/^#(( {4})?[<A-Z])/\1/' apache-conf/cutover.conf >"$work/reference.conf"
grep -q '^    CutoverMaxLag' "$work/reference.conf" || { echo 'conf: nothing was uncommented'; exit 1; }
passes reference "$work/reference.conf"
passes commented apache-conf/cutover.conf
passes vhost-before apache-conf/vhost-before.conf
passes vhost-after apache-conf/vhost-after.conf
# Where the ports are those of visitors, nothing in it is doubtful.
(echo 'Listen 80' && echo 'Listen 443 https' && cat apache-conf/vhost-after.conf) >"$work/open.conf"
passes vhost-after-open "$work/open.conf"
if grep CUT "$work/out" | grep -qv CUT0018; then # which says what httpd this is
  echo 'conf: configtest doubts vhost-after.conf:'
  cat "$work/out"
  failed=1
fi
passes new-host apache-conf/new-host.conf

sed 's/CutoverMaxLag 1s/CutoverMaxLag soon/' "$work/reference.conf" >"$work/wrong.conf"
if test_conf wrong "$work/wrong.conf"; then
  echo 'conf: httpd takes "CutoverMaxLag soon": this check cannot fail'
  failed=1
fi
exit $failed
