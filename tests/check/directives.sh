#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The module's command table, the commented reference and the README's table name the same
# directives. An input that is missing or empty is a failure.
set -euo pipefail

reference=apache-conf/cutover.conf

# Names of all directives, one a line, without the '<' of a section.
in_code() { # the modules that a directive belongs to as well, such as SetHandler, are not ours
  cat mod_cutover/httpd/config/*.cpp | tr '\n' ' ' |
    grep -oE 'AP_INIT_[A-Z0-9_]+\([[:space:]]*"<?Cutover[A-Za-z]*"' | grep -oE 'Cutover[A-Za-z]*'
}
# In the reference a line that works begins with "#", without a blank or with four of them.
in_reference() { grep -oE '^#( {4})?<?Cutover[A-Za-z]*' "$reference" | grep -oE 'Cutover[A-Za-z]*'; }
# In the README's table: a row that begins with the name, or with several.
in_readme() { grep -E '^\| *`<?Cutover' README.md | cut -d '|' -f 2 | grep -oE '<?Cutover[A-Za-z]*' | tr -d '<'; }

for input in mod_cutover/httpd "$reference" README.md; do
  [ -e "$input" ] || { echo "directives: $input is missing"; exit 1; }
done
code=$(in_code | sort -u) || true
[ -n "$code" ] || { echo 'directives: no directive was found in mod_cutover/httpd'; exit 1; }

failed=0
compare() { # WHERE NAMES
  [ -n "$2" ] || { echo "$1: names no directive"; failed=1; return; }
  local name
  for name in $(comm -23 <(echo "$code") <(echo "$2")); do
    echo "$1: lacks $name, which the module knows"
    failed=1
  done
  for name in $(comm -13 <(echo "$code") <(echo "$2")); do
    echo "$1: names $name, which the module does not know"
    failed=1
  done
}
compare "$reference" "$(in_reference | sort -u)"
compare README.md "$(in_readme | sort -u)"
exit $failed
