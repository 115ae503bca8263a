// SPDX-License-Identifier: Apache-2.0
// A crowd that was held does not fall upon the new host: it comes in its order, through a window
// that follows what the host can do, and leaves threads for others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "mod_cutover/wire/json.h"
#include "tests/httpd/paced.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

TEST_F(Paced, NoMoreThanTheWindowGoBeforeAnAnswer) {
  host_.block();
  Crowd& crowd = hold(60);
  rig_.serve(Side::kNew);
  ASSERT_TRUE(eventually_at_once(kFirstWindow));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LE(host_.at_once(), kFirstWindow + 2) << "when this was asked, the first may have lapsed";
  EXPECT_GE(rig_.counts().held_now, 60 - kFirstWindow - 2);
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 60U);
  EXPECT_LE(host_.most_at_once(), kMostUnderWay);
  expect_all_ended(rig_, 60);
  EXPECT_EQ(rig_.counts().released, 60U);
}

TEST_F(Paced, ItOpensAsFarAsThereAreThreadsToSpare) {
  host_.take(milliseconds(200));
  Crowd& crowd = hold(300);
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 300U);
  EXPECT_EQ(host_.most_at_once(), kMostUnderWay);
  expect_all_ended(rig_, 300);
}

TEST_F(Paced, FirstComeFirstReleased) {
  host_.take(milliseconds(40));
  Crowd& crowd = hold(500);
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 500U);
  // Those under way at once overtake each other; a thread that gets no processor is overtaken, too.
  for (std::size_t i = 0; i < 500; ++i)
    EXPECT_NEAR(static_cast<double>(place_of(path(i))), static_cast<double>(i), 2 * kMostUnderWay);
}

TEST_F(Paced, ItNarrowsWhenTheNewHostFails) {
  host_.take(milliseconds(20));
  Crowd& crowd = hold(400);
  host_.fail(true);
  rig_.serve(Side::kNew);
  ASSERT_TRUE(eventually([&] { return rig_.counts().release_window == 2; }))
      << rig_.counts().release_window;
  EXPECT_TRUE(eventually([&] { return host_.at_once() <= 2; }));
  host_.fail(false);
  EXPECT_TRUE(eventually([&] { return rig_.counts().release_window > 2; }));
  crowd.read(1);
  expect_all_ended(rig_, 400);
}

TEST_F(Paced, TheLineAndItsWindowAreVisible) {
  host_.block();
  Crowd& crowd = hold(70);
  const auto site = [&] {
    return nlohmann::json::parse(rig_.admin().get("/cutover/status.json").body)["sites"][0];
  };
  EXPECT_EQ(site()["releasing"], 0) << "held, and no side decided";
  EXPECT_EQ(site()["release_window"], 0);
  rig_.serve(Side::kNew);
  ASSERT_TRUE(eventually_at_once(kFirstWindow));
  EXPECT_EQ(site()["releasing"], 20);
  EXPECT_EQ(site()["release_window"], kFirstWindow);
  const std::string metrics = rig_.admin().get("/cutover/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("cutover_requests_releasing{site=\"shop\"} 20"));
  EXPECT_THAT(metrics, HasSubstr("cutover_release_window{site=\"shop\"} 50"));
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 70U);
  EXPECT_EQ(site()["releasing"], 0);
  EXPECT_EQ(site()["release_window"], 0);
}

class PacedWithLocal : public Paced {
 protected:
  PacedWithLocal() : Paced("CutoverLocal /health\n") {
    harness::write_file(rig_.old_host().htdocs() / "health", "well");
  }
};

// Hundreds wait, and the new host answers none of those who do not.
TEST_F(PacedWithLocal, ThePageAndTheHealthPathAnswerMeanwhile) {
  host_.block();
  Crowd& crowd = hold(300);
  rig_.serve(Side::kNew);
  ASSERT_TRUE(eventually_at_once(kFirstWindow));
  std::vector<double> took;
  const auto end = steady_clock::now() + milliseconds(2500);  // past the first who lapse
  while (steady_clock::now() < end) {
    const auto asked = steady_clock::now();
    EXPECT_EQ(rig_.admin().get("/cutover/status.json").status, 200);
    EXPECT_EQ(rig_.ask("/health"), "well");
    took.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - asked).count());
  }
  std::sort(took.begin(), took.end());
  EXPECT_LT(took[took.size() / 2], 50);
  EXPECT_LT(took.back(), 1000);
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 300U);
}

TEST_F(PacedWithLocal, ThePageAnswersWhileTheyGoByAtFullSpeed) {
  Crowd& crowd = hold(600);
  host_.take(milliseconds(100));
  rig_.serve(Side::kNew);
  std::vector<double> took;
  while (rig_.counts().releasing > 0 || took.empty()) {
    const auto asked = steady_clock::now();
    EXPECT_EQ(rig_.admin().get("/cutover/status.json").status, 200);
    took.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - asked).count());
    std::this_thread::sleep_for(milliseconds(10));
  }
  ASSERT_GT(took.size(), 20U) << "during the release";
  std::sort(took.begin(), took.end());
  EXPECT_LT(took[took.size() / 2], 50);
  EXPECT_LT(took.back(), 1000);
  EXPECT_EQ(crowd.read(1), 600U);
}

// Here it is the old host's own threads that a window of them is left.
TEST_F(Paced, TheWayBackToTheOldHostIsPacedAsWell) {
  rig_.start();
  rig_.hold(AtDeadline::kRefuse);
  const std::string end = rig_.directory() + "/end";
  Crowd crowd(rig_.port(), 70, get_request("/cgi/slow?" + end));
  ASSERT_TRUE(rig_.eventually_held(70));
  rig_.serve(Side::kOld);
  ASSERT_TRUE(eventually([&] { return rig_.counts().in_flight == kFirstWindow; }));
  EXPECT_EQ(rig_.admin().get("/cutover/status.json").status, 200);
  harness::write_file(end, "");
  EXPECT_EQ(crowd.read(1), 70U);
  expect_all_ended(rig_, 70);
}

}  // namespace
}  // namespace cutover::test
