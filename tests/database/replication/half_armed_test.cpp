// SPDX-License-Identifier: Apache-2.0
// The half-armed ring: the link into the side that serves receives and applies nothing.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::eventually;
using harness::replica_status;
using testing::HasSubstr;

bool mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }

// As root, whom MariaDB's read_only does not stop; MySQL's super_read_only does.
void slip_in(Pair& pair, Side side, int row) {
  auto root = pair.at(side).connect();
  if (!mariadb()) root.execute("SET GLOBAL super_read_only=0");
  root.execute("INSERT INTO fantasy.rows_ VALUES (" + std::to_string(row) + ", 'x')");
  if (!mariadb()) root.execute("SET GLOBAL super_read_only=1");
}

bool has_row(Pair& pair, Side side, int row) {
  return pair.at(side).number("SELECT COUNT(*) FROM fantasy.rows_ WHERE id=" +
                              std::to_string(row)) == 1;
}

// All that was sent has come: a later write is there.
void expect_not_there(Pair& pair, Side side, int row) {
  EXPECT_TRUE(eventually([&] { return harness::receives_only(pair.at(side)); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(has_row(pair, side, row));
}

// Nothing of what the server had logged before is left in its log; whoever still reads it is gone
// by then.
void purge(harness::DatabaseServer& server) {
  EXPECT_TRUE(eventually([&] {
    server.execute(mariadb() ? "FLUSH BINARY LOGS" : "FLUSH LOCAL BINARY LOGS");
    const auto logs = server.connect().named("SHOW BINARY LOGS");
    server.execute("PURGE BINARY LOGS TO '" + logs.back().at("Log_name").value() + "'");
    return server.connect().named("SHOW BINARY LOGS").size() == 1;
  }));
}

TEST(HalfArmed, WhatTheFollowerWritesDoesNotComeToTheServingSideOnEitherWay) {
  Pair pair;
  int row = 0;
  for (const Direction direction : {Direction::kSwitch, Direction::kRollback, Direction::kSwitch}) {
    SCOPED_TRACE(name(direction));
    pair.write(leaving(direction), ++row);
    flip(*pair.databases, direction);
    if (testing::Test::HasFatalFailure()) return;
    pair.write(arriving(direction), ++row);
    pair.expect_equal();
    EXPECT_TRUE(harness::receives_only(pair.at(arriving(direction))));
  }
  slip_in(pair, Side::kOld, 1000);
  expect_not_there(pair, Side::kNew, 1000);
  pair.write(Side::kNew, ++row);
  EXPECT_TRUE(eventually([&] { return has_row(pair, Side::kOld, row); })) << "old still applies";
}

TEST(HalfArmed, BeforeTheSwitchOldIsUntouchedAndNewGoesOnApplying) {
  Pair pair;
  slip_in(pair, Side::kNew, 1000);
  expect_not_there(pair, Side::kOld, 1000);
  pair.write(Side::kOld, 1);
  EXPECT_TRUE(eventually([&] { return has_row(pair, Side::kNew, 1); })) << "new still applies";
  const auto own = pair.databases->own_writes(Side::kNew, *pair.databases->position(Side::kOld));
  ASSERT_TRUE(own) << own.error;
  EXPECT_TRUE(own->rows) << "what the link holds back is told";
}

TEST(HalfArmed, AFullRingIsMadeOneAndOneThatIsHalfArmedStaysSo) {
  Pair pair({.applies = true});
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  ASSERT_DONE(pair.databases->renew_link(Side::kOld, "", ms(2000)));
  EXPECT_TRUE(harness::replication_runs(pair.old_server)) << "renewing is for links without one";
  for (int i = 0; i < 2; ++i) {
    ASSERT_DONE(pair.databases->stop_applying(Side::kOld, ms(2000)));
    EXPECT_TRUE(harness::receives_only(pair.old_server));
  }
  pair.old_server.execute(pair.old_server.words().stop_replica);
  pair.old_server.execute(pair.old_server.words().forget_source);
  EXPECT_DONE(pair.databases->stop_applying(Side::kOld, ms(2000)));
  EXPECT_DONE(pair.databases->renew_link(Side::kOld, "", ms(2000)));
  EXPECT_DONE(pair.databases->resume_link(Side::kOld, ms(2000)));
}

// The logs of which the stopped applier knows are gone on the other, with an ANALYZE of its own.
TEST(HalfArmed, AskedForNothingThatWasPurgedItReceivesAgain) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  harness::DatabaseServer& old_server = pair.old_server;
  old_server.execute(old_server.words().stop_replica);
  for (int row = 1; row < 20; ++row) pair.write(Side::kOld, row);
  if (mariadb()) pair.new_server.execute("ANALYZE TABLE fantasy.rows_");
  ASSERT_TRUE(harness::caught_up(old_server, pair.new_server));
  const auto own = pair.databases->own_writes(Side::kNew, *pair.databases->position(Side::kOld));
  ASSERT_TRUE(own) << own.error;
  ASSERT_FALSE(own->rows) << own->counts;
  purge(pair.new_server);
  old_server.execute(old_server.words().receive_only);
  if (mariadb()) {
    EXPECT_TRUE(eventually([&] { return replica_status(old_server)["Last_IO_Errno"] == "1236"; }));
  }
  ASSERT_DONE(pair.databases->renew_link(Side::kOld, own->settled, ms(3000)));
  EXPECT_TRUE(harness::receives_only(old_server));
  pair.write(Side::kOld, 20);
  flip(*pair.databases, Direction::kSwitch);
  pair.write(Side::kNew, 21);
  pair.expect_equal();
}

// Both threads say Yes, and a lock on a table keeps what comes from being applied.
TEST(HalfArmed, ThatTheWayBackAppliesIsProvedWhenItIsArmed) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
  const auto position = pair.databases->position(Side::kOld);
  ASSERT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(2000)));
  ASSERT_DONE(pair.databases->promote(Side::kNew, ms(1000)));
  auto locker = pair.old_server.connect();
  locker.execute("LOCK TABLES fantasy.rows_ READ");
  pair.write(Side::kNew, 1);
  const Answer armed = pair.databases->arm_way_back(Side::kOld, *position, ms(1500));
  EXPECT_EQ(armed.kind, Answer::Kind::kFailed);
  EXPECT_THAT(armed.why, HasSubstr("is behind"));
  locker.execute("UNLOCK TABLES");
  EXPECT_DONE(pair.databases->arm_way_back(Side::kOld, *position, ms(3000)));
  EXPECT_TRUE(has_row(pair, Side::kOld, 1));
}

