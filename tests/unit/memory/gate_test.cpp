// SPDX-License-Identifier: Apache-2.0
// The gate: its verdicts, and its promise with real threads on real shared memory.
#include "shared/memory/gate.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "mod_cutover/cutoverd/run/word_store.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

class GateTest : public testing::Test {
 protected:
  void set(Word word) { control_->word.store(encode(word)); }

  std::unique_ptr<SiteControl> control_ = std::make_unique<SiteControl>();
  std::unique_ptr<SiteCounters> mine_ = std::make_unique<SiteCounters>();
  Gate gate_{*control_, *mine_};
};

TEST_F(GateTest, ARequestThatIsServedIsCountedInUntilItLeaves) {
  set(serving(Side::kNew, 4));
  const Entry entry = gate_.enter();
  EXPECT_EQ(entry.verdict, Verdict::kServeNew);
  EXPECT_EQ(entry.seen.epoch, 4U);
  EXPECT_EQ(mine_->in_flight.load(), 1);
  EXPECT_EQ(mine_->served[1].load(), 1U);
  gate_.leave();
  EXPECT_EQ(mine_->in_flight.load(), 0);
}

TEST_F(GateTest, ARequestThatIsHeldIsNotCountedIn) {
  set(holding_for(Side::kOld, 4));
  EXPECT_EQ(gate_.enter().verdict, Verdict::kHold);
  EXPECT_EQ(mine_->in_flight.load(), 0);
}

TEST_F(GateTest, WhileItIsQuietenedOnlyWhoTakesLongAndComesThenIsHeld) {
  const auto of = [](bool takes_long) { return [takes_long] { return takes_long; }; };
  set(quieting_at(Side::kNew, 4));
  EXPECT_EQ(gate_.enter(of(true)).verdict, Verdict::kHold);
  EXPECT_EQ(mine_->in_flight.load(), 0);
  EXPECT_EQ(gate_.enter(of(false)).verdict, Verdict::kServeNew);
  EXPECT_EQ(gate_.enter().verdict, Verdict::kServeNew) << "he was held before";
  EXPECT_EQ(gate_.enter_at_deadline().verdict, Verdict::kServeNew);
  EXPECT_EQ(mine_->in_flight.load(), 3);
  set(serving(Side::kOld, 5));
  EXPECT_EQ(gate_.enter(of(true)).verdict, Verdict::kServeOld) << "at rest nobody asks";
}

TEST_F(GateTest, AtItsDeadlineARequestDoesWhatTheWordSaysThen) {
  set(holding_for(Side::kOld, 1));
  EXPECT_EQ(gate_.enter_at_deadline().verdict, Verdict::kServeOld);
  set(holding_for(Side::kNew, 2));
  EXPECT_EQ(gate_.enter_at_deadline().verdict, Verdict::kServeNew);
  set(serving(Side::kNew, 3));
  EXPECT_EQ(gate_.enter_at_deadline().verdict, Verdict::kServeNew);
  EXPECT_EQ(mine_->in_flight.load(), 3);
  set(sealed(4));
  EXPECT_EQ(gate_.enter_at_deadline().verdict, Verdict::kRefuse);
  EXPECT_EQ(mine_->in_flight.load(), 3);
}

TEST_F(GateTest, ASelfCallGoesToTheSideThatIsDrainedOrQuietenedAndIsCountedIn) {
  set(holding_for(Side::kOld, 1));
  EXPECT_EQ(gate_.enter_as_own().verdict, Verdict::kServeOld);
  set(holding_for(Side::kNew, 2));
  EXPECT_EQ(gate_.enter_as_own().verdict, Verdict::kServeNew);
  set(quieting_at(Side::kOld, 3));
  EXPECT_EQ(gate_.enter_as_own().verdict, Verdict::kServeOld);
  set(quieting_at(Side::kNew, 4));
  EXPECT_EQ(gate_.enter_as_own().verdict, Verdict::kServeNew);
  EXPECT_EQ(mine_->in_flight.load(), 4);
  EXPECT_EQ(mine_->served[0].load(), 2U);
}

