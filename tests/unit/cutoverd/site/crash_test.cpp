// SPDX-License-Identifier: Apache-2.0
// Every moment at which a coordinator can die, and what the next one makes of it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

enum class Death { kBefore, kAfter, kReplyLost };

struct Story {
  Direction direction;
  Death death;
  std::vector<std::int64_t> in_flight;  // {0, 1}: a switch that turns back
  bool databases = true;
  bool by_file = false;
  std::deque<Answer> proofs{};
  std::vector<std::string> hooks{};  // of these events; with fence and promote those are its own
};

void begin(Scene& scene, const Story& story) {
  scene.visitors = true;
  scene.pair.by_file = story.by_file;
  scene.settings.catch_up_timeout = Millis{500};
  scene.proofs = story.proofs;
  scene.settings.proofs.resize(story.proofs.size(), Probe{"/", "", {}});
  scene.settings.hold_timeout = Millis{20000};
  if (!story.hooks.empty()) scene.hooks.emplace();
  for (const std::string& event : story.hooks) scene.settings.hooks.push_back({event, "/program"});
  scene.settings.fence = !scene.settings.has_hook("fence");
  scene.settings.promote = !scene.settings.has_hook("promote");
  scene.in_flight.assign(story.in_flight.begin(), story.in_flight.end());
  if (story.direction == Direction::kRollback) scene.start_on_new();
}

void check_the_end(Scene& scene, const Snapshot& end, const std::string& what) {
  SCOPED_TRACE(what + "\n" + scene.trace.text());
  EXPECT_EQ(end.doubt, "");
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kRest);
  ASSERT_NE(scene.word().mode, Mode::kHold);
  const Side serves = scene.word().mode == Mode::kOld ? Side::kOld : Side::kNew;
  EXPECT_EQ(scene.journaled().side, serves);
  EXPECT_FALSE(scene.pair.of(serves).read_only);
  EXPECT_TRUE(scene.pair.of(other(serves)).read_only) << "two writable databases";
  for (std::size_t origin = 0; origin < 2; ++origin)
    EXPECT_GE(scene.pair.of(serves).has[origin], scene.pair.of(other(serves)).has[origin])
        << "writes were lost";
}

void explore(const Story& story) {
  for (std::size_t k = 1; k < 200; ++k) {
    Scene scene(story.databases);
    begin(scene, story);
    if (story.death == Death::kBefore) scene.trace.crash_before(k);
    if (story.death == Death::kAfter) scene.trace.crash_after(k);
    if (story.death == Death::kReplyLost) scene.pair.lose_reply_of = k;
    const auto last = scene.run(story.direction);
    const bool past_the_end = scene.trace.size() < k;
    if (last && story.death != Death::kReplyLost && !past_the_end) FAIL() << "did not die at " << k;
    const auto end = scene.recover();
    ASSERT_TRUE(end) << "nothing was decided after step " << k << "\n" << scene.trace.text();
    check_the_end(scene, *end, "step " + std::to_string(k));
    if (testing::Test::HasFailure() || past_the_end) return;
  }
  FAIL() << "the run never ended";
}

TEST(Crash, OfASwitchAtEveryStepEndsWithOneWriterAndNothingLost) {
  for (const Death death : {Death::kBefore, Death::kAfter, Death::kReplyLost})
    explore({Direction::kSwitch, death, {}});
}

TEST(Crash, OfARollbackAtEveryStepEndsWithOneWriterAndNothingLost) {
  for (const Death death : {Death::kBefore, Death::kAfter, Death::kReplyLost})
    explore({Direction::kRollback, death, {}});
}

TEST(Crash, OfASwitchThatTurnsBackAtEveryStepEndsWithOneWriterAndNothingLost) {
  for (const Death death : {Death::kBefore, Death::kAfter, Death::kReplyLost})
    explore({Direction::kSwitch, death, {0, 1}});
}

TEST(Crash, OfAProofOrOfItsWayBackAtEveryStepEndsWithOneWriterAndNothingLost) {
  for (const Death death : {Death::kBefore, Death::kAfter, Death::kReplyLost})
    for (const bool by_file : {false, true})
      for (const Answer& answer : {Answer::yes(), Answer::no("/: status 500")})
        explore({Direction::kSwitch, death, {}, true, by_file, {answer}});
}

