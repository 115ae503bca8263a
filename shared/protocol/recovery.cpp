// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/recovery.h"

#include <array>

namespace cutover {
namespace {

constexpr auto rest = JournalPhase::kRest;
constexpr auto fence = JournalPhase::kFence;
constexpr auto caught = JournalPhase::kCatch;
constexpr auto undo = JournalPhase::kUndo;
constexpr auto promote = JournalPhase::kPromote;
constexpr auto release = JournalPhase::kRelease;
constexpr auto resolve = JournalPhase::kResolve;
constexpr auto going_back = JournalPhase::kReturn;
// As `using enum` would, which g++ 10 lacks.
constexpr Resume kServe = Resume::kServe, kServeSaid = Resume::kServeSaid,
                 kServeUnfence = Resume::kServeUnfence, kServeFlag = Resume::kServeFlag,
                 kServeFenceOther = Resume::kServeFenceOther, kServeOwing = Resume::kServeOwing,
                 kStay = Resume::kStay, kUndo = Resume::kUndo,
                 kFenceOtherUndo = Resume::kFenceOtherUndo, kForward = Resume::kForward,
                 kForwardOwing = Resume::kForwardOwing, kFenceForward = Resume::kFenceForward,
                 kFenceFlagForward = Resume::kFenceFlagForward,
                 kCatchUpForward = Resume::kCatchUpForward, kResolve = Resume::kResolve,
                 kReturn = Resume::kReturn, kInDoubt = Resume::kInDoubt,
                 kLookAgain = Resume::kLookAgain;
constexpr Says no = Says::kNo;
constexpr Says yes = Says::kYes;
constexpr Says silent = Says::kSilent;
constexpr Says any = Says::kEither;
constexpr Says all = Says::kAnything;

// clang-format off
constexpr RecoveryRow kTable[] = {
  // id record    r/o           moved        link  restarted    unex-
  //             mine   theirs mine theirs        mine theirs  plained cold
  {206, rest,    no,    silent, any, any,   any,  any, any,    any,  no,  kServe,
   "at rest; the other database does not answer"},
  {207, rest,    silent, all,   any, any,   any,  any, any,    any,  no,  kStay,
   "at rest; the serving database does not answer"},
  {208, rest,    yes,   silent, any, any,   any,  any, any,    any,  no,  kServeSaid,
   "at rest; the serving database is read-only and the other does not answer"},
  {209, rest,    all,   silent, any, any,   any,  any, any,    any,  yes, kStay,
   "the other database does not answer, and the journal is old: which side serves is not known"},
  {210, rest,    silent, all,   any, any,   any,  any, any,    any,  yes, kStay,
   "the database that served last does not answer"},
  {267, rest,    any,   any,    any, any,   any,  any, any,    any,  any, kServeSaid,
   "the other database lacks writes of its own: it is being built anew, and is not touched",
   Lost::kTheirs},
  {268, rest,    no,    any,    any, any,   any,  any, any,    any,  any, kServeFlag,
   "the serving database lacks writes of its own that the other has: it was restored, or lost them",
   Lost::kMine},
  {201, rest,    no,    yes,    any, no,    any,  any, any,    any,  any, kServe,
   "at rest, as it was left"},
  {202, rest,    no,    yes,    any, yes,   any,  any, any,    any,  any, kServeFlag,
   "the other database has writes of its own since the last run"},
  {261, rest,    no,    no,     any, any,   any,  any, yes,    yes,  any, kStay,
   "both databases are writable after a restart, and the other has writes: the journal may be old"},
  {203, rest,    no,    no,     any, any,   any,  any, yes,    no,   any, kServeFenceOther,
   "the other database came back writable from a restart"},
  {262, rest,    no,    no,     any, any,   any,  any, no,     any,  any, kServeSaid,
   "somebody made the other database writable; it is not touched"},
  {263, rest,    yes,   yes,    any, any,   any,  yes, any,    yes,  any, kStay,
   "the serving database came back read-only, and the other has writes that it lacks"},
  {204, rest,    yes,   yes,    any, any,   any,  yes, any,    no,   any, kServeUnfence,
   "the serving database came back read-only from a restart"},
  {264, rest,    yes,   yes,    any, any,   any,  no,  any,    any,  any, kServeSaid,
   "somebody made the serving database read-only; it is not touched"},
  {266, rest,    yes,   no,     any, no,    any,  yes, yes,    any,  any, kServeFenceOther,
   "both databases came back from a restart in the other's role"},
  {265, rest,    yes,   no,     any, any,   any,  any, any,    any,  any, kStay,
   "the databases are in each other's roles: somebody has switched by other means"},

  {213, fence,   any,   yes,    any, any,   any,  any, any,    any,  any, kUndo,
   "the fence may have been set; nothing was promoted"},
  {214, caught,  any,   yes,    any, any,   any,  any, any,    any,  any, kUndo,
   "fenced, nothing was promoted"},
  {215, undo,    any,   yes,    any, any,   any,  any, any,    any,  any, kUndo,
   "the fence was being taken back"},
  {225, fence,   any,   silent, any, any,   any,  any, any,    any,  any, kUndo,
   "the fence may have been set; nothing was promoted, and the arriving database does not answer"},
  {226, caught,  any,   silent, any, any,   any,  any, any,    any,  any, kUndo,
   "fenced, nothing was promoted, and the arriving database does not answer"},
  {227, undo,    any,   silent, any, any,   any,  any, any,    any,  any, kUndo,
   "the fence was being taken back, and the arriving database does not answer"},
  {217, fence,   any,   no,     any, no,    any,  any, any,    any,  any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {218, caught,  any,   no,     any, no,    any,  any, any,    any,  any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {219, undo,    any,   no,     any, no,    any,  any, any,    any,  any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {222, fence,   any,   no,     any, yes,   any,  any, any,    any,  any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},
  {223, caught,  any,   no,     any, yes,   any,  any, any,    any,  any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},
  {224, undo,    any,   no,     any, yes,   any,  any, any,    any,  any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},

  {231, promote, yes,   any,    no,  any,   any,  any, any,    any,  any, kForward,
   "the promotion may have been sent: only forward"},
  {232, promote, no,    any,    no,  any,   any,  any, any,    any,  any, kFenceForward,
   "the leaving database lost its fence, and has no write since"},
  {233, promote, any,   yes,    yes, any,   yes,  any, any,    any,  any, kCatchUpForward,
   "the leaving database moved while it was not fenced; the link still carries it"},
  {234, promote, any,   yes,    yes, any,   no,   any, any,    any,  any, kFenceFlagForward,
   "the leaving database moved while it was not fenced, and no link carries it"},
  {235, promote, any,   no,     yes, any,   any,  any, any,    any,  any, kFenceFlagForward,
   "the leaving database moved after the other had been promoted"},
  {236, promote, silent, no,    any, any,   any,  any, any,    any,  any, kForwardOwing,
   "promoted; the leaving database does not answer"},

  {241, release, any,   yes,    any, no,    any,  any, any,    any,  any, kServeUnfence,
   "the writer was promoted and serves"},
  {242, release, any,   yes,    any, yes,   any,  any, any,    any,  any, kServeFlag,
   "the writer was promoted; the database that was left has writes since"},
  {243, release, any,   no,     any, any,   any,  any, any,    any,  any, kServeFenceOther,
   "the writer was promoted; the database that was left came back writable"},
  {244, release, any,   silent, any, any,   any,  any, any,    any,  any, kServeOwing,
   "the writer was promoted; the database that was left does not answer"},

  {246, going_back, any, any,   any, any,   any,  any, any,    any,  any, kReturn,
   "the arriving side was not proved, and nobody had been let in"},

  {245, resolve, all,   all,    any, any,   any,  any, any,    any,  any, kResolve,
   "a person chose who serves"},
};
// clang-format on

constexpr std::array<std::string_view, 18> kNames = {"serve",
                                                     "serve, say it",
                                                     "un-fence, serve",
                                                     "serve, in doubt",
                                                     "fence the other, serve",
                                                     "serve, fence the other later",
                                                     "touch nothing, in doubt",
                                                     "undo",
                                                     "fence the other, undo",
                                                     "forward",
                                                     "forward, fence later",
                                                     "fence, forward",
                                                     "fence, forward, in doubt",
                                                     "fence, catch up, forward",
                                                     "as a person said",
                                                     "go back",
                                                     "hold, in doubt",
                                                     "hold, look again"};
static_assert(kNames.size() == static_cast<std::size_t>(kLookAgain) + 1);

bool fits(Says says, bool fact) { return says == any || (says == yes) == fact; }

bool fits(Says says, const std::optional<bool>& answer) {
  if (says == all) return true;
  if (says == silent || !answer) return says == silent && !answer;
  return fits(says, *answer);
}

bool fits(const RecoveryRow& row, JournalPhase phase, const Evidence& e) {
  return row.phase == phase && fits(row.mine_read_only, e.mine_read_only) &&
         fits(row.theirs_read_only, e.theirs_read_only) && fits(row.mine_moved, e.mine_moved) &&
         fits(row.theirs_moved, e.theirs_moved) && fits(row.link_alive, e.link_alive) &&
         fits(row.mine_restarted, e.mine_restarted) &&
         fits(row.theirs_restarted, e.theirs_restarted) && fits(row.unexplained, e.unexplained) &&
         fits(row.cold, e.cold) && (row.lost == Lost::kNone || row.lost == e.lost);
}

}  // namespace

std::span<const RecoveryRow> recovery_table() { return kTable; }

Recovery recover(JournalPhase phase, const Evidence& evidence) {
  if (phase == JournalPhase::kDrain) phase = rest;
  if (phase == JournalPhase::kProve) phase = release;
  for (const RecoveryRow& row : kTable)
    if (fits(row, phase, evidence)) return {row.resume, row.why, row.id};
  if (!evidence.mine_read_only || !evidence.theirs_read_only)
    return {kLookAgain, "a database does not answer", 251};
  return {kInDoubt, "no row of the recovery table fits", 252};
}

std::string_view name(Resume resume) { return kNames[static_cast<std::size_t>(resume)]; }

bool acts(Resume resume) {
  switch (resume) {
    case kServe:
    case kServeSaid:
    case kStay:
    case kInDoubt:
    case kLookAgain:
      return false;
    default:
      return true;
  }
}

}  // namespace cutover
