// SPDX-License-Identifier: Apache-2.0
// What a rehearsal does where a run would fence: with nobody in flight the last position is read,
// and the arriving database is waited for. Jobs past httpd go on writing, which a fence would stop,
// so what it must reach is what stood there at that moment.
#include <algorithm>

#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kWaitSlice = 100ms;  // an abort is heard between two slices

}  // namespace

Event Run::rehearse_catch_up() {
  const auto went_well = [this] {
    rehearsed_ = true;
    return Event::kRehearsed;
  };
  const auto could_take_over = [&, this] {
    const std::string lock = who_locks();
    return lock.empty() ? went_well() : failed(Event::kNotReady, lock);
  };
  if (ports_.replication == nullptr) return went_well();
  const Reading<Position> position = ports_.replication->position(leaving_);
  if (!position || position->empty())
    return failed(Event::kNotRehearsed, "the last position is unknown: " + position.error);
  const Nanos limit = ports_.clock.now() + settings_.catch_up_timeout;
  std::string why = "no time was left to wait for it";
  while (true) {
    if (flags_.abort.load(std::memory_order_relaxed)) return Event::kAborted;
    const Nanos left = limit - ports_.clock.now();
    if (left <= Nanos{0}) return failed(Event::kNotRehearsed, why);
    const Answer answer =
        ports_.replication->wait_applied(arriving_, *position, std::min<Nanos>(left, kWaitSlice));
    if (answer.done()) return could_take_over();
    why = answer.why;
    sample_held();
  }
}

}  // namespace cutover
