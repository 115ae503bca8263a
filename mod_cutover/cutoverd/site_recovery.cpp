// SPDX-License-Identifier: Apache-2.0
// What a coordinator does before it does anything else: kill what a predecessor left on the
// servers, read the journal, look at the databases, then and only then touch the word.
#include "mod_cutover/cutoverd/log.h"
#include "mod_cutover/cutoverd/site.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 3s;
constexpr Nanos kStatementLimit = 2s;
constexpr Nanos kLookAgain = 500ms;

bool at_rest(JournalPhase phase) {
  return phase == JournalPhase::kRest || phase == JournalPhase::kRelease;
}

std::optional<bool> known(const Reading<bool>& reading) { return reading.value; }

}  // namespace

void Site::recover_until_decided() {
  bool decided = false;
  while (!leaving() && !(decided = recover_once())) {
    parts_.store->beat();
    clock_.sleep(kLookAgain);
  }
  if (!decided) return;
  if (parts_.replication) parts_.replication->leave_command();
  set_doubt(record_.in_doubt ? record_.doubt : "");
  log(Level::kNotice, parts_.settings.name, std::string(name(record_.side)) + " serves");
  const std::lock_guard lock(mutex_);
  decided_ = true;
  phase_ = Phase::kServing;
}

bool Site::recover_once() {
  const JournalReading& found = parts_.journal->found();
  if (found.kind != JournalReading::Kind::kRecord) return adopt();
  if (record_.sequence == 0) record_ = found.record;

  if (!parts_.replication) {
    if (parts_.settings.has_databases() && !at_rest(record_.phase)) {
      seal(parts_.trouble);
      return false;
    }
    return rest_at(record_.side, record_.in_doubt ? record_.doubt : "");
  }
  if (!at_rest(record_.phase)) seal("a switch was interrupted; finding out how far it came");
  const Answer command = parts_.replication->take_command(kCommandLimit);
  if (!command.done() && !at_rest(record_.phase)) {
    set_doubt("an interrupted switch cannot be finished or undone: " + command.why);
    return false;
  }
  const Recovery recovery = recover(record_.phase, look());
  if (recovery.resume != Resume::kServe)
    log(Level::kWarning, parts_.settings.name,
        "recovery from " + std::string(name(record_.phase)) + ": " +
            std::string(name(recovery.resume)) + " (" + std::string(recovery.why) + ")");
  audit_.add({{"site", parts_.settings.name},
              {"event", "recovery"},
              {"journal", name(record_.phase)},
              {"resume", name(recovery.resume)},
              {"why", recovery.why}});
  return carry_out(recovery);
}

Evidence Site::look() {
  Replication& databases = *parts_.replication;
  const Side mine = record_.side;
  Evidence e;
  e.mine_read_only = known(databases.read_only(mine));
  e.theirs_read_only = known(databases.read_only(other(mine)));
  // In the middle of the first run no position is journaled yet: what `mine` has is what `theirs`
  // may have. At rest there is nothing to compare with then.
  Reading<Position> baseline{record_.position, ""};
  const bool first_run = record_.position.empty() && !at_rest(record_.phase);
  if (first_run) baseline = databases.position(mine);
  const Position position = baseline.value.value_or("");
  if (first_run && position.empty()) e.theirs_read_only.reset();
  if (!position.empty()) {
    const Reading<bool> moved = databases.wrote_beyond(mine, position);
    const Reading<bool> theirs = databases.wrote_beyond(other(mine), position);
    // At rest `mine` writes by right; otherwise a position that cannot be read is no evidence.
    if (!moved && !at_rest(record_.phase)) e.mine_read_only.reset();
    if (!theirs) e.theirs_read_only.reset();
    e.mine_moved = moved.value.value_or(false);
    e.theirs_moved = theirs.value.value_or(false);
  }
  const Reading<LinkState> link = databases.link_into(other(mine));
  e.link_alive = link && link->receiving && link->applying && link->from_the_other;
  return e;
}

