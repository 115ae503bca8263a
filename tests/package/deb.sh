#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Debian package in a root of its own, of this release or of another $suite: lintian finds nothing, a site is switched with it, an upgrade
# over a graceful forgets nothing, and a purge leaves nothing but a working httpd.
#
#   deb.sh FOLDER-WITH-THE-PACKAGE
set -euo pipefail

package=$(find "${1:?usage: deb.sh FOLDER}" -maxdepth 1 -name 'libapache2-mod-cutover_*.deb')
[ -f "$package" ] || { echo "deb: no package in $1"; exit 1; }
# shellcheck source=tests/package/root.sh
. "$(dirname "$0")/root.sh"
root=${CUTOVER_DEB_ROOT:-/var/tmp/mod_cutover-deb-$suite}
work=$(mktemp -d)

step() { echo "deb: $1"; }
die() { echo "deb: FAILED: $1"; exit 1; }
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
expect() { # WORDS COMMAND ...: it says so
  local words=$1 said
  shift
  said=$("$@" 2>&1) || true
  grep -qF -- "$words" <<<"$said" || die "'$words' is not in what $* says: $said"
}
stop() {
  local pid
  pid=$(cat "$root/run/apache2/apache2.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}
leave() {
  stop
  mountpoint -q "$root/proc" && umount "$root/proc"
  rm -rf --one-file-system "$work"
}

step 'lintian'
lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$package"

step "a root of $suite"
make_root "$root" apache2 curl || die 'no root'
trap leave EXIT
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
inside dpkg --purge libapache2-mod-cutover >/dev/null 2>&1 || true

step 'install'
cp "$package" "$root/package.deb"
inside apt-get -qq -y install --no-install-recommends /package.deb >"$work/log" 2>&1 || { tail -20 "$work/log"; die install; }
for file in /usr/sbin/cutoverd /usr/sbin/cutoverctl /usr/share/man/man8/cutoverctl.8.gz \
  /usr/share/man/man8/mod_cutover.8.gz /etc/apache2/mods-available/cutover.load; do
  [ -e "$root$file" ] || [ -L "$root$file" ] || die "$file is not there"
done
[ ! -L "$root/etc/apache2/mods-enabled/cutover.load" ] || die 'it was enabled by nobody'

step 'a site'
old=18081 new=18082
cat >"$root/etc/apache2/ports.conf" <<CONF
Listen 127.0.0.1:$old
Listen 127.0.0.1:$new
CONF
cat >"$root/etc/apache2/sites-available/000-default.conf" <<CONF
ServerName localhost
<CutoverSite shop>
    CutoverNewHost http://127.0.0.1:$new
    CutoverHook before-rollback /usr/local/bin/waits
</CutoverSite>
<VirtualHost 127.0.0.1:$old>
    Cutover shop
    DocumentRoot /var/www/old
</VirtualHost>
<VirtualHost 127.0.0.1:$new>
    DocumentRoot /var/www/new
</VirtualHost>
CONF
for side in old new; do
  mkdir -p "$root/var/www/$side"
  echo "$side" >"$root/var/www/$side/who.txt"
done
cat >"$root/usr/local/bin/waits" <<'HOOK'
#!/bin/sh
touch /var/tmp/waits
while ! [ -e /var/tmp/go ]; do sleep 0.1; done
HOOK
chmod 755 "$root/usr/local/bin/waits"
chmod 1777 "$root/var/tmp"
rm -f "$root/var/tmp/waits" "$root/var/tmp/go"
inside a2enmod -q proxy_http cutover >/dev/null
inside apachectl start
who() { curl -s --retry 20 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$old/who.txt"; }
[ "$(who)" = old ] || die 'old does not serve'
for _ in $(seq 50); do inside cutoverctl status 2>/dev/null | grep -q 'gate *open' && break; sleep 0.2; done
expect 'new serves' inside cutoverctl switch
[ "$(who)" = new ] || die 'new does not serve'

step 'an upgrade over a graceful'
dpkg-deb -R "$package" "$work/newer"
sed -i 's/^Version: .*/&+1/' "$work/newer/DEBIAN/control"
dpkg-deb -b "$work/newer" "$root/package.deb" >/dev/null
before=$(cat "$root/run/apache2/apache2.pid")
inside dpkg -i /package.deb >"$work/log" 2>&1 || { tail -20 "$work/log"; die upgrade; }
[ "$(cat "$root/run/apache2/apache2.pid")" = "$before" ] || die 'the upgrade restarted httpd'
inside apachectl graceful # as the reload that nothing may start in this root
sleep 2
[ "$(who)" = new ] || die 'the upgrade forgot who serves'
stop
inside apachectl start
[ "$(who)" = new ] || die 'a restart after the upgrade forgot who serves'
for _ in $(seq 50); do inside cutoverctl status 2>/dev/null | grep -q 'way back *possible' && break; sleep 0.2; done

step 'a removal in the middle of a run'
inside cutoverctl rollback >"$work/rollback" 2>&1 &
rollback=$!
for _ in $(seq 100); do [ -e "$root/var/tmp/waits" ] && break; sleep 0.1; done
inside dpkg --remove libapache2-mod-cutover >"$work/log" 2>&1 && die 'it went in the middle of a run'
expect 'in the middle of a run' cat "$work/log"
[ "$(who)" = new ] || die 'the refused removal left something else'
touch "$root/var/tmp/go"
wait $rollback || true
expect 'old serves' cat "$work/rollback"

step 'a removal and a purge'
inside dpkg --remove libapache2-mod-cutover >"$work/log" 2>&1 || { cat "$work/log"; die 'it does not go after its runs'; }
[ "$(who)" = old ] || die 'the removal harmed the httpd that runs'
stop
inside dpkg --purge libapache2-mod-cutover >"$work/log" 2>&1 || { tail -20 "$work/log"; die purge; }
[ ! -e "$root/var/lib/cutover" ] || die 'the state directory is left'
left=$(find "$root/etc/apache2" "$root/usr/lib/apache2" "$root/usr/sbin" -name '*cutover*')
[ -z "$left" ] || die "left: $left"
cat >"$root/etc/apache2/sites-available/000-default.conf" <<<"ServerName localhost"
inside apachectl configtest >/dev/null 2>&1 || die 'httpd does not start any more'
echo 'deb: all well'
