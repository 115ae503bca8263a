// SPDX-License-Identifier: Apache-2.0
// A switch or rollback that is armed: --wait, --at, --until, --quiet.
#include <gtest/gtest.h>

#include "mod_cutover/wire/snapshot_json.h"
#include "samples.h"
#include "scene.h"

namespace cutover::tests {
namespace {

using nlohmann::json;

class Wait : public Verbs {
 protected:
  // What was asked for; null where nobody was asked.
  json asked(std::vector<std::string> arguments) {
    outcome_ = run_against({answers(0, "armed: switch; `cutoverctl abort shop` disarms it",
                                    {{"armed", {{"quiet", false}}}})},
                           {.arguments = std::move(arguments), .environment = {{"TZ", "UTC-1"}}});
    return requests_.empty() ? json() : requests_[0];
  }
  void expect_wrong(std::vector<std::string> arguments, const std::string& why) {
    EXPECT_TRUE(asked(std::move(arguments)).is_null());
    EXPECT_EQ(outcome_.exit, 2);
    EXPECT_TRUE(has(outcome_.err, why)) << outcome_.err;
  }

  Outcome outcome_;
};

TEST_F(Wait, IsAnsweredAtOnceWithWhatIsArmed) {
  EXPECT_EQ(asked({"switch", "shop", "--wait"}),
            json({{"verb", "switch"}, {"site", "shop"}, {"wait", {{"quiet", false}}}}));
  EXPECT_EQ(outcome_.exit, 0);
  EXPECT_EQ(outcome_.out, "armed: switch; `cutoverctl abort shop` disarms it\n");
  EXPECT_EQ(outcome_.err, "");
}

TEST_F(Wait, MomentsAreSentAsTheyAreMeantHereAndToldByTheClockHere) {
  const json wait = asked({"rollback", "--wait", "--quiet", "--at", "2126-12-01T03:00", "--until",
                           "2126-12-01T05:00Z"})["wait"];
  EXPECT_EQ(wait, json({{"quiet", true}, {"from", 4951764000000}, {"until", 4951774800000}}));
  EXPECT_EQ(lines_of(outcome_.out).at(1), "  by the clock here from 2126-12-01 03:00:00 +0100");
  EXPECT_EQ(lines_of(outcome_.out).at(2), "  by the clock here until 2126-12-01 06:00:00 +0100");
}

TEST_F(Wait, TheEndIsTheNextSuchAfterTheBeginning) {
  const json wait =
      asked({"switch", "--wait", "--at", "2126-12-01T22:00", "--until", "06:00"})["wait"];
  EXPECT_EQ(wait["until"].get<std::int64_t>() - wait["from"].get<std::int64_t>(), 8 * 3'600'000);
}

TEST_F(Wait, WhatCannotBeKeptIsWrongAndAsksNobody) {
  expect_wrong({"switch", "--wait", "--at", "2020-01-01T03:00"},
               "switch: --at 2020-01-01T03:00: that is over; it is ");
  expect_wrong({"switch", "--wait", "--until", "2020-01-01T03:00Z"}, "that is over");
  expect_wrong({"switch", "--wait", "--at", "+2h", "--until", "+90m"}, "is not after --at");
  expect_wrong({"switch", "--wait", "--at", "soon"}, "a moment is written as 03:00");
  expect_wrong({"switch", "--wait", "--at", "+5"}, "needs a unit");
  expect_wrong({"rollback", "shop", "--wait", "--accept-data-loss"}, "--wait");
  expect_wrong({"rollback", "--wait", "--despite-direct-visitors"}, "--wait");
  expect_wrong({"switch", "--quiet"}, "--wait");
}

TEST_F(Wait, ARefusalIsOneWithTheReason) {
  const Outcome outcome = run_against({answers(1, "not armed: new serves already")},
                                      {.arguments = {"switch", "--wait"}});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.err, "cutoverctl: not armed: new serves already\n");
  EXPECT_EQ(outcome.out, "");
}

TEST_F(Wait, JsonIsTheAnswer) {
  asked({"--json", "switch", "--wait", "--at", "+1h"});
  const json end = json::parse(outcome_.out);
  EXPECT_EQ(end["exit"], 0);
  EXPECT_EQ(end["armed"]["quiet"], false);
}

TEST_F(Wait, StatusSaysWhatIsArmedAndWhatItWaitsFor) {
  Snapshot snapshot = shop();
  snapshot.armed = {Direction::kSwitch, "root", "FROM", "UNTIL", true, "its time, FROM", 1000};
  const Outcome outcome = run_against({answers(0, "", sites(snapshot))}, {.arguments = {"status"}});
  EXPECT_TRUE(has(outcome.out,
                  "  armed     switch from FROM on, until UNTIL, in a quiet moment; by root\n"
                  "            waits for its time, FROM\n"
                  "            `cutoverctl abort shop` disarms it\n"))
      << outcome.out;
  snapshot.armed.reset();
  snapshot.disarmed = {Direction::kRollback, "THEN", "httpd was stopped"};
  const Outcome after = run_against({answers(0, "", sites(snapshot))}, {.arguments = {"status"}});
  EXPECT_TRUE(has(after.out,
                  "  disarmed  THEN, the rollback that was to go by itself: httpd was stopped\n"))
      << after.out;
}

}  // namespace
}  // namespace cutover::tests
