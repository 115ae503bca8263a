// SPDX-License-Identifier: Apache-2.0
// Moved by file and position: there and back, and what is told of each server's own writes.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "shared/protocol/file_position.h"
#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

bool mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }

const PairOptions kByFile{.ring = false, .by_file = true};

// As a run does it: what `to` has of its own is read between the exact wait and the promotion.
Position flip_by_file(Replication& databases, Direction direction) {
  const Side from = leaving(direction);
  const Side to = arriving(direction);
  EXPECT_DONE(databases.take_command(ms(2000)));
  EXPECT_DONE(databases.fence(from, ms(1000)));
  auto fenced = databases.position(from);
  EXPECT_TRUE(fenced) << fenced.error;
  if (!fenced) return {};
  EXPECT_DONE(databases.wait_applied(to, *fenced, ms(20000)));
  const auto own = databases.own_writes(
      to, completed(*fenced, own_place(databases.position(to).value.value_or(""))));
  EXPECT_TRUE(own) << own.error;
  if (!own) return {};
  EXPECT_FALSE(own->rows) << own->counts;
  EXPECT_TRUE(stands_at(*databases.position(from), own->settled));
  EXPECT_DONE(databases.promote(to, ms(2000)));
  return own->settled;
}

void arm(Pair& pair, Direction direction, const Position& position) {
  EXPECT_DONE(pair.databases->stop_applying(arriving(direction), ms(2000)));
  EXPECT_DONE(pair.databases->arm_way_back(leaving(direction), position, ms(5000)));
  pair.databases->leave_command();
}

