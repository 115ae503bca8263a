// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/appointment.h"

#include <algorithm>

#include "shared/words/times.h"

namespace cutover {
namespace {

constexpr std::int64_t kFarthestMs = 365LL * 24 * 60 * 60 * 1000;

Decision wait(std::string why) { return {Decision::Kind::kWait, std::move(why)}; }
Decision over(std::string why) { return {Decision::Kind::kOver, std::move(why)}; }

}  // namespace

// The order in which a person would look: whether there is time, whether it is time, then the rest.
Decision decide(const Appointment& a, const Circumstances& now) {
  if (now.serving == arriving(a.direction))
    return over(std::string(name(now.serving)) + " serves already");
  if (now.wall_ms >= a.until_ms || now.now >= a.until)
    return over("its time is over: it was to go until " + utc(a.until_ms));
  if (now.wall_ms < a.from_ms) return wait("its time, " + utc(a.from_ms));
  if (!now.gate.open)
    return wait("the gate: " +
                (now.gate.reasons.empty() ? "it is closed" : now.gate.reasons.front()));
  if (!now.turned_back.empty()) return wait(now.turned_back);
  if (std::string why = a.quiet ? now.calm.awaits() : ""; !why.empty()) return wait(std::move(why));
  return {Decision::Kind::kGo, {}};
}

std::string contradiction(const Wait& wait, std::int64_t wall_ms) {
  for (const auto& moment : {wait.from_ms, wait.until_ms})
    if (moment && *moment > wall_ms + kFarthestMs) return "it is more than a year away";
  if (wait.from_ms && *wait.from_ms <= wall_ms) return utc(*wait.from_ms) + " is over";
  if (wait.until_ms && *wait.until_ms <= wall_ms) return utc(*wait.until_ms) + " is over";
  if (wait.from_ms && wait.until_ms && *wait.until_ms <= *wait.from_ms)
    return "it would end at " + utc(*wait.until_ms) + ", before it begins at " + utc(*wait.from_ms);
  return {};
}

Appointment appointment(const Wait& wait, Direction direction, const std::string& by,
                        std::int64_t wall_ms, std::chrono::nanoseconds now) {
  const std::int64_t from_ms = wait.from_ms.value_or(wall_ms);
  const std::int64_t until_ms = wait.until_ms.value_or(from_ms + kUsualTimeMs);
  return {direction, by, from_ms, until_ms, now + std::chrono::milliseconds(until_ms - wall_ms),
          wait.quiet};
}

Armed shown(const Appointment& a, const std::string& waits_for, std::int64_t wall_ms) {
  const auto left = static_cast<double>(std::max<std::int64_t>(0, a.until_ms - wall_ms));
  return {a.direction, a.by, utc(a.from_ms), utc(a.until_ms), a.quiet, waits_for, left};
}

}  // namespace cutover
