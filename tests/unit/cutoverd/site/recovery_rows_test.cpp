// SPDX-License-Identifier: Apache-2.0
// What recovery does with each answer of its table, and what it leaves alone where that fails.
#include <gtest/gtest.h>

#include "tests/unit/fakes/recovering.h"

namespace cutover {
namespace {

using std::chrono_literals::operator""ms;

constexpr const char* kWhy = "a sentence";

struct Row : Recovering {
  // In the middle of a switch, everybody held.
  explicit Row(JournalPhase phase = JournalPhase::kPromote, Side side = Side::kOld) {
    footing.record = {0, phase, side, "0.0", false, "", ""};
    if (phase != JournalPhase::kRest) footing.seal();
    trace.clear();
  }
  bool does(Resume resume) { return recovery.carry_out({resume, kWhy, 0}); }
  void fails(const std::string& act) { pair.script[act] = {{Answer::unknown("no reply"), false}}; }
  bool is_held() const { return word().mode == Mode::kHold; }
};

TEST(RecoveryRows, AFenceThatWasLostIsSetAgainBeforeTheOtherBecomesTheWriter) {
  Row site;
  EXPECT_TRUE(site.does(Resume::kFenceForward));
  EXPECT_TRUE(site.in_order("fence old", "position old")) << site.trace.text();
  EXPECT_TRUE(site.in_order("position old", "promote new"));
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_EQ(site.journaled().side, Side::kNew);
  EXPECT_FALSE(site.journaled().in_doubt);
}

TEST(RecoveryRows, NothingIsPromotedWhereTheFenceOrThePositionBehindItIsNotKnown) {
  for (const Resume resume : {Resume::kFenceForward, Resume::kCatchUpForward}) {
    Row unfenced;
    unfenced.fails("fence old");
    EXPECT_FALSE(unfenced.does(resume));
    Row silent;
    silent.at(Side::kOld).answers = false;
    EXPECT_FALSE(silent.does(resume));
    for (const Row* site : {&unfenced, &silent}) {
      EXPECT_FALSE(site->did("promote new"));
      EXPECT_TRUE(site->is_held());
    }
  }
}

TEST(RecoveryRows, AFenceThatIsOthersToSetIsWaitedForAndNotSent) {
  for (const Resume resume : {Resume::kFenceForward, Resume::kFenceOtherUndo}) {
    Row site;
    const Side open = resume == Resume::kFenceForward ? Side::kOld : Side::kNew;
    site.at(Side::kNew).read_only = site.at(Side::kOld).read_only = true;
    site.at(open).read_only = false;
    site.settings.fence = false;
    EXPECT_FALSE(site.does(resume));
    EXPECT_TRUE(site.is_held());
    EXPECT_EQ(site.view.doubt(), "an interrupted switch waits: others are to make the " +
                                     std::string(name(open)) +
                                     " database read-only (CutoverFence Off), and it is writable");
    site.at(open).read_only = true;
    site.at(other(open)).read_only = false;  // in its role, or others have made it so
    EXPECT_TRUE(site.does(resume));
    EXPECT_FALSE(site.did("fence old") || site.did("fence new"));
    EXPECT_EQ(site.word().mode, open == Side::kOld ? Mode::kNew : Mode::kOld);
  }
}

TEST(RecoveryRows, WhoMovedWhileHeWasFencedIsLookedAtAgainForAnotherRow) {
  Row site;
  site.pair.during = {"fence old", [&] { site.pair.write(Side::kOld); }};
  EXPECT_FALSE(site.does(Resume::kFenceForward));
  EXPECT_FALSE(site.did("promote new") || site.did("journal promote old"));
  EXPECT_EQ(site.footing.record.position, "0.0");
}

TEST(RecoveryRows, WhatTheLeavingOneWroteIsWaitedForAndRecordedBeforeThePromotion) {
  Row site;
  site.at(Side::kOld).has[0] = 3;
  EXPECT_TRUE(site.does(Resume::kCatchUpForward));
  EXPECT_TRUE(site.in_order("wait new 3.0", "journal promote old")) << site.trace.text();
  EXPECT_TRUE(site.in_order("journal promote old", "promote new"));
  EXPECT_EQ(site.journaled().position, "3.0");
  EXPECT_EQ(site.at(Side::kNew).has[0], 3);
}

TEST(RecoveryRows, WhatTheOtherDoesNotReachInTimeIsADoubtAndWhoLeavesDoesNotWaitForIt) {
  for (const bool leaves : {false, true}) {
    Row site;
    site.settings.catch_up_timeout = 250ms;
    site.at(Side::kOld).has[0] = 3;
    site.at(Side::kNew).linked = false;
    if (leaves) site.mailbox.leave(false);
    EXPECT_FALSE(site.does(Resume::kCatchUpForward));
    EXPECT_EQ(site.times("wait new 3.0"), leaves ? 1U : 3U);
    EXPECT_NE(site.view.doubt().find("moved to 3.0, which the other does not reach"),
              std::string::npos);
    EXPECT_FALSE(site.did("promote new") || site.did("journal promote old"));
    EXPECT_EQ(site.footing.record.position, "0.0");
  }
}

TEST(RecoveryRows, APositionThatCannotBeRecordedIsNotPromotedOn) {
  Row site;
  site.at(Side::kOld).has[0] = 3;
  site.journal.fails_at = "promote";
  EXPECT_FALSE(site.does(Resume::kCatchUpForward));
  EXPECT_EQ(site.view.doubt(), "the journal cannot be written: disk full");
  EXPECT_EQ(site.footing.record.position, "0.0");
  EXPECT_FALSE(site.did("promote new"));
}

TEST(RecoveryRows, WritesThatTheOtherNeverGetsAreADoubtThatLastsAndTheOtherServes) {
  Row site;
  site.at(Side::kOld).has[0] = 3;
  EXPECT_TRUE(site.does(Resume::kFenceFlagForward));
  EXPECT_TRUE(site.in_order("fence old", "promote new"));
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_TRUE(site.journaled().in_doubt);
  EXPECT_NE(site.journaled().doubt.find("old database has writes beyond 0.0"), std::string::npos);
}

TEST(RecoveryRows, ForwardIsNotAtRestAsLongAsItIsNotProved) {
  Row site;
  site.pair.never = "promote new";
  site.mailbox.flags.stop = true;
  EXPECT_FALSE(site.does(Resume::kForward));
  EXPECT_TRUE(site.is_held());
}

TEST(RecoveryRows, UndoingDoesNotWaitForTheOtherAndKeepsItsWritesInMind) {
  Row silent(JournalPhase::kCatch);
  silent.at(Side::kNew).answers = false;
  EXPECT_TRUE(silent.does(Resume::kUndo));
  EXPECT_EQ(silent.word().mode, Mode::kOld);
  Row opened(JournalPhase::kCatch);
  opened.at(Side::kNew).read_only = false;
  EXPECT_FALSE(opened.does(Resume::kUndo)) << "made writable meanwhile";
  EXPECT_FALSE(opened.did("un-fence old"));
  Row plain(JournalPhase::kCatch);
  EXPECT_TRUE(plain.does(Resume::kUndo));
  EXPECT_EQ(plain.word().mode, Mode::kOld);
  EXPECT_FALSE(plain.journaled().in_doubt);
  Row moved(JournalPhase::kCatch);
  moved.at(Side::kNew).has[1] = 1;
  EXPECT_TRUE(moved.does(Resume::kUndo));
  EXPECT_EQ(moved.word().mode, Mode::kOld);
  EXPECT_NE(moved.journaled().doubt.find("new database has writes of its own"), std::string::npos);
}

TEST(RecoveryRows, TheOtherIsFencedBeforeTheFenceIsTakenBack) {
  Row site(JournalPhase::kCatch);
  site.at(Side::kNew).read_only = false;
  site.fails("fence new");
  EXPECT_FALSE(site.does(Resume::kFenceOtherUndo));
  EXPECT_FALSE(site.did("un-fence old"));
  site.trace.clear();
  EXPECT_TRUE(site.does(Resume::kFenceOtherUndo));
  EXPECT_TRUE(site.in_order("fence new", "un-fence old")) << site.trace.text();
}

TEST(RecoveryRows, AtRestADatabaseThatWasNeverSeenInItsRoleIsLeftAlone) {
  for (const Resume resume : {Resume::kServeUnfence, Resume::kServeFenceOther}) {
    Row site(JournalPhase::kRest);
    site.footing.record.position.clear();
    site.at(Side::kNew).read_only = false;
    site.at(Side::kOld).read_only = true;
    EXPECT_TRUE(site.does(resume));
    EXPECT_EQ(site.trace.text(), "journal rest old\n");
  }
}

TEST(RecoveryRows, WhoServesIsWritableAgainAndNeverASecondOne) {
  Row site(JournalPhase::kRest);
  site.at(Side::kOld).read_only = true;
  site.at(Side::kNew).read_only = false;
  EXPECT_FALSE(site.does(Resume::kServeUnfence)) << "opened since the look: another row fits";
  EXPECT_FALSE(site.did("fence new") || site.did("un-fence old")) << site.trace.text();
  EXPECT_TRUE(site.does(Resume::kServeFenceOther));
  EXPECT_TRUE(site.in_order("fence new", "un-fence old")) << site.trace.text();
  EXPECT_FALSE(site.at(Side::kOld).read_only);
  EXPECT_FALSE(site.journaled().in_doubt);
}

TEST(RecoveryRows, WhoIsReadOnlyAgainRightAfterTheProofIsInSomebodysHand) {
  Row failed(JournalPhase::kRest);
  failed.at(Side::kOld).read_only = true;
  failed.fails("un-fence old");
  EXPECT_FALSE(failed.does(Resume::kServeUnfence));
  Row again(JournalPhase::kRest);
  again.at(Side::kOld).read_only = true;
  again.pair.script["un-fence old"] = {{Answer::yes(), false}};
  EXPECT_TRUE(again.does(Resume::kServeUnfence));
  EXPECT_EQ(again.times("un-fence old"), 1U);
  EXPECT_NE(again.footing.doubt().find("it is not touched"), std::string::npos);
  Row others(JournalPhase::kRest);
  others.settings.promote = false;
  others.at(Side::kOld).read_only = true;
  EXPECT_TRUE(others.does(Resume::kServeUnfence));
  EXPECT_FALSE(others.did("un-fence old"));
}

TEST(RecoveryRows, TheOtherIsUnsettledUntilItIsFencedAndCompared) {
  Row site(JournalPhase::kRest);
  site.at(Side::kNew).read_only = false;
  site.fails("fence new");
  EXPECT_TRUE(site.does(Resume::kServeFenceOther)) << "who serves is not kept from it";
  EXPECT_NE(site.footing.unsettled.find("not yet fenced and compared"), std::string::npos);
  site.at(Side::kNew).deaf_to_positions = true;
  EXPECT_TRUE(site.does(Resume::kServeFenceOther));
  EXPECT_NE(site.footing.unsettled, "") << "fenced, not compared";
  site.at(Side::kNew).deaf_to_positions = false;
  EXPECT_TRUE(site.does(Resume::kServeFenceOther));
  EXPECT_EQ(site.footing.doubt(), "");
  site.at(Side::kNew).has[1] = 1;
  EXPECT_TRUE(site.does(Resume::kServeFenceOther));
  EXPECT_EQ(site.journaled().doubt, "a sentence and was written to beyond 0.0");
}

TEST(RecoveryRows, ADoubtAtRestIsRecordedOnceWhoServesIsWritable) {
  Row site(JournalPhase::kRelease, Side::kNew);
  site.at(Side::kOld).read_only = true;
  site.fails("un-fence new");
  EXPECT_FALSE(site.does(Resume::kServeFlag));
  EXPECT_TRUE(site.is_held());
  EXPECT_TRUE(site.does(Resume::kServeFlag));
  EXPECT_EQ(site.journaled().doubt, kWhy);
  EXPECT_EQ(site.word().mode, Mode::kNew);
}

TEST(RecoveryRows, ADoubtInTheMiddleOfARunHoldsEverybodyAndAnUnknownOneChangesNothing) {
  Row site(JournalPhase::kDrain);
  site.words.set(Mode::kHold, AtDeadline::kOld, Nanos{0});
  EXPECT_FALSE(site.does(Resume::kLookAgain));
  EXPECT_EQ(site.view.doubt(), "an interrupted switch waits: a sentence");
  EXPECT_EQ(site.trace.text(), "");
  EXPECT_FALSE(site.does(Resume::kInDoubt));
  EXPECT_FALSE(site.does(Resume::kInDoubt));
  EXPECT_EQ(site.view.doubt(), kWhy);
  EXPECT_EQ(site.trace.text(), "word hold/503\n");
}

}  // namespace
}  // namespace cutover
