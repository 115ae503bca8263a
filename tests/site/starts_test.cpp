// SPDX-License-Identifier: Apache-2.0
// The first look of a coordinator, by the administrator's own ways: a state directory that was
// lost, a site that a live graceful brings in, and a person's word while the other database is
// silent.
#include <gmock/gmock.h>

#include "tests/harness/http_client.h"
#include "tests/harness/ports.h"
#include "tests/harness/temp_dir.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

// New serves, httpd is stopped, and what it knew of the site is gone.
void lose_the_state(Stage& stage) {
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_switch();
  stage.site().old_httpd().stop();
  for (const auto& file : std::filesystem::directory_iterator(stage.site().state_dir()))
    std::filesystem::remove_all(file);
}

TEST(Starts, WithoutAJournalAndWithTwoWritableDatabasesNobodyIsServedByOld) {
  Stage stage;
  lose_the_state(stage);
  stage.new_database().execute("DROP DATABASE IF EXISTS mod_cutover");  // nor do the servers know
  DatabaseServer& old_database = stage.old_database();
  if (old_database.vendor() == Vendor::kMySql) old_database.execute("RESET PERSIST");
  old_database.restart();
  stage.site().old_httpd().start();
  ASSERT_TRUE(eventually([&] { return stage.site().cutoverctl({"status"}).exit_code == 4; }));
  EXPECT_THAT(stage.site().cutoverctl({"status"}).output, HasSubstr("no journal"));
  EXPECT_THAT(stage.site().cutoverctl({"events"}).output, HasSubstr("in doubt"))
      << "the trail, too";
  EXPECT_FALSE(old_database.read_only()) << "nothing is touched";
  const harness::Finished resolved = stage.site().cutoverctl({"resolve", "shop", "new"});
  EXPECT_EQ(resolved.exit_code, 0) << resolved.output;
  stage.expect_serves("new");
}

TEST(Starts, WithoutAJournalTheOneWritableDatabaseSaysWhoServes) {
  Stage stage;
  lose_the_state(stage);
  stage.site().old_httpd().start();
  EXPECT_TRUE(eventually([&] { return stage.ask() == "new"; }))
      << stage.site().cutoverctl({"status"}).output;
}

bool remembers(DatabaseServer& server, const std::string& side) {
  return server.number(
             "SELECT COUNT(*) FROM information_schema.tables WHERE TABLE_SCHEMA = "
             "'mod_cutover'") == 1 &&
         server.value("SELECT serves FROM mod_cutover.served") == side;
}

// A backup of the state directory, taken before the switch and put back after it.
class Restored {
 public:
  explicit Restored(Stage& stage) : stage_(stage) {
    EXPECT_EQ(stage.site().await_gate(), "");
    run("cp -a " + directory() + "/. " + copy_.path().string());
    stage.expect_switch();
    EXPECT_TRUE(eventually([&] { return remembers(stage.new_database(), "new"); }));
    stage.site().old_httpd().stop();
    run("rm -rf " + directory() + "/* && cp -a " + copy_.path().string() + "/. " + directory());
  }

 private:
  std::string directory() const { return stage_.site().state_dir().string(); }
  static void run(const std::string& line) {
    EXPECT_EQ(harness::run({"/bin/sh", "-c", line}).exit_code, 0) << line;
  }

  Stage& stage_;
  harness::TempDir copy_{"restored"};
};

TEST(Starts, ARestoredStateDirectoryGoesByWhatTheServersRemember) {
  Stage stage;
  const Restored restored(stage);
  stage.site().old_httpd().start();
  EXPECT_EQ(stage.ask(), "new") << "the first request of all waits until that is known";
  EXPECT_TRUE(eventually([&] { return stage.site().cutoverctl({"status"}).exit_code == 0; }))
      << stage.site().cutoverctl({"status"}).output;
  EXPECT_THAT(stage.site().cutoverctl({"events"}).output, HasSubstr("CUT0310"));
  stage.expect_rollback();
  EXPECT_TRUE(eventually([&] { return remembers(stage.old_database(), "old"); }));
}

// After a power cut each server is as its my.cnf says, which is as it was before the switch.
TEST(Starts, ARestoredStateDirectoryAndRolesThatARestartHasSwappedAreADoubt) {
  Stage stage;
  const Restored restored(stage);
  DatabaseServer& old_database = stage.old_database();
  for (DatabaseServer* server : {&old_database, &stage.new_database()})
    if (server->vendor() == Vendor::kMySql) server->execute("RESET PERSIST");
  old_database.restart();
  stage.new_database().restart({"read_only=1"});
  stage.site().old_httpd().start();
  EXPECT_NE(stage.ask(), "old") << "which lacks what new was given";
  EXPECT_TRUE(eventually([&] { return stage.site().cutoverctl({"status"}).exit_code == 4; }));
  const harness::Finished resolved = stage.site().cutoverctl({"resolve", "shop", "new"});
  EXPECT_EQ(resolved.exit_code, 0) << resolved.output;
  stage.expect_serves("new");
}

