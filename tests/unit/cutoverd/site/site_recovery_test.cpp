// SPDX-License-Identifier: Apache-2.0
// What a coordinator makes of the journal that it finds, or does not, and of two databases.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/site/recovery.h"
#include "tests/unit/fakes/recovering.h"

namespace cutover {
namespace {

using Kind = JournalReading::Kind;

struct Starting : Recovering {
  explicit Starting(bool databases = true) : Recovering(databases) { footing.known = false; }

  void finds(JournalPhase phase, Side side, const std::string& position = "0.0") {
    found = {Kind::kRecord, {0, phase, side, position, false, "", ""}, ""};
  }
  // "old", "new", or "doubt" where everybody is held.
  std::string decides() {
    const bool decided = recovery.try_once();
    EXPECT_EQ(decided, view.doubt().empty()) << view.doubt();
    if (!decided && !footing.is_sealed()) return std::string(name(word().mode)) + ", undecided";
    return decided ? std::string(name(word().mode)) : "doubt";
  }
};

enum Says { kReadOnly, kWritable, kNothing };

void set(FakeServer& server, Says says) {
  server.answers = says != Says::kNothing;
  server.read_only = says == Says::kReadOnly;
}

std::string adopted(Kind kind, Says old_says, Says new_says, bool live_graceful = false) {
  Starting site;
  if (!live_graceful) site.footing.seal();
  site.found = {kind, {}, "the journal is cut"};
  set(site.at(Side::kOld), old_says);
  set(site.at(Side::kNew), new_says);
  const std::string side = site.decides();
  EXPECT_FALSE(site.did("fence new") || site.did("un-fence old")) << "none is ours yet";
  const bool decided = side == "old" || side == "new";
  EXPECT_EQ(site.footing.known, decided);
  EXPECT_EQ(site.journaled().sequence > 0, decided) << "what is not known is not written down";
  const std::string doubt = site.view.doubt();
  EXPECT_TRUE(doubt.empty() || kind == Kind::kMissing || doubt.starts_with("the journal is cut, "));
  return side;
}

TEST(SiteRecovery, WithoutAJournalAStartIsHeldWhereTheDatabasesDoNotTellWhoServes) {
  const auto adopt = [](Says o, Says n) { return adopted(Kind::kMissing, o, n); };
  EXPECT_EQ(adopt(kWritable, kReadOnly), "old");
  EXPECT_EQ(adopt(kReadOnly, kWritable), "new");
  for (const Says o : {kReadOnly, kWritable, kNothing})
    for (const Says n : {kReadOnly, kWritable, kNothing})
      if (o == n || o == kNothing || n == kNothing) {
        EXPECT_EQ(adopt(o, n), "doubt") << "new may have served, and old have forgotten its fence";
      }
}

// Older than the word: UNDO, or what a `resolve` left as it was, could not be written.
TEST(SiteRecovery, WhoeverIsServedBesideARecordThatFencesEndsFirst) {
  for (const JournalPhase phase : {JournalPhase::kPromote, JournalPhase::kResolve}) {
    Starting site;
    site.finds(phase, phase == JournalPhase::kPromote ? Side::kOld : Side::kNew);
    site.found.record.fence_owed = phase == JournalPhase::kResolve;
    site.store.in_flight_next = {2, 1, 0};
    EXPECT_EQ(site.decides(), "new") << name(phase);
    EXPECT_TRUE(site.trace.text().starts_with("word hold/503\nsum\nsum\nsum\n"))
        << site.trace.text();
    EXPECT_TRUE(site.in_order("sum", "fence old"));
  }
}

TEST(SiteRecovery, WhoHasNotEndedInTimeIsNotWaitedForAgain) {
  Starting site;
  site.finds(JournalPhase::kPromote, Side::kOld);
  site.store.in_flight_next = {1};
  site.pair.script["fence old"] = {{Answer::unknown("no reply"), false}};
  EXPECT_EQ(site.decides(), "doubt");
  const std::size_t sums = site.times("sum");
  EXPECT_EQ(site.decides(), "new");
  EXPECT_EQ(site.times("sum"), sums);
}

// The lost journal of a site that new had served, and old came back writable with a write.
// A switch may have ended between the word and its links.
TEST(SiteRecovery, WithoutAJournalTheLinksOfASiteThatWasMovedAreMadeWhatTheyAreToBe) {
  for (const bool moved : {false, true}) {
    Starting site;
    site.footing.seal();
    site.found = {Kind::kMissing, {}, ""};
    set(site.at(Side::kOld), moved ? Says::kReadOnly : Says::kWritable);
    set(site.at(Side::kNew), moved ? Says::kWritable : Says::kReadOnly);
    EXPECT_EQ(site.decides(), moved ? "new" : "old");
    EXPECT_EQ(site.journaled().links_owed, moved);
    EXPECT_EQ(site.footing.is_ours(), moved) << "one that never was is on its way yet";
  }
}

TEST(SiteRecovery, WithoutAJournalNobodyServesWhoLacksWhatTheOtherWrote) {
  Starting site;
  site.footing.seal();
  site.at(Side::kNew).has[1] = 1;
  EXPECT_EQ(site.decides(), "doubt");
}

TEST(SiteRecovery, ASiteThatALiveGracefulBringsInGoesOnUnlessTheDatabasesSayNew) {
  const auto adopt = [](Says o, Says n) { return adopted(Kind::kMissing, o, n, true); };
  EXPECT_EQ(adopt(kWritable, kReadOnly), "old");
  EXPECT_EQ(adopt(kReadOnly, kWritable), "new");
  EXPECT_EQ(adopt(kWritable, kWritable), "old") << "a new host that serves something else";
  for (const Says o : {kReadOnly, kWritable, kNothing})
    for (const Says n : {kReadOnly, kWritable, kNothing})
      if (o == kNothing || n == kNothing || (o == kReadOnly && n == kReadOnly)) {
        EXPECT_EQ(adopt(o, n), "old, undecided") << "the word stays";
      }
}

TEST(SiteRecovery, WithAJournalThatIsBrokenTheDatabasesMustAgree) {
  for (const Says o : {kReadOnly, kWritable, kNothing})
    for (const Says n : {kReadOnly, kWritable, kNothing}) {
      const bool agree = o != kNothing && n != kNothing && o != n;
      EXPECT_EQ(adopted(Kind::kCorrupt, o, n), !agree ? "doubt" : o == kWritable ? "old" : "new");
    }
}

TEST(SiteRecovery, WithoutAJournalACommandThatIsNotToBeHadIsNoHindrance) {
  Starting site;
  site.pair.script["take command old"] = {{Answer::no("no such host"), false}};
  EXPECT_EQ(site.decides(), "old");
}

TEST(SiteRecovery, WithoutDatabasesTheJournalAloneSaysWhoServes) {
  Starting fresh(false);
  EXPECT_EQ(fresh.decides(), "old");
  Starting broken(false);
  broken.found = {Kind::kCorrupt, {}, "the journal is cut"};
  EXPECT_EQ(broken.decides(), "doubt");
  for (const JournalPhase phase : {JournalPhase::kRest, JournalPhase::kRelease,
                                   JournalPhase::kDrain, JournalPhase::kFence, JournalPhase::kUndo})
    for (const Side side : {Side::kOld, Side::kNew}) {
      Starting site(false);
      site.finds(phase, side, "");
      EXPECT_EQ(site.decides(), name(side)) << name(phase);
      EXPECT_TRUE(site.journaled().phase == JournalPhase::kRest);
    }
}

TEST(SiteRecovery, ASwitchOfDatabasesThatAreConfiguredNoMoreIsADoubt) {
  for (const JournalPhase phase : {JournalPhase::kCatch, JournalPhase::kPromote}) {
    Starting site(false);
    site.finds(phase, Side::kOld);
    EXPECT_EQ(site.decides(), "doubt");
    EXPECT_NE(site.view.doubt().find("not configured any more"), std::string::npos);
  }
}

TEST(SiteRecovery, DatabasesThatCannotBeAskedHoldAnInterruptedSwitchAndNoSiteAtRest) {
  for (const JournalPhase phase :
       {JournalPhase::kDrain, JournalPhase::kRest, JournalPhase::kRelease}) {
    Starting site(false);
    site.settings.old_database = site.settings.new_database = OptionFile{"file", "cutover"};
    site.trouble = "file: no password";
    site.finds(phase, Side::kNew);
    EXPECT_EQ(site.decides(), phase == JournalPhase::kDrain ? "doubt" : "new");
    EXPECT_EQ(site.view.doubt().ends_with(site.trouble), phase == JournalPhase::kDrain);
  }
}

TEST(SiteRecovery, ADoubtInTheJournalLastsAndDoesNotKeepTheSiteFromServing) {
  for (const bool databases : {false, true}) {
    Starting site(databases);
    site.finds(JournalPhase::kRest, Side::kOld);
    site.found.record.in_doubt = true;
    site.found.record.doubt = "both wrote";
    EXPECT_TRUE(site.recovery.try_once());
    EXPECT_EQ(site.footing.doubt(), "both wrote");
    EXPECT_TRUE(site.journaled().in_doubt);
    EXPECT_EQ(site.word(), serving(Side::kOld, 1));
  }
}

TEST(SiteRecovery, WhatWasDecidedMeanwhileIsNotReadFromTheJournalAgain) {
  Starting site;
  site.start_on_new();
  site.footing.known = true;  // by a person
  EXPECT_EQ(site.decides(), "new");
  Starting half;
  half.finds(JournalPhase::kPromote, Side::kOld);
  half.at(Side::kNew).answers = false;
  EXPECT_EQ(half.decides(), "doubt");
  half.found.record.phase = JournalPhase::kRest;
  EXPECT_EQ(half.decides(), "doubt");
}

TEST(SiteRecovery, AnInterruptedSwitchIsHeldBeforeAnythingIsLookedAtAndSealedOnce) {
  Starting site;
  site.finds(JournalPhase::kPromote, Side::kOld);
  site.pair.script["take command old"] = {{Answer::unknown("no reply"), false}};
  site.pair.script["take command new"] = {{Answer::unknown("no reply"), false}};
  EXPECT_EQ(site.decides(), "doubt");
  EXPECT_EQ(site.trace.text(), "word hold/503\nsum\ntake command old\ntake command new\n")
      << "nothing is known for certain";
  EXPECT_NE(site.view.doubt().find("no reply"), std::string::npos);
  site.at(Side::kNew).answers = false;
  EXPECT_EQ(site.decides(), "doubt");
  EXPECT_EQ(site.times("word hold/503"), 1U) << "whoever is held has one deadline";
}

TEST(SiteRecovery, AtRestNobodyIsHeldAndNoCommandIsNeeded) {
  Starting site;
  site.finds(JournalPhase::kRest, Side::kOld);
  site.pair.script["take command old"] = {{Answer::unknown("no reply"), false}};
  EXPECT_EQ(site.decides(), "old");
  EXPECT_EQ(site.word().epoch, 1U);
}

// A night's graceful while the other server is off, a cold start, and a site that is being
// prepared.
TEST(SiteRecovery, ASilentOtherHoldsNobodyWhoWasServedMinutesAgoOrWasNeverMoved) {
  const auto decided = [](const std::string& position, std::int64_t minutes) {
    Starting site;
    site.finds(JournalPhase::kRest, Side::kOld, position);
    site.clock.sleep(std::chrono::hours(1));
    site.found.record.looked_ms = site.clock.wall_ms() - minutes * 60'000;
    site.at(Side::kNew).answers = false;
    return site.recovery.try_once();
  };
  EXPECT_TRUE(decided("0.0", 9));
  EXPECT_FALSE(decided("0.0", 11)) << "which side serves, the journal alone does not say";
  EXPECT_FALSE(decided("0.0", -1)) << "the clock was set back";
  EXPECT_TRUE(decided("", 11));
}

TEST(SiteRecovery, WhatCannotBeDoneYetIsADoubtThatNamesWhatWasFound) {
  Starting site;
  site.finds(JournalPhase::kPromote, Side::kOld);
  site.pair.script["fence old"] = {{Answer::unknown("no reply"), false}};
  EXPECT_EQ(site.decides(), "doubt");
  EXPECT_EQ(site.view.doubt().rfind("not decided yet: the leaving database lost its fence", 0), 0U);
  EXPECT_TRUE(site.recovery.try_once());
  EXPECT_EQ(site.word().mode, Mode::kNew);
}

TEST(SiteRecovery, WhatIsFoundIsToldOnceAndAgainWhenItHadGone) {
  Starting site;
  const Recovery row{Resume::kServeUnfence, "it came back read-only", 204};
  site.recovery.tell(row);
  site.recovery.tell(row);
  EXPECT_EQ(site.events().size(), 1U);
  site.footing.record.phase = JournalPhase::kRelease;
  site.recovery.tell(row);
  EXPECT_EQ(site.events().size(), 2U) << "the same, of another phase";
  site.recovery.tell_nothing();
  site.recovery.tell(row);
  EXPECT_EQ(site.events().size(), 3U);
}

TEST(SiteRecovery, InTheFirstRunOfAllWhatTheLeavingOneHasIsWhatTheOtherMayHave) {
  Starting site;
  site.footing.record.phase = JournalPhase::kFence;
  site.at(Side::kNew).has[1] = 1;
  EXPECT_TRUE(site.recovery.look().theirs_moved);
  site.at(Side::kOld).answers = false;
  EXPECT_FALSE(site.recovery.look().theirs_read_only) << "compared with nothing";
  site.footing.record.phase = JournalPhase::kRest;
  EXPECT_FALSE(site.recovery.look().theirs_moved) << "at rest there is nothing to compare with";
}

TEST(SiteRecovery, APositionThatCannotBeReadIsNoEvidenceThatNothingWasWritten) {
  Starting site;
  site.footing.record = {0, JournalPhase::kPromote, Side::kOld, "0.0", false, "", ""};
  EXPECT_TRUE(site.recovery.look().mine_read_only.has_value());
  site.at(Side::kOld).deaf_to_positions = true;
  EXPECT_FALSE(site.recovery.look().mine_read_only);
  site.footing.record.phase = JournalPhase::kRest;
  EXPECT_TRUE(site.recovery.look().mine_read_only) << "at rest it writes by right";
  site.at(Side::kNew).deaf_to_positions = true;
  EXPECT_FALSE(site.recovery.look().theirs_read_only);
}

}  // namespace
}  // namespace cutover
