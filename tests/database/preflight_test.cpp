// SPDX-License-Identifier: Apache-2.0
// Each check of the preflight passes on a healthy pair, and fails where its reason is made true.
#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::Vendor;
using std::chrono::milliseconds;

std::string words(const Check& check) {
  return check.name + " " + std::string(name(check.verdict)) + ": " + check.seen + " | " +
         check.remedy;
}

std::vector<Check> look(Pair& pair, Direction direction = Direction::kSwitch) {
  // A coordinator of its own: an identity is read when a session begins.
  return pair.coordinator()->preflight(direction);
}

const Check& named(const std::vector<Check>& checks, const std::string& name) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const Check& check) { return check.name == name; });
  static const Check none{"none", CheckVerdict::kPass, "there is no such check", ""};
  return found == checks.end() ? none : *found;
}

void expect(const std::vector<Check>& checks, const std::string& check, CheckVerdict verdict) {
  const Check& found = named(checks, check);
  EXPECT_EQ(found.name, check);
  EXPECT_EQ(found.verdict, verdict) << words(found);
  if (verdict != CheckVerdict::kPass) {
    EXPECT_FALSE(found.seen.empty());
    EXPECT_FALSE(found.remedy.empty()) << words(found);
  }
}

void expect_healthy(const std::vector<Check>& checks) {
  EXPECT_GE(checks.size(), 40U);
  for (const Check& check : checks) EXPECT_EQ(check.verdict, CheckVerdict::kPass) << words(check);
}

enum Only { kBoth, kMariaDbOnly, kMySqlOnly };

struct Case {
  const char* check;
  CheckVerdict verdict;
  Side side;
  std::vector<std::string> spoil;
  std::vector<std::string> mend;
  Only only = kBoth;
};

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;

// Each is made so, seen, and mended again: at the end everything passes once more.
void expect_each(Pair& pair, const std::vector<Case>& cases) {
  const bool mariadb = pair.old_server.vendor() == Vendor::kMariaDb;
  for (const Case& c : cases) {
    if (c.only == (mariadb ? kMySqlOnly : kMariaDbOnly)) continue;
    SCOPED_TRACE(c.check);
    auto session = pair.at(c.side).connect();
    for (const std::string& sql : c.spoil) session.execute(sql);
    harness::caught_up(pair.old_server, pair.new_server, milliseconds(300));
    expect(look(pair), c.check, c.verdict);
    for (const std::string& sql : c.mend) session.execute(sql);
    harness::caught_up(pair.old_server, pair.new_server);
  }
  EXPECT_TRUE(harness::eventually([&] { return harness::replication_runs(pair.new_server); }));
  expect_healthy(look(pair));
}

