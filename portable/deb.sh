#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The portable binaries as a Debian package, for Debian 11 and Ubuntu 20.04 and later: what `make deb` makes,
# with the same scripts, but for every release.
#
#   deb.sh FOLDER VERSION OUT     FOLDER as build.sh packs it
set -euo pipefail

folder=${1:?usage: deb.sh FOLDER VERSION OUT} version=${2:?} out=${3:?}
here=$(cd "$(dirname "$0")/.." && pwd)
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
doc=$root/usr/share/doc/libapache2-mod-cutover
man=$root/usr/share/man/man8
umask 022

put() { install -D -m "$1" "$2" "$root/$3"; }
put 0644 "$folder/mod_cutover.so" usr/lib/apache2/modules/mod_cutover.so
put 0755 "$folder/cutoverd" usr/sbin/cutoverd
put 0755 "$folder/cutoverctl" usr/sbin/cutoverctl
put 0644 "$here/debian/cutover.load" etc/apache2/mods-available/cutover.load
put 0644 "$folder/cutoverctl.bash" usr/share/bash-completion/completions/cutoverctl
mkdir -p "$man" "$doc"
for page in mod_cutover cutoverctl; do gzip -9n <"$folder/$page.8" >"$man/$page.8.gz"; done
ln -s mod_cutover.8.gz "$man/cutoverd.8.gz"
cp -r "$folder/docs" "$folder/contrib" "$folder/README.md" "$folder/apache-conf/"*.conf "$doc/"
chmod -R u=rwX,go=rX "$doc"
install -m 0644 "$here/debian/copyright" "$doc/copyright"
sed -E "1s/\([^)]*\)/($version+portable)/" "$here/debian/changelog" | gzip -9n >"$doc/changelog.gz"

mkdir "$root/DEBIAN"
echo /etc/apache2/mods-available/cutover.load >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
# What debhelper would put in: who goes takes its link out of httpd's configuration.
cat >"$work/disable" <<'SCRIPT'
if [ "$1" = EVENT ] && [ -e /usr/share/apache2/apache2-maintscript-helper ]; then
	. /usr/share/apache2/apache2-maintscript-helper
	apache2_invoke dismod cutover || exit 1
fi
SCRIPT
script() { # NAME EVENT
  sed -e '/^#DEBHELPER#$/{' -e "r $work/disable" -e 'd' -e '}' "$here/debian/libapache2-mod-cutover.$1" |
    sed "s/= EVENT /= $2 /" >"$root/DEBIAN/$1"
  chmod 0755 "$root/DEBIAN/$1"
}
script postinst never
script prerm remove
script postrm purge
# The package that `make deb` makes has the description.
description=$(sed -n '/^Description:/,$p' "$here/debian/control")
cat >"$root/DEBIAN/control" <<CONTROL
Package: libapache2-mod-cutover
Source: mod-cutover
Version: $version+portable
Architecture: $architecture
Maintainer: $(sed -n 's/^Maintainer: //p' "$here/debian/control")
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: apache2-api-20120211, apache2-bin (>= 2.4.37), libc6 (>= 2.28), libgcc-s1 | libgcc1, libcurl4 (>= 7.61), libmariadb3 (>= 3.0.19), ca-certificates
Section: httpd
Priority: optional
$description
CONTROL
package=$out/libapache2-mod-cutover_$version+portable_$architecture.deb
dpkg-deb --root-owner-group -Zxz -b "$root" "$package" >/dev/null
ls "$package"
