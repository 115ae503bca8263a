// SPDX-License-Identifier: Apache-2.0
// Hooks in the pause on real servers: programs that fence, flush, un-fence and promote with the
// server's own client, that fail, lie, hang and are killed; visitors notice none of it.
#include <gmock/gmock.h>

#include <csignal>
#include <sstream>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The four programs, as an administrator would write them: shell and the server's client. What a
// test wants of one of them stands in files beside it.
class Programs {
 public:
  Programs() {
    harness::give_to_web_user(dir_.path());
    for (const char* event : {"fence", "fenced", "unfence", "promote"})
      harness::write_file(dir_ / event, "#!/bin/sh\n. " + (dir_ / "hook.sh").string() + "\n", 0755);
  }
  // Once the servers are there.
  void write(Stage& stage) {
    std::string text =
        "cd " + dir_.path().string() +
        " || exit 9\n"
        "echo \"$CUTOVER_EVENT $CUTOVER_DIRECTION $CUTOVER_DATABASE\" >> log\n"
        "if [ -e \"hang.$CUTOVER_EVENT\" ]; then echo $$ > pid; sleep 60; fi\n"
        "left=$(cat \"fail.$CUTOVER_EVENT\" 2>/dev/null || echo 0)\n"
        "if [ \"$left\" -gt 0 ]; then\n"
        "  echo $((left - 1)) > \"fail.$CUTOVER_EVENT\"; echo no luck; exit 1\nfi\n"
        "if [ -e \"lie.$CUTOVER_EVENT\" ]; then rm \"lie.$CUTOVER_EVENT\"; exit 0; fi\n"
        "case $CUTOVER_DATABASE in\n";
    for (DatabaseServer* server : {&stage.old_database(), &stage.new_database()}) {
      std::string client;
      for (const std::string& word : server->programs().client) client += word + " ";
      text += std::string(server == &stage.old_database() ? "old" : "new") + ") sql=\"" + client +
              "--no-defaults -uroot -S" + server->socket().string() + " -e\" ;;\n";
    }
    const auto& words = stage.old_database().words();
    text += "esac\ncase $CUTOVER_EVENT in\nfence) $sql '" + words.make_read_only +
            "' ;;\nunfence|promote) $sql '" + words.make_writable + "' ;;\nesac\n";
    harness::write_file(dir_ / "hook.sh", text);
  }
  std::string lines(const std::vector<std::string>& events) const {
    std::string text;
    for (const std::string& event : events)
      text += "CutoverHook " + event + " " + (dir_ / event).string() + "\n";
    return text;
  }
  void fails(const std::string& event, int times) {
    harness::write_file(dir_ / ("fail." + event), std::to_string(times), 0666);
  }
  void lies(const std::string& event) { harness::write_file(dir_ / ("lie." + event), "", 0666); }
  void hangs(const std::string& event) { harness::write_file(dir_ / ("hang." + event), ""); }
  void behave() {
    for (const char* event : {"fence", "fenced", "unfence", "promote"})
      for (const char* how : {"fail.", "lie.", "hang."})
        std::filesystem::remove(dir_ / (std::string(how) + event));
    std::filesystem::remove(dir_ / "log");
    std::filesystem::remove(dir_ / "pid");
  }
  pid_t hanging() const {
    pid_t pid = 0;
    eventually([&] {
      std::istringstream(harness::read_file(dir_ / "pid")) >> pid;
      return pid != 0;
    });
    return pid;
  }
  std::string log() const { return harness::read_file(dir_ / "log"); }

 private:
  harness::TempDir dir_{"pause-hooks"};
};

class InPause : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    programs_ = std::make_unique<Programs>();
    play_ = std::make_unique<Play>(
        SiteOptions{},
        "CutoverFence Off\nCutoverPromote Off\nCutoverHookTimeout 2s\nCutoverCatchUpTimeout 1s\n" +
            programs_->lines({"fence", "fenced", "unfence", "promote"}),
        4, [](Stage& stage) { programs_->write(stage); });
  }
  static void TearDownTestSuite() {
    if (play_) play_->end();
    play_.reset();
    programs_.reset();
  }
  void SetUp() override {
    ASSERT_TRUE(play_);
    site().old_httpd().expect_crashes();
    programs().behave();
    ASSERT_EQ(site().await_gate(), "");
  }

  static Stage& stage() { return play_->stage; }
  static harness::Site& site() { return play_->stage.site(); }
  static Programs& programs() { return *programs_; }
  static void expect_turned_back(const std::string& why) {
    const auto run = site().cutoverctl({"switch"});
    EXPECT_EQ(run.exit_code, 1) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr(why), Not(HasSubstr("promoting"))));
    EXPECT_THAT(programs().log(),
                AllOf(HasSubstr("unfence switch old\n"), Not(HasSubstr("promote switch new\n"))));
    stage().expect_serves("old");
  }
  static void expect_switched_back() {
    programs().behave();
    stage().expect_rollback();
  }
  static void kill_coordinator() {
    const pid_t before = stage().coordinator();
    ASSERT_EQ(harness::signal_to(before, SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return stage().coordinator() != before; }));
  }

  static std::unique_ptr<Programs> programs_;
  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Programs> InPause::programs_;
