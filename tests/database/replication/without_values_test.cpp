// SPDX-License-Identifier: Apache-2.0
// What the servers say of visitors' rows and statements, and what is told of it.
#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

// A row that the replica has already: its error quotes the row's key, and on some servers the
// statement.
TEST(WithoutValues, ALinkThatBreaksIsToldWithoutTheVisitorsRow) {
  for (const std::string format : {"ROW", "STATEMENT"}) {
    Pair pair;
    pair.old_server.execute("CREATE TABLE fantasy.mail (address VARCHAR(60) PRIMARY KEY)");
    ASSERT_TRUE(harness::eventually([&] {
      return pair.new_server.number(
                 "SELECT COUNT(*) FROM information_schema.tables "
                 "WHERE table_schema = 'fantasy' AND table_name = 'mail'") == 1;
    }));
    const std::string row = "INSERT INTO fantasy.mail VALUES ('alice@example.com')";
    auto by_hand = pair.new_server.connect();
    for (const char* statement : {"SET GLOBAL read_only=0", "SET SESSION sql_log_bin=0",
                                  row.c_str(), "SET GLOBAL read_only=1"})
      by_hand.execute(statement);
    auto visitor = pair.old_server.connect();
    visitor.execute("SET SESSION binlog_format=" + format);
    visitor.execute(row);
    std::string told;
    EXPECT_TRUE(harness::eventually([&] {
      const auto link = pair.databases->link_into(Side::kNew);
      told = link ? link->error : link.error;
      return told.find("1062") != std::string::npos || told.find("entry") != std::string::npos ||
             told.find("failed") != std::string::npos;
    })) << told;
    EXPECT_EQ(told.find("alice"), std::string::npos) << format << ": " << told;
  }
}

}  // namespace
}  // namespace cutover
