#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the portable binaries need, read from them, is not more than what is promised: glibc 2.28 and
# libgcc 8, and libraries that every distribution has, by names that each of them gives their functions.
#
#   check.sh FOLDER
set -euo pipefail

folder=${1:?usage: check.sh FOLDER}
promised=2.28
libraries='^(lib(c|m|dl|rt|pthread|resolv|anl|gcc_s)\.so\.[0-9]+|ld-linux-[a-z0-9-]+\.so\.[0-9]|libcurl\.so\.4|libmariadb\.so\.3)$'

failed=0
complain() { echo "portable: $1"; failed=1; }
for name in mod_cutover.so cutoverd cutoverctl; do
  file=$folder/$name
  [ -r "$file" ] || { complain "$file is missing"; continue; }
  symbols=$(objdump -T "$file")
  needed=$(grep -o 'GLIBC_[0-9.]*' <<<"$symbols" | sed 's/GLIBC_//' | sort -Vu | tail -1)
  [ -n "$needed" ] || complain "$name: no version of glibc is named: nothing was read"
  [ "$(printf '%s\n%s\n' "$needed" "$promised" | sort -V | tail -1)" = "$promised" ] ||
    complain "$name needs glibc $needed; promised is $promised: $(grep "GLIBC_$needed" <<<"$symbols" | awk '{print $NF}' | tr '\n' ' ')"
  compiler=$(grep -o 'GCC_[0-9.]*' <<<"$symbols" | sed 's/GCC_//' | sort -Vu | tail -1)
  [ "$(printf '%s\n7.0.0\n' "$compiler" | sort -V | tail -1)" = 7.0.0 ] || complain "$name needs libgcc's GCC_$compiler; RHEL 8 has 7.0.0"
  # shellcheck disable=SC2015
  ! grep -q 'CURL_' <<<"$symbols" || complain "$name needs a version of libcurl's functions, which only Debian's has"
  # shellcheck disable=SC2015
  ! grep -qE '\*UND\*.*(GLIBCXX|CXXABI)_' <<<"$symbols" || complain "$name needs the C++ library of the host"
  others=$(objdump -p "$file" | awk '$1 == "NEEDED" { print $2 }' | grep -vE "$libraries" || true)
  [ -z "$others" ] || complain "$name needs $others"
  # All that a httpd may lack is weak; the rest is in 2.4.37.
  if [ "$name" = mod_cutover.so ]; then
    strong=$(grep '\*UND\*' <<<"$symbols" | grep -v '^[0-9a-f]* *w ' | grep -oE '(ap_ssl_conn_is_ssl|ap_hook_child_stopping|ap_hook_pre_translate_name|ap_normalize_path)$' || true)
    [ -z "$strong" ] || complain "$name needs $strong, which an older httpd lacks"
  fi
  echo "portable: $name needs glibc $needed"
done
exit $failed
