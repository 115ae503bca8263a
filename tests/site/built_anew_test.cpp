// SPDX-License-Identifier: Apache-2.0
// A server comes back without what it had written: an administrator builds it anew, or restores it.
#include <gmock/gmock.h>

#include "tests/harness/data_template.h"
#include "tests/harness/replication.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class BuiltAnew : public testing::Test {
 protected:
  void SetUp() override {
    if (harness::vendor_of_this_run() != Vendor::kMariaDb)
      GTEST_SKIP() << "MySQL's servers have another identity with a fresh data directory";
  }
  std::string status() { return stage_.site().cutoverctl({"status"}).output; }
  bool is_said(const std::string& what) {
    return eventually([&] { return status().find(what) != std::string::npos; });
  }
  std::int64_t rows(DatabaseServer& server, const std::string& table) {
    return server.number("SELECT COUNT(*) FROM fantasy." + table);
  }

  Stage stage_;
};

TEST_F(BuiltAnew, TheNewDatabaseFromAFreshDataDirectoryIsNotTouched) {
  DatabaseServer& old_database = stage_.old_database();
  DatabaseServer& new_database = stage_.new_database();
  stage_.expect_switch();
  new_database.execute("CREATE TABLE fantasy.of_new (id INT PRIMARY KEY)");
  stage_.expect_rollback();
  ASSERT_EQ(stage_.site().await_gate(), "");
  new_database.stop();
  fs::remove_all(new_database.directory() / "data");
  harness::copy_data_template(new_database.vendor(), new_database.directory() / "data");
  new_database.start();
  new_database.execute("SET sql_log_bin=0");
  new_database.create_accounts();
  new_database.execute("SET sql_log_bin=1");
  ASSERT_TRUE(is_said("is being built anew")) << status();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_FALSE(new_database.read_only()) << "whoever builds it decides that";
  EXPECT_EQ(stage_.ask(), "old");
  EXPECT_EQ(stage_.site().cutoverctl({"switch"}).exit_code, 1);

  // Its slave position, which the dump brings, stands behind all that it wrote in its first life.
  harness::set_up_replica(old_database, new_database, {.ring = false});
  EXPECT_EQ(stage_.site().await_gate(), "");
  EXPECT_EQ(stage_.site().cutoverctl({"status"}).exit_code, 0) << status();
  stage_.expect_serves("old");
}

TEST_F(BuiltAnew, TheOldDatabaseRestoredFromABackupServesAndNothingOfItIsApplied) {
  DatabaseServer& old_database = stage_.old_database();
  DatabaseServer& new_database = stage_.new_database();
  ASSERT_EQ(stage_.site().await_gate(), "");
  const fs::path data = old_database.directory() / "data";
  const fs::path backup = old_database.directory() / "backup";
  old_database.execute("CREATE TABLE fantasy.later (id INT PRIMARY KEY)");
  old_database.stop();
  fs::copy(data, backup, fs::copy_options::recursive);
  old_database.start();
  ASSERT_EQ(stage_.site().await_gate(), "");
  for (int id = 1; id <= 3; ++id)
    old_database.execute("INSERT INTO fantasy.later VALUES (" + std::to_string(id) + ")");
  ASSERT_TRUE(eventually([&] { return rows(new_database, "later") == 3; }));
  old_database.stop();
  fs::remove_all(data);
  fs::rename(backup, data);
  old_database.start();
  ASSERT_TRUE(is_said("lacks writes of its own")) << status();
  EXPECT_EQ(stage_.site().cutoverctl({"status"}).exit_code, 4);
  EXPECT_EQ(stage_.ask(), "old") << "the site goes on";
  EXPECT_TRUE(eventually([&] {
    return harness::replica_status(new_database)["Slave_SQL_Running"] == "No";
  })) << status();
  for (int id = 11; id <= 19; ++id)
    old_database.execute("INSERT INTO fantasy.later VALUES (" + std::to_string(id) + ")");
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_EQ(rows(new_database, "later"), 3) << "numbers of what was lost, and other rows";
  EXPECT_EQ(stage_.site().cutoverctl({"switch"}).exit_code, 1);
  EXPECT_THAT(status(), HasSubstr("IN DOUBT"));
}

}  // namespace
}  // namespace cutover::test
