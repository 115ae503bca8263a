#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The manual pages render without a warning, and name every verb and option that the command has.
set -euo pipefail

command -v groff >/dev/null || { echo 'man: groff is not installed'; exit 1; }
module=$(mktemp --suffix=.8)
trap 'rm -f "$module"' EXIT
mod_cutover/manual/print.sh >"$module"
pages=(mod_cutover/cutoverctl/cutoverctl.8 "$module")

failed=0
for page in "${pages[@]}"; do
  # -rLL: a width, so that no line is thought too long; -ww: all warnings.
  warnings=$(LC_ALL=C.UTF-8 groff -man -Tutf8 -rLL=100n -ww -z "$page" 2>&1)
  [ -z "$warnings" ] || { echo "$warnings"; failed=1; }
done

text=$(groff -man -Tascii -c -rLL=100n mod_cutover/cutoverctl/cutoverctl.8 | sed 's/.\x08//g')
words=$(grep -oE '^ +\{"[a-z]+"|"--[a-z-]+"' mod_cutover/cutoverctl/options.cpp | grep -oE '[a-z-]+')
[ -n "$words" ] || { echo 'man: no verb was found in options.cpp'; exit 1; }
for word in $words; do
  grep -qF -- "$word" <<<"$text" || { echo "cutoverctl.8: does not name $word"; failed=1; }
done
text=$(groff -man -Tascii -c -rLL=100n "$module" | sed 's/.\x08//g')
names=$(grep -oE '^#( {4})?<?Cutover[A-Za-z]*' apache-conf/cutover.conf | grep -oE 'Cutover[A-Za-z]*' | sort -u)
[ -n "$names" ] || { echo 'man: no directive was found in cutover.conf'; exit 1; }
for name in $names; do
  grep -qE "^       <?(.*, )?$name( |\$)" <<<"$text" || { echo "mod_cutover.8: has no entry $name"; failed=1; }
done
exit $failed
