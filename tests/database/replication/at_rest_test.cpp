// SPDX-License-Identifier: Apache-2.0
// A look at rest: one statement a server, and what it says is what each question by itself says.
#include <algorithm>

#include "mod_cutover/cutoverd/looks/watch.h"
#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

std::int64_t asked(harness::DatabaseServer& server) {
  return std::stoll(*server.execute("SHOW GLOBAL STATUS LIKE 'Questions'").at(0).at(1));
}

void expect_as_asked_one_by_one(Replication& databases, const Position& position) {
  for (const Side side : {Side::kOld, Side::kNew}) {
    const auto glance = databases.glance(side);
    EXPECT_EQ(glance->position().value, databases.position(side).value);
    EXPECT_EQ(glance->read_only().value, databases.read_only(side).value);
    EXPECT_EQ(glance->has_applied(position).value, databases.has_applied(side, position).value);
    const auto own = glance->own_writes(position);
    const auto asked = databases.own_writes(side, position);
    ASSERT_TRUE(own && asked) << own.error << asked.error;
    EXPECT_EQ(own->rows, asked->rows);
    EXPECT_EQ(own->counts, asked->counts);
    EXPECT_EQ(own->settled, asked->settled);
    EXPECT_FALSE(glance->has_applied(""));
    EXPECT_FALSE(glance->own_writes(""));
  }
}

TEST(AtRest, OneLookIsOneStatementForEachServerAndTheLinkIsAskedForOnceASecond) {
  Pair pair;
  pair.write(Side::kOld, 1);
  const Position position = *pair.databases->position(Side::kOld);
  GateWatch watch(pair.site);
  Nanos now = ms(1);
  const auto looks = [&](int count) {
    for (; count > 0; --count, now += ms(100)) {
      watch.tick(pair.databases.get(), Side::kOld, position, now);
    }
  };
  ASSERT_TRUE(harness::eventually([&] {
    looks(1);
    return watch.gate().open;
  })) << watch.gate().reasons.front();
  const std::int64_t old_before = asked(pair.old_server);
  const std::int64_t new_before = asked(pair.new_server);
  looks(40);
  EXPECT_LE(asked(pair.old_server) - old_before, 40 + 2 + 1) << "the link back each two seconds";
  EXPECT_LE(asked(pair.new_server) - new_before, 40 + 4 + 1);
  EXPECT_TRUE(watch.gate().open);
}

// A gate whose looks have moments of the test's own.
struct Gate {
  Gate() {
    pair.write(Side::kOld, 1);
    position = *pair.databases->position(Side::kOld);
    EXPECT_DONE(pair.databases->wait_applied(Side::kNew, position, ms(3000)));
  }
  // Whether the link is among what closes it.
  bool knows_that_the_link_stands_still(int at) {
    watch.tick(pair.databases.get(), Side::kOld, position, ms(at));
    const auto names_it = [](const std::string& reason) {
      return reason.starts_with("replication into new does not");
    };
    return std::ranges::any_of(watch.gate().reasons, names_it);
  }

  Pair pair;
  Position position;
  GateWatch watch{pair.site};
};

TEST(AtRest, ALinkThatStandsStillIsKnownWithinASecondAndAtOnceToWhoeverDecides) {
  Gate gate;
  harness::DatabaseServer& replica = gate.pair.new_server;
  ASSERT_FALSE(gate.knows_that_the_link_stands_still(1));
  replica.execute(replica.words().stop_replica);
  EXPECT_TRUE(gate.knows_that_the_link_stands_still(1001));
  replica.execute(replica.words().start_replica);
  ASSERT_TRUE(harness::eventually([&] { return harness::replication_runs(replica); }));
  ASSERT_FALSE(gate.knows_that_the_link_stands_still(2001));
  replica.execute(replica.words().stop_replica);
  gate.watch.forget_the_link();
  EXPECT_TRUE(gate.knows_that_the_link_stands_still(2002));
}

TEST(AtRest, AReplicaThatWasAwayIsAskedForItsLinkAtOnce) {
  Gate gate;
  ASSERT_FALSE(gate.knows_that_the_link_stands_still(1));
  gate.pair.new_server.restart();  // no link starts by itself there
  EXPECT_TRUE(gate.knows_that_the_link_stands_still(2));
}

TEST(AtRest, TheOneStatementSaysWhatEachQuestionSays) {
  Pair pair;
  for (int row = 0; row < 3; ++row) pair.write(Side::kOld, row);
  const Position before = *pair.databases->position(Side::kOld);
  ASSERT_DONE(pair.databases->wait_applied(Side::kNew, before, ms(3000)));
  expect_as_asked_one_by_one(*pair.databases, before);
  pair.write(Side::kOld, 3);
  const Position later = *pair.databases->position(Side::kOld);
  ASSERT_DONE(pair.databases->wait_applied(Side::kNew, later, ms(3000)));
  expect_as_asked_one_by_one(*pair.databases, before);
  EXPECT_DONE(pair.databases->take_command(ms(1000)));
  EXPECT_DONE(pair.databases->unfence(Side::kNew, ms(1000)));
  pair.new_server.execute("ANALYZE TABLE fantasy.rows_");
  expect_as_asked_one_by_one(*pair.databases, later);
  pair.write(Side::kNew, 4);
  expect_as_asked_one_by_one(*pair.databases, later);
}

}  // namespace
}  // namespace cutover
