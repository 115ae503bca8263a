// SPDX-License-Identifier: Apache-2.0
// What goes over a network without TLS is said.
#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

std::string said(const std::vector<Check>& checks) { return words(named(checks, "encryption")); }

std::vector<Check> look_with(Pair& pair, const ConnectOptions& new_options) {
  return connect(pair.site, pair.options(Side::kOld), new_options, {})
      ->preflight(Direction::kSwitch, "");
}

// Where nothing is said, it depends on the release: MySQL's and MariaDB 11.4's are in TLS.
void link_in_tls(harness::DatabaseServer& replica, bool tls) {
  const bool mariadb = replica.vendor() == harness::Vendor::kMariaDb;
  const std::string on = tls ? "1" : "0";
  replica.execute(replica.words().stop_replica);
  replica.execute(mariadb
                      ? "CHANGE MASTER TO MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_SSL=" + on
                      : "CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY=1, SOURCE_SSL=" + on);
  replica.execute(replica.words().start_replica);
}

TEST(InClear, TheLoopbackIsNoNetworkAndIsSaid) {
  Pair pair({.ring = false});
  const std::string link = "replication from 127.0.0.1 into the new database";
  link_in_tls(pair.new_server, false);
  auto checks = look(pair);
  expect(checks, "encryption", kPass);
  for (const std::string& word :
       {std::string("in clear text by the loopback alone"),
        std::string("the coordinator says to the old database"), link,
        std::string("the link back that will be built"), std::string("the replication password")})
    EXPECT_NE(said(checks).find(word), std::string::npos) << said(checks);
  link_in_tls(pair.new_server, true);
  checks = look(pair);
  expect(checks, "encryption", kPass);
  EXPECT_EQ(said(checks).find(link), std::string::npos) << said(checks);
}

TEST(InClear, ALinkOverANetworkIsWarnedOfUnlessItIsEncrypted) {
  Pair pair({.ring = false});
  ConnectOptions options = pair.options(Side::kNew);
  options.replication_host = "203.0.113.7";
  auto checks = look_with(pair, options);
  expect(checks, "encryption", kWarn);
  EXPECT_NE(said(checks).find("the link back that will be built, from 203.0.113.7"),
            std::string::npos)
      << said(checks);
  EXPECT_NE(said(checks).find("replication-ssl=1 in new.cnf"), std::string::npos) << said(checks);
  EXPECT_EQ(said(checks).find("127.0.0.1"), std::string::npos) << said(checks);
  options.replication_tls = TlsMode::kRequired;
  expect(look_with(pair, options), "encryption", kPass);
}

TEST(InClear, APrivateNetworkIsSaidAndNotWarnedOf) {
  Pair pair({.ring = false});
  ConnectOptions options = pair.options(Side::kNew);
  options.replication_host = "10.0.0.2";
  const auto checks = look_with(pair, options);
  expect(checks, "encryption", kPass);
  EXPECT_NE(said(checks).find("in clear text over a private network"), std::string::npos)
      << said(checks);
}

}  // namespace
}  // namespace cutover
