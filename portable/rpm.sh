#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The portable binaries as an .rpm in RHEL's layout, for RHEL, Alma and Rocky 8 and later and for Fedora.
#
#   rpm.sh FOLDER VERSION OUT     FOLDER as build.sh packs it
set -euo pipefail

folder=$(cd "${1:?usage: rpm.sh FOLDER VERSION OUT}" && pwd) version=${2:?} out=${3:?}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

# Who may go, and when, is said once: where Debian's package has it.
sed -n '/^refuse_in_a_run() {$/,/^}$/p' "$here/debian/libapache2-mod-cutover.prerm" | sed 's/%/%%/g' >"$work/refuse"
grep -q 'cutoverctl' "$work/refuse" || { echo 'rpm: debian/libapache2-mod-cutover.prerm has no refuse_in_a_run()'; exit 1; }
sed -e '/^@refuse_in_a_run@$/{' -e "r $work/refuse" -e 'd' -e '}' -e "s/@version@/$version/g" \
  "$here/portable/mod_cutover.spec" >"$work/mod_cutover.spec"
# This machine's own habits have no part in it.
rpmbuild -bb --quiet --target "$(uname -m)-linux" --define "_topdir $work" --define "folder $folder" \
  --define "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" --define '_build_id_links none' \
  --define '_binary_payload w6.xzdio' --define 'debug_package %{nil}' --define '__os_install_post %{nil}' \
  --define "_buildhost localhost" "$work/mod_cutover.spec" >"$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }
rm -f "$out"/mod_cutover-*.rpm
cp "$work"/RPMS/mod_cutover-"$version"-*.rpm "$out/"
ls "$out"/mod_cutover-"$version"-*.rpm
