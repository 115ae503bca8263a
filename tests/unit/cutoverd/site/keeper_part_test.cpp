// SPDX-License-Identifier: Apache-2.0
// One look of the keeper after another: when a database becomes its own, how often it tries what is
// owed, and what it tells of.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/fakes/kept.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

struct Owing : Kept {
  // New serves, and the way back could not be armed.
  void owe(const std::string& why) {
    start_on_new();
    footing.record.owed = true;
    at(Side::kOld).linked = false;
    for (int i = 0; i < 1000; ++i)
      pair.script["arm way back old 0.0"].push_back({Answer::no(why), false});
  }
  // The seconds at which that was tried, in looks a second apart.
  std::vector<int> tried(const std::string& step, int seconds) {
    std::vector<int> all;
    for (int second = 0; second < seconds; ++second) {
      const std::size_t before = times(step);
      look();
      if (times(step) > before) all.push_back(second);
      clock.sleep(1s);
    }
    return all;
  }
};

// How many lines of the log have these words.
template <typename Act>
std::size_t told(const std::string& words, Act act) {
  testing::internal::CaptureStderr();
  act();
  std::istringstream log(testing::internal::GetCapturedStderr());
  std::size_t found = 0;
  for (std::string line; std::getline(log, line);) found += line.find(words) != std::string::npos;
  return found;
}

TEST(KeeperPart, ADatabaseIsClaimedWithTheFirstOpenGateAndNotBefore) {
  Kept site;
  site.at(Side::kNew).read_only = false;  // it serves something else
  site.at(Side::kOld).has[0] = 2;
  site.look();
  EXPECT_FALSE(site.footing.is_ours());
  EXPECT_FALSE(site.did("journal rest old"));
  site.at(Side::kNew).read_only = true;
  site.pair.replicate();
  site.look();
  EXPECT_EQ(site.footing.record.position, "2.0");
  EXPECT_EQ(site.journaled().position, "2.0") << "on the disk, for the next coordinator";
  site.at(Side::kOld).has[0] = 3;
  site.pair.replicate();
  site.look();
  EXPECT_EQ(site.journaled().position, "2.0");
  EXPECT_EQ(site.times("journal rest old"), 2U) << "that, and when it was seen to serve";
  site.pair.restart(Side::kNew, false);
  site.look();
  EXPECT_TRUE(site.at(Side::kNew).read_only) << "kept from now on";
}

TEST(KeeperPart, InTheMiddleOfARunNothingIsClaimedNorKept) {
  for (const char* position : {"", "0.0"}) {
    Kept site;
    site.footing.record.phase = JournalPhase::kPromote;
    site.footing.record.position = position;
    site.at(Side::kNew).read_only = *position == '\0';
    site.watch.tick(&site.replication, Side::kOld, position, site.clock.now());
    site.trace.clear();
    site.keeper.look();
    EXPECT_EQ(site.trace.text(), "");
  }
}

TEST(KeeperPart, AWriteOfItsOwnIsADoubtInTheVeryLookThatSeesIt) {
  Kept site;
  site.start_on_new();
  site.at(Side::kOld).has[0] = 1;
  site.look();
  EXPECT_NE(site.view.doubt().find("has writes of its own"), std::string::npos);
  EXPECT_TRUE(site.journaled().in_doubt);
  site.trace.clear();
  site.look();
  EXPECT_FALSE(site.did("take command old")) << "a person must look; nothing is left to be done";
}

// ANALYZE TABLE by root and the like: it has a GTID, and no rows.
TEST(KeeperPart, AWriteWithoutRowsIsNoDoubtAndIsPartOfTheBaselineFromThenOn) {
  Kept site;
  site.start_on_new();
  site.at(Side::kOld).without_rows = true;
  site.at(Side::kOld).has[0] = 1;
  site.look();
  EXPECT_EQ(site.view.doubt(), "");
  EXPECT_FALSE(site.did("take command"));
  EXPECT_FALSE(site.journaled().in_doubt);
  EXPECT_EQ(site.journaled().position, "1.0");
  ASSERT_EQ(site.watch.gate().notes.size(), 1U);
  EXPECT_NE(site.watch.gate().notes[0].find("ANALYZE, 1 of old"), std::string::npos);
  site.trace.clear();
  site.look();
  EXPECT_FALSE(site.did("journal rest new")) << "it is written down once";
  EXPECT_EQ(site.watch.gate().notes.size(), 1U) << "and named as long as nothing changes";
  site.at(Side::kOld).without_rows = false;
  site.at(Side::kOld).has[0] = 2;
  site.look();
  EXPECT_TRUE(site.journaled().in_doubt) << "the next one has rows";
}

TEST(KeeperPart, TheFirstBaselineHasWhatTheFollowerWroteWithoutRows) {
  Kept site;
  site.at(Side::kOld).has[0] = site.at(Side::kNew).has[0] = 2;
  site.at(Side::kNew).without_rows = true;
  site.at(Side::kNew).has[1] = 1;
  site.look();
  EXPECT_EQ(site.journaled().position, "2.1");
  EXPECT_EQ(site.times("journal rest old"), 2U) << "in the first, and when it was seen to serve";
  EXPECT_TRUE(site.watch.gate().open);
}

