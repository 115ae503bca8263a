# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A whole Debian of this machine's release, or of another $suite, in a folder, made once and kept. To be sourced.

set -euo pipefail

# shellcheck source=/dev/null
suite=${suite:-$(. /etc/os-release && echo "$VERSION_CODENAME")}

# make_root FOLDER PACKAGE ...: nothing is started in it, neither now nor when packages come later.
make_root() {
  local root=$1 lock made=0
  shift
  [ ! -e "$root/.complete" ] || return 0
  exec {lock}>"$root.lock"
  flock "$lock" # whoever else makes it meanwhile
  if [ ! -e "$root/.complete" ]; then fill_root "$root" "$@" || made=1; fi
  exec {lock}>&-
  return $made
}

fill_root() {
  local root=$1 log
  shift
  log=$(mktemp)
  rm -rf --one-file-system "$root"
  if debootstrap --variant=minbase "$suite" "$root" >"$log" 2>&1 &&
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d" &&
    echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99valid" &&
    chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 sh -c \
      'apt-get -qq update && apt-get -qq -y install --no-install-recommends "$@"' sh "$@" >>"$log" 2>&1; then
    touch "$root/.complete"
    rm -f "$log"
  else
    tail -5 "$log"
    rm -f "$log"
    return 1
  fi
}
