// SPDX-License-Identifier: Apache-2.0
// The preflight of pairs that are healthy, or were set up wrongly from the start.
#include <chrono>

#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::Vendor;
using std::chrono::milliseconds;

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;

TEST(Preflight, PassesOnAHealthyPairInATimeThatNobodyMinds) {
  Pair pair;
  const auto begin = std::chrono::steady_clock::now();
  const auto checks = pair.databases->preflight(Direction::kSwitch, "");
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took, milliseconds(2000));
  RecordProperty("ms", static_cast<int>(std::chrono::duration_cast<milliseconds>(took).count()));
  expect_healthy(checks);
  EXPECT_FALSE(blocks(checks));
}

TEST(Preflight, PassesForTheWayBackToo) {
  Pair pair;
  flip(*pair.databases, Direction::kSwitch);
  expect_healthy(look(pair, Direction::kRollback));
}

TEST(Preflight, SeesClocksThatAreApart) {
  for (const auto& [seconds, verdict] : {std::pair{"5", kWarn}, {"100", kBlock}}) {
    Pair pair({.new_environment = {{"LD_PRELOAD", harness::product("clock.so").string()},
                                   {"CUTOVER_CLOCK_S", seconds}}});
    const auto checks = look(pair);
    expect(checks, "database-clocks", verdict);
    EXPECT_NE(named(checks, "database-clocks").seen.find("s ahead"), std::string::npos)
        << words(named(checks, "database-clocks"));
  }
}

TEST(Preflight, SeesALagAndACatchUpThatTakesTooLong) {
  Pair pair;
  pair.site.max_lag = milliseconds(50);
  auto session = pair.new_server.connect();
  session.execute("LOCK TABLES fantasy.rows_ READ");
  pair.write(Side::kOld, 1);
  const auto checks = look(pair);
  expect(checks, "lag", kBlock);
  expect(checks, "catch-up", kBlock);
  session.execute("UNLOCK TABLES");
  EXPECT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  expect_healthy(look(pair));
}

TEST(Preflight, SeesABlackHole) {
  Pair pair({.relayed = true});
  expect_healthy(look(pair));
  pair.link->set(harness::TcpRelay::Mode::kBlackHole);
  pair.write(Side::kOld, 1);
  const auto checks = look(pair);
  expect(checks, "replication-threads", CheckVerdict::kPass);  // what the server believes
  expect(checks, "catch-up", kBlock);
  EXPECT_TRUE(blocks(checks));
}

TEST(Preflight, SeesErrantTransactions) {
  Pair pair({.ring = false});
  expect(look(pair), "errant-transactions", CheckVerdict::kPass);
  pair.new_server.execute(pair.new_server.words().make_writable);
  pair.new_server.execute("INSERT INTO fantasy.rows_ VALUES (50, 'err')");
  pair.new_server.execute(pair.new_server.words().make_read_only);
  expect(look(pair), "errant-transactions", kBlock);
}

TEST(Preflight, SeesThatItReplicatesFromElsewhereOrNowhere) {
  Pair pair({.ring = false});
  const harness::Words& words = pair.new_server.words();
  pair.new_server.execute(words.stop_replica);
  pair.new_server.execute(words.forget_source);
  expect(look(pair), "replicates-from-other", kBlock);
  // A third server with the very server_id of the old one.
  harness::DatabaseOptions same_id;
  same_id.server_id = pair.old_server.server_id();
  harness::DatabaseServer third(same_id);
  third.create_accounts();
  if (third.vendor() == Vendor::kMariaDb) {
    pair.new_server.execute("SET GLOBAL gtid_slave_pos='" + third.position() + "'");
    harness::replicate(third, pair.new_server);
  } else {
    pair.new_server.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" +
                            std::to_string(third.port()) +
                            ", SOURCE_USER='repl', SOURCE_PASSWORD='not-a-secret', "
                            "SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1");
    pair.new_server.execute("START REPLICA IO_THREAD");
  }
  EXPECT_TRUE(harness::eventually([&] {
    const auto link = pair.coordinator()->link_into(Side::kNew);
    return link && link->receiving;
  }));
  // MariaDB: the number is all that a replica knows of its source. What it has not applied tells,
  // and once the old server has noticed that its reader is gone, that too.
  int row = 0;
  EXPECT_TRUE(harness::eventually([&] {
    pair.write(Side::kOld, ++row);
    const auto checks = look(pair);
    EXPECT_TRUE(blocks(checks));
    return named(checks, "replicates-from-other").verdict == kBlock;
  }));
}

// As a replica of MariaDB 11.4 does, which asks for TLS where none is said, of a source without.
TEST(Preflight, SaysThatALinkHasNotMetItsSource) {
  Pair pair({.ring = false});
  auto& replica = pair.new_server;
  const bool mariadb = replica.vendor() == Vendor::kMariaDb;
  replica.execute(replica.words().stop_replica);
  replica.execute(replica.words().forget_source);
  if (mariadb) pair.old_server.restart({"skip_ssl"});
  replica.restart();  // MariaDB's channel keeps what it knew of a source that it has forgotten
  replica.execute(
      (mariadb ? "CHANGE MASTER TO MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=1, "
                 "MASTER_USER='repl', MASTER_PASSWORD='not-a-secret', MASTER_HOST='127.0.0.1', "
                 "MASTER_PORT="
               : "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=") +
      std::to_string(mariadb ? pair.old_server.port() : 1));
  replica.execute(replica.words().start_replica);
  EXPECT_TRUE(harness::eventually([&] {
    const auto checks = look(pair);
    const Check seen = named(checks, "replicates-from-other");
    return seen.verdict == kBlock &&
           seen.seen.find("has not met its source at 127.0.0.1") != std::string::npos &&
           (!mariadb || seen.remedy.find("MASTER_SSL=0") != std::string::npos);
  })) << words(named(look(pair), "replicates-from-other"));
}

