// SPDX-License-Identifier: Apache-2.0
// What the keeper puts back, since a restart explains it, and what it leaves to the person who did
// it.
#include <gtest/gtest.h>

#include "tests/unit/fakes/kept.h"

namespace cutover {
namespace {

TEST(KeepersHands, ADatabaseThatForgotItsRoleInARestartIsPutBack) {
  Kept site;
  site.start_on_new();
  site.look();
  site.pair.restart(Side::kOld, false);
  site.look();
  EXPECT_TRUE(site.in_order("take command old", "fence old"));
  EXPECT_FALSE(site.journaled().note(Side::kOld).restarted) << "it has nothing to be put back";
  site.look();
  EXPECT_EQ(site.view.doubt(), "");
  site.trace.clear();
  site.look();
  EXPECT_FALSE(site.did("take command old")) << "all is well";
}

TEST(KeepersHands, WhatAPersonDidWithoutARestartIsSaidAndNotUndone) {
  for (const bool serving : {false, true}) {
    Kept site;
    site.start_on_new();
    site.look();
    FakeServer& server = site.at(serving ? Side::kNew : Side::kOld);
    server.read_only = serving;
    for (int i = 0; i < 3; ++i) site.look();
    EXPECT_FALSE(site.did("fence old") || site.did("un-fence new")) << site.trace.text();
    EXPECT_NE(site.view.doubt().find("it is not touched"), std::string::npos);
    EXPECT_FALSE(site.journaled().in_doubt) << "it may be over at any time";
    EXPECT_EQ(site.word().mode, Mode::kNew);
    server.read_only = !serving;
    site.look();
    site.look();
    EXPECT_EQ(site.view.doubt(), "");
  }
}

TEST(KeepersHands, ARestartAfterAPersonsHandDoesNotExplainIt) {
  Kept site;
  site.start_on_new();
  site.look();
  site.at(Side::kNew).read_only = true;
  site.look();
  site.pair.restart(Side::kNew, true);
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("un-fence new"));
}

// Its life was looked at a moment before, and its role a moment after.
TEST(KeepersHands, ADatabaseThatComesBackInTheMiddleOfALookIsNoHand) {
  Kept site;
  site.start_on_new();
  site.look();
  site.at(Side::kOld).read_only = false;
  int asked = 0;
  site.pair.during = {"read_only old", [&] { site.at(Side::kOld).lives += ++asked == 2 ? 1 : 0; }};
  site.look();
  EXPECT_GE(asked, 2);
  EXPECT_EQ(site.view.doubt(), "");
  site.look();
  EXPECT_TRUE(site.did("fence old"));
}

TEST(KeepersHands, FewConnectionsAreWrittenDownSoonSinceTheyProveLittle) {
  Kept site;
  site.start_on_new();
  site.look();
  const std::uint64_t before = site.journaled().note(Side::kOld).connections;
  site.at(Side::kOld).more_connections = before;
  site.look();
  EXPECT_EQ(site.journaled().note(Side::kOld).connections, 2 * before);
  site.at(Side::kOld).more_connections += 1;
  site.look();
  EXPECT_EQ(site.journaled().note(Side::kOld).connections, 2 * before) << "a minute will do";
}

TEST(KeepersHands, ARestartThatChangedNothingExcusesNoHandAfterIt) {
  Kept site;
  site.start_on_new();
  site.look();
  site.pair.restart(Side::kNew, false);
  site.look();
  site.at(Side::kNew).read_only = true;
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("un-fence new"));
}

// A switch by other means, and its visitors' writes: it is not taken back.
TEST(KeepersHands, DatabasesInEachOthersRolesAreLeftAsTheyAre) {
  Kept site;
  site.start_on_new();
  site.look();
  site.at(Side::kNew).read_only = true;
  site.at(Side::kOld).read_only = false;
  site.at(Side::kOld).has[0] = 3;
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("fence old") || site.did("un-fence new")) << site.trace.text();
  EXPECT_EQ(site.word().mode, Mode::kNew) << "the word stays";
  EXPECT_NE(site.view.doubt(), "");
}

