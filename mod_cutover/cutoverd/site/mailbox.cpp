// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/mailbox.h"

#include <algorithm>
#include <utility>

#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

constexpr const char* kLeaving = "httpd is taking up a new configuration or stopping";
constexpr const char* kStillLooking = "the coordinator is still finding out where the site stands";

}  // namespace

void Mailbox::submit(const std::shared_ptr<Ticket>& ticket) {
  std::optional<Outcome> refusal;
  {
    const Lock lock(mutex_);
    const std::string doubt = view_.doubt();
    const bool resolves =
        ticket->verb() == "resolve" && !box_.leaving && !box_.pending && !doubt.empty();
    if (resolves)
      flags.give_up.store(true, std::memory_order_relaxed);  // a run that is stuck makes room
    else
      refusal = not_taken(doubt);
    if (!refusal) {
      box_.busy = true;
      box_.pending = ticket;
      changed_.notify_all();
    }
  }
  if (refusal) ticket->finish(*std::move(refusal));
}

std::optional<Outcome> Mailbox::not_taken(const std::string& doubt) const {
  if (box_.leaving) return Outcome{1, kLeaving, nullptr, true};
  if (!box_.decided && doubt.empty()) return Outcome{1, kStillLooking, nullptr, true};
  if (!box_.decided)
    return Outcome{4, "in doubt: a person must look first, see `cutoverctl status`"};
  if (box_.busy || box_.pending)
    return Outcome{1, "another command is being carried out; see `cutoverctl status`"};
  return std::nullopt;
}

Outcome Mailbox::abort(const std::function<void()>& heard) {
  Lock lock(mutex_);
  const View::UnderWay run = view_.under_way();
  if (!box_.busy || !run.running) return {1, "nothing is under way that could be aborted", nullptr};
  if (!run.abortable) return {1, "too late: the point of no return is behind", nullptr};
  heard();
  flags.abort.store(true, std::memory_order_relaxed);
  const std::uint64_t before = box_.commands_ended;
  changed_.wait(lock, [&]() CUTOVER_REQUIRES(mutex_) { return box_.commands_ended != before; });
  if (box_.commands_ended != before + 1)
    return {4, "it has ended, and another after it; see `cutoverctl events` for how", nullptr};
  if (box_.outcome == "done") return {1, "too late: it is done", nullptr};
  if (box_.outcome == "in-doubt")
    return {4, "not aborted: httpd stops in the middle of it; the next coordinator goes on",
            nullptr};
  return {0, "aborted: everything is as before", nullptr};
}

void Mailbox::leave(bool now) {
  const Lock lock(mutex_);
  box_.leaving = true;
  box_.stops |= now;
  flags.stop.store(true, std::memory_order_relaxed);
  if (now) flags.abort.store(true, std::memory_order_relaxed);
  changed_.notify_all();
}

bool Mailbox::leaving() const {
  const Lock lock(mutex_);
  return box_.leaving;
}

bool Mailbox::stops() const {
  const Lock lock(mutex_);
  return box_.stops;
}

std::shared_ptr<Ticket> Mailbox::wait(Millis limit) {
  Lock lock(mutex_);
  const auto wanted = [this]() CUTOVER_REQUIRES(mutex_) {
    return box_.pending != nullptr || box_.leaving;
  };
  for (Nanos left = limit; left > Nanos{0}; left -= kBetweenBeats) {
    beat();
    if (changed_.wait_for(lock, std::min<Nanos>(left, kBetweenBeats), wanted)) break;
  }
  return take();
}

std::shared_ptr<Ticket> Mailbox::next() {
  const Lock lock(mutex_);
  return take();
}

std::shared_ptr<Ticket> Mailbox::take() {
  if (box_.pending) box_.busy = true;
  flags.give_up.store(false, std::memory_order_relaxed);
  return std::exchange(box_.pending, nullptr);
}

void Mailbox::own_command_begins() {
  const Lock lock(mutex_);
  box_.busy = true;
}

void Mailbox::command_ended() {
  const Lock lock(mutex_);
  box_.busy = box_.pending != nullptr;
  ++box_.commands_ended;
  box_.outcome = view_.outcome();
  changed_.notify_all();
}

void Mailbox::run_begins() {
  const Lock lock(mutex_);
  if (!box_.leaving) flags.abort.store(false, std::memory_order_relaxed);
}

void Mailbox::set_decided(bool decided) {
  const Lock lock(mutex_);
  box_.decided = decided;
}

void Mailbox::turn_away() {
  const Lock lock(mutex_);
  if (box_.pending) box_.pending->finish({1, kLeaving, nullptr, true});
  box_.pending.reset();
  box_.busy = false;
  changed_.notify_all();
}

}  // namespace cutover
