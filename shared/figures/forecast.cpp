// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/forecast.h"

#include <algorithm>
#include <cmath>

#include "shared/figures/slow_paths.h"
#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

// Longer than what was seen in tests, where both took single milliseconds.
constexpr double kAssumedRestMs = 50;
// Of a page, where none was asked for before.
constexpr double kAssumedProofMs = 100;

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
    f.quiet_ms = of_phase(*known.rehearsal, "quieting");
    f.quiet_from = f.quiet_ms > 0 ? "what takes long" : "";
    if (!known.rehearsal->slowest.empty())
      f.drain_from += ", the last was " + known.rehearsal->slowest.front().what;
  } else if (!known.slow.empty()) {
    const SlowRequest& slowest = known.slow.front();
    const double quick = known.quiet_ms > 0 ? to_ms(SlowPaths::kSlow) : slowest.ms;
    f.drain_ms = std::clamp(slowest.ms - known.quiet_ms, std::min(quick, slowest.ms), slowest.ms);
    f.quiet_ms = std::min(slowest.ms, known.quiet_ms);
    f.quiet_from = f.quiet_ms > 0 ? slowest.what : "";
    f.drain_from = f.drain_ms > quick || f.quiet_ms == 0 ? slowest.what : "what is quick";
  }
  if (known.proofs > 0) {
    const double last = known.last ? of_phase(*known.last, "proving") : 0;
    f.proof_ms = last > 0 ? last : kAssumedProofMs * static_cast<double>(known.proofs);
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
  if (f.proof_ms > 0) text += ", proof " + whole_number(f.proof_ms);
  if (f.quiet_ms >= 1)
    text += "; who asks for " + f.quiet_from + " up to " + whole_number(f.quiet_ms) + " more";
  return text;
}

}  // namespace cutover
