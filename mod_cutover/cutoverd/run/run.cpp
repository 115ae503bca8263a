// SPDX-License-Identifier: Apache-2.0
// The driver: twenty lines that walk the table, and the reports. What each effect does stands in
// effects.cpp.
#include "mod_cutover/cutoverd/run/run.h"

#include <algorithm>

#include "shared/protocol/file_position.h"
#include "shared/words/times.h"

namespace cutover {

Run::Run(const SiteSettings& settings, Direction direction, Ports ports, JournalRecord& record,
         RunFlags& flags, OnPhase on_phase, Purpose purpose)
    : settings_(settings),
      direction_(direction),
      leaving_(leaving(direction)),
      arriving_(arriving(direction)),
      ports_(ports),
      record_(record),
      flags_(flags),
      on_phase_(std::move(on_phase)),
      accept_loss_(purpose == Purpose::kMoveWithLoss && !is_by_file(record.position)),
      rehearsal_(purpose == Purpose::kRehearse),
      owed_before_(record.owed),
      baseline_(record.position) {}

LastRun Run::walk(Phase phase, Event event) {
  started_ = ports_.clock.now();
  before_ = ports_.store.counts();
  last_ = {};
  last_.direction = direction_;
  last_.rehearsal = rehearsal_;
  last_.started = utc(ports_.clock.wall_ms());
  deadline_ = started_ + settings_.hold_timeout;

  while (true) {
    const Transition t = step(phase, event);
    if (!t.known)
      return report("in-doubt: no row for " + std::string(name(event)) + " while " +
                    std::string(name(phase)));
    if (t.next != phase) enter(t.next, t.id, t.why);
    phase = t.next;
    std::optional<Event> happened;
    for (const Effect effect : t.effects) {
      happened = perform(effect, phase);
      if (happened) break;
    }
    if (phase == Phase::kServing) return report(moved_ || rehearsed_ ? "done" : "aborted");
    if (!happened) return report("in-doubt: nothing more to do while " + std::string(name(phase)));
    if (told_to_leave() && (*happened == Event::kNotProved || *happened == Event::kNotUndone ||
                            *happened == Event::kNotSeenPromoted))
      return report("in-doubt");
    event = *happened;
  }
}

bool Run::told_to_leave() const {
  return flags_.stop.load(std::memory_order_relaxed) ||
         flags_.give_up.load(std::memory_order_relaxed);
}

void Run::enter(Phase phase, std::uint16_t id, std::string_view why) {
  const Nanos now = ports_.clock.now();
  sample_held();
  if (timed_)
    last_.phases.push_back({std::string(name(*timed_)), to_ms(now - phase_since_), held_in_phase_});
  held_in_phase_ = 0;
  timed_ = phase == Phase::kServing ? std::nullopt : std::optional(phase);
  phase_since_ = now;
  if (phase == Phase::kFencing || phase == Phase::kRehearsing) drained_at_ = now;
  if (phase == Phase::kUndoing || phase == Phase::kReturning ||
      (phase == Phase::kServing && !moved_ && !rehearsed_)) {
    if (last_why_.empty()) last_why_ = why;
  }
  sample_held();
  on_phase_(phase, id, why);
}

void Run::sample_held() {
  const std::int64_t held = ports_.store.counts().held_now;
  held_in_phase_ = std::max(held_in_phase_, held);
  last_.held_max = std::max(last_.held_max, held);
}

LastRun Run::report(const std::string& outcome) {
  const Nanos now = ports_.clock.now();
  const Counts after = ports_.store.counts();
  last_.outcome = outcome.substr(0, outcome.find(':'));
  if (last_.outcome == "done") last_.reason = unproved_;
  if (last_.outcome != "done") {
    last_.left_behind = 0;  // they go on where they are
    last_.reason = last_why_.empty() ? outcome : last_why_;
    if (!detail_.empty()) last_.reason += ": " + detail_;
  }
  last_.duration_ms = to_ms(now - started_);
  if (drained_at_ > Nanos{0} && served_at_ > drained_at_)
    last_.pause_ms = to_ms(served_at_ - drained_at_);
  last_.timed_out = after.timed_out - before_.timed_out;
  last_.shed = after.shed - before_.shed;
  return last_;
}

}  // namespace cutover