std::unique_ptr<Play> InPause::play_;

TEST_F(InPause, ASwitchAndARollbackAreFencedAndPromotedByTheirPrograms) {
  EXPECT_THAT(site().cutoverctl({"preflight"}).output,
              AllOf(HasSubstr("the hook fence makes"), HasSubstr("the hook promote makes")));
  stage().expect_switch();
  EXPECT_EQ(programs().log(), "fence switch old\nfenced switch old\npromote switch new\n");
  programs().behave();
  stage().expect_rollback();
  EXPECT_EQ(programs().log(), "fence rollback new\nfenced rollback new\npromote rollback old\n");
}

TEST_F(InPause, ARehearsalRunsNone) {
  const auto run = site().cutoverctl({"rehearse"});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_EQ(programs().log(), "");
}

TEST_F(InPause, AFenceOrAFencedThatFailsAbortsAndUnfenceOpensTheDatabaseAgain) {
  for (const char* event : {"fence", "fenced"}) {
    programs().behave();
    programs().fails(event, 1);
    expect_turned_back("exited with 1");
    EXPECT_THAT(site().cutoverctl({"events"}).output, HasSubstr("hook " + std::string(event)));
  }
}

TEST_F(InPause, AFenceThatIsNotReadBackAndAFencedThatHangsAbort) {
  programs().lies("fence");
  expect_turned_back("the old database read-only (CutoverFence Off), and it is writable");
  programs().behave();
  programs().hangs("fenced");
  expect_turned_back("took longer than 2 s");
}

TEST_F(InPause, AnUnfenceThatFailsAndOneThatDoesNothingAreRunAgain) {
  programs().fails("fenced", 1);
  programs().fails("unfence", 2);
  expect_turned_back("exited with 1");
  EXPECT_EQ(programs().log(),
            "fence switch old\nfenced switch old\nunfence switch old\nunfence switch old\n"
            "unfence switch old\n");
  programs().behave();
  programs().fails("fenced", 1);
  programs().lies("unfence");
  expect_turned_back("exited with 1");
}

TEST_F(InPause, APromoteThatFailsTwiceAndThenLiesIsRunUntilItIsReadBack) {
  programs().fails("promote", 2);
  programs().lies("promote");
  stage().expect_switch();
  EXPECT_EQ(programs().log(),
            "fence switch old\nfenced switch old\npromote switch new\npromote switch new\n"
            "promote switch new\npromote switch new\n");
  expect_switched_back();
}

TEST_F(InPause, OneThatIsKilledHasFailed) {
  programs().hangs("fenced");
  Command run(site(), {"switch"});
  const pid_t program = programs().hanging();
  ASSERT_NE(program, 0) << run.output();
  harness::signal_to(program, SIGKILL);
  EXPECT_EQ(run.wait(), 1) << run.output();
  EXPECT_THAT(run.output(), HasSubstr("was killed by signal 9"));
  stage().expect_serves("old");
}

TEST_F(InPause, AnAbortEndsAFenceThatHangs) {
  programs().hangs("fence");
  Command run(site(), {"switch"});
  const pid_t program = programs().hanging();
  ASSERT_NE(program, 0) << run.output();
  EXPECT_EQ(site().cutoverctl({"abort"}).exit_code, 0);
  EXPECT_EQ(run.wait(), 1) << run.output();
  EXPECT_THAT(run.output(), HasSubstr("aborted; everything goes back"));
  EXPECT_TRUE(eventually([&] { return harness::gone(program); })) << "it goes on";
  EXPECT_THAT(programs().log(), HasSubstr("unfence switch old\n"));
  stage().expect_serves("old");
}

// The one that hangs dies with the coordinator; the next one runs what is needed.
TEST_F(InPause, ACoordinatorThatIsKilledInOneIsFollowedByOneThatRunsWhatIsNeeded) {
  for (const char* event : {"fence", "fenced", "promote"}) {
    SCOPED_TRACE(event);
    programs().behave();
    programs().hangs(event);
    ASSERT_EQ(site().await_gate(), "");
    Command run(site(), {"switch"});
    const pid_t program = programs().hanging();
    ASSERT_NE(program, 0) << run.output();
    programs().behave();
    kill_coordinator();
    run.wait();
    EXPECT_TRUE(eventually([&] { return harness::gone(program); })) << "it outlived its run";
    const std::string side = std::string(event) == "promote" ? "new" : "old";
    EXPECT_TRUE(eventually([&] { return site().side() == side; }, std::chrono::seconds(20)))
        << site().status().dump(2) << site().old_httpd().error_log();
    EXPECT_THAT(programs().log(),
                HasSubstr(side == "new" ? "promote switch new\n" : "unfence switch old\n"));
    stage().expect_serves(side);
  }
  expect_switched_back();
}

}  // namespace
}  // namespace cutover::test
