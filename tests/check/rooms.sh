#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The rooms of the product as the table of docs/internals.md has them: every room is in it, no include
# goes against it, no two rooms use each other, and no room is too full to be seen at a glance.
set -euo pipefail -f # a * is the table's

table=docs/internals.md
most=15
[ -r "$table" ] || { echo "rooms: $table is missing"; exit 1; }

failed=0
complain() { echo "$1: $2"; failed=1; }

# A row begins with a room; its last column names those that the room may use. A * stands for the
# rest of a path.
declare -A may_use
# shellcheck disable=SC2016 # the backquotes are the table's
while IFS='|' read -r _ room _ uses _; do
  room=$(tr -d ' `' <<<"$room")
  [ -z "${may_use[$room]+known}" ] || complain "$table" "$room is there twice"
  may_use[$room]=$(tr -d '`' <<<"$uses")
done < <(grep -E '^\| `(shared|mod_cutover)[a-z_/]*(/\*)?` \|' "$table")
[ ${#may_use[@]} -gt 0 ] || { echo "rooms: $table has no row of a room"; exit 1; }

files=$(find shared mod_cutover -name '*.h' -o -name '*.cpp' | sort)
[ -n "$files" ] || { echo 'rooms: no source: nothing was checked'; exit 1; }
here=$(xargs -n 1 dirname <<<"$files" | sort -u)

allowed() { # ROOM OTHER: by the room's own row, or by that of its tree
  local row use
  for row in "$1" "${1%/*}/*" "${1%/*/*}/*" "${1%/*/*/*}/*"; do
    for use in ${may_use[$row]:-}; do
      # shellcheck disable=SC2053 # a pattern
      [[ $2 == $use ]] && return 0
    done
  done
  return 1
}

for room in $here; do
  [ -n "${may_use[$room]+known}" ] || complain "$room" "no row of $table is about this room"
  units=$(grep -E "^$room/[^/]*$" <<<"$files" | sed -E 's/\.(h|cpp)$//' | sort -u | wc -l)
  [ "$units" -le $most ] || complain "$room" "$units units, more than $most: it has become two rooms"
done
for room in "${!may_use[@]}"; do
  [[ $room == *'*' || $'\n'$here$'\n' == *$'\n'$room$'\n'* ]] || complain "$table" "$room is no room"
done

edges=$(mktemp)
trap 'rm -f "$edges"' EXIT
# shellcheck disable=SC2086 # one word a file
while IFS=: read -r path line header; do
  room=${path%/*} other=${header%/*}
  [ "$room" != "$other" ] || continue
  echo "$room $other" >>"$edges"
  allowed "$room" "$other" || complain "$path:$line" "$room may not use $other ($table)"
done < <(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"(shared|mod_cutover)/' /dev/null $files |
  sed -E 's/^([^:]*:[0-9]+):[^"]*"([^"]*)".*/\1:\2/')
[ -s "$edges" ] || { echo 'rooms: no room uses another: the includes were not read'; exit 1; }
tsort "$edges" >/dev/null 2>"$edges.circle" || complain 'a circle of rooms' "$(tr '\n' ' ' <"$edges.circle")"
rm -f "$edges.circle"
exit $failed
