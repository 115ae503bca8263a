// SPDX-License-Identifier: Apache-2.0
// The fence: proved, given up cleanly where somebody is in its way, never carried out late.
#include <atomic>
#include <thread>

#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::eventually;
using harness::SqlConnection;
using harness::SqlError;

Nanos since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::steady_clock::now() - begin;
}

// A statement that keeps on writing for some seconds, as the application.
class LongUpdate {
 public:
  LongUpdate(Pair& pair, int seconds) {
    pair.write(Side::kOld, 900);
    thread_ = std::thread(
        [this, seconds,
         session = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema)]() mutable {
          try {
            session.execute("UPDATE rows_ SET side = 'up' WHERE id = 900 AND SLEEP(" +
                            std::to_string(seconds) + ") = 0");
            finished = true;
          } catch (const SqlError& error) {
            code = error.code();
          }
        });
    EXPECT_TRUE(eventually([&] {
      return pair.old_server.number(
                 "SELECT COUNT(*) FROM information_schema.processlist WHERE INFO LIKE 'UPDATE %'") >
             0;
    }));
  }
  ~LongUpdate() { thread_.join(); }

  std::atomic<bool> finished{false};
  std::atomic<unsigned> code{0};

 private:
  std::thread thread_;
};

std::int64_t queued_fences(Pair& pair) {
  return pair.old_server.number(
      "SELECT COUNT(*) FROM information_schema.processlist WHERE INFO LIKE 'SET GLOBAL %'");
}

TEST(Fence, StopsEveryWriteAndCanBeTakenBack) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
  ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
  EXPECT_TRUE(*pair.databases->read_only(Side::kOld));
  EXPECT_THROW(pair.write(Side::kOld, 1), SqlError);
  ASSERT_DONE(pair.databases->unfence(Side::kOld, ms(1000)));
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
  pair.write(Side::kOld, 1);
}

TEST(Fence, IsRefusedWithoutTheCommandBeingSentWhenTheServerIsAway) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  pair.old_server.kill();
  const Answer answer = pair.databases->fence(Side::kOld, ms(500));
  EXPECT_FALSE(answer.done());
  EXPECT_NE(answer.why.find("the old database"), std::string::npos) << answer.why;
}

TEST(Fence, GivesUpAtItsLimitWhenALongUpdateIsInItsWay) {
  Pair pair;
  LongUpdate update(pair, 4);
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = pair.databases->fence(Side::kOld, ms(300));
  EXPECT_LT(since(begin), ms(800));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed) << answer.why;
  EXPECT_NE(answer.why.find("UPDATE rows_ SET side"), std::string::npos) << answer.why;
  EXPECT_NE(answer.why.find("app@"), std::string::npos) << answer.why;
  EXPECT_EQ(answer.why.find("up'"), std::string::npos) << "a literal: " << answer.why;
  EXPECT_NE(answer.why.find("id = ? AND"), std::string::npos) << answer.why;
  EXPECT_EQ(queued_fences(pair), 0);
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
  pair.write(Side::kOld, 1);  // another writer goes on at once
  EXPECT_TRUE(eventually([&] { return update.finished.load(); })) << update.code;
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
  // The next one works.
  ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
}

TEST(Fence, IsEndedByTheServersOwnLimitWhereThatIsTheShorterOne) {
  Pair pair;
  LongUpdate update(pair, 4);
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = pair.databases->fence(Side::kOld, ms(1900));
  EXPECT_LT(since(begin), ms(1700));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
  EXPECT_NE(answer.why.find("error 1205"), std::string::npos) << answer.why;
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
}

TEST(Fence, NamesWhoHoldsALockOnTables) {
  Pair pair;
  SqlConnection holder = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  holder.execute("LOCK TABLES rows_ WRITE");
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  const Answer answer = pair.databases->fence(Side::kOld, ms(300));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
  EXPECT_NE(answer.why.find("in its way: "), std::string::npos) << answer.why;
  EXPECT_EQ(queued_fences(pair), 0);
  holder.execute("UNLOCK TABLES");
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
}

// The trap: a client that gives up at its time-out and goes leaves its statement in the queue.
TEST(Fence, OfAPredecessorIsKilledBeforeItCanTakeEffect) {
  Pair pair;
  SqlConnection holder = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  holder.execute("LOCK TABLES rows_ WRITE");
  std::atomic<unsigned> ended{0};
  std::thread predecessor([&] {
    try {
      SqlConnection session = pair.old_server.connect_as(harness::kCutoverUser);
      session.execute("SELECT GET_LOCK('mod_cutover/life 0', 0), GET_LOCK('mod_cutover', 0)");
      session.execute(pair.old_server.words().make_read_only);
    } catch (const SqlError& error) {
      ended = error.code();
    }
  });
  EXPECT_TRUE(eventually([&] { return queued_fences(pair) == 1; }));
  const Answer taken = pair.coordinator()->take_command(ms(2000));
  EXPECT_TRUE(taken.done()) << taken.why;
  EXPECT_EQ(queued_fences(pair), 0);
  holder.execute("UNLOCK TABLES");
  predecessor.join();
  EXPECT_NE(ended, 0U) << "its statement was carried out";
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
}

