// SPDX-License-Identifier: Apache-2.0
// What a switch asks of the arriving server around the promotion: that nobody locks it, that new
// sessions are let in, and a row that says who serves.
#include <gmock/gmock.h>

#include <thread>

#include "mod_cutover/cutoverd/looks/watch.h"
#include "tests/database/checks/preflight_checks.h"
#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using testing::HasSubstr;

const ServerPair kThisPair = {"the old one", "the new one"};

TEST(TakingOver, ALockOnTheArrivingServerIsSeenWhileItHolds) {
  Pair pair;
  EXPECT_DONE(pair.databases->unlocked(Side::kNew, ms(500)));
  auto backup = pair.new_server.connect();
  backup.execute("FLUSH TABLES WITH READ LOCK");
  const Answer locked = pair.databases->unlocked(Side::kNew, ms(500));
  EXPECT_EQ(locked.kind, Answer::Kind::kFailed);
  EXPECT_THAT(locked.why, HasSubstr("the new database"));
  EXPECT_DONE(pair.databases->unlocked(Side::kOld, ms(500)));
  backup.execute("UNLOCK TABLES");
  EXPECT_DONE(pair.databases->unlocked(Side::kNew, ms(500)));
  pair.new_server.stop();
  EXPECT_EQ(pair.databases->unlocked(Side::kNew, ms(500)).kind, Answer::Kind::kUnknown);
}

// A pool's connection that waits is nobody's work; what it does then is.
TEST(TakingOver, BusyIsWhoHasAFreshConnectionATransactionOrAStatement) {
  Pair pair;
  auto pool = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  pool.execute("CREATE TABLE IF NOT EXISTS busy (id INT PRIMARY KEY) ENGINE=InnoDB");
  const auto busy = [&] {
    pair.databases->life(Side::kOld);  // as each look of the coordinator does
    const auto seen = pair.databases->busy(Side::kOld, ms(500));
    return seen ? *seen : std::vector<std::string>{seen.error};
  };
  // What is fresh is known once connections have been counted twice, a second apart.
  ASSERT_TRUE(harness::eventually([&] {
    const auto fresh = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    return !busy().empty();
  }));
  ASSERT_TRUE(harness::eventually([&] { return busy().empty(); })) << "the pool's is old by then";
  pool.execute("BEGIN");
  pool.execute("INSERT INTO busy VALUES (1)");
  EXPECT_TRUE(harness::eventually([&] { return busy().size() == 1; }));
  EXPECT_THAT(busy(), testing::ElementsAre(HasSubstr("in a transaction")));
  pool.execute("COMMIT");
  EXPECT_TRUE(harness::eventually([&] { return busy().empty(); }));
  {
    auto fresh = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    EXPECT_THAT(busy(), testing::ElementsAre(HasSubstr(", idle)")));
  }
  EXPECT_TRUE(harness::eventually([&] { return busy().empty(); }));
  std::thread runs([&] { pool.execute("DO SLEEP(3)"); });
  EXPECT_TRUE(harness::eventually([&] { return busy().size() == 1; }));
  EXPECT_THAT(busy(), testing::ElementsAre(HasSubstr("runs a statement")));
  runs.join();
}

std::int64_t aborted(harness::DatabaseServer& server) {
  std::int64_t all = 0;
  for (const auto& row : server.execute("SHOW GLOBAL STATUS LIKE 'Aborted%'"))
    if (row.at(0)->starts_with("Aborted_c")) all += std::stoll(*row.at(1));
  return all;
}

TEST(TakingOver, ANewSessionIsTriedAndTakesLeave) {
  Pair pair;
  EXPECT_DONE(pair.databases->lets_in(Side::kNew, ms(1000)));
  const std::int64_t before = aborted(pair.new_server);
  for (int i = 0; i < 5; ++i) EXPECT_DONE(pair.databases->lets_in(Side::kNew, ms(1000)));
  EXPECT_EQ(aborted(pair.new_server), before) << "a server logs those that end without a word";
}

// As an administrator does who sees to it that every password is new.
TEST(TakingOver, AChangedPasswordClosesTheGateAndBlocksThoughOpenSessionsGoOn) {
  Pair pair;
  pair.write(Side::kOld, 1);
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  GateWatch watch(pair.site);
  Nanos now = ms(1);
  const auto looks = [&] {
    now += ms(100);
    watch.tick(pair.databases.get(), Side::kOld, *pair.databases->position(Side::kOld), now);
    return watch.gate().open;
  };
  ASSERT_TRUE(harness::eventually(looks));
  expect(pair.databases->preflight(Direction::kSwitch, ""), "own-login", CheckVerdict::kPass);
  pair.old_server.execute("ALTER USER 'cutover'@'%' IDENTIFIED BY 'another'");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  EXPECT_TRUE(looks());
  now += std::chrono::seconds(61);  // which the lag is measured by, too
  EXPECT_TRUE(harness::eventually([&] { return !looks() && watch.gate().reasons.size() == 2; }));
  EXPECT_THAT(watch.gate().reasons.front(), HasSubstr("no new session is let in"));
  EXPECT_THAT(watch.gate().reasons.front(), HasSubstr("the old database"));
  EXPECT_TRUE(pair.databases->position(Side::kOld)) << "what is open goes on";
  const auto checks = pair.databases->preflight(Direction::kSwitch, "");
  expect(checks, "own-login", CheckVerdict::kBlock);
  EXPECT_THAT(words(named(checks, "own-login")), HasSubstr("old.cnf"));
}

TEST(TakingOver, ASwitchFindsTheTableOfWhoServesByReplication) {
  Pair pair;
  pair.write(Side::kOld, 1);
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  ASSERT_DONE(pair.databases->remember(Side::kOld, kThisPair, {1, Side::kOld}, ms(2000)));
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  EXPECT_EQ(pair.new_server.number("SELECT COUNT(*) FROM mod_cutover.served"), 0)
      << "the table came, the row stays where it was written";
  EXPECT_EQ(pair.old_server.number("SELECT COUNT(*) FROM mod_cutover.served"), 1);
  pair.databases->leave_command();
  flip(*pair.databases, Direction::kSwitch);
  const std::string before = pair.new_server.position();
  ASSERT_DONE(pair.databases->remember(Side::kNew, kThisPair, {2, Side::kNew}, ms(100)));
  EXPECT_EQ(pair.new_server.position(), before) << "it is in no binary log";
  const auto served = pair.databases->remembered(Side::kNew, kThisPair);
  ASSERT_TRUE(served && *served) << served.error;
  EXPECT_EQ((*served)->epoch, 2U);
}

TEST(TakingOver, ARowThatIsLockedHoldsNobodyUpForLong) {
  Pair pair;
  pair.write(Side::kOld, 1);
  flip(*pair.databases, Direction::kSwitch);
  ASSERT_DONE(pair.databases->remember(Side::kNew, kThisPair, {2, Side::kNew}, ms(2000)));
  auto root = pair.new_server.connect();
  root.execute("BEGIN");
  root.execute("SELECT * FROM mod_cutover.served FOR UPDATE");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(pair.databases->remember(Side::kNew, kThisPair, {3, Side::kNew}, ms(100)).done());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, ms(1200)) << "the limit, and a KILL";
  root.execute("ROLLBACK");
  EXPECT_DONE(pair.databases->remember(Side::kNew, kThisPair, {3, Side::kNew}, ms(2000)));
  EXPECT_EQ(pair.new_server.number("SELECT epoch FROM mod_cutover.served"), 3);
}

}  // namespace
}  // namespace cutover
