// SPDX-License-Identifier: Apache-2.0
// Of the effects those that run a program of CutoverHook while everybody is held. Each may have
// been run before, by this coordinator or by one that died in it. Of a database what counts is what
// is read back; where there is none, that the program ended with 0.
#include "mod_cutover/cutoverd/run/by_others.h"
#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kLookPause = 5ms;

}  // namespace

// True where there is one; without the port (in a part's test) there is none.
bool Run::has_hook(const char* event) const {
  return ports_.hooks != nullptr && settings_.has_hook(event);
}

Answer Run::run_hook(const char* event, Side database, bool hears_abort) {
  const Side served = leaving(direction_);
  return ports_.hooks->run(
      {event, direction_, served, database, last_why_, settings_.hook_timeout, [this, hears_abort] {
         sample_held();
         return hears_abort && aborted();
       }});
}

// The last position is applied, or is not to be waited for.
Event Run::caught_up() {
  return !turned_ && has_hook("fenced") ? Event::kReachedToTell : last_look();
}

std::optional<Event> Run::tell_fenced() {
  const Answer told = run_hook("fenced", leaving_, true);
  if (aborted()) return Event::kAborted;
  if (!told.done()) return failed(Event::kNotTold, told.why);
  if (ports_.replication != nullptr) return std::nullopt;
  return proves() ? Event::kSealedToProve : Event::kSealedWithoutDatabases;
}

// Past the point of no return, with a program that was run: whatever it says, only forward.
Event Run::promote_by_hook() {
  const Answer ended = run_hook("promote", arriving_, false);
  const Nanos limit = ports_.clock.now() + (ended.done() ? settings_.catch_up_timeout : Millis{0});
  for (;; ports_.clock.sleep(kLookPause)) {
    const Answer seen = seen_writable(*ports_.replication, arriving_, "CutoverPromote");
    if (seen.done()) {
      detail_.clear();
      return proves() ? Event::kPromotedToProve : Event::kSeenPromoted;
    }
    sample_held();
    if (ports_.clock.now() < limit && !told_to_leave()) continue;
    const std::string why = ended.done() ? "the hook promote ended, and " + seen.why : ended.why;
    const Phase now = turned_ ? Phase::kReturning : Phase::kPromoting;
    on_phase_(now, step(now, Event::kNotProved).id, why);
    return failed(Event::kNotProved, why);
  }
}

// Before our own un-fence, which proves what it did; instead of it, and then waited for; or, with
// no database, all that there is.
Event Run::take_back() {
  const bool ours = settings_.fence || ports_.replication == nullptr;
  if (turned_ || !has_hook("unfence")) return ours ? unfence() : see_unfenced();
  const Answer ended = run_hook("unfence", leaving_, false);
  if (ports_.replication != nullptr) return ours ? unfence() : see_unfenced_by_hook(ended);
  return ended.done() ? Event::kUndone : not_undone(ended.why);
}

// Nobody else is expected to: unlike see_unfenced() it does not serve a database that is read-only.
Event Run::see_unfenced_by_hook(const Answer& ended) {
  const Nanos limit = ports_.clock.now() + (ended.done() ? settings_.fence_timeout : Millis{0});
  for (;; ports_.clock.sleep(kLookPause)) {
    const Answer seen = seen_writable(*ports_.replication, leaving_, "CutoverFence");
    if (seen.done()) return Event::kUndone;
    if (ports_.clock.now() < limit && !told_to_leave()) continue;
    return not_undone(ended.done() ? "the hook unfence ended, and " + seen.why : ended.why);
  }
}

// The reason of the run stays what turned it back.
Event Run::not_undone(const std::string& why) {
  const Phase now = turned_ ? Phase::kKeeping : Phase::kUndoing;
  on_phase_(now, step(now, Event::kNotUndone).id, why);
  return Event::kNotUndone;
}

}  // namespace cutover
