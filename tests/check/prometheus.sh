#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The example alerts do what they say, and neither they nor the dashboard ask for a metric that is not
# there (shared/figures/snapshot.cpp names them all but one); docs/metrics.md lists each of both.
set -euo pipefail

promtool=$(cd "${1:-build}" && pwd)/promtool
[ -x "$promtool" ] || { echo 'prometheus: promtool is not there; ./packages.sh check'; exit 1; }

"$promtool" check rules contrib/prometheus/cutover.rules.yml
(cd contrib/prometheus && "$promtool" test rules cutover.test.yml)
perl -MJSON::PP -0777 -ne 'decode_json($_)' contrib/grafana/cutover.json

known=$(sed -n 's/.*{"[a-z_]*", "[^"]*", "\([a-z_]*\)",.*/cutover_\1/p' shared/figures/snapshot.cpp)
[ -n "$known" ] || { echo 'shared/figures/snapshot.cpp: no metric found'; exit 1; }
failed=0
while IFS= read -r metric; do
  [ "$metric" = cutover_coordinator_up ] && continue
  grep -qx "$metric" <<<"$known" || { echo "contrib: no such metric: $metric"; failed=1; }
done < <(grep -ohE 'cutover_[a-z_]+' contrib/prometheus/*.yml contrib/grafana/*.json | sort -u)
list=docs/metrics.md
[ -s "$list" ] || { echo "prometheus: $list is missing or empty"; exit 1; }
for metric in $known; do
  grep -q "^| \`$metric\` |" "$list" || { echo "$list: does not list $metric"; failed=1; }
done
while IFS= read -r metric; do
  [ "$metric" = cutover_coordinator_up ] && continue
  grep -qx "$metric" <<<"$known" || { echo "$list: no such metric: $metric"; failed=1; }
done < <(grep -oE 'cutover_[a-z_]+' "$list" | sort -u)
alerts=$(sed -n 's/^ *- alert: //p' contrib/prometheus/cutover.rules.yml)
[ -n "$alerts" ] || { echo 'contrib/prometheus/cutover.rules.yml: no alert found'; exit 1; }
for alert in $alerts; do
  grep -q "^| \`$alert\` |" "$list" || { echo "$list: does not list $alert"; failed=1; }
done
exit $failed
