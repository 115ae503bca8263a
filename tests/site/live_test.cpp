// SPDX-License-Identifier: Apache-2.0
// WebSockets and event streams that write, with databases, while the site moves: their clients come
// again to the other side, and what was said to be taken is in both databases. The environment's
// CUTOVER_MOVES has it move more often: 40 are twenty switches and their rollbacks.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <set>

#include "tests/harness/live_app.h"
#include "tests/site/flips.h"
#include "tests/site/live_visitors.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr LiveVisitors::Number kNumber{200, 50};
constexpr std::size_t kAll = kNumber.sockets + kNumber.streams;
constexpr milliseconds kOnABusyMachine{5000};
// Where others have the processor, replication lags behind, and a run is asked for again.
constexpr milliseconds kReplicationIsBehind{60000};
constexpr int kTries = 30;
constexpr const char* kSettings =
    "CutoverStreams text/event-stream\nCutoverMaxLag 10s\nCutoverCatchUpTimeout 10s\n"
    "CutoverHoldTimeout 30s\n";

class Live : public testing::Test {
 protected:
  Live() {
    stage_.old_database().execute("USE fantasy; " + std::string(harness::kMessagesTable));
    old_app_.write_to(stage_.old_database().login_of(harness::kAppUser, harness::kAppSchema));
    new_app_.write_to(stage_.new_database().login_of(harness::kAppUser, harness::kAppSchema));
    EXPECT_EQ(stage_.site().await_gate(), "");
    visitors_.emplace(stage_.site().port(), kNumber);
  }
  // A thread of httpd for each that is open, at either side, and as many again for those who come.
  SiteOptions options() const {
    SiteOptions o;
    o.processes = 4;
    o.threads = 130;
    o.php_children = 4;
    o.vhost_settings = old_app_.vhost();
    o.new_vhost_settings = new_app_.vhost();
    return o;
  }
  static int moves() {
    const char* wanted = std::getenv("CUTOVER_MOVES");
    return wanted != nullptr ? std::atoi(wanted) : 2;
  }

  harness::Finished ask_for(Side to) {
    return stage_.site().cutoverctl({to == Side::kNew ? "switch" : "rollback"});
  }
  void move(Side to) {
    const std::string host = to == Side::kNew ? "new" : "old";
    ASSERT_EQ(stage_.site().await_gate(), "");
    harness::Finished run = ask_for(to);
    for (; behind_ < kTries && run.output.find("refused: catch-up: ") != std::string::npos;
         run = ask_for(to))
      ++behind_;
    ASSERT_EQ(run.exit_code, 0) << run.output << stage_.site().old_httpd().error_log();
    ASSERT_TRUE(eventually([&] { return visitors_->at(host).size() == kAll; }))
        << visitors_->at(host).size();
    for (const auto& since : visitors_->at(host))
      waits_.push_back(std::chrono::duration_cast<milliseconds>(since - flips_.to(to)));
    const nlohmann::json last = stage_.site().status().at("last");
    EXPECT_EQ(last.value("closed", -1) + last.value("left_open", -1), static_cast<int>(kAll));
    left_open_ += last.value("left_open", 0);
    expect_in_both(visitors_->figures().acknowledged);
  }
  void expect_in_both(const std::vector<std::string>& messages) {
    for (DatabaseServer* database : {&stage_.old_database(), &stage_.new_database()}) {
      EXPECT_TRUE(
          eventually([&] { return missing(*database, messages).empty(); }, kReplicationIsBehind))
          << testing::PrintToString(missing(*database, messages));
    }
  }
  static std::vector<std::string> missing(DatabaseServer& database,
                                          const std::vector<std::string>& messages) {
    std::set<std::string> there;
    for (const auto& row : database.execute("SELECT id FROM fantasy.messages"))
      there.insert(row.at(0).value_or(""));
    std::vector<std::string> missing;
    std::copy_if(messages.begin(), messages.end(), std::back_inserter(missing),
                 [&](const std::string& one) { return !there.contains(one); });
    return missing;
  }
  static std::string sum_of(DatabaseServer& database) {
    return database
        .value(
            "SELECT CONCAT(COUNT(*), '/', BIT_XOR(CRC32(CONCAT(id, host)))) "
            "FROM fantasy.messages")
        .value_or("");
  }
  void report(const LiveVisitors::Figures& seen) {
    std::sort(waits_.begin(), waits_.end());
    const auto old_app = old_app_.figures(), new_app = new_app_.figures();
    std::cout << "moves=" << moves() << " clients=" << kAll
              << " median=" << waits_[waits_.size() / 2].count()
              << "ms slowest=" << waits_.back().count()
              << "ms acknowledged=" << seen.acknowledged.size() << " sent_again=" << seen.sent_again
              << " there_already=" << old_app.there_already + new_app.there_already
              << " refused=" << old_app.refusals.size() + new_app.refusals.size()
              << " told_refused=" << seen.told_refused << " left_open=" << left_open_
              << " asked_again=" << behind_ << "\n";
  }

  harness::LiveApp old_app_{"old"}, new_app_{"new"};
  Stage stage_{options(), kSettings};
  Flips flips_{stage_.site().old_httpd().pid()};
  std::optional<LiveVisitors> visitors_;
  std::vector<milliseconds> waits_;  // of each client at each move, from the flip on
  int left_open_ = 0;                // who had not ended when the fence came, of all moves
  int behind_ = 0;                   // runs that were refused, since replication was
};

TEST_F(Live, EachIsAtTheOtherSideSoonAndWhatIsAcknowledgedIsInBothDatabases) {
  ASSERT_TRUE(eventually([&] { return visitors_->at("old").size() == kAll; }));
  for (int i = 0; i < moves() && !HasFatalFailure(); ++i)
    move(i % 2 == 0 ? Side::kNew : Side::kOld);
  visitors_->stop();
  ASSERT_FALSE(waits_.empty());
  const LiveVisitors::Figures seen = visitors_->figures();
  report(seen);
  EXPECT_LT(waits_.back(), kOnABusyMachine);
  EXPECT_THAT(seen.turned_away, ElementsAre());
  EXPECT_EQ(seen.told_refused, 0U) << testing::PrintToString(old_app_.figures().refusals)
                                   << testing::PrintToString(new_app_.figures().refusals);
  expect_in_both(seen.acknowledged);
  EXPECT_TRUE(
      eventually([&] { return sum_of(stage_.old_database()) == sum_of(stage_.new_database()); }));
  EXPECT_THAT(stage_.site().status().value("doubt", "?"), IsEmpty());
}

}  // namespace
}  // namespace cutover::test