// The next coordinator runs again what may have been run: unfence where it goes back, promote where
// it goes on.
TEST(Crash, WithHooksInThePauseAtEveryStepEndsWithOneWriterAndNothingLost) {
  const std::vector<std::string> all = {"fence", "fenced", "unfence", "promote"};
  for (const Death death : {Death::kBefore, Death::kAfter, Death::kReplyLost})
    for (const bool by_file : {false, true})
      for (const auto& hooks : {all, std::vector<std::string>{"fenced", "unfence"}}) {
        explore({Direction::kSwitch, death, {}, true, by_file, {}, hooks});
        explore({Direction::kRollback, death, {}, true, by_file, {}, hooks});
        explore({Direction::kSwitch, death, {0, 1}, true, by_file, {}, hooks});
        explore({Direction::kSwitch, death, {}, true, by_file, {Answer::no("/: 500")}, hooks});
      }
}

std::size_t times(const Scene& scene, const std::string& event) {
  return static_cast<std::size_t>(std::ranges::count(scene.hooks->calls, event, &HookCall::event));
}

TEST(Crash, WhereTheHookPromoteWasNotReadBackTheNextOneRunsItAgain) {
  Scene scene;
  begin(scene,
        {Direction::kSwitch, Death::kAfter, {}, true, false, {}, {"fence", "unfence", "promote"}});
  scene.hooks->next["promote"] = {{Answer::no("hook promote exited with 1"), false}};
  scene.hooks->during = [&](const HookCall& call) { scene.flags.stop = call.event == "promote"; };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "in-doubt");
  ASSERT_EQ(scene.journaled().phase, JournalPhase::kPromote);
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "new");
  EXPECT_EQ(times(scene, "promote"), 2U);
  EXPECT_EQ(times(scene, "unfence"), 0U);
}

TEST(Crash, WithoutDatabasesTheJournalTellsThatTheHookFencedMayHaveRun) {
  Scene scene(false);
  begin(scene, {Direction::kSwitch, Death::kAfter, {}, false, false, {}, {"fenced", "unfence"}});
  scene.hooks->next["unfence"] = {{Answer::no("hook unfence exited with 1")}};
  scene.hooks->during = [&](const HookCall& call) {
    if (call.event == "fenced") scene.trace.crash_after(scene.trace.size());
  };
  ASSERT_FALSE(scene.run(Direction::kSwitch));
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "old");
  EXPECT_EQ(times(scene, "unfence"), 2U) << "until it ends with 0";
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kRest);
}

TEST(Crash, ByFileAndPositionItEndsAsByGtids) {
  for (const Death death : {Death::kBefore, Death::kAfter, Death::kReplyLost}) {
    explore({Direction::kSwitch, death, {}, true, true});
    explore({Direction::kRollback, death, {}, true, true});
    explore({Direction::kSwitch, death, {0, 1}, true, true});
  }
}

// The arriving database moves in the last moment, UNDO cannot be written, and old serves again:
// what the next one finds is PROMOTE.
TEST(Crash, BesideAPromotionThatWasTurnedBackUnrecordedNobodyIsFencedUnderHisRequest) {
  Scene scene;
  scene.journal_fails_at = "undo";
  scene.after_look = [&] {
    if (scene.trace.last() == "journal promote old") scene.pair.of(Side::kNew).has[1] = 1;
    if (scene.trace.last() == "word old") scene.trace.crash_after(scene.trace.size());
  };
  ASSERT_FALSE(scene.run(Direction::kSwitch));
  ASSERT_EQ(scene.journaled().phase, JournalPhase::kPromote);
  ASSERT_EQ(scene.word(), serving(Side::kOld, scene.word().epoch));
  ASSERT_FALSE(scene.pair.of(Side::kOld).read_only);
  scene.visitor_who_stays();
  const Nanos began = scene.clock.now();
  std::optional<Nanos> fenced;
  scene.after_step = [&] {
    if (scene.trace.last() != "fence old") return;
    if (!fenced) fenced = scene.clock.now();
    EXPECT_EQ(scene.word().mode, Mode::kHold);
  };
  ASSERT_TRUE(scene.recover());
  EXPECT_EQ(scene.word().mode, Mode::kNew);
  ASSERT_TRUE(fenced);
  EXPECT_GE(*fenced - began, scene.settings.drain_timeout) << "he was given the time to end";
}

TEST(Crash, OfASiteWithoutDatabasesEndsWithTheSideOfItsJournal) {
  for (std::size_t k = 1; k < 30; ++k) {
    Scene scene(false);
    scene.trace.crash_after(k);
    const bool died = !scene.run(Direction::kSwitch);
    const auto end = scene.recover();
    ASSERT_TRUE(end);
    EXPECT_EQ(scene.journaled().phase, JournalPhase::kRest);
    EXPECT_EQ(name(scene.word().mode), name(scene.journaled().side)) << k;
    if (!died) return;
  }
  FAIL() << "the run never ended";
}

}  // namespace
}  // namespace cutover
