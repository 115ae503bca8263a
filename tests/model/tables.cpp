// SPDX-License-Identifier: Apache-2.0
// Prints the transition table and the recovery table in Promela, so that what is model-checked is
// the tables that the coordinator walks and no copy of them.
#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/memory/gate.h"
#include "shared/protocol/recovery.h"
#include "shared/protocol/transitions.h"

namespace cutover {
namespace {

// A row that the enumeration lost does not compile; one that it gained fails the counts below.
#define NAMED(k) \
  { k, #k }
// As `using enum` would, which g++ 10 lacks.
constexpr Phase kServing = Phase::kServing, kDraining = Phase::kDraining,
                kFencing = Phase::kFencing, kCatchingUp = Phase::kCatchingUp,
                kPromoting = Phase::kPromoting, kReleasing = Phase::kReleasing,
                kUndoing = Phase::kUndoing, kRehearsing = Phase::kRehearsing,
                kQuieting = Phase::kQuieting, kProving = Phase::kProving,
                kReturning = Phase::kReturning, kKeeping = Phase::kKeeping;
constexpr Event kAsked = Event::kAsked, kRecordFailed = Event::kRecordFailed,
                kDrained = Event::kDrained, kDrainTimedOut = Event::kDrainTimedOut,
                kSealed = Event::kSealed, kSealedWithoutDatabases = Event::kSealedWithoutDatabases,
                kNotSealed = Event::kNotSealed, kFenced = Event::kFenced,
                kFenceFailed = Event::kFenceFailed, kReached = Event::kReached,
                kNotReached = Event::kNotReached, kStillTrue = Event::kStillTrue,
                kNoLongerTrue = Event::kNoLongerTrue, kPromoted = Event::kPromoted,
                kNotProved = Event::kNotProved, kReleased = Event::kReleased,
                kUndone = Event::kUndone, kNotUndone = Event::kNotUndone,
                kAborted = Event::kAborted, kStragglersLeft = Event::kStragglersLeft,
                kDrainedInRehearsal = Event::kDrainedInRehearsal, kRehearsed = Event::kRehearsed,
                kNotRehearsed = Event::kNotRehearsed, kSeenFenced = Event::kSeenFenced,
                kSeenPromoted = Event::kSeenPromoted, kNotSeenPromoted = Event::kNotSeenPromoted,
                kNotPromotedByOthers = Event::kNotPromotedByOthers,
                kLeftFenced = Event::kLeftFenced, kNotReady = Event::kNotReady,
                kAskedQuietly = Event::kAskedQuietly, kQuiet = Event::kQuiet,
                kNeverQuiet = Event::kNeverQuiet, kSealedToProve = Event::kSealedToProve,
                kPromotedToProve = Event::kPromotedToProve, kProofPassed = Event::kProofPassed,
                kProofFailed = Event::kProofFailed, kProofFailedEarly = Event::kProofFailedEarly,
                kProofWarns = Event::kProofWarns, kReachedToTell = Event::kReachedToTell,
                kSealedToTell = Event::kSealedToTell, kNotTold = Event::kNotTold;
constexpr std::array kPhases = std::to_array<std::pair<Phase, std::string_view>>(
    {NAMED(kServing), NAMED(kDraining), NAMED(kFencing), NAMED(kCatchingUp), NAMED(kPromoting),
     NAMED(kReleasing), NAMED(kUndoing), NAMED(kRehearsing), NAMED(kQuieting), NAMED(kProving),
     NAMED(kReturning), NAMED(kKeeping)});
constexpr std::array kEvents =
    std::to_array<std::pair<Event, std::string_view>>({NAMED(kAsked),
                                                       NAMED(kRecordFailed),
                                                       NAMED(kDrained),
                                                       NAMED(kDrainTimedOut),
                                                       NAMED(kSealed),
                                                       NAMED(kSealedWithoutDatabases),
                                                       NAMED(kNotSealed),
                                                       NAMED(kFenced),
                                                       NAMED(kFenceFailed),
                                                       NAMED(kReached),
                                                       NAMED(kNotReached),
                                                       NAMED(kStillTrue),
                                                       NAMED(kNoLongerTrue),
                                                       NAMED(kPromoted),
                                                       NAMED(kNotProved),
                                                       NAMED(kReleased),
                                                       NAMED(kUndone),
                                                       NAMED(kNotUndone),
                                                       NAMED(kAborted),
                                                       NAMED(kStragglersLeft),
                                                       NAMED(kDrainedInRehearsal),
                                                       NAMED(kRehearsed),
                                                       NAMED(kNotRehearsed),
                                                       NAMED(kSeenFenced),
                                                       NAMED(kSeenPromoted),
                                                       NAMED(kNotSeenPromoted),
                                                       NAMED(kNotPromotedByOthers),
                                                       NAMED(kLeftFenced),
                                                       NAMED(kNotReady),
                                                       NAMED(kAskedQuietly),
                                                       NAMED(kQuiet),
                                                       NAMED(kNeverQuiet),
                                                       NAMED(kSealedToProve),
                                                       NAMED(kPromotedToProve),
                                                       NAMED(kProofPassed),
                                                       NAMED(kProofFailed),
                                                       NAMED(kProofFailedEarly),
                                                       NAMED(kProofWarns),
                                                       NAMED(kReachedToTell),
                                                       NAMED(kSealedToTell),
                                                       NAMED(kNotTold)});
#undef NAMED
#define NAMED(k) \
  { Effect::k, "effect_" #k }
constexpr std::array kEffects = std::to_array<std::pair<Effect, std::string_view>>(
    {NAMED(kRecordDrain),   NAMED(kRecordFence),  NAMED(kRecordCatch),     NAMED(kRecordPromote),
     NAMED(kRecordRelease), NAMED(kRecordUndo),   NAMED(kRecordRest),      NAMED(kHold),
     NAMED(kSeal),          NAMED(kServeLeaving), NAMED(kServeArriving),   NAMED(kAwaitDrain),
     NAMED(kSumAgain),      NAMED(kFence),        NAMED(kReadPosition),    NAMED(kAwaitPosition),
     NAMED(kRecheck),       NAMED(kPromote),      NAMED(kArmWayBack),      NAMED(kUnfence),
     NAMED(kPause),         NAMED(kFinish),       NAMED(kRehearseCatchUp), NAMED(kRemember),
     NAMED(kHoldSlow),      NAMED(kAwaitQuiet),   NAMED(kCloseEndless),    NAMED(kRecordProve),
     NAMED(kProve),         NAMED(kTurnRound),    NAMED(kRecordReturn),    NAMED(kTellFenced),
     NAMED(kLastLook)});
#undef NAMED
#define NAMED(k) \
  { JournalPhase::k, "journal_" #k }
constexpr std::array kJournal = std::to_array<std::pair<JournalPhase, std::string_view>>(
    {NAMED(kRest), NAMED(kDrain), NAMED(kFence), NAMED(kCatch), NAMED(kPromote), NAMED(kRelease),
     NAMED(kUndo), NAMED(kResolve), NAMED(kProve), NAMED(kReturn)});
#undef NAMED
#define NAMED(k) \
  { Resume::k, "resume_" #k }
constexpr std::array kResumes = std::to_array<std::pair<Resume, std::string_view>>(
    {NAMED(kServe), NAMED(kServeSaid), NAMED(kServeUnfence), NAMED(kServeFlag),
     NAMED(kServeFenceOther), NAMED(kServeOwing), NAMED(kStay), NAMED(kUndo),
     NAMED(kFenceOtherUndo), NAMED(kForward), NAMED(kForwardOwing), NAMED(kFenceForward),
     NAMED(kFenceFlagForward), NAMED(kCatchUpForward), NAMED(kResolve), NAMED(kReturn),
     NAMED(kInDoubt), NAMED(kLookAgain)});
#undef NAMED

static_assert(kPhases.size() == static_cast<std::size_t>(kKeeping) + 1);
static_assert(kEvents.size() == static_cast<std::size_t>(kNotTold) + 1);
static_assert(kEffects.size() == static_cast<std::size_t>(Effect::kLastLook) + 1);
static_assert(kJournal.size() == static_cast<std::size_t>(JournalPhase::kReturn) + 1);
static_assert(kResumes.size() == static_cast<std::size_t>(Resume::kLookAgain) + 1);

// The words of the shared word and the gate, which the models spell themselves.
static_assert(sealed(1).mode == Mode::kHold && sealed(1).at_deadline == AtDeadline::kRefuse);
static_assert(holding_for(Side::kOld, 1).at_deadline == AtDeadline::kOld);
static_assert(serving(Side::kNew, 1).mode == Mode::kNew);

template <typename Named>
std::string_view called(const Named& named, auto value) {
  for (const auto& [candidate, text] : named)
    if (candidate == value) return text;
  return "unknown";
}

// 0 is "nothing" for events and effects.
template <typename Named>
void print_numbers(const Named& named, int first) {
  for (const auto& [value, text] : named) std::cout << "#define " << text << " " << first++ << "\n";
  std::cout << "\n";
}

// Rows with the same effects share a number: what follows is the same, whatever led there.
std::size_t number_of(const Row& row, std::vector<std::vector<Effect>>& lists) {
  const std::vector<Effect> effects(row.effects);
  const auto found = std::find(lists.begin(), lists.end(), effects);
  if (found != lists.end()) return static_cast<std::size_t>(found - lists.begin());
  lists.push_back(effects);
  return lists.size() - 1;
}

// step() of shared/protocol/transitions.cpp. A missing row ends a run in doubt there; here it
// fails.
void print_step() {
  std::vector<std::vector<Effect>> lists;
  std::cout << "inline step() {\n  d_step {\n    if\n";
  for (const Row& row : transition_table())
    std::cout << "    :: phase == " << called(kPhases, row.phase)
              << " && event == " << called(kEvents, row.event)
              << " -> phase = " << called(kPhases, row.next)
              << "; effects = " << number_of(row, lists) << "\n";
  std::cout << "    :: else -> CLAIM(every_row, 0)\n    fi;\n    at = 0; event = 0\n  }\n}\n\n";

  std::cout << "inline next_effect() {\n  atomic {\n    if\n";
  for (std::size_t list = 0; list < lists.size(); ++list)
    for (std::size_t place = 0; place < lists[list].size(); ++place)
      std::cout << "    :: effects == " << list << " && at == " << place
                << " -> effect = " << called(kEffects, lists[list][place]) << "\n";
  std::cout << "    :: else -> effect = 0\n    fi;\n    at++\n  }\n}\n\n";
}

std::string condition(std::string_view fact, Says says) {
  if (says == Says::kEither || says == Says::kAnything) return "";
  return " && " + std::string(says == Says::kYes ? "" : "!") + std::string(fact);
}

// A server that does not answer says nothing of its role.
std::string condition(std::string_view side, std::string_view fact, Says says) {
  if (says == Says::kAnything) return "";
  const std::string silent = std::string(side) + "_silent";
  if (says == Says::kSilent) return " && " + silent;
  return " && !" + silent + condition(fact, says);
}

// The other record that recover() takes for it.
std::string_view same_as(JournalPhase phase) {
  if (phase == JournalPhase::kRest) return "r_phase == journal_kDrain || ";
  return phase == JournalPhase::kRelease ? "r_phase == journal_kProve || " : "";
}

// recover() of shared/protocol/recovery.cpp: the first row that fits; no row is in doubt.
void print_recover() {
  std::cout << "inline recover() {\n  d_step {\n    if\n";
  std::string ends;
  for (const RecoveryRow& row : recovery_table()) {
    if (row.lost != Lost::kNone) continue;  // no model has a server that lost what it wrote
    std::cout << "    :: (" << same_as(row.phase) << "r_phase == " << called(kJournal, row.phase)
              << ")" << condition("mine", "mine_read_only", row.mine_read_only)
              << condition("theirs", "theirs_read_only", row.theirs_read_only)
              << condition("mine_moved", row.mine_moved)
              << condition("theirs_moved", row.theirs_moved)
              << condition("link_alive", row.link_alive)
              << condition("mine_restarted", row.mine_restarted)
              << condition("theirs_restarted", row.theirs_restarted)
              << condition("unexplained", row.unexplained) << condition("cold", row.cold)
              << " -> resume = " << called(kResumes, row.resume) << "\n    :: else -> if\n";
    ends += " fi";
  }
  std::cout << "    :: true -> resume = resume_kInDoubt\n   " << ends << " fi\n  }\n}\n";
}

}  // namespace
}  // namespace cutover

int main() {
  using namespace cutover;
  std::cout
      << "/* Printed from shared/protocol/transitions.cpp and shared/protocol/recovery.cpp. */\n";
  print_numbers(kPhases, 0);
  print_numbers(kEvents, 1);
  print_numbers(kEffects, 1);
  print_numbers(kJournal, 0);
  print_numbers(kResumes, 0);
  print_step();
  print_recover();
  return std::cout.good() ? 0 : 1;
}
