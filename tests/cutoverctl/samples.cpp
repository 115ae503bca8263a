// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

#include "mod_cutover/wire/snapshot_json.h"

namespace cutover::tests {

Snapshot shop() {
  Snapshot s;
  s.site = "shop";
  s.side = "old";
  s.phase = "serving";
  s.epoch = 4;
  s.lag_ms = 0.4;
  s.gate.open = true;
  s.databases = true;
  s.counts.in_flight = 3;
  s.counts.served = {120, 0};
  return s;
}

LastRun moved() {
  LastRun run;
  run.outcome = "done";
  run.started = "2024-05-01T02:00:00Z";
  run.duration_ms = 161.2;
  run.pause_ms = 41.2;
  run.phases = {{"draining", 120.0}, {"fencing", 2.1}, {"catching-up", 1.3}, {"promoting", 3.0}};
  run.held_max = 37;
  return run;
}

nlohmann::json sites(const Snapshot& snapshot) {
  return {{"version", "1"}, {"pid", 4711}, {"sites", {to_json(snapshot)}}};
}

nlohmann::json news(const std::string& phase, const std::string& why, double ms, int held,
                    int in_flight) {
  return {{"phase", phase}, {"why", why}, {"ms", ms}, {"held", held}, {"in_flight", in_flight}};
}

}  // namespace cutover::tests
