#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the compose file publishes is published on loopback alone.
set -euo pipefail

file=docker/compose.yaml
[ -s "$file" ] || { echo "docker: $file is missing or empty"; exit 1; }

# The values under each `ports:`, on its line or in the list that follows.
published=$(awk '
  /^ *ports:/ { listed = 1; sub(/^ *ports: */, ""); if ($0 != "") print FNR ":" $0; next }
  listed && /^ *-/ { print FNR ":" $0; next }
  { listed = 0 }' "$file")
[ -n "$published" ] || { echo "docker: $file publishes nothing: nothing was checked"; exit 1; }

failed=0
while IFS= read -r line; do
  # A list may have several in one line.
  while IFS= read -r port; do
    [[ $port == 127.0.0.1:* ]] || { echo "$file:${line%%:*}: $port is not on 127.0.0.1"; failed=1; }
  done < <(sed -E "s/^[0-9]+: *-? *//; s/[]['\",]/ /g" <<<"$line" | xargs -n1)
done <<<"$published"
exit $failed
