// SPDX-License-Identifier: Apache-2.0
// What mod_cutover says in httpd's error log. Each line begins with an id, such as CUT0112, which
// keeps its meaning for good: an id that is no longer used is never given to something else.
// docs/messages.md is printed from here, and so is `cutoverctl explain`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cutover {

enum class Level : std::uint8_t { kInfo, kNotice, kWarning, kError, kCritical };

// Those that are no row of a table: 1 to 99 come from httpd's processes, from 301 on from the
// coordinator. The rows of transitions.h (101 to 199) and recovery.h (201 to 299) carry their own.
enum class Message : std::uint16_t {
  kConfigurationRefused = 1,
  kConfigurationDoubtful,
  kNotStarted,
  kSiteStands,
  kSecretNotSafe,
  kHoldLimitTooHigh,
  kHoldLimitNotReached,
  kCoordinatorEnded,
  kCoordinatorStarted,
  kCoordinatorNotStarted,
  kPageCommandRefused,
  kNoWaker,
  kProxyWorkerRefused,
  kInternalError,
  kNoCloser,
  kCoordinatorFrozen,
  kUpgraded,
  kWhichHttpd,

  kCoordinatorCannotStart = 301,
  kCoordinates,
  kLeaves,
  kSiteNotUsable,
  kServes,
  kInDoubt,
  kHeldUntilKnown,
  kNoJournalYet,
  kWritableAgain,
  kStateIsOld,

  kRunDone = 311,
  kRunAborted,
  kRunRefused,
  kRunNotEnded,
  kServeNotHeard,
  kServeNotDone,
  kHookFailed,
  kServeAwaits,

  kWayBackArmed = 321,
  kWayBackNotArmed,
  kRolesKept,
  kOutOfRole,
  kLossAccepted,
  kResolved,
  kServerRestarted,
  kFencePaid,
  kNotTheOwner,
  kNotRemembered,

  kStraysNotWritten = 331,
  kTrailNotWritten,
  kRequestNotAnswered,
  kLinkStopped,
  kLinkCutOff,
  kLeftToDo,
  kInClear,
  kWaitsForLock,
  kUnproved,

  kArmed = 341,
  kArmedHandedOn,
  kArmedWaits,
  kDisarmed,

  kCompleted = 355,
  kNotCleared,
  kCleared,

  kVerifyBegins = 400,
  kVerifyEnded,
  kVerifyDiffers,
  kVerifyNotKept,
};

struct Explanation {
  std::uint16_t id;
  Level level;
  std::string_view happened;  // empty: the row of a table has the sentence, see happened()
  std::string_view remedy;
};

constexpr std::uint16_t id_of(Message message) { return static_cast<std::uint16_t>(message); }
// CUT0112.
std::string code(std::uint16_t id);
// Of every id, the tables' rows too, in the order of the ids.
std::span<const Explanation> explanations();
// Never null for an id that is in a table or an enumerator above; null for any other.
const Explanation* explanation(std::uint16_t id);

std::string_view happened(const Explanation& explained);

std::string_view name(Level level);  // as httpd's LogLevel spells it

}  // namespace cutover