// A person said who serves: what the other wrote is part of the baseline, rows and all. Where it
// can still be had it comes once the other serves, as all that the other has.
TEST(HalfArmed, WhatIsSettledAndNotPurgedStillComesWithTheWayBack) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  slip_in(pair, Side::kNew, 1000);
  const auto settled = pair.databases->position(Side::kNew);
  ASSERT_DONE(pair.databases->renew_link(Side::kOld, *settled, ms(3000)));
  EXPECT_FALSE(has_row(pair, Side::kOld, 1000));
  const auto position = pair.databases->position(Side::kOld);
  ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
  ASSERT_DONE(pair.databases->promote(Side::kNew, ms(1000)));
  ASSERT_DONE(pair.databases->arm_way_back(Side::kOld, *position, ms(3000)));
  pair.expect_equal();
}

// A strict MariaDB takes no position that is behind its own newest write.
TEST(HalfArmed, IsRenewedWhileTheSiteWrites) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  std::atomic<bool> done{false};
  std::thread writer([&] {
    auto session = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    for (int row = 1; !done; ++row)
      session.execute("INSERT INTO rows_ VALUES (" + std::to_string(row) + ", 'hot')");
  });
  for (int i = 0; i < 10; ++i) {
    EXPECT_DONE(pair.databases->renew_link(Side::kOld, "", ms(3000)));
    EXPECT_TRUE(harness::receives_only(pair.old_server));
  }
  done = true;
  writer.join();
  flip(*pair.databases, Direction::kSwitch);
  pair.write(Side::kNew, -1);
  pair.expect_equal();
}

TEST(HalfArmed, AfterARestartEachLinkIsWhatItWas) {
  Pair pair;
  pair.write(Side::kOld, 1);
  pair.new_server.restart();
  pair.old_server.restart();
  EXPECT_FALSE(harness::replication_runs(pair.new_server));
  const auto successor = pair.coordinator();
  ASSERT_DONE(successor->take_command(ms(2000)));
  ASSERT_DONE(successor->stop_applying(Side::kOld, ms(2000)));
  ASSERT_DONE(successor->resume_link(Side::kNew, ms(3000)));
  ASSERT_DONE(successor->renew_link(Side::kOld, "", ms(3000)));
  EXPECT_TRUE(harness::replication_runs(pair.new_server));
  EXPECT_TRUE(harness::receives_only(pair.old_server));
}

}  // namespace
}  // namespace cutover
