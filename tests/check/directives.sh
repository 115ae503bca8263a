#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The module's command table and the commented reference name the same directives (man.sh compares the
# manual page with the reference), and no document names one that the module does not know. An input
# that is missing or empty is a failure.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

reference=apache-conf/cutover.conf
alerts=contrib/prometheus/cutover.rules.yml # whose names look like directives

# Names of all directives, one a line, without the '<' of a section.
in_code() { # the modules that a directive belongs to as well, such as SetHandler, are not ours
  cat mod_cutover/httpd/config/*.cpp | tr '\n' ' ' |
    grep -oE 'AP_INIT_[A-Z0-9_]+\([[:space:]]*"<?Cutover[A-Za-z]*"' | grep -oE 'Cutover[A-Za-z]*'
}
# In the reference a line that works begins with "#", without a blank or with four of them.
in_reference() { grep -oE '^#( {4})?<?Cutover[A-Za-z]*' "$reference" | grep -oE 'Cutover[A-Za-z]*'; }
# In a document: any word that looks like one.
in_documents() { grep -oHE '\bCutover[A-Z][A-Za-z]*' "${documents[@]}" | sort -u; }

for input in mod_cutover/httpd README.md "$reference" "$alerts"; do
  [ -e "$input" ] || { echo "directives: $input is missing"; exit 1; }
done
code=$(in_code | sort -u) || true
[ -n "$code" ] || { echo 'directives: no directive was found in mod_cutover/httpd'; exit 1; }
mapfile -t documents < <(sources '*.md')
named=$(in_documents) || true
[ -n "$named" ] || { echo 'directives: no document names a directive'; exit 1; }

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
while IFS=: read -r document name; do
  grep -qxF "$name" <<<"$code" || grep -qE "alert: $name\$" "$alerts" ||
    { echo "$document: names $name, which the module does not know"; failed=1; }
done <<<"$named"
exit $failed
