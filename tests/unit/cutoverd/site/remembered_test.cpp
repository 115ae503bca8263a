// SPDX-License-Identifier: Apache-2.0
// Who served last, as the servers remember it: above a journal that is old or lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/site/resolve.h"
#include "tests/unit/fakes/kept.h"

namespace cutover {
namespace {

using testing::HasSubstr;
using Kind = JournalReading::Kind;

struct Remembering : Kept {
  Remembering() {
    footing.known = false;
    footing.seal();
  }
  void finds(std::uint64_t epoch, Side side = Side::kOld,
             JournalPhase phase = JournalPhase::kRest) {
    JournalRecord record{0, phase, side, "0.0", false, "", ""};
    record.epoch = epoch;
    found = {Kind::kRecord, record, ""};
  }
  void new_serves() {
    at(Side::kOld).read_only = true;
    at(Side::kNew).read_only = false;
  }
};

TEST(Remembered, AJournalBelowWhatAServerRemembersIsAnOldOne) {
  for (const JournalPhase phase :
       {JournalPhase::kRest, JournalPhase::kFence, JournalPhase::kPromote}) {
    Remembering site;
    site.finds(1, Side::kOld, phase);
    site.settings.serve = Side::kOld;
    site.new_serves();
    site.pair.write(Side::kNew);
    site.at(Side::kNew).remembers = Served{2, Side::kNew};
    site.at(Side::kOld).remembers = Served{1, Side::kOld};
    EXPECT_TRUE(site.recovery.try_once()) << name(phase);
    EXPECT_EQ(site.word().mode, Mode::kNew);
    EXPECT_EQ(site.journaled().side, Side::kNew);
    EXPECT_EQ(site.journaled().phase, JournalPhase::kRest);
    EXPECT_EQ(site.journaled().position, "0.1") << "what is new's is not old's own";
    EXPECT_EQ(site.journaled().epoch, 3U) << "above every copy of the old one";
    EXPECT_EQ(site.journaled().served_word, "old") << "and nothing is asked for anew";
    EXPECT_FALSE(site.did("fence new") || site.did("un-fence old"));
  }
}

TEST(Remembered, AJournalThatIsNotBelowItStands) {
  for (const std::uint64_t epoch : {2U, 3U}) {
    Remembering site;
    site.finds(epoch);
    site.at(Side::kNew).remembers = Served{2, Side::kNew};
    EXPECT_TRUE(site.recovery.try_once());
    EXPECT_EQ(site.word().mode, Mode::kOld);
    EXPECT_EQ(site.lives.journal_is_current(), epoch == 2);
  }
}

TEST(Remembered, WhoServedLastAndIsSilentIsWaitedFor) {
  Remembering site;
  site.finds(1);
  site.at(Side::kOld).remembers = Served{4, Side::kNew};  // from a dump of new
  site.at(Side::kNew).answers = false;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(site.recovery.try_once());
  EXPECT_TRUE(site.footing.is_sealed());
  EXPECT_THAT(site.view.doubt(), HasSubstr("older than what the servers remember"));
  site.at(Side::kNew).answers = true;
  site.new_serves();
  EXPECT_TRUE(site.recovery.try_once());
  EXPECT_EQ(site.word().mode, Mode::kNew);
}

TEST(Remembered, ALostJournalIsReplacedByIt) {
  Remembering site;
  site.found = {Kind::kMissing, {}, ""};
  site.at(Side::kNew).read_only = false;  // and so is old's: no roles tell who served
  EXPECT_FALSE(site.recovery.try_once());
  site.at(Side::kNew).remembers = Served{1, Side::kNew};
  EXPECT_TRUE(site.recovery.try_once());
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_FALSE(site.did("fence old")) << "somebody opened it";
}

// Both came back from a power cut as their my.cnf says, and the state directory from a backup.
TEST(Remembered, WhoServedLastIsNotGuessedFromRolesThatARestartHasSwapped) {
  Remembering site;
  site.finds(0);
  site.pair.servers[1].has[1] = 5;
  site.at(Side::kNew).remembers = Served{1, Side::kNew};
  EXPECT_FALSE(site.recovery.try_once());
  EXPECT_TRUE(site.footing.is_sealed()) << "old lacks five writes";
}

// A copy of minutes ago, from before a switch of which no server could be told.
TEST(Remembered, AnOldJournalThatSaysServedMinutesAgoDoesNotTakeASwitchBack) {
  Remembering site;
  site.start_on_new();
  site.at(Side::kNew).has[1] = 5;
  site.finds(0);
  site.found.record.looked_ms = site.clock.wall_ms();
  EXPECT_FALSE(site.recovery.try_once());
  EXPECT_TRUE(site.footing.is_sealed()) << "old is fenced, and new the writer";
  EXPECT_FALSE(site.did("word old"));
}

TEST(Remembered, TheKeeperTellsTheServingServerOnce) {
  Remembering site;
  site.finds(3);
  ASSERT_TRUE(site.recovery.try_once());
  site.look();
  ASSERT_TRUE(site.at(Side::kOld).remembers);
  EXPECT_EQ(site.at(Side::kOld).remembers->epoch, 3U);
  EXPECT_EQ(site.at(Side::kOld).remembers->side, Side::kOld);
  EXPECT_EQ(site.journaled().remembered, 3U);
  site.look();
  EXPECT_EQ(site.times("remember on old"), 1U);
  site.footing.record.epoch = 4;
  site.look();
  EXPECT_EQ(site.at(Side::kOld).remembers->epoch, 4U) << "at once, after a run";
  EXPECT_FALSE(site.at(Side::kNew).remembers) << "it is fenced";
}

TEST(Remembered, AServerThatCannotBeToldIsToldLater) {
  Remembering site;
  site.finds(3);
  ASSERT_TRUE(site.recovery.try_once());
  site.pair.script["remember on old"] = {{Answer::no("denied"), false}};
  for (int i = 0; i < 5; ++i) site.look();
  EXPECT_EQ(site.times("remember on old"), 1U);
  EXPECT_EQ(site.journaled().remembered, 0U);
  site.clock.sleep(std::chrono::seconds(61));
  site.look();
  EXPECT_EQ(site.journaled().remembered, 3U);
}

}  // namespace
}  // namespace cutover
