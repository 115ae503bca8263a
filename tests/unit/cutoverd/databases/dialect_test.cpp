// SPDX-License-Identifier: Apache-2.0
// The two vendors' words and readings, against answers as older and newer servers give them.
#include "mod_cutover/cutoverd/databases/dialect/dialect.h"

#include <gtest/gtest.h>

#include <map>

namespace cutover {
namespace {

// Answers by statement; error 1064 to all others, as a server does that lacks the word.
class Scripted final : public Connection {
 public:
  std::map<std::string, Rows> answers;
  std::vector<std::string> asked;

  Result query(const std::string& sql, Deadline) override {
    asked.push_back(sql);
    const auto found = answers.find(sql);
    if (found == answers.end()) return {Result::Kind::kRefused, {}, 1064, "syntax"};
    return {Result::Kind::kOk, found->second, 0, {}};
  }
  void end() override {}
  bool usable() const override { return true; }
  std::uint64_t id() const override { return 7; }
  const std::string& server_version() const override { return version_; }

 private:
  std::string version_ = "8.0.21";
};

Deadline soon() { return Deadline::in(std::chrono::seconds(1)); }

Rows one(const std::string& value) { return Rows({"v"}, {{value}}); }

TEST(Dialect, IsFoundFromTheVersion) {
  EXPECT_TRUE(dialect_of("10.11.19-MariaDB-0+deb12u1")->is_mariadb());
  EXPECT_TRUE(dialect_of("5.5.5-10.6.1-MariaDB")->is_mariadb());
  EXPECT_FALSE(dialect_of("8.0.36")->is_mariadb());
}

TEST(Dialect, FallsBackToTheWordsOfMySql57) {
  Scripted server;
  server.answers["SHOW SLAVE STATUS"] =
      Rows({"Slave_IO_State", "Master_Host", "Master_Port", "Slave_IO_Running", "Slave_SQL_Running",
            "Seconds_Behind_Master", "Last_IO_Error", "Last_SQL_Error", "Master_Server_Id",
            "Master_UUID", "Channel_Name"},
           {{"Waiting", "10.0.0.1", "3306", "Yes", "No", std::nullopt, "",
             "Duplicate entry 'alice' for key 'name'", "1", "u-1", ""}});
  const Result status = mysql_dialect()->replica_status(server, soon());
  ASSERT_TRUE(status.ok());
  const auto channels = channels_of(status.rows);
  ASSERT_EQ(channels.size(), 1U);
  EXPECT_EQ(channels[0].io, "Yes");
  EXPECT_FALSE(channels[0].running());
  EXPECT_EQ(channels[0].source.uuid, "u-1");
  EXPECT_EQ(channels[0].source.server_id, 1U);
  EXPECT_EQ(channels[0].error, "Duplicate entry ? for key 'name'");
  EXPECT_FALSE(channels[0].seconds_behind);
}

TEST(Dialect, ReadsTheNewSpellingsToo) {
  const auto channels = channels_of(
      Rows({"Source_Host", "Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source",
            "Source_Server_Id", "Source_UUID", "Channel_Name"},
           {{"h", "Connecting", "Yes", "0", "4", "u-4", "c"}, {"", "No", "No", "", "", "", ""}}));
  ASSERT_EQ(channels.size(), 1U) << "a channel without a host is none";
  EXPECT_FALSE(channels[0].running());
  EXPECT_EQ(channels[0].seconds_behind, 0);
  EXPECT_EQ(channels[0].name, "c");
}

TEST(Dialect, OffersOlderWordsForEveryStatement) {
  const auto mysql = mysql_dialect();
  EXPECT_EQ(mysql->forget("")[0], (Spellings{"STOP REPLICA", "STOP SLAVE"}));
  EXPECT_EQ(mysql->forget("c")[1],
            (Spellings{"RESET REPLICA ALL FOR CHANNEL 'c'", "RESET SLAVE ALL FOR CHANNEL 'c'"}));
  const auto link = mysql->link({"h", 3306, "r", "it's", false, ""}, "u:1-3");
  EXPECT_NE(link[0][0].find("CHANGE REPLICATION SOURCE TO SOURCE_HOST='h'"), std::string::npos);
  EXPECT_NE(link[0][0].find("SOURCE_PASSWORD='it\\'s'"), std::string::npos);
  EXPECT_NE(link[0][1].find("CHANGE MASTER TO MASTER_HOST='h'"), std::string::npos);
  EXPECT_NE(link[0][1].find("MASTER_AUTO_POSITION=1"), std::string::npos);
  EXPECT_EQ(link[0][2].find("PUBLIC_KEY"), std::string::npos) << "5.7 has no such option";
  EXPECT_EQ(mariadb_dialect()->forget("c")[1], Spellings{"RESET SLAVE 'c' ALL"});
}

TEST(Dialect, StopsAndStartsEachThreadOfAChannel) {
  const auto mysql = mysql_dialect();
  const auto mariadb = mariadb_dialect();
  EXPECT_EQ(mysql->stop_applying(""),
            (Spellings{"STOP REPLICA SQL_THREAD", "STOP SLAVE SQL_THREAD"}));
  EXPECT_EQ(mysql->receive("c")[0], "START REPLICA IO_THREAD FOR CHANNEL 'c'");
  EXPECT_EQ(mysql->start("")[1], "START SLAVE");
  EXPECT_EQ(mysql->renew("", "u:1-3"),
            (std::vector<Spellings>{{"STOP REPLICA IO_THREAD", "STOP SLAVE IO_THREAD"}}));
  EXPECT_EQ(mariadb->stop_applying("c"), Spellings{"STOP SLAVE 'c' SQL_THREAD"});
  EXPECT_EQ(mariadb->receive(""), Spellings{"START SLAVE IO_THREAD"});
  EXPECT_EQ(mariadb->start("c"), Spellings{"START SLAVE 'c'"});
  EXPECT_EQ(mariadb->renew("", "1-2-3,1-1-9,2-2-7")[1],
            Spellings{"SET GLOBAL gtid_slave_pos='1-1-9,2-2-7'"});
}

TEST(Dialect, OneStatementOfMariaDbSaysAllOfAMoment) {
  Scripted server;
  server.answers
      ["SELECT @@global.server_id, @@global.gtid_slave_pos, @@global.gtid_binlog_state, "
       "@@global.log_bin, @@global.read_only"] =
      Rows({"", "", "", "", ""}, {{"2", "1-1-9", "1-1-9,2-2-4", "1", "1"}});
  const auto said = mariadb_dialect()->standing(server, soon());
  ASSERT_TRUE(said) << said.error;
  EXPECT_EQ(server.asked.size(), 1U);
  EXPECT_EQ((*said)->writable().value, Writable::kNo);
  EXPECT_EQ((*said)->position().value, "1-1-9,2-2-4");
  EXPECT_EQ((*said)->has_applied("1-1-9").value, true);
  EXPECT_EQ((*said)->has_applied("1-1-10").value, false);
  EXPECT_EQ((*said)->own_beyond("1-1-9,2-2-3").value, "2-2-4");
  EXPECT_EQ((*said)->own_lacking("1-1-10,2-2-4").value, "");
  EXPECT_EQ((*said)->own_lacking("1-1-10,2-2-5").value, "2-2-5");
  EXPECT_FALSE((*said)->has_applied(""));
  EXPECT_FALSE((*said)->own_beyond(""));
  EXPECT_FALSE((*said)->own_lacking(""));
}

TEST(Dialect, OneStatementOfMySqlSaysAllOfAMoment) {
  Scripted server;
  server.answers
      ["SELECT @@global.gtid_executed, @@global.gtid_mode, @@global.server_uuid, "
       "@@global.read_only, @@global.super_read_only"] =
      Rows({"", "", "", "", ""},
           {{"u-1:1-9:12,\nu-2:1-4:moved:1-2,\nu-22:1", "ON", "u-2", "1", "1"}});
  const auto said = mysql_dialect()->standing(server, soon());
  ASSERT_TRUE(said) << said.error;
  EXPECT_EQ(server.asked.size(), 1U);
  EXPECT_EQ((*said)->writable().value, Writable::kNo);
  EXPECT_EQ((*said)->position().value, "u-1:1-9:12,u-2:1-4:moved:1-2,u-22:1");
  EXPECT_EQ((*said)->has_applied("u-1:2-9,u-2:4").value, true);
  EXPECT_EQ((*said)->has_applied("u-1:1-10").value, false) << "a hole";
  EXPECT_EQ((*said)->own_beyond("u-1:1-9,u-2:1-3").value, "u-2:4,u-2:moved:1-2");
  EXPECT_EQ((*said)->own_beyond("u-2:1-9:moved:1-9").value, "");
  EXPECT_EQ((*said)->own_lacking("u-1:1-99,u-2:1-4").value, "");
  EXPECT_EQ((*said)->own_lacking("u-1:1-99,u-2:1-6:moved:2-3").value, "u-2:5-6,u-2:moved:3");
  EXPECT_FALSE((*said)->has_applied(""));
  EXPECT_FALSE((*said)->own_beyond(""));
  EXPECT_FALSE((*said)->own_lacking(""));
}

TEST(Dialect, WhatOneStatementDoesNotSayIsUnknownByItself) {
  Scripted server;
  server.answers
      ["SELECT @@global.gtid_executed, @@global.gtid_mode, @@global.server_uuid, "
       "@@global.read_only, @@global.super_read_only"] =
      Rows({"", "", "", "", ""}, {{std::nullopt, "OFF", "u-2", "0", std::nullopt}});
  const auto mysql = mysql_dialect()->standing(server, soon());
  ASSERT_TRUE(mysql);
  EXPECT_FALSE((*mysql)->writable());
  EXPECT_FALSE((*mysql)->position());
  EXPECT_FALSE((*mysql)->has_applied("u-1:1"));
  EXPECT_FALSE((*mysql)->own_beyond("u-1:1"));
  server.answers
      ["SELECT @@global.server_id, @@global.gtid_slave_pos, @@global.gtid_binlog_state, "
       "@@global.log_bin, @@global.read_only"] =
      Rows({"", "", "", "", ""}, {{"2", "1-1-9", std::nullopt, "1", "0"}});
  const auto mariadb = mariadb_dialect()->standing(server, soon());
  ASSERT_TRUE(mariadb);
  EXPECT_EQ((*mariadb)->writable().value, Writable::kYes);
  EXPECT_FALSE((*mariadb)->position());
  EXPECT_FALSE((*mariadb)->has_applied("1-1-9"));
  EXPECT_FALSE((*mariadb)->own_beyond("1-1-9"));
}

TEST(Dialect, ReadsReadOnlyAsANumberAndAsAWord) {
  const std::string sql = "SELECT @@global.read_only";
  for (const auto& [value, expected] :
       std::map<std::string, Writable>{{"0", Writable::kYes},
                                       {"OFF", Writable::kYes},
                                       {"1", Writable::kNo},
                                       {"ON", Writable::kNo},
                                       {"NO_LOCK", Writable::kNo},
                                       {"NO_LOCK_NO_ADMIN", Writable::kNo}}) {
    Scripted server;
    server.answers[sql] = one(value);
    EXPECT_EQ(*mariadb_dialect()->writable(server, soon()), expected) << value;
  }
  Scripted server;
  server.answers[sql] = one("SOMETHING_NEW");
  EXPECT_FALSE(mariadb_dialect()->writable(server, soon())) << "unknown is not a no";
}

TEST(Dialect, WantsBothOfMySqlsVariables) {
  const std::string sql = "SELECT @@global.read_only, @@global.super_read_only";
  for (const auto& [values, expected] :
       std::map<std::pair<std::string, std::string>, Writable>{{{"0", "0"}, Writable::kYes},
                                                               {{"1", "0"}, Writable::kPartly},
                                                               {{"1", "1"}, Writable::kNo}}) {
    Scripted server;
    server.answers[sql] = Rows({"a", "b"}, {{values.first, values.second}});
    EXPECT_EQ(*mysql_dialect()->writable(server, soon()), expected);
  }
}

TEST(Dialect, HasNoPositionWithoutGtids) {
  Scripted server;
  const std::string sql = "SELECT @@global.gtid_executed, @@global.gtid_mode";
  server.answers[sql] = Rows({"a", "b"}, {{"u:1-3", "ON_PERMISSIVE"}});
  EXPECT_FALSE(mysql_dialect()->position(server, soon()));
  server.answers[sql] = Rows({"a", "b"}, {{"", "ON"}});
  EXPECT_FALSE(mysql_dialect()->position(server, soon()));
  server.answers[sql] = Rows({"a", "b"}, {{"u:1-3,\nv:1", "ON"}});
  EXPECT_EQ(*mysql_dialect()->position(server, soon()), "u:1-3,v:1");
}

TEST(Dialect, PicksOwnWritesFromASetByTheUuid) {
  Scripted server;
  server.answers["SELECT GTID_SUBTRACT(@@global.gtid_executed, 'a:1-3'), @@global.server_uuid"] =
      Rows({"a", "b"}, {{"abc:4,\nab:5:tag:7", "ab"}});
  EXPECT_EQ(*mysql_dialect()->own_beyond(server, "a:1-3", soon()), "ab:5:tag:7");
}

TEST(Dialect, SendsNothingForAPositionThatIsNone) {
  Scripted server;
  for (const auto& dialect : {mysql_dialect(), mariadb_dialect()}) {
    for (const char* wrong : {"", "'); DROP TABLE t", "0-1"}) {
      if (std::string(wrong) == "0-1" && !dialect->is_mariadb()) continue;
      EXPECT_FALSE(dialect->wait_applied(server, wrong, std::chrono::milliseconds(1)).done());
      EXPECT_FALSE(dialect->has_applied(server, wrong, soon()));
      EXPECT_FALSE(dialect->own_beyond(server, wrong, soon()));
    }
  }
  EXPECT_TRUE(server.asked.empty());
}

}  // namespace
}  // namespace cutover
