// SPDX-License-Identifier: Apache-2.0
// The operator's words: what refuses them, and what a hook and an abort do before the first hold.
#include <gtest/gtest.h>

#include "tests/unit/fakes/ordered.h"

namespace cutover {
namespace {

TEST(Orders, ASwitchAndTheWayBackAndNothingIsUnderWayAfterwards) {
  Ordered site;
  EXPECT_EQ(site.order("switch").message, "new serves");
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_FALSE(site.view.under_way().running);
  EXPECT_EQ(site.order("rollback").message, "old serves");
  EXPECT_EQ(site.order("sing").exit, 2);
}

TEST(Orders, WhatServesAlreadyIsRefusedBeforeAnythingIsLookedAt) {
  Ordered site;
  const Outcome outcome = site.order("rollback");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.message, "refused: old serves already");
  EXPECT_EQ(site.trace.text(), "");
  EXPECT_EQ(site.seen().last->outcome, "refused");
  EXPECT_EQ(site.events(), (std::vector<std::string>{"asked", "rollback refused"}));
}

TEST(Orders, InDoubtNoRunBeginsAndAPreflightSaysSo) {
  Ordered site;
  site.footing.record.in_doubt = true;
  site.footing.record.doubt = "both wrote";
  EXPECT_EQ(site.order("switch").message, "refused: in doubt: both wrote");
  EXPECT_EQ(site.order("rehearse").message, "refused: in doubt: both wrote");
  EXPECT_FALSE(site.touched());
  const Outcome preflight = site.order("preflight");
  EXPECT_EQ(preflight.exit, 1);
  EXPECT_EQ(preflight.message, "a switch would be refused");
}

TEST(Orders, APlanIsOfTheRunAwayFromWhereTheSiteIsAndTouchesNothing) {
  Ordered site;
  Outcome plan = site.order("plan");
  EXPECT_EQ(plan.message, "a switch would do this; nothing was done");
  EXPECT_EQ(plan.exit, 0);
  EXPECT_EQ(plan.result.at("direction"), "switch");
  EXPECT_FALSE(site.touched());
  EXPECT_TRUE(site.events().empty());
  site.order("switch");
  plan = site.order("plan");
  EXPECT_EQ(plan.result.at("direction"), "rollback");
  EXPECT_EQ(site.word().mode, Mode::kNew);
  site.footing.record.in_doubt = true;
  site.footing.record.doubt = "both wrote";
  plan = site.order("plan");
  EXPECT_EQ(plan.exit, 1);
  EXPECT_EQ(plan.message, "nothing is foretold: in doubt: both wrote");
}

// What comes before the run's own first phase the run does not walk.
TEST(Orders, APlanBeginsAsACommandDoes) {
  Ordered site;
  site.hook("before-switch", 0);
  std::string acts;
  const Outcome plan = site.order("plan");
  for (const nlohmann::json& act : plan.result.at("acts")) acts += act.value("what", "") + "\n";
  EXPECT_EQ(site.hooks(), "") << "it was run by nobody";
  site.order("switch");
  std::size_t told = 0, done = 0;
  const auto comes_next = [](const std::string& what, const std::string& in, std::size_t& at) {
    const std::size_t found = in.find(what, at);
    EXPECT_NE(found, std::string::npos) << what << " in:\n" << in;
    if (found != std::string::npos) at = found;
  };
  for (const auto& [planned, step] :
       std::vector<std::pair<std::string, std::string>>{{"its link receives anew", "renew old "},
                                                        {"all checks of the preflight", ""},
                                                        {"before-switch ", ""},
                                                        {"one session alone", "take command"},
                                                        {"drain old", "journal drain old"}}) {
    comes_next(planned, acts, told);
    comes_next(step, site.trace.text(), done);
  }
}

TEST(Orders, NoRunBeginsWhileTheLastRecordIsNotOnTheDisk) {
  Ordered site;
  site.footing.wrote(false);
  EXPECT_EQ(site.order("switch").message, "refused: the journal cannot be written: disk full");
  EXPECT_FALSE(site.touched());
}

TEST(Orders, ACheckThatBlocksRefusesAndIsNamedWithItsRemedy) {
  Ordered site;
  site.pair.of(Side::kNew).linked = false;
  const Outcome outcome = site.order("switch");
  EXPECT_EQ(outcome.message, "refused: replicates-from-other: no link (build one)");
  EXPECT_FALSE(site.touched());
  EXPECT_EQ(site.order("preflight").exit, 1);
}

TEST(Orders, TheWayBackIsRenewedForARunBeforeItsChecksAndForNothingElse) {
  Ordered site;
  site.order("preflight");
  site.order("rehearse");
  EXPECT_FALSE(site.did("renew old "));
  site.settings.reverse = false;
  site.pair.of(Side::kNew).linked = false;
  site.order("switch");
  EXPECT_FALSE(site.did("renew old ")) << "links are somebody else's";
  site.settings.reverse = true;
  EXPECT_EQ(site.order("switch").exit, 1);
  EXPECT_TRUE(site.did("renew old ")) << "refused by its checks";
}

TEST(Orders, TheLastLookRefusesWhatTheChecksLetPass) {
  Ordered site;
  site.after["take command"] = [&] { site.pair.of(Side::kNew).read_only = false; };
  const Outcome outcome = site.order("switch");
  EXPECT_EQ(outcome.message, "refused: the new database is writable; set it read_only=1");
  EXPECT_FALSE(site.did("leave command")) << "owned as long as the coordinator lives";
  EXPECT_EQ(site.word(), serving(Side::kOld, 1));
}

TEST(Orders, WhoDoesNotOwnTheServersMovesNothingAndNamesTheOwner) {
  Ordered site;
  site.pair.script["take command new"] = {{Answer::no("session 7 of a second httpd"), false}};
  EXPECT_FALSE(site.ownership.take(std::chrono::seconds(1)).done());
  site.trace.clear();
  const Outcome seen = site.order("preflight");
  EXPECT_EQ(seen.exit, 1);
  EXPECT_EQ(seen.result.at("checks").at(0).at("name"), "owner");
  EXPECT_NE(site.order("switch").message.find("session 7 of a second httpd"), std::string::npos);
  EXPECT_FALSE(site.did("take command") || site.did("word hold/old")) << site.trace.text();
}

TEST(Orders, ACommandOfTheDatabasesThatIsNotToBeHadRefuses) {
  Ordered site;
  site.pair.script["take command"] = {{Answer::no("somebody else has it"), false}};
  EXPECT_EQ(site.order("switch").message, "refused: somebody else has it");
  EXPECT_EQ(site.word(), serving(Side::kOld, 1));
}

TEST(Orders, WhoAcceptsLossIsNotRefusedByAGateThatIsClosed) {
  for (const bool accepts : {false, true}) {
    Ordered site;
    site.start_on_new();
    site.after["take command"] = [&] {
      site.pair.of(Side::kOld).linked = false;
      site.pair.write(Side::kNew);
    };
    EXPECT_EQ(site.order("rollback", accepts).exit, accepts ? 0 : 1);
  }
}

TEST(Orders, ARollbackThatWouldLeaveDirectVisitorsBehindIsRefusedUnlessItIsNamed) {
  Ordered site;
  site.start_on_new();
  const auto written_past_this_host = [&] {
    for (int i = 0; i < 8; ++i) {
      site.direct_visitors.look(Side::kNew, {}, *site.replication.position(Side::kNew));
      site.clock.sleep(std::chrono::seconds(2));
      site.pair.write(Side::kNew);
    }
    site.pair.replicate();
  };
  written_past_this_host();
  const Outcome refused = site.order("rollback");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.message.find("refused: direct-visitors: "), 0U) << refused.message;
  EXPECT_EQ(site.order("preflight").exit, 1);
  EXPECT_EQ(site.order("rehearse").exit, 0) << "it leaves nobody behind";
  EXPECT_FALSE(site.trail().front().value("despite_direct_visitors", true));
  EXPECT_EQ(site.order("rollback", false, true).message, "old serves");
  const auto trail = site.trail();
  const auto named = std::ranges::find_if(
      trail, [](const auto& event) { return event.value("despite_direct_visitors", false); });
  ASSERT_NE(named, trail.end());
  EXPECT_EQ(named->value("by", ""), "a test");
}

