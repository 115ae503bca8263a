// SPDX-License-Identifier: Apache-2.0
// CutoverFence Off and CutoverPromote Off on real servers: what others are to do is waited for, and
// nothing that was written past httpd meanwhile is lost.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A job past httpd, for as long as it lives.
class Cron {
 public:
  explicit Cron(const DatabaseServer& server)
      : thread_([this, &server] {
          auto session = server.connect_as(harness::kAppUser, harness::kAppSchema);
          for (; !stop_; std::this_thread::sleep_for(milliseconds(5))) try {
              session.execute("INSERT INTO cron VALUES ()");
              ++acknowledged_;
            } catch (const harness::SqlError&) {  // 1290
            }
        }) {}
  int end() {
    stop_ = true;
    thread_.join();
    return acknowledged_;
  }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<int> acknowledged_{0};
  std::thread thread_;
};

class ByOthers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    play_ = std::make_unique<Play>(SiteOptions{},
                                   "CutoverFence Off\nCutoverPromote Off\nCutoverFenceTimeout 3s\n"
                                   "CutoverHoldTimeout 20s\n");
    stage().old_database().execute("CREATE TABLE fantasy.cron (id INT PRIMARY KEY AUTO_INCREMENT)");
  }
  static void TearDownTestSuite() {
    if (play_) play_->end();
    play_.reset();
  }
  void SetUp() override {
    ASSERT_TRUE(play_);
    ASSERT_EQ(site().await_gate(), "");
  }

  static Stage& stage() { return play_->stage; }
  static harness::Site& site() { return play_->stage.site(); }
  static void fence(DatabaseServer& server) { server.execute(server.words().make_read_only); }
  static void unfence(DatabaseServer& server) { server.execute(server.words().make_writable); }
  static std::int64_t rows(DatabaseServer& server) {
    return server.number("SELECT COUNT(*) FROM fantasy.cron");
  }

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> ByOthers::play_;

TEST_F(ByOthers, WhereNobodyFencesTheSwitchIsAbortedAndTheJobGoesOn) {
  EXPECT_THAT(site().cutoverctl({"preflight"}).output,
              AllOf(HasSubstr("CutoverFence Off: a run waits"),
                    HasSubstr("CutoverPromote Off: a run waits")));
  Cron cron(stage().old_database());
  const auto run = site().cutoverctl({"switch"});
  const int acknowledged = cron.end();
  EXPECT_EQ(run.exit_code, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("others are to make the old database read-only"));
  EXPECT_THAT(run.output, AllOf(Not(HasSubstr("read-only, proved")), Not(HasSubstr("promoting"))));
  stage().expect_serves("old");
  EXPECT_EQ(rows(stage().old_database()), acknowledged);
}

TEST_F(ByOthers, WhereNobodyPromotesEverythingGoesBack) {
  Command run(site(), {"switch"});
  EXPECT_TRUE(stage().reaches_phase("fencing")) << run.output();
  fence(stage().old_database());
  EXPECT_TRUE(stage().reaches_phase("undoing")) << run.output();
  unfence(stage().old_database());
  EXPECT_EQ(run.wait(), 1) << run.output();
  EXPECT_THAT(run.output(), HasSubstr("others have not made the arriving database writable in"));
  stage().expect_serves("old");
}

TEST_F(ByOthers, TheSwitchWaitsForTheirFenceAndTheirPromotionAndLosesNothing) {
  const auto before = rows(stage().old_database());
  Cron cron(stage().old_database());
  Command run(site(), {"switch"});
  EXPECT_TRUE(stage().reaches_phase("fencing")) << run.output();
  std::this_thread::sleep_for(milliseconds(300));
  fence(stage().old_database());
  EXPECT_TRUE(stage().reaches_phase("promoting")) << run.output();
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(site().side(), "none") << "nobody is let in to a database that is read-only";
  EXPECT_THAT(site().cutoverctl({"status"}).output,
              HasSubstr("others are to make the new database writable (CutoverPromote Off)"));
  unfence(stage().new_database());
  EXPECT_EQ(run.wait(), 0) << run.output();
  const int acknowledged = cron.end();
  EXPECT_THAT(run.output(), AllOf(HasSubstr("seen read-only, made so by others"),
                                  HasSubstr("seen writable, made so by others")));
  stage().expect_serves("new");
  EXPECT_GT(acknowledged, 20);
  EXPECT_EQ(rows(stage().new_database()), before + acknowledged);
  // And back, as others do it.
  ASSERT_EQ(site().await_gate(), "");
  Command back(site(), {"rollback"});
  EXPECT_TRUE(stage().reaches_phase("fencing")) << back.output();
  fence(stage().new_database());
  EXPECT_TRUE(stage().reaches_phase("promoting")) << back.output();
  unfence(stage().old_database());
  EXPECT_EQ(back.wait(), 0) << back.output();
  stage().expect_serves("old");
}

}  // namespace
}  // namespace cutover::test
