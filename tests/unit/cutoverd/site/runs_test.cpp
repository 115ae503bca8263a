// SPDX-License-Identifier: Apache-2.0
// A run carried out for somebody: what he is told meanwhile, what is written down and when, and
// which hook hears of its end.
#include "mod_cutover/cutoverd/site/runs.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {
namespace {

struct Running : DeskOnFakes {
  explicit Running(bool databases = true) : DeskOnFakes(databases) {
    for (const char* event : {"before-switch", "after-switch", "after-rollback", "aborted"})
      hook(event);
  }

  GateWatch watch{settings};
  Rehearsal rehearsal{settings, store, clock};
  Runs runs{desk(), mailbox, rehearsal, watch};

  // With its before-hook behind it.
  Outcome switched() {
    footing.record.prepared = Direction::kSwitch;
    return runs.carry_out({Direction::kSwitch, "a test"});
  }
  // What is done right before that act of the databases.
  void before(const std::string& act, const std::function<void()>& then) {
    pair.during = {act, then};
  }
  void interrupted_at(JournalPhase phase) {
    footing.record = {0, phase, Side::kOld, "0.0", false, "", "", false, Direction::kSwitch};
    pair.of(Side::kOld).read_only = true;
    footing.seal();
  }
  const nlohmann::json* event(const std::string& what) {
    found = trail();
    const auto at = std::find_if(found.rbegin(), found.rend(), [&](const nlohmann::json& e) {
      return e.value("event", "") == what;
    });
    return at == found.rend() ? nullptr : &*at;
  }

  std::vector<nlohmann::json> found;
};

TEST(Runs, WhoeverAskedIsToldEachPhaseAndTheHookAfterItHearsOfTheEnd) {
  Running site;
  site.footing.record.prepared = Direction::kSwitch;
  Ticket ticket("switch", "a test");
  const Outcome outcome = site.runs.carry_out({Direction::kSwitch, "a test", &ticket});
  ticket.finish({});
  std::vector<std::string> phases;
  while (const auto news = ticket.next()) phases.push_back(news->at("phase"));
  EXPECT_EQ(phases, (std::vector<std::string>{"quieting", "draining", "fencing", "catching-up",
                                              "promoting", "releasing", "serving"}));
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.message, "new serves");
  EXPECT_EQ(outcome.result.at("last").at("outcome"), "done");
  EXPECT_EQ(site.hooks(), "after-switch new \n");
  EXPECT_TRUE(site.trace.text().ends_with("journal rest new\n"));
  EXPECT_EQ(site.journaled().prepared, std::nullopt);
}

TEST(Runs, WhatIsKnownOfTheDatabasesIsForgottenBeforeAnythingIsDone) {
  Running site;
  site.view.looked({{true, {}}, 3.0, {}, {}, {}});
  site.rehearsal.look(250.0);
  site.trace.after_each([&] {
    EXPECT_FALSE(site.seen().gate.open) << site.trace.last();
    EXPECT_EQ(site.rehearsal.forecast(Side::kOld).catch_up_ms, 0);
  });
  EXPECT_EQ(site.switched().exit, 0);
}

TEST(Runs, ARunThatTurnsBackIsHeardOfByTheHookForThat) {
  Running site;
  site.before("fence old", [&] { site.mailbox.flags.abort = true; });
  const Outcome outcome = site.switched();
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.message, "aborted: aborted; everything goes back");
  EXPECT_EQ(site.hooks(), "aborted old aborted; everything goes back\n");
  EXPECT_EQ(site.view.outcome(), "aborted");
}

TEST(Runs, OneThatIsLeftInDoubtIsToldToNoHook) {
  Running site;
  site.pair.never = "promote new";
  site.mailbox.flags.stop = true;
  EXPECT_EQ(site.switched().exit, 4);
  EXPECT_EQ(site.hooks(), "");
  EXPECT_FALSE(site.footing.at_rest());
  EXPECT_EQ(site.journaled().prepared, Direction::kSwitch) << "the next one ends it";
}

