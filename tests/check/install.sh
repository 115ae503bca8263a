#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `make install` puts each file where the distribution looks for it, in Debian's layout and in
# RHEL's, keeps what was edited, and `make uninstall` takes all the rest away again.
set -euo pipefail

build=${1:-build}
for binary in mod_cutover.so cutoverd cutoverctl; do
  [ -r "$build/$binary" ] || { echo "install: $build/$binary is missing; run make"; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

failed=0
complain() { echo "install: $layout: $1"; failed=1; }
expect_files() { # WHEN: after it these are the files, as they stand in $expected
  diff <(sort <<<"$expected" | sed '/^$/d') <(cd "$root" && find . -type f | sed 's/^\.//' | sort) ||
    complain "$1: the files are not those that were expected (<)"
}
run() { # -o all: what was built is taken as it is
  make -o all BUILD="$build" APXS="$work/apxs" DESTDIR="$root" "$1" >"$work/out" 2>&1 ||
    { cat "$work/out"; complain "make $1 failed"; }
}

# check_layout NAME MODULES CONFIG MARKER LOAD REFERENCE: apxs answers the first three, MARKER is the
# folder by which the layout is known.
check_layout() {
  layout=$1 root=$work/$1
  local modules=$2 config=$3 load=$5 reference=$6 installed
  cat >"$work/apxs" <<APXS
#!/bin/sh
case \$2 in LIBEXECDIR) echo $modules ;; SBINDIR) echo /usr/sbin ;; SYSCONFDIR) echo $config ;; esac
APXS
  chmod 755 "$work/apxs"
  mkdir -p "$root$config" "$root$4"
  installed="$modules/mod_cutover.so
/usr/sbin/cutoverd
/usr/sbin/cutoverctl
/usr/share/man/man8/cutoverctl.8
/usr/share/man/man8/mod_cutover.8
/usr/share/bash-completion/completions/cutoverctl
$(cd apache-conf && printf '/usr/share/doc/mod_cutover/%s\n' ./*.conf | sed 's|/\./|/|')
$load
$reference"
  expected=$installed
  run install
  expect_files install
  [ -x "$root/usr/sbin/cutoverd" ] || complain 'cutoverd cannot be run'
  [ -x "$root/usr/sbin/cutoverctl" ] || complain 'cutoverctl cannot be run'
  grep -qx "LoadModule cutover_module $modules/mod_cutover.so" "$root$load" || complain "$load loads nothing"
  cmp -s apache-conf/cutover.conf "$root$reference" || complain "$reference is not the reference"
  expected=
  run uninstall
  expect_files uninstall

  run install
  echo '# mine' >>"$root$reference"
  run install
  [ "$(tail -1 "$root$reference")" = '# mine' ] || complain 'an edited file was overwritten'
  expected=$reference
  run uninstall
  expect_files 'uninstall of an edited file'
}

check_layout debian /usr/lib/apache2/modules /etc/apache2 /etc/apache2/mods-available \
  /etc/apache2/mods-available/cutover.load /etc/apache2/conf-available/cutover.conf
check_layout rhel /usr/lib64/httpd/modules /etc/httpd/conf /etc/httpd/conf.modules.d \
  /etc/httpd/conf.modules.d/20-cutover.conf /etc/httpd/conf.d/cutover.conf
exit $failed
