// SPDX-License-Identifier: Apache-2.0
// What recovery does with what it has found: each row of its table carried out.
#include <string>

#include "mod_cutover/cutoverd/run/by_others.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/site/recovery.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {

using namespace std::chrono_literals;

bool SiteRecovery::carry_out(const Recovery& row) {
  const Side mine = record().side;
  const std::string why(row.why);
  switch (row.resume) {
    case Resume::kServe:
      return rest_at(mine, record().in_doubt ? record().doubt : "");
    case Resume::kServeUnfence:
      return serve_writable(why);
    case Resume::kServeFlag:
      if (desk_.settings.promote && !databases().unfence(mine, kStatementLimit).done())
        return false;
      return rest_at(mine, why);
    case Resume::kServeFenceOther:
      return serve_and_fence_other(why);
    case Resume::kFenceOtherUndo:
      if (!fenced(other(mine))) return false;
      [[fallthrough]];
    case Resume::kUndo:
      return undo(why);
    case Resume::kForward:
      return forward(why);
    case Resume::kFenceForward:
      return fence_and_forward(false, false);
    case Resume::kFenceFlagForward:
      return fence_and_forward(true, false);
    case Resume::kCatchUpForward:
      return fence_and_forward(false, true);
    case Resume::kInDoubt:
      seal(why);
      desk_.view.set_doubt(why);
      return false;
    case Resume::kLookAgain:
      desk_.view.set_doubt("an interrupted switch waits: " + why);
      return false;
  }
  return false;
}

bool SiteRecovery::fenced(Side side) {
  const Answer answer = fence_or_see(databases(), desk_.settings, side, kStatementLimit);
  if (!answer.done() && !desk_.settings.fence)
    desk_.view.set_doubt("an interrupted switch waits: " + answer.why);
  return answer.done();
}

bool SiteRecovery::rest_at(Side side, const std::string& doubt) {
  desk_.footing.rest_at(side, doubt);
  return true;
}

// What the arriving database, fenced by now, wrote of its own is not undone with it: a person must
// look before the next run.
bool SiteRecovery::undo(const std::string& why) {
  const Evidence now = look();
  if (!now.theirs_read_only) return false;
  if (now.theirs_moved) {
    record().in_doubt = true;
    record().doubt = "the " + std::string(name(other(record().side))) +
                     " database has writes of its own, though nothing was promoted";
  }
  runs_.resume(Phase::kUndoing, Event::kNotUndone, why);
  return desk_.footing.at_rest();
}

// `mine` serves once it is proved writable. The other one, should it have come back writable too,
// is fenced before that: never two writers, and what it holds by then is a row at rest.
bool SiteRecovery::serve_writable(const std::string& why) {
  const Side mine = record().side;
  if (!desk_.footing.is_ours())  // the gate says that it is read-only
    return rest_at(mine, record().doubt);
  const Reading<bool> theirs = databases().read_only(other(mine));
  if (theirs && !*theirs && desk_.settings.fence) {
    desk_.footing.unsettled = "the " + std::string(name(other(mine))) + " database was writable";
    databases().fence(other(mine), kStatementLimit);
  }
  if (desk_.settings.promote && !databases().unfence(mine, kStatementLimit).done()) return false;
  record().phase = JournalPhase::kRest;
  const Recovery now = recover(record().phase, look());
  if (now.resume == Resume::kServeUnfence)  // read-only again: look again, unless it is another's
    return !desk_.settings.promote && rest_at(mine, record().doubt);
  if (now.resume != Resume::kServe) return carry_out(now);
  log(Message::kWritableAgain, desk_.settings.name, why);
  return rest_at(mine, record().doubt);
}

bool SiteRecovery::serve_and_fence_other(const std::string& why) {
  const Side mine = record().side;
  if (!desk_.footing.is_ours())  // the gate says that it is writable
    return rest_at(mine, record().doubt);
  std::string& unsettled = desk_.footing.unsettled;
  unsettled = "the " + std::string(name(other(mine))) +
              " database was writable, and is not yet fenced and compared";
  const bool fenced =
      !desk_.settings.fence || databases().fence(other(mine), kStatementLimit).done();
  if (desk_.settings.promote && !databases().unfence(mine, kStatementLimit).done()) return false;
  const Evidence now = look();
  if (fenced && now.theirs_read_only) unsettled.clear();
  if (!now.theirs_moved) return rest_at(mine, record().doubt);
  unsettled.clear();
  return rest_at(mine, record().in_doubt ? record().doubt
                                         : why + " and was written to beyond " + record().position);
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
  const Reading<Position> position = databases().position(leaving);
  if (!position || position->empty()) return false;
  const bool moved = *position != record().position;
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
  next.position = *position;
  next.phase = JournalPhase::kPromote;
  if (!desk_.ports.journal.write(next)) {
    desk_.view.set_doubt("the journal cannot be written: " + desk_.ports.journal.error());
    return false;
  }
  record() = next;
  return forward("recovered");
}

bool SiteRecovery::forward(const std::string& why) {
  runs_.resume(Phase::kPromoting, Event::kNotProved, why);
  return desk_.footing.at_rest();
}

}  // namespace cutover
