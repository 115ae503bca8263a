// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/worker/place.h"

#include <unistd.h>

#include <utility>

#include "mod_cutover/state/shared_memory.h"

namespace cutover {

SiteWindow window_of(const Runtime& runtime, const Site& site) {
  return {runtime.counters, site.index, counters_of(runtime, site), ::getpid()};
}

void keep_place(Decision& decision, const Departure& departure) {
  decision.place_since_ns = monotonic_ns();
  decision.departure = departure;
}

void give_place_back(const Runtime& runtime, Decision& decision) {
  if (std::exchange(decision.place_since_ns, 0) == 0) return;
  SiteWindow window = window_of(runtime, *decision.site);
  window.give_back();
  const std::int64_t wanted = window.wanted(monotonic_ns());
  if (wanted > 0) wake_some(window.given_back(), static_cast<int>(wanted));
}

void end_place(const Runtime& runtime, Decision& decision, bool failed) {
  if (decision.place_since_ns == 0) return;
  SiteWindow window = window_of(runtime, *decision.site);
  const std::int64_t now = monotonic_ns();
  if (failed || decision.side_failed)
    window.heard_failure(now);
  else
    window.heard(now, now - decision.place_since_ns, decision.departure);
  give_place_back(runtime, decision);
}

}  // namespace cutover
