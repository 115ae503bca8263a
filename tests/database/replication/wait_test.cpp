// SPDX-License-Identifier: Apache-2.0
// Positions: reached exactly, or not reached; and what the link says of itself.
#include <thread>

#include "shared/figures/lag_meter.h"
#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::Vendor;

TEST(Wait, EndsWhenThePositionIsApplied) {
  Pair pair;
  for (int row = 0; row < 300; ++row) {
    pair.write(Side::kOld, row);
    const auto position = pair.databases->position(Side::kOld);
    ASSERT_TRUE(position) << position.error;
    ASSERT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(1000)));
    ASSERT_TRUE(*pair.databases->has_applied(Side::kNew, *position));
    ASSERT_EQ(pair.rows(Side::kNew), row + 1);
  }
}

TEST(Wait, RefusesAnEmptyPositionAndOneThatIsNone) {
  Pair pair;
  EXPECT_EQ(pair.databases->wait_applied(Side::kNew, "", ms(100)).kind, Answer::Kind::kFailed);
  EXPECT_FALSE(pair.databases->wait_applied(Side::kNew, "'); DROP TABLE x; --", ms(100)).done());
  EXPECT_FALSE(pair.databases->has_applied(Side::kNew, ""));
  EXPECT_FALSE(pair.databases->wrote_beyond(Side::kNew, ""));
}

TEST(Wait, SaysWhenTheReplicaHasStopped) {
  Pair pair;
  pair.new_server.execute(pair.new_server.words().stop_replica);
  pair.write(Side::kOld, 1);
  const auto position = pair.databases->position(Side::kOld);
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = pair.databases->wait_applied(Side::kNew, *position, ms(200));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, ms(600));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
  EXPECT_NE(answer.why.find("does not run"), std::string::npos) << answer.why;
  EXPECT_FALSE(*pair.databases->has_applied(Side::kNew, *position));
  const auto link = pair.databases->link_into(Side::kNew);
  EXPECT_TRUE(link->configured && !link->receiving && !link->applying);
  pair.new_server.execute(pair.new_server.words().start_replica);
  ASSERT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(3000)));
}

// MariaDB's own wait is content with a higher number of anybody in the domain.
TEST(Wait, IsNotFooledByAHigherSequenceOfAnotherServer) {
  Pair pair({.ring = false});
  if (pair.old_server.vendor() != Vendor::kMariaDb) GTEST_SKIP() << "MariaDB's numbers only";
  pair.new_server.execute("STOP SLAVE");
  pair.new_server.execute("SET GLOBAL gtid_slave_pos='" +
                          std::to_string(pair.old_server.server_id()) + "-77-100000'");
  for (int row = 0; row < 5; ++row) pair.write(Side::kOld, row);
  const auto position = pair.databases->position(Side::kOld);
  EXPECT_EQ(
      pair.new_server.number("SELECT MASTER_GTID_WAIT('" + pair.old_server.position() + "', 0)"),
      0);
  EXPECT_EQ(pair.databases->wait_applied(Side::kNew, *position, ms(100)).kind,
            Answer::Kind::kFailed);
  EXPECT_FALSE(*pair.databases->has_applied(Side::kNew, *position));
}

TEST(Wait, DoesNotTakeABlackHoleForAQuietSource) {
  Pair pair({.ring = false, .relayed = true});
  pair.link->set(harness::TcpRelay::Mode::kBlackHole);
  LagMeter meter;
  const auto tick = [&] {
    const auto position = pair.databases->position(Side::kOld);
    meter.sample(
        std::chrono::steady_clock::now().time_since_epoch(), position.value,
        [&](const Position& p) { return pair.databases->has_applied(Side::kNew, p).value; });
  };
  tick();
  ASSERT_TRUE(meter.lag());
  EXPECT_EQ(*meter.lag(), Nanos{0});
  pair.write(Side::kOld, 1);
  tick();
  std::this_thread::sleep_for(ms(300));
  tick();
  ASSERT_TRUE(meter.lag());
  EXPECT_GE(*meter.lag(), ms(300));
  const auto link = pair.databases->link_into(Side::kNew);
  EXPECT_TRUE(link->receiving && link->applying) << "the server noticed; the lie is not shown";
  EXPECT_EQ(
      pair.databases->wait_applied(Side::kNew, *pair.databases->position(Side::kOld), ms(100)).kind,
      Answer::Kind::kFailed);
  pair.link->set(harness::TcpRelay::Mode::kPass);
  EXPECT_TRUE(harness::eventually([&] {
    tick();
    return meter.lag() == Nanos{0};
  }));
}

TEST(Position, ShowsWritesOfTheReplicasOwn) {
  Pair pair({.ring = false});
  pair.write(Side::kOld, 1);
  const auto position = pair.databases->position(Side::kOld);
  ASSERT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(2000)));
  EXPECT_FALSE(*pair.databases->wrote_beyond(Side::kNew, *position));
  pair.new_server.execute(pair.new_server.words().make_writable);
  pair.new_server.execute("INSERT INTO fantasy.rows_ VALUES (50, 'err')");
  EXPECT_TRUE(*pair.databases->wrote_beyond(Side::kNew, *position));
  EXPECT_FALSE(*pair.databases->wrote_beyond(Side::kOld, *position));
}

TEST(Position, DoesNotCountWhatARingBringsBack) {
  Pair pair;
  pair.write(Side::kOld, 1);
  flip(*pair.databases, Direction::kSwitch);
  const auto fenced = pair.databases->position(Side::kOld);
  pair.write(Side::kNew, 2);
  pair.expect_equal();
  EXPECT_TRUE(
      harness::eventually([&] { return *pair.databases->position(Side::kOld) != *fenced; }));
  EXPECT_FALSE(*pair.databases->wrote_beyond(Side::kOld, *fenced));
  EXPECT_TRUE(*pair.databases->wrote_beyond(Side::kNew, *fenced));
}

TEST(Position, IsUnknownWhenTheServerIsAway) {
  Pair pair;
  pair.new_server.kill();
  const auto position = pair.databases->position(Side::kNew);
  EXPECT_FALSE(position);
  EXPECT_NE(position.error.find("the new database"), std::string::npos) << position.error;
  EXPECT_EQ(position.error.find(harness::kPassword), std::string::npos);
}

TEST(Link, IsNotTheSitesWhenItComesFromAThirdServer) {
  Pair pair({.ring = false});
  harness::DatabaseServer third;
  third.create_accounts();
  pair.new_server.execute(pair.new_server.words().stop_replica);
  pair.new_server.execute(pair.new_server.words().forget_source);
  if (pair.new_server.vendor() == Vendor::kMariaDb) {
    pair.new_server.execute("SET GLOBAL gtid_slave_pos='" + third.position() + "'");
    harness::replicate(third, pair.new_server);
  } else {
    pair.new_server.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST='" + third.address() +
                            "', SOURCE_PORT=" + std::to_string(third.port()) +
                            ", SOURCE_USER='repl', SOURCE_PASSWORD='not-a-secret', "
                            "SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1");
    pair.new_server.execute("START REPLICA IO_THREAD");
  }
  EXPECT_TRUE(harness::eventually([&] {
    const auto link = pair.databases->link_into(Side::kNew);
    return link && link->configured && link->receiving && !link->from_the_other;
  }));
  const Answer answer =
      pair.databases->arm_way_back(Side::kNew, *pair.databases->position(Side::kOld), ms(300));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed) << answer.why;
}

}  // namespace
}  // namespace cutover
