// SPDX-License-Identifier: Apache-2.0
// The verbs that act: switch, rollback, rehearse, abort.
#include <gtest/gtest.h>

#include <csignal>

#include "mod_cutover/wire/snapshot_json.h"
#include "samples.h"
#include "scene.h"

namespace cutover::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class Switch : public Verbs {};

void play_phases(Connection& connection) {
  connection.progress(news("draining", "requests are held, those in flight finish", 0.4, 12, 3));
  connection.progress(news("draining", "requests are held, those in flight finish", 80.0, 31, 1));
  connection.progress(news("fencing", "old is made read-only", 120.4, 37, 0));
}

void play_a_switch(Connection& connection) {
  play_phases(connection);
  connection.done(0, "new serves", {{"last", to_json(moved())}});
}

TEST_F(Switch, ShowsALineAPhaseThenThePauseThenTheVerdict) {
  const Outcome outcome = run_against({play_a_switch}, {.arguments = {"switch"}});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(
      outcome.out,
      "     0.4 ms  draining     held 12    in flight 3      requests are held, those in flight "
      "finish\n"
      "   120.4 ms  fencing      held 37    in flight 0      old is made read-only\n"
      "  pause 41.2 ms beyond the drain, 161.2 ms in all; at most 37 held, 0 timed out, 0 refused\n"
      "  phases: draining 120.0 ms, fencing 2.1 ms, catching-up 1.3 ms, promoting 3.0 ms\n"
      "switch done: new serves\n");
}

TEST_F(Switch, RedrawsAPhasesLineOnATerminal) {
  const Outcome outcome = run_against({play_a_switch}, {.arguments = {"switch"}, .terminal = true});
  EXPECT_TRUE(has(outcome.out, "\x1b[1A\r\x1b[J")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "held 31")) << outcome.out;
}

TEST_F(Switch, ARefusalIsOneWithTheReasonOnStderr) {
  const Outcome outcome =
      run_against({answers(1, "refused: lag is unknown")}, {.arguments = {"switch"}});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.err, "cutoverctl: refused: lag is unknown\n");
  EXPECT_EQ(outcome.out, "");
}

TEST_F(Switch, WhatIsNotThereYetIsPassedOn) {
  for (const char* verb : {"rehearse", "rollback"}) {
    const Outcome outcome = run_against({answers(1, "not in this version")}, {.arguments = {verb}});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_TRUE(has(outcome.err, "not in this version")) << outcome.err;
  }
}

TEST_F(Switch, InDoubtIsFour) {
  const Outcome outcome = run_against({answers(4, "in doubt: read @@gtid_binlog_pos on both")},
                                      {.arguments = {"switch"}});
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_TRUE(has(outcome.err, "@@gtid_binlog_pos")) << outcome.err;
}

TEST_F(Switch, ACoordinatorThatDiesInMidRunLeavesItUnknown) {
  for (const char* verb : {"switch", "rollback", "rehearse"}) {
    const Outcome outcome = run_against({play_phases}, {.arguments = {verb, "shop"}});
    EXPECT_EQ(outcome.exit, 4) << verb;
    EXPECT_TRUE(has(outcome.err, "not known")) << outcome.err;
    EXPECT_TRUE(has(outcome.err, "cutoverctl status shop")) << outcome.err;
  }
}

TEST_F(Switch, IsSentAgainWhereTheCoordinatorLeftBeforeItTookIt) {
  const auto leave = [](Connection&) {};
  const auto turn_away = [](Connection& connection) {
    connection.send({{"taken", {{"pid", 1}}}});
    connection.send({{"done", {{"exit", 1}, {"message", "httpd stops"}, {"again", true}}}});
  };
  const Outcome outcome =
      run_against({leave, turn_away, leave, play_a_switch}, {.arguments = {"switch"}});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(requests_.size(), 4U);
}

TEST_F(Switch, IsNeverSentTwiceOnceItWasTaken) {
  for (const char* verb : {"switch", "rollback", "abort"}) {
    const auto take = [](Connection& connection) { connection.send({{"taken", {{"pid", 1}}}}); };
    const Outcome outcome = run_against({take, play_a_switch}, {.arguments = {verb}});
    EXPECT_EQ(outcome.exit, 4) << verb;
    EXPECT_TRUE(has(outcome.err, "not known")) << outcome.err;
    EXPECT_EQ(requests_.size(), 1U);
  }
}

TEST_F(Switch, OneThatIsTurnedAwayToTheEndSaysWhyAndThatNothingWasDone) {
  const auto turn_away = [](Connection& connection) {
    connection.send({{"done", {{"exit", 1}, {"message", "httpd stops"}, {"again", true}}}});
  };
  const std::vector<FakeCoordinator::Scene> always(200, turn_away);
  const Outcome outcome = run_against(always, {.arguments = {"switch"}});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(has(outcome.err, "httpd stops")) << outcome.err;
}

