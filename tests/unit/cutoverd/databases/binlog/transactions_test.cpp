// SPDX-License-Identifier: Apache-2.0
// Events put together to transactions, and GTIDs by origin and number.
#include "mod_cutover/cutoverd/databases/binlog/transactions.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

constexpr const char* kUuid = "9ac4d84d-eb9e-11f1-b8cc-02fc00000001";

GtidSpans spans(const char* set) { return *GtidSpans::of_set(set); }

std::vector<Transaction> read(const std::vector<LogEvent>& events, const GtidSpans& wanted) {
  TransactionReader reader;
  std::vector<Transaction> all;
  for (const LogEvent& event : events) {
    if (auto t = reader.take(event, wanted)) all.push_back(std::move(*t));
  }
  return all;
}

GtidSpans own(std::uint64_t first, std::uint64_t last) {
  GtidSpans wanted;
  wanted.add("0-2", first, last);
  return wanted;
}

TEST(Transactions, OfMariaDbAreToldApart) {
  const auto all = read({{"Format_desc", "Server ver: 10.11.19-MariaDB"},
                         {"Gtid_list", "[0-2-3]"},
                         {"Gtid", "BEGIN GTID 0-2-4 cid=33"},
                         {"Annotate_rows", "INSERT INTO shop.w(who) values('a')"},
                         {"Table_map", "table_id: 18 (shop.w)"},
                         {"Write_rows_v1", "table_id: 18 flags: STMT_END_F"},
                         {"Xid", "COMMIT /* xid=10 */"},
                         {"Gtid", "GTID 0-1-5"},
                         {"Query", "DROP TABLE shop.v"},
                         {"Gtid", "GTID 0-2-6"},
                         {"Query_compressed", "ANALYZE TABLE shop.w"},
                         {"Gtid", "BEGIN GTID 0-2-7"},
                         {"Intvar", "INSERT_ID=2"},
                         {"Query", "use `shop`; INSERT INTO t VALUES (1)"},
                         {"Query", "COMMIT"}},
                        own(4, 9));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].rows);
  EXPECT_EQ(all[0].statement, "rows of shop.w");
  EXPECT_EQ(all[0].text, "0-2-4");
  EXPECT_FALSE(all[1].rows);
  EXPECT_EQ(all[1].statement, "ANALYZE TABLE shop.w");
  EXPECT_FALSE(all[2].rows);
  ASSERT_EQ(all[2].to_ask.size(), 1U);
  EXPECT_EQ(all[2].to_ask[0].holds, Holds::kIfTemporary);
}

TEST(Transactions, OfMySqlAreToldApart) {
  const std::string next = std::string("SET @@SESSION.GTID_NEXT= '") + kUuid + ":";
  const std::string other = "SET @@SESSION.GTID_NEXT= '00000000-eb9e-11f1-b8cc-02fc00000001:5'";
  const auto all = read({{"Previous_gtids", ""},
                         {"Gtid", other},
                         {"Query", "DROP TABLE shop.v /* xid=3 */"},
                         {"Gtid", next + "5'"},
                         {"Query", "ANALYZE TABLE shop.w"},
                         {"Gtid_tagged_log_event", next + "tag:1'"},
                         {"Query", "CREATE USER 'mon'@'localhost' /* xid=12 */"},
                         {"Gtid", next + "6'"},
                         {"Query", "BEGIN"},
                         {"Query", "COMMIT"},
                         {"Gtid", next + "7'"},
                         {"Query", "BEGIN"},
                         {"Rows_query", "# update w"},
                         {"Table_map", "table_id: 106 (shop.w)"},
                         {"Update_rows_partial", "table_id: 106 flags: STMT_END_F"},
                         {"Xid", "COMMIT /* xid=5 */"}},
                        spans((std::string(kUuid) + ":1-9:tag:1").c_str()));
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].text, std::string(kUuid) + ":5");
  EXPECT_FALSE(all[0].rows);
  EXPECT_EQ(all[1].gtid.origin, std::string(kUuid) + ":tag");
  EXPECT_FALSE(all[1].rows);
  EXPECT_FALSE(all[2].rows) << "the usual way to skip a transaction is an empty one";
  EXPECT_EQ(all[2].statement, "an empty transaction");
  EXPECT_TRUE(all[3].rows);
}

