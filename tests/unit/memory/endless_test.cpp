// SPDX-License-Identifier: Apache-2.0
// Who never ends: that one of two sums has him at any moment, and when his connection is closed.
#include "shared/memory/endless.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "shared/memory/gate.h"
#include "tests/unit/memory/counter_memory.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kShop = 0;

struct Order : testing::Test {
  std::unique_ptr<ControlArea> control = std::make_unique<ControlArea>();
  SiteControl& site = control->sites[kShop];
  void word(const Word& w) { site.word.store(encode(w)); }
};

TEST_F(Order, IsOfOneSideAndOneSeal) {
  word(sealed(7));
  EXPECT_FALSE(is_to_close(site, Side::kOld)) << "nothing was ordered: a boot, or a recovery";
  order_close(site, Side::kOld);
  EXPECT_TRUE(is_to_close(site, Side::kOld));
  EXPECT_FALSE(is_to_close(site, Side::kNew));
  word(sealed(8));
  EXPECT_FALSE(is_to_close(site, Side::kOld)) << "another seal";
}

TEST_F(Order, ThereIsNoneInADrain) {
  order_close(site, Side::kOld);
  for (const Word& w : {holding_for(Side::kOld, 1), holding_for(Side::kNew, 2)}) {
    word(w);
    EXPECT_FALSE(is_to_close(site, Side::kOld));
    EXPECT_FALSE(is_to_close(site, Side::kNew));
  }
}

TEST_F(Order, WhenASideServesTheOtherOnesAreClosed) {
  for (const Word& w : {serving(Side::kNew, 1), quieting_at(Side::kNew, 2)}) {
    word(w);
    EXPECT_TRUE(is_to_close(site, Side::kOld));
    EXPECT_FALSE(is_to_close(site, Side::kNew));
  }
}

TEST(EndlessSums, AreOfOneSideOfOneSite) {
  CounterMemory memory(3);
  memory.area.slots[0].endless[kShop].open[0].store(2);
  memory.area.slots[2].endless[kShop].open[0].store(1);
  memory.area.slots[1].endless[kShop].open[1].store(5);
  memory.area.slots[1].endless[kShop + 1].open[0].store(9);
  EXPECT_EQ(sum_endless(memory.area, kShop, Side::kOld), 3);
  EXPECT_EQ(sum_endless(memory.area, kShop, Side::kNew), 5);
  EXPECT_EQ(sum(memory.area, kShop).endless, 8);
  EXPECT_EQ(sum_in_flight(memory.area, kShop), 0);
}

TEST(EndlessSums, KeepAPlaceThatIsToBeGivenBack) {
  CounterMemory memory(2);
  const auto control = std::make_unique<ControlArea>();
  const std::size_t shop = adopt_site(*control, "shop", 0);
  control->sites[shop].withdrawn.store(1);
  memory.area.slots[0].endless[shop].open[1].store(1);
  EXPECT_FALSE(give_back_site(*control, memory.area, shop));
  memory.area.slots[0].endless[shop].open[1].store(0);
  EXPECT_TRUE(give_back_site(*control, memory.area, shop));
}

// Requests become endless while a coordinator holds, seals and sums. Whoever is inside when the
// first sum is zero is in the second one.
TEST(EndlessWithThreads, WhoIsInsideIsInOneSumOrTheOther) {
  constexpr int kWorkers = 3;
  const auto control = std::make_unique<ControlArea>();
  SiteControl& site = control->sites[kShop];
  site.word.store(encode(serving(Side::kOld, 1)));
  CounterMemory memory(kWorkers + 1);
  std::atomic<bool> stop{false};
  std::atomic<int> inside{0};
  std::vector<std::thread> workers;
  for (int w = 0; w < kWorkers; ++w)
    workers.emplace_back([&, w] {
      ChildSlot& mine = claim_slot(memory.area, w + 1);
      Gate gate(site, mine.sites[kShop]);
      while (!stop) {
        if (gate.enter().verdict == Verdict::kHold) continue;
        inside.fetch_add(1);
        mine.endless[kShop].open[0].fetch_add(1);
        gate.leave();
        while (!is_to_close(site, Side::kOld) && !stop) std::this_thread::yield();
        inside.fetch_sub(1);
        mine.endless[kShop].open[0].fetch_sub(1, std::memory_order_release);
      }
    });
  const auto began = std::chrono::steady_clock::now();
  int runs = 0;
  int broken = 0;
  for (std::uint64_t epoch = 1; std::chrono::steady_clock::now() - began < 500ms || runs < 10;
       ++runs) {
    site.word.store(encode(holding_for(Side::kOld, ++epoch)));
    while (sum_in_flight(memory.area, kShop) != 0) std::this_thread::yield();
    site.word.store(encode(sealed(++epoch)));
    while (sum_in_flight(memory.area, kShop) != 0) std::this_thread::yield();
    order_close(site, Side::kOld);
    while (sum_endless(memory.area, kShop, Side::kOld) != 0) std::this_thread::yield();
    broken += inside.load();
    site.word.store(encode(serving(Side::kOld, ++epoch)));
    std::this_thread::sleep_for(20us);
  }
  stop = true;
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(broken, 0);
  EXPECT_EQ(sum_endless(memory.area, kShop, Side::kOld), 0);
}

}  // namespace
}  // namespace cutover
