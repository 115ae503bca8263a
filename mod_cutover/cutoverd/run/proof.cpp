// SPDX-License-Identifier: Apache-2.0
// Of the effects those that prove the new host before anybody is let in, and lead back from there.
#include <algorithm>

#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {

// Who takes a run up does not know what the old host showed before it.
bool Run::proves() const {
  return ports_.proofs != nullptr && !settings_.proofs.empty() && !turned_ && !resumed_ &&
         arriving_ == Side::kNew;
}

// The abort that led to it does not turn a way back round again.
bool Run::aborted() const { return !turned_ && flags_.abort.load(std::memory_order_relaxed); }

// The proofs, one after the other, and the way back.
Nanos Run::proof_time() const {
  const auto pages = static_cast<Millis::rep>(settings_.proofs.size());
  return pages * settings_.proof_timeout + settings_.return_time();
}

// What is still to come before anybody is let go, where that takes time of its own.
Nanos Run::time_after_promotion() const {
  const Nanos hooks = has_hook("promote") ? settings_.hook_time("promote") : Millis{0};
  return hooks + (proves() ? proof_time() : Nanos{0});
}

// What is written to the arriving database now reaches the other: recorded as not owed any more.
bool Run::leads_back() const {
  return ports_.replication != nullptr && settings_.fence && settings_.promote &&
         settings_.reverse && !record_.owed;
}

Event Run::prove() {
  const Nanos until = deadline_ - settings_.return_time();
  const bool may_turn = leads_back() || ports_.replication == nullptr;
  for (std::size_t page = 0; page < ports_.proofs->pages(); ++page) {
    if (aborted() && may_turn) break;
    const Nanos left = until - ports_.clock.now();
    if (left <= Nanos{0})
      return not_proved(Event::kProofFailed, "no time was left to ask for every page");
    const Answer answer = ports_.proofs->ask(page, std::min<Nanos>(left, settings_.proof_timeout));
    sample_held();
    if (!answer.done()) return not_proved(Event::kProofFailed, answer.why);
  }
  // Said while the last page was asked for, it is heard too.
  if (aborted() && may_turn) return not_proved(Event::kAborted, "aborted");
  return Event::kProofPassed;
}

Event Run::not_proved(Event where_it_leads_back, const std::string& why) {
  if (ports_.replication == nullptr) return failed(Event::kProofFailedEarly, why);
  if (leads_back()) return failed(where_it_leads_back, why);
  unproved_ = "the arriving side was not proved: " + why + "; nothing leads back" +
              (way_back_.empty() ? "" : ": " + way_back_);
  return Event::kProofWarns;
}

// The first time the way back begins, from where the promotion was recorded; the second time it
// has failed, and that is where the run goes on.
void Run::turn_round() {
  std::swap(leaving_, arriving_);
  turned_ = !turned_;
  if (turned_) {
    baseline_ = record_.position;
    if (!detail_.empty()) last_why_ += ": " + detail_;
  } else {
    record_.position = baseline_;
    unproved_ = last_why_ + "; the way back failed: " + detail_;
  }
  detail_.clear();
}

}  // namespace cutover
