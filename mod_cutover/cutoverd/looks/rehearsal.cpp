// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/rehearsal.h"

#include <cmath>

#include "shared/figures/forecast.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kRecent = 1h;
constexpr std::size_t kSlowTold = 10;

std::string percent(double part) { return std::to_string(std::lround(100 * part)) + " %"; }

}  // namespace

void Rehearsal::look(std::optional<double> lag_ms) {
  slow_paths_.sample(clock_.now(), store_.requests_in_flight());
  lag_ms_ = lag_ms;
}

void Rehearsal::ended(const LastRun& run) {
  (run.rehearsal ? rehearsed_ : last_) = run;
  if (run.rehearsal) rehearsed_at_ = clock_.now();
}

std::vector<SlowRequest> Rehearsal::slow() const {
  return slow_paths_.slowest(clock_.now(), kSlowTold);
}

Forecast Rehearsal::forecast(Side serving) const {
  Known known;
  const bool recent = rehearsed_at_ && clock_.now() - *rehearsed_at_ < kRecent;
  if (rehearsed_ && rehearsed_->outcome == "done" && recent &&
      rehearsed_->direction == towards(other(serving)))
    known.rehearsal = rehearsed_;
  known.slow = slow();
  known.lag_ms = lag_ms_;
  known.last = last_;
  known.databases = settings_.has_databases();
  known.quiet_ms = to_ms(settings_.quiet_time());
  if (serving == Side::kOld) known.proofs = settings_.proofs.size();
  return forecast_of(known);
}

// A drain that takes too long is aborted, which changes nothing: what was seen of slow requests
// only warns. They may also be what a rollback is asked for.
Check Rehearsal::check_forecast(Direction direction) const {
  const Forecast f = forecast(leaving(direction));
  const double odds = slow_paths_.odds_of_a_late_drain(clock_.now()).value_or(0);
  const bool rehearsed = f.drain_from.starts_with("rehearsed");
  std::string seen = "visitors would wait " + described(f);
  const std::string limit = settings_.quiet_time() > Millis{0}
                                ? "CutoverQuietTimeout and CutoverDrainTimeout together"
                                : "CutoverDrainTimeout";
  if (odds > 0)
    seen += "; in " + percent(odds) +
            " of the last minutes a request was in flight for longer than " + limit +
            ", and a drain that meets one " +
            (settings_.close_stragglers ? "leaves it behind" : "is aborted");
  if (direction == Direction::kSwitch && rehearsed && f.total_ms() > to_ms(settings_.hold_timeout))
    return {"forecast", CheckVerdict::kBlock, seen + ", which is longer than CutoverHoldTimeout",
            "choose another hour and rehearse then; or raise CutoverHoldTimeout"};
  if (odds > 0 || f.drain_ms > to_ms(settings_.drain_timeout))
    return {"forecast", CheckVerdict::kWarn, seen,
            "rehearse at the hour that you have in mind; an aborted switch changes nothing and can "
            "be repeated at once"};
  return {"forecast", CheckVerdict::kPass,
          seen + (rehearsed ? "" : "; `cutoverctl rehearse` measures it"), ""};
}

Check Rehearsal::check_long_requests() const {
  const auto limit = Nanos(settings_.drain_timeout);
  std::vector<SlowRequest> stayers;
  for (const InFlight& request : oldest(store_.requests_in_flight(), kSlowTold)) {
    if (request.age <= limit) continue;
    stayers.push_back({request.what, to_ms(request.age)});
  }
  if (stayers.empty())
    return {"long-requests", CheckVerdict::kPass,
            "none in flight is older than CutoverDrainTimeout", ""};
  if (settings_.close_stragglers)
    return {"long-requests", CheckVerdict::kWarn,
            "a drain would leave behind " + described(stayers) + ", and close their connections",
            "nothing, if their visitors can bear that: they get no answer"};
  std::string remedy =
      "wait for its end, or raise CutoverDrainTimeout; for a stream or a long poll, which has "
      "none, "
      "say CutoverStreams";
  if (settings_.fence && settings_.has_databases())
    remedy += ", for what else does not end CutoverStragglers close";
  return {"long-requests", CheckVerdict::kWarn, "a drain would wait for " + described(stayers),
          remedy};
}

}  // namespace cutover
