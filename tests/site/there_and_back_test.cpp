// SPDX-License-Identifier: Apache-2.0
// There and back and there again under load, with and without a ring set up beforehand; and several
// sites on one httpd.
#include <gmock/gmock.h>

#include "tests/harness/host_times.h"
#include "tests/harness/http_client.h"
#include "tests/harness/ports.h"
#include "tests/harness/replication.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

void go_on() { std::this_thread::sleep_for(milliseconds(700)); }

void there_and_back_and_there(Play& play) {
  go_on();
  play.stage.expect_switch();
  const auto overlap =
      harness::overlap_ms(harness::read_host_log(play.stage.site().old_host_log()),
                          harness::read_host_log(play.stage.site().new_host_log()));
  go_on();
  ASSERT_TRUE(overlap);
  EXPECT_LE(*overlap, 0.0) << "both hosts served at once";
  play.stage.expect_rollback();
  go_on();
  play.stage.expect_switch();
  go_on();
  play.end();
}

TEST(ThereAndBack, OnARingUnderLoad) {
  Play play({}, "", 16);
  there_and_back_and_there(play);
  DatabaseServer& old_database = play.stage.old_database();
  DatabaseServer& new_database = play.stage.new_database();
  EXPECT_TRUE(harness::receives_only(new_database)) << "nothing is applied into what serves";
  const auto tables = old_database.connect().named(
      "SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'fantasy'");
  EXPECT_GE(tables.size(), 3U);
  for (const auto& row : tables) {
    const std::string sql = "CHECKSUM TABLE fantasy." + row.at("t").value();
    const auto sum = [&](DatabaseServer& server) {
      return server.connect().named(sql)[0].at("Checksum");
    };
    EXPECT_TRUE(eventually([&] { return sum(old_database) == sum(new_database); })) << sql;
  }
}

TEST(ThereAndBack, WithALinkBackThatIsBuiltOnTheWay) {
  SiteOptions options;
  options.replication.ring = false;
  Play play(options, "", 0);
  Stage* stage = &play.stage;
  EXPECT_THAT(stage->site().cutoverctl({"switch"}).output, HasSubstr("way-back"))
      << "no ring and no account to build one with";
  stage->name_replication_accounts();
  EXPECT_EQ(stage->site().await_gate(), "");
  harness::VisitorsOptions visitors;
  visitors.count = 16;
  visitors.port = stage->site().port();
  harness::Visitors crowd(visitors);
  crowd.start();
  go_on();
  stage->expect_switch();
  EXPECT_TRUE(eventually([&] { return harness::replication_runs(stage->old_database()); }))
      << stage->site().old_httpd().error_log();
  go_on();
  stage->expect_rollback();
  go_on();
  stage->expect_switch();
  go_on();
  play.reckon(crowd.stop());
}

TEST(ThereAndBack, ARingThatAppliesOnBothSidesIsHalfArmedBeforeAndAfterEachMove) {
  SiteOptions options;
  options.replication.applies = true;
  Stage stage(options);
  const auto half_armed = [](DatabaseServer& serving, DatabaseServer& follower) {
    EXPECT_TRUE(eventually(
        [&] { return harness::receives_only(serving) && harness::replication_runs(follower); }));
  };
  EXPECT_EQ(stage.site().await_gate(), "");
  half_armed(stage.old_database(), stage.new_database());
  EXPECT_THAT(stage.site().old_httpd().error_log(), HasSubstr("CUT0334"));
  stage.expect_switch();
  half_armed(stage.new_database(), stage.old_database());
  stage.expect_rollback();
  half_armed(stage.old_database(), stage.new_database());
}

TEST(SeveralSites, OneIsSwitchedAndTheOtherIsUntouched) {
  Stage stage;
  harness::Site& site = stage.site();
  harness::Httpd& httpd = site.old_httpd();
  const std::uint16_t blog = harness::free_port();
  harness::write_file(site.new_httpd().htdocs() / "public/who.txt", "new");
  std::filesystem::create_directories(httpd.htdocs() / "blog");
  harness::write_file(httpd.htdocs() / "blog/who.txt", "old");
  httpd.conf().add("<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:" +
                   std::to_string(site.new_port()) + "\n</CutoverSite>\n");
  httpd.conf().vhost(blog,
                     "Cutover blog\nDocumentRoot \"" + (httpd.htdocs() / "blog").string() +
                         "\"\n<Directory \"" + (httpd.htdocs() / "blog").string() +
                         "\">\nRequire all granted\n</Directory>\n",
                     "blog.example.com");
  httpd.write_conf();
  site.graceful();
  const auto ask_blog = [blog] {
    return harness::HttpClient("127.0.0.1", blog, "blog.example.com").get("/who.txt").body;
  };
  EXPECT_EQ(site.await_gate(), "");
  EXPECT_EQ(site.cutoverctl({"switch"}).exit_code, 2) << "which of the two?";
  const auto run = [&](const std::string& verb, const std::string& which) {
    const auto done = site.cutoverctl({verb, which});
    EXPECT_EQ(done.exit_code, 0) << done.output;
  };
  const auto served = stage.held_ever();
  run("switch", "blog");
  EXPECT_EQ(ask_blog(), "new");
  stage.expect_serves("old");
  EXPECT_EQ(stage.held_ever(), served);
  run("switch", "shop");
  stage.expect_serves("new");
  run("rollback", "blog");
  EXPECT_EQ(ask_blog(), "old");
  stage.expect_serves("new");
  httpd.stop();
  httpd.start();
  EXPECT_EQ(ask_blog(), "old");
  stage.expect_serves("new");
}

// A second site whose option files have the same servers by another spelling.
void add_blog(Stage& stage) {
  harness::Site& site = stage.site();
  const std::string files = site.directory() / "spelled-otherwise";
  std::filesystem::create_directory(files);
  for (const auto& [server, file] :
       {std::pair(&stage.old_database(), "/old.cnf"), std::pair(&stage.new_database(), "/new.cnf")})
    server->write_option_file(files + file, "cutover", "127.1", server->port());
  site.old_httpd().conf().add(
      "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:" + std::to_string(site.new_port()) +
      "\nCutoverOldDatabase \"" + files + "/old.cnf\"\nCutoverNewDatabase \"" + files +
      "/new.cnf\"\n</CutoverSite>\n");
  site.old_httpd().write_conf();
}

void expect_that_shop_owns_them(Stage& stage) {
  EXPECT_EQ(stage.site().await_gate(), "");
  const auto refused = stage.site().cutoverctl({"switch", "blog"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("is site shop's already"));
}

TEST(SeveralSites, ADatabaseServerBelongsToOneOfThemByWhateverAddress) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  add_blog(stage);
  stage.site().graceful();
  expect_that_shop_owns_them(stage);
  EXPECT_EQ(stage.site().cutoverctl({"switch", "shop"}).exit_code, 0);
  stage.expect_serves("new");
}

TEST(SeveralSites, OfTwoThatAreNewTheFirstInTheConfigurationHasTheServer) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.site().old_httpd().stop();
  for (const auto& file : std::filesystem::directory_iterator(stage.site().state_dir()))
    std::filesystem::remove_all(file);
  // Whoever is there first has something to do at once: to stop what it applies.
  stage.old_database().execute(stage.old_database().words().start_replica);
  add_blog(stage);
  stage.site().old_httpd().start();
  expect_that_shop_owns_them(stage);
}

}  // namespace
}  // namespace cutover::test