TEST(KeeperPart, AFollowerWithRowsOfItsOwnIsNotClaimed) {
  Kept site;
  site.at(Side::kOld).has[0] = site.at(Side::kNew).has[0] = 2;
  site.at(Side::kNew).has[1] = 1;
  site.look();
  EXPECT_FALSE(site.footing.is_ours());
  EXPECT_FALSE(site.watch.gate().open);
  EXPECT_EQ(site.view.doubt(), "") << "nothing was ever kept here";
}

// MySQL's read_only without super_read_only: neither of the two roles, and root still writes.
TEST(KeeperPart, AWriteOfItsOwnIsADoubtAlsoWhereItsRoleIsNotKnown) {
  Kept site;
  site.start_on_new();
  site.at(Side::kOld).has[0] = 1;
  site.watch.tick(&site.replication, Side::kNew, "0.0", site.clock.now());
  site.at(Side::kOld).answers = false;
  site.keeper.look();
  EXPECT_FALSE(site.did("fence old"));
  EXPECT_EQ(site.view.doubt(),
            "the old database did not refuse everybody and was written to beyond 0.0");
  EXPECT_TRUE(site.journaled().in_doubt);
}

TEST(KeeperPart, WhatIsUnsettledIsLookedAtAgainThoughNoRoleIsWrong) {
  Kept site;
  site.start_on_new();
  site.footing.unsettled = "not yet fenced and compared";
  site.view.set_doubt(site.footing.unsettled);
  site.look();
  EXPECT_EQ(site.footing.unsettled, "");
  EXPECT_EQ(site.view.doubt(), "");
}

TEST(KeeperPart, WhatSomebodyElseDoesIsNotPutBack) {
  Kept site;
  site.start_on_new();
  site.settings.fence = site.settings.promote = false;
  site.at(Side::kOld).read_only = false;
  site.at(Side::kNew).read_only = true;
  site.look();
  EXPECT_FALSE(site.did("take command old"));
}

TEST(KeeperPart, WhatCannotBePutBackIsToldOnceAndAgainWhenItHadBeenWell) {
  Kept site;
  site.start_on_new();
  site.look();
  const auto looks = [&](const char* why) {
    return told("cannot be put back", [&] {
      site.pair.restart(Side::kOld, false);
      for (int i = 0; i < 3; ++i) {
        site.pair.script["take command new"] = {{Answer::unknown(why), false}};
        site.pair.script["take command old"] = {{Answer::unknown(why), false}};
        site.look();
      }
    });
  };
  EXPECT_EQ(looks("somebody has it"), 1U);
  EXPECT_EQ(looks("somebody has it"), 0U);
  EXPECT_EQ(looks("somebody else has it"), 1U);
  site.at(Side::kOld).read_only = true;
  site.look();
  EXPECT_EQ(looks("somebody else has it"), 1U);
}

TEST(KeeperPart, WhatIsFoundLookAfterLookIsInTheTrailOnce) {
  Kept site;
  site.start_on_new();
  site.look();
  site.pair.restart(Side::kOld, false);
  site.pair.never = "fence old";
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_EQ(site.times("fence old"), 3U);
  EXPECT_EQ(site.events(), std::vector<std::string>{"recovery"});
}

TEST(KeeperPart, WhatIsOwedIsTriedAfterPausesThatDoubleUpToAMinute) {
  Owing site;
  site.owe("no account");
  EXPECT_EQ(site.tried("arm way back old 0.0", 250),
            (std::vector<int>{0, 2, 6, 14, 30, 62, 122, 182, 242}));
  EXPECT_TRUE(site.footing.record.owed);
  EXPECT_EQ(site.footing.not_armed, "the way back is not armed: no account");
  EXPECT_EQ(site.times("take command old"), 9U);
  EXPECT_FALSE(site.did("leave command")) << "owned as long as the coordinator lives";
}

TEST(KeeperPart, WhatIsPaidIsRecordedAndTheNextDebtIsTriedInHasteAgain) {
  Owing site;
  site.owe("no account");
  site.tried("arm way back old 0.0", 31);
  site.pair.script.clear();
  site.clock.sleep(60s);
  site.look();
  EXPECT_FALSE(site.journaled().owed);
  EXPECT_EQ(site.footing.not_armed, "");
  EXPECT_EQ(site.events(), std::vector<std::string>{"way back"});
  site.clock.sleep(60s);
  site.owe("no account");
  EXPECT_EQ(site.tried("arm way back old 0.0", 10), (std::vector<int>{0, 2, 6}));
}

TEST(KeeperPart, WhyTheWayBackIsNotArmedIsToldWhenItIsAnotherReason) {
  Owing site;
  site.owe("no account");
  EXPECT_EQ(told("it is tried again", [&] { site.tried("", 100); }), 1U);
  site.owe("no account");
  for (Scripted& answer : site.pair.script["arm way back old 0.0"]) answer.answer.why = "no host";
  EXPECT_EQ(told("no host; it is tried again", [&] { site.tried("", 200); }), 1U);
}

TEST(KeeperPart, InDoubtNothingIsPaidSinceTheLinkMayBeTheWrongOne) {
  Owing site;
  site.owe("no account");
  site.footing.record.in_doubt = true;
  site.footing.record.doubt = "both wrote";
  EXPECT_TRUE(site.tried("take command old", 10).empty());
}

}  // namespace
}  // namespace cutover
