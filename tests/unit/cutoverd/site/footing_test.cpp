// SPDX-License-Identifier: Apache-2.0
// Where a site stands: the word that follows from the record, and a record that is not lost.
#include "mod_cutover/cutoverd/site/footing.h"

#include <gtest/gtest.h>

#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {
namespace {

TEST(Footing, TheWordIsSetOnlyWhereItIsAnotherOneAndTheRecordIsWrittenAnyway) {
  DeskOnFakes site;
  site.footing.rest_at(Side::kOld, "");
  EXPECT_EQ(site.trace.text(), "journal rest old\n");
  EXPECT_EQ(site.word().epoch, 1U) << "nobody is woken for nothing";
  site.trace.clear();
  site.footing.rest_at(Side::kNew, "");
  EXPECT_EQ(site.trace.text(), "word hold/503\nsum\nword new\njournal rest new\n");
  EXPECT_EQ(site.word(), serving(Side::kNew, 3));
}

TEST(Footing, WhoeverTheOtherSideServesEndsThereBeforeThisOneBeginsAsFarAsHeDoesInTime) {
  DeskOnFakes site;
  site.store.in_flight_next = {2, 1, 0};
  site.footing.rest_at(Side::kNew, "");
  EXPECT_EQ(site.trace.text(), "word hold/503\nsum\nsum\nsum\nword new\njournal rest new\n");
  DeskOnFakes endless;
  endless.store.in_flight_next = {1};
  const Nanos began = endless.clock.now();
  endless.footing.rest_at(Side::kNew, "");
  EXPECT_EQ(endless.word().mode, Mode::kNew);
  EXPECT_GE(endless.clock.now() - began, endless.settings.drain_timeout);
}

TEST(Footing, FromAHoldTheSideIsServedAgain) {
  DeskOnFakes site;
  site.footing.seal();
  site.footing.rest_at(Side::kOld, "");
  EXPECT_EQ(site.word().mode, Mode::kOld);
}

TEST(Footing, ADoubtAtRestIsOnTheDiskAndGoesWithTheNextRestThatHasNone) {
  DeskOnFakes site;
  site.footing.record.phase = JournalPhase::kPromote;
  EXPECT_FALSE(site.footing.at_rest());
  site.footing.rest_at(Side::kNew, "both write");
  EXPECT_TRUE(site.footing.at_rest());
  EXPECT_TRUE(site.journaled().in_doubt);
  EXPECT_EQ(site.journaled().doubt, "both write");
  EXPECT_EQ(site.journaled().side, Side::kNew);
  site.footing.rest_at(Side::kNew, "");
  EXPECT_FALSE(site.journaled().in_doubt);
  EXPECT_EQ(site.journaled().doubt, "");
}

TEST(Footing, APersonIsToldOfTheDoubtThatLastsBeforeTheOneThatIsTriedAgain) {
  DeskOnFakes site;
  EXPECT_EQ(site.footing.doubt(), "");
  site.footing.unsettled = "not yet fenced";
  EXPECT_EQ(site.footing.doubt(), "not yet fenced");
  site.footing.record.in_doubt = true;
  site.footing.record.doubt = "both wrote";
  EXPECT_EQ(site.footing.doubt(), "both wrote");
}

TEST(Footing, ARecordThatCannotBeWrittenIsTriedAgainUntilItIsAndNotOnceMore) {
  DeskOnFakes site;
  site.footing.retry();
  EXPECT_EQ(site.trace.text(), "") << "nothing is missing";
  site.journal.fails_at = "rest";
  site.footing.rest_at(Side::kNew, "");
  EXPECT_EQ(site.word().mode, Mode::kNew) << "visitors do not wait for a disk";
  EXPECT_EQ(site.footing.unwritten(), "the journal cannot be written: disk full");
  site.footing.retry();
  EXPECT_EQ(site.footing.unwritten(), "the journal cannot be written: disk full");
  site.journal.fails_at.clear();
  site.footing.retry();
  EXPECT_EQ(site.footing.unwritten(), "");
  EXPECT_EQ(site.journaled().side, Side::kNew);
  site.footing.retry();
  EXPECT_EQ(site.times("journal rest new"), 3U);
}

TEST(Footing, ARunTellsWhetherItsLastRecordWasWritten) {
  DeskOnFakes site;
  site.footing.wrote(false);
  EXPECT_NE(site.footing.unwritten(), "");
  site.footing.retry();
  EXPECT_TRUE(site.did("journal rest old"));
  site.footing.wrote(false);
  site.footing.wrote(true);
  EXPECT_EQ(site.footing.unwritten(), "");
}

TEST(Footing, SealedIsAHoldInWhichNoWorkerChoosesASideAndWhichEndsByItself) {
  DeskOnFakes site;
  EXPECT_FALSE(site.footing.is_sealed());
  site.words.set(Mode::kHold, AtDeadline::kOld, Nanos{0});
  EXPECT_FALSE(site.footing.is_sealed()) << "at the deadline old serves";
  site.footing.seal();
  EXPECT_TRUE(site.footing.is_sealed());
  Word wanted = sealed(3);
  wanted.old_leaves = true;  // as the hold before it was for old
  EXPECT_EQ(site.word(), wanted);
  const Nanos deadline = site.clock.now() + site.settings.hold_timeout;
  EXPECT_EQ(site.control->sites[0].deadline_ns.load(), deadline.count());
}

}  // namespace
}  // namespace cutover
