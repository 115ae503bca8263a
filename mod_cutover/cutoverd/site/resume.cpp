// SPDX-License-Identifier: Apache-2.0
// What recovery does with what it has found: each row of its table carried out.
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kStatementLimit = 2s;

}  // namespace

bool Site::carry_out(const Recovery& recovery) {
  Replication* databases = parts_.replication.get();
  const Side mine = record_.side;
  const std::string why(recovery.why);
  switch (recovery.resume) {
    case Resume::kServe:
      return rest_at(mine, record_.in_doubt ? record_.doubt : "");
    case Resume::kServeUnfence:
      return serve_writable(why);
    case Resume::kServeFlag:
      if (parts_.settings.promote && !databases->unfence(mine, kStatementLimit).done())
        return false;
      return rest_at(mine, why);
    case Resume::kServeFenceOther:
      return serve_and_fence_other(why);
    case Resume::kFenceOtherUndo:
      if (!databases->fence(other(mine), kStatementLimit).done()) return false;
      [[fallthrough]];
    case Resume::kUndo:
      return undo(why);
    case Resume::kForward:
      resume(Phase::kPromoting, Event::kNotProved, why);
      return record_.phase == JournalPhase::kRest;
    case Resume::kFenceForward:
      return fence_and_forward(false, false);
    case Resume::kFenceFlagForward:
      return fence_and_forward(true, false);
    case Resume::kCatchUpForward:
      return fence_and_forward(false, true);
    case Resume::kInDoubt:
      seal(why);
      set_doubt(why);
      return false;
    case Resume::kLookAgain:
      set_doubt("an interrupted switch waits: " + why);
      return false;
  }
  return false;
}

// What the arriving database, fenced by now, wrote of its own is not undone with it: a person must
// look before the next run.
bool Site::undo(const std::string& why) {
  const Evidence now = look();
  if (!now.theirs_read_only) return false;
  if (now.theirs_moved) {
    record_.in_doubt = true;
    record_.doubt = "the " + std::string(name(other(record_.side))) +
                    " database has writes of its own, though nothing was promoted";
  }
  resume(Phase::kUndoing, Event::kNotUndone, why);
  return record_.phase == JournalPhase::kRest;
}

// `mine` serves once it is proved writable. The other one, should it have come back writable too,
// is fenced before that: never two writers, and what it holds by then is a row at rest.
bool Site::serve_writable(const std::string& why) {
  Replication& databases = *parts_.replication;
  const Side mine = record_.side;
  if (!is_ours()) return rest_at(mine, record_.doubt);  // the gate says that it is read-only
  const Reading<bool> theirs = databases.read_only(other(mine));
  if (theirs && !*theirs && parts_.settings.fence) {
    unsettled_ = "the " + std::string(name(other(mine))) + " database was writable";
    databases.fence(other(mine), kStatementLimit);
  }
  if (parts_.settings.promote && !databases.unfence(mine, kStatementLimit).done()) return false;
  record_.phase = JournalPhase::kRest;
  const Recovery now = recover(record_.phase, look());
  if (now.resume == Resume::kServeUnfence)  // read-only again: look again, unless it is another's
    return !parts_.settings.promote && rest_at(mine, record_.doubt);
  if (now.resume != Resume::kServe) return carry_out(now);
  log(Message::kWritableAgain, parts_.settings.name, why);
  return rest_at(mine, record_.doubt);
}

// The leaving database lost its fence after the point of no return.
bool Site::fence_and_forward(bool flag, bool may_have_moved) {
  Replication& databases = *parts_.replication;
  if (!databases.fence(record_.side, kStatementLimit).done()) return false;
  if (flag) {
    record_.in_doubt = true;
    record_.doubt = "the " + std::string(name(record_.side)) + " database has writes beyond " +
                    record_.position + " that the other never gets";
  } else {
    const Reading<Position> position = databases.position(record_.side);
    if (!position || position->empty()) return false;
    const bool moved = *position != record_.position;
    if (moved && !may_have_moved) return false;  // look again: another row fits by now
    const Nanos limit = clock_.now() + parts_.settings.catch_up_timeout;
    while (moved && !databases.wait_applied(other(record_.side), *position, 100ms).done())
      if (clock_.now() >= limit || leaving()) {
        set_doubt("past the point of no return the " + std::string(name(record_.side)) +
                  " database moved to " + *position + ", which the other does not reach");
        return false;
      }
    JournalRecord next = record_;
    next.position = *position;
    next.phase = JournalPhase::kPromote;
    if (!parts_.journal->write(next)) {
      set_doubt("the journal cannot be written: " + parts_.journal->error());
      return false;
    }
    record_ = next;
  }
  resume(Phase::kPromoting, Event::kNotProved, "recovered");
  return record_.phase == JournalPhase::kRest;
}

bool Site::rest_at(Side side, const std::string& doubt) {
  record_.phase = JournalPhase::kRest;
  record_.side = side;
  record_.in_doubt = !doubt.empty();
  record_.doubt = doubt;
  const Word wanted = serving(side, 0);
  const Word now = parts_.store->word();
  if (now.mode != wanted.mode) parts_.store->set(wanted.mode, wanted.at_deadline, Nanos{0});
  rest_unwritten_ = !parts_.journal->write(record_);
  return true;
}

void Site::resume(Phase phase, Event event, const std::string& why) {
  const Direction direction = towards(other(record_.side));
  {
    const std::lock_guard lock(mutex_);
    run_begins(direction);
  }
  Run run(parts_.settings, direction, ports(), record_, flags_,
          [this](Phase p, std::uint16_t id, std::string_view why) { note_phase(p, id, why); });
  LastRun last = run.resume(phase, event);
  rest_unwritten_ = run.rest_unwritten();
  last.reason = "interrupted, then recovered: " + why;
  ended(last, "recovery");
  run_last_hook(last);
  const std::lock_guard lock(mutex_);
  run_ends();
}

// Nobody is let through and no worker chooses: until more is known.
void Site::seal(const std::string& why) {
  const Word now = parts_.store->word();
  if (now.mode == Mode::kHold && now.at_deadline == AtDeadline::kRefuse && doubt_.empty() == false)
    return;
  if (!why.empty())
    log(Message::kHeldUntilKnown, parts_.settings.name, "requests are held: " + why);
  parts_.store->set(Mode::kHold, AtDeadline::kRefuse, clock_.now() + parts_.settings.hold_timeout);
}

}  // namespace cutover
