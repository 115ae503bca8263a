# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The guide's commands, read from it and carried out on two hosts. To be sourced, after hosts.sh.

set -euo pipefail

work=${work:?an empty folder on a disk}
: "${client:?hosts.sh comes first}"

# What a block is for stands behind its language, as in "console mariadb other-release": it is taken where all of
# these words are among $pair. Prints a step a line: HEADING<tab>KIND<tab>HOST<tab>TEXT, the text with \n for a new
# line. KIND: run, sql, file.
steps() { # GUIDE
  awk -v OFS='\t' -v pair="${pair:-mariadb same-release}" '
    function flush() { if (text != "") print heading, kind, host, text; text = "" }
    function is_for_this_pair(from,   i) {
      for (i = from; i <= NF; ++i) if (!($i in words)) return 0
      return 1
    }
    BEGIN { split(pair, list, " "); for (i in list) words[list[i]] }
    /^## / { heading = $2 + 0 }
    /^```/ && inside { flush(); inside = 0; next }
    /^```/ {
      inside = 1; taken = 0
      if ($1 == "```console" && is_for_this_pair(2)) taken = 1
      if ($2 ~ /^(old|new):\// && is_for_this_pair(3)) { taken = 2; kind = "file"; split($2, part, ":"); host = part[1]; text = part[2] }
      next
    }
    inside && taken == 2 { text = text "\\n" $0; next }
    inside && taken == 1 && /^(old|new)[#>] / {
      flush(); host = substr($0, 1, 3); kind = substr($0, 4, 1) == "#" ? "run" : "sql"; text = substr($0, 6); next
    }
    inside && taken == 1 { sub(/\\$/, "", text); sub(/^ +/, " "); text = text $0 }
  ' "$1"
}

# Which blocks are for these two, by their own words.
version() { on "$1" "$client" -BNe 'SELECT @@version'; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$(version "$1")" | sort -V | head -1)" = "$2" ]; }
find_pair() {
  pair=mysql
  [ "$client" = mariadb ] || return 0
  pair="mariadb other-release"
  [ "$(version old | cut -d. -f1,2)" != "$(version new | cut -d. -f1,2)" ] || pair='mariadb same-release'
  if ! at_least old 10.6 && at_least new 10.10; then pair+=' old-modes'; fi
  if ! at_least old 11.0 && at_least new 11.0; then pair+=' old-collations'; fi
  if ! at_least old 11.4 && at_least new 11.4; then pair+=' without-tls'; fi
}

carry_out() { # KIND HOST TEXT
  case $1 in
  run) on "$2" bash -c "${3//COOKIE-VALUE/$cookie}" ;;
  sql) on "$2" "$client" -e "$3" ;;
  file) printf '%b\n' "${3#*\\n}" >"$(tree "$2")/${3%%\\n*}" ;;
  esac
}

fetch() { curl --silent --show-error --max-time 30 --resolve "shop.example.com:80:$1" "http://shop.example.com${2:-/login}" "${@:3}"; }
from_new() { ip netns exec "$(space new)" bash -c "$(declare -f fetch); fetch \"\$@\"" bash "$@"; }
serving() { from_new 10.0.0.1 /login -o /dev/null -D - | sed -n 's/^X-Served-By: *\([a-z]*\).*/\1/Ip'; }
serves() { [ "$(serving)" = "$1" ]; }

log_in() {
  from_new 10.0.0.1 /login -c "$work/jar" -o "$work/page"
  local token
  token=$(sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' "$work/page" | head -1)
  from_new 10.0.0.1 /signup -b "$work/jar" -c "$work/jar" -o /dev/null --data-urlencode "token=$token" -d 'name=Gerd&password=secret-secret'
  cookie=$(awk '$6 == "TEAMSESSION" { print $7 }' "$work/jar")
  [ -n "$cookie" ] || die 'the visitor cannot log in'
}

# What the guide says in words: until the last line says accepted, until both say Yes.
until_it_is_so() {
  local _
  for _ in $(seq "${patience:-60}"); do "$@" >"$work/said" 2>&1 && return; sleep 0.5; done
  cat "$work/said"
  die "it does not come: $*"
}
link() { on "$1" "$client" -E -e "SHOW ${replica:-SLAVE} STATUS"; }
replicates() { link "$1" | grep -cE '(Slave|Replica)_(IO|SQL)_Running: Yes' | grep -qx 2; }
receives() { link "$1" | grep -cE '(Slave|Replica)_(IO_Running: Yes|SQL_Running: No)' | grep -qx 2; }
warnings() { sed -nE 's/^ *(warn|block) +([a-z-]+) .*/\2/p' "$work/said"; }
