// SPDX-License-Identifier: Apache-2.0
// CutoverPreview through real runs of a coordinator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/httpd/parent/started.h"
#include "tests/httpd/preview/previewer.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What somebody gets who asks again and again; each time on a connection of its own.
class Asking {
 public:
  Asking(const Rig& rig, std::string cookie)
      : thread_([this, &rig, cookie = std::move(cookie)] {
          while (!enough_.load()) {
            const auto begin = steady_clock::now();
            const std::string said = preview(rig, "/who.txt", cookie);
            const milliseconds took =
                std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
            (said == "old" ? old_ : said == "new" ? new_ : bad_).fetch_add(1);
            longest_ms.store(std::max<std::int64_t>(longest_ms.load(), took.count()));
          }
        }) {}
  ~Asking() { end(); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  void end() {
    enough_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  int from_old() const { return old_.load(); }
  int from_new() const { return new_.load(); }
  int bad() const { return bad_.load(); }

  std::atomic<std::int64_t> longest_ms{0};

 private:
  std::atomic<bool> enough_{false};
  std::atomic<int> old_{0}, new_{0}, bad_{0};
  std::thread thread_;
};

class PreviewInRuns : public testing::Test {
 protected:
  PreviewInRuns()
      : site_(preview_options("CutoverDrainTimeout 8s\nCutoverHoldTimeout 20s"), [this](Rig& rig) {
          harness::give_to_web_user(dir_.path());
          static_cast<void>(rig);
        }) {
    EXPECT_TRUE(eventually([&] { return site_.command("status") == 0; }));
  }
  Rig& rig() { return site_.rig; }

  harness::TempDir dir_{"preview"};
  Started site_;
};

// A visitor's slow request makes the hold last for a second.
TEST_F(PreviewInRuns, ThroughASwitchHeIsNotHeldAndTheOthersAre) {
  const std::string end = dir_ / "end";
  auto slow = std::async(std::launch::async, [&] { return rig().ask("/cgi/slow?" + end); });
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(end + ".begun"); }));
  Asking his(rig(), kPreview);
  Asking visitors(rig(), "a=1");
  auto run = std::async(std::launch::async, [&] { return site_.said("switch"); });
  ASSERT_TRUE(eventually([&] { return rig().counts().held_now > 0; }));
  const auto in_hold = his.from_new();
  his.longest_ms.store(0);
  std::this_thread::sleep_for(milliseconds(1000));
  EXPECT_GT(his.from_new(), in_hold);
  EXPECT_GT(rig().counts().held_now, 0);
  EXPECT_EQ(visitors.from_new(), 0);
  EXPECT_EQ(rig().client().post("/cgi/env", {{"a", "1"}}, with_cookie()).status, 409);
  harness::write_file(end, "");
  EXPECT_EQ(run.get().exit_code, 0) << rig().old_host().error_log();
  EXPECT_EQ(slow.get(), "done\n");
  ASSERT_TRUE(eventually([&] { return visitors.from_new() > 0; }));
  EXPECT_EQ(rig().client().post("/cgi/env", {{"a", "1"}}, with_cookie()).status, 200);
  his.end();
  visitors.end();
  EXPECT_EQ(his.from_old(), 0);
  EXPECT_EQ(his.bad(), 0);
  EXPECT_EQ(visitors.bad(), 0);
  EXPECT_LT(his.longest_ms.load(), visitors.longest_ms.load());
}

TEST_F(PreviewInRuns, ThroughManyRunsThereAndBackNobodyMeetsAnError) {
  Asking his(rig(), kPreview);
  Asking visitors(rig(), "a=1");
  for (const char* verb : {"switch", "rollback", "rehearse", "switch", "rollback"})
    EXPECT_EQ(site_.command(verb), 0) << verb << rig().old_host().error_log();
  ASSERT_TRUE(eventually([&] { return preview(rig()) == "new" && rig().ask() == "old"; }));
  his.end();
  visitors.end();
  EXPECT_EQ(his.bad(), 0);
  EXPECT_EQ(visitors.bad(), 0);
  EXPECT_GT(visitors.from_old(), 0);
}

TEST_F(PreviewInRuns, ARequestOfHisThatLastsHoldsUpNoSwitch) {
  const std::string end = dir_ / "end";
  auto slow = std::async(std::launch::async, [&] { return preview(rig(), "/cgi/slow?" + end); });
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(end + ".begun"); }));
  const auto begin = steady_clock::now();
  EXPECT_EQ(site_.command("switch"), 0) << rig().old_host().error_log();
  EXPECT_LT(steady_clock::now() - begin, milliseconds(7000)) << "the drain's limit is 8 s";
  EXPECT_EQ(rig().ask(), "new");
  harness::write_file(end, "");
  EXPECT_EQ(slow.get(), "done\n");
}

}  // namespace
}  // namespace cutover::test
