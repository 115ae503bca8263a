// SPDX-License-Identifier: Apache-2.0
// Of the effects those that ask the two databases: from the fence to the promotion, and the way out
// of it.
#include <algorithm>

#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/run/run.h"
#include "shared/protocol/file_position.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kWaitSlice = 100ms;  // an abort is heard between two slices
constexpr Nanos kConnectLimit = 500ms;
// The held requests wait for it.
constexpr Nanos kRememberLimit = 100ms;

}  // namespace

Event Run::fence() {
  if (unsafe::kEarlyPosition)
    record_.position = ports_.replication->position(leaving_).value.value_or("");
  if (!unsafe::kNoFence) {
    const Answer answer = ports_.replication->fence(leaving_, settings_.fence_timeout);
    if (!answer.done()) return failed(Event::kFenceFailed, answer.why);
  }
  return aborted() ? Event::kAborted : Event::kFenced;
}

// After the fence, never before: what committed while the fence was on its way is part of it.
std::optional<Event> Run::read_position() {
  if (unsafe::kEarlyPosition) return std::nullopt;
  const Reading<Position> position = ports_.replication->position(leaving_);
  if (!position || position->empty())
    return failed(Event::kNotReached, "the last position is unknown: " + position.error);
  record_.position = *position;
  return is_by_file(*position) ? know_both_places() : std::nullopt;
}

// By file: what the arriving one has written by itself is told from where its log was when both
// were last known to be one; where they never were, from where it is now.
std::optional<Event> Run::know_both_places() {
  record_.position = furthest(record_.position, baseline_);
  if (places_in(record_.position).size() > 1) return std::nullopt;
  const Reading<Position> theirs = ports_.replication->position(arriving_);
  if (!theirs) return failed(Event::kNotReached, theirs.error);
  record_.position = completed(record_.position, own_place(*theirs));
  return std::nullopt;
}

// By file: it has everything, and is nobody's to write on yet. So what it writes from here on is
// what the other lacks: there the way back begins. Read once it is writable, it would leave out
// what was written first.
std::optional<Event> Run::note_where_it_begins() {
  if (!is_by_file(record_.position)) return std::nullopt;
  const Reading<OwnWrites> own = ports_.replication->own_writes(arriving_, record_.position);
  if (!own) return failed(Event::kNotReached, own.error);
  if (own->rows)
    return failed(Event::kNotReady, "the arriving database has writes of its own: " + own->counts);
  if (!own->settled.empty()) record_.position = own->settled;
  return std::nullopt;
}

