// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/kinds.h"

#include <array>

namespace cutover::faults {
namespace {

constexpr std::array<const char*, kSteps> kStepNames = {
    "asked",       "quieting",    "draining",     "fence sent",  "fenced",       "position",
    "catching up", "recorded",    "promote sent", "promoted",    "releasing",    "unfence sent",
    "unfenced",    "arming",      "proving",      "return sent", "fenced again", "following",
    "returning",   "reopen sent", "reopened",     "back"};
constexpr std::array<const char*, 17> kVictimNames = {"coordinator",
                                                      "worker",
                                                      "httpd",
                                                      "everything",
                                                      "old database",
                                                      "new database",
                                                      "both databases",
                                                      "new host's httpd",
                                                      "replication",
                                                      "link to old database",
                                                      "link to new database",
                                                      "link to new host",
                                                      "state directory",
                                                      "clock",
                                                      "another coordinator",
                                                      "a person",
                                                      "nobody"};
constexpr std::array<const char*, 25> kFaultNames = {"kill",
                                                     "freeze",
                                                     "restart",
                                                     "graceful",
                                                     "power cut",
                                                     "black hole",
                                                     "refuse",
                                                     "slow",
                                                     "answer lost",
                                                     "disk full",
                                                     "read-only",
                                                     "slow disk",
                                                     "a day on",
                                                     "a day back",
                                                     "a day back at a start",
                                                     "given up",
                                                     "frozen and given up",
                                                     "opened by hand",
                                                     "closed by hand",
                                                     "restored",
                                                     "lost",
                                                     "asks",
                                                     "stays",
                                                     "aborts",
                                                     "nothing"};
constexpr std::array<const char*, 3> kProofNames = {"", ", proof passes", ", proof fails"};

template <class Names, class Enum>
const char* named(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

bool on_leaving(Step step) {
  switch (step) {
    case Step::kFenceSent:
    case Step::kFenced:
    case Step::kPositionRead:
    case Step::kRecorded:
    case Step::kReleasing:
    case Step::kUnfenceSent:
    case Step::kUnfenced:
    case Step::kArming:
    case Step::kFollowing:
    case Step::kReopenSent:
    case Step::kReopened:
      return true;
    default:
      return false;
  }
}

bool has_statement(Step step) { return step > Step::kDraining; }

// Whether a run with this proof comes by this step.
bool comes_by(const Blow& blow) {
  if (blow.rollback && blow.proof != Proof::kNone) return false;
  if (leads_back(blow.step)) return blow.proof == Proof::kFails;
  if (blow.step >= Step::kArming) return blow.proof != Proof::kNone;
  return blow.step != Step::kReleasing || blow.proof != Proof::kFails;
}

// Up to the promotion a run is the same with a proof as without.
bool is_worth_a_run(const Blow& blow) {
  return makes_sense(blow) && (blow.proof == Proof::kNone || blow.step == Step::kReleasing ||
                               blow.step >= Step::kArming);
}

}  // namespace

const char* name(Step step) { return named(kStepNames, step); }
const char* name(Victim victim) { return named(kVictimNames, victim); }
const char* name(Fault fault) { return named(kFaultNames, fault); }

std::string text(const Blow& blow) {
  return std::string(name(blow.victim)) + ", " + name(blow.fault) + ", " + name(blow.step) +
         (blow.rollback ? ", rollback" : ", switch") + named(kProofNames, blow.proof);
}

const std::vector<Pairing>& pairings() {
  // As `using enum` would, which g++ 10 lacks.
  constexpr Victim kCoordinator = Victim::kCoordinator, kWorker = Victim::kWorker,
                   kHttpd = Victim::kHttpd, kEverything = Victim::kEverything,
                   kOldDatabase = Victim::kOldDatabase, kNewDatabase = Victim::kNewDatabase,
                   kBothDatabases = Victim::kBothDatabases, kNewHttpd = Victim::kNewHttpd,
                   kReplication = Victim::kReplication, kOldDatabaseLink = Victim::kOldDatabaseLink,
                   kNewDatabaseLink = Victim::kNewDatabaseLink, kNewHostLink = Victim::kNewHostLink,
                   kStateDir = Victim::kStateDir, kClock = Victim::kClock,
                   kOtherCoordinator = Victim::kOtherCoordinator, kPerson = Victim::kPerson,
                   kNobody = Victim::kNobody;
  constexpr Fault kKill = Fault::kKill, kFreeze = Fault::kFreeze, kRestart = Fault::kRestart,
                  kGraceful = Fault::kGraceful, kPowerCut = Fault::kPowerCut,
                  kBlackHole = Fault::kBlackHole, kRefuse = Fault::kRefuse, kSlow = Fault::kSlow,
                  kAnswerLost = Fault::kAnswerLost, kDiskFull = Fault::kDiskFull,
                  kReadOnly = Fault::kReadOnly, kStall = Fault::kStall, kForward = Fault::kForward,
                  kBackward = Fault::kBackward, kBackAtAStart = Fault::kBackAtAStart,
                  kGivenUp = Fault::kGivenUp, kFrozenAndGivenUp = Fault::kFrozenAndGivenUp,
                  kOpenedByHand = Fault::kOpenedByHand, kClosedByHand = Fault::kClosedByHand,
                  kRestored = Fault::kRestored, kLost = Fault::kLost, kAsks = Fault::kAsks,
                  kStays = Fault::kStays, kAborts = Fault::kAborts, kNothing = Fault::kNothing;
  static const std::vector<Pairing> all = {{kCoordinator, kKill},
                                           {kCoordinator, kFreeze},
                                           {kWorker, kKill},
                                           {kWorker, kFreeze},
                                           {kHttpd, kKill},
                                           {kHttpd, kRestart},
                                           {kHttpd, kGraceful},
                                           {kEverything, kKill},
                                           {kEverything, kPowerCut},
                                           {kOldDatabase, kKill},
                                           {kOldDatabase, kFreeze},
                                           {kOldDatabase, kRestart},
                                           {kOldDatabase, kGivenUp},
                                           {kOldDatabase, kFrozenAndGivenUp},
                                           {kOldDatabase, kOpenedByHand},
                                           {kOldDatabase, kClosedByHand},
                                           {kNewDatabase, kKill},
                                           {kNewDatabase, kFreeze},
                                           {kNewDatabase, kRestart},
                                           {kNewDatabase, kGivenUp},
                                           {kNewDatabase, kFrozenAndGivenUp},
                                           {kNewDatabase, kOpenedByHand},
                                           {kNewDatabase, kClosedByHand},
                                           {kBothDatabases, kKill},
                                           {kBothDatabases, kRestart},
                                           {kNewHttpd, kKill},
                                           {kNewHttpd, kFreeze},
                                           {kNewHttpd, kRestart},
                                           {kReplication, kBlackHole},
                                           {kReplication, kRefuse},
                                           {kReplication, kSlow},
                                           {kOldDatabaseLink, kBlackHole},
                                           {kOldDatabaseLink, kRefuse},
                                           {kOldDatabaseLink, kSlow},
                                           {kOldDatabaseLink, kAnswerLost},
                                           {kNewDatabaseLink, kBlackHole},
                                           {kNewDatabaseLink, kRefuse},
                                           {kNewDatabaseLink, kSlow},
                                           {kNewDatabaseLink, kAnswerLost},
                                           {kNewHostLink, kBlackHole},
                                           {kNewHostLink, kRefuse},
                                           {kNewHostLink, kSlow},
                                           {kNewHostLink, kAnswerLost},
                                           {kStateDir, kDiskFull},
                                           {kStateDir, kReadOnly},
                                           {kStateDir, kStall},
                                           {kStateDir, kRestored},
                                           {kStateDir, kLost},
                                           {kClock, kForward},
                                           {kClock, kBackward},
                                           {kClock, kBackAtAStart},
                                           {kOtherCoordinator, kAsks},
                                           {kOtherCoordinator, kStays},
                                           {kPerson, kAborts},
                                           {kNobody, kNothing}};
  return all;
}

bool leads_back(Step step) { return step >= Step::kReturnSent; }

bool makes_sense(const Blow& blow) {
  if (!comes_by(blow)) return false;
  if (blow.victim == Victim::kNobody) return blow.step == Step::kProving;
  if (blow.victim == Victim::kPerson)  // where it is turned back already, one has said so
    return blow.step != Step::kAsked && blow.step != Step::kUnfenceSent &&
           blow.step != Step::kUnfenced;
  if (blow.fault != Fault::kAnswerLost) return true;
  if (blow.step == Step::kProving || blow.victim == Victim::kNewHostLink)
    return blow.step == Step::kProving && blow.victim == Victim::kNewHostLink;
  // Only the link that the step's statement goes by has an answer to lose.
  const bool leaving_is_old = !blow.rollback;
  const bool with_proof = blow.step == Step::kReleasing && blow.proof == Proof::kPasses;
  const bool by_old = (on_leaving(blow.step) && !with_proof) == leaving_is_old;
  return has_statement(blow.step) && by_old == (blow.victim == Victim::kOldDatabaseLink);
}

std::vector<Blow> every_blow() {
  std::vector<Blow> all;
  for (std::size_t step = 0; step < kSteps; ++step)
    for (const Pairing& pairing : pairings())
      for (const bool rollback : {false, true}) {
        for (const Proof proof : {Proof::kNone, Proof::kPasses, Proof::kFails}) {
          const Blow blow{pairing.victim, pairing.fault, static_cast<Step>(step), rollback, proof};
          if (is_worth_a_run(blow)) all.push_back(blow);
        }
      }
  return all;
}

bool may_end_in_doubt(const Blow& blow) {
  if (is_given_up(blow) || is_a_persons(blow)) return true;
  const bool comes_back =
      blow.fault == Fault::kKill || blow.fault == Fault::kRestart || blow.fault == Fault::kPowerCut;
  return comes_back &&
         (blow.victim == Victim::kOldDatabase || blow.victim == Victim::kNewDatabase ||
          blow.victim == Victim::kBothDatabases || blow.victim == Victim::kEverything);
}

bool is_given_up(const Blow& blow) {
  return blow.fault == Fault::kGivenUp || blow.fault == Fault::kFrozenAndGivenUp;
}

bool is_a_persons(const Blow& blow) {
  return blow.fault == Fault::kOpenedByHand || blow.fault == Fault::kClosedByHand ||
         blow.fault == Fault::kRestored || blow.fault == Fault::kLost;
}

bool wants_a_stubborn_job(const Blow& blow) {
  return blow.fault == Fault::kRestart || blow.fault == Fault::kOpenedByHand;
}

bool ends_httpd(const Blow& blow) {
  return blow.victim == Victim::kEverything ||
         (blow.victim == Victim::kHttpd && blow.fault == Fault::kKill) ||
         blow.fault == Fault::kRestored || blow.fault == Fault::kLost ||
         blow.fault == Fault::kBackAtAStart;
}

bool holds_on_time(const Blow& blow) { return blow.victim != Victim::kWorker; }

bool orphans_requests(const Blow& blow) {
  return ends_httpd(blow) || is_given_up(blow) || blow.victim == Victim::kWorker ||
         blow.victim == Victim::kHttpd || blow.victim == Victim::kNewHttpd ||
         blow.victim == Victim::kNewHostLink;
}

}  // namespace cutover::faults
