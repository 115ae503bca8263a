// SPDX-License-Identifier: Apache-2.0
// An application that answers first and writes afterwards (fastcgi_finish_request): in a switch and
// in a rollback none of these writes is refused, and none is lost. The environment's
// CUTOVER_WRITERS has more visitors come, CUTOVER_MOVES the site move more often: 100 and 40 are a
// hundred writers in twenty switches and their rollbacks.
#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <iostream>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

int from_environment(const char* name, int otherwise) {
  const char* wanted = std::getenv(name);
  return wanted != nullptr ? std::atoi(wanted) : otherwise;
}

int writers() { return from_environment("CUTOVER_WRITERS", 8); }
// Many wait until what they have begun is written.
milliseconds pause_of_a_writer() { return milliseconds(writers() > 8 ? 650 : 150); }

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
    o.php_children = 40 + 2 * writers();
    for (harness::DatabaseOptions* database : {&o.old_database, &o.new_database})
      database->settings.emplace_back("max_connections=500");
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
    for (int i = 0; i < writers(); ++i)
      threads_.emplace_back([this, port, &noted] {
        harness::HttpClient client("127.0.0.1", port);
        while (!ending_) {
          const auto answer = client.get("/afterwards.php?id=" + std::to_string(++noted));
          EXPECT_EQ(answer.body, "noted") << answer.status << " " << answer.error;
          std::this_thread::sleep_for(pause_of_a_writer());
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
  const int moves = from_environment("CUTOVER_MOVES", 6);
  std::vector<double> pauses;
  {
    const Crowd crowd(stage_.site().port(), noted_);
    for (int move = 0; move < moves; ++move) {
      move % 2 == 0 ? stage_.expect_switch() : stage_.expect_rollback();
      const nlohmann::json last = stage_.site().status().at("last");
      EXPECT_THAT(last.at("busy"), testing::IsEmpty());
      pauses.push_back(last.value("pause_ms", 0.0));
      ASSERT_EQ(stage_.site().await_gate(), "");
    }
  }
  expect_all_written(stage_.old_database());
  expect_all_written(stage_.new_database());
  std::sort(pauses.begin(), pauses.end());
  std::cout << "moves=" << moves << " writers=" << writers() << " written=" << noted_
            << " pause: median=" << pauses[pauses.size() / 2] << "ms longest=" << pauses.back()
            << "ms\n";
}

}  // namespace
}  // namespace cutover::test