TEST(KeepersHands, WhoIsNotTheOwnerTouchesNothingAndDoesNotTakeWhatBecomesFree) {
  Kept site;
  site.start_on_new();
  site.look();
  site.pair.script["take command new"] = {{Answer::no("session 7 of a second httpd"), false}};
  site.pair.restart(Side::kOld, false);
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("fence old")) << site.trace.text();
  EXPECT_EQ(site.times("take command new"), 1U);
  EXPECT_TRUE(site.in_order("take command new", "leave command"));
  EXPECT_EQ(site.ownership.refused(), "session 7 of a second httpd");
  site.ownership.ask_again();
  site.look();
  EXPECT_TRUE(site.did("fence old"));
}

TEST(KeepersHands, WhoHasNotAskedYetIsNotTheOwner) {
  Kept site;
  EXPECT_NE(site.ownership.not_the_owner(), "") << "nobody says that he may";
  site.pair.script["take command new"] = {{Answer::unknown("new does not answer"), false}};
  site.ownership.look();
  EXPECT_EQ(site.ownership.not_the_owner(), "") << "of the one that answers";
}

// Said to be down, and it comes back unrestarted: frozen, or cut off.
TEST(KeepersHands, AFenceThatIsOwedIsPaidBeforeAnythingElseAndComparedThen) {
  for (const bool wrote : {false, true}) {
    Kept site;
    site.start_on_new();
    site.footing.record.fence_owed = true;
    site.at(Side::kOld) = {{wrote ? 1 : 0, 0}, false, true, false};
    site.look();
    EXPECT_TRUE(site.footing.record.fence_owed);
    EXPECT_GT(site.journaled().looked_ms, 0) << "a successor finds that new was seen to serve";
    site.at(Side::kOld).answers = true;
    site.trace.clear();
    site.look();
    EXPECT_TRUE(site.did("fence old"));
    EXPECT_FALSE(site.journaled().fence_owed);
    EXPECT_EQ(site.journaled().in_doubt, wrote);
    EXPECT_EQ(site.view.doubt().empty(), !wrote) << "and told at once";
  }
}

// New serves, and its link from old receives and applies nothing.
struct HalfArmed : Kept {
  HalfArmed() {
    start_on_new();
    at(Side::kNew).linked = true;
    at(Side::kNew).applies = false;
    look();
    trace.clear();
  }
  void later(Nanos time) {
    clock.sleep(time);
    trace.clear();
    look();
  }
};

TEST(KeepersHands, ARestartsLinksAreMadeWhatTheyWere) {
  for (const Side side : {Side::kOld, Side::kNew}) {
    HalfArmed site;
    site.pair.restart(side, side == Side::kOld);
    site.at(side).applies = side == Side::kNew;  // as a start has it without skip_slave_start
    site.at(side).receives = side == Side::kNew;
    site.pair.script["resume old"] = {{Answer::no("no account"), false}};
    site.look();
    EXPECT_TRUE(site.in_order("stop applying new", "resume old"));
    EXPECT_TRUE(site.did("renew new 0.0"));
    EXPECT_FALSE(site.at(Side::kNew).applies);
    EXPECT_TRUE(site.journaled().links_owed) << "it is tried again";
    site.look();
    EXPECT_EQ(site.times("resume old"), 1U) << "not ten times a second";
    site.later(std::chrono::seconds(3));
    EXPECT_TRUE(site.at(Side::kOld).applies && site.at(Side::kOld).receives);
    EXPECT_FALSE(site.journaled().links_owed);
    site.later(std::chrono::seconds(100));
    EXPECT_FALSE(site.did("resume old") || site.did("stop applying new"));
  }
}

