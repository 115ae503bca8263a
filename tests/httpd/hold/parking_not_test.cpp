// SPDX-License-Identifier: Apache-2.0
// Where nobody can park: threads wait, but never all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/parking.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

class NotParked : public testing::TestWithParam<Mpm> {
 protected:
  // One child of eight threads, or eight children.
  static RigOptions options() {
    RigOptions options;
    options.mpm = GetParam();
    options.processes = 1;
    options.threads = 8;
    options.vhost = "<Location /cutover>\nSetHandler cutover\n</Location>";
    options.site = "CutoverLocal /health\nCutoverHoldTimeout 30s\n";
    return options;
  }
};

TEST_P(NotParked, WithinTheBudgetNobodyNoticesAnything) {
  Rig rig(options());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 6);
  crowd.get_all("/who.txt");
  ASSERT_TRUE(rig.eventually_held(6));
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 6U);
  EXPECT_EQ(crowd.count(200, "new"), 6U);
  expect_all_ended(rig, 6);
}

TEST_P(NotParked, PastTheBudgetTheyAreShedAndThePageAnswers) {
  Rig rig(options());
  harness::write_file(rig.old_host().htdocs() / "health", "well");
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 30);
  crowd.get_all("/who.txt");
  // Whoever is shed reads that and goes.
  ASSERT_TRUE(eventually([&] {
    crowd.read(1, milliseconds(20));
    return rig.counts().shed_held == 24;
  })) << rig.counts().shed_held;
  EXPECT_EQ(rig.counts().held_now, 6) << "two of eight are left to others";
  for (int i = 0; i < 10; ++i) {
    const auto asked = steady_clock::now();
    EXPECT_EQ(rig.client().get("/cutover/status.json").status, 200);
    EXPECT_EQ(rig.client().get("/health").body, "well");
    EXPECT_LT(steady_clock::now() - asked, milliseconds(1000));
  }
  rig.serve(Side::kNew);
  crowd.read(1);
  EXPECT_EQ(crowd.count(200, "new"), 6U);
  for (std::size_t i = 0; i < crowd.size(); ++i) {
    const Answer& answer = crowd.answers(i).at(0);
    if (answer.status == 200) continue;
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.head, HasSubstr("Retry-After: 5"));
  }
  expect_all_ended(rig, 30);
}

INSTANTIATE_TEST_SUITE_P(Mpms, NotParked, testing::Values(Mpm::kWorker, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