// Its databases cannot be asked yet: whoever was served before is served on.
TEST(Starts, ASiteThatALiveGracefulBringsInIsServedAsBefore) {
  Stage stage;
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  const std::uint16_t port = harness::free_port();
  harness::write_file(site.directory() / "blog.cnf",
                      "[cutover]\nhost=127.0.0.1\nport=1\nuser=nobody\npassword=x\n", 0600);
  const std::string file = (site.directory() / "blog.cnf").string();
  harness::write_file(site.old_httpd().htdocs() / "blog.txt", "the blog");
  site.old_httpd().conf().add("<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:" +
                              std::to_string(site.new_port()) + "\nCutoverOldDatabase \"" + file +
                              "\"\nCutoverNewDatabase \"" + file + "\"\n</CutoverSite>\n");
  site.old_httpd().conf().vhost(
      port, "DocumentRoot \"" + site.old_httpd().htdocs().string() + "\"\nCutover blog\n",
      "blog.example.com");
  site.old_httpd().write_conf();
  site.graceful();
  harness::HttpClient visitor("127.0.0.1", port, "blog.example.com");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(visitor.get("/blog.txt").body, "the blog");
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_NE(site.cutoverctl({"switch", "blog"}).exit_code, 0) << "the gate is closed";
}

// Its databases are silent as a live graceful brings it in, and say afterwards that new serves:
// what was not known was not written down as old.
TEST(Starts, ASiteThatALiveGracefulBringsInGoesByItsDatabasesOnceTheyAnswer) {
  Stage stage;
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  const std::string text = site.old_httpd().conf_text();
  std::string without = text;
  const std::size_t begin = without.find("<CutoverSite shop>");
  without.erase(begin, without.find("</CutoverSite>", begin) + 14 - begin);
  without.erase(without.find("Cutover shop\n"), 13);
  site.old_httpd().stop();
  for (const auto& file : std::filesystem::directory_iterator(site.state_dir()))
    std::filesystem::remove_all(file);
  const bool mysql = stage.old_database().vendor() == Vendor::kMySql;
  stage.old_database().execute(mysql ? "SET GLOBAL super_read_only=1" : "SET GLOBAL read_only=1");
  stage.new_database().execute("SET GLOBAL read_only=0");
  site.old_httpd().write_conf(without);
  site.old_httpd().start();
  stage.new_database().freeze();
  site.old_httpd().write_conf(text);
  site.old_httpd().graceful();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(stage.ask(), "500 ") << "old's page, which wants to write: from the first request on";
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_TRUE(eventually([&] {
    return site.cutoverctl({"status"}).output.find("old serves meanwhile") != std::string::npos;
  })) << site.cutoverctl({"status"}).output;
  stage.new_database().thaw();
  EXPECT_TRUE(eventually([&] { return stage.ask() == "new"; }))
      << site.cutoverctl({"status"}).output;
  EXPECT_TRUE(eventually([&] { return site.cutoverctl({"status"}).exit_code == 0; }));
}

// The emergency exit, with a server that hangs instead of refusing: what must be done for the other
// side does not wait for it, and when it lives again it is fenced before anything else.
TEST(Starts, APersonsWordDoesNotWaitForAServerThatIsSilent) {
  Stage stage;
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  stage.expect_switch();
  stage.new_database().freeze();
  const auto begin = std::chrono::steady_clock::now();
  const harness::Finished resolved =
      harness::run({"/bin/sh", "-c", [&] {
                      std::string line = "echo shop |";
                      for (const std::string& word :
                           site.cutoverctl_command({"resolve", "shop", "old", "--other-is-down"}))
                        line += " '" + word + "'";
                      return line;
                    }()});
  EXPECT_EQ(resolved.exit_code, 0) << resolved.output;
  EXPECT_EQ(stage.ask(), "old");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_FALSE(stage.old_database().read_only());
  stage.new_database().thaw();
  EXPECT_TRUE(eventually([&] { return stage.new_database().read_only(); }))
      << site.cutoverctl({"status"}).output;
  EXPECT_EQ(stage.ask(), "old");
}

}  // namespace
}  // namespace cutover::test