// A full ring, built by hand: what is tried on the one would come to the other, which serves.
TEST(KeepersHands, ALinkThatAppliesIntoTheSideThatServesIsStopped) {
  HalfArmed site;
  site.footing.record.in_doubt = true;  // all the more
  site.at(Side::kNew).applies = true;
  site.later(std::chrono::seconds(3));
  ASSERT_EQ(site.watch.gate().notes.size(), 1U);
  EXPECT_NE(site.watch.gate().notes[0].find("applies what the other writes"), std::string::npos);
  EXPECT_TRUE(site.watch.gate().open);
  EXPECT_EQ(site.times("stop applying new"), 1U);
  site.later(std::chrono::seconds(3));
  EXPECT_FALSE(site.did("stop applying new"));
  EXPECT_TRUE(site.watch.gate().notes.empty());
}

TEST(KeepersHands, ALinkThatStandsReadyIsRenewedEachDayAndWhereItReceivesNothing) {
  HalfArmed site;
  const auto renewed = [&](Nanos after) {
    site.later(after);
    return site.did("renew new 0.0");
  };
  EXPECT_FALSE(renewed(std::chrono::minutes(9)));
  EXPECT_TRUE(renewed(std::chrono::minutes(2))) << "httpd's graceful may come each night";
  EXPECT_FALSE(renewed(std::chrono::hours(23)));
  EXPECT_TRUE(renewed(std::chrono::hours(1)));
  site.at(Side::kNew).receives = false;
  EXPECT_TRUE(renewed(std::chrono::seconds(3)));
  site.settings.reverse = false;
  EXPECT_FALSE(renewed(std::chrono::hours(25))) << "links are somebody else's";
}

// Served by old after new had served, and had written.
struct HasMovedAndBack : Kept {
  HasMovedAndBack() {
    footing.record = {0, JournalPhase::kRest, Side::kOld, "5.3", false, "", ""};
    at(Side::kOld).has = at(Side::kNew).has = {5, 3};
    at(Side::kOld).applies = false;
    look();
    look();
    EXPECT_EQ(view.doubt(), "");
  }
};

TEST(KeepersHands, ADatabaseThatIsBuiltAnewIsLeftToWhoeverBuildsIt) {
  HasMovedAndBack site;
  site.pair.restart(Side::kNew, false);
  site.at(Side::kNew).has = {0, 0};
  site.at(Side::kNew).linked = false;
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("fence new")) << site.trace.text();
  EXPECT_NE(site.view.doubt().find("is being built anew"), std::string::npos);
  EXPECT_EQ(site.word().mode, Mode::kOld);
  EXPECT_FALSE(site.journaled().in_doubt) << "it is over once it has all";
  site.at(Side::kNew).has = {0, 9};  // by the number of what was loaded it is past the old one
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("fence new")) << "no restart explains that it is writable";
}

TEST(KeepersHands, ADatabaseThatCameBackWithAllThatItWroteIsPutBack) {
  HasMovedAndBack site;
  site.pair.restart(Side::kNew, false);
  site.look();
  EXPECT_TRUE(site.did("fence new"));
  EXPECT_EQ(site.view.doubt(), "");
}

TEST(KeepersHands, AServingDatabaseThatLostItsTailIsADoubtAndNothingIsAppliedFromItAnyMore) {
  HasMovedAndBack site;
  site.pair.restart(Side::kOld, false);
  site.at(Side::kOld).has = {4, 3};
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_NE(site.view.doubt().find("lacks writes of its own"), std::string::npos);
  EXPECT_TRUE(site.journaled().in_doubt);
  EXPECT_EQ(site.word().mode, Mode::kOld);
  EXPECT_TRUE(site.did("stop applying new")) << site.trace.text();
  EXPECT_FALSE(site.at(Side::kNew).applies);
  site.trace.clear();
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_FALSE(site.did("stop applying new")) << "once";
  EXPECT_FALSE(site.did("resume new"));
}

// A server shows a transaction a moment after it has sent it.
TEST(KeepersHands, WhatTheOtherHasAMomentBeforeItIsShownIsNotLost) {
  HasMovedAndBack site;
  ++site.at(Side::kNew).has[0];
  site.look();
  ++site.at(Side::kOld).has[0];
  for (int i = 0; i < 3; ++i) site.look();
  EXPECT_EQ(site.view.doubt(), "");
  EXPECT_FALSE(site.did("stop applying new"));
}

}  // namespace
}  // namespace cutover
