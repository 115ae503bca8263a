// SPDX-License-Identifier: Apache-2.0
// There and back and there, with a ring and without.
#include <atomic>
#include <thread>

#include "tests/database/pair.h"
#include "tests/harness/eventually.h"
#include "tests/harness/replication.h"

namespace cutover {
namespace {

void there_and_back_and_there(Pair& pair) {
  int row = 0;
  for (const Direction direction :
       {Direction::kSwitch, Direction::kRollback, Direction::kSwitch, Direction::kRollback}) {
    SCOPED_TRACE(std::string(name(direction)) + " after row " + std::to_string(row));
    for (int i = 0; i < 20; ++i) pair.write(leaving(direction), ++row);
    flip(*pair.databases, direction);
    if (testing::Test::HasFatalFailure()) return;
    EXPECT_THROW(pair.write(leaving(direction), 10000 + row), harness::SqlError);
    EXPECT_EQ(pair.rows(arriving(direction)), row);
    pair.write(arriving(direction), ++row);
    const auto link = pair.databases->link_into(leaving(direction));
    ASSERT_TRUE(link) << link.error;
    EXPECT_TRUE(link->receiving && link->applying && link->from_the_other) << link->error;
    pair.expect_equal();
  }
}

TEST(Flip, GoesThereAndBackAndThereInARing) {
  Pair pair;
  there_and_back_and_there(pair);
}

TEST(Flip, GoesThereAndBackAndThereBuildingTheLinkEachTime) {
  Pair pair({.ring = false});
  there_and_back_and_there(pair);
}

// As an administrator does who lets both write at times: each server counts for itself.
TEST(Flip, GoesThereAndBackAndThereWithADomainForEachServer) {
  if (harness::vendor_of_this_run() != harness::Vendor::kMariaDb) GTEST_SKIP() << "no domains";
  for (const bool ring : {true, false}) {
    Pair pair(
        {.ring = ring, .old_settings = {"gtid_domain_id=1"}, .new_settings = {"gtid_domain_id=2"}});
    there_and_back_and_there(pair);
  }
}

TEST(Flip, NeedsNoLogOfReplicatedWritesOnTheOldServer) {
  Pair pair({.ring = false, .old_settings = {log_updates_off()}});
  there_and_back_and_there(pair);
}

// Writers that go on until the fence stops them: what was acknowledged is there, and nothing else.
TEST(Flip, LosesNothingThatWasAcknowledgedUnderFire) {
  Pair pair;
  std::atomic<int> next{0};
  std::atomic<int> acknowledged{0};
  for (int round = 0; round < 6; ++round) {
    const Direction direction = round % 2 == 0 ? Direction::kSwitch : Direction::kRollback;
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back(
          [&, session = pair.at(leaving(direction))
                            .connect_as(harness::kAppUser, harness::kAppSchema)]() mutable {
            try {
              while (true) {
                session.execute("INSERT INTO rows_ VALUES (" + std::to_string(++next) + ", 'hot')");
                ++acknowledged;
              }
            } catch (const harness::SqlError& error) {
              EXPECT_EQ(error.code(), 1290U) << error.what();
            }
          });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    flip(*pair.databases, direction);
    for (std::thread& writer : writers) writer.join();
    ASSERT_FALSE(HasFatalFailure());
    EXPECT_EQ(pair.rows(arriving(direction)), acknowledged);
  }
  EXPECT_GT(acknowledged, 500);
  pair.expect_equal();
}

TEST(Flip, KeepsTheReplicasOwnLinkInARing) {
  Pair pair;
  pair.write(Side::kOld, 1);
  flip(*pair.databases, Direction::kSwitch);
  EXPECT_TRUE(pair.databases->link_into(Side::kNew)->configured);
}

// MariaDB's channel forgets in a restart who its source is, until it has connected once.
TEST(Flip, KeepsARingThatHasNotMetItsSourceSinceARestart) {
  Pair pair({.old_settings = {"loose-skip-slave-start"}});
  pair.old_server.restart();
  const auto successor = pair.coordinator();
  ASSERT_DONE(successor->take_command(ms(2000)));
  ASSERT_DONE(successor->fence(Side::kOld, ms(1000)));
  ASSERT_DONE(successor->promote(Side::kNew, ms(2000)));
  EXPECT_TRUE(successor->link_into(Side::kNew)->configured);
}

TEST(Flip, ForgetsTheSourceWithoutARing) {
  Pair pair({.ring = false});
  pair.write(Side::kOld, 1);
  flip(*pair.databases, Direction::kSwitch);
  EXPECT_FALSE(pair.databases->link_into(Side::kNew)->configured);
}

TEST(Flip, SaysWhatIsMissingWhenNoWayBackCanBeBuilt) {
  Pair pair({.ring = false, .way_back = false});
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
  const auto position = pair.databases->position(Side::kOld);
  ASSERT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(2000)));
  ASSERT_DONE(pair.databases->promote(Side::kNew, ms(1000)));
  const Answer answer = pair.databases->arm_way_back(Side::kOld, *position, ms(1000));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
  EXPECT_NE(answer.why.find("new.cnf [cutover] has no replication-user="), std::string::npos)
      << answer.why;
}

// An ANALYZE by root right behind the fence: the source of the link that is built has got it, or
// never had it.
TEST(Flip, BuildsTheWayBackOverWhatTheReplicaWroteWithoutRows) {
  struct Story {
    bool same_domain;
    bool arrives;
  };
  for (const Story story : {Story{false, false}, {false, true}, {true, false}, {true, true}}) {
    // In one domain a strict replica refuses what comes next; that is its own affair.
    Pair pair({.ring = false,
               .old_settings = {story.same_domain ? "loose-gtid-strict-mode=0"
                                                  : "loose-gtid-strict-mode=1"}});
    const bool mariadb = pair.old_server.vendor() == harness::Vendor::kMariaDb;
    if (story.same_domain && !mariadb) continue;
    pair.write(Side::kOld, 1);
    ASSERT_DONE(pair.databases->take_command(ms(2000)));
    ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
    const auto position = pair.databases->position(Side::kOld);
    ASSERT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(2000)));
    if (!story.arrives) pair.new_server.execute(pair.new_server.words().stop_replica);
    auto root = pair.old_server.connect();
    if (mariadb && !story.same_domain) root.execute("SET SESSION gtid_domain_id=7");
    root.execute(mariadb ? "ANALYZE TABLE fantasy.rows_" : "FLUSH PRIVILEGES");
    if (story.arrives) {
      EXPECT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
    }
    ASSERT_DONE(pair.databases->promote(Side::kNew, ms(2000)));
    pair.write(Side::kNew, 2);
    ASSERT_DONE(pair.databases->arm_way_back(Side::kOld, *position, ms(5000)));
    pair.write(Side::kNew, 3);
    pair.expect_equal();
    EXPECT_FALSE(*pair.databases->wrote_beyond(Side::kOld, *position));
    pair.databases->leave_command();
  }
}

}  // namespace
}  // namespace cutover