TEST(Preflight, SeesServersThatKeepNoLog) {
  Pair pair({.ring = false, .new_settings = {log_updates_off()}});
  expect(look(pair), "log-replica-updates", kBlock);
  pair.site.reverse = false;
  expect(look(pair), "log-replica-updates", kWarn);
  expect(look(pair), "scope", kWarn);
}

// One journey there and back goes without.
TEST(Preflight, OldNeedNotLogWhatItReplicatesInOrderToGoBack) {
  Pair pair({.ring = false, .old_settings = {log_updates_off()}});
  pair.write(Side::kOld, 1);
  expect(look(pair), "log-replica-updates", kWarn);
  flip(*pair.databases, Direction::kSwitch);
  expect(look(pair, Direction::kRollback), "log-replica-updates", kWarn);
}

TEST(Preflight, SeesAServerWithoutABinaryLog) {
  Pair pair({.ring = false, .new_settings = {"skip_log_bin", log_updates_off()}});
  expect(look(pair), "binary-log", kBlock);
  expect(look(pair), "errant-transactions",
         pair.old_server.vendor() == Vendor::kMariaDb ? kBlock : CheckVerdict::kPass);
}

TEST(Preflight, SeesAConfigurationThatBringsTheFenceBack) {
  Pair pair({.ring = false, .read_only = false, .new_settings = {"read_only=1"}});
  if (pair.old_server.vendor() != Vendor::kMariaDb) GTEST_SKIP() << "MySQL persists it";
  expect(look(pair), "restart-keeps-role", kWarn);
}

TEST(Preflight, SeesWhatOnlyMariaDbCanBeMadeToShow) {
  if (harness::vendor_of_this_run() != Vendor::kMariaDb)
    GTEST_SKIP() << "MySQL takes no such settings";
  Pair pair(
      {.ring = false,
       .new_settings = {"version=10.6.1-MariaDB", "lower_case_table_names=1", "wsrep_on=ON"}});
  const auto checks = look(pair);
  expect(checks, "version", kBlock);
  expect(checks, "lower-case-table-names", kBlock);
  expect(checks, "cluster", kBlock);
}

// Whatever else there is, a release whose words are not known makes one row.
TEST(Preflight, RefusesAReleaseThatItDoesNotKnowInOneRow) {
  if (harness::vendor_of_this_run() != Vendor::kMariaDb)
    GTEST_SKIP() << "MySQL cannot be made to say another release";
  Pair unknown({.ring = false, .old_settings = {"version=10.2.44-MariaDB"}});
  unknown.old_server.execute("CREATE TABLE fantasy.keyless (x INT) ENGINE=MyISAM");
  const auto checks = look(unknown);
  ASSERT_EQ(checks.size(), 1U);
  expect(checks, "version", kBlock);
  EXPECT_NE(checks.front().seen.find("the old database is MariaDB 10.2.44"), std::string::npos)
      << checks.front().seen;
  Pair known({.ring = false, .old_settings = {"version=10.3.39-MariaDB"}});
  expect(look(known), "version", CheckVerdict::kPass);
}

TEST(Preflight, SeesServersOfTwoVendors) {
  if (harness::vendor_of_this_run() != Vendor::kMySql) GTEST_SKIP() << "where both are installed";
  Pair pair({.ring = false});
  harness::DatabaseOptions options;
  options.vendor = Vendor::kMariaDb;
  harness::DatabaseServer other(options);
  other.create_accounts();
  ConnectOptions reached = pair.options(Side::kOld);
  reached.port = other.port();
  const auto checks =
      connect(pair.site, reached, pair.options(Side::kNew), {})->preflight(Direction::kSwitch, "");
  expect(checks, "vendor", kBlock);
  expect(checks, "version", kBlock);
  expect(checks, "replicates-from-other", kBlock);
}

TEST(Preflight, TriesTheAccountOfALinkThatIsYetToBeBuilt) {
  Pair pair({.ring = false});
  expect(look(pair), "way-back", CheckVerdict::kPass);
  ConnectOptions wrong = pair.options(Side::kNew);
  wrong.replication_password = "guessed-wrong";
  const auto checks =
      connect(pair.site, pair.options(Side::kOld), wrong, {})->preflight(Direction::kSwitch, "");
  expect(checks, "way-back", kBlock);
  EXPECT_EQ(named(checks, "way-back").seen.find("guessed-wrong"), std::string::npos);
  wrong.replication_user.clear();
  expect(connect(pair.site, pair.options(Side::kOld), wrong, {})->preflight(Direction::kSwitch, ""),
         "way-back", kBlock);
}

TEST(Preflight, BlocksWithOneCheckWhenAServerIsAway) {
  Pair pair;
  pair.new_server.kill();
  const auto checks = look(pair);
  ASSERT_EQ(checks.size(), 1U);
  expect(checks, "database-new", kBlock);
}

}  // namespace
}  // namespace cutover
