// SPDX-License-Identifier: Apache-2.0
// What can be spoiled and mended on a running pair: each check sees it, and passes again after it.
#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;

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
       {"way-back", kBlock, Side::kOld, {words.stop_replica}, {words.receive_only}},
       {"way-back", kWarn, Side::kOld, {words.start_replica}, {words.stop_applier}},
       {"gtid-domains",
        kWarn,
        Side::kNew,
        {"SET GLOBAL gtid_domain_id=" + old_id},
        {"SET GLOBAL gtid_domain_id=" + new_id},
        kMariaDbOnly}});
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
       {"events-afterwards",
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
             {"remembers",
              kWarn,
              Side::kOld,
              {"REVOKE INSERT ON mod_cutover.* FROM " + cutover},
              {"GRANT INSERT ON mod_cutover.* TO " + cutover}},
             {"remembers",
              kWarn,
              Side::kOld,
              {"REVOKE BINLOG ADMIN ON *.* FROM " + cutover},
              {"GRANT BINLOG ADMIN ON *.* TO " + cutover},
              kMariaDbOnly},
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

}  // namespace
}  // namespace cutover
