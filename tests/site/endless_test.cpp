// SPDX-License-Identifier: Apache-2.0
// Answers that never end, with databases: no drain waits for them, their visitors are cut off in
// the pause, and what serves them writes nothing past the fence.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

// It writes, says so, and writes again once a file is there; it does not mind who has gone.
constexpr const char* kStream = R"php(<?php
require __DIR__ . '/../src/database.php';
ignore_user_abort(true);
header('Content-Type: text/event-stream');
$here = '@HERE@';
$db = connect();
$db->exec("INSERT INTO aside VALUES ('before')");
echo "data: begun\n\n";
flush();
touch("$here/begun");
while (!file_exists("$here/on")) usleep(20000);
try { $db->exec("INSERT INTO aside VALUES ('after')"); $how = 'taken'; }
catch (PDOException $e) { $how = $e->getMessage(); }
file_put_contents("$here/how", $how);
)php";

class EndlessOnes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    play_ = std::make_unique<Play>(with_relays(), "CutoverStreams text/event-stream\n");
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

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> EndlessOnes::play_;

TEST_F(EndlessOnes, AVisitorIsCutOffAndHisScriptWritesNothingPastTheFence) {
  stage().old_database().execute("CREATE TABLE fantasy.aside (what VARCHAR(20))");
  const auto here = stage().hook().directory();
  std::string script = kStream;
  script.replace(script.find("@HERE@"), 6, here.string());
  harness::write_file(site().old_httpd().htdocs() / "public/stream.php", script);
  std::thread visitor([port = site().port()] {
    EXPECT_EQ(harness::HttpClient("127.0.0.1", port).get("/stream.php").status, 0);
  });
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(here / "begun"); }));
  EXPECT_THAT(site().cutoverctl({"rehearse"}).output,
              HasSubstr("1 connection that never ends would be closed"));
  stage().expect_switch();
  visitor.join();
  const nlohmann::json last = site().status().at("last");
  EXPECT_EQ(last.value("closed", -1) + last.value("left_open", -1), 1) << last;
  EXPECT_EQ(last.value("left_behind", -1), 0);
  harness::write_file(here / "on", "");
  ASSERT_TRUE(eventually([&] { return harness::read_file(here / "how") != ""; }));
  EXPECT_THAT(harness::read_file(here / "how"), HasSubstr("1290"));
  for (DatabaseServer* database : {&stage().old_database(), &stage().new_database()})
    EXPECT_EQ(database->number("SELECT COUNT(*) FROM fantasy.aside"), 1);
  EXPECT_EQ(site().status().value("doubt", "?"), "");
  stage().expect_rollback();
}

}  // namespace
}  // namespace cutover::test
