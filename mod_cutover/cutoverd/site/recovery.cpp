// SPDX-License-Identifier: Apache-2.0
// Finding out where the site stands.
#include "mod_cutover/cutoverd/site/recovery.h"

#include "mod_cutover/cutoverd/looks/first_known.h"
#include "mod_cutover/cutoverd/looks/lost_writes.h"
#include "mod_cutover/cutoverd/looks/one_writer.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

constexpr const char* kExactlyOne =
    "the databases do not tell which side serves: exactly one must be writable";

}  // namespace

bool SiteRecovery::try_once() {
  Footing& footing = desk_.footing;
  const bool found = found_.kind == JournalReading::Kind::kRecord;
  if (!footing.known && found) record() = found_.record;
  if (record().completed()) return footing.known = rest_at(Side::kNew, "");
  if (desk_.ports.replication != nullptr && !decided_ && is_older_than_the_servers()) return false;
  if (!footing.known && !found) return adopt();
  footing.known = true;
  if (desk_.ports.replication == nullptr) return without_databases();
  if (!serves(record().phase)) {
    seal("a switch was interrupted; finding out how far it came");
    if (fences_anew(record().phase) && !std::exchange(drained_, true)) desk_.footing.drain();
    if (!take_command()) return false;
  }
  if (record().phase == JournalPhase::kDrain) {  // on the disk it stays so until it is decided
    record().phase = JournalPhase::kRest;
    nothing_was_sent_ = true;
  }
  const bool told = record().phase == JournalPhase::kResolve;  // whatever the databases say
  const Recovery row = recover(record().phase, told ? Evidence{} : look());
  if (acts(row.resume) && serves(record().phase)) {
    const Answer owned = ownership_.take(kCommandLimit);
    if (!owned.done()) return carry_out({Resume::kStay, owned.why, row.id});
  }
  tell(row);
  const bool decided = carry_out(row);
  if (!decided && desk_.view.doubt().empty())
    desk_.view.set_doubt("not decided yet: " + std::string(row.why));
  decided_ |= decided;
  if (decided && std::exchange(nothing_was_sent_, false)) runs_.ended_before_anything_was_sent();
  return decided;
}

// What a predecessor sent is gone before anything is read, on each server that answers: what does
// not answer has no part in what is decided without it.
bool SiteRecovery::take_command() {
  const Answer command = ownership_.take(kCommandLimit);
  if (!command.done())
    desk_.view.set_doubt("an interrupted switch cannot be finished or undone: " + command.why);
  return command.done();
}

// Only a run with databases records these phases: they have gone from the configuration meanwhile.
bool SiteRecovery::without_databases() {
  const JournalPhase phase = record().phase;
  const bool had_some = phase == JournalPhase::kCatch || phase == JournalPhase::kPromote;
  if (had_some || (desk_.settings.has_databases() && !serves(phase)))
    return hold_and_tell(
        "an interrupted switch cannot be finished or undone: " +
        (trouble_.empty() ? "CutoverOldDatabase is not configured any more" : trouble_));
  const bool told = phase == JournalPhase::kFence || phase == JournalPhase::kUndo;
  if (told && desk_.settings.has_hook("unfence")) return undo_what_was_told();
  return rest_at(record().side, record().in_doubt ? record().doubt : "");
}

bool SiteRecovery::undo_what_was_told() {
  desk_.footing.seal();
  return runs_.resume(Phase::kUndoing, Event::kNotUndone, "the hook fenced may have run") ||
         hold_in_doubt("an interrupted switch waits until the hook unfence ends with 0");
}

// The other one may come back with writes that a person has given up, or with none of its fence.
// The keeper makes the rest of the links what they are to be.
void SiteRecovery::apply_nothing(Side side) {
  if (!desk_.settings.reverse) return;
  databases().stop_applying(side, kStatementLimit);
  record().links_owed = true;
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
  lives_.look();
  const Side mine = record().side;
  Evidence e;
  e.mine_read_only = databases().read_only(mine).value;
  e.theirs_read_only = databases().read_only(other(mine)).value;
  // In the middle of the first run no position is journaled yet: what `mine` has is what `theirs`
  // may have. At rest there is nothing to compare with then.
  Reading<Position> baseline{record().position, ""};
  const bool first_run = record().position.empty() && !serves(record().phase);
  if (first_run) baseline = first_known(databases(), mine);
  const Position position = baseline.value.value_or("");
  if (first_run && position.empty()) e.theirs_read_only.reset();
  if (!position.empty()) compare(position, e);
  const auto link = databases().link_into(other(mine));
  e.link_alive = link && link->receiving && link->applying && link->from_the_other;
  e.mine_restarted = record().note(mine).restarted;
  e.theirs_restarted = record().note(other(mine)).restarted;
  // A site that was never seen in its roles has not been moved: its databases are still on their
  // way.
  e.cold = !decided_ && desk_.footing.is_ours() && !lives_.seen_lately();
  return e;
}