TEST(Preflight, PassesOnAHealthyPairInATimeThatNobodyMinds) {
  Pair pair;
  const auto begin = std::chrono::steady_clock::now();
  const auto checks = pair.databases->preflight(Direction::kSwitch);
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

TEST(Preflight, SeesAReplicationThatDoesNotFit) {
  Pair pair;
  const harness::Words& words = pair.new_server.words();
  const std::string other_channel =
      "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=1, SOURCE_USER='x' "
      "FOR CHANNEL 'x'";
  const std::string old_id = std::to_string(pair.old_server.server_id());
  const std::string new_id = std::to_string(pair.new_server.server_id());
  expect_each(
      pair,
      {{"replication-threads", kBlock, Side::kNew, {words.stop_replica}, {words.start_replica}},
       {"lag", kBlock, Side::kNew, {words.stop_replica}, {words.start_replica}},
       {"channels",
        kBlock,
        Side::kNew,
        {"CHANGE MASTER 'x' TO MASTER_HOST='127.0.0.1', MASTER_PORT=1"},
        {"RESET SLAVE 'x' ALL"},
        kMariaDbOnly},
       {"channels",
        kBlock,
        Side::kNew,
        {other_channel},
        {"RESET REPLICA ALL FOR CHANNEL 'x'"},
        kMySqlOnly},
       {"server-identity",
        kBlock,
        Side::kNew,
        {"SET GLOBAL server_id=" + old_id},
        {"SET GLOBAL server_id=" + new_id}},
       {"filters",
        kBlock,
        Side::kNew,
        {"STOP SLAVE", "SET GLOBAL replicate_ignore_table='fantasy.x'", "START SLAVE"},
        {"STOP SLAVE", "SET GLOBAL replicate_ignore_table=''", "START SLAVE"},
        kMariaDbOnly},
       {"filters",
        kBlock,
        Side::kNew,
        {"STOP REPLICA", "CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE=(fantasy.x)",
         "START REPLICA"},
        {"STOP REPLICA", "CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE=()", "START REPLICA"},
        kMySqlOnly},
       {"delay",
        kBlock,
        Side::kNew,
        {"STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY=1", "START SLAVE"},
        {"STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY=0", "START SLAVE"},
        kMariaDbOnly},
       {"delay",
        kBlock,
        Side::kNew,
        {"STOP REPLICA", "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=1", "START REPLICA"},
        {"STOP REPLICA", "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=0", "START REPLICA"},
        kMySqlOnly},
       {"gtid",
        kBlock,
        Side::kNew,
        {"STOP SLAVE", "CHANGE MASTER TO MASTER_USE_GTID=no", "START SLAVE"},
        {"STOP SLAVE", "CHANGE MASTER TO MASTER_USE_GTID=slave_pos", "START SLAVE"},
        kMariaDbOnly},
       {"gtid",
        kBlock,
        Side::kNew,
        {"SET GLOBAL gtid_mode=ON_PERMISSIVE"},
        {"SET GLOBAL gtid_mode=ON"},
        kMySqlOnly},
       {"way-back", kBlock, Side::kOld, {words.stop_replica}, {words.start_replica}}});
}

TEST(Preflight, SeesWhatTheFenceWouldMeet) {
  Pair pair;
  expect_each(
      pair,
      {{"xa",
        kBlock,
        Side::kOld,
        {"XA START 'x'", "INSERT INTO fantasy.rows_ VALUES (70, 'xa')", "XA END 'x'",
         "XA PREPARE 'x'"},
        {"XA ROLLBACK 'x'"}},
       {"long-transactions",
        kBlock,
        Side::kOld,
        {"BEGIN", "INSERT INTO fantasy.rows_ VALUES (71, 'trx')", "DO SLEEP(2.2)"},
        {"ROLLBACK"}},
       {"temporary-tables",
        kBlock,
        Side::kOld,
        {"SET SESSION binlog_format=STATEMENT", "CREATE TEMPORARY TABLE fantasy.t (id INT)",
         "INSERT INTO fantasy.t VALUES (1)"},
        {"DROP TEMPORARY TABLE fantasy.t"}},
       {"events",
        kBlock,
        Side::kOld,
        {"CREATE EVENT fantasy.e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DO 1",
         "SET GLOBAL event_scheduler=ON"},
        {"SET GLOBAL event_scheduler=OFF", "DROP EVENT fantasy.e"},
        kMariaDbOnly},
       {"events",
        kWarn,
        Side::kOld,
        {"CREATE EVENT fantasy.e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DO 1"},
        {"DROP EVENT fantasy.e"},
        kMySqlOnly},
       {"read-only",
        kBlock,
        Side::kNew,
        {pair.new_server.words().make_writable},
        {pair.new_server.words().make_read_only}},
       {"read-only", kBlock, Side::kOld, {"SET GLOBAL read_only=1"}, {"SET GLOBAL read_only=0"}},
       {"read-only",
        kBlock,
        Side::kNew,
        {"SET GLOBAL super_read_only=0"},
        {"SET GLOBAL super_read_only=1"},
        kMySqlOnly}});
}

TEST(Preflight, SeesAccountsThatDoNotFit) {
  Pair pair;
  const std::string cutover = "'cutover'@'%'";
  expect_each(
      pair, {{"privileges-leaving",
              kBlock,
              Side::kOld,
              {"REVOKE READ_ONLY ADMIN ON *.* FROM " + cutover},
              {"GRANT READ_ONLY ADMIN ON *.* TO " + cutover},
              kMariaDbOnly},
             {"privileges-arriving",
              kBlock,
              Side::kOld,
              {"REVOKE SYSTEM_VARIABLES_ADMIN ON *.* FROM " + cutover},
              {"GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO " + cutover},
              kMySqlOnly},
             {"privileges-leaving",
              kBlock,
              Side::kOld,
              {"REVOKE PROCESS ON *.* FROM " + cutover},
              {"GRANT PROCESS ON *.* TO " + cutover}},
             {"long-transactions",
              kBlock,
              Side::kOld,
              {"REVOKE PROCESS ON *.* FROM " + cutover},
              {"GRANT PROCESS ON *.* TO " + cutover}},
             {"privileges-arriving",
              kBlock,
              Side::kOld,
              {"REVOKE RELOAD ON *.* FROM " + cutover},
              {"GRANT RELOAD ON *.* TO " + cutover}},
             {"xa",
              kBlock,
              Side::kOld,
              {"REVOKE XA_RECOVER_ADMIN ON *.* FROM " + cutover},
              {"GRANT XA_RECOVER_ADMIN ON *.* TO " + cutover},
              kMySqlOnly},
             {"replicates-from-other",
              kBlock,
              Side::kOld,
              {"REVOKE SLAVE MONITOR ON *.* FROM " + cutover},
              {"GRANT SLAVE MONITOR ON *.* TO " + cutover},
              kMariaDbOnly},
             {"read-only-admin",
              kBlock,
              Side::kOld,
              {"REVOKE SELECT ON mysql.* FROM " + cutover},
              {"GRANT SELECT ON mysql.* TO " + cutover},
              kMariaDbOnly},
             {"application-account",
              kBlock,
              Side::kOld,
              {"REVOKE SELECT ON mysql.* FROM " + cutover},
              {"GRANT SELECT ON mysql.* TO " + cutover}},
             {"schema",
              kBlock,
              Side::kOld,
              {"REVOKE REFERENCES ON *.* FROM " + cutover},
              {"GRANT REFERENCES ON *.* TO " + cutover}},
             {"application-account",
              kBlock,
              Side::kNew,
              {"SET sql_log_bin=0", "SET GLOBAL read_only=0", "ALTER USER 'app'@'%' ACCOUNT LOCK"},
              {"ALTER USER 'app'@'%' ACCOUNT UNLOCK", pair.new_server.words().make_read_only}},
             {"application-account",
              kBlock,
              Side::kNew,
              {"SET sql_log_bin=0", "SET GLOBAL read_only=0",
               "ALTER USER 'app'@'%' IDENTIFIED BY 'another'"},
              {"ALTER USER 'app'@'%' IDENTIFIED BY 'not-a-secret'",
               pair.new_server.words().make_read_only},
              kMariaDbOnly},
             {"read-only-admin",
              kBlock,
              Side::kOld,
              {"GRANT READ_ONLY ADMIN ON *.* TO 'app'@'%'"},
              {"REVOKE READ_ONLY ADMIN ON *.* FROM 'app'@'%'"},
              kMariaDbOnly},
             {"super-accounts",
              kWarn,
              Side::kOld,
              {"GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO 'app'@'%'"},
              {"REVOKE SYSTEM_VARIABLES_ADMIN ON *.* FROM 'app'@'%'"},
              kMySqlOnly}});
}

TEST(Preflight, SeesSettingsThatDiffer) {
  Pair pair({.ring = false});  // MySQL changes no binlog_format where an applier runs
  const auto set = [](const std::string& name, const std::string& value) {
    return std::vector<std::string>{"SET GLOBAL " + name + "=" + value};
  };
  const auto spoil = [&](const char* check, CheckVerdict verdict, Side side,
                         const std::string& variable, const std::string& value) {
    const std::string before =
        *pair.at(side).value("SELECT CONCAT('''', @@GLOBAL." + variable + ", '''')");
    const bool number = before.find_first_not_of("'0123456789") == std::string::npos;
    const std::string bare = number ? before.substr(1, before.size() - 2) : before;
    return Case{check, verdict, side, set(variable, value), set(variable, bare)};
  };
  expect_each(pair,
              {spoil("binlog-format", kBlock, Side::kOld, "binlog_format", "'STATEMENT'"),
               spoil("binlog-format", kWarn, Side::kOld, "binlog_format", "'MIXED'"),
               spoil("binlog-retention", kWarn, Side::kNew, "binlog_expire_logs_seconds", "3600"),
               spoil("max-allowed-packet", kBlock, Side::kNew, "max_allowed_packet", "1048576"),
               spoil("sql-mode", kWarn, Side::kNew, "sql_mode", "''"),
               spoil("character-set", kWarn, Side::kNew, "character_set_server", "'ascii'"),
               spoil("collation", kWarn, Side::kNew, "collation_server", "'utf8mb4_bin'"),
               spoil("time-zone", kWarn, Side::kNew, "time_zone", "'+01:00'"),
               spoil("max-connections", kWarn, Side::kNew, "max_connections", "100"),
               spoil("auto-increment", kWarn, Side::kNew, "auto_increment_increment", "2")});
}

TEST(Preflight, SeesTablesThatDiffer) {
  Pair pair;
  const std::vector<std::string> quietly{"SET sql_log_bin=0", "SET GLOBAL read_only=0"};
  const auto on_new = [&](const std::string& sql) {
    auto all = quietly;
    all.push_back(sql);
    all.push_back(pair.new_server.words().make_read_only);
    return all;
  };
  expect_each(
      pair,
      {{"schema", kBlock, Side::kNew, on_new("ALTER TABLE fantasy.rows_ ADD extra INT"),
        on_new("ALTER TABLE fantasy.rows_ DROP extra")},
       {"schema", kBlock, Side::kNew, on_new("CREATE TABLE fantasy.more (id INT PRIMARY KEY)"),
        on_new("DROP TABLE fantasy.more")},
       {"schema", kWarn, Side::kNew,
        on_new("ALTER TABLE fantasy.rows_ MODIFY side CHAR(3) COLLATE utf8mb4_bin"),
        on_new("ALTER TABLE fantasy.rows_ MODIFY side CHAR(3)")},
       {"engines",
        kWarn,
        Side::kOld,
        {"CREATE TABLE fantasy.m (id INT PRIMARY KEY) ENGINE=MyISAM"},
        {"DROP TABLE fantasy.m"}},
       {"primary-keys",
        kWarn,
        Side::kOld,
        {"CREATE TABLE fantasy.n (id INT)"},
        {"DROP TABLE fantasy.n"}}});
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

TEST(Preflight, SeesServersThatKeepNoLog) {
  Pair pair({.ring = false, .new_settings = {log_updates_off()}});
  expect(look(pair), "log-replica-updates", kBlock);
  pair.site.reverse = false;
  expect(look(pair), "log-replica-updates", kWarn);
  expect(look(pair), "scope", kWarn);
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
  if (harness::vendor_of_this_run() != Vendor::kMariaDb) GTEST_SKIP();
  Pair pair(
      {.ring = false,
       .new_settings = {"version=10.6.1-MariaDB", "lower_case_table_names=1", "wsrep_on=ON"}});
  const auto checks = look(pair);
  expect(checks, "version", kBlock);
  expect(checks, "lower-case-table-names", kBlock);
  expect(checks, "cluster", kBlock);
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
      connect(pair.site, reached, pair.options(Side::kNew))->preflight(Direction::kSwitch);
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
      connect(pair.site, pair.options(Side::kOld), wrong)->preflight(Direction::kSwitch);
  expect(checks, "way-back", kBlock);
  EXPECT_EQ(named(checks, "way-back").seen.find("guessed-wrong"), std::string::npos);
  wrong.replication_user.clear();
  expect(connect(pair.site, pair.options(Side::kOld), wrong)->preflight(Direction::kSwitch),
         "way-back", kBlock);
}

TEST(Preflight, BlocksWithOneCheckWhenAServerIsAway) {
  Pair pair;
  pair.new_server.kill();
  const auto checks = look(pair);
  ASSERT_EQ(checks.size(), 1U);
  expect(checks, "database-new", kBlock);
}

TEST(Preflight, SaysThatNoAccountOfTheApplicationWasNamed) {
  Pair pair;
  ConnectOptions old_options = pair.options(Side::kOld);
  ConnectOptions new_options = pair.options(Side::kNew);
  old_options.app_users.clear();
  new_options.app_users.clear();
  expect(connect(pair.site, old_options, new_options)->preflight(Direction::kSwitch),
         "application-account", kWarn);
}

}  // namespace
}  // namespace cutover
