// SPDX-License-Identifier: Apache-2.0
// What each effect of the transition table does. Every one is bounded by its own limit; one that
// waits answers with the event that ended the wait.
#include <algorithm>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/run/run.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kWaitSlice = 100ms;  // an abort is heard between two slices
constexpr Nanos kStatementLimit = 2s;
// No request waits for it, and the keeper looks at neither database meanwhile: what is not armed by
// then stays owed, and is tried again between its looks.
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
      return write(JournalPhase::kPromote, leaving_);
    case Effect::kRecordRelease:
      return record_release();
    case Effect::kRecordUndo:
      record_.owed = owed_before_ || (accept_loss_ && record_.phase != JournalPhase::kFence);
      write_anyway(JournalPhase::kUndo, leaving_);
      return std::nullopt;
    case Effect::kRecordRest:
      write_anyway(JournalPhase::kRest, moved_ ? arriving_ : leaving_);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Event> Run::perform(Effect effect, Phase phase) {
  switch (effect) {
    case Effect::kRecordDrain:
    case Effect::kRecordFence:
    case Effect::kRecordCatch:
    case Effect::kRecordPromote:
    case Effect::kRecordRelease:
    case Effect::kRecordUndo:
    case Effect::kRecordRest:
      return record(effect);
    case Effect::kHold:
      hold(leaving_ == Side::kOld ? AtDeadline::kOld : AtDeadline::kNew);
      return std::nullopt;
    case Effect::kSeal:
      hold(AtDeadline::kRefuse);
      return std::nullopt;
    case Effect::kServeLeaving:
      serve(leaving_);
      return std::nullopt;
    case Effect::kServeArriving:
      moved_ = true;
      serve(arriving_);
      return std::nullopt;
    case Effect::kAwaitDrain:
      return await_drain();
    case Effect::kSumAgain:
      return sum_again();
    case Effect::kFence:
      return fence();
    case Effect::kReadPosition:
      return read_position();
    case Effect::kAwaitPosition:
      return await_position();
    case Effect::kRecheck:
      return recheck();
    case Effect::kPromote:
      return promote();
    case Effect::kArmWayBack:
      way_back_ = after_flip(*ports_.replication, settings_, record_, kWayBackLimit);
      return std::nullopt;
    case Effect::kUnfence:
      return unfence();
    case Effect::kPause:
      pause();
      return std::nullopt;
    case Effect::kRehearseCatchUp:
      return rehearse_catch_up();
    case Effect::kFinish:
      return phase == Phase::kReleasing ? std::optional(Event::kReleased) : std::nullopt;
  }
  return std::nullopt;
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
  const Word word = serving(side, 0);
  sample_held();
  ports_.store.set(word.mode, word.at_deadline, deadline_);
  served_at_ = ports_.clock.now();
}

Event Run::fence() {
  if (unsafe::kEarlyPosition)
    record_.position = ports_.replication->position(leaving_).value.value_or("");
  if (settings_.fence && !unsafe::kNoFence) {
    const Answer answer = ports_.replication->fence(leaving_, settings_.fence_timeout);
    if (!answer.done()) return failed(Event::kFenceFailed, answer.why);
  }
  return flags_.abort.load(std::memory_order_relaxed) ? Event::kAborted : Event::kFenced;
}

// After the fence, never before: what committed while the fence was on its way is part of it.
std::optional<Event> Run::read_position() {
  if (unsafe::kEarlyPosition) return std::nullopt;
  const Reading<Position> position = ports_.replication->position(leaving_);
  if (!position || position->empty())
    return failed(Event::kNotReached, "the last position is unknown: " + position.error);
  record_.position = *position;
  return std::nullopt;
}

Event Run::await_position() {
  if (accept_loss_ && !link_runs()) return count_the_loss();
  const Nanos limit = ports_.clock.now() + settings_.catch_up_timeout;
  std::string why = "no time was left to wait for it";
  while (true) {
    if (flags_.abort.load(std::memory_order_relaxed)) return Event::kAborted;
    const Nanos left = limit - ports_.clock.now();
    if (left <= Nanos{0}) return accept_loss_ ? count_the_loss() : failed(Event::kNotReached, why);
    const Answer answer = ports_.replication->wait_applied(arriving_, record_.position,
                                                           std::min<Nanos>(left, kWaitSlice));
    if (answer.done()) return last_look();
    why = answer.why;
    sample_held();
  }
}

bool Run::link_runs() {
  const Reading<LinkState> link = ports_.replication->link_into(arriving_);
  return link && link->receiving && link->applying && link->from_the_other;
}

// Behind the fence, so that nothing is added to it, and with the link severed, so that nothing of
// it comes in late, over what will have been written by then.
Event Run::count_the_loss() {
  const Answer severed = ports_.replication->sever(arriving_, kStatementLimit);
  if (!severed.done()) return failed(Event::kNotReached, severed.why);
  const Reading<Missing> missing = ports_.replication->missing(arriving_);
  if (!missing) return failed(Event::kNotReached, missing.error);
  last_.lost = missing->gtids;
  lost_where_ = missing->where;
  return last_look();
}

// Before the point of no return: a word to abort is heard once more, and the host that the held
// requests would go to is still there.
Event Run::last_look() {
  if (flags_.abort.load(std::memory_order_relaxed)) return Event::kAborted;
  if (arriving_ == Side::kNew && ports_.new_host != nullptr) {
    const Answer answer = ports_.new_host->connects(500ms);
    if (!answer.done()) return failed(Event::kNotReached, answer.why);
  }
  return Event::kReached;
}

// PROMOTE is on the disk and nothing has been sent. Whoever wrote past the fence (an event of
// root's, an XA COMMIT) is seen here, while everything can still go back.
Event Run::recheck() {
  Replication& databases = *ports_.replication;
  const Reading<bool> fenced = databases.read_only(leaving_);
  if (settings_.fence && !unsafe::kNoFence && (!fenced || !*fenced))
    return failed(Event::kNoLongerTrue, fenced ? "the fence is gone" : fenced.error);
  const Reading<Position> now = databases.position(leaving_);
  if (!now || (*now != record_.position && !unsafe::kEarlyPosition && !unsafe::kNoFence))
    return failed(Event::kNoLongerTrue,
                  now ? "the leaving database moved to " + *now + " behind its fence" : now.error);
  const Reading<bool> wrote = databases.wrote_beyond(arriving_, record_.position);
  if (!wrote || *wrote)
    return failed(Event::kNoLongerTrue,
                  wrote ? "the arriving database has writes of its own" : wrote.error);
  return Event::kStillTrue;
}

Event Run::promote() {
  if (!settings_.promote) return Event::kPromoted;
  const Answer answer = ports_.replication->promote(arriving_, kStatementLimit);
  if (answer.done()) {
    detail_.clear();
    return Event::kPromoted;
  }
  on_phase_(Phase::kPromoting, step(Phase::kPromoting, Event::kNotProved).id, answer.why);
  return failed(Event::kNotProved, answer.why);
}

Event Run::unfence() {
  if (ports_.replication == nullptr || !settings_.fence) return Event::kUndone;
  const Answer answer = ports_.replication->unfence(leaving_, kStatementLimit);
  if (answer.done()) return Event::kUndone;
  // The reason of the run stays what turned it back.
  on_phase_(Phase::kUndoing, step(Phase::kUndoing, Event::kNotUndone).id, answer.why);
  return Event::kNotUndone;
}

void Run::pause() {
  next_pause_ = next_pause_ == Nanos{0} ? kFirstPause : std::min(next_pause_ * 2, kLongestPause);
  ports_.clock.sleep(next_pause_);
}

}  // namespace cutover