// A server whose writes cannot be told is as one that does not answer; but at rest `mine` writes by
// right.
void SiteRecovery::compare(const Position& position, Evidence& e) {
  const Side mine = record().side;
  const Reading<bool> moved = databases().wrote_beyond(mine, position);
  const Reading<bool> theirs = databases().wrote_beyond(other(mine), position);
  if (!moved && !serves(record().phase)) e.mine_read_only.reset();
  if (!theirs) e.theirs_read_only.reset();
  e.mine_moved = moved.value.value_or(false);
  e.theirs_moved = theirs.value.value_or(false);
  if (record().phase == JournalPhase::kRest)
    e.lost = lost_writes(databases(), desk_.ports.clock, mine, position);
  if (e.lost == Lost::kTheirs) lives_.built_anew(other(mine));
  if (!e.theirs_moved || lives_.journal_is_current()) return;
  const bool closed = e.mine_read_only.value_or(false);
  const Reading<Missing> lacks = databases().missing(mine);
  e.unexplained = !closed || !lacks || !lacks->gtids.empty();
}

std::optional<Served> SiteRecovery::remembered(Side by) {
  return databases().remembered(by, lives_.pair()).value.value_or(std::nullopt);
}

// Asked until something is decided: in the life of a coordinator nobody else writes it.
bool SiteRecovery::is_older_than_the_servers() {
  lives_.look();
  std::optional<Served> newest;
  for (const Side side : {Side::kOld, Side::kNew})
    if (const auto served = remembered(side); served && (!newest || served->epoch > newest->epoch))
      newest = served;
  if (!newest || newest->epoch < record().epoch) return false;
  if (newest->epoch == record().epoch) lives_.journal_proved_current();
  return newest->epoch > record().epoch && !go_by(*newest);
}

// The journal is an old one, or lost. Whoever was made to serve last does so at rest; the other's
// own writes are compared with what he has now. His record is above every copy of the old one.
bool SiteRecovery::go_by(const Served& served) {
  const std::string side(name(served.side));
  const std::string what = "the state directory is older than what the servers remember: epoch " +
                           std::to_string(served.epoch) + ", " + side + " serves";
  const Reading<Position> has = first_known(databases(), served.side);
  if (!has) return hold_and_tell(what, "; " + has.error);
  log(Message::kStateIsOld, desk_.settings.name, what);
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", "recovery"},
                   {"id", code(id_of(Message::kStateIsOld))},
                   {"why", what}});
  JournalRecord known;
  known.side = served.side;
  known.position = *has;
  known.in_doubt = is_by_file(*has);
  if (known.in_doubt) known.doubt = what + "; by file and position nothing tells of the other";
  known.epoch = served.epoch + 1;
  known.links_owed = true;
  if (desk_.settings.serve) known.served_word = name(*desk_.settings.serve);  // not asked for anew
  record() = known;
  desk_.footing.known = true;
  return true;
}

// No journal: the site is new here, or the state directory was lost. What the databases say
// decides, and where they do not tell, nobody is let in who was not before: a site that a live
// graceful brings in goes on with its word, nothing is written down, and it is looked at again; one
// that has just been started is held.
bool SiteRecovery::adopt() {
  const bool lost = found_.kind == JournalReading::Kind::kCorrupt;
  record() = {};
  if (desk_.ports.replication != nullptr) {
    if (lost) ownership_.take(kAdoptLimit);
    const bool goes_on = !lost && desk_.ports.store.word().mode == Mode::kOld;
    std::optional<Side> writer = the_one_writer(databases());
    if (!writer && goes_on && old_lacks_nothing(databases())) writer = Side::kOld;
    if (!writer && goes_on)
      return tell_of_doubt("new here, and " + std::string(kExactlyOne) + "; old serves meanwhile",
                           unread(databases()));
    if (!writer)
      return hold_and_tell((lost ? found_.error : "no journal") + ", and " + kExactlyOne,
                           unread(databases()));
    record().side = *writer;
    // It has been moved, so its roles are ours; how its links stood is lost.
    if (writer == Side::kNew) {
      record().position = databases().position(Side::kNew).value.value_or("");
      record().links_owed = true;
    }
  } else if (lost) {
    return hold_and_tell(found_.error + ": remove it to start anew with the old host serving");
  }
  log(Message::kNoJournalYet, desk_.settings.name,
      "no journal yet; " + std::string(name(record().side)) + " is taken to serve");
  desk_.footing.known = true;
  return rest_at(record().side, "");
}

// Where no row of the table is in the trail already; once, however the details vary.
bool SiteRecovery::hold_and_tell(const std::string& what, const std::string& details) {
  seal("");
  return tell_of_doubt(what, details);
}

// The word stays as it is.
bool SiteRecovery::tell_of_doubt(const std::string& what, const std::string& details) {
  if (tells_anew(what))
    desk_.audit.add({{"site", desk_.settings.name},
                     {"event", "in doubt"},
                     {"id", code(id_of(Message::kInDoubt))},
                     {"reason", what + details}});
  desk_.view.set_doubt(what + details);
  return false;
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
