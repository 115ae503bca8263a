// SPDX-License-Identifier: Apache-2.0
// What is known of the next run before it: a rehearsal, what is slow, and the forecast from both.
#include <cmath>

#include "mod_cutover/cutoverd/site/site.h"
#include "shared/figures/forecast.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kRecent = 1h;

std::string percent(double part) { return std::to_string(std::lround(100 * part)) + " %"; }

}  // namespace

Outcome Site::rehearse(Ticket& ticket) {
  const Direction direction = towards(other(record_.side));
  return change_side({direction, ticket.by(), &ticket, Purpose::kRehearse});
}

// Under no lock: the site's thread is the only writer of what it reads.
Forecast Site::forecast() const {
  Known known;
  const bool recent = rehearsed_at_ && clock_.now() - *rehearsed_at_ < kRecent;
  if (rehearsal_ && rehearsal_->outcome == "done" && recent &&
      rehearsal_->direction == towards(other(record_.side)))
    known.rehearsal = rehearsal_;
  known.slow = slow_paths_.slowest(clock_.now(), kSlowTold);
  known.lag_ms = lag_ms_;
  known.last = last_;
  known.databases = parts_.settings.has_databases();
  return forecast_of(known);
}

// A drain that takes too long is aborted, which changes nothing: what was seen of slow requests
// only warns. They may also be what a rollback is asked for.
Check Site::look_at_forecast(Direction direction) {
  const Forecast f = forecast();
  const double odds = slow_paths_.odds_of_a_late_drain(clock_.now()).value_or(0);
  const bool rehearsed = f.drain_from.starts_with("rehearsed");
  std::string seen = "visitors would wait " + described(f);
  if (odds > 0)
    seen += "; in " + percent(odds) +
            " of the last minutes a request was in flight for longer than CutoverDrainTimeout, and "
            "a drain that meets one " +
            (parts_.settings.close_stragglers ? "leaves it behind" : "is aborted");
  if (direction == Direction::kSwitch && rehearsed &&
      f.total_ms() > to_ms(parts_.settings.hold_timeout))
    return {"forecast", CheckVerdict::kBlock, seen + ", which is longer than CutoverHoldTimeout",
            "choose another hour and rehearse then; or raise CutoverHoldTimeout"};
  if (odds > 0 || f.drain_ms > to_ms(parts_.settings.drain_timeout))
    return {"forecast", CheckVerdict::kWarn, seen,
            "rehearse at the hour that you have in mind; an aborted switch changes nothing and can "
            "be repeated at once"};
  return {"forecast", CheckVerdict::kPass,
          seen + (rehearsed ? "" : "; `cutoverctl rehearse` measures it"), ""};
}

Check Site::look_at_long_requests() {
  const auto limit = Nanos(parts_.settings.drain_timeout);
  std::vector<SlowRequest> stayers;
  for (const InFlight& request : oldest(parts_.store->requests_in_flight(), kSlowTold)) {
    if (request.age <= limit) continue;
    stayers.push_back({request.what, to_ms(request.age)});
  }
  if (stayers.empty())
    return {"long-requests", CheckVerdict::kPass,
            "none in flight is older than CutoverDrainTimeout", ""};
  if (parts_.settings.close_stragglers)
    return {"long-requests", CheckVerdict::kWarn,
            "a drain would leave behind " + described(stayers) + ", and close their connections",
            "nothing, if their visitors can bear that: a WebSocket comes again by itself"};
  return {"long-requests", CheckVerdict::kWarn, "a drain would wait for " + described(stayers),
          "wait for its end; for WebSockets and long polls, which have none, say CutoverStragglers "
          "close"};
}

}  // namespace cutover
