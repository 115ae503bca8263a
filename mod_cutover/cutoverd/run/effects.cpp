// SPDX-License-Identifier: Apache-2.0
// What each effect of the transition table does. Every one is bounded by its own limit; one that
// waits answers with the event that ended the wait.
#include <algorithm>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

// No request waits for it but with a proof, and the keeper looks at neither database meanwhile:
// what is not armed by then stays owed, and is tried again between its looks.
constexpr Nanos kWayBackLimit = 2s;
constexpr Nanos kFirstPause = 20ms;
constexpr Nanos kLongestPause = 1s;

}  // namespace

std::optional<Event> Run::record(Effect effect) {
  switch (effect) {
    case Effect::kRecordDrain:
      return begin();
    case Effect::kRecordFence:
      return write(JournalPhase::kFence, leaving_);
    case Effect::kRecordCatch:
      record_.owed = owed_before_ || accept_loss_;  // what is severed now, an undo owes again
      return write(JournalPhase::kCatch, leaving_);
    case Effect::kRecordPromote:
      record_.owed = !accept_loss_;  // nothing leads back from a database that is left behind
      ++record_.epoch;
      return write(JournalPhase::kPromote, leaving_);
    case Effect::kRecordRelease:
      return record_release();
    case Effect::kRecordUndo:
      record_.owed = owed_before_ || (accept_loss_ && record_.phase != JournalPhase::kFence);
      write_anyway(JournalPhase::kUndo, leaving_);
      return std::nullopt;
    case Effect::kRecordRest:
      // What the arriving side wrote before the run is settled by that baseline alone.
      if (!moved_ && !turned_ && !baseline_.empty()) record_.position = baseline_;
      write_anyway(JournalPhase::kRest, moved_ ? arriving(direction_) : leaving(direction_));
      return std::nullopt;
    case Effect::kRecordProve:
      write_anyway(JournalPhase::kProve, arriving(direction_));
      return std::nullopt;
    case Effect::kRecordReturn:
      return write(JournalPhase::kReturn, leaving_);
    default:
      return std::nullopt;
  }
}

std::optional<Event> Run::perform(Effect effect, Phase phase) {
  switch (effect) {
    case Effect::kHoldSlow:
      ports_.store.hold_slow(leaving_, ports_.slow->kinds(ports_.clock.now()), deadline_);
      return std::nullopt;
    case Effect::kAwaitQuiet:
      return await_quiet();
    case Effect::kHold:
      hold(leaving_ == Side::kOld ? AtDeadline::kOld : AtDeadline::kNew);
      return std::nullopt;
    case Effect::kSeal:
      hold(AtDeadline::kRefuse);
      return std::nullopt;
    case Effect::kServeLeaving:
    case Effect::kServeArriving:
      serve(effect == Effect::kServeLeaving ? leaving_ : arriving_);
      return std::nullopt;
    case Effect::kAwaitDrain:
      return await_drain();
    case Effect::kSumAgain:
      return sum_again();
    case Effect::kCloseEndless:
      return close_endless();
    case Effect::kFence:
      return settings_.fence ? fence() : see_fenced();
    case Effect::kReadPosition:
      return read_position();
    case Effect::kAwaitPosition:
      return await_position();
    case Effect::kRecheck:
      return recheck();
    case Effect::kPromote:
      return settings_.promote ? promote() : see_promoted();
    case Effect::kRemember:
      remember();
      return std::nullopt;
    case Effect::kArmWayBack:
      arm_way_back(phase);
      return std::nullopt;
    case Effect::kUnfence:
      return take_back();
    case Effect::kPause:
      pause();
      return std::nullopt;
    case Effect::kTellFenced:
      return tell_fenced();
    case Effect::kLastLook:
      return last_look();
    case Effect::kProve:
      return prove();
    case Effect::kTurnRound:
      turn_round();
      return std::nullopt;
    case Effect::kRehearseCatchUp:
      return rehearse_catch_up();
    case Effect::kFinish:
      return phase == Phase::kReleasing ? std::optional(Event::kReleased) : std::nullopt;
    default:
      return record(effect);
  }
}

// While a page is to be asked for everybody waits for it.
void Run::arm_way_back(Phase phase) {
  if (ports_.replication == nullptr) return;
  const Nanos left = deadline_ - ports_.clock.now() - proof_time();
  const Nanos limit =
      phase == Phase::kProving ? std::clamp<Nanos>(left, 100ms, kWayBackLimit) : kWayBackLimit;
  way_back_ = after_flip(*ports_.replication, settings_, record_, limit);
}

Event Run::failed(Event event, const std::string& why) {
  detail_ = why;
  return event;
}

std::optional<Event> Run::write(JournalPhase phase, Side side) {
  record_.phase = phase;
  record_.side = side;
  if (ports_.journal.write(record_)) return std::nullopt;
  return failed(Event::kRecordFailed, ports_.journal.error());
}

// Recorded first, then looked: httpd's parent announces that it takes the site away, and then looks
// at the journal.
std::optional<Event> Run::begin() {
  if (const auto failure = write(JournalPhase::kDrain, leaving_)) return failure;
  if (!ports_.store.withdrawn()) return std::nullopt;
  return failed(Event::kAborted, "the new configuration of httpd takes the site away");
}

// Undo and release do not wait for a journal that fails: an older record leads a recovery to the
// same end. The site takes no new command until this one is written.
void Run::write_anyway(JournalPhase phase, Side side) {
  rest_unwritten_ = write(phase, side).has_value();
}

// With databases these say who serves. Without, the journal alone does: it must be written first.
std::optional<Event> Run::record_release() {
  if (ports_.replication == nullptr) return write(JournalPhase::kRelease, arriving_);
  write_anyway(JournalPhase::kRelease, arriving_);
  return std::nullopt;
}

void Run::hold(AtDeadline at_deadline) { ports_.store.set(Mode::kHold, at_deadline, deadline_); }

void Run::serve(Side side) {
  moved_ = moved_ || side == arriving(direction_);
  const Word word = serving(side, 0);
  sample_held();
  ports_.store.set(word.mode, word.at_deadline, deadline_);
  served_at_ = ports_.clock.now();
}

void Run::pause() {
  next_pause_ = next_pause_ == Nanos{0} ? kFirstPause : std::min(next_pause_ * 2, kLongestPause);
  ports_.clock.sleep(next_pause_);
}

}  // namespace cutover
