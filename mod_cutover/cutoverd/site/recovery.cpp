// SPDX-License-Identifier: Apache-2.0
// What a coordinator does before it does anything else: kill what a predecessor left on the
// servers, read the journal, look at the databases, then and only then touch the word.
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 3s;
constexpr Nanos kAdoptLimit = 1s;
constexpr Nanos kLookAgain = 500ms;

bool at_rest(JournalPhase phase) {
  return phase == JournalPhase::kRest || phase == JournalPhase::kRelease;
}

std::optional<bool> known(const Reading<bool>& reading) { return reading.value; }

}  // namespace

void Site::recover_until_decided() {
  bool decided = false;
  {
    const std::lock_guard lock(mutex_);
    decided_ = false;
  }
  while (!leaving()) {
    parts_.store->beat();
    const std::shared_ptr<Ticket> ticket = next_ticket();
    decided = ticket ? carry_out_undecided(*ticket) : recover_once();
    if (decided) break;
    clock_.sleep(kLookAgain);
  }
  if (!decided) return;
  if (parts_.replication) parts_.replication->leave_command();
  set_doubt(doubt_at_rest());
  log(Message::kServes, parts_.settings.name, std::string(name(record_.side)) + " serves");
  const std::lock_guard lock(mutex_);
  decided_ = true;
  phase_ = Phase::kServing;
}

// A command that was let in just before is no person's word on the doubt.
bool Site::carry_out_undecided(Ticket& ticket) {
  if (ticket.verb() == "resolve") return carry_out(ticket);
  command_ended();
  ticket.finish({4, "in doubt: a person must look first, see `cutoverctl status`", nullptr});
  return false;
}

bool Site::recover_once() {
  const JournalReading& found = parts_.journal->found();
  if (!known_ && found.kind != JournalReading::Kind::kRecord) return adopt();
  if (!std::exchange(known_, true)) record_ = found.record;

  if (!parts_.replication) {
    // Only a run with databases writes these: they have gone from the configuration meanwhile.
    const bool had_some =
        record_.phase == JournalPhase::kCatch || record_.phase == JournalPhase::kPromote;
    if (had_some || (parts_.settings.has_databases() && !at_rest(record_.phase))) {
      const std::string why =
          parts_.trouble.empty() ? "CutoverOldDatabase is not configured any more" : parts_.trouble;
      seal("");
      set_doubt("an interrupted switch cannot be finished or undone: " + why);
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
  tell(recovery);
  const bool decided = carry_out(recovery);
  if (!decided && doubt_.empty()) set_doubt("not decided yet: " + std::string(recovery.why));
  return decided;
}

// Once, however often the same is found.
void Site::tell(const Recovery& recovery) {
  const std::string told = std::string(name(record_.phase)) + "/" + std::string(recovery.why);
  if (told == std::exchange(told_, told)) return;
  if (recovery.resume != Resume::kServe)
    log(recovery.id, parts_.settings.name,
        "recovery from " + std::string(name(record_.phase)) + ": " +
            std::string(name(recovery.resume)) + " (" + std::string(recovery.why) + ")");
  audit_.add({{"site", parts_.settings.name},
              {"event", "recovery"},
              {"id", code(recovery.id)},
              {"journal", name(record_.phase)},
              {"resume", name(recovery.resume)},
              {"why", recovery.why}});
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
    // What a predecessor sent is gone before anything is read. At a first installation a server may
    // not be there yet, which is no reason to keep a live site from its visitors.
    parts_.replication->take_command(kAdoptLimit);
    const auto old_fenced = known(parts_.replication->read_only(Side::kOld));
    const auto new_fenced = known(parts_.replication->read_only(Side::kNew));
    const bool agree = old_fenced && new_fenced && *old_fenced != *new_fenced;
    if (agree && *old_fenced) record_.side = Side::kNew;
    const bool new_may_write = !old_fenced && new_fenced && !*new_fenced;
    if (!lost && !agree && (new_may_write || old_fenced.value_or(false))) {
      seal("");
      set_doubt(
          "no journal, and the databases do not tell which side serves: exactly one must be "
          "writable");
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
  log(Message::kNoJournalYet, parts_.settings.name,
      "no journal yet; " + std::string(name(record_.side)) + " is taken to serve");
  known_ = true;
  return rest_at(record_.side, "");
}

}  // namespace cutover
