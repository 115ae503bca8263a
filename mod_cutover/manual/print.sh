#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the manual page of the module. Its directives are the commented reference of apache-conf, and
# what the coordinator's account is granted stands in the guide, so that there is one text of each.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

directives() {
  awk '
    function escaped(text) { gsub(/\\/, "\\e", text); gsub(/-/, "\\-", text); return text }
    function close_example() { if (example) print ".EE"; example = 0 }
    /^# <?Cutover[A-Za-z]* |^# <?Cutover[A-Za-z]*$/ {
      close_example(); print ".TP"; print ".B " escaped(substr($0, 3)); known = 1; next
    }
    /^# ----/ { close_example(); known = 0; next }
    !known { next }
    /^#   / && !/^#    ?<?\/?Cutover/ {
      close_example(); line = substr($0, 5); sub(/^\./, "\\\\\\&.", line)
      sub(/^\047/, "\\\\\\&\047", line); print escaped(line)
      if (line ~ /^Context:/) print ".br"
      next
    }
    /^#( *)<?\/?Cutover/ || (example && /^#./) {
      if (!example) { print ".IP"; print ".EX" } example = 1; print escaped(substr($0, 2)); next
    }
    /^#?$/ { close_example() }
    END { close_example() }
  ' "$here/../../apache-conf/cutover.conf"
}

# The statements of the guide's step 5: grants VENDOR.
grants() {
  awk -v wanted="$1" '
    /^## / { step = $2 + 0 }
    step != 5 { next }
    /^```console/ { inside = $2 == wanted; next }
    /^```/ { inside = 0 }
    inside { sub(/^old> /, ""); sub(/^  +/, "    "); gsub(/-/, "\\-"); print }
  ' "$here/../../docs/moving-a-site.md"
}

account() {
  cat <<'MAN'
.SH THE COORDINATOR'S ACCOUNT
On both database servers, for MariaDB:
.IP
.EX
MAN
  grants mariadb
  printf '.EE\n.PP\nfor MySQL:\n.IP\n.EX\n'
  grants mysql
  echo .EE
}

cat "$here/head.8"
echo '.SH DIRECTIVES'
directives
account
cat "$here/tail.8"