TEST(Orders, AHookThatFailsBeforeASwitchRefusesItAndTheOneForAnAbortTakesBackWhatItDid) {
  Ordered site;
  site.hook("before-switch", 0);
  site.hook("before-switch", 3);
  site.hook("before-rollback");
  site.hook("aborted");
  const Outcome outcome = site.order("switch");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(outcome.message.find("exited with 3"), std::string::npos) << outcome.message;
  EXPECT_FALSE(site.touched());
  const std::string seen = site.hooks();
  EXPECT_EQ(seen.rfind("before-switch old \nbefore-switch old \naborted old hook before-switch", 0),
            0U)
      << seen;
}

TEST(Orders, AnAbortBeforeTheFirstHoldEndsItWithNothingChanged) {
  for (const char* step : {"take command", "link new"}) {  // before the last look, and in it
    Ordered site;
    site.hook("aborted");
    site.after[step] = [&] { site.mailbox.flags.abort = true; };
    const Outcome outcome = site.order("switch");
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_EQ(outcome.message, "aborted: before anything was changed");
    EXPECT_TRUE(site.trace.text().ends_with("journal rest old\n"));
    EXPECT_EQ(site.word(), serving(Side::kOld, 1));
    EXPECT_EQ(site.hooks(), "aborted old before anything was changed\n");
  }
}

