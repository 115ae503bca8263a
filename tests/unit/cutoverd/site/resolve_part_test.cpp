// SPDX-License-Identifier: Apache-2.0
// A person's word, step by step: what it needs, what is recorded before it is acted on, and that
// nothing is moved where it could not be carried out.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/site/resolve.h"
#include "tests/unit/fakes/recovering.h"

namespace cutover {
namespace {

using std::chrono_literals::operator""ms;

struct Doubtful : Recovering {
  explicit Doubtful(const std::string& doubt = "both wrote", bool databases = true)
      : Recovering(databases) {
    footing.record.position = "0.0";
    footing.record.in_doubt = !doubt.empty();
    footing.record.doubt = doubt;
    view.set_doubt(doubt);
  }

  cutover::Resolve resolve{desk(), ownership, recovery, trouble};

  Outcome says(Side side, bool other_is_down = false) {
    return resolve.carry_out(Ticket("a test", side, other_is_down));
  }
  // Old serves as before, and the doubt stays.
  void expect_nothing_moved(const Outcome& outcome, const std::string& why) {
    EXPECT_EQ(outcome.exit, 4);
    EXPECT_EQ(outcome.message, "nothing was decided: " + why);
    EXPECT_EQ(word().mode, Mode::kOld);
    EXPECT_EQ(footing.serving(), Side::kOld);
    EXPECT_TRUE(footing.record.in_doubt);
    EXPECT_NE(view.doubt(), "");
    EXPECT_TRUE(trail().empty());
    EXPECT_FALSE(did("promote new"));
  }
};

TEST(ResolvePart, ItIsRecordedWithWhatIsGivenUpBeforeAnybodyBecomesTheWriter) {
  Doubtful site;
  site.at(Side::kOld).has = {2, 0};
  site.pair.during = {"promote new", [&] {
                        EXPECT_EQ(site.journaled().side, Side::kNew);
                        EXPECT_EQ(site.journaled().position, "2.0");
                        EXPECT_FALSE(site.journaled().in_doubt);
                        ASSERT_EQ(site.events(), std::vector<std::string>{"resolve"});
                        EXPECT_EQ(site.trail()[0].at("at_old"), "2.0");
                        EXPECT_EQ(site.trail()[0].at("at_new"), "0.0");
                        EXPECT_EQ(site.trail()[0].at("doubt"), "both wrote");
                        EXPECT_EQ(site.word().mode, Mode::kHold) << "nobody writes to old";
                      }};
  const Outcome outcome = site.says(Side::kNew);
  EXPECT_EQ(outcome.exit, 0) << outcome.message;
  EXPECT_TRUE(site.in_order("word hold/503", "fence old")) << site.trace.text();
  EXPECT_TRUE(site.in_order("promote new", "word new"));
  EXPECT_TRUE(site.in_order("stop applying new", "word new")) << "what was given up stays away";
  EXPECT_TRUE(site.journaled().links_owed) << "old is to follow";
  EXPECT_EQ(site.view.doubt() + site.footing.doubt(), "");
}

// Whatever a server remembers, also one that cannot be asked: else it would take the word back when
// it is asked again.
TEST(ResolvePart, ItsEpochIsAboveWhatTheServersRemember) {
  for (const bool is_down : {false, true}) {
    Doubtful site;
    site.footing.record.epoch = 2;
    site.at(Side::kOld).remembers = Served{5, Side::kOld};
    site.at(Side::kNew).remembers = Served{4, Side::kNew};
    site.at(Side::kOld).answers = !is_down;
    EXPECT_EQ(site.says(Side::kNew, is_down).exit, 0);
    EXPECT_EQ(site.journaled().epoch, is_down ? 1004U : 6U);
  }
}

TEST(ResolvePart, WhoServesAlreadyGoesOnServingMeanwhile) {
  Doubtful site;
  EXPECT_EQ(site.says(Side::kOld).exit, 0);
  EXPECT_EQ(site.word(), serving(Side::kOld, 1));
  EXPECT_TRUE(site.did("fence new"));
}

TEST(ResolvePart, WhereNothingIsInDoubtOnlyADeadServerIsGivenUp) {
  const auto says = [](bool answers, Side side, bool is_down) {
    Doubtful site("");
    site.at(Side::kOld).answers = answers;
    const Outcome outcome = site.says(side, is_down);
    EXPECT_EQ(site.word().mode, outcome.exit == 0 ? Mode::kNew : Mode::kOld);
    return outcome.message;
  };
  EXPECT_EQ(says(false, Side::kNew, true), "new serves; the doubt is resolved");
  EXPECT_EQ(says(true, Side::kNew, true), "nothing is in doubt") << "it answers";
  EXPECT_EQ(says(false, Side::kNew, false), "nothing is in doubt") << "not said to be down";
  EXPECT_EQ(says(false, Side::kOld, true), "nothing is in doubt") << "it serves";
  Doubtful without("", false);
  EXPECT_EQ(without.says(Side::kNew, true).message, "nothing is in doubt");
}

TEST(ResolvePart, WhatCannotBeDecidedPutsTheWordBack) {
  Doubtful commanded;
  commanded.pair.script["take command new"] = {{Answer::no("somebody has it"), false}};
  commanded.expect_nothing_moved(commanded.says(Side::kNew), "somebody has it");
  Doubtful unfenced;
  unfenced.pair.script["fence old"] = {{Answer::no("a long UPDATE"), false}};
  unfenced.expect_nothing_moved(unfenced.says(Side::kNew),
                                "the old database cannot be fenced: a long UPDATE (if its server "
                                "is off and stays off, say --other-is-down)");
  Doubtful silent;
  silent.pair.script["take command old"] = {{Answer::unknown("old does not answer"), false}};
  silent.expect_nothing_moved(silent.says(Side::kNew),
                              "old does not answer (if its server is off and stays off, say "
                              "--other-is-down)");
  Doubtful unwritten;
  unwritten.journal.fails_at = "resolve";
  unwritten.expect_nothing_moved(unwritten.says(Side::kNew), "disk full");
  Doubtful withdrawn;
  withdrawn.store.withdrawn_now = true;
  withdrawn.expect_nothing_moved(withdrawn.says(Side::kNew),
                                 "the new configuration of httpd takes the site away");
  EXPECT_FALSE(withdrawn.did("fence old"));
}

TEST(ResolvePart, NobodyIsSentBackToADatabaseThatMayBeFencedByNow) {
  Doubtful site;
  site.pair.script["fence old"] = {{Answer::unknown("no reply"), true}};
  const Outcome outcome = site.says(Side::kNew);
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_EQ(outcome.message.rfind("decided, and not done: the old database cannot be fenced", 0),
            0U);
  EXPECT_EQ(site.word().mode, Mode::kHold);
  EXPECT_EQ(site.journaled().phase, JournalPhase::kResolve);
  EXPECT_TRUE(site.recovery.try_once()) << "it is tried again";
  EXPECT_EQ(site.word().mode, Mode::kNew);
}

// The record that stands says all that a successor needs.
TEST(ResolvePart, TheWordDoesNotGoBackToADatabaseThatIsFencedByThen) {
  Doubtful site;
  site.pair.during = {"fence old", [&] { site.journal.fails_at = "resolve"; }};
  EXPECT_EQ(site.says(Side::kNew).exit, 0);
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_EQ(site.journaled().side, Side::kNew);
}

TEST(ResolvePart, DatabasesThatCannotBeAskedAreNoDatabasesThatAreFenced) {
  Doubtful site("both wrote", false);
  site.settings.old_database = site.settings.new_database = OptionFile{"file", "cutover"};
  site.trouble = "file: no password";
  site.expect_nothing_moved(site.says(Side::kNew), "first mend the option file: file: no password");
}

TEST(ResolvePart, WhatOthersAreToDoHasToBeSeenDone) {
  Doubtful site;
  site.settings.fence = site.settings.promote = false;
  site.expect_nothing_moved(
      site.says(Side::kNew),
      "the old database cannot be fenced: others are to make the old database read-only "
      "(CutoverFence Off), and it is writable (if its server is off and stays off, say "
      "--other-is-down)");
  site.at(Side::kOld).read_only = true;
  site.expect_nothing_moved(site.says(Side::kNew),
                            "others are to make the new database writable (CutoverPromote Off), "
                            "and it is read-only");
  site.at(Side::kNew).read_only = false;
  EXPECT_EQ(site.says(Side::kNew).exit, 0);
  EXPECT_FALSE(site.did("fence old") || site.did("promote new"));
}

TEST(ResolvePart, AHoldThatWasThereBeforeStays) {
  Doubtful site;
  site.footing.seal();
  site.pair.script["fence old"] = {{Answer::no("a long UPDATE"), false}};
  EXPECT_EQ(site.says(Side::kNew).exit, 4);
  EXPECT_TRUE(site.footing.is_sealed());
}

TEST(ResolvePart, AServerThatIsSaidToBeDownNeedNotAnswerAndOwesItsFence) {
  Doubtful site;
  site.at(Side::kOld).answers = false;
  site.pair.script["take command old"] = {{Answer::unknown("no reply"), false},
                                          {Answer::unknown("no reply"), false}};
  const Nanos asked = site.clock.now();
  EXPECT_EQ(site.says(Side::kNew, true).exit, 0);
  EXPECT_EQ(site.clock.now(), asked) << "nothing that new must do waits for old";
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_TRUE(site.journaled().fence_owed);
  EXPECT_EQ(site.journaled().position, "0.0") << "the last that is known";
  EXPECT_EQ(site.trail()[0].at("at_old"), "unknown (no reply)");
  EXPECT_TRUE(site.in_order("journal resolve new", "promote new")) << site.trace.text();
}

// Killed right after the word was written down: whoever comes next carries it out.
TEST(ResolvePart, AWordThatWasWrittenDownIsCarriedOutByTheNextCoordinator) {
  for (const bool answers : {false, true}) {
    Doubtful site;
    site.found.kind = JournalReading::Kind::kRecord;
    site.found.record = {0, JournalPhase::kResolve, Side::kNew, "0.0", false, "", ""};
    site.found.record.fence_owed = true;
    site.footing.known = false;
    site.at(Side::kOld).answers = answers;
    if (!answers) site.pair.script["take command old"].assign(3, {Answer::unknown("no"), false});
    EXPECT_TRUE(site.recovery.try_once());
    EXPECT_EQ(site.word().mode, Mode::kNew);
    EXPECT_FALSE(site.at(Side::kNew).read_only);
    EXPECT_EQ(site.at(Side::kOld).read_only, answers);
    EXPECT_EQ(site.journaled().fence_owed, !answers);
  }
}

TEST(ResolvePart, APromotionThatIsNotProvedIsDecidedAndHeldUntilItIs) {
  Doubtful site;
  site.pair.never = "promote new";
  const Outcome outcome = site.says(Side::kNew);
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_NE(outcome.message.find("decided, and not done"), std::string::npos);
  EXPECT_EQ(site.word().mode, Mode::kHold);
  EXPECT_EQ(site.footing.serving(), Side::kNew);
  EXPECT_NE(site.footing.doubt().find("not proved writable"), std::string::npos);
}

TEST(ResolvePart, WhoIsServedByTheOtherEndsThereAsFarAsHeDoesInTime) {
  Doubtful quick;
  quick.store.in_flight_next = {2, 1, 0};
  EXPECT_EQ(quick.says(Side::kNew).exit, 0);
  EXPECT_EQ(quick.times("sum"), 3U);
  EXPECT_TRUE(quick.in_order("sum", "fence old"));
  Doubtful slow;
  slow.settings.drain_timeout = 20ms;
  slow.store.in_flight_next = {1};
  EXPECT_EQ(slow.says(Side::kNew).exit, 0);
  EXPECT_EQ(slow.times("sum"), 21U);
}

TEST(ResolvePart, APersonsWordAsksAgainForServersThatSomebodyElseOwned) {
  Doubtful site;
  site.pair.script["take command new"] = {{Answer::no("a second httpd"), false}};
  EXPECT_FALSE(site.ownership.take(std::chrono::seconds(1)).done());
  EXPECT_EQ(site.says(Side::kNew).exit, 0);
  EXPECT_EQ(site.ownership.refused(), "");
}

TEST(ResolvePart, WithoutDatabasesOnlyTheWordMoves) {
  Doubtful site("the journal is cut", false);
  EXPECT_EQ(site.says(Side::kNew).exit, 0);
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_EQ(site.journaled().side, Side::kNew);
}

}  // namespace
}  // namespace cutover
