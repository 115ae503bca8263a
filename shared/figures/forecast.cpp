// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/forecast.h"

#include <algorithm>
#include <cmath>

#include "shared/words/phrases.h"
namespace cutover {
namespace {

// Longer than what was seen in tests, where both took single milliseconds.
constexpr double kAssumedRestMs = 50;

double of_phase(const LastRun& run, std::string_view phase) {
  double ms = 0;
  for (const PhaseTime& p : run.phases)
    if (p.name == phase) ms += p.ms;
  return ms;
}

}  // namespace

Forecast forecast_of(const Known& known) {
  Forecast f;
  if (known.rehearsal) {
    f.drain_ms = of_phase(*known.rehearsal, "draining");
    f.catch_up_ms = of_phase(*known.rehearsal, "rehearsing");
    f.drain_from = "rehearsed";
    if (!known.rehearsal->slowest.empty())
      f.drain_from += ", the last was " + known.rehearsal->slowest.front().what;
  } else if (!known.slow.empty()) {
    f.drain_ms = known.slow.front().ms;
    f.drain_from = known.slow.front().what;
  }
  if (!known.databases) return f;
  f.catch_up_ms = std::max(f.catch_up_ms, known.lag_ms.value_or(0));
  f.rest_measured = known.last && known.last->outcome == "done";
  f.rest_ms = f.rest_measured
                  ? of_phase(*known.last, "fencing") + of_phase(*known.last, "promoting")
                  : kAssumedRestMs;
  return f;
}

std::string described(const Forecast& f) {
  std::string text =
      "about " + whole_number(f.total_ms()) + " ms: drain " + whole_number(f.drain_ms);
  text += " (" + (f.drain_from.empty() ? "nothing slow was seen" : f.drain_from) + ")";
  if (f.rest_ms > 0)
    text += ", catch-up " + whole_number(f.catch_up_ms) + ", fence and promotion " +
            whole_number(f.rest_ms) + (f.rest_measured ? " (as last time)" : " (assumed)");
  return text;
}

}  // namespace cutover
