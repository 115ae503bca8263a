// SPDX-License-Identifier: Apache-2.0
// cutoverctl verify on real servers: equal, different and what a switch makes of it, over a
// graceful and a death of the coordinator, and not while a run is under way.
#include <gmock/gmock.h>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class Verify : public testing::Test {
 protected:
  Verify() { EXPECT_EQ(site().await_gate(), ""); }
  harness::Site& site() { return stage_.site(); }
  nlohmann::json verified() {
    const auto asked = site().cutoverctl({"status", "--json"});
    const auto status = nlohmann::json::parse(asked.output, nullptr, false);
    EXPECT_TRUE(status.is_object()) << asked.output;
    return status.at("sites").at(0).at("verify");
  }
  bool is_under_way() {
    return eventually([&] {
      const auto asked = site().cutoverctl({"status", "--json"});  // none answers for a moment
      return asked.exit_code == 0 && !verified().at("now").is_null();
    });
  }
  bool comes_to_its_end() {
    return eventually([&] { return verified().at("now").is_null(); }, seconds(60));
  }
  void on_new(const std::string& sql) {
    auto root = stage_.new_database().connect();
    root.execute(stage_.new_database().words().make_writable);
    root.execute("SET SESSION sql_log_bin=0");
    root.execute(sql);
    root.execute(stage_.new_database().words().make_read_only);
  }
  void make_rows() {
    stage_.old_database().execute("CREATE TABLE fantasy.many (id INT PRIMARY KEY, word CHAR(9))");
    stage_.old_database().execute("INSERT INTO fantasy.many VALUES (1, 'one')");
    for (int have = 1; have < 8192; have *= 2)
      stage_.old_database().execute("INSERT INTO fantasy.many SELECT id + " + std::to_string(have) +
                                    ", 'more' FROM fantasy.many");
    EXPECT_EQ(site().await_gate(), "");
  }

  Stage stage_;
};

TEST_F(Verify, EqualIsToldWithItsAgeAndADifferenceRefusesTheSwitch) {
  EXPECT_EQ(verified().at("result"), "never");
  make_rows();
  const auto equal = site().cutoverctl({"verify"});
  EXPECT_EQ(equal.exit_code, 0) << equal.output;
  EXPECT_EQ(verified().at("result"), "equal");
  EXPECT_THAT(site().cutoverctl({"status"}).output, HasSubstr("verified  equal: "));
  on_new("UPDATE fantasy.many SET word = 'mode' WHERE id = 77");
  const auto different = site().cutoverctl({"verify"});
  EXPECT_EQ(different.exit_code, 1);
  EXPECT_THAT(different.output, HasSubstr("fantasy.many id 77: word 'xxxx' (4 bytes"));
  const auto refused = site().cutoverctl({"switch"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("verified"));
  on_new("UPDATE fantasy.many SET word = 'more' WHERE id = 77");
  EXPECT_EQ(site().cutoverctl({"verify"}).exit_code, 0);
  stage_.expect_switch();
}

TEST_F(Verify, GoesOnAfterAGracefulAndADeathAndStopsWhenItIsTold) {
  make_rows();
  EXPECT_EQ(site().cutoverctl({"verify", "--detach", "--rows-per-second", "400"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return verified().at("now").value("rows", 0) > 0; }));
  site().graceful();
  EXPECT_TRUE(is_under_way());
  harness::signal_to(stage_.coordinator(), SIGKILL);
  EXPECT_EQ(site().await_gate(), "");
  EXPECT_TRUE(is_under_way());
  const int before = verified().at("now").value("rows", 0);
  EXPECT_GT(before, 0);
  EXPECT_EQ(site().cutoverctl({"verify", "--stop"}).exit_code, 0);
  EXPECT_TRUE(verified().at("now").at("stopped"));
  EXPECT_EQ(site().cutoverctl({"verify"}).exit_code, 0);
  EXPECT_GE(verified().at("last").value("rows", 0), 8192);
}

TEST_F(Verify, WaitsWhileARunIsUnderWay) {
  make_rows();
  const auto run = stage_.run_with([&] {
    EXPECT_EQ(site().cutoverctl({"verify", "--detach"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] {
      const auto now = verified().at("now");
      return !now.is_null() && now.value("waits_for", "").find("a run is under way") == 0;
    }));
    EXPECT_EQ(verified().at("now").value("rows", 1), 0);
  });
  EXPECT_EQ(run->wait(), 0) << run->output();
  EXPECT_TRUE(comes_to_its_end());
  EXPECT_EQ(verified().at("result"), "equal") << verified();
}

}  // namespace
}  // namespace cutover::test
