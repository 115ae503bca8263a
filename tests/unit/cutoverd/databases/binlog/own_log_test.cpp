// SPDX-License-Identifier: Apache-2.0
// A server's own transactions, looked up in its log: once, in slices, and never taken for harmless
// where that was not seen.
#include "mod_cutover/cutoverd/databases/binlog/own_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/fakes/fake_log_server.h"

namespace cutover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Own : public testing::Test {
 protected:
  Own() {
    server_.begin_file("");
    server_.add("0-1-1", "CREATE TABLE shop.w (a INT)");
    server_.add_rows("0-1-2");
  }
  Reading<OwnWrites> look(const Position& position = "0-1-2") {
    return log_.look(server_, *dialect_, {2, ""}, position, Deadline::in(std::chrono::seconds(1)));
  }
  // As often as it takes.
  OwnWrites found(const Position& position = "0-1-2") {
    for (const Deadline end = Deadline::in(std::chrono::seconds(6)); !end.over();) {
      if (const auto own = look(position)) return *own;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "nothing is found: " << look(position).error;
    return {};
  }

  FakeLogServer server_;
  std::unique_ptr<Dialect> dialect_ = mariadb_dialect();
  OwnLog log_;
};

TEST_F(Own, NothingBeyondThePositionAsksForNoLog) {
  server_.state = "0-1-2";
  EXPECT_FALSE(found().rows);
  EXPECT_EQ(found().settled, "0-1-2");
  EXPECT_EQ(server_.questions_for_the_log(), 0U);
}

TEST_F(Own, TransactionsWithoutRowsAreNamedAndCostNothingAtTheNextLook) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.add_rows("0-1-4");
  server_.add("0-2-5", "CREATE USER x IDENTIFIED BY 'secret'");
  server_.state = "0-1-4,0-2-5";
  const OwnWrites own = found();
  EXPECT_FALSE(own.rows) << own.counts;
  EXPECT_THAT(own.harmless, ElementsAre("ANALYZE TABLE shop.w (0-2-3)", "CREATE USER (0-2-5)"));
  EXPECT_EQ(own.settled, "0-2-5,0-1-2");
  EXPECT_EQ(own.cures.size(), 2U);
  const std::size_t asked = server_.questions_for_the_log();
  EXPECT_FALSE(found().rows);
  EXPECT_FALSE(found("0-2-3,0-1-2").rows) << "and of a part of them";
  EXPECT_EQ(server_.questions_for_the_log(), asked);
}

TEST_F(Own, ATransactionWithRowsCountsWhateverComesWithIt) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.add_rows("0-2-4");
  server_.add("0-2-5", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-5";
  const OwnWrites own = found();
  EXPECT_TRUE(own.rows);
  EXPECT_EQ(own.counts, "rows of shop.w (0-2-4)");
  EXPECT_EQ(own.settled, "");
  EXPECT_TRUE(found().rows);
  EXPECT_FALSE(found("0-2-4,0-1-2").rows) << "a position beyond it has only the ANALYZE left";
}

TEST_F(Own, OneMoreIsReadAlone) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-3";
  EXPECT_FALSE(found().rows);
  server_.asked.clear();
  server_.add_rows("0-2-4");
  server_.state = "0-1-2,0-2-4";
  EXPECT_TRUE(found().rows);
  EXPECT_THAT(server_.asked,
              testing::Contains("SHOW BINLOG EVENTS IN 'binlog.000001' FROM 1004 LIMIT 100"));
}

TEST_F(Own, AreFoundInTheRightFileOfMany) {
  for (int i = 3; i < 40; ++i) {
    server_.begin_file("0-1-" + std::to_string(i - 1) + (i > 20 ? ",0-2-20" : ""));
    if (i == 20) {
      server_.add("0-2-20", "FLUSH PRIVILEGES");
    } else {
      server_.add_rows("0-1-" + std::to_string(i));
    }
  }
  server_.state = "0-1-39,0-2-20";
  EXPECT_THAT(found("0-1-19").harmless, ElementsAre("FLUSH PRIVILEGES (0-2-20)"));
  EXPECT_LT(server_.questions_for_the_log(), 12U) << "not all files are looked into";
}

TEST_F(Own, AreReadOverTheEndOfAFile) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.begin_file("0-1-2,0-2-3");
  for (int i = 4; i < 200; ++i) server_.add_rows("0-1-" + std::to_string(i));
  server_.begin_file("0-1-199,0-2-3");
  server_.add("0-2-200", "OPTIMIZE TABLE shop.w");
  server_.state = "0-1-199,0-2-200";
  EXPECT_EQ(found().harmless.size(), 2U);
}

