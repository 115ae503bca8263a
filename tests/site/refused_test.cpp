// SPDX-License-Identifier: Apache-2.0
// A switch that could go wrong is refused: exit 1, the reason in words, and no visitor notices.
#include <gmock/gmock.h>

#include <set>

#include "tests/harness/replication.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::caught_up;
using harness::replicate;
using testing::AnyOf;
using testing::HasSubstr;

class Refused : public testing::Test {
 protected:
  static void SetUpTestSuite() { play_ = std::make_unique<Play>(with_relays()); }
  static void TearDownTestSuite() {
    if (!play_) return;
    play_->end();
    EXPECT_EQ(play_->stage.held_ever(), play_->held_at_first) << "no request was ever held";
    play_.reset();
  }
  void SetUp() override {
    ASSERT_TRUE(play_);
    EXPECT_EQ(site().await_gate(), "");
  }
  void TearDown() override {
    EXPECT_EQ(site().await_gate(), "") << "once it is mended, the gate opens again";
  }

  static Stage& stage() { return play_->stage; }
  static harness::Site& site() { return play_->stage.site(); }

  template <class Matcher>
  static void expect_refused(Matcher reason) {
    const auto held = stage().held_ever();
    const auto answer = site().cutoverctl({"switch"});
    EXPECT_EQ(answer.exit_code, 1) << answer.output;
    EXPECT_THAT(answer.output, HasSubstr("refused"));
    EXPECT_THAT(answer.output, reason);
    EXPECT_EQ(stage().held_ever(), held) << "not one request was delayed";
    EXPECT_EQ(site().side(), "old");
    EXPECT_EQ(stage().ask(), "old");
    EXPECT_FALSE(stage().old_database().read_only());
    EXPECT_EQ(site().status().at("last").value("outcome", ""), "refused");
    EXPECT_THAT(stage().last_reason(), reason);
    EXPECT_THAT(site().cutoverctl({"status"}).output, reason);
  }
  static bool mariadb() { return stage().old_database().vendor() == Vendor::kMariaDb; }
  static std::string stop() { return stage().new_database().words().stop_replica; }
  static std::string start() { return stage().new_database().words().start_replica; }

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> Refused::play_;

TEST_F(Refused, WhenTheReplicaIsStopped) {
  stage().new_database().execute(stop());
  expect_refused(HasSubstr("replication-threads"));
  stage().new_database().execute(start());
}

TEST_F(Refused, WhenTheReplicaDoesNotApply) {
  stage().new_database().execute(stop() + " SQL_THREAD");
  std::this_thread::sleep_for(milliseconds(300));
  expect_refused(HasSubstr("SQL thread No"));
  stage().new_database().execute(start() + " SQL_THREAD");
}

TEST_F(Refused, WhenTheReplicaLagsThoughItsThreadsRun) {
  auto blocker = stage().new_database().connect();
  blocker.execute("FLUSH TABLES WITH READ LOCK");
  std::this_thread::sleep_for(milliseconds(1500));
  const auto gate = site().status().at("gate");
  EXPECT_FALSE(gate.value("open", true));
  EXPECT_THAT(gate.dump(), HasSubstr("behind"));
  expect_refused(HasSubstr("catch-up"));
  blocker.execute("UNLOCK TABLES");
  EXPECT_TRUE(caught_up(stage().old_database(), stage().new_database()));
}

TEST_F(Refused, WhenTheReplicaIsDelayedOnPurpose) {
  const std::string change =
      mariadb() ? "CHANGE MASTER TO MASTER_DELAY=" : "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=";
  for (const std::string& sql : {stop(), change + "5", start()})
    stage().new_database().execute(sql);
  expect_refused(HasSubstr("delay"));
  for (const std::string& sql : {stop(), change + "0", start()})
    stage().new_database().execute(sql);
}

// The server itself goes on saying that it is 0 seconds behind.
TEST_F(Refused, WhenTheLinkIsABlackHole) {
  site().replication_relay().set(TcpRelay::Mode::kBlackHole);
  std::this_thread::sleep_for(milliseconds(300));
  expect_refused(HasSubstr("catch-up"));
  site().replication_relay().set(TcpRelay::Mode::kPass);
}

TEST_F(Refused, WhenTheReplicationIsFiltered) {
  const auto filter = [](const std::string& schema) {
    if (!mariadb()) return "CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB=(" + schema + ")";
    return "SET GLOBAL replicate_ignore_db='" + schema + "'";
  };
  for (const std::string& sql : {stop(), filter("other"), start()})
    stage().new_database().execute(sql);
  expect_refused(HasSubstr("filters"));
  for (const std::string& sql : {stop(), filter(""), start()}) stage().new_database().execute(sql);
}

TEST_F(Refused, WhenTheNewDatabaseIsNoReplicaAtAll) {
  for (const std::string& sql : {stop(), stage().new_database().words().forget_source})
    stage().new_database().execute(sql);
  expect_refused(AnyOf(HasSubstr("is no replica"), HasSubstr("there is no replication")));
  replicate(stage().old_database(), stage().new_database(), site().replication_relay().port());
}

TEST_F(Refused, WhenTheReplicaFollowsAnotherServer) {
  harness::DatabaseOptions options;  // in a domain of its own the replica would apply what it has
  options.settings = {"loose_gtid_domain_id=" + std::to_string(stage().old_database().server_id())};
  harness::DatabaseServer stranger(options);
  stranger.create_accounts();
  const auto follow = [](std::uint16_t port) {
    const std::string change =
        mariadb() ? "CHANGE MASTER TO MASTER_PORT=" : "CHANGE REPLICATION SOURCE TO SOURCE_PORT=";
    return change + std::to_string(port);
  };
  const std::string host = mariadb() ? "MASTER_HOST='127.0.0.1'" : "SOURCE_HOST='127.0.0.1'";
  for (const std::string& sql : {stop(), follow(stranger.port()) + ", " + host, start()})
    stage().new_database().execute(sql);
  std::this_thread::sleep_for(milliseconds(500));
  expect_refused(HasSubstr("replicates-from-other"));
  for (const std::string& sql : {stop(), stage().new_database().words().forget_source})
    stage().new_database().execute(sql);
  replicate(stage().old_database(), stage().new_database(), site().replication_relay().port());
}

TEST_F(Refused, WhenTheNewHostsHttpdIsDown) {
  site().http_relay().set(TcpRelay::Mode::kRefuse);
  expect_refused(HasSubstr("new-host"));
  site().http_relay().set(TcpRelay::Mode::kPass);
}

TEST_F(Refused, WhenTheNewHostsHttpdDoesNotAnswer) {
  site().http_relay().set(TcpRelay::Mode::kBlackHole);
  EXPECT_EQ(site().cutoverctl({"preflight"}).exit_code, 1) << "the switch itself asks for no page,";
  expect_refused(HasSubstr("new-host"));  // and goes by this
  site().http_relay().set(TcpRelay::Mode::kPass);
  EXPECT_EQ(site().cutoverctl({"preflight"}).exit_code, 0);
}

TEST_F(Refused, WhenTheNewDatabaseIsDown) {
  stage().new_database().stop();
  expect_refused(HasSubstr("the new database"));
  stage().new_database().start();
  stage().new_database().execute(stage().new_database().words().make_read_only);
}

TEST_F(Refused, WhenTheNewDatabaseHangs) {
  site().new_database_relay().set(TcpRelay::Mode::kBlackHole);
  expect_refused(HasSubstr("the new database"));
  site().new_database_relay().set(TcpRelay::Mode::kPass);
}

TEST_F(Refused, WhenABeforeHookFails) {
  stage().hook().answer(3);
  expect_refused(HasSubstr("exited with 3"));
  stage().hook().answer(0);
}

TEST_F(Refused, RollbackWhereOldServesAlready) {
  const auto answer = site().cutoverctl({"rollback"});
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_THAT(answer.output, HasSubstr("old serves already"));
}

// httpd's own graceful may cut a keep-alive connection: hence no visitors here, but single
// requests.
TEST(RefusedOptionFile, ClosesTheGateWithTheReasonAndTheSiteGoesOn) {
  Stage stage;
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  const auto file = site.directory() / "new.cnf";
  const std::string text = harness::read_file(file);
  const auto put = [&](const std::string& now, unsigned mode) {
    std::filesystem::remove(file);
    if (!now.empty()) harness::write_file(file, now, mode);
    site.old_httpd().graceful();
  };
  std::string wrong = text;
  wrong.replace(wrong.find(harness::kPassword), std::string(harness::kPassword).size(), "wrong");
  struct Spoiled {
    std::string text;
    unsigned mode;
    std::string reason;
  };
  for (const auto& [spoiled, mode, reason] :
       {Spoiled{wrong, 0600, "Access denied"}, Spoiled{text, 0644, "new.cnf"},
        Spoiled{"", 0600, "new.cnf"},
        Spoiled{"[cutover]\nuser=x\nnonsense=1\n", 0600, "nonsense"}}) {
    SCOPED_TRACE(reason + " " + std::to_string(mode));
    put(spoiled, mode);
    const auto gate = [&] { return site.status().at("gate"); };
    const auto says_why = [&gate, &why = reason] {  // clang 14 captures no structured binding
      return gate().dump().find(why) != std::string::npos;
    };
    EXPECT_TRUE(eventually(says_why)) << gate().dump(2);
    EXPECT_FALSE(gate().value("open", true));
    const auto reasons = gate().at("reasons").get<std::vector<std::string>>();
    EXPECT_EQ(std::set(reasons.begin(), reasons.end()).size(), reasons.size())
        << "each is said once";
    const auto answer = site.cutoverctl({"switch"});
    EXPECT_EQ(answer.exit_code, 1);
    EXPECT_THAT(answer.output, HasSubstr(reason));
    EXPECT_THAT(site.cutoverctl({"status"}).output, HasSubstr(reason));
    EXPECT_EQ(stage.ask(), "old");
  }
  put(text, 0600);
  stage.expect_switch();
}

// Without a ring: what new wrote by itself would come back to old and be none of its own.
TEST(RefusedWithoutARing, WhenTheNewDatabaseHasATransactionOfItsOwn) {
  SiteOptions options;
  options.replication.ring = false;
  Play play(options, "CutoverReverse Off\n");
  auto own = play.stage.new_database().connect();
  // The keeper makes it read-only again, perhaps in between.
  EXPECT_TRUE(eventually([&] {
    try {
      own.execute(play.stage.new_database().words().make_writable);
      own.execute("CREATE DATABASE IF NOT EXISTS errant");
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }));
  own.execute(play.stage.new_database().words().make_read_only);
  const auto answer = play.stage.site().cutoverctl({"switch"});
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_THAT(answer.output,
              AnyOf(HasSubstr("errant-transactions"), HasSubstr("has writes of its own")))
      << "the preflight and the keeper see the same";
  EXPECT_EQ(play.stage.held_ever(), play.held_at_first);
  EXPECT_EQ(play.stage.ask(), "old");
  play.end();
}

}  // namespace
}  // namespace cutover::test