TEST(Fence, OnAServerThatDoesNotAnswerIsUnknownAndNeverHappensLater) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  pair.old_server.freeze();
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = pair.databases->fence(Side::kOld, ms(500));
  EXPECT_LT(since(begin), ms(3000));
  EXPECT_FALSE(answer.done());
  EXPECT_FALSE(pair.databases->read_only(Side::kOld));
  pair.old_server.thaw();
  ASSERT_DONE(pair.databases->unfence(Side::kOld, ms(2000)));
  // What was sent while it was frozen has been read by then, or never will.
  EXPECT_TRUE(eventually([&] { return queued_fences(pair) == 0; }));
  const auto thawed = std::chrono::steady_clock::now();
  while (since(thawed) < ms(1000)) EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
  pair.write(Side::kOld, 1);
}

TEST(Command, IsTakenFromAPredecessorWhoThenCannotAct) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  auto successor = pair.coordinator();
  ASSERT_DONE(successor->take_command(ms(2000)));
  const Answer answer = pair.databases->fence(Side::kOld, ms(500));
  EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
  EXPECT_NE(answer.why.find("another coordinator's, owns it"), std::string::npos) << answer.why;
  EXPECT_FALSE(*pair.databases->read_only(Side::kOld));
  ASSERT_DONE(successor->fence(Side::kOld, ms(1000)));
}

// Whatever its site is called, and by whatever address it came.
TEST(Command, IsNotTakenFromAnotherCoordinatorWhoGoesOn) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  SiteSettings blog = pair.site;
  blog.name = "blog";
  ConnectOptions by_socket = pair.options(Side::kOld);
  by_socket.host.clear();
  by_socket.socket = pair.old_server.socket();
  const auto refused = [&](const Claim& claim) {
    const Answer answer = connect(blog, by_socket, pair.options(Side::kNew), claim)
                              ->take_command(Side::kOld, ms(300));
    EXPECT_EQ(answer.kind, Answer::Kind::kFailed);
    return answer.why;
  };
  EXPECT_NE(refused({"another", {}}).find("another coordinator's, owns it"), std::string::npos);
  const KnownLife sibling{"life 0", KnownLife::Kind::kSibling, "shop"};
  EXPECT_NE(refused({"another", {sibling}}).find("the old database is site shop's already"),
            std::string::npos);
  ASSERT_DONE(pair.databases->fence(Side::kOld, ms(1000)));
}

// A clone of this machine has our tokens, and lives.
TEST(Command, IsTakenFromALifeOfAnotherBootOnlyOnceThatIsSilent) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  const auto claimant = connect(pair.site, pair.options(Side::kOld), pair.options(Side::kNew),
                                {"after the boot", {{"life 0", KnownLife::Kind::kEarlier, ""}}});
  for (int second = 0; second < 7; ++second) {
    EXPECT_FALSE(claimant->take_command(Side::kOld, ms(50)).done()) << "it lives";
    ASSERT_DONE(pair.databases->take_command(Side::kOld, ms(500)));
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  EXPECT_TRUE(eventually([&] { return claimant->take_command(Side::kOld, ms(50)).done(); }));
}

TEST(Command, IsNotTakenFromAnotherAccount) {
  Pair pair;
  SqlConnection stranger = pair.new_server.connect();
  stranger.execute("SELECT GET_LOCK('mod_cutover', 0)");
  const Answer answer = pair.databases->take_command(ms(500));
  EXPECT_FALSE(answer.done());
  EXPECT_NE(answer.why.find("of root@"), std::string::npos) << answer.why;
  EXPECT_EQ(stranger.value("SELECT 1"), "1") << "it was killed";
}

TEST(Command, GivenBackCanBeTakenAtOnceByAnother) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  pair.databases->leave_command();
  ASSERT_DONE(pair.coordinator()->take_command(ms(2000)));
}

// A restarted server numbers its connections anew: the old number may be anybody's.
TEST(Command, OutlivesARestartWithoutKillingAStranger) {
  Pair pair;
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  pair.old_server.restart();
  std::vector<SqlConnection> strangers;
  strangers.reserve(40);
  for (int i = 0; i < 40; ++i) {
    strangers.push_back(pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema));
  }
  // The lost session may cost one answer; then it works again.
  EXPECT_TRUE(eventually([&] { return pair.databases->fence(Side::kOld, ms(1000)).done(); },
                         std::chrono::seconds(3)));
  for (SqlConnection& stranger : strangers) EXPECT_EQ(stranger.value("SELECT 1"), "1");
  EXPECT_TRUE(*pair.databases->read_only(Side::kOld));
}

}  // namespace
}  // namespace cutover