TEST(Transactions, ThatAreNotUnderstoodCount) {
  const std::vector<std::vector<LogEvent>> cases = {
      {{"Gtid", "GTID 0-2-4"}, {"Transaction_payload", "compression='ZSTD'"}, {"Xid", ""}},
      {{"Gtid", "GTID 0-2-4"}, {"Write_rows_v1", "table_id: 18 flags: STMT_END_F"}, {"Xid", ""}},
      {{"Gtid", "GTID 0-2-4"}, {"Table_map", "table_id: 18 (a.b.c)"}, {"Xid", ""}},
      {{"Gtid", "GTID 0-2-4"}, {"Table_map", "table_id: 18 (mysql.x.w)"}, {"Xid", ""}},
      {{"Gtid", "GTID 0-2-4"}, {"Execute_load_query", "x"}, {"Xid", ""}},
      {{"Gtid", "XA START X'61',X'',1 GTID 0-2-4"}, {"XA_prepare", "XA PREPARE X'61',X'',1"}},
      {{"Gtid", "GTID 0-2-4"}, {"Query", "XA COMMIT X'61',X'',1"}},
      {{"Gtid", "BEGIN GTID 0-2-4"},
       {"Query", "FLUSH TABLES"},
       {"Query", "DROP TABLE w"},
       {"Xid", ""}},
      {{"Gtid", "BEGIN GTID 0-2-4"}, {"Query", "FLUSH TABLES"}, {"Gtid", "GTID 0-2-5"}}};
  for (const auto& events : cases) {
    const auto all = read(events, own(4, 4));
    ASSERT_EQ(all.size(), 1U) << events[1].type;
    EXPECT_TRUE(all[0].rows) << events[1].type << " " << events[1].info;
  }
}

TEST(Transactions, OfTheServersOwnTablesHaveNoRowsOfTheSites) {
  const auto all = read({{"Gtid", "BEGIN GTID 0-2-4"},
                         {"Table_map", "table_id: 18 (mysql.time_zone)"},
                         {"Write_rows_v1", "table_id: 18 flags: STMT_END_F"},
                         {"Xid", ""}},
                        own(4, 4));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_FALSE(all[0].rows);
}

TEST(GtidSpans, AreAddedAndTakenAway) {
  GtidSpans s = spans("a:1-5:7:tag:3,b:2");
  EXPECT_EQ(s.as_set(), "a:1-5:7,a:tag:3,b:2");
  s.add("a", 6, 6);
  EXPECT_EQ(s.as_set(), "a:1-7,a:tag:3,b:2");
  s.remove("a", 3, 4);
  EXPECT_EQ(s.as_set(), "a:1-2:5-7,a:tag:3,b:2");
  EXPECT_TRUE(s.contains({"a", 2}));
  EXPECT_FALSE(s.contains({"a", 3}));
  EXPECT_FALSE(s.contains({"c", 1}));
  EXPECT_EQ(s.span_begin({"a", 7}), 5U);
  EXPECT_EQ(s.last_of("a"), 7U);
  s.remove(spans("a:1-9:tag:1-9,b:1-9"));
  EXPECT_TRUE(s.empty());
}

TEST(GtidSpans, AreReadAsEachVendorMeansThem) {
  EXPECT_EQ(GtidSpans::up_to("0-1-3,0-2-7")->as_set(), "0-1:1-3,0-2:1-7");
  EXPECT_TRUE(GtidSpans::of_set("")->empty());
  EXPECT_EQ(spans("a:1-2,\nb:3").as_set(), "a:1-2,b:3");
  for (const char* wrong : {"a", "a:", "a:0", "a:5-3", "a:x", "a:1:y", ":1", "a:1,,b:2", "a b:-1"})
    EXPECT_FALSE(GtidSpans::of_set(wrong)) << wrong;
  EXPECT_EQ(parse_gtid("0-2-14")->origin, "0-2");
  EXPECT_EQ(parse_gtid("a:t:14")->origin, "a:t");
  for (const char* wrong : {"", "0-2", "a:", "a:0", ":1", "a:b:c:1", "0-2-0"})
    EXPECT_FALSE(parse_gtid(wrong)) << wrong;
}

TEST(GtidSpans, TellWhetherASearchMayGoOn) {
  EXPECT_TRUE(spans("a:6-7").continues(spans("a:1-5,b:9")));
  EXPECT_FALSE(spans("a:5-7").continues(spans("a:1-5")));
  EXPECT_FALSE(spans("c:6").continues(spans("a:1-5")));
  EXPECT_TRUE(spans("a:3").falls_behind(spans("a:1-5")));
  EXPECT_FALSE(spans("a:3-6").falls_behind(spans("a:1-5")));
  EXPECT_TRUE(spans("a:1,a:t:2").all_from("a"));
  EXPECT_FALSE(spans("a:1,ab:2").all_from("a"));
}

}  // namespace
}  // namespace cutover
