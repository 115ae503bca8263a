// SPDX-License-Identifier: Apache-2.0
// `CutoverStragglers close`: a request that does not end holds up no switch. What it wrote before
// the fence is on the new host, what it tries to write after it is refused, and of all others none
// fails.
#include <gmock/gmock.h>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

class Stragglers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    play_ =
        std::make_unique<Play>(with_relays(), "CutoverStragglers close\nCutoverDrainTimeout 1s\n");
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
  static std::string left_behind(const nlohmann::json& run) {
    return std::to_string(run.value("left_behind", -1)) + " " + run.value("outcome", "");
  }

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> Stragglers::play_;

TEST_F(Stragglers, ARehearsalSaysWhoWouldBeLeftBehindAndCutsNobodyOff) {
  std::thread slow = stage().slow_request(milliseconds(6000));
  const auto done = site().cutoverctl({"rehearse"});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("1 would be left behind, and closed"));
  EXPECT_THAT(site().cutoverctl({"preflight"}).output, HasSubstr("a drain would leave behind GET"));
  slow.join();
  EXPECT_EQ(left_behind(site().status().at("rehearsal")), "1 done");
  stage().expect_serves("old");
}

TEST_F(Stragglers, ASwitchAndARollbackDoNotWaitForThem) {
  for (const auto run : {&Stage::expect_switch, &Stage::expect_rollback}) {
    std::thread slow = stage().slow_request(milliseconds(8000), "");
    const auto begun = std::chrono::steady_clock::now();
    (stage().*run)();
    slow.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(7000));
    EXPECT_EQ(left_behind(site().status().at("last")), "1 done");
  }
}

TEST_F(Stragglers, WhatTheyWriteIsOnTheNewHostOrRefused) {
  stage().old_database().execute("CREATE TABLE fantasy.aside (what VARCHAR(20))");
  const auto here = stage().hook().directory();
  harness::write_file(
      site().old_httpd().htdocs() / "public/writes.php",
      "<?php require __DIR__ . '/../src/database.php';\n"
      "$db = connect(); $db->exec(\"INSERT INTO aside VALUES ('before')\");\n"
      "touch('" +
          (here / "wrote").string() +
          "');\n"
          "while (!file_exists('" +
          (here / "on").string() +
          "')) usleep(20000);\n"
          "try { $db->exec(\"INSERT INTO aside VALUES ('after')\"); $how = 'taken'; }\n"
          "catch (PDOException $e) { $how = $e->getMessage(); }\n"
          "file_put_contents('" +
          (here / "how").string() + "', $how);\n");
  std::thread visitor([port = site().port()] {
    EXPECT_EQ(harness::HttpClient("127.0.0.1", port).get("/writes.php").status, 0);
  });
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(here / "wrote"); }));
  stage().expect_switch();
  visitor.join();
  EXPECT_GE(site().status().at("last").value("left_behind", 0), 1);
  harness::write_file(here / "on", "");
  ASSERT_TRUE(eventually([&] { return harness::read_file(here / "how") != ""; }));
  EXPECT_THAT(harness::read_file(here / "how"), HasSubstr("1290"));
  for (DatabaseServer* database : {&stage().old_database(), &stage().new_database()}) {
    EXPECT_EQ(database->number("SELECT COUNT(*) FROM fantasy.aside WHERE what = 'before'"), 1);
    EXPECT_EQ(database->number("SELECT COUNT(*) FROM fantasy.aside"), 1);
  }
  EXPECT_EQ(site().status().value("doubt", "?"), "");
  stage().expect_rollback();
}

}  // namespace
}  // namespace cutover::test
