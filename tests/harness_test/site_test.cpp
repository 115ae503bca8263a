// SPDX-License-Identifier: Apache-2.0
// The application and its visitors on one side, without the module: what they report must be true.
#include "tests/harness/site.h"

#include <gtest/gtest.h>

#include "tests/harness/host_times.h"
#include "tests/harness/http_client.h"
#include "tests/harness/visitors.h"

namespace cutover::harness {
namespace {

class PlainSite : public testing::Test {
 protected:
  static SiteOptions plain() {
    SiteOptions options;
    options.module = false;
    options.slow_ms = 50;
    return options;
  }
  VisitorsOptions few() const {
    VisitorsOptions options;
    options.count = 4;
    options.think = std::chrono::milliseconds(2);
    options.port = site_.port();
    return options;
  }
  // Until so many more requests are answered, however slow the machine: more than were in flight.
  static void let_them_visit(const Visitors& visitors, std::uint64_t requests) {
    const std::uint64_t enough = visitors.requests() + requests;
    for (int i = 0; i < 3000 && visitors.requests() < enough; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_GE(visitors.requests(), enough);
  }

  Site site_{plain()};
};

TEST_F(PlainSite, NothingFailsAndEveryWriteIsThereOnceOnBothDatabases) {
  Visitors visitors(few());
  visitors.start();
  ASSERT_NO_FATAL_FAILURE(let_them_visit(visitors, 200));
  Experience experience = visitors.stop();
  EXPECT_EQ(experience.failed, 0U) << testing::PrintToString(experience.failures);
  EXPECT_EQ(experience.logged_out, 0U);
  EXPECT_GT(experience.acknowledged.size(), 10U);
  ASSERT_TRUE(caught_up(site_.old_database(), site_.new_database()));
  for (DatabaseServer* database : {&site_.old_database(), &site_.new_database()}) {
    SqlConnection connection = database->connect_as(kAppUser, kAppSchema);
    Reckoning reckoning = reckon(experience, connection);
    EXPECT_EQ(reckoning.lost, 0U);
    EXPECT_EQ(reckoning.duplicated, 0U);
    EXPECT_EQ(reckoning.stored, experience.acknowledged.size());
  }
  EXPECT_GE(read_host_log(site_.old_host_log()).size(), experience.requests);
}

TEST_F(PlainSite, LostDuplicatedFailedAndLoggedOutAreSeen) {
  Visitors visitors(few());
  visitors.start();
  ASSERT_NO_FATAL_FAILURE(let_them_visit(visitors, 200));
  DatabaseServer& database = site_.old_database();
  // Several times: a request that has begun before stores its session anew.
  for (int i = 0; i < 8; ++i) {
    database.execute("DELETE FROM fantasy.sessions");
    ASSERT_NO_FATAL_FAILURE(let_them_visit(visitors, 10));
  }
  database.execute(database.words().make_read_only);
  ASSERT_NO_FATAL_FAILURE(let_them_visit(visitors, 40));
  database.execute(database.words().make_writable);
  Experience experience = visitors.stop();
  EXPECT_GE(experience.failed, 4U);
  EXPECT_GE(experience.logged_out, 1U);
  database.execute(
      "INSERT INTO fantasy.ledger (write_id, manager_id, action, player_id, host) "
      "SELECT write_id, manager_id, action, player_id, host FROM fantasy.ledger LIMIT 3");
  database.execute("DELETE FROM fantasy.ledger ORDER BY entry DESC LIMIT 3");
  database.execute("DELETE FROM fantasy.ledger WHERE entry = 5");
  SqlConnection connection = database.connect_as(kAppUser, kAppSchema);
  EXPECT_EQ(reckon(experience, connection).lost, 1U);
  database.execute(
      "INSERT INTO fantasy.ledger (write_id, manager_id, action, player_id, host) "
      "SELECT write_id, manager_id, action, player_id, host FROM fantasy.ledger LIMIT 2");
  EXPECT_EQ(reckon(experience, connection).duplicated, 2U);
}

TEST_F(PlainSite, TheReplicaSideRefusesWithAnErrorPage) {
  HttpClient client("127.0.0.1", site_.new_port());
  HttpResponse page = client.get("/team");
  EXPECT_EQ(page.status, 500);
  EXPECT_EQ(page.header("x-served-by"), "new");
  EXPECT_EQ(client.get("/style.css").header("content-type"), "text/css");
}

TEST(HostTimes, OverlapIsTheLastEndLessTheFirstBegin) {
  std::vector<Handled> leaving = {{0, 30'000'000}, {5'000'000, 12'000'000}};
  std::vector<Handled> arriving = {{50'000'000, 60'000'000}, {45'000'000, 90'000'000}};
  EXPECT_EQ(overlap_ms(leaving, arriving), -15.0);
  EXPECT_EQ(overlap_ms(arriving, leaving), 90.0);
  EXPECT_EQ(overlap_ms(leaving, {}), std::nullopt);
  EXPECT_EQ(overlap_ms(leaving, arriving, 46'000'000), -20.0);
  leaving.push_back({70'000'000, 71'000'000});
  EXPECT_EQ(overlap_ms(leaving, arriving), 26.0);
  EXPECT_EQ(overlap_ms(leaving, arriving, 0, 70'000'000), -15.0) << "that was after the next move";
}

}  // namespace
}  // namespace cutover::harness
