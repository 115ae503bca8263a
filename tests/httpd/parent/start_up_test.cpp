// SPDX-License-Identifier: Apache-2.0
// What keeps httpd from starting besides its configuration's text, and what it only warns of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "tests/httpd/conf.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::Finished;
using harness::write_file;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(StartUp, AnUnfitStateDirectory) {
  const auto refused = [](const std::string& word, auto prepare) {
    Conf conf;
    conf.site().vhost();
    prepare(conf.state_dir());
    expect_refused(conf, {"CutoverStateDir " + conf.state_dir(), word});
  };
  refused("symbolic link",
          [](const std::string& dir) { fs::create_directory_symlink("/tmp", dir); });
  refused("not a folder", [](const std::string& dir) { write_file(dir, ""); });
  refused("written by others", [](const std::string& dir) {
    fs::create_directory(dir);
    ASSERT_EQ(::chmod(dir.c_str(), 0777), 0);
  });
  if (::geteuid() == 0)
    refused("another user", [](const std::string& dir) {
      fs::create_directory(dir);
      ASSERT_EQ(::chown(dir.c_str(), 65534, 65534), 0);
    });
  Conf conf;
  conf.add("CutoverStateDir /nonexistent/state").site().vhost();
  expect_refused(conf, {"/nonexistent/state", "cannot be made"});
}

TEST(StartUp, ASiteInMidRunMustNotLeaveTheConfiguration) {
  Conf conf;
  fs::create_directory(conf.state_dir());
  JournalRecord record;
  record.phase = JournalPhase::kFence;
  ASSERT_TRUE(JournalFile(journal_path(conf.state_dir(), "gone")).write(record));
  conf.site().vhost();
  expect_refused(conf, {"site gone is in the middle of a run", "<CutoverSite gone> back"});
  record.phase = JournalPhase::kRest;
  ASSERT_TRUE(JournalFile(journal_path(conf.state_dir(), "gone")).write(record));
  Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, Not(HasSubstr("gone")));
  // Its vhosts would be served here again, from a database that is read-only.
  record.side = Side::kNew;
  ASSERT_TRUE(JournalFile(journal_path(conf.state_dir(), "gone")).write(record));
  tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, AllOf(HasSubstr("CUT0002"), HasSubstr("new host serves site gone"),
                                   HasSubstr("<CutoverSite gone> back"),
                                   HasSubstr(journal_path(conf.state_dir(), "gone"))));
}

TEST(StartUp, AnHttpdWithABadOneDoesNotServe) {
  Conf conf;
  conf.site("CutoverHoldTimeout 61s").vhost();
  Httpd httpd(conf.httpd());
  const Finished ended = httpd.start_expecting_failure();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.output, HasSubstr("CutoverHoldTimeout"));
}

TEST(StartUp, ACoordinatorThatIsNotThereIsAStartUpError) {
  Conf conf;
  conf.site().vhost();
  Httpd httpd(conf.httpd(), {{"CUTOVER_CUTOVERD", "/nonexistent/cutoverd"}});
  const Finished ended = httpd.start_expecting_failure();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("/nonexistent/cutoverd"), HasSubstr("install")));
}

TEST(StartUp, SaysWhichHttpdThisIsAndHowManyItHolds) {
  RigOptions options;
  options.mpm = harness::Mpm::kPrefork;
  Rig rig(options);
  rig.start();
  EXPECT_THAT(rig.old_host().error_log(),
              AllOf(HasSubstr("; httpd holds "), HasSubstr(" requests at most (Apache/2.4."),
                    HasSubstr(" with prefork: each of them keeps a process)")));
}

TEST(StartUp, AConfigurationTestSaysWhichHttpdThisIsAndWhatFollows) {
  Conf conf;
  conf.site("CutoverHoldLimit 100000").vhost();
  EXPECT_THAT(conf.test().output,
              AllOf(ContainsRegex("CUT0018.*httpd can hold [1-9][0-9]* requests at once "
                                  "\\(Apache/2\\.4\\.[0-9]+ with [a-z]+: "),
                    HasSubstr("CutoverHoldLimit 100000 is more than the ")));
  Conf without;
  EXPECT_THAT(without.test().output, Not(HasSubstr("CUT0018"))) << "without a site nothing is said";
}

TEST(StartUp, OptionFilesAreWarnedOfAndTheSiteServes) {
  RigOptions options;
  options.site = "CutoverOldDatabase /nonexistent/old.cnf\nCutoverNewDatabase readable.cnf";
  Rig rig(options);
  write_file(rig.old_host().directory() / "readable.cnf", "", 0644);
  rig.start();
  EXPECT_TRUE(rig.old_host().logs("CutoverOldDatabase /nonexistent/old.cnf: No such file"));
  EXPECT_TRUE(rig.old_host().logs("can be read by others; chmod 0600"));
  EXPECT_EQ(rig.ask(), "old");
}

TEST(StartUp, AHoldThatIsLongerThanABodyMayTakeIsWarnedOf) {
  Conf conf({"proxy", "proxy_http", "reqtimeout"});
  conf.site().vhost();
  EXPECT_THAT(conf.test().output, Not(HasSubstr("RequestReadTimeout")));
  conf.add("RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500");
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, HasSubstr("RequestReadTimeout's body time (10000 ms)"));
}

TEST(StartUp, WithoutASiteNothingIsStarted) {
  Conf conf;
  Httpd httpd(conf.httpd());
  httpd.start();
  EXPECT_FALSE(fs::exists(conf.state_dir()));
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(httpd.pid()) + "/fd")) {
    std::error_code gone;
    EXPECT_THAT(fs::read_symlink(entry.path(), gone).string(), Not(HasSubstr("cutover-control")));
  }
}

}  // namespace
}  // namespace cutover::test
