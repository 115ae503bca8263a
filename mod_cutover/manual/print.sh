#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the manual page of the module. Its directives are the commented reference of apache-conf, so
# that there is one text of them.
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

cat "$here/head.8"
echo '.SH DIRECTIVES'
directives
cat "$here/tail.8"
