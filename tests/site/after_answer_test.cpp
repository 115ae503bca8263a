// SPDX-License-Identifier: Apache-2.0
// An application that answers first and writes afterwards (fastcgi_finish_request): in a switch and
// in a rollback none of these writes is refused, and none is lost.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

// Opens its connection, answers, and writes half a second later; what was refused is written down.
std::string page(const std::string& folder) {
  return "<?php require __DIR__ . '/../src/database.php';\n"
         "$db = connect(); $id = (int) $_GET['id']; echo 'noted';\n"
         "fastcgi_finish_request(); usleep(500000);\n"
         "try { $db->exec(\"INSERT INTO afterwards VALUES ($id)\"); }\n"
         "catch (PDOException $e) { file_put_contents('" +
         folder + "/refused', $e->getMessage() . \"\\n\", FILE_APPEND); }\n";
}

class AfterAnswer : public testing::Test {
 protected:
  AfterAnswer() : stage_(options()) {
    stage_.old_database().execute(
        "CREATE TABLE fantasy.afterwards (id INT PRIMARY KEY) ENGINE=InnoDB");
    for (harness::Httpd* httpd : {&stage_.site().old_httpd(), &stage_.site().new_httpd()})
      harness::write_file(httpd->htdocs() / "public/afterwards.php", page(folder()));
    EXPECT_EQ(stage_.site().await_gate(), "");
  }
  static SiteOptions options() {
    SiteOptions o;
    o.php_children = 40;
    return o;
  }
  std::string folder() { return stage_.hook().directory(); }

  void expect_all_written(DatabaseServer& database) {
    EXPECT_TRUE(eventually([&] {
      return database.number("SELECT COUNT(*) FROM fantasy.afterwards") == noted_;
    })) << database.number("SELECT COUNT(*) FROM fantasy.afterwards")
        << " of " << noted_;
    EXPECT_EQ(harness::read_file(folder() + "/refused"), "");
  }

  Stage stage_;
  std::atomic<int> noted_{0};
};

// Visitors who are answered and go, one after the other, while their pages have not written yet.
class Crowd {
 public:
  Crowd(std::uint16_t port, std::atomic<int>& noted) {
    for (int i = 0; i < 8; ++i)
      threads_.emplace_back([this, port, &noted] {
        harness::HttpClient client("127.0.0.1", port);
        while (!ending_) {
          const auto answer = client.get("/afterwards.php?id=" + std::to_string(++noted));
          EXPECT_EQ(answer.body, "noted") << answer.status << " " << answer.error;
          std::this_thread::sleep_for(milliseconds(150));
        }
      });
  }
  ~Crowd() {
    ending_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

 private:
  std::atomic<bool> ending_{false};
  std::vector<std::thread> threads_;
};

TEST_F(AfterAnswer, WhatIsWrittenThenIsWaitedForAndNothingIsRefused) {
  {
    const Crowd crowd(stage_.site().port(), noted_);
    for (int round = 0; round < 3; ++round) {
      stage_.expect_switch();
      ASSERT_EQ(stage_.site().await_gate(), "");
      stage_.expect_rollback();
      ASSERT_EQ(stage_.site().await_gate(), "");
    }
  }
  expect_all_written(stage_.old_database());
  EXPECT_THAT(stage_.site().status().at("last").at("busy"), testing::IsEmpty());
}

}  // namespace
}  // namespace cutover::test
