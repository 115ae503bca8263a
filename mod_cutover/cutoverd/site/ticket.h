// SPDX-License-Identifier: Apache-2.0
// One command on its way through a site's thread: what was asked, and the way back for progress
// and outcome. A slow or vanished asker never slows the site: progress waits here for it.
#pragma once

#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "mod_cutover/state/guarded.h"
#include "shared/figures/appointment.h"
#include "shared/protocol/side.h"

namespace cutover {

struct Outcome {
  int exit = 1;  // the command's exit code: 0 done, 1 refused or aborted, 2 usage, 4 in doubt
  std::string message;
  nlohmann::json result = nullptr;
  bool again = false;  // nothing was done, and in a moment the same may be asked once more
};

class Ticket {
 public:
  Ticket(std::string verb, std::string by, bool accept_loss = false, bool despite_direct = false)
      : verb_(std::move(verb)),
        by_(std::move(by)),
        accept_loss_(accept_loss),
        despite_direct_(despite_direct) {}
  // `resolve`: this side serves; the other's database need not be reached.
  Ticket(std::string by, Side side, bool other_is_down)
      : Ticket("resolve", std::move(by), side, other_is_down) {}

  // `complete`: likewise.
  static std::shared_ptr<Ticket> to_complete(const std::string& by, bool other_is_down) {
    return std::make_shared<Ticket>("complete", by, Side::kNew, other_is_down);
  }
  Ticket(std::string verb, std::string by, Side side, bool other_is_down)
      : verb_(std::move(verb)), by_(std::move(by)), side_(side), other_is_down_(other_is_down) {}

  // `switch` or `rollback`, by itself when it is time.
  Ticket(std::string verb, std::string by, const Wait& wait)
      : verb_(std::move(verb)), by_(std::move(by)), wait_(wait) {}

  const std::string& verb() const { return verb_; }
  const std::string& by() const { return by_; }
  Side side() const { return side_; }
  bool other_is_down() const { return other_is_down_; }
  // Of `rollback`.
  bool accept_loss() const { return accept_loss_; }
  bool despite_direct() const { return despite_direct_; }
  // Of `switch` and `rollback`: not now, but when this says so.
  const std::optional<Wait>& wait() const { return wait_; }

  // The site's thread.
  void tell(nlohmann::json progress) {
    const Lock lock(mutex_);
    progress_.push_back(std::move(progress));
    changed_.notify_one();
  }
  void finish(Outcome outcome) {
    const Lock lock(mutex_);
    outcome_ = std::move(outcome);
    changed_.notify_one();
  }

  // The asker's thread: the next progress, or nothing once the outcome is there.
  std::optional<nlohmann::json> next() {
    Lock lock(mutex_);
    changed_.wait(lock,
                  [this]() CUTOVER_REQUIRES(mutex_) { return !progress_.empty() || outcome_; });
    if (progress_.empty()) return std::nullopt;
    nlohmann::json first = std::move(progress_.front());
    progress_.pop_front();
    return first;
  }
  Outcome outcome() const {
    const Lock lock(mutex_);
    return outcome_.value_or(Outcome{});
  }

 private:
  const std::string verb_;  // never change after construction
  const std::string by_;
  const Side side_ = Side::kOld;
  const bool other_is_down_ = false;
  const bool accept_loss_ = false;
  const bool despite_direct_ = false;
  const std::optional<Wait> wait_;
  mutable Mutex mutex_;
  Condition changed_;
  // The site's thread adds and finishes, the asker's takes.
  std::deque<nlohmann::json> progress_ CUTOVER_GUARDED_BY(mutex_);
  std::optional<Outcome> outcome_ CUTOVER_GUARDED_BY(mutex_);
};

}  // namespace cutover
