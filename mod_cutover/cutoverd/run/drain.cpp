// SPDX-License-Identifier: Apache-2.0
// Until nobody is in flight any more: the quieting before the hold, the drain, whom it leaves
// behind where the operator wants that, and the second sum behind the seal.
#include <algorithm>

#include "mod_cutover/cutoverd/run/run.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kDrainPoll = 250us;
constexpr Nanos kQuietPoll = 2ms;
constexpr Nanos kLookPause = 5ms;
constexpr std::size_t kSlowestTold = 5;
constexpr Nanos kWorkLimit = 1s;
constexpr Nanos kWorkLook = 200ms;
constexpr Nanos kWorkPoll = 5ms;
constexpr Nanos kSettleLimit = 10ms;
constexpr Nanos kSettlePoll = 1ms;
constexpr Nanos kCloseLimit = 250ms;
constexpr Nanos kClosePoll = 500us;

}  // namespace

bool Run::quietens() const { return ports_.slow != nullptr && settings_.quiet_time() > Millis{0}; }

// It only makes the drain short: whatever was not foreseen is waited for there. Who turns out to
// take long joins the known ones, and so does not come again meanwhile. Where it has taken twice as
// long as anything that was seen, others take their places, and it is no use.
Event Run::await_quiet() {
  const Nanos began = ports_.clock.now();
  const Nanos longest = settings_.quiet_time();
  while (true) {
    if (flags_.abort.load(std::memory_order_relaxed)) return Event::kAborted;
    const Nanos now = ports_.clock.now();
    const std::vector<InFlight> requests = ports_.store.requests_in_flight();
    if (ports_.slow->is_quiet(now, requests)) return Event::kQuiet;
    ports_.slow->learn(now, requests);
    if (now - began >= std::min(longest, 2 * ports_.slow->longest(now))) return Event::kNeverQuiet;
    look_who_is_left(now);
    ports_.store.hold_slow(leaving_, ports_.slow->kinds(now), deadline_);
    sample_held();
    ports_.clock.sleep(kQuietPoll);
  }
}

// Whoever was left behind by a run that was turned back is waited for again. By one that went
// through he was closed, at the side that serves no more, and nobody waits for his end.
Event Run::await_drain() {
  ports_.store.await_again(leaving_);
  const Nanos began = ports_.clock.now();
  const Nanos leave = began + settings_.stragglers_after.value_or(settings_.drain_timeout);
  Nanos limit = began + settings_.drain_timeout;
  while (true) {
    const std::int64_t in_flight = ports_.store.in_flight();
    if (in_flight == 0) return drained();
    if (flags_.abort.load(std::memory_order_relaxed)) return Event::kAborted;
    const Nanos now = ports_.clock.now();
    look_who_is_left(now);
    if (now >= leave && leave_behind()) {
      limit = std::max(limit, now + kSettleLimit);
    } else if (now >= limit) {
      std::string why = std::to_string(in_flight) + " still in flight after " +
                        std::to_string(settings_.drain_timeout.count()) + " ms";
      if (last_.left_behind > 0) why += ", besides those that were left behind";
      if (!last_.slowest.empty()) why += ": " + described(last_.slowest);
      return failed(Event::kDrainTimedOut, why);
    }
    sample_held();
    ports_.clock.sleep(kDrainPoll);
  }
}

Event Run::drained() {
  if (ports_.replication != nullptr) await_busy();
  if (flags_.abort.load(std::memory_order_relaxed)) return Event::kAborted;
  if (rehearsal_) last_.closed = ports_.store.endless(leaving_);
  if (rehearsal_) return Event::kDrainedInRehearsal;
  return last_.left_behind > 0 ? Event::kStragglersLeft : Event::kDrained;
}

// Nobody is in flight, and yet an application may write: it has answered first. Who does that is
// waited for, within what the hold leaves beside fence and catch-up, so that the fence refuses him
// nothing; who is there to the end is named. What cannot be seen is waited for by nobody: that the
// position is read behind the fence is what keeps a write, and not this.
void Run::await_busy() {
  const Nanos rest = settings_.fence_timeout + settings_.catch_up_timeout;
  const Nanos limit = std::min(ports_.clock.now() + kWorkLimit, deadline_ - rest);
  last_.busy.clear();
  while (true) {
    const auto busy = ports_.replication->busy(leaving_, kWorkLook);
    last_.busy = busy ? *busy : std::vector<std::string>{};
    if (last_.busy.empty() || last_.left_behind > 0 || ports_.clock.now() >= limit) return;
    if (flags_.abort.load(std::memory_order_relaxed)) return;
    sample_held();
    ports_.clock.sleep(kWorkPoll);
  }
}

// Once. Who comes to be in flight after it is waited for, and so is who has no note.
bool Run::leave_behind() {
  if (!settings_.close_stragglers || last_.left_behind > 0) return false;
  last_.left_behind = ports_.store.leave_behind();
  return last_.left_behind > 0;
}

// Whoever is seen last is whom the drain waited for.
void Run::look_who_is_left(Nanos now) {
  if (now < next_look_) return;
  next_look_ = now + kLookPause;
  const std::vector<InFlight> left = oldest(ports_.store.requests_in_flight(), kSlowestTold);
  if (left.empty()) return;
  last_.slowest.clear();
  for (const InFlight& request : left) last_.slowest.push_back({request.what, to_ms(request.age)});
}

// A request that arrives just now counts itself in, sees the hold and counts itself out: it is
// given the time for that. After the seal nobody gets in any more, so one sum of zero is a proof.
Event Run::sum_again() {
  const Nanos limit = ports_.clock.now() + kSettleLimit;
  while (const std::int64_t in_flight = ports_.store.in_flight()) {
    if (ports_.clock.now() >= limit)
      return failed(Event::kNotSealed, std::to_string(in_flight) + " in flight");
    ports_.clock.sleep(kSettlePoll);
  }
  if (ports_.replication != nullptr) return Event::kSealed;
  if (has_hook("fenced")) return Event::kSealedToTell;
  return proves() ? Event::kSealedToProve : Event::kSealedWithoutDatabases;
}

// Nobody else is in flight, and nobody gets in. What a handler does whose connection was closed,
// and which does not end by that, our fence covers; without one, nothing does.
std::optional<Event> Run::close_endless() {
  const std::int64_t open = ports_.store.endless(leaving_);
  if (open == 0) return std::nullopt;
  const Nanos rest = ports_.replication == nullptr
                         ? Nanos{0}
                         : Nanos(settings_.fence_timeout + settings_.catch_up_timeout);
  const Nanos limit = std::min(ports_.clock.now() + kCloseLimit, deadline_ - rest);
  ports_.store.close_endless(leaving_);
  while ((last_.left_open = ports_.store.endless(leaving_)) > 0 && ports_.clock.now() < limit) {
    sample_held();
    ports_.clock.sleep(kClosePoll);
  }
  last_.closed = std::max<std::int64_t>(open - last_.left_open, 0);
  if (last_.left_open == 0 || (ports_.replication != nullptr && settings_.fence))
    return std::nullopt;
  return failed(Event::kNotSealed,
                std::to_string(last_.left_open) + " of those that never end had not ended " +
                    std::to_string(kCloseLimit / 1ms) + " ms after their connections were closed");
}

}  // namespace cutover
