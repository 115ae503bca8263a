// SPDX-License-Identifier: Apache-2.0
// A server that hangs is not filled with sessions that nobody waits for any more.
#include <fstream>
#include <sstream>
#include <thread>

#include "mod_cutover/cutoverd/databases/server/server.h"
#include "tests/database/sessions.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::DatabaseServer;
using harness::eventually;

class UnansweredSessions : public testing::Test {
 protected:
  UnansweredSessions() { server_.create_accounts(); }
  // One that is given up while the server works for it.
  void give_up(const std::string& statement) {
    const ConnectOptions options = options_of(server_);
    OpenedSession opened =
        open_session(options, "the old database", {}, Deadline::in(ms(2000)), &unanswered_);
    ASSERT_TRUE(opened.session) << opened.error;
    last_ = opened.session->id();
    EXPECT_EQ(opened.session->query(statement, Deadline::in(ms(100))).kind,
              Result::Kind::kTimedOut);
  }
  std::string sessions() {
    return server_
        .value("SELECT COUNT(*) FROM information_schema.processlist WHERE USER = '" +
               std::string(harness::kCutoverUser) + "'")
        .value_or("?");
  }

  DatabaseServer server_;
  Unanswered unanswered_;
  std::uint64_t last_ = 0;
};

TEST_F(UnansweredSessions, AreCountedUntilTheServerHasEndedThem) {
  EXPECT_EQ(unanswered_.wait(), "");
  give_up("SELECT SLEEP(60)");
  EXPECT_EQ(unanswered_.left(), 1U);
  EXPECT_EQ(sessions(), "1");
  server_.execute("KILL " + std::to_string(last_));
  EXPECT_TRUE(eventually([&] { return unanswered_.left() == 0; })) << "killed";
  EXPECT_TRUE(eventually([&] { return sessions() == "0"; }));
  give_up("SELECT SLEEP(1)");
  EXPECT_EQ(unanswered_.left(), 1U);
  EXPECT_TRUE(eventually([&] { return unanswered_.left() == 0; })) << "answered";
  EXPECT_TRUE(eventually([&] { return sessions() == "0"; }))
      << "and ended, since it is closed for writing";
  give_up("SELECT SLEEP(60)");
  server_.kill();
  EXPECT_TRUE(eventually([&] { return unanswered_.left() == 0; })) << "with its server";
}

TEST_F(UnansweredSessions, MakeTheNextOneWait) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(unanswered_.wait(), "") << i;
    give_up("SELECT SLEEP(60)");
  }
  EXPECT_EQ(unanswered_.wait(), "no answer in time; 3 sessions still wait for one");
  EXPECT_TRUE(eventually([&] { return unanswered_.wait().empty(); })) << "after a second";
  give_up("SELECT SLEEP(60)");
  server_.execute("KILL " + std::to_string(last_));
  EXPECT_TRUE(eventually([&] { return unanswered_.left() == 3; }));
}

// Of this machine's sockets, those that stand to the port.
int connections_to(std::uint16_t port) {
  char remote[8];
  std::snprintf(remote, sizeof remote, ":%04X", port);
  std::ifstream table("/proc/net/tcp");
  int count = 0;
  std::string number;
  std::string local;
  std::string peer;
  std::string state;
  for (std::string line; std::getline(table, line);) {
    std::istringstream(line) >> number >> local >> peer >> state;
    const bool stands = state == "01" || state == "04" || state == "05";
    if (peer.ends_with(remote) && stands) ++count;
  }
  return count;
}

TEST_F(UnansweredSessions, OfAServerThatIsFrozenAreFewAndGoneWhenItGoesOn) {
  Server server(Side::kOld, options_of(server_), {}, Claim{"here", {}});
  ASSERT_TRUE(server.take_command(Deadline::in(ms(2000))).done());
  server_.freeze();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (std::chrono::steady_clock::now() < end) {
    const auto session = server.monitor_now(Deadline::in(ms(50)));
    if (session) (*session)->query("SELECT 1", Deadline::in(ms(50)));
    std::this_thread::sleep_for(ms(10));
  }
  EXPECT_GE(connections_to(server_.port()), 3);
  EXPECT_LE(connections_to(server_.port()), 7) << "and not eighty";
  server_.thaw();
  EXPECT_TRUE(
      eventually([&] { return server.monitor_now(Deadline::in(ms(200))).value.has_value(); }));
  EXPECT_TRUE(eventually([&] { return connections_to(server_.port()) == 2; }))
      << connections_to(server_.port());
}

}  // namespace
}  // namespace cutover