TEST_F(GateTest, ASelfCallBehindTheSealIsHeldAsAnyOther) {
  set(sealed(1));
  EXPECT_EQ(gate_.enter_as_own().verdict, Verdict::kHold);
  set(serving(Side::kNew, 2));
  EXPECT_EQ(gate_.enter_as_own().verdict, Verdict::kHold) << "it goes the way of those released";
  EXPECT_EQ(mine_->in_flight.load(), 0);
  EXPECT_EQ(mine_->served[1].load(), 0U);
}

// What the gate guards: `closed_` is true while the coordinator's sum says that nobody is inside,
// and `plain_` is written then, so that ThreadSanitizer reports whoever slipped through. Threads of
// one process share one mapping here: it cannot know that two addresses are one place.
class Race {
 public:
  Race() { adopt_site(control_in(control_), "shop", encode(serving(Side::kOld, 1))); }

  void run(std::chrono::milliseconds how_long) {
    std::vector<std::thread> workers;
    for (int i = 0; i < kWorkers; ++i) workers.emplace_back([this, i] { work(i + 1); });
    const auto until = std::chrono::steady_clock::now() + how_long;
    Side side = Side::kOld;
    while (std::chrono::steady_clock::now() < until) flip(side = other(side));
    stop_ = true;
    store_.set(Mode::kOld, AtDeadline::kOld, Nanos{0});
    for (std::thread& worker : workers) worker.join();
  }

  int flips() const { return flips_; }
  int served() const { return served_; }
  int broken() const { return broken_; }
  std::int64_t in_flight() const { return store_.in_flight(); }

 private:
  static constexpr int kWorkers = 3;

  void work(int pid) {
    SiteCounters& mine = claim_slot(counters_in(counters_), pid).sites[0];
    const SiteControl& control = control_in(control_).sites[0];
    Gate gate(control, mine);
    for (int turn = 0; !stop_; ++turn) {
      const Entry entry = turn % 2 == 0 ? gate.enter() : gate.enter_as_own();
      if (entry.verdict == Verdict::kHold) {
        wait_for_change(control.word, encode(entry.seen), 1'000'000);
        continue;
      }
      ++served_;
      for (int look = 0; look < 3; ++look)
        if (closed_.load(std::memory_order_relaxed) || plain_ < 0) ++broken_;
      gate.leave();
    }
  }

  // A drain, which self-calls come past, then the seal, which nobody does.
  void flip(Side to) {
    store_.set(Mode::kHold, to == Side::kOld ? AtDeadline::kNew : AtDeadline::kOld, Nanos{0});
    std::this_thread::yield();
    store_.set(Mode::kHold, AtDeadline::kRefuse, Nanos{0});
    while (store_.in_flight() != 0) std::this_thread::yield();
    ++plain_;
    closed_.store(true, std::memory_order_relaxed);
    std::this_thread::sleep_for(100us);  // whoever was cut off in the gate runs on now
    closed_.store(false, std::memory_order_relaxed);
    store_.set(to == Side::kOld ? Mode::kOld : Mode::kNew, AtDeadline::kRefuse, Nanos{0});
    ++flips_;
    std::this_thread::sleep_for(20us);
  }

  SharedMemoryFds fds_ = create_shared_memory(kWorkers);
  Mapping control_ = map_control(fds_.control.get(), true);
  Mapping counters_ = map_counters(fds_.counters.get());
  WordStore store_{control_in(control_), counters_in(counters_), 0};
  int plain_ = 0;
  std::atomic<bool> closed_{false};
  std::atomic<bool> stop_{false};
  std::atomic<int> served_{0};
  std::atomic<int> broken_{0};
  int flips_ = 0;
};

TEST(GateWithThreads, NobodyIsInsideWhileTheCoordinatorThinksThatNobodyIs) {
  Race race;
  race.run(800ms);
  EXPECT_EQ(race.broken(), 0);
  EXPECT_EQ(race.in_flight(), 0);
  EXPECT_GT(race.flips(), 10);
  EXPECT_GT(race.served(), 1000);
}

}  // namespace
}  // namespace cutover
