// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "samples.h"
#include "scene.h"

namespace cutover::tests {
namespace {

using nlohmann::json;

class Preflight : public Verbs {
 protected:
  Outcome preflight(const json& checks, int exit, Call call = {}) {
    call.arguments.insert(call.arguments.begin(), "preflight");
    return run_against({answers(exit, "as said", {{"checks", checks}})}, call);
  }
};

json check(const char* name, const char* verdict, const char* seen, const char* remedy = "") {
  return {{"name", name}, {"verdict", verdict}, {"seen", seen}, {"remedy", remedy}};
}

const json kFine = json::array({check("lag", "pass", "3 ms, limit 1000 ms"),
                                check("events", "warn", "2 events are enabled", "disable them")});
const json kBad =
    json::array({check("lag", "pass", "3 ms"), check("errant-transactions", "block",
                                                     "new has 0-2-17", "set the replica up anew")});

TEST_F(Preflight, IsATableByGroupsWithWhatMattersLast) {
  const Outcome outcome = preflight(kFine, 0);
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "replication: 1 passes\n"
            "  pass   lag  3 ms, limit 1000 ms\n"
            "the fence: 1 warns\n"
            "to be looked at:\n"
            "  warn   events  2 events are enabled\n"
            "         -> disable them\n"
            "A switch would be accepted now: 1 check passes, 1 warns (events).\n");
}

TEST_F(Preflight, ABlockIsExitOneAndTheLastLineSaysRefused) {
  const Outcome outcome = preflight(kBad, 1);
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(lines_of(outcome.out).back(),
            "A switch would be refused now: 1 check blocks (errant-transactions).");
  EXPECT_TRUE(has(outcome.out, "-> set the replica up anew")) << outcome.out;
}

TEST_F(Preflight, FailsClosedWhateverTheLastLineSays) {
  for (const json& checks : {kBad, json::array(), json::array({check("lag", "fine?", "3 ms")})}) {
    EXPECT_EQ(preflight(checks, 0).exit, 1) << checks;
    EXPECT_EQ(preflight(checks, 0, {.arguments = {"--json"}}).exit, 1) << checks;
  }
}

TEST_F(Preflight, NeverSaysAcceptedBesideExitOne) {
  const Outcome outcome = preflight(kFine, 1);  // in doubt: no check blocks
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(has(lines_of(outcome.out).back(), "A switch would be refused now")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "cutoverctl status")) << outcome.out;
}

TEST_F(Preflight, SaysWhichWayItLooked) {
  const Outcome outcome =
      run_against({answers(0, "", {{"direction", "rollback"}, {"checks", kFine}})},
                  {.arguments = {"preflight"}});
  EXPECT_TRUE(has(outcome.out, "A rollback would be accepted now")) << outcome.out;
}

TEST_F(Preflight, WithoutChecksTheMessageSaysWhy) {
  const Outcome outcome =
      run_against({answers(1, "a switch is running")}, {.arguments = {"preflight"}});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(has(outcome.err, "a switch is running")) << outcome.err;
}

TEST_F(Preflight, IsColouredOnATerminalAlone) {
  EXPECT_FALSE(has(preflight(kBad, 1).out, "\x1b["));
  const Outcome outcome = preflight(kBad, 1, {.arguments = {}, .terminal = true});
  EXPECT_TRUE(has(outcome.out, "\x1b[1;31mblock\x1b[0m")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "\x1b[32mpass \x1b[0m")) << outcome.out;
}

TEST_F(Preflight, IsNotColouredWithNoColorOrOnADumbTerminal) {
  EXPECT_FALSE(has(
      preflight(kBad, 1, {.arguments = {}, .terminal = true, .environment = {{"NO_COLOR", "1"}}})
          .out,
      "\x1b["));
  EXPECT_FALSE(
      has(preflight(kBad, 1, {.arguments = {}, .terminal = true, .environment = {{"TERM", "dumb"}}})
              .out,
          "\x1b["));
}

TEST_F(Preflight, WrapsLongTextAtTheTerminalsWidth) {
  std::string remedy;
  for (int i = 0; i < 40; ++i) remedy += "word ";
  const Outcome outcome =
      preflight(json::array({check("lag", "block", "3 ms", remedy.c_str())}), 1,
                {.arguments = {}, .terminal = true, .environment = {{"NO_COLOR", "1"}}});
  EXPECT_GT(lines_of(outcome.out).size(), 4U) << outcome.out;
  for (const std::string& line : lines_of(outcome.out)) EXPECT_LE(line.size(), 101U) << line;
}

// Of sixty rows the three that matter are on a screen of 24 lines of 80, under one another, with
// what to do; and the last line names them once more.
TEST_F(Preflight, WhatMattersIsOnOneScreen) {
  json checks = json::array();
  for (int i = 0; i < 57; ++i)
    checks.push_back(check(("statements-mean-the-same" + std::to_string(i)).c_str(), "pass",
                           "as long as what a check sees is, mostly, and then a little longer"));
  std::string seen = "seen";
  for (int i = 0; i < 55; ++i) seen += " words";  // what a row that warns says is as long
  const std::string remedy = seen.substr(0, 120);
  for (const char* name : {"hold-capacity", "definers-past-the-fence", "durability"})
    checks.push_back(check(name, "warn", seen.c_str(), remedy.c_str()));
  const Outcome outcome = preflight(
      checks, 0,
      {.arguments = {}, .terminal = true, .environment = {{"NO_COLOR", "1"}}, .columns = 80});
  const auto lines = lines_of(outcome.out);
  ASSERT_GT(lines.size(), 60U);
  std::string screen;
  for (auto line = lines.end() - 23; line != lines.end(); ++line) screen += *line + "\n";
  for (const char* name : {"warn   hold-capacity", "warn   definers-past", "warn   durability"})
    EXPECT_TRUE(has(screen, name)) << name << " is not in\n" << screen;
  EXPECT_TRUE(has(screen, "(hold-capacity,")) << screen;
  for (const std::string& line : lines) EXPECT_LE(line.size(), 81U) << line;  // and a return
}

TEST_F(Preflight, JsonHoldsEveryCheck) {
  const Outcome outcome = preflight(kFine, 0, {.arguments = {"--json"}});
  const json answer = json::parse(outcome.out);
  EXPECT_EQ(answer["checks"], kFine);
  EXPECT_EQ(answer["exit"], 0);
}

}  // namespace
}  // namespace cutover::tests
