// SPDX-License-Identifier: Apache-2.0
// Sessions: every call ends at its deadline, and no error shows a credential.
#include "mod_cutover/cutoverd/databases/options/option_file.h"
#include "tests/database/sessions.h"

namespace cutover {
namespace {

using harness::DatabaseServer;

Nanos since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::steady_clock::now() - begin;
}

class Sessions : public testing::Test {
 protected:
  Sessions() { server_.create_accounts(); }
  DatabaseServer server_;
};

TEST_F(Sessions, KeepTheDeadlineOfAQueryAndAreFinishedAfterIt) {
  auto opened = open(options_of(server_));
  ASSERT_TRUE(opened.session) << opened.error;
  EXPECT_TRUE(opened.session->query("SELECT 1", Deadline::in(ms(500))).ok());
  const auto begin = std::chrono::steady_clock::now();
  const Result r = opened.session->query("SELECT SLEEP(5)", Deadline::in(ms(250)));
  EXPECT_LT(since(begin), ms(350));
  EXPECT_GE(since(begin), ms(249));
  EXPECT_EQ(r.kind, Result::Kind::kTimedOut);
  EXPECT_FALSE(opened.session->usable());
  EXPECT_EQ(opened.session->query("SELECT 1", Deadline::in(ms(500))).kind, Result::Kind::kLost);
}

TEST_F(Sessions, KeepTheDeadlineOfAConnectToAServerThatIsStopped) {
  server_.freeze();
  const auto begin = std::chrono::steady_clock::now();
  const OpenedSession opened = open(options_of(server_), ms(300));
  EXPECT_LT(since(begin), ms(400));
  EXPECT_FALSE(opened.session);
  EXPECT_NE(opened.error.find("no answer in time"), std::string::npos) << opened.error;
  server_.thaw();
  EXPECT_TRUE(open(options_of(server_)).session);
}

TEST_F(Sessions, KeepTheDeadlineOverALinkThatHasGoneDead) {
  harness::TcpRelay relay(server_.address(), server_.port());
  ConnectOptions through = options_of(server_);
  through.port = relay.port();
  auto opened = open(through);
  ASSERT_TRUE(opened.session) << opened.error;
  relay.set(harness::TcpRelay::Mode::kBlackHole);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(opened.session->query("SELECT 1", Deadline::in(ms(200))).kind, Result::Kind::kTimedOut);
  opened.session.reset();
  EXPECT_LT(since(begin), ms(300));
}

TEST_F(Sessions, NoticeAServerThatHasGone) {
  auto opened = open(options_of(server_));
  server_.kill();
  EXPECT_EQ(opened.session->query("SELECT 1", Deadline::in(ms(500))).kind, Result::Kind::kLost);
  const OpenedSession again = open(options_of(server_), ms(500));
  EXPECT_FALSE(again.session);
  EXPECT_NE(again.error.find("127.0.0.1:"), std::string::npos) << again.error;
}

TEST_F(Sessions, ReadNullsColumnsAndBytes) {
  auto opened = open(options_of(server_));
  const Result r = opened.session->query(
      "SELECT NULL AS a, 'x\\0y' AS b, '' AS c UNION ALL SELECT 1, 2, 3", Deadline::in(ms(500)));
  ASSERT_TRUE(r.ok()) << r.error;
  ASSERT_EQ(r.rows.size(), 2U);
  EXPECT_FALSE(r.rows.get(0, {"a"}));
  EXPECT_EQ(r.rows.get(0, {"other", "B"}), std::string("x\0y", 3));
  EXPECT_EQ(r.rows.get(0, {"c"}), "");
  EXPECT_FALSE(r.rows.get(0, {"d"}));
  EXPECT_FALSE(r.rows.get(2, {"b"}));
}

TEST_F(Sessions, SayNothingOfAPassword) {
  ConnectOptions wrong = options_of(server_);
  wrong.password = "guessed-wrong";
  const OpenedSession refused = open(wrong);
  EXPECT_FALSE(refused.session);
  EXPECT_NE(refused.error.find("1045"), std::string::npos) << refused.error;
  EXPECT_EQ(refused.error.find("guessed-wrong"), std::string::npos) << refused.error;

  auto opened = open(options_of(server_));
  const Result r =
      opened.session->query("CHANGE OOPS PASSWORD='not-a-secret'", Deadline::in(ms(500)));
  EXPECT_EQ(r.number, 1064U);
  EXPECT_EQ(r.error.find("not-a-secret"), std::string::npos) << r.error;
}

TEST_F(Sessions, SayThatANameCannotBeLookedUp) {
  ConnectOptions nowhere = options_of(server_);
  nowhere.host = "no-such-host.invalid";
  const auto begin = std::chrono::steady_clock::now();
  const OpenedSession opened = open(nowhere, ms(1000));
  EXPECT_LT(since(begin), ms(1200));
  EXPECT_NE(opened.error.find("cannot be looked up"), std::string::npos) << opened.error;
}

// By an option file, as an administrator names it: the libraries would take a socket of their own,
// of a server that may be another one.
TEST_F(Sessions, GoToThePortThatIsGivenWithLocalhost) {
  const harness::TempDir dir("options");
  server_.write_option_file(dir / "old.cnf", "cutover", "localhost", server_.port());
  const auto loaded = load_option_file(dir / "old.cnf", "cutover");
  const auto* const options = std::get_if<ConnectOptions>(&loaded);
  ASSERT_NE(options, nullptr);
  const auto opened = open(*options);
  ASSERT_TRUE(opened.session) << opened.error;
  EXPECT_EQ(opened.session->query("SELECT @@port", Deadline::in(ms(500))).rows.at(0, 0),
            std::to_string(server_.port()));
}

TEST_F(Sessions, GoThroughTheSocketToo) {
  ConnectOptions local = options_of(server_);
  local.host.clear();
  local.socket = server_.socket().string();
  EXPECT_TRUE(open(local).session) << open(local).error;
}

}  // namespace
}  // namespace cutover
