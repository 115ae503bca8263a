#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One set of binaries for hosts from glibc 2.28 on (RHEL and Alma 8, Debian 11, Ubuntu 20.04) and every httpd from
# 2.4.37 on.
# They are compiled in a root of Debian 11, with that release's compiler and libraries, and with the httpd
# headers of this machine, since what a newer httpd can do is asked at run time. libstdc++ goes into them.
#
#   build.sh BUILD VERSION
set -euo pipefail

build=${1:?usage: build.sh BUILD VERSION} version=${2:?}
here=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck disable=SC2034 # it is for root.sh
suite=bullseye
# shellcheck source=tests/package/root.sh
. "$here/tests/package/root.sh"
root=${CUTOVER_PORTABLE_ROOT:-/var/tmp/mod_cutover-portable}
out=$build/portable

say() { echo "portable: $1"; }
say "a root of Debian 11 in $root"
make_root "$root" g++ make pkg-config libapr1-dev libaprutil1-dev libmariadb-dev libcurl4-openssl-dev \
  libssl-dev zlib1g-dev nlohmann-json3-dev

# Two at once in one root would take each other's source away.
exec {lock}>"$root.lock"
flock "$lock"

say 'compiled there'
rm -rf --one-file-system "$root/headers"
mkdir -p "$root/headers"
cp -a "$(apxs -q INCLUDEDIR)" "$root/headers/httpd"
cp -a /usr/include/CLI "$root/headers/CLI" # Debian 11 has no package of it
"$here/portable/source.sh" "$root/source" # what has not changed is not compiled again
# Debian's libcurl gives its functions a version, which others' has not: linked with is one without.
nm -D --defined-only "$root"/usr/lib/*/libcurl.so.4 | sed -nE 's/.* T (curl_[a-z_0-9]*)(@.*)?/void \1(void) {}/p' |
  sort -u >"$root/headers/libcurl.c"
compiler='g++ -isystem /headers -include /source/portable/older_glibc.h'
built=/built/$(cksum <<<"$compiler" | cut -d' ' -f1) # what another one made is not taken for its own
{
  chroot "$root" gcc -shared -nostdlib -fno-builtin -o /headers/libcurl.so -Wl,-soname,libcurl.so.4 /headers/libcurl.c &&
    chroot "$root" make -C /source -j"${JOBS:-2}" BUILD="$built" PRECOMPILED= \
      LDFLAGS='-static-libstdc++ -Wl,--as-needed -L/headers' \
      HTTPD_CFLAGS='-isystem /headers/httpd -isystem /usr/include/apr-1.0 -D_GNU_SOURCE' \
      CXX="$compiler" SBIN_DIR=/usr/sbin binaries
} >"$root/built.log" 2>&1 || { tail -20 "$root/built.log"; exit 1; }

name=mod_cutover-$version-linux-$(uname -m)
rm -rf --one-file-system "$out"
mkdir -p "$out/$name"
for binary in mod_cutover.so cutoverd cutoverctl; do
  cp "$root$built/$binary" "$out/$name/"
  strip --strip-unneeded "$out/$name/$binary"
done
"$here/portable/check.sh" "$out/$name"

say 'packed'
cd "$here"
mod_cutover/manual/print.sh >"$out/$name/mod_cutover.8"
cp -r apache-conf contrib mod_cutover/cutoverctl/cutoverctl.8 mod_cutover/cutoverctl/cutoverctl.bash README.md LICENSE docs \
  portable/install.sh "$out/$name/"
tar -C "$out" --owner=0 --group=0 -czf "$out/$name.tar.gz" "$name"
ls "$out/$name.tar.gz"
portable/deb.sh "$out/$name" "$version" "$out"
portable/rpm.sh "$out/$name" "$version" "$out"
