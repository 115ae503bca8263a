// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/transitions.h"

#include <array>

namespace cutover {
namespace {

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
constexpr Effect kRecordDrain = Effect::kRecordDrain, kRecordFence = Effect::kRecordFence,
                 kRecordCatch = Effect::kRecordCatch, kRecordPromote = Effect::kRecordPromote,
                 kRecordRelease = Effect::kRecordRelease, kRecordUndo = Effect::kRecordUndo,
                 kRecordRest = Effect::kRecordRest, kHold = Effect::kHold, kSeal = Effect::kSeal,
                 kServeLeaving = Effect::kServeLeaving, kServeArriving = Effect::kServeArriving,
                 kAwaitDrain = Effect::kAwaitDrain, kSumAgain = Effect::kSumAgain,
                 kFence = Effect::kFence, kReadPosition = Effect::kReadPosition,
                 kAwaitPosition = Effect::kAwaitPosition, kRecheck = Effect::kRecheck,
                 kPromote = Effect::kPromote, kArmWayBack = Effect::kArmWayBack,
                 kUnfence = Effect::kUnfence, kPause = Effect::kPause, kFinish = Effect::kFinish,
                 kRehearseCatchUp = Effect::kRehearseCatchUp, kRemember = Effect::kRemember,
                 kHoldSlow = Effect::kHoldSlow, kAwaitQuiet = Effect::kAwaitQuiet,
                 kCloseEndless = Effect::kCloseEndless, kRecordProve = Effect::kRecordProve,
                 kProve = Effect::kProve, kTurnRound = Effect::kTurnRound,
                 kRecordReturn = Effect::kRecordReturn, kTellFenced = Effect::kTellFenced,
                 kLastLook = Effect::kLastLook;

// clang-format off
// Records stand before the acts that they announce. Up to kRecordPromote every failure leads to
// kUndoing; from there on, once something was sent, only forward.
constexpr Row kTable[] = {
  // id phase        event                     next         effects, in order
  {101, kServing,    kAsked,                   kDraining,   {kRecordDrain, kHold, kAwaitDrain},
   "requests are held; those in flight finish"},

  {102, kServing,    kAskedQuietly,            kQuieting,   {kRecordDrain, kHoldSlow, kAwaitQuiet},
   "requests for what is known to take long are held, all others served; those in flight that take long finish"},
  {103, kQuieting,   kQuiet,                   kDraining,   {kHold, kAwaitDrain},
   "nobody in flight takes long; requests are held, those in flight finish"},
  {104, kQuieting,   kNeverQuiet,              kDraining,   {kHold, kAwaitDrain},
   "some in flight still take long; requests are held all the same, those in flight finish"},
  {105, kQuieting,   kAborted,                 kServing,    {kServeLeaving, kRecordRest},
   "aborted; no database had been told anything"},
  {106, kQuieting,   kRecordFailed,            kServing,    {kServeLeaving, kRecordRest},
   "the journal cannot be written; no database had been told anything"},

  {111, kDraining,   kDrained,                 kFencing,    {kRecordFence, kSeal, kSumAgain},
   "nobody is in flight; from now on no worker chooses a side by itself"},
  {119, kDraining,   kStragglersLeft,          kFencing,    {kRecordFence, kSeal, kSumAgain},
   "what did not end in time is left behind, and closed when the other side serves; from now on no worker chooses a side by itself"},
  {112, kDraining,   kDrainTimedOut,           kServing,    {kServeLeaving, kRecordRest},
   "what was in flight did not end in time; no database had been told anything"},
  {113, kDraining,   kAborted,                 kServing,    {kServeLeaving, kRecordRest},
   "aborted; no database had been told anything"},
  {114, kDraining,   kRecordFailed,            kServing,    {kServeLeaving, kRecordRest},
   "the journal cannot be written; no database had been told anything"},

  {115, kDraining,   kDrainedInRehearsal,      kRehearsing, {kRehearseCatchUp},
   "nobody is in flight; without a fence, the arriving database is waited for"},
  {116, kRehearsing, kRehearsed,               kServing,    {kServeLeaving, kRecordRest},
   "rehearsed; held requests go to the side that has been serving"},
  {117, kRehearsing, kNotRehearsed,            kServing,    {kServeLeaving, kRecordRest},
   "the arriving database did not catch up in time; nothing had been changed"},
  {120, kRehearsing, kNotReady,                kServing,    {kServeLeaving, kRecordRest},
   "the arriving database could not take over now; nothing had been changed"},
  {118, kRehearsing, kAborted,                 kServing,    {kServeLeaving, kRecordRest},
   "aborted; nothing had been changed"},

  {121, kFencing,    kSealed,                  kFencing,    {kCloseEndless, kFence},
   "still nobody in flight; the leaving database is made read-only"},
  {122, kFencing,    kSealedWithoutDatabases,  kReleasing,  {kCloseEndless, kRecordRelease, kServeArriving, kRecordRest, kFinish},
   "still nobody in flight, and no database to move; the arriving side serves"},
  {123, kFencing,    kNotSealed,               kUndoing,    {kRecordUndo, kUnfence},
   "a request came in between; everything goes back"},
  {124, kFencing,    kFenced,                  kCatchingUp, {kReadPosition, kRecordCatch, kAwaitPosition},
   "the leaving database is read-only, proved; its last position is waited for"},
  {125, kFencing,    kFenceFailed,             kUndoing,    {kRecordUndo, kUnfence},
   "the leaving database could not be fenced in time; everything goes back"},
  {126, kFencing,    kRecordFailed,            kUndoing,    {kRecordUndo, kUnfence},
   "the journal cannot be written; everything goes back"},
  {127, kFencing,    kAborted,                 kUndoing,    {kRecordUndo, kUnfence},
   "aborted; everything goes back"},

  {128, kFencing,    kSeenFenced,              kCatchingUp, {kReadPosition, kRecordCatch, kAwaitPosition},
   "the leaving database is seen read-only, made so by others; its last position is waited for"},
  {129, kFencing,    kSealedToProve,           kProving,    {kCloseEndless, kProve},
   "still nobody in flight, and no database to move; the arriving side is asked for real pages"},
  {130, kFencing,    kSealedToTell,            kFencing,    {kCloseEndless, kTellFenced},
   "still nobody in flight, and no database to move; the hook fenced is run"},
  {138, kFencing,    kNotTold,                 kUndoing,    {kRecordUndo, kUnfence},
   "the hook fenced failed; everything goes back"},

  {131, kCatchingUp, kReached,                 kPromoting,  {kRecordPromote, kRecheck},
   "the arriving database has everything; the point of no return is recorded"},
  {132, kCatchingUp, kNotReached,              kUndoing,    {kRecordUndo, kUnfence},
   "the arriving database did not catch up in time; everything goes back"},
  {135, kCatchingUp, kNotReady,                kUndoing,    {kRecordUndo, kUnfence},
   "the arriving side has everything and cannot take over now; everything goes back"},
  {136, kCatchingUp, kReachedToTell,           kCatchingUp, {kTellFenced, kLastLook},
   "the arriving database has everything, and nobody writes; the hook fenced is run"},
  {137, kCatchingUp, kNotTold,                 kUndoing,    {kRecordUndo, kUnfence},
   "the hook fenced failed; everything goes back"},
  {133, kCatchingUp, kRecordFailed,            kUndoing,    {kRecordUndo, kUnfence},
   "the journal cannot be written; everything goes back"},
  {134, kCatchingUp, kAborted,                 kUndoing,    {kRecordUndo, kUnfence},
   "aborted; everything goes back"},

  {141, kPromoting,  kRecordFailed,            kUndoing,    {kRecordUndo, kUnfence},
   "the journal cannot be written and nothing was sent yet; everything goes back"},
  {142, kPromoting,  kNoLongerTrue,            kUndoing,    {kRecordUndo, kUnfence},
   "a database moved in the last moment and nothing was sent yet; everything goes back"},
  {143, kPromoting,  kStillTrue,               kPromoting,  {kPromote},
   "looked at once more; the arriving database becomes the writer"},
  {144, kPromoting,  kNotProved,               kPromoting,  {kPause, kPromote},
   "the promotion was sent and is not proved; it is sent again, only forward from here"},
  {145, kPromoting,  kPromoted,                kReleasing,  {kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest, kFinish},
   "the arriving database is the writer, proved; held requests go to the arriving side"},
  {146, kPromoting,  kSeenPromoted,            kReleasing,  {kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest, kFinish},
   "the arriving database is seen writable, made so by others; held requests go to the arriving side"},
  {147, kPromoting,  kNotSeenPromoted,         kPromoting,  {kPromote},
   "others have not been seen to make the arriving database writable; it is looked at again, only forward from here"},
  {148, kPromoting,  kNotPromotedByOthers,     kUndoing,    {kRecordUndo, kUnfence},
   "others have not made the arriving database writable in time and nothing was sent; everything goes back"},

  {149, kPromoting,  kPromotedToProve,         kProving,    {kRecordProve, kArmWayBack, kProve},
   "the arriving database is the writer, proved; before anybody is let go, the arriving side is asked for real pages"},
  {154, kProving,    kProofPassed,             kReleasing,  {kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest, kFinish},
   "the arriving side answers as it should; held requests go to it"},
  {155, kProving,    kProofWarns,              kReleasing,  {kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest, kFinish},
   "the arriving side does not answer as it should, and nothing leads back; held requests go to it"},
  {156, kProving,    kProofFailedEarly,        kUndoing,    {kRecordUndo, kUnfence},
   "the arriving side is not proved; no database had been told anything"},
  {157, kProving,    kNotSealed,               kUndoing,    {kRecordUndo, kUnfence},
   "connections that never end were closed, and what serves them went on; everything goes back"},
  {158, kProving,    kProofFailed,             kReturning,  {kTurnRound, kRecordReturn, kFence},
   "the arriving side does not answer as it should, and nobody has been let in; everything goes back"},
  {159, kProving,    kAborted,                 kReturning,  {kTurnRound, kRecordReturn, kFence},
   "aborted, and nobody has been let in; everything goes back"},

  // The side that was not proved is the leaving one here, and who served before arrives again.
  {171, kReturning,  kFenced,                  kReturning,  {kReadPosition, kAwaitPosition},
   "the database that was to serve is read-only again, proved; its last position is waited for"},
  {172, kReturning,  kReached,                 kReturning,  {kRecordPromote, kRecheck},
   "the database that served before has everything; that it serves again is recorded"},
  {173, kReturning,  kStillTrue,               kReturning,  {kPromote},
   "looked at once more; the database that served before becomes the writer again"},
  {174, kReturning,  kNotProved,               kReturning,  {kPause, kPromote},
   "the promotion was sent and is not proved; it is sent again, no other side serves from here"},
  {175, kReturning,  kPromoted,                kServing,    {kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest},
   "the database that served before is the writer again, proved; held requests go to its side"},
  {176, kReturning,  kFenceFailed,             kKeeping,    {kRecordProve, kUnfence},
   "the database that was to serve could not be fenced in time; it stays the writer"},
  {177, kReturning,  kNotReached,              kKeeping,    {kRecordProve, kUnfence},
   "the database that served before did not catch up in time; the other stays the writer"},
  {178, kReturning,  kNotReady,                kKeeping,    {kRecordProve, kUnfence},
   "the side that served before cannot take over now; the other stays the writer"},
  {179, kReturning,  kRecordFailed,            kKeeping,    {kRecordProve, kUnfence},
   "the journal cannot be written, and nothing was sent yet; the database that was to serve stays the writer"},
  {180, kReturning,  kNoLongerTrue,            kKeeping,    {kRecordProve, kUnfence},
   "a database moved in the last moment and nothing was sent yet; the one that was to serve stays the writer"},
  {181, kKeeping,    kUndone,                  kReleasing,  {kTurnRound, kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest, kFinish},
   "it is the writer, proved; held requests go to its side, which does not answer as it should"},
  {183, kReturning,  kSeenFenced,              kReturning,  {kReadPosition, kAwaitPosition},
   "the database that was to serve is seen read-only, made so by others; its last position is waited for"},
  {184, kReturning,  kSeenPromoted,            kServing,    {kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest},
   "the database that served before is seen writable, made so by others; held requests go to its side"},
  {185, kReturning,  kNotSeenPromoted,         kReturning,  {kPromote},
   "others have not been seen to make it writable again; it is looked at again, no other side serves from here"},
  {186, kKeeping,    kLeftFenced,              kReleasing,  {kTurnRound, kRemember, kRecordRelease, kServeArriving, kArmWayBack, kRecordRest, kFinish},
   "others have not made it writable again; held requests go to its side all the same"},
  {182, kKeeping,    kNotUndone,               kKeeping,    {kPause, kUnfence},
   "not proved writable yet; no request goes on before it is"},

  {151, kReleasing,  kRecordFailed,            kUndoing,    {kRecordUndo, kUnfence},
   "the journal cannot be written, and no database says which side serves; everything goes back"},
  {153, kReleasing,  kNotSealed,               kUndoing,    {kRecordUndo, kUnfence},
   "connections that never end were closed, and what serves them went on; everything goes back"},
  {152, kReleasing,  kReleased,                kServing,    {},
   "the arriving side serves"},

  {161, kUndoing,    kUndone,                  kServing,    {kServeLeaving, kRecordRest},
   "the leaving database is writable, proved; held requests go to the leaving side"},
  {162, kUndoing,    kNotUndone,               kUndoing,    {kPause, kUnfence},
   "not proved writable yet; no request goes on before it is"},
  {163, kUndoing,    kLeftFenced,              kServing,    {kServeLeaving, kRecordRest},
   "others have not made the leaving database writable again; held requests go to the leaving side all the same"},
};

constexpr std::array<std::string_view, 12> kPhases = {
    "serving", "draining", "fencing", "catching-up", "promoting", "releasing", "undoing", "rehearsing", "quieting", "proving", "returning", "keeping"};

constexpr std::array<std::string_view, 41> kEvents = {
    "asked", "record-failed", "drained", "drain-timed-out", "sealed", "sealed-without-databases", "not-sealed", "fenced", "fence-failed", "reached", "not-reached",
    "still-true", "no-longer-true", "promoted", "not-proved", "released", "undone", "not-undone", "aborted", "stragglers-left", "drained-in-rehearsal", "rehearsed",
    "not-rehearsed", "seen-fenced", "seen-promoted", "not-seen-promoted", "not-promoted-by-others", "left-fenced", "not-ready", "asked-quietly", "quiet",
    "never-quiet", "sealed-to-prove", "promoted-to-prove", "proof-passed", "proof-failed", "proof-failed-early", "proof-warns", "reached-to-tell", "sealed-to-tell",
    "not-told"};

constexpr std::array<std::string_view, 33> kEffects = {
    "record DRAIN", "record FENCE", "record CATCH", "record PROMOTE", "record RELEASE", "record UNDO", "record REST", "hold", "seal", "serve leaving",
    "serve arriving", "await drain", "sum again", "fence", "read position", "await position", "re-check", "promote", "arm way back", "un-fence", "pause", "finish",
    "rehearse catch-up", "remember", "hold slow", "await quiet", "close endless", "record PROVE", "prove", "turn round", "record RETURN", "tell fenced", "last look"};
// clang-format on

static_assert(kPhases.size() == static_cast<std::size_t>(Phase::kKeeping) + 1);
static_assert(kEvents.size() == static_cast<std::size_t>(Event::kNotTold) + 1);
static_assert(kEffects.size() == static_cast<std::size_t>(Effect::kLastLook) + 1);

}  // namespace

std::span<const Row> transition_table() { return kTable; }

Transition step(Phase phase, Event event) {
  for (const Row& row : kTable)
    if (row.phase == phase && row.event == event)
      return {true, row.next, {row.effects.begin(), row.effects.size()}, row.why, row.id};
  return {};
}

std::string_view name(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view name(Event event) { return kEvents[static_cast<std::size_t>(event)]; }
std::string_view name(Effect effect) { return kEffects[static_cast<std::size_t>(effect)]; }

}  // namespace cutover
