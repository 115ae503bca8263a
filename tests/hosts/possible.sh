#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whether two hosts can be made here. Says why not, and ends with 1.
set -euo pipefail

not() { echo "two hosts of Debian 11 cannot be made here: $1"; exit 1; }

[ "$(id -u)" = 0 ] || not 'that takes root'
for tool in debootstrap unshare nsenter ip; do command -v "$tool" >/dev/null || not "there is no $tool"; done
work=$(mktemp -d -p /var/tmp)
trap 'rm -rf --one-file-system "$work"' EXIT

mkdir "$work"/{lower,upper,work,root}
unshare --mount --pid --fork mount -t overlay overlay \
  -o "lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/work" "$work/root" 2>/dev/null ||
  not 'no file tree may be laid over another'
{ ip netns add "cutover-$$" && ip netns delete "cutover-$$"; } 2>/dev/null || not 'no network of their own may be made'
debootstrap --print-debs --variant=minbase bullseye "$work/lower/debian" >/dev/null 2>&1 || not 'its packages are not to be had'
