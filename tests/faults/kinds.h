// SPDX-License-Identifier: Apache-2.0
// What can be struck, how, and in which step of a run; and which combinations make sense.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cutover::faults {

// In the order of the run; then two of a run that is turned back, and those of a proof and of its
// way back, where old is promoted again.
enum class Step : std::uint8_t {
  kAsked,         // before the command: nothing has begun
  kQuieting,      // DRAIN recorded, what is slow is held, and one such is in flight
  kDraining,      // DRAIN recorded, requests are held, one is still in flight
  kFenceSent,     // FENCE recorded; the statement is on its way
  kFenced,        // carried out; its answer is on its way
  kPositionRead,  // CATCH recorded; the last position is asked for
  kCatchingUp,    // the arriving database is asked how far it is
  kRecorded,      // PROMOTE recorded, nothing sent
  kPromoteSent,   // the statement is on its way
  kPromoted,      // carried out; its answer is on its way
  kReleasing,     // RELEASE recorded, the held requests go on; the way back is looked at
  kUnfenceSent,   // UNDO recorded; the statement is on its way
  kUnfenced,      // carried out; its answer is on its way
  kArming,        // PROVE recorded; the link back is looked at
  kProving,       // the page is asked for, and has written; its answer is on its way
  kReturnSent,    // RETURN recorded; the statement that fences new is on its way
  kFencedAgain,   // carried out; its answer is on its way
  kFollowing,     // old is asked how far it is
  kReturning,     // PROMOTE of old recorded, nothing sent
  kReopenSent,    // the statement that makes old the writer again is on its way
  kReopened,      // carried out; its answer is on its way
  kBack,          // RELEASE of old recorded, the held requests go on there; the link is looked at
};
inline constexpr std::size_t kSteps = 22;

enum class Victim : std::uint8_t {
  kCoordinator,
  kWorker,
  kHttpd,
  kEverything,  // httpd, coordinator and both databases at once
  kOldDatabase,
  kNewDatabase,
  kBothDatabases,  // at once, as in a power cut of theirs
  kNewHttpd,
  kReplication,      // the link from the leaving to the arriving database
  kOldDatabaseLink,  // the coordinator's
  kNewDatabaseLink,
  kNewHostLink,
  kStateDir,
  kClock,
  kOtherCoordinator,  // of another httpd that is configured for the same two databases
  kPerson,
  kNobody,
};

enum class Fault : std::uint8_t {
  kKill,      // kill -9, then started again
  kFreeze,    // SIGSTOP for longer than any deadline, then SIGCONT
  kRestart,   // in good order
  kGraceful,  // a new generation of httpd
  kPowerCut,  // kill -9, and the journal loses what was not made durable
  kBlackHole,
  kRefuse,
  kSlow,
  kAnswerLost,  // the statement is carried out, its answer never comes
  kDiskFull,
  kReadOnly,
  kStall,    // every fsync takes long
  kForward,  // the wall clock jumps by a day
  kBackward,
  kBackAtAStart,      // httpd is killed, and started a day before
  kGivenUp,           // killed, and a person says `resolve ... --other-is-down` before it is back
  kFrozenAndGivenUp,  // the same of one that does not even refuse
  kOpenedByHand,      // a person makes it writable
  kClosedByHand,      // a person makes it read-only
  kRestored,          // httpd is killed, and started with a backup of its state directory
  kLost,              // ... or with none
  kAsks,              // a graceful there: it asks for the servers again
  kStays,             // ours is killed: what becomes free is not taken
  kAborts,            // `abort`, in the middle of it
  kNothing,
};

// Of the new host, before anybody is let in: whether the site has one, and what comes of it once
// its database is writable. Only a switch has one.
enum class Proof : std::uint8_t { kNone, kPasses, kFails };

struct Blow {
  Victim victim;
  Fault fault;
  Step step;
  bool rollback;
  Proof proof = Proof::kNone;

  bool operator==(const Blow&) const = default;
};

const char* name(Step step);
const char* name(Victim victim);
const char* name(Fault fault);
std::string text(const Blow& blow);

// Every victim with each fault that it can have.
struct Pairing {
  Victim victim;
  Fault fault;
};
const std::vector<Pairing>& pairings();
bool makes_sense(const Blow& blow);
// Is it a step of a failed proof's way back?
bool leads_back(Step step);
std::vector<Blow> every_blow();

// May it leave what only a person can sort out? Only where a database forgot its fence or had it
// taken, or where the journal is not the one that was written.
bool may_end_in_doubt(const Blow& blow);
// A person decides without the struck database, which is silent.
bool is_given_up(const Blow& blow);
// The site says what is not as it should be, and leaves it to a person to change it.
bool is_a_persons(const Blow& blow);
// A job that is refused tries again: the hole in the fence is met.
bool wants_a_stubborn_job(const Blow& blow);
// Does it end all of the old host's httpd, which is then started again?
bool ends_httpd(const Blow& blow);
// No held request waits longer than it may: all but a worker that was stopped itself.
bool holds_on_time(const Blow& blow);
// A request can be orphaned by it: its host goes on with it after httpd has given it up.
bool orphans_requests(const Blow& blow);

}  // namespace cutover::faults