TEST(Orders, AnAbortOfAnEarlierRunDoesNotEndTheNext) {
  Ordered site;
  site.mailbox.flags.abort = true;
  EXPECT_EQ(site.order("switch").exit, 0);
}

TEST(Orders, OfARehearsalNoHookHearsAndNothingMoves) {
  Ordered site;
  site.hook("before-switch");
  site.hook("after-switch");
  site.hook("aborted");
  EXPECT_EQ(site.order("rehearse").exit, 0);
  site.after["take command"] = [&] { site.mailbox.flags.abort = true; };
  EXPECT_EQ(site.order("rehearse").message, "aborted: before anything was changed");
  EXPECT_EQ(site.hooks(), "");
  EXPECT_FALSE(site.did("fence old"));
  EXPECT_EQ(site.footing.serving(), Side::kOld);
}

TEST(Orders, WhatIsLeftToAPersonIsToldOnceTheSiteHasMovedAndNotBefore) {
  Ordered site;
  site.replication.more_checks = {
      {"events-afterwards", CheckVerdict::kWarn, "one is disabled", "ALTER EVENT e ENABLE"},
      {"other", CheckVerdict::kWarn, "something", "do it"}};
  EXPECT_EQ(site.order("rehearse").message.find("left to do"), std::string::npos);
  EXPECT_EQ(site.order("switch").message, "new serves; left to do: ALTER EVENT e ENABLE");
  EXPECT_EQ(site.events().back(), "left to do");
  site.replication.more_checks = {{"events-afterwards", CheckVerdict::kPass, "none", ""}};
  EXPECT_EQ(site.order("rollback").message, "old serves");
}

TEST(Orders, WhatGoesInClearTextIsInTheLogOfEachRun) {
  Ordered site;
  site.replication.more_checks = {{"encryption", CheckVerdict::kWarn, "in clear text: all", "TLS"}};
  const auto said_by = [&](const char* verb) {
    testing::internal::CaptureStderr();
    site.order(verb);
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_NE(said_by("switch").find("CUT0337: site shop: in clear text: all"), std::string::npos);
  site.replication.more_checks.front().verdict = CheckVerdict::kPass;
  EXPECT_EQ(said_by("rollback").find("CUT0337"), std::string::npos);
}

}  // namespace
}  // namespace cutover
