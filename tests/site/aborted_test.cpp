// SPDX-License-Identifier: Apache-2.0
// A switch that meets trouble on its way goes back: old is writable again and serves what was held,
// nothing is lost, and the next switch works.
#include <gmock/gmock.h>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

class Aborted : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    play_ = std::make_unique<Play>(with_relays(),
                                   "CutoverDrainTimeout 3s\nCutoverFenceTimeout 1s\n"
                                   "CutoverCatchUpTimeout 2s\nCutoverHoldTimeout 8s\n");
    stage().old_database().execute("CREATE TABLE fantasy.aside (id INT PRIMARY KEY, n INT)");
    stage().old_database().execute("INSERT INTO fantasy.aside VALUES (1, 0), (2, 0)");
  }
  static void TearDownTestSuite() {
    if (play_) play_->end();
    play_.reset();
  }
  void SetUp() override { ASSERT_TRUE(play_); }

  static Stage& stage() { return play_->stage; }
  static harness::Site& site() { return play_->stage.site(); }

  template <class Matcher>
  static void expect_aborted(Command& command, Matcher reason, bool held = true) {
    EXPECT_EQ(command.wait(), 1) << command.output();
    EXPECT_THAT(command.output(), HasSubstr("aborted"));
    EXPECT_THAT(command.output(), reason);
    const auto last = site().status().at("last");
    EXPECT_EQ(last.value("outcome", ""), "aborted") << last.dump(2);
    EXPECT_THAT(last.value("reason", ""), reason);
    EXPECT_EQ(last.value("timed_out", -1), 0);
    EXPECT_GT(last.value("held_max", 0), held ? 0 : -1) << "visitors came while it went on";
    stage().expect_serves("old");
  }
  static void expect_that_the_next_works() {
    stage().expect_switch();
    stage().expect_rollback();
  }

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> Aborted::play_;

TEST_F(Aborted, WhenTheCatchUpTimesOut) {
  auto run = stage().run_with([] { site().replication_relay().set(TcpRelay::Mode::kBlackHole); });
  expect_aborted(*run, HasSubstr("did not catch up in time"));
  site().replication_relay().set(TcpRelay::Mode::kPass);
  expect_that_the_next_works();
}

TEST_F(Aborted, WhenTheReplicaIsLockedDuringTheCatchUp) {
  auto blocker = stage().new_database().connect();
  auto run = stage().run_with([&] { blocker.execute("FLUSH TABLES WITH READ LOCK"); });
  expect_aborted(*run, HasSubstr("did not catch up in time"));
  blocker.execute("UNLOCK TABLES");
  expect_that_the_next_works();
}

// What replicates waits for none of it, and whoever goes on to the new host would.
TEST_F(Aborted, WhenATableOfTheArrivingDatabaseIsLockedAfterThePreflight) {
  auto backup = stage().new_database().connect();
  auto run = stage().run_with([&] { backup.execute("LOCK TABLES fantasy.aside READ"); });
  expect_aborted(*run, AllOf(HasSubstr("cannot take over now"), HasSubstr("on the new database")));
  EXPECT_TRUE(stage().new_database().read_only()) << "it was promoted by nobody";
  backup.execute("UNLOCK TABLES");
  expect_that_the_next_works();
}

TEST_F(Aborted, WhenALongUpdateBlocksTheFence) {
  std::thread update;
  auto run = stage().run_with([&] {
    update = std::thread([] {
      stage()
          .old_database()
          .connect_as(harness::kAppUser, harness::kAppSchema)
          .execute("UPDATE aside SET n = n + 1 + SLEEP(2)");
    });
    EXPECT_TRUE(eventually([] {
      return stage().old_database().number(
                 "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'UPDATE "
                 "aside%'") > 0;
    }));
  });
  expect_aborted(*run, HasSubstr("could not be fenced in time"));
  update.join();
  EXPECT_EQ(stage().old_database().number("SELECT SUM(n) FROM fantasy.aside"), 2);
  expect_that_the_next_works();
}

TEST_F(Aborted, WhenALockedTableBlocksTheFence) {
  auto locker = stage().old_database().connect_as(harness::kAppUser, harness::kAppSchema);
  auto run = stage().run_with([&] { locker.execute("LOCK TABLES aside WRITE"); });
  expect_aborted(*run, HasSubstr("could not be fenced in time"));
  locker.execute("UNLOCK TABLES");
  expect_that_the_next_works();
}

TEST_F(Aborted, WhenASlowRequestOutlastsTheDrain) {
  std::thread slow;
  auto run = stage().run_with([&] { slow = stage().slow_request(milliseconds(7000)); });
  expect_aborted(*run, HasSubstr("1 still in flight after 3000 ms"));
  slow.join();
  expect_that_the_next_works();
}

TEST_F(Aborted, WhenTheNewHostGoesDownAfterThePreflight) {
  auto run = stage().run_with([] { site().http_relay().set(TcpRelay::Mode::kRefuse); });
  expect_aborted(*run, HasSubstr("new host"), false);
  site().http_relay().set(TcpRelay::Mode::kPass);
  expect_that_the_next_works();
}

TEST_F(Aborted, WhenTheNewDatabaseHangsAfterThePreflight) {
  auto run = stage().run_with([] { site().new_database_relay().set(TcpRelay::Mode::kBlackHole); });
  EXPECT_EQ(run->wait(), 1) << run->output();
  site().new_database_relay().set(TcpRelay::Mode::kPass);
  stage().expect_serves("old");
  expect_that_the_next_works();
}

TEST_F(Aborted, ByTheOperatorDuringTheDrain) {
  std::thread slow;
  auto run = stage().run_with([&] { slow = stage().slow_request(milliseconds(3500)); });
  ASSERT_TRUE(stage().reaches_phase("draining"));
  const auto abort = site().cutoverctl({"abort"});
  EXPECT_EQ(abort.exit_code, 0) << abort.output;
  expect_aborted(*run, HasSubstr("no database had been told anything"), false);
  slow.join();
  expect_that_the_next_works();
}

TEST_F(Aborted, ByTheOperatorDuringTheCatchUp) {
  auto run = stage().run_with([] { site().replication_relay().set(TcpRelay::Mode::kBlackHole); });
  ASSERT_TRUE(stage().reaches_phase("catching-up"));
  const auto abort = site().cutoverctl({"abort"});
  EXPECT_EQ(abort.exit_code, 0) << abort.output;
  expect_aborted(*run, HasSubstr("aborted; everything goes back"), false);
  site().replication_relay().set(TcpRelay::Mode::kPass);
  expect_that_the_next_works();
}

TEST_F(Aborted, AnAbortWithNothingUnderWayIsRefused) {
  const auto abort = site().cutoverctl({"abort"});
  EXPECT_EQ(abort.exit_code, 1);
  EXPECT_THAT(abort.output, HasSubstr("nothing is under way"));
}

}  // namespace
}  // namespace cutover::test
