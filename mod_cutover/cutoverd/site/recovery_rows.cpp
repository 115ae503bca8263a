// SPDX-License-Identifier: Apache-2.0
// What recovery does with what it has found: each row of its table carried out.
#include "mod_cutover/cutoverd/run/by_others.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/site/recovery.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "shared/protocol/file_position.h"

namespace cutover {

using namespace std::chrono_literals;

bool SiteRecovery::carry_out(const Recovery& row) {
  const std::string why(row.why);
  switch (row.resume) {
    case Resume::kServe:
      desk_.footing.unsettled.clear();
      return rest_at(record().side, record().in_doubt ? record().doubt : "");
    case Resume::kServeSaid:
      return serve_said(why);
    case Resume::kStay:
      return stay(why);
    case Resume::kServeUnfence:
      return serve_writable(why);
    case Resume::kServeFlag:
      if (!proved_writable(record().side)) return false;
      desk_.footing.unsettled.clear();
      return rest_at(record().side, why);
    case Resume::kServeFenceOther:
      return serve_and_fence_other(why);
    case Resume::kServeOwing:
      if (!proved_writable(record().side)) return false;
      record().fence_owed = desk_.settings.fence;
      apply_nothing(record().side);
      return rest_at(record().side, record().in_doubt ? record().doubt : "");
    case Resume::kFenceOtherUndo:
      if (!fenced(other(record().side))) return false;
      [[fallthrough]];
    case Resume::kUndo:
      return undo(why);
    case Resume::kForward:
      return forward(why);
    case Resume::kForwardOwing:
      return forward_owing(why);
    case Resume::kFenceForward:
      return fence_and_forward(false, false);
    case Resume::kFenceFlagForward:
      return fence_and_forward(true, false);
    case Resume::kCatchUpForward:
      return fence_and_forward(false, true);
    case Resume::kResolve:
      return finish_resolve();
    case Resume::kReturn:
      return runs_.resume(Phase::kProving, Event::kProofFailed, why);
    case Resume::kInDoubt:
      return hold_in_doubt(why);
    case Resume::kLookAgain:
      desk_.view.set_doubt("an interrupted switch waits: " + why);
      return false;
  }
  return false;
}

bool SiteRecovery::fenced(Side side) {
  const Answer answer = fence_or_see(desk_.ports, desk_.settings, side, kStatementLimit);
  if (!answer.done() && !desk_.settings.fence)
    desk_.view.set_doubt("an interrupted switch waits: " + answer.why);
  return answer.done();
}

bool SiteRecovery::rest_at(Side side, const std::string& doubt) {
  desk_.footing.rest_at(side, doubt);
  return true;
}

// What nobody can have forgotten is somebody's will. A database that was never seen in its role is
// none of ours, and the gate says what it lacks.
bool SiteRecovery::serve_said(const std::string& why) {
  if (desk_.footing.is_ours()) desk_.footing.unsettled = why;
  return rest_at(record().side, record().doubt);
}

// Whoever is served stays so; at a start, who was minutes ago and whose database is not closed.
bool SiteRecovery::stay(const std::string& why) {
  const bool closed = databases().read_only(record().side).value.value_or(false);
  const bool may_be_old = closed && !lives_.journal_is_current();
  if (!decided_ && record().phase == JournalPhase::kRest && (may_be_old || !lives_.seen_lately()))
    return hold_in_doubt(why);
  desk_.footing.unsettled = why;
  return rest_at(record().side, record().in_doubt ? record().doubt : "");
}

// Never two writers: a closed one is not opened beside one that somebody has opened since the look;
// another row fits by then.
bool SiteRecovery::proved_writable(Side side) {
  if (!desk_.settings.promote) return true;
  const bool closed = databases().read_only(side).value.value_or(true);
  if (closed && !databases().read_only(other(side)).value.value_or(true)) return false;
  if (!databases().unfence(side, kStatementLimit).done()) return false;
  lives_.in_role(side);
  return true;
}

// What the arriving database, fenced by now, wrote of its own is not undone with it: a person must
// look before the next run.
bool SiteRecovery::undo(const std::string& why) {
  const Evidence now = look();
  if (now.theirs_read_only && !*now.theirs_read_only) return false;
  if (now.theirs_moved) {
    record().in_doubt = true;
    record().doubt = "the " + std::string(name(other(record().side))) +
                     " database has writes of its own, though nothing was promoted";
  }
  return runs_.resume(Phase::kUndoing, Event::kNotUndone, why);
}

// `mine` serves once it is proved writable. The other one, should it have come back writable in the
// meantime, is another row's.
bool SiteRecovery::serve_writable(const std::string& why) {
  const Side mine = record().side;
  if (!desk_.footing.is_ours())  // the gate says that it is read-only
    return rest_at(mine, record().doubt);
  if (!proved_writable(mine)) return false;
  record().phase = JournalPhase::kRest;
  const Recovery now = recover(record().phase, look());
  if (now.resume != Resume::kServe && now.resume != Resume::kServeUnfence) return carry_out(now);
  if (now.resume == Resume::kServe) log(Message::kWritableAgain, desk_.settings.name, why);
  return carry_out({Resume::kServe, now.why, now.id});
}

// The other is proved fenced before `mine` is made writable, should it not be.
bool SiteRecovery::serve_and_fence_other(const std::string& why) {
  const Side mine = record().side;
  if (!desk_.footing.is_ours())  // the gate says that it is writable
    return rest_at(mine, record().doubt);
  std::string& unsettled = desk_.footing.unsettled;
  unsettled = "the " + std::string(name(other(mine))) +
              " database was writable, and is not yet fenced and compared";
  const bool fenced =
      !desk_.settings.fence || databases().fence(other(mine), kStatementLimit).done();
  if (fenced && desk_.settings.fence) lives_.in_role(other(mine));
  if (!proved_writable(mine)) return false;
  const Evidence now = look();
  if (fenced && now.theirs_read_only) unsettled.clear();
  if (now.theirs_moved) flag(why);
  return rest_at(mine, record().doubt);
}

// In doubt until a person says what is to become of the writes.
void SiteRecovery::flag(const std::string& why) {
  desk_.footing.unsettled.clear();
  if (record().in_doubt) return;
  record().in_doubt = true;
  record().doubt = why + " and was written to beyond " + record().position;
}

// The leaving database lost its fence after the point of no return.
bool SiteRecovery::fence_and_forward(bool flag, bool may_have_moved) {
  const Side leaving = record().side;
  if (!fenced(leaving)) return false;
  if (flag) {
    record().in_doubt = true;
    record().doubt = "the " + std::string(name(leaving)) + " database has writes beyond " +
                     record().position + " that the other never gets";
    return forward("recovered");
  }
  const auto position = databases().position(leaving);
  if (!position || position->empty()) return false;
  const bool moved = !stands_at(*position, record().position);
  if (moved && !may_have_moved) return false;  // look again: another row fits by now
  Clock& clock = desk_.ports.clock;
  const Nanos limit = clock.now() + desk_.settings.catch_up_timeout;
  while (moved && !databases().wait_applied(other(leaving), *position, 100ms).done())
    if (clock.now() >= limit || mailbox_.leaving()) {
      desk_.view.set_doubt("past the point of no return the " + std::string(name(leaving)) +
                           " database moved to " + *position + ", which the other does not reach");
      return false;
    }
  JournalRecord next = record();
  next.position = completed(*position, next.position);
  next.phase = JournalPhase::kPromote;
  if (!desk_.ports.journal.write(next)) {
    desk_.view.set_doubt("the journal cannot be written: " + desk_.ports.journal.error());
    return false;
  }
  record() = next;
  return forward("recovered");
}

bool SiteRecovery::forward(const std::string& why) {
  return runs_.resume(Phase::kPromoting, Event::kNotProved, why);
}

// The new writer has all that was behind the fence; whether that fence still stands, nobody can
// say who does not hear the server.
bool SiteRecovery::forward_owing(const std::string& why) {
  const Reading<bool> all = databases().has_applied(other(record().side), record().position);
  if (!all || !*all) {
    desk_.view.set_doubt("an interrupted switch waits: the new writer lacks some of " +
                         record().position + ", and the leaving database does not answer");
    return false;
  }
  record().fence_owed = desk_.settings.fence;
  return forward(why);
}

// What it holds behind the fence is its baseline: a person has given up what the other lacks.
Answer SiteRecovery::fence_as_resolved(Nanos limit) {
  const Side theirs = other(record().side);
  const Answer command = databases().take_command(theirs, limit);
  if (!command.done()) return Answer::no(command.why);  // nothing was sent
  const Answer fenced = fence_or_see(desk_.ports, desk_.settings, theirs, limit);
  if (!fenced.done()) return fenced;
  lives_.in_role(theirs);
  const Reading<Position> has = databases().position(theirs);
  if (!has) return Answer::unknown(has.error);
  record().position = *has;
  record().fence_owed = false;
  return Answer::yes();
}

// By a successor. A server that is silent owes its fence; on one that answers it is tried again.
bool SiteRecovery::finish_resolve() {
  const Side theirs = other(record().side);
  if (record().fence_owed && databases().read_only(theirs)) {
    if (const Answer fenced = fence_as_resolved(kStatementLimit); !fenced.done()) {
      desk_.view.set_doubt("a person's word is not carried out yet: " + fenced.why);
      return false;
    }
  }
  return serve_as_resolved();
}

bool SiteRecovery::serve_as_resolved() {
  const Side side = record().side;
  std::string& unsettled = desk_.footing.unsettled;
  unsettled.clear();
  const Answer writer =
      desk_.settings.promote ? databases().promote(side, kStatementLimit) : Answer::yes();
  if (writer.done()) {
    lives_.in_role(side);
    apply_nothing(side);
    return rest_at(side, "");
  }
  unsettled = "the " + std::string(name(side)) + " database is not proved writable: " + writer.why;
  return false;
}

}  // namespace cutover
