// SPDX-License-Identifier: Apache-2.0
// WebSockets and event streams whose clients come again, while the site moves there and back. The
// environment's CUTOVER_MOVES has it move more often.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "tests/httpd/live_clients.h"
#include "tests/httpd/live_host.h"
#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

constexpr LiveClients::Number kNumber{200, 50};
constexpr int kAll = kNumber.sockets + kNumber.streams;

class Reconnecting : public testing::Test {
 protected:
  static RigOptions options(const LiveHost& old_app, const LiveHost& new_app) {
    RigOptions options;
    options.processes = 4;
    options.threads = 100;
    options.access_log = false;
    const std::string old_url = "http://127.0.0.1:" + std::to_string(old_app.port());
    options.vhost = "ProxyPass /cable " + old_url + "/cable upgrade=websocket\nProxyPass /events " +
                    old_url + "/events\n";
    options.site = "CutoverStreams text/event-stream\nCutoverNewHost http://127.0.0.1:" +
                   std::to_string(new_app.port()) + "\n";
    return options;
  }
  static int moves() {
    const char* wanted = std::getenv("CUTOVER_MOVES");
    return wanted != nullptr ? std::atoi(wanted) : 3;
  }
  // How long after the run's end the last client was answered by that host.
  milliseconds move(const std::string& verb, const std::string& to) {
    const harness::Finished run = site_.said(verb);
    EXPECT_EQ(run.exit_code, 0) << run.output << site_.rig.old_host().error_log();
    const auto done = steady_clock::now();
    EXPECT_TRUE(eventually([&] { return clients_.at(to) == kAll; })) << clients_.at(to);
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - done);
  }

  LiveHost old_app_{"old"}, new_app_{"new"};
  Started site_{options(old_app_, new_app_)};
  LiveClients clients_{site_.rig.port(), kNumber};
};

TEST_F(Reconnecting, EachIsAtTheOtherSideWithinASecondAndNoLineIsLost) {
  ASSERT_TRUE(eventually([&] { return clients_.at("old") == kAll; })) << clients_.at("old");
  milliseconds longest{0};
  for (int i = 0; i < moves(); ++i)
    longest = std::max(longest, i % 2 == 0 ? move("switch", "new") : move("rollback", "old"));
  clients_.stop();
  EXPECT_LT(longest, milliseconds(5000)) << "a busy machine";
  EXPECT_THAT(clients_.refusals(), ElementsAre());
  const std::vector<std::string> answered = clients_.answered();
  for (const std::string& line : answered) {
    const LiveHost& host = line.starts_with("old ") ? old_app_ : new_app_;
    EXPECT_TRUE(host.has_taken(line.substr(4))) << line;
  }
  std::cout << "moves=" << moves() << " longest=" << longest.count()
            << "ms answered=" << answered.size() << "\n";
}

}  // namespace
}  // namespace cutover::test
