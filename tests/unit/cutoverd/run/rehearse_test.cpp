// SPDX-License-Identifier: Apache-2.0
// A run that only rehearses, and what a drain says of those whom it waits for.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/run/run.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

TEST(Rehearse, ARehearsalHoldsDrainsWaitsAndChangesNothing) {
  Scene scene;
  scene.purpose = Purpose::kRehearse;
  scene.record.position = "of the last fence";
  scene.in_flight = {2, 1, 0};
  scene.requests = {{"GET /reports", Millis{412}}};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_TRUE(last->rehearsal);
  EXPECT_EQ(described(last->slowest), "GET /reports (412 ms)");
  EXPECT_EQ(last->phases.back().name, "rehearsing");
  EXPECT_EQ(scene.trace.text(),
            "journal drain old\nwithdrawn?\nword hold/old\nsum\nsum\nsum\n"
            "position old\nwait new 0.0\nlocks new\nword old\njournal rest old\n");
  EXPECT_EQ(scene.journaled().position, "of the last fence");
}

TEST(Rehearse, ARehearsalThatDoesNotCatchUpSaysSoAndOldServes) {
  Scene scene;
  scene.purpose = Purpose::kRehearse;
  scene.settings.catch_up_timeout = Millis{150};
  scene.pair.of(Side::kNew).linked = false;
  scene.pair.write(Side::kOld);
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("did not catch up"), std::string::npos) << last->reason;
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_EQ(scene.trace.text().find("fence old"), std::string::npos);
}

TEST(Rehearse, ARehearsalHearsAnAbortAndNeedsNoDatabase) {
  Scene aborted;
  aborted.purpose = Purpose::kRehearse;
  aborted.on_phase = [&](Phase phase) {
    if (phase == Phase::kRehearsing) aborted.flags.abort = true;
  };
  EXPECT_EQ(aborted.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(aborted.word().mode, Mode::kOld);
  Scene without(false);
  without.purpose = Purpose::kRehearse;
  EXPECT_EQ(without.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(without.word().mode, Mode::kOld);
}

TEST(Rehearse, ADrainThatTimesOutNamesWhomItWaitedFor) {
  Scene scene;
  scene.settings.drain_timeout = Millis{0};
  scene.in_flight = {2};
  scene.requests = {{"GET /a", Millis{100}}, {"GET /b", Millis{4000}}};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_NE(last->reason.find("2 still in flight after 0 ms: GET /b (4000 ms), GET /a (100 ms)"),
            std::string::npos)
      << last->reason;
}

}  // namespace
}  // namespace cutover