TEST_F(Switch, AnExitCodeThatIsNoneIsUnknownToo) {
  EXPECT_EQ(run_against({answers(77, "?")}, {.arguments = {"switch"}}).exit, 4);
}

TEST_F(Switch, AFigureThatIsUnknownIsAQuestionMarkAndNoZero) {
  const auto scene = [](Connection& connection) {
    connection.progress({{"phase", "draining"}, {"held", nullptr}});
    connection.done(0, "new serves");
  };
  const Outcome outcome = run_against({scene}, {.arguments = {"switch"}});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_TRUE(has(outcome.out, "held ?     in flight ?")) << outcome.out;
}

TEST_F(Switch, ThePreflightBeforeItHasNoFiguresAndTheClockBeginsAfterIt) {
  const auto scene = [](Connection& connection) {
    connection.progress({{"phase", "preflight"}, {"why", "looking at everything"}});
    std::this_thread::sleep_for(1s);
    connection.progress({{"phase", "draining"}, {"why", "held"}, {"held", 1}, {"in_flight", 2}});
    std::this_thread::sleep_for(300ms);
    connection.progress({{"phase", "fencing"}, {"why", "fenced"}, {"held", 1}, {"in_flight", 0}});
    connection.done(0, "new serves");
  };
  const Outcome outcome = run_against({scene}, {.arguments = {"switch"}});
  const auto lines = lines_of(outcome.out);
  ASSERT_EQ(lines.size(), 4U) << outcome.out;
  EXPECT_EQ(lines[0],
            "             preflight                                looking at everything");
  EXPECT_TRUE(has(lines[1], "  0.0 ms  draining")) << lines[1];
  const double second = std::stod(lines[2]);
  EXPECT_GE(second, 150.0) << lines[2];
  EXPECT_LT(second, 1000.0) << lines[2];
}

TEST_F(Switch, OneThatCannotLeaveAPhaseSaysWhy) {
  const auto scene = [](Connection& connection) {
    connection.progress(news("promoting", "the point of no return is recorded", 1, 5, 0));
    connection.progress(news("promoting", "not proved: no answer", 900, 6, 0));
    connection.progress(news("promoting", "not proved: no answer", 1800, 7, 0));
    connection.done(0, "new serves");
  };
  const Outcome outcome = run_against({scene}, {.arguments = {"switch"}});
  EXPECT_EQ(lines_of(outcome.out).size(), 3U) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "not proved: no answer")) << outcome.out;
}

TEST_F(Switch, JsonIsTheNewsLineByLineAndTheEndAtLast) {
  const Outcome outcome = run_against({play_a_switch}, {.arguments = {"switch", "--json"}});
  const auto lines = lines_of(outcome.out);
  ASSERT_EQ(lines.size(), 4U) << outcome.out;
  EXPECT_EQ(json::parse(lines[1])["progress"]["held"], 31);
  const json end = json::parse(lines[3]);
  EXPECT_EQ(end["exit"], 0);
  EXPECT_EQ(end["message"], "new serves");
  EXPECT_EQ(end["last"]["pause_ms"], 41.2);
}

TEST_F(Switch, OneCtrlCSaysThatItGoesOnAndItDoes) {
  FakeCoordinator coordinator(dir_.path(), {[](Connection& connection) {
                                play_phases(connection);
                                connection.stay_silent(1s);
                                play_a_switch(connection);
                              }});
  Command command({.arguments = with_dir({"switch", "shop"})});
  ASSERT_TRUE(command.says("fencing"));
  command.signal(SIGINT);
  EXPECT_TRUE(command.says("`cutoverctl abort shop`")) << command.err();
  EXPECT_EQ(command.finish(), 0);
  EXPECT_TRUE(has(command.out(), "new serves")) << command.out();
  EXPECT_EQ(coordinator.requests().size(), 1U);  // nothing was aborted
}

TEST_F(Switch, ASecondCtrlCLeavesWithFour) {
  FakeCoordinator coordinator(dir_.path(), {[](Connection& connection) {
                                play_phases(connection);
                                connection.stay_silent();
                              }});
  Command command({.arguments = with_dir({"switch"})});
  ASSERT_TRUE(command.says("fencing"));
  command.signal(SIGINT);
  ASSERT_TRUE(command.says("Ctrl-C again"));
  command.signal(SIGINT);
  EXPECT_EQ(command.finish(), 4);
  EXPECT_TRUE(has(command.err(), "cutoverctl status")) << command.err();
}

class Abort : public Verbs {};

TEST_F(Abort, SaysWhatBecameOfIt) {
  const Outcome outcome =
      run_against({answers(0, "aborted: everything is as before")}, {.arguments = {"abort"}});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, "aborted: everything is as before\n");
}

TEST_F(Abort, PastThePointOfNoReturnIsRefused) {
  const Outcome outcome =
      run_against({answers(1, "past the point of no return")}, {.arguments = {"abort"}});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(has(outcome.err, "no return")) << outcome.err;
}

}  // namespace
}  // namespace cutover::tests
