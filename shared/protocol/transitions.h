// SPDX-License-Identifier: Apache-2.0
// The state machine of a switch and of a rollback: a table, and the pure function that walks it.
// The two directions share it: "leaving" is the side that serves now, "arriving" the one that will.
//
// Whoever drives it does this and nothing else:
//
//   Transition t = step(phase, event);          // no row: the event is refused, logged, counted
//   phase = t.next;
//   for (Effect e : t.effects)                  // in this order
//     if (auto happened = perform(e)) { event = *happened; break; }
//
// until the phase is Serving and its effects are done. An effect that returns nothing lets the
// next one run.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace cutover {

enum class Phase : std::uint8_t {
  kServing,
  kDraining,
  kFencing,
  kCatchingUp,
  kPromoting,
  kReleasing,
  kUndoing,
  kRehearsing,
  kQuieting,
  kProving,
  kReturning,  // a proof failed: the side that served before is made the writer again
  kKeeping,    // which failed, too: the writer stays the writer
};

enum class Event : std::uint8_t {
  kAsked,                   // an operator's word, let through by preflight and gate
  kRecordFailed,            // the journal could not be written, before the act that needed it
  kDrained,                 // nobody is in flight
  kDrainTimedOut,           //
  kSealed,                  // nobody is in flight and no worker may choose a side any more
  kSealedWithoutDatabases,  //   the same for a site that has none
  kNotSealed,               // somebody let himself go in between
  kFenced,                  // read-only, read back
  kFenceFailed,             //
  kReached,                 // the arriving database has applied exactly the fenced position
  kNotReached,              //
  kStillTrue,               // re-checked after the promotion was recorded, before it is sent
  kNoLongerTrue,            //
  kPromoted,                // writable, read back
  kNotProved,               // no proof of it, yet
  kReleased,                //
  kUndone,                  // the leaving database is writable again, read back
  kNotUndone,               //
  kAborted,                 // the operator's word, where it is still heard
  kStragglersLeft,          // who is in flight now is not waited for; nobody else is
  kDrainedInRehearsal,      // nobody is in flight, and nothing is to move
  kRehearsed,               // the arriving database has applied what stood there then
  kNotRehearsed,            //
  kSeenFenced,              // by others (CutoverFence Off): read-only, read back
  kSeenPromoted,            // by others (CutoverPromote Off): writable, read back
  kNotSeenPromoted,         // no answer, or it is not known what was there before
  kNotPromotedByOthers,     // not in time, and untouched
  kLeftFenced,              // others made it read-only, and have not undone that in time
  kNotReady,                // it has applied it, and the last look found what is in the way
  kAskedQuietly,            // as kAsked, and who takes long is to end before all are held
  kQuiet,                   // nobody is in flight who is known to take long
  kNeverQuiet,              // not within its time
  kSealedToProve,           // as kSealedWithoutDatabases, and the arriving side is to be proved
  kPromotedToProve,         // as kPromoted or kSeenPromoted, and likewise
  kProofPassed,             // the arriving side answers as it should
  kProofFailed,             // it does not, and the way back is open
  kProofFailedEarly,        //   and no database had been told anything
  kProofWarns,              //   and nothing leads back
  kReachedToTell,           // as kReached, and the hook fenced is to hear of it
  kSealedToTell,            // as kSealedWithoutDatabases or kSealedToProve, and likewise
  kNotTold,                 // that hook failed
};

enum class Effect : std::uint8_t {
  kRecordDrain,
  kRecordFence,
  kRecordCatch,
  kRecordPromote,
  kRecordRelease,
  kRecordUndo,
  kRecordRest,
  kHold,           // word: hold, at the deadline back to the leaving side
  kSeal,           // word: hold, at the deadline 503
  kServeLeaving,   // word: the leaving side serves, sleepers wake
  kServeArriving,  // word: the arriving side serves, sleepers wake
  kAwaitDrain,
  kSumAgain,
  kFence,
  kReadPosition,
  kAwaitPosition,
  kRecheck,
  kPromote,
  kArmWayBack,
  kUnfence,
  kPause,            // a moment before the same is tried again
  kFinish,           // tells that the run is over
  kRehearseCatchUp,  // reads the position, without a fence, and waits for it
  kRemember,         // the arriving database writes down that it serves: what fails stays owed
  kHoldSlow,         // word: the leaving side serves all but who is known to take long
  kAwaitQuiet,
  kCloseEndless,  // the leaving side's connections that never end are closed, and waited for a
                  // while
  kRecordProve,
  kProve,      // the arriving side is asked for real pages, as a visitor would be
  kTurnRound,  // from here on the arriving side is the one that is left, and the other way round
  kRecordReturn,
  kTellFenced,  // runs the hook fenced
  kLastLook,    // before the point of no return: is nothing in the way?
};

struct Row {
  std::uint16_t id;  // of its line in the error log, see messages.h
  Phase phase;
  Event event;
  Phase next;
  std::initializer_list<Effect> effects;
  std::string_view why;  // what the operator reads
};

struct Transition {
  bool known = false;  // false: there is no such row
  Phase next = Phase::kServing;
  std::span<const Effect> effects;
  std::string_view why;
  std::uint16_t id = 0;
};

std::span<const Row> transition_table();
Transition step(Phase phase, Event event);

std::string_view name(Phase phase);
std::string_view name(Event event);
std::string_view name(Effect effect);

}  // namespace cutover
