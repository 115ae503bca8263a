// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/silence.h"

#include <gtest/gtest.h>

#include "mod_cutover/state/pulse.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int32_t kPid = 4711;

class Silence : public testing::Test {
 protected:
  Silence() {
    adopt_site(*control_, "shop", 0);
    adopt_site(*control_, "blog", 0);
    control_->lives[3].heartbeat_ns = now_;
    control_->lives[3].pid = kPid;
    for (SiteControl* site : {&shop_, &blog_}) {
      site->heartbeat_ns = now_;
      site->coordinator = kPid;
    }
  }
  std::string said() const { return frozen(*control_, kPid, 0, now_); }

  std::int64_t now_ = 1000 * kSecond;
  std::unique_ptr<ControlArea> control_ = std::make_unique<ControlArea>();
  SiteControl& shop_ = control_->sites[0];
  SiteControl& blog_ = control_->sites[1];
};

TEST_F(Silence, OfAnyThreadIsSeenThoughTheOthersBeat) {
  EXPECT_EQ(said(), "");
  blog_.heartbeat_ns = now_ - 12 * kSecond;
  EXPECT_EQ(said(), "the thread of site blog has been silent for 12 s");
  EXPECT_EQ(frozen(*control_, now_), said());
  EXPECT_FALSE(silence_of(shop_, now_));
  blog_.coordinator = 0;
  EXPECT_EQ(said(), "") << "it has left the site";
  control_->lives[3].heartbeat_ns = now_ - 11 * kSecond;
  EXPECT_EQ(said(), "it has been silent for 11 s");
}

TEST_F(Silence, IsNoOneElses) {
  shop_.heartbeat_ns = now_ - 100 * kSecond;
  shop_.coordinator = kPid + 1;
  EXPECT_EQ(said(), "");
}

TEST_F(Silence, OfOneThatHasNotBegunMayBeLonger) {
  EXPECT_EQ(frozen(*control_, kPid + 1, now_ - 30 * kSecond, now_), "");
  EXPECT_NE(frozen(*control_, kPid + 1, now_ - 61 * kSecond, now_), "");
}

TEST(Pulse, IsToldInAdvanceOfAStepThatOthersBound) {
  Pulse pulse{0};
  EXPECT_EQ(pulse_of_this_thread(), nullptr);
  {
    const Beating beating(&pulse);
    EXPECT_GT(pulse.load(), 0) << "at once";
    {
      const LongStep disk(kSlowDisk);
      EXPECT_GT(pulse.load(), monotonic_ns() + kSlowDisk.count() / 2);
    }
    EXPECT_LE(pulse.load(), monotonic_ns());
    pulse = 0;
    rest(std::chrono::milliseconds(1));
    EXPECT_GT(pulse.load(), 0);
  }
  pulse = 0;
  beat();
  EXPECT_EQ(pulse.load(), 0) << "nobody's any more";
}

TEST(Pulse, OfADeadCoordinatorIsTheNextOnes) {
  const auto control = std::make_unique<ControlArea>();
  for (CoordinatorLife& life : control->lives) life.pid = 0x3fffffff;  // above every pid
  Pulse* const mine = claim_life(*control, 4711);
  ASSERT_NE(mine, nullptr);
  EXPECT_GT(mine->load(), 0);
  EXPECT_EQ(claim_life(*control, 4711), mine);
}

}  // namespace
}  // namespace cutover
