#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the configuration where httpd's distribution looks for it, for `make install`:
#
#   install.sh [--remove] CONF_DIR MODULE_DIR [DESTDIR]
#
# CONF_DIR and MODULE_DIR are apxs's SYSCONFDIR and LIBEXECDIR. A file that the administrator has
# edited is neither overwritten nor removed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
remove=
[ "${1:-}" = --remove ] && { remove=1; shift; }
conf_dir=${1:?usage: install.sh [--remove] CONF_DIR MODULE_DIR [DESTDIR]}
module_dir=${2:?usage: install.sh [--remove] CONF_DIR MODULE_DIR [DESTDIR]}
dest=${3:-}
doc=/usr/share/doc/mod_cutover

load_line="LoadModule cutover_module $module_dir/mod_cutover.so"
note=
if [ -d "$dest$conf_dir/mods-available" ] || [ -d "$conf_dir/mods-available" ] ||
  { [ "$conf_dir" = /etc/apache2 ] && [ -e /etc/debian_version ]; }; then
  load=$conf_dir/mods-available/cutover.load # a2enmod reads the first line
  load_text="# Depends: proxy"$'\n'$load_line
  reference=$conf_dir/conf-available/cutover.conf
  note='Enable it: a2enmod proxy_http cutover; the sites go into your vhosts, see docs/moving-a-site.md'
elif [ -d "$dest$conf_dir/../conf.modules.d" ] || [ -d "$conf_dir/../conf.modules.d" ]; then
  load=$(dirname "$conf_dir")/conf.modules.d/20-cutover.conf
  load_text=$load_line
  reference=$(dirname "$conf_dir")/conf.d/cutover.conf
else
  load=
  load_text=
  reference=$conf_dir/extra/cutover.conf
  note="Put this into httpd.conf: $load_line"
fi

put() { # TEXT FILE: unless there is another one
  local file=$dest$2
  if [ -e "$file" ] && ! cmp -s "$file" <(printf '%s\n' "$1"); then
    echo "$file is kept as it is: it was edited"
    return
  fi
  install -d "$(dirname "$file")"
  printf '%s\n' "$1" >"$file"
  chmod 0644 "$file"
}
take() { # TEXT FILE: if it is the one that was put there
  local file=$dest$2
  [ -e "$file" ] || return 0
  if cmp -s "$file" <(printf '%s\n' "$1"); then rm -f "$file"; else echo "$file is kept: it was edited"; fi
}

act=put
[ -z "$remove" ] || act=take
[ -z "$load" ] || $act "$load_text" "$load"
$act "$(<"$here/cutover.conf")" "$reference"
# Nobody edits what is documentation: there the reference is always this version's.
if [ -n "$remove" ]; then
  rm -rf --one-file-system "$dest$doc"
else
  install -d "$dest$doc"
  install -m 0644 "$here"/*.conf "$dest$doc/"
  [ -z "$note" ] || echo "$note"
fi
