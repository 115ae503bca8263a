// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/recovery.h"

#include <array>

namespace cutover {
namespace {

constexpr auto rest = JournalPhase::kRest;
constexpr auto drain = JournalPhase::kDrain;
constexpr auto fence = JournalPhase::kFence;
constexpr auto caught = JournalPhase::kCatch;
constexpr auto undo = JournalPhase::kUndo;
constexpr auto promote = JournalPhase::kPromote;
constexpr auto release = JournalPhase::kRelease;
using enum Resume;
constexpr Says no = Says::kNo;
constexpr Says yes = Says::kYes;
constexpr Says any = Says::kEither;

// clang-format off
constexpr RecoveryRow kTable[] = {
  // id record    mine r/o  theirs r/o  mine moved  theirs moved  link
  {201, rest,       no,       yes,        any,        no,           any, kServe,
   "at rest, as it was left"},
  {202, rest,       no,       yes,        any,        yes,          any, kServeFlag,
   "the other database has writes of its own since the last run"},
  {203, rest,       no,       no,         any,        any,          any, kServeFenceOther,
   "the other database came back writable"},
  {204, rest,       yes,      any,        any,        any,          any, kServeUnfence,
   "the serving database came back read-only"},

  {211, drain,      no,       yes,        any,        any,          any, kUndo,
   "nothing had been sent to a database"},
  {212, drain,      yes,      yes,        any,        any,          any, kUndo,
   "nothing had been sent, yet the leaving database is read-only"},
  {213, fence,      any,      yes,        any,        any,          any, kUndo,
   "the fence may have been set; nothing was promoted"},
  {214, caught,     any,      yes,        any,        any,          any, kUndo,
   "fenced, nothing was promoted"},
  {215, undo,       any,      yes,        any,        any,          any, kUndo,
   "the fence was being taken back"},
  {216, drain,      any,      no,         any,        no,           any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {217, fence,      any,      no,         any,        no,           any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {218, caught,     any,      no,         any,        no,           any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {219, undo,       any,      no,         any,        no,           any, kFenceOtherUndo,
   "somebody else made the arriving database writable; it has no writes of its own"},
  {221, drain,      any,      no,         any,        yes,          any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},
  {222, fence,      any,      no,         any,        yes,          any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},
  {223, caught,     any,      no,         any,        yes,          any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},
  {224, undo,       any,      no,         any,        yes,          any, kInDoubt,
   "the arriving database is writable and has writes, though nothing was promoted"},

  {231, promote,    yes,      any,        no,         any,          any, kForward,
   "the promotion may have been sent: only forward"},
  {232, promote,    no,       any,        no,         any,          any, kFenceForward,
   "the leaving database lost its fence, and has no write since"},
  {233, promote,    any,      yes,        yes,        any,          yes, kCatchUpForward,
   "the leaving database moved while it was not fenced; the link still carries it"},
  {234, promote,    any,      yes,        yes,        any,          no,  kFenceFlagForward,
   "the leaving database moved while it was not fenced, and no link carries it"},
  {235, promote,    any,      no,         yes,        any,          any, kFenceFlagForward,
   "the leaving database moved after the other had been promoted"},

  {241, release,    any,      yes,        any,        no,           any, kServeUnfence,
   "the writer was promoted and serves"},
  {242, release,    any,      yes,        any,        yes,          any, kServeFlag,
   "the writer was promoted; the database that was left has writes since"},
  {243, release,    any,      no,         any,        any,          any, kServeFenceOther,
   "the writer was promoted; the database that was left came back writable"},
};
// clang-format on

constexpr std::array<std::string_view, 12> kNames = {"serve",
                                                     "un-fence, serve",
                                                     "serve, in doubt",
                                                     "serve, fence the other",
                                                     "undo",
                                                     "fence the other, undo",
                                                     "forward",
                                                     "fence, forward",
                                                     "fence, forward, in doubt",
                                                     "fence, catch up, forward",
                                                     "hold, in doubt",
                                                     "hold, look again"};
static_assert(kNames.size() == static_cast<std::size_t>(kLookAgain) + 1);

bool fits(Says says, bool fact) { return says == any || (says == yes) == fact; }

bool fits(const RecoveryRow& row, JournalPhase phase, const Evidence& e) {
  return row.phase == phase && fits(row.mine_read_only, *e.mine_read_only) &&
         fits(row.theirs_read_only, *e.theirs_read_only) && fits(row.mine_moved, e.mine_moved) &&
         fits(row.theirs_moved, e.theirs_moved) && fits(row.link_alive, e.link_alive);
}

}  // namespace

std::span<const RecoveryRow> recovery_table() { return kTable; }

Recovery recover(JournalPhase phase, const Evidence& evidence) {
  // At rest the side that serves is decided; a server that does not answer closes the gate and
  // changes nothing. In the middle of a run unknown is no row.
  const bool all_answer = evidence.mine_read_only && evidence.theirs_read_only;
  if (!all_answer && phase == rest && evidence.mine_read_only.value_or(false))
    return {kServeUnfence, "the serving database came back read-only; the other does not answer",
            205};
  if (!all_answer && phase == rest) return {kServe, "at rest; a database does not answer", 206};
  if (!all_answer) return {kLookAgain, "a database does not answer", 251};
  for (const RecoveryRow& row : kTable)
    if (fits(row, phase, evidence)) return {row.resume, row.why, row.id};
  return {kInDoubt, "no row of the recovery table fits", 252};
}

std::string_view name(Resume resume) { return kNames[static_cast<std::size_t>(resume)]; }

}  // namespace cutover