Event Run::await_position() {
  if (accept_loss_ && !link_runs()) return count_the_loss();
  const Nanos limit = ports_.clock.now() + settings_.catch_up_timeout;
  std::string why = "no time was left to wait for it";
  while (true) {
    if (aborted()) return Event::kAborted;
    const Nanos left = limit - ports_.clock.now();
    if (left <= Nanos{0}) return accept_loss_ ? count_the_loss() : failed(Event::kNotReached, why);
    const Answer answer = ports_.replication->wait_applied(arriving_, record_.position,
                                                           std::min<Nanos>(left, kWaitSlice));
    if (answer.done()) return caught_up();
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
  return caught_up();
}

// Before the point of no return: a word to abort is heard once more, the host that the held
// requests would go to is still there, and nobody's lock would keep their writes waiting.
Event Run::last_look() {
  if (aborted()) return Event::kAborted;
  if (const std::string lock = who_locks(); !lock.empty()) return failed(Event::kNotReady, lock);
  if (deadline_ - ports_.clock.now() < time_after_promotion())
    return failed(Event::kNotReady, proves()
                                        ? "no time is left to prove the new host and to come back"
                                        : "no time is left for the hook promote");
  if (arriving_ == Side::kNew && ports_.new_host != nullptr) {
    const Answer answer = ports_.new_host->connects(kConnectLimit);
    if (!answer.done()) return failed(Event::kNotReady, answer.why);
  }
  return note_where_it_begins().value_or(Event::kReached);
}

// A replica that has nothing to apply waits for no lock, and shows none. With CutoverPromote Off
// our account may have no right to look.
std::string Run::who_locks() {
  const Answer answer = ports_.replication->unlocked(arriving_, kStatementLimit);
  const bool counts = answer.kind == Answer::Kind::kFailed || settings_.promote;
  return answer.done() || !counts ? "" : answer.why;
}

// PROMOTE is on the disk and nothing has been sent. Whoever wrote past the fence (an event of
// root's, an XA COMMIT) is seen here, while everything can still go back.
Event Run::recheck() {
  Replication& databases = *ports_.replication;
  const Reading<bool> fenced = databases.read_only(leaving_);
  if (!unsafe::kNoFence && (!fenced || !*fenced))
    return failed(Event::kNoLongerTrue, fenced ? "the fence is gone" : fenced.error);
  const Reading<Position> now = databases.position(leaving_);
  if (!now || (!stands_at(*now, record_.position) && !unsafe::kEarlyPosition && !unsafe::kNoFence))
    return failed(Event::kNoLongerTrue,
                  now ? "the leaving database moved to " + *now + " behind its fence" : now.error);
  return look_for_strays();
}

// What was in the baseline before the run is settled.
Event Run::look_for_strays() {
  Replication& databases = *ports_.replication;
  const Reading<OwnWrites> own = databases.own_writes(arriving_, record_.position);
  if (!own) return failed(Event::kNoLongerTrue, own.error);
  if (!own->rows) return Event::kStillTrue;
  const Reading<bool> since =
      baseline_.empty() ? Reading<bool>{true, {}} : databases.wrote_beyond(arriving_, baseline_);
  if (since && !*since) return Event::kStillTrue;
  return failed(Event::kNoLongerTrue,
                "the arriving database has writes of its own: " + own->counts);
}

Event Run::promote() {
  const Answer answer = ports_.replication->promote(arriving_, kStatementLimit);
  if (answer.done()) {
    detail_.clear();
    // A failed proof leads back behind what the hook fenced did.
    if (turned_ && has_hook("unfence")) run_hook("unfence", arriving_, false);
    return proves() ? Event::kPromotedToProve : Event::kPromoted;
  }
  const Phase now = turned_ ? Phase::kReturning : Phase::kPromoting;
  on_phase_(now, step(now, Event::kNotProved).id, answer.why);
  return failed(Event::kNotProved, answer.why);
}

// The first write on the one that serves now, and what outlives our journal. What it promises is
// not worth a visitor's wait: what fails is told, and owed to the keeper.
void Run::remember() {
  if (ports_.replication == nullptr) return;
  const ServerPair pair = {record_.note(Side::kOld).server, record_.note(Side::kNew).server};
  if (pair.old_server.empty() || pair.new_server.empty()) return;
  const Answer told =
      ports_.replication->remember(arriving_, pair, {record_.epoch, arriving_}, kRememberLimit);
  if (told.done())
    record_.remembered = record_.epoch;
  else
    not_remembered_ = told.why;
}

// The way back may have failed since the other came back writable: it is not to be a second writer.
// One that does not answer is the keeper's.
Answer Run::unfence_alone() {
  const Reading<bool> closed = ports_.replication->read_only(arriving_);
  if (closed && !*closed) {
    const Answer answer = ports_.replication->fence(arriving_, kStatementLimit);
    if (!answer.done()) return answer;
  }
  return ports_.replication->unfence(leaving_, kStatementLimit);
}

Event Run::unfence() {
  if (ports_.replication == nullptr) return Event::kUndone;
  const Answer answer =
      turned_ ? unfence_alone() : ports_.replication->unfence(leaving_, kStatementLimit);
  return answer.done() ? Event::kUndone : not_undone(answer.why);
}

}  // namespace cutover
