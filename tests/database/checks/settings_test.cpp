// SPDX-License-Identifier: Apache-2.0
// Settings that change what a statement means, how long a session lives or how fast it is.
#include <filesystem>

#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/temp_dir.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

void set(harness::DatabaseServer& server, const std::vector<std::string>& settings) {
  for (const std::string& setting : settings) server.execute("SET GLOBAL " + setting);
}

void expect_words(const std::vector<Check>& checks, const std::string& row,
                  const std::vector<std::string>& expected) {
  const std::string said = words(named(checks, row));
  for (const std::string& word : expected)
    EXPECT_NE(said.find(word), std::string::npos) << word << " is not in: " << said;
}

TEST(Settings, ThatMeanSomethingElseAreNamedWithBothValues) {
  Pair pair;
  const bool old_name =
      pair.old_server.connect().named("SHOW VARIABLES LIKE 'transaction_isolation'").empty();
  const std::string isolation = old_name ? "tx_isolation" : "transaction_isolation";
  set(pair.old_server, {"group_concat_max_len=2000000"});
  set(pair.new_server, {isolation + "='READ-COMMITTED'", "init_connect='SET NAMES latin1'",
                        "innodb_strict_mode=OFF", "group_concat_max_len=1000000"});
  auto checks = look(pair);
  expect(checks, "statements-mean-the-same", kWarn);
  expect_words(checks, "statements-mean-the-same",
               {"transaction_isolation", "READ-COMMITTED on the new database", "init_connect",
                "SET NAMES latin1", "innodb_strict_mode", "group_concat_max_len is 2000000 on",
                "SET GLOBAL " + isolation + "='REPEATABLE-READ'", "group_concat_max_len=2000000",
                "on the new database, and in its my.cnf"});
  // More room on the new one takes nothing away.
  set(pair.new_server, {isolation + "='REPEATABLE-READ'", "init_connect=''",
                        "innodb_strict_mode=ON", "group_concat_max_len=3000000"});
  expect(look(pair), "statements-mean-the-same", kPass);
}

// Before 10.6 utf8 is utf8mb3, and no mode says so.
TEST(Settings, AnEmptyOldModeOfAnOlderServerMeansWhatTheNewerSaysByName) {
  if (harness::vendor_of_this_run() != harness::Vendor::kMariaDb) GTEST_SKIP() << "MySQL has none";
  Pair pair({.old_settings = {"version=10.5.29-MariaDB", "old_mode="}});
  expect(look(pair), "statements-mean-the-same", kPass);
  set(pair.new_server, {"old_mode=''"});
  const auto checks = look(pair);
  expect(checks, "statements-mean-the-same", kWarn);
  expect_words(checks, "statements-mean-the-same", {"SET GLOBAL old_mode='UTF8_IS_UTF8MB3' on"});
}

TEST(Settings, OfSessionsMayBeMoreGenerousAndNotLess) {
  Pair pair;
  const bool mariadb = pair.old_server.vendor() == harness::Vendor::kMariaDb;
  const std::string limit = mariadb ? "max_statement_time" : "max_execution_time";
  set(pair.old_server, {"wait_timeout=600", limit + "=20"});
  set(pair.new_server, {"wait_timeout=60", limit + "=10"});
  const auto checks = look(pair);
  expect(checks, "sessions", kWarn);
  expect_words(checks, "sessions", {"wait_timeout is 600 on", "60 on the new", limit});
  set(pair.new_server, {"wait_timeout=601", limit + "=0"});
  expect(look(pair), "sessions", kPass);
  set(pair.new_server, {limit + "=30"});
  expect(look(pair), "sessions", kPass);
  set(pair.old_server, {limit + "=0"});
  expect(look(pair), "sessions", kWarn);
}

TEST(Settings, OfSpeedMayBeHalfAndNotLess) {
  Pair pair;
  set(pair.old_server, {"tmp_table_size=33554432"});
  set(pair.new_server, {"tmp_table_size=16760832"});
  const auto checks = look(pair);
  expect(checks, "as-fast", kWarn);
  expect_words(checks, "as-fast", {"tmp_table_size is 32 MiB on the old database"});
  set(pair.new_server, {"tmp_table_size=16777216"});
  expect(look(pair), "as-fast", kPass);
  set(pair.new_server, {"tmp_table_size=268435456"});
  expect(look(pair, Direction::kRollback), "as-fast", kPass);  // nobody minds what it was
}

TEST(Settings, ThatAreReadAtAStartAreNamedAsSuch) {
  Pair pair({.new_settings = {"ft_min_word_len=2", "innodb_ft_min_token_size=2",
                              "innodb_rollback_on_timeout=1"}});
  const auto checks = look(pair);
  expect(checks, "full-text", kWarn);
  expect_words(checks, "full-text",
               {"ft_min_word_len is 4 on", "innodb_ft_min_token_size is 3 on", "needs a restart"});
  expect(checks, "statements-mean-the-same", kWarn);
  expect_words(checks, "statements-mean-the-same", {"innodb_rollback_on_timeout"});
}