TEST(Runs, ARehearsalIsToldToNoHookAndSaysHowLongVisitorsWouldBeHeld) {
  Running site;
  const Outcome outcome =
      site.runs.carry_out({Direction::kSwitch, "a test", nullptr, Purpose::kRehearse});
  EXPECT_EQ(
      outcome.message.rfind("old serves as before; a switch would hold visitors for about", 0), 0U)
      << outcome.message;
  EXPECT_NE(outcome.message.find("rehearsed"), std::string::npos) << "this one counts already";
  EXPECT_TRUE(outcome.result.contains("rehearsal"));
  EXPECT_EQ(site.hooks(), "");
}

TEST(Runs, ALossIsWrittenDownBeforeThePromotionIsSent) {
  Running site;
  site.start_on_new();
  site.pair.of(Side::kOld).linked = false;
  site.pair.write(Side::kNew);
  bool written = false;
  site.before("promote old", [&] {
    const nlohmann::json* loss = site.event("data loss accepted");
    written = loss != nullptr && loss->at("gtids") == "1 of new" && loss->at("by") == "a test";
  });
  const Outcome outcome =
      site.runs.carry_out({Direction::kRollback, "a test", nullptr, Purpose::kMoveWithLoss});
  EXPECT_TRUE(written) << site.trace.text();
  EXPECT_EQ(outcome.message, "old serves, without 1 of new, which stay in its memory");
}

TEST(Runs, WhereNothingIsLostNothingOfThatIsSaid) {
  Running site;
  site.start_on_new();
  const Outcome outcome =
      site.runs.carry_out({Direction::kRollback, "a test", nullptr, Purpose::kMoveWithLoss});
  EXPECT_EQ(outcome.message, "old serves");
  EXPECT_EQ(site.event("data loss accepted"), nullptr);
}

TEST(Runs, AWayBackThatCouldNotBeArmedIsToldAndStaysOwed) {
  Running site;
  site.pair.script["arm way back old 0.0"] = {{Answer::no("no account"), false}};
  EXPECT_EQ(site.switched().exit, 0);
  EXPECT_TRUE(site.journaled().owed);
  EXPECT_EQ(site.footing.not_armed, "the way back is not armed: no account");
  EXPECT_EQ(site.event("way back")->at("reason"), site.footing.not_armed);
}

TEST(Runs, ARecordOfTheEndThatIsNotOnTheDiskIsTriedAgain) {
  Running site;
  site.journal.fails_at = "rest";
  EXPECT_EQ(site.switched().exit, 0);
  EXPECT_NE(site.footing.unwritten(), "");
  site.journal.fails_at.clear();
  site.footing.retry();
  EXPECT_EQ(site.journaled().side, Side::kNew);
}

TEST(Runs, WhatAPredecessorBeganIsFinishedAndToldAsThat) {
  Running site;
  site.interrupted_at(JournalPhase::kPromote);
  bool abortable = true;
  site.before("promote new", [&] {
    ASSERT_TRUE(site.seen().progress);
    abortable = site.seen().progress->abortable;
  });
  site.runs.resume(Phase::kPromoting, Event::kNotProved, "it may have been sent");
  EXPECT_FALSE(abortable);
  EXPECT_TRUE(site.footing.at_rest());
  EXPECT_EQ(site.word().mode, Mode::kNew);
  ASSERT_NE(site.event("switch done"), nullptr);
  EXPECT_EQ(site.event("switch done")->at("by"), "recovery");
  EXPECT_EQ(site.seen().last->reason, "interrupted, then recovered: it may have been sent");
  EXPECT_FALSE(site.view.under_way().running);
  EXPECT_EQ(site.hooks(), "after-switch new interrupted, then recovered: it may have been sent\n");
}

TEST(Runs, WhatIsTakenBackOfAPredecessorsIsHeardOfAsAbortedAndWhatIsStuckByNobody) {
  Running undone;
  undone.interrupted_at(JournalPhase::kCatch);
  undone.runs.resume(Phase::kUndoing, Event::kNotUndone, "fenced");
  EXPECT_EQ(undone.word().mode, Mode::kOld);
  EXPECT_EQ(undone.hooks(), "aborted old interrupted, then recovered: fenced\n");
  Running stuck;
  stuck.interrupted_at(JournalPhase::kPromote);
  stuck.pair.never = "promote new";
  stuck.mailbox.flags.give_up = true;
  stuck.runs.resume(Phase::kPromoting, Event::kNotProved, "it may have been sent");
  EXPECT_EQ(stuck.view.outcome(), "in-doubt");
  EXPECT_EQ(stuck.word().mode, Mode::kHold);
  EXPECT_EQ(stuck.hooks(), "");
}