// Between the reading of a file and the list of files it grows once more, and is closed.
TEST_F(Own, WhatComesToTheEndOfAFileAsItIsClosedIsReadToo) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-3";
  EXPECT_FALSE(found().rows);
  server_.add("0-2-4", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-6";
  server_.before_files = [&] {
    server_.before_files = [&] {
      server_.add_rows("0-2-5");
      server_.begin_file("0-1-2,0-2-5");
      server_.add("0-2-6", "ANALYZE TABLE shop.w");
    };
  };
  EXPECT_TRUE(found().rows);
}

TEST_F(Own, WhereTheLogIsGoneAllCount) {
  server_.files.clear();
  server_.begin_file("0-1-2,0-2-3");
  server_.state = "0-1-2,0-2-3";
  const OwnWrites own = found();
  EXPECT_TRUE(own.rows);
  EXPECT_THAT(own.counts, HasSubstr("0-2-3"));
  EXPECT_THAT(own.counts, HasSubstr("not there any more"));
}

TEST_F(Own, WhereTheLogMayNotBeReadAllCount) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-3";
  server_.log = Result::Kind::kRefused;
  const OwnWrites own = found();
  EXPECT_TRUE(own.rows);
  EXPECT_THAT(own.counts, HasSubstr("GRANT REPLICATION SLAVE"));
}

TEST_F(Own, WhatTheLogDoesNotShowCounts) {
  server_.state = "0-1-2,0-2-3";
  EXPECT_FALSE(look()) << "it may be a moment late";
  const OwnWrites own = found();
  EXPECT_TRUE(own.rows);
  EXPECT_THAT(own.counts, HasSubstr("not in its binary log"));
}

TEST_F(Own, WhereTheServerDoesNotAnswerNothingIsKnown) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-3";
  server_.log = Result::Kind::kTimedOut;
  EXPECT_FALSE(look());
  server_.log = Result::Kind::kOk;
  EXPECT_FALSE(found().rows);
}

TEST_F(Own, AnEmptiedTableCountsUnlessItIsOneInMemory) {
  server_.add("0-2-3", "TRUNCATE TABLE `shop`.`m` /* generated by server for memory table */");
  server_.state = "0-1-2,0-2-3";
  server_.engine = "InnoDB";
  EXPECT_TRUE(found().rows);
  log_ = {};
  server_.engine = "";
  EXPECT_TRUE(found().rows) << "it is gone, or hidden";
  log_ = {};
  server_.engine = "MEMORY";
  EXPECT_FALSE(found().rows);
}

TEST_F(Own, AStatementOnATemporaryTableCountsWhereATableHasThatName) {
  server_.add("0-2-3", "use `shop`; INSERT INTO t VALUES (1)");
  server_.state = "0-1-2,0-2-3";
  EXPECT_FALSE(found().rows);
  log_ = {};
  server_.engine = "InnoDB";
  EXPECT_TRUE(found().rows);
  log_ = {};
  server_.hides_tables = true;
  EXPECT_TRUE(found().rows) << "whether it is there cannot be seen";
}

TEST_F(Own, AQuestionThatIsNotAnsweredIsAskedAgain) {
  server_.add("0-2-3", "use `shop`; INSERT INTO t VALUES (1)");
  server_.state = "0-1-2,0-2-3";
  server_.tables = Result::Kind::kTimedOut;
  EXPECT_FALSE(look());
  server_.tables = Result::Kind::kOk;
  EXPECT_FALSE(found().rows);
}

// RESET MASTER: the same numbers are given to other transactions.
TEST_F(Own, AServerThatCountsAnewIsReadAnew) {
  server_.add("0-2-3", "ANALYZE TABLE shop.w");
  server_.add("0-2-4", "ANALYZE TABLE shop.w");
  server_.state = "0-1-2,0-2-4";
  EXPECT_FALSE(found().rows);
  server_.files.clear();
  server_.begin_file("0-1-2");
  server_.add_rows("0-2-3");
  server_.state = "0-1-2,0-2-3";
  EXPECT_TRUE(found().rows);
}

TEST(WithOwn, KeepsTheNewestOfADomainLast) {
  EXPECT_EQ(with_own("0-1-50", "0-2-51", true), "0-2-51,0-1-50");
  EXPECT_EQ(with_own("0-2-31,0-1-50", "0-2-51", true), "0-2-51,0-1-50");
  EXPECT_EQ(with_own("0-1-50", "2-2-1", true), "0-1-50,2-2-1");
  EXPECT_EQ(with_own("a:1-5,b:1", "b:2:t:1", false), "a:1-5,b:1-2,b:t:1");
  EXPECT_EQ(with_those_of({2, ""}, "1-1-50", "1-1-40,2-2-7", true), "1-1-50,2-2-7");
  EXPECT_EQ(with_those_of({2, ""}, "1-1-50,2-2-9", "2-2-7", true), "1-1-50,2-2-9");
  EXPECT_EQ(with_those_of({2, ""}, "1-1-50", "", true), "1-1-50");
  EXPECT_EQ(with_those_of({2, "b"}, "a:1-5", "b:1", false), "a:1-5");
}

}  // namespace
}  // namespace cutover
