// SPDX-License-Identifier: Apache-2.0
// A site's own thread on fakes, and a test that changes the two servers between two of its steps.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>

#include "mod_cutover/cutoverd/site/site.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {

inline JournalRecord rest(Side side, const std::string& position) {
  return {0, JournalPhase::kRest, side, position, false, "", ""};
}

inline Outcome resolve(Site& site, Side side, bool other_is_down = false) {
  const auto ticket = std::make_shared<Ticket>("a test", side, other_is_down);
  site.submit(ticket);
  while (ticket->next()) {
  }
  return ticket->outcome();
}

inline Outcome command(Site& site, const std::string& verb, bool accept_loss = false) {
  const auto ticket = std::make_shared<Ticket>(verb, "a test", accept_loss);
  site.submit(ticket);
  while (ticket->next()) {
  }
  return ticket->outcome();
}

// The servers are the site's thread's: a test changes them through the trace, between two steps.
template <typename Seen>
bool soon(Seen seen) {
  for (int i = 0; i < 2000; ++i) {
    if (seen()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

class SiteAtRest : public testing::Test {
 protected:
  // Does `change` once, in the site's thread, right after one of its steps.
  void meanwhile(const std::function<void()>& change) {
    change_ = change;
    asked_ = true;
    EXPECT_TRUE(soon([this] { return !asked_; }));
  }
  // Until the site's thread has taken so many more steps: what it would do it has done by then.
  void go_on_for(std::size_t steps) {
    const std::size_t last = steps_ + steps;
    EXPECT_TRUE(soon([&] { return steps_ >= last; }));
  }
  std::optional<Snapshot> start(const std::function<void(Site&)>& then) {
    scene_.after_step = [this] {
      ++steps_;
      if (asked_.load()) {
        change_();
        asked_ = false;
      }
      two_writers_ |= !at(Side::kOld).read_only && !at(Side::kNew).read_only;
    };
    return scene_.recover(then);
  }
  FakeServer& at(Side side) { return scene_.pair.of(side); }

  Scene scene_;
  std::function<void()> change_;
  std::atomic<bool> asked_{false};
  std::atomic<std::size_t> steps_{0};
  bool two_writers_ = false;  // the site's thread's, until it has ended
};

}  // namespace cutover