void there_and_back_and_there(Pair& pair) {
  int row = 0;
  for (const Direction direction :
       {Direction::kSwitch, Direction::kRollback, Direction::kSwitch, Direction::kRollback}) {
    SCOPED_TRACE(std::string(name(direction)) + " after row " + std::to_string(row));
    for (int i = 0; i < 20; ++i) pair.write(leaving(direction), ++row);
    const Position position = flip_by_file(*pair.databases, direction);
    EXPECT_THROW(pair.write(leaving(direction), 10000 + row), harness::SqlError);
    EXPECT_EQ(pair.rows(arriving(direction)), row);
    pair.write(arriving(direction), ++row);  // before the link is there
    arm(pair, direction, position);
    pair.write(arriving(direction), ++row);
    const auto link = pair.databases->link_into(leaving(direction));
    ASSERT_TRUE(link) << link.error;
    EXPECT_TRUE(link->receiving && link->applying && link->from_the_other) << link->error;
    pair.expect_equal();
    EXPECT_FALSE(*pair.databases->wrote_beyond(leaving(direction), position));
    EXPECT_TRUE(*pair.databases->wrote_beyond(arriving(direction), position));
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(ByFile, GoesThereAndBackAndThere) {
  Pair pair(kByFile);
  there_and_back_and_there(pair);
}

TEST(ByFile, NeedsNoLogOfReplicatedWrites) {
  PairOptions options = kByFile;
  options.old_settings = options.new_settings = {log_updates_off()};
  Pair pair(options);
  there_and_back_and_there(pair);
}

TEST(ByFile, GoesThereAndBackInARing) {
  PairOptions options = kByFile;
  options.ring = true;
  Pair pair(options);
  there_and_back_and_there(pair);
}

// Writers that go on until the fence stops them: what was acknowledged is there, and nothing else.
TEST(ByFile, LosesNothingThatWasAcknowledgedUnderFire) {
  Pair pair(kByFile);
  std::atomic<int> next{0};
  std::atomic<int> acknowledged{0};
  for (int round = 0; round < 6; ++round) {
    const Direction direction = round % 2 == 0 ? Direction::kSwitch : Direction::kRollback;
    const auto write = [&](harness::SqlConnection& session) {
      try {
        while (true) {
          session.execute("INSERT INTO rows_ VALUES (" + std::to_string(++next) + ", 'hot')");
          ++acknowledged;
        }
      } catch (const harness::SqlError& error) {
        EXPECT_EQ(error.code(), 1290U) << error.what();
      }
    };
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i)
      writers.emplace_back(
          [&, session = pair.at(leaving(direction))
                            .connect_as(harness::kAppUser, harness::kAppSchema)]() mutable {
            write(session);
          });
    std::this_thread::sleep_for(ms(200));
    if (round == 2) pair.at(leaving(direction)).execute("FLUSH BINARY LOGS");
    const Position position = flip_by_file(*pair.databases, direction);
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(pair.rows(arriving(direction)), acknowledged);
    arm(pair, direction, position);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(acknowledged, 200);
  pair.expect_equal();
}

// Nobody has written anything since the file was begun.
TEST(ByFile, ReachesTheBeginningOfAFile) {
  Pair pair(kByFile);
  pair.write(Side::kOld, 1);
  pair.old_server.execute("FLUSH BINARY LOGS");
  const auto position = pair.databases->position(Side::kOld);
  ASSERT_TRUE(position) << position.error;
  EXPECT_DONE(pair.databases->wait_applied(Side::kNew, *position, ms(3000)));
  const Answer answer = pair.databases->wait_applied(Side::kNew, *position, ms(300));
  EXPECT_DONE(answer);
}

TEST(ByFile, DoesNotSayReachedWhereNothingIsApplied) {
  Pair pair(kByFile);
  pair.new_server.execute(pair.new_server.words().stop_applier);
  pair.write(Side::kOld, 1);
  const auto position = pair.databases->position(Side::kOld);
  EXPECT_THAT(*position, StartsWith("file:"));
  const Answer answer = pair.databases->wait_applied(Side::kNew, *position, ms(300));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
  EXPECT_THAT(answer.why, HasSubstr("not yet"));
  EXPECT_FALSE(*pair.databases->has_applied(Side::kNew, *position));
  pair.new_server.execute(pair.new_server.words().stop_replica);
  pair.new_server.execute(pair.new_server.words().forget_source);
  EXPECT_FALSE(pair.databases->has_applied(Side::kNew, *position));
}

Position both(Pair& pair) {
  return completed(*pair.databases->position(Side::kOld),
                   own_place(*pair.databases->position(Side::kNew)));
}

TEST(ByFile, TellsOwnWritesFromWhatIsReplicated) {
  Pair pair(kByFile);
  const Position since = both(pair);
  pair.write(Side::kOld, 1);
  pair.expect_equal();
  auto own = pair.databases->own_writes(Side::kNew, since);
  ASSERT_TRUE(own) << own.error;
  EXPECT_FALSE(own->rows) << own->counts;
  EXPECT_NE(own->settled, since) << "what is replicated has been read";
  pair.new_server.execute(mariadb() ? "ANALYZE TABLE fantasy.rows_" : "FLUSH PRIVILEGES");
  pair.new_server.execute("FLUSH BINARY LOGS");
  own = pair.databases->own_writes(Side::kNew, since);
  ASSERT_TRUE(own) << own.error;
  EXPECT_FALSE(own->rows) << own->counts;
  EXPECT_EQ(own->harmless.size(), mariadb() ? 1U : own->harmless.size());
  pair.new_server.execute(pair.new_server.words().make_writable);
  pair.new_server.execute("INSERT INTO fantasy.rows_ VALUES (2, 'own')");
  own = pair.databases->own_writes(Side::kNew, since);
  ASSERT_TRUE(own) << own.error;
  EXPECT_TRUE(own->rows);
  EXPECT_THAT(own->counts, HasSubstr("fantasy.rows_"));
  EXPECT_TRUE(*pair.databases->wrote_beyond(Side::kNew, since)) << "also when asked again";
  EXPECT_TRUE(*pair.coordinator()->wrote_beyond(Side::kNew, since)) << "and by a successor";
}

TEST(ByFile, WhatIsPurgedCountsAsWritten) {
  Pair pair(kByFile);
  const Position since = both(pair);
  auto& server = pair.new_server;
  server.execute("FLUSH BINARY LOGS");
  server.execute("FLUSH BINARY LOGS");
  server.execute("PURGE BINARY LOGS TO '" + harness::log_end(server).first + "'");
  const auto own = pair.databases->own_writes(Side::kNew, since);
  ASSERT_TRUE(own) << own.error;
  EXPECT_TRUE(own->rows);
  EXPECT_THAT(own->counts, HasSubstr("not there any more"));
}

TEST(ByFile, ALogThatBeginsAnewHasLostWrites) {
  Pair pair(kByFile);
  for (int row = 1; row < 20; ++row) pair.write(Side::kOld, row);
  pair.old_server.execute("FLUSH BINARY LOGS");
  const Position since = both(pair);
  EXPECT_EQ(*pair.databases->lost(Side::kOld, since), "");
  pair.old_server.execute(mariadb() ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
  EXPECT_NE(*pair.databases->lost(Side::kOld, since), "");
  EXPECT_NE(*pair.databases->glance(Side::kOld)->lost(since), "");
}

// It would apply twice what it has applied: an UPDATE of a counter would not even be refused.
TEST(ByFile, NoLinkIsBegunOverWhatWasApplied) {
  Pair pair(kByFile);
  pair.write(Side::kOld, 1);
  const Position position = flip_by_file(*pair.databases, Direction::kSwitch);
  pair.write(Side::kNew, 2);
  EXPECT_DONE(pair.databases->arm_way_back(Side::kOld, position, ms(5000)));
  pair.expect_equal();
  pair.old_server.execute(pair.old_server.words().stop_replica);
  pair.old_server.execute(pair.old_server.words().forget_source);
  const Answer again = pair.databases->arm_way_back(Side::kOld, position, ms(2000));
  EXPECT_EQ(again.kind, Answer::Kind::kUnknown);
  EXPECT_THAT(again.why, HasSubstr("a link cannot begin there again"));
  EXPECT_FALSE(pair.databases->link_into(Side::kOld)->configured);
}

TEST(ByFile, SaysWhatIsMissingFromWhereTheLinkStands) {
  Pair pair(kByFile);
  pair.new_server.execute(pair.new_server.words().stop_applier);
  pair.write(Side::kOld, 1);
  const auto missing = pair.databases->missing(Side::kNew);
  ASSERT_TRUE(missing) << missing.error;
  EXPECT_THAT(missing->gtids, HasSubstr("what was written from"));
  EXPECT_THAT(missing->where, HasSubstr("--start-position="));
  pair.new_server.execute(pair.new_server.words().start_replica);
  pair.expect_equal();
  EXPECT_TRUE(harness::eventually([&] {
    const auto now = pair.databases->missing(Side::kNew);
    return now && now->gtids.empty();
  }));
}

}  // namespace
}  // namespace cutover