TEST(Runs, OneThatNeverBeganIsRefusedOrWasTakenBackInTime) {
  Running site;
  EXPECT_EQ(site.runs.refused({Direction::kSwitch, "a test"}, "no link").message,
            "refused: no link");
  EXPECT_EQ(site.seen().last->outcome, "refused");
  site.runs.refused({Direction::kSwitch, "a test"}, Runs::kAbortedEarly);
  EXPECT_EQ(site.seen().last->outcome, "aborted");
  EXPECT_EQ(site.hooks() + site.trace.text(), "");
}

TEST(Runs, WhatABeforeHookPreparesIsOnTheDiskBeforeItRuns) {
  Running site;
  std::string why;
  EXPECT_TRUE(site.runs.prepare(Direction::kSwitch, why));
  EXPECT_EQ(site.journaled().prepared, Direction::kSwitch);
  EXPECT_EQ(site.hooks(), "before-switch old \n");
  Running full;
  full.journal.fails_at = "rest";
  EXPECT_FALSE(full.runs.prepare(Direction::kSwitch, why));
  EXPECT_EQ(why, "the journal cannot be written: disk full");
  full.runs.run_last_hook(why);
  EXPECT_EQ(full.hooks(), "") << "what was not prepared is not taken back";
  DeskOnFakes plain;
  GateWatch watch{plain.settings};
  Rehearsal rehearsal{plain.settings, plain.store, plain.clock};
  EXPECT_TRUE(Runs(plain.desk(), plain.mailbox, rehearsal, watch).prepare(Direction::kSwitch, why));
  EXPECT_EQ(plain.trace.text(), "") << "without hooks there is nothing to be written down";
}

TEST(Runs, WhatAPredecessorPreparedIsEndedOnceAndByTheSideThatServes) {
  for (const Side serves : {Side::kOld, Side::kNew}) {
    Running site;
    if (serves == Side::kNew) site.start_on_new();
    site.footing.record.prepared = Direction::kSwitch;
    site.audit.add({{"site", "shop"}, {"event", "asked"}, {"verb", "switch"}});
    site.runs.end_what_was_prepared();
    site.runs.end_what_was_prepared();
    const std::string side(name(serves));
    const std::string reason = " interrupted, then recovered: " + side + " serves\n";
    EXPECT_EQ(site.hooks(), (side == "old" ? "aborted " : "after-switch ") + side + reason);
    EXPECT_EQ(site.journaled().prepared, std::nullopt);
    EXPECT_EQ(site.seen().last->outcome, side == "old" ? "aborted" : "done");
  }
}

TEST(Runs, WhatTheTrailTellsAlreadyIsNotToldAgainWithTheHookThatIsStillOwed) {
  Running site;
  site.footing.record.prepared = Direction::kSwitch;
  site.audit.add({{"site", "shop"}, {"event", "asked"}, {"verb", "switch"}});
  site.runs.refused({Direction::kSwitch, "a test"}, "no link");
  site.runs.end_what_was_prepared();
  EXPECT_EQ(site.seen().last->outcome, "refused");
  EXPECT_EQ(site.events(), (std::vector<std::string>{"asked", "switch refused", "hook aborted"}));
}

TEST(Runs, AHookThatFailsKeepsTheNextOnesOfItsEventFromRunning) {
  Running site;
  site.hook("before-switch", 2);
  site.hook("before-switch", 1);
  std::string why;
  EXPECT_FALSE(site.runs.prepare(Direction::kSwitch, why));
  EXPECT_NE(why.find("exited with 2"), std::string::npos) << why;
  EXPECT_EQ(site.events(), (std::vector<std::string>{"hook before-switch", "hook before-switch"}));
}

}  // namespace
}  // namespace cutover