// No journal: the site is new here, or the state directory was lost. Old serves, unless the
// databases say that new is the writer.
bool Site::adopt() {
  const bool lost = parts_.journal->found().kind == JournalReading::Kind::kCorrupt;
  record_ = {};
  if (parts_.replication) {
    const auto old_fenced = known(parts_.replication->read_only(Side::kOld));
    const auto new_fenced = known(parts_.replication->read_only(Side::kNew));
    const bool agree = old_fenced && new_fenced && *old_fenced != *new_fenced;
    if (agree && *old_fenced) record_.side = Side::kNew;
    if (!lost && !old_fenced && new_fenced && !*new_fenced) {
      seal("");
      set_doubt(
          "no journal, the new database is writable and the old one does not answer: "
          "which side serves is not known");
      return false;
    }
    if (lost && !agree) {
      seal("");
      set_doubt(parts_.journal->found().error +
                ", and the databases do not tell which side serves: exactly one must be writable");
      return false;
    }
  } else if (lost) {
    seal("");
    set_doubt(parts_.journal->found().error +
              ": remove it to start anew with the old host serving");
    return false;
  }
  log(Level::kNotice, parts_.settings.name,
      "no journal yet; " + std::string(name(record_.side)) + " is taken to serve");
  return rest_at(record_.side, "");
}

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
    case Resume::kServeFenceOther: {
      if (parts_.settings.promote && !databases->unfence(mine, kStatementLimit).done())
        return false;
      // Fencing the other is a safety of its own; who serves does not wait for it.
      const bool fenced =
          !parts_.settings.fence || databases->fence(other(mine), kStatementLimit).done();
      const Evidence now = look();
      return rest_at(mine, now.theirs_moved ? why + " and was written to"
                                            : (fenced ? "" : why + " and could not be fenced"));
    }
    case Resume::kFenceOtherUndo:
      if (!databases->fence(other(mine), kStatementLimit).done()) return false;
      [[fallthrough]];
    case Resume::kUndo:
      resume(Phase::kUndoing, Event::kNotUndone, why);
      return record_.phase == JournalPhase::kRest;
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

// `mine` serves once it is proved writable. What the other one looks like is then a row at rest: it
// may have come back writable too, or have writes of its own.
bool Site::serve_writable(const std::string& why) {
  Replication& databases = *parts_.replication;
  const Side mine = record_.side;
  const bool released = record_.phase == JournalPhase::kRelease;
  if (parts_.settings.promote && !databases.unfence(mine, kStatementLimit).done()) return false;
  record_.phase = JournalPhase::kRest;
  const Recovery now = recover(record_.phase, look());
  if (now.resume == Resume::kServeUnfence) return false;  // read-only again: look again
  if (now.resume != Resume::kServe) return carry_out(now);
  log(Level::kNotice, parts_.settings.name, why);
  rest_at(mine, record_.in_doubt ? record_.doubt : "");
  if (released && parts_.settings.reverse && !record_.position.empty()) {
    const Answer armed = databases.arm_way_back(other(mine), record_.position, kStatementLimit);
    if (!armed.done())
      log(Level::kWarning, parts_.settings.name, "the way back is not armed: " + armed.why);
  }
  return true;
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
      if (clock_.now() >= limit) return false;
    record_.position = *position;
    record_.phase = JournalPhase::kPromote;
    if (!parts_.journal->write(record_)) return false;
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
    direction_ = direction;
  }
  Run run(parts_.settings, direction, ports(), record_, flags_,
          [this](Phase p, std::string_view w) { note_phase(p, w, nullptr); });
  LastRun last = run.resume(phase, event);
  rest_unwritten_ = run.rest_unwritten();
  last.reason = "interrupted, then recovered: " + why;
  ended(last, "recovery");
  const std::lock_guard lock(mutex_);
  direction_.reset();
}

// Nobody is let through and no worker chooses: until more is known.
void Site::seal(const std::string& why) {
  const Word now = parts_.store->word();
  if (now.mode == Mode::kHold && now.at_deadline == AtDeadline::kRefuse && doubt_.empty() == false)
    return;
  if (!why.empty()) log(Level::kWarning, parts_.settings.name, "requests are held: " + why);
  parts_.store->set(Mode::kHold, AtDeadline::kRefuse, clock_.now() + parts_.settings.hold_timeout);
}

}  // namespace cutover
