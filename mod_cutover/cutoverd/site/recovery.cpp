// SPDX-License-Identifier: Apache-2.0
// Finding out where the site stands.
#include "mod_cutover/cutoverd/site/recovery.h"

#include <optional>
#include <utility>

#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

constexpr const char* kExactlyOne =
    "the databases do not tell which side serves: exactly one must be writable";

bool at_rest(JournalPhase phase) {
  return phase == JournalPhase::kRest || phase == JournalPhase::kRelease;
}

}  // namespace

bool SiteRecovery::try_once() {
  Footing& footing = desk_.footing;
  if (!footing.known && found_.kind != JournalReading::Kind::kRecord) return adopt();
  if (!std::exchange(footing.known, true)) record() = found_.record;
  if (desk_.ports.replication == nullptr) return without_databases();
  if (!at_rest(record().phase)) seal("a switch was interrupted; finding out how far it came");
  const Answer command = databases().take_command(kCommandLimit);
  if (!command.done() && !at_rest(record().phase)) {
    desk_.view.set_doubt("an interrupted switch cannot be finished or undone: " + command.why);
    return false;
  }
  const Recovery row = recover(record().phase, look());
  tell(row);
  const bool decided = carry_out(row);
  if (!decided && desk_.view.doubt().empty())
    desk_.view.set_doubt("not decided yet: " + std::string(row.why));
  return decided;
}

// Only a run with databases records these phases: they have gone from the configuration meanwhile.
bool SiteRecovery::without_databases() {
  const JournalPhase phase = record().phase;
  const bool had_some = phase == JournalPhase::kCatch || phase == JournalPhase::kPromote;
  if (had_some || (desk_.settings.has_databases() && !at_rest(phase)))
    return hold_in_doubt(
        "an interrupted switch cannot be finished or undone: " +
        (trouble_.empty() ? "CutoverOldDatabase is not configured any more" : trouble_));
  return rest_at(record().side, record().in_doubt ? record().doubt : "");
}

bool SiteRecovery::tells_anew(const std::string& what) {
  return what != std::exchange(told_, what);
}

void SiteRecovery::tell(const Recovery& row) {
  const std::string phase(name(record().phase));
  if (!tells_anew(phase + "/" + std::string(row.why))) return;
  if (row.resume != Resume::kServe)
    log(row.id, desk_.settings.name,
        "recovery from " + phase + ": " + std::string(name(row.resume)) + " (" +
            std::string(row.why) + ")");
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", "recovery"},
                   {"id", code(row.id)},
                   {"journal", phase},
                   {"resume", name(row.resume)},
                   {"why", row.why}});
}

Evidence SiteRecovery::look() {
  const Side mine = record().side;
  Evidence e;
  e.mine_read_only = databases().read_only(mine).value;
  e.theirs_read_only = databases().read_only(other(mine)).value;
  // In the middle of the first run no position is journaled yet: what `mine` has is what `theirs`
  // may have. At rest there is nothing to compare with then.
  Reading<Position> baseline{record().position, ""};
  const bool first_run = record().position.empty() && !at_rest(record().phase);
  if (first_run) baseline = databases().position(mine);
  const Position position = baseline.value.value_or("");
  if (first_run && position.empty()) e.theirs_read_only.reset();
  if (!position.empty()) {
    const Reading<bool> moved = databases().wrote_beyond(mine, position);
    const Reading<bool> theirs = databases().wrote_beyond(other(mine), position);
    // At rest `mine` writes by right; otherwise a position that cannot be read is no evidence.
    if (!moved && !at_rest(record().phase)) e.mine_read_only.reset();
    if (!theirs) e.theirs_read_only.reset();
    e.mine_moved = moved.value.value_or(false);
    e.theirs_moved = theirs.value.value_or(false);
  }
  const Reading<LinkState> link = databases().link_into(other(mine));
  e.link_alive = link && link->receiving && link->applying && link->from_the_other;
  return e;
}

// No journal: the site is new here, or the state directory was lost. Old serves, unless the
// databases say that new is the writer.
bool SiteRecovery::adopt() {
  const bool lost = found_.kind == JournalReading::Kind::kCorrupt;
  record() = {};
  if (desk_.ports.replication != nullptr) {
    // What a predecessor sent is gone before anything is read. At a first installation a server may
    // not be there yet, which is no reason to keep a live site from its visitors.
    databases().take_command(kAdoptLimit);
    const std::optional<bool> old_fenced = databases().read_only(Side::kOld).value;
    const std::optional<bool> new_fenced = databases().read_only(Side::kNew).value;
    const bool agree = old_fenced && new_fenced && *old_fenced != *new_fenced;
    if (agree && *old_fenced) record().side = Side::kNew;
    const bool new_may_write = !old_fenced && new_fenced && !*new_fenced;
    if (!lost && !agree && (new_may_write || old_fenced.value_or(false)))
      return hold_in_doubt(std::string("no journal, and ") + kExactlyOne);
    if (lost && !agree) return hold_in_doubt(found_.error + ", and " + kExactlyOne);
  } else if (lost) {
    return hold_in_doubt(found_.error + ": remove it to start anew with the old host serving");
  }
  log(Message::kNoJournalYet, desk_.settings.name,
      "no journal yet; " + std::string(name(record().side)) + " is taken to serve");
  desk_.footing.known = true;
  return rest_at(record().side, "");
}

bool SiteRecovery::hold_in_doubt(const std::string& doubt) {
  seal("");
  desk_.view.set_doubt(doubt);
  return false;
}

void SiteRecovery::seal(const std::string& why) {
  if (desk_.footing.is_sealed() && !desk_.view.doubt().empty()) return;
  if (!why.empty()) log(Message::kHeldUntilKnown, desk_.settings.name, "requests are held: " + why);
  desk_.footing.seal();
}

}  // namespace cutover
