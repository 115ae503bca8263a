#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The .rpm: what it has, what it needs, and its life in a root that is laid out as RHEL's is, by rpm itself.
# There is no RHEL here: httpd is Debian 11's below RHEL's paths, and SELinux's tools and systemctl are
# stand-ins that write down what they are asked.
#
#   rpm.sh FOLDER-WITH-THE-PACKAGE
set -euo pipefail

folder=$(cd "${1:?usage: rpm.sh FOLDER}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # it is for root.sh
suite=bullseye
# shellcheck source=tests/package/root.sh
. "$here/root.sh"
root=${CUTOVER_RPM_ROOT:-/var/tmp/mod_cutover-rpm}
work=$(mktemp -d)
package=$(find "$folder" -maxdepth 1 -name 'mod_cutover-*.rpm')
[ -f "$package" ] || { echo "rpm: no package in $folder"; exit 1; }

step() { echo "rpm: $1"; }
die() { echo "rpm: FAILED: $1"; exit 1; }
inside() { chroot "$root" env LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
by_rpm() { rpm --root "$root" --dbpath /var/lib/rpm --force-debian --nodeps "$@"; }
asked() { cat "$root/asked" 2>/dev/null || true; }
expect() { # WORDS FILE
  grep -qF -- "$1" "$2" || { cat "$2"; die "'$1' is not in it"; }
}
pid() { cat "$root/run/httpd.pid" 2>/dev/null; }
stop() {
  local was
  was=$(pid) && [ "$(readlink "/proc/$was/root")" = "$root" ] || return 0
  kill "$was"
  while [ -d "/proc/$was" ]; do sleep 0.1; done
}
leave() {
  stop
  ! mountpoint -q "$root/proc" || umount "$root/proc"
  rm -rf --one-file-system "$work"
}
trap leave EXIT

step 'what it is'
rpm -K "$package" | grep -q 'digests OK' || die 'its digests'
rpmlint "$package" >"$work/lint" 2>/dev/null || true
grep -q 'packages and 0 specfiles checked' "$work/lint" || die 'rpmlint did not look'
# Whoever gives it away signs it.
wrong=$(grep ': E: ' "$work/lint" | grep -vE 'no-(signature|packager-tag)' || true)
[ -z "$wrong" ] || die "$wrong"
rpm -qlp "$package" >"$work/files"
for file in /usr/lib64/httpd/modules/mod_cutover.so /usr/sbin/cutoverd /usr/sbin/cutoverctl /var/lib/cutover \
  /etc/httpd/conf.d/cutover.conf /etc/httpd/conf.modules.d/20-cutover.conf /usr/share/man/man8/cutoverctl.8.gz; do
  grep -qx "$file" "$work/files" || die "$file is not in it"
done
rpm -qp --requires "$package" >"$work/needs"
for need in 'httpd >= 2.4.37' ca-certificates 'libmariadb.so.3(libmysqlclient_18)(64bit)' 'libcurl.so.4()(64bit)'; do
  expect "$need" "$work/needs"
done
# A name that RHEL's libraries do not provide would keep it from being installed.
wrong=$(grep -E 'CURL_|GLIBCXX|CXXABI|GLIBC_2\.(29|[3-9][0-9])' "$work/needs" || true)
[ -z "$wrong" ] || die "it needs $wrong"
mkdir "$work/unpacked"
(cd "$work/unpacked" && rpm2cpio "$package" | cpio -idm --quiet)
mkdir "$work/binaries"
cp "$work/unpacked/usr/lib64/httpd/modules/mod_cutover.so" "$work/unpacked/usr/sbin/"* "$work/binaries/"
"$here/../../portable/check.sh" "$work/binaries" || die 'what it needs'

step 'a root as RHEL is laid out'
make_root "$root" apache2 curl libmariadb3 libcurl4 ca-certificates || die 'no root'
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
rm -rf --one-file-system "$root/var/lib/rpm" "$root/etc/httpd" "$root/usr/lib64/httpd" "$root/var/lib/cutover" "$root/asked"
mkdir -p "$root/usr/lib64/httpd/modules" "$root/etc/httpd/conf" "$root/etc/httpd/conf.d" "$root/etc/httpd/conf.modules.d"
for module in "$root"/usr/lib/apache2/modules/*.so; do
  ln -s "/usr/lib/apache2/modules/${module##*/}" "$root/usr/lib64/httpd/modules/"
done
ln -s /usr/lib64/httpd/modules "$root/etc/httpd/modules"
for name in mpm_event authz_core proxy proxy_http; do
  echo "LoadModule ${name}_module modules/mod_$name.so"
done >"$root/etc/httpd/conf.modules.d/00-base.conf"
cat >"$root/etc/httpd/conf/httpd.conf" <<'CONF'
ServerRoot /etc/httpd
ServerName localhost
PidFile /run/httpd.pid
ErrorLog /var/log/httpd.log
User www-data
Group www-data
Include conf.modules.d/*.conf
Include conf.d/*.conf
CONF
stand_in() { # NAME LINE ...
  local name=$1
  shift
  printf '%s\n' '#!/bin/sh' "echo \"$name \$*\" >>/asked" "$@" >"$root/usr/sbin/$name"
  chmod 755 "$root/usr/sbin/$name"
}
stand_in selinuxenabled
stand_in semanage
stand_in restorecon
stand_in httpd 'exec /usr/sbin/apache2 -d /etc/httpd -f conf/httpd.conf "$@"'
# shellcheck disable=SC2016 # the stand-in's
stand_in systemctl 'case $1 in is-active) [ -e /run/httpd.pid ] ;; reload) httpd -k graceful ;; *) exit 1 ;; esac'
rpmdb --root "$root" --dbpath /var/lib/rpm --initdb

step 'install'
by_rpm -i "$package" >"$work/log" 2>&1 || { cat "$work/log"; die install; }
expect "semanage fcontext -a -t httpd_var_run_t /var/lib/cutover(/.*)?" "$root/asked"
expect 'restorecon -R /var/lib/cutover' "$root/asked"
asked | grep -qE '^(systemctl (start|restart|reload|enable)|setsebool|httpd )' && die 'it did more than it may'
inside httpd -M 2>/dev/null | grep -q cutover_module && die 'it was enabled by nobody'
inside httpd -t >"$work/log" 2>&1 || { cat "$work/log"; die 'httpd does not take its configuration'; }
[ "$(stat -c '%U %a' "$root/var/lib/cutover")" = 'root 755' ] || die 'the state directory is not as it must be'

step 'a site'
sed -i 's/^#LoadModule/LoadModule/' "$root/etc/httpd/conf.modules.d/20-cutover.conf"
old=18083 new=18084
cat >"$root/etc/httpd/conf.d/site.conf" <<CONF
Listen 127.0.0.1:$old
Listen 127.0.0.1:$new
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
<Directory /var/www>
    Require all granted
</Directory>
CONF
for side in old new; do
  mkdir -p "$root/var/www/$side"
  echo "$side" >"$root/var/www/$side/who.txt"
done
chmod 1777 "$root/var/tmp"
rm -f "$root/var/tmp/waits" "$root/var/tmp/go"
# shellcheck disable=SC2016
printf '%s\n' '#!/bin/sh' 'touch /var/tmp/waits' 'while ! [ -e /var/tmp/go ]; do sleep 0.1; done' >"$root/usr/local/bin/waits"
chmod 755 "$root/usr/local/bin/waits"
inside httpd -k start || { tail -5 "$root/var/log/httpd.log"; die 'httpd does not start with it'; }
who() { curl -s --retry 20 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$old/who.txt"; }
[ "$(who)" = old ] || die 'old does not serve'
for _ in $(seq 50); do inside cutoverctl status 2>/dev/null | grep -q 'gate *open' && break; sleep 0.2; done
inside cutoverctl switch >"$work/log" 2>&1 || { cat "$work/log"; die switch; }
[ "$(who)" = new ] || die 'new does not serve'

step 'an upgrade over a graceful'
binaries=$(find "$folder" -mindepth 1 -maxdepth 1 -type d -name 'mod_cutover-*')
mkdir "$work/newer"
"$here/../../portable/rpm.sh" "$binaries" 0.1.1 "$work/newer" >/dev/null
before=$(pid)
: >"$root/asked"
by_rpm -U "$work/newer"/*.rpm >"$work/log" 2>&1 || { cat "$work/log"; die upgrade; }
expect 'systemctl reload httpd' "$root/asked"
asked | grep -qE 'restart|setsebool' && die 'the upgrade did more than reload'
asked | grep -q 'semanage fcontext -d' && die 'the upgrade took the label away'
sleep 2
[ "$(pid)" = "$before" ] || die 'the upgrade restarted httpd'
[ "$(who)" = new ] || die 'the upgrade forgot who serves'
grep -q '^LoadModule' "$root/etc/httpd/conf.modules.d/20-cutover.conf" || die 'the upgrade took an edited file away'
for _ in $(seq 50); do inside cutoverctl status 2>/dev/null | grep -q 'way back *possible' && break; sleep 0.2; done

step 'a removal in the middle of a run'
inside cutoverctl rollback >"$work/rollback" 2>&1 &
rollback=$!
for _ in $(seq 100); do [ -e "$root/var/tmp/waits" ] && break; sleep 0.1; done
by_rpm -e mod_cutover >"$work/log" 2>&1 && die 'it went in the middle of a run'
expect 'in the middle of a run' "$work/log"
[ -e "$root/usr/lib64/httpd/modules/mod_cutover.so" ] || die 'the refused removal took the module'
touch "$root/var/tmp/go"
wait $rollback || true
expect 'old serves' "$work/rollback"

step 'a removal'
by_rpm -e mod_cutover >"$work/log" 2>&1 || { cat "$work/log"; die 'it does not go after its runs'; }
[ "$(who)" = old ] || die 'the removal harmed the httpd that runs'
[ ! -e "$root/usr/sbin/cutoverd" ] || die 'a program is left'
ls "$root/var/lib/cutover"/*.journal >/dev/null || die 'who serves is forgotten'
asked | grep -q 'semanage fcontext -d' || die 'the label is left'
echo 'rpm: all well'