TEST(Settings, SessionsThatGetAnotherCharacterSetAreSeen) {
  if (harness::vendor_of_this_run() == harness::Vendor::kMySql)
    GTEST_SKIP() << "it has no such setting any more";
  Pair pair(
      {.ring = false,
       .new_settings = {"skip_character_set_client_handshake=1", "character_set_server=latin1"}});
  const auto checks = look(pair);
  expect(checks, "handshake", kWarn);
  expect_words(checks, "handshake", {"gets utf8mb4 on the old", "latin1 on the new"});
}

TEST(Settings, TimeZonesByNameAreKnownOnBothOrNeither) {
  Pair pair;
  const auto load = [&](Side side, int berlin) {
    auto session = pair.at(side).connect();
    const std::string offset = std::to_string(berlin * 3600);
    for (const std::string& sql :
         {std::string("SET sql_log_bin=0"), std::string("SET GLOBAL read_only=0"),
          std::string("REPLACE INTO mysql.time_zone VALUES (1, 'N'), (2, 'N')"),
          std::string("REPLACE INTO mysql.time_zone_name VALUES ('UTC', 1), ('Europe/Berlin', 2)"),
          "REPLACE INTO mysql.time_zone_transition_type VALUES (1, 0, 0, 0, 'UTC'), (2, 0, " +
              offset + ", 1, 'CEST')"})
      session.execute(sql);
    if (side == Side::kNew) session.execute(pair.new_server.words().make_read_only);
  };
  load(Side::kOld, 2);
  const auto checks = look(pair);
  expect(checks, "time-zone-tables", kBlock);
  expect_words(checks, "time-zone-tables", {"CONVERT_TZ() is NULL"});
  load(Side::kNew, 2);
  expect(look(pair), "time-zone-tables", kPass);
}

TEST(Settings, AnOffsetMeansNothingInStepsOfOne) {
  Pair pair;
  set(pair.new_server, {"auto_increment_offset=2"});
  expect(look(pair), "auto-increment", kPass);
  for (auto* server : {&pair.old_server, &pair.new_server})
    set(*server, {"auto_increment_increment=2"});
  expect(look(pair), "auto-increment", kWarn);
  set(pair.old_server, {"auto_increment_offset=2"});
  expect(look(pair), "auto-increment", kPass);
}

// On a server whose character sets have one more, as a newer release has.
TEST(Settings, ACollationThatOldDoesNotKnowStopsTheWayBack) {
  if (harness::vendor_of_this_run() != harness::Vendor::kMariaDb) GTEST_SKIP() << "MariaDB's files";
  const harness::TempDir folder("charsets");
  const bool is_11_8 = std::filesystem::exists("/usr/share/mariadb/charsets");
  std::filesystem::copy(is_11_8 ? "/usr/share/mariadb/charsets" : "/usr/share/mysql/charsets",
                        folder.path());
  std::string index = harness::read_file(folder / "Index.xml");
  const std::size_t at = index.find("<collation name=\"latin2_general_nopad_ci\"");
  ASSERT_NE(at, std::string::npos);
  index.insert(at,
               "<collation name=\"latin2_ours_ci\" id=\"1900\" flag=\"nopad\">"
               "<rules><import source=\"latin2_general_ci\"/></rules></collation>\n");
  harness::write_file(folder / "Index.xml", index);
  Pair pair({.ring = false, .new_settings = {"character_sets_dir=" + folder.path().string()}});
  expect(look(pair), "way-back-collations", kPass);
  const std::string before = pair.old_server.value("SELECT @@collation_server").value_or("?");
  set(pair.new_server, {"collation_server='latin2_ours_ci'"});
  const auto checks = look(pair);
  expect(checks, "way-back-collations", kWarn);
  expect_words(checks, "way-back-collations",
               {"latin2_ours_ci", "the old database does not know",
                "SET GLOBAL collation_server='" + before + "' on the new"});
  if (!pair.old_server.connect().named("SHOW VARIABLES LIKE 'character_set_collations'").empty()) {
    const std::string sets = "character_set_collations='";
    const std::string others =
        pair.old_server.value("SELECT @@character_set_collations").value_or("?");
    set(pair.new_server, {"collation_server='" + before + "'", sets + "latin2=latin2_ours_ci'"});
    expect_words(look(pair), "way-back-collations", {"SET GLOBAL " + sets + others + "' on"});
  }
  pair.site.reverse = false;
  expect(look(pair), "way-back-collations", kPass);
}

}  // namespace
}  // namespace cutover
