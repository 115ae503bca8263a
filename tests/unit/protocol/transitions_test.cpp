// SPDX-License-Identifier: Apache-2.0
// Properties of the whole table, whatever its rows are.
#include "shared/protocol/transitions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

namespace cutover {
namespace {

constexpr auto kLastPhase = static_cast<int>(Phase::kKeeping);
constexpr auto kLastEvent = static_cast<int>(Event::kNotTold);

bool has(const Row& row, Effect effect) { return std::ranges::count(row.effects, effect) > 0; }

// `first` stands before `then` in every row that has `then`; or in those of that phase and event.
void expect_before(Effect first, Effect then, std::optional<Phase> phase = std::nullopt,
                   std::optional<Event> event = std::nullopt) {
  for (const Row& row : transition_table()) {
    if ((phase && row.phase != *phase) || (event && row.event != *event)) continue;
    const auto at = std::ranges::find(row.effects, then);
    if (at == row.effects.end()) continue;
    EXPECT_NE(std::find(row.effects.begin(), at, first), at)
        << name(row.phase) << " / " << name(row.event) << ": " << name(then);
  }
}

// All events that lead to a row with this effect come from the row that has `first`.
std::set<std::pair<Phase, Event>> rows_with(Effect effect) {
  std::set<std::pair<Phase, Event>> found;
  for (const Row& row : transition_table())
    if (has(row, effect)) found.insert({row.phase, row.event});
  return found;
}

TEST(Transitions, ARecordStandsBeforeTheActThatItAnnounces) {
  expect_before(Effect::kRecordDrain, Effect::kHoldSlow);
  for (const Event event : {Event::kQuiet, Event::kNeverQuiet})
    EXPECT_TRUE(rows_with(Effect::kHold).contains({Phase::kQuieting, event})) << "recorded by then";
  expect_before(Effect::kHold, Effect::kAwaitDrain);
  expect_before(Effect::kRecordFence, Effect::kSeal);
  expect_before(Effect::kSeal, Effect::kSumAgain);
  expect_before(Effect::kReadPosition, Effect::kRecordCatch);
  expect_before(Effect::kRecordPromote, Effect::kRecheck);
  expect_before(Effect::kRecordRelease, Effect::kServeArriving);
  expect_before(Effect::kRecordReturn, Effect::kFence, Phase::kProving);
  for (const auto& [phase, event] : rows_with(Effect::kArmWayBack))
    if (event != Event::kPromotedToProve)  // nobody is let in, and it is the proof's way back
      expect_before(Effect::kServeArriving, Effect::kArmWayBack, phase, event);
}

TEST(Transitions, RestIsRecordedOnlyAfterTheWordThatItNames) {
  for (const Row& row : transition_table()) {
    const auto rest = std::ranges::find(row.effects, Effect::kRecordRest);
    if (rest == row.effects.end()) continue;
    EXPECT_TRUE(std::any_of(row.effects.begin(), rest, [](Effect e) {
      return e == Effect::kServeArriving || e == Effect::kServeLeaving;
    })) << name(row.event);
  }
}

TEST(Transitions, TheFenceIsOnlySentAfterTheSecondSum) {
  EXPECT_EQ(rows_with(Effect::kFence),
            (std::set{std::pair{Phase::kFencing, Event::kSealed},
                      // the seal stands, and nobody has been let in since
                      std::pair{Phase::kProving, Event::kProofFailed},
                      std::pair{Phase::kProving, Event::kAborted}}));
  EXPECT_EQ(rows_with(Effect::kReadPosition),
            (std::set{std::pair{Phase::kFencing, Event::kFenced},
                      std::pair{Phase::kFencing, Event::kSeenFenced},
                      std::pair{Phase::kReturning, Event::kFenced},
                      std::pair{Phase::kReturning, Event::kSeenFenced}}));
}

TEST(Transitions, ThePromotionIsOnlySentAfterTheRecheckAndAgainWhenItIsNotProved) {
  EXPECT_EQ(rows_with(Effect::kPromote),
            (std::set{std::pair{Phase::kPromoting, Event::kStillTrue},
                      std::pair{Phase::kPromoting, Event::kNotProved},
                      std::pair{Phase::kPromoting, Event::kNotSeenPromoted},
                      std::pair{Phase::kReturning, Event::kStillTrue},
                      std::pair{Phase::kReturning, Event::kNotProved},
                      std::pair{Phase::kReturning, Event::kNotSeenPromoted}}));
}

TEST(Transitions, TheArrivingSideServesOnlyAfterAProof) {
  EXPECT_EQ(rows_with(Effect::kServeArriving),
            (std::set{std::pair{Phase::kFencing, Event::kSealedWithoutDatabases},
                      std::pair{Phase::kPromoting, Event::kPromoted},
                      std::pair{Phase::kPromoting, Event::kSeenPromoted},
                      std::pair{Phase::kProving, Event::kProofPassed},
                      std::pair{Phase::kProving, Event::kProofWarns},
                      std::pair{Phase::kReturning, Event::kPromoted},
                      std::pair{Phase::kReturning, Event::kSeenPromoted},
                      std::pair{Phase::kKeeping, Event::kLeftFenced},
                      std::pair{Phase::kKeeping, Event::kUndone}}));
}

// From there the run goes back with its sides swapped, and forward with them as they were.
TEST(Transitions, TheSidesAreSwappedWhereTheWayBackOfAProofBeginsAndWhereItEnds) {
  EXPECT_EQ(rows_with(Effect::kTurnRound),
            (std::set{std::pair{Phase::kProving, Event::kProofFailed},
                      std::pair{Phase::kProving, Event::kAborted},
                      std::pair{Phase::kKeeping, Event::kLeftFenced},
                      std::pair{Phase::kKeeping, Event::kUndone}}));
  for (const Row& row : transition_table())
    if (has(row, Effect::kTurnRound)) {
      EXPECT_EQ(*row.effects.begin(), Effect::kTurnRound);
    }
}

// Whoever finds it in between serves that side, too: before a statement opens it, it is recorded.
TEST(Transitions, ThatTheOtherSideIsKeptIsRecordedBeforeItIsOpened) {
  expect_before(Effect::kRecordProve, Effect::kUnfence, Phase::kReturning);
}

// What it flushes, or writes past the fence, is seen by the looks that come after it; what it did
// is taken back.
TEST(Transitions, TheHookFencedRunsBeforeTheLastLookAndItsFailureGoesBack) {
  EXPECT_EQ(rows_with(Effect::kTellFenced),
            (std::set{std::pair{Phase::kFencing, Event::kSealedToTell},
                      std::pair{Phase::kCatchingUp, Event::kReachedToTell}}));
  EXPECT_EQ(rows_with(Effect::kLastLook),
            (std::set{std::pair{Phase::kCatchingUp, Event::kReachedToTell}}));
  expect_before(Effect::kTellFenced, Effect::kLastLook);
  expect_before(Effect::kCloseEndless, Effect::kTellFenced, Phase::kFencing);
  for (const Phase phase : {Phase::kFencing, Phase::kCatchingUp}) {
    EXPECT_EQ(step(phase, Event::kNotTold).next, Phase::kUndoing);
    EXPECT_TRUE(step(phase, Event::kAborted).known);
  }
}

// What was sent is not taken back by whoever does not know whether it took effect.
TEST(Transitions, OnceThePromotionBackWasSentTheOtherSideNeverServes) {
  for (const Row& row : transition_table())
    if (row.phase == Phase::kReturning &&
        (row.event == Event::kNotProved || row.event == Event::kPromoted)) {
      EXPECT_NE(row.next, Phase::kKeeping);
    }
}

TEST(Transitions, WhatOthersWereSeenToDoIsFollowedByTheSameAsWhatWeProved) {
  const auto same = [](Phase phase, Event ours, Event theirs) {
    const Transition a = step(phase, ours);
    const Transition b = step(phase, theirs);
    EXPECT_TRUE(a.known && b.known);
    EXPECT_EQ(a.next, b.next);
    EXPECT_TRUE(std::ranges::equal(a.effects, b.effects)) << name(theirs);
    EXPECT_EQ(b.why.find("proved"), std::string_view::npos) << b.why;
  };
  same(Phase::kFencing, Event::kFenced, Event::kSeenFenced);
  same(Phase::kPromoting, Event::kPromoted, Event::kSeenPromoted);
  same(Phase::kUndoing, Event::kUndone, Event::kLeftFenced);
  same(Phase::kReturning, Event::kFenced, Event::kSeenFenced);
  same(Phase::kReturning, Event::kPromoted, Event::kSeenPromoted);
  same(Phase::kKeeping, Event::kUndone, Event::kLeftFenced);
}

TEST(Transitions, TheLeavingSideServesAgainOnlyBeforeAFenceOrAfterAProvedUnfence) {
  for (const auto& [phase, event] : rows_with(Effect::kServeLeaving))
    EXPECT_TRUE(phase == Phase::kQuieting || phase == Phase::kDraining ||
                phase == Phase::kRehearsing || event == Event::kUndone ||
                event == Event::kLeftFenced)  // or one of others
        << name(phase);
}

TEST(Transitions, FromPromotingOnlyWhatSaysThatNothingWasSentLeadsBack) {
  for (const Row& row : transition_table()) {
    if (row.phase != Phase::kPromoting && row.phase != Phase::kReleasing &&
        row.phase != Phase::kProving)
      continue;
    if (row.next == Phase::kUndoing) {
      EXPECT_TRUE(row.event == Event::kRecordFailed || row.event == Event::kNoLongerTrue ||
                  row.event == Event::kNotPromotedByOthers ||
                  row.event == Event::kProofFailedEarly ||
                  row.event == Event::kNotSealed)  // both without databases
          << name(row.event);
    }
    EXPECT_FALSE(has(row, Effect::kServeLeaving));
  }
  EXPECT_FALSE(step(Phase::kPromoting, Event::kAborted).known);
}

TEST(Transitions, NothingSentToADatabaseIsLeftByAFailureWithoutItsUndoing) {
  for (const Row& row : transition_table())
    if ((row.phase == Phase::kFencing || row.phase == Phase::kCatchingUp) &&
        row.next == Phase::kServing)
      FAIL() << name(row.phase) << " / " << name(row.event) << " serves without un-fencing";
}

TEST(Transitions, ARehearsalTellsNoDatabaseAnythingAndMovesNothing) {
  for (const Row& row : transition_table()) {
    if (row.phase != Phase::kRehearsing) continue;
    EXPECT_EQ(row.next, Phase::kServing) << name(row.event);
    EXPECT_EQ(std::vector<Effect>(row.effects),
              (std::vector{Effect::kServeLeaving, Effect::kRecordRest}));
  }
  EXPECT_EQ(rows_with(Effect::kRehearseCatchUp),
            (std::set{std::pair{Phase::kDraining, Event::kDrainedInRehearsal}}));
}

TEST(Transitions, EveryPairWithoutARowIsRefused) {
  std::set<std::pair<int, int>> rows;
  for (const Row& row : transition_table())
    EXPECT_TRUE(rows.insert({static_cast<int>(row.phase), static_cast<int>(row.event)}).second)
        << "twice: " << name(row.phase) << " / " << name(row.event);
  for (int phase = 0; phase <= kLastPhase; ++phase)
    for (int event = 0; event <= kLastEvent; ++event)
      EXPECT_EQ(step(static_cast<Phase>(phase), static_cast<Event>(event)).known,
                rows.contains({phase, event}))
          << phase << " " << event;
}

TEST(Transitions, EveryPhaseCanBeReachedAndEveryRowSaysWhy) {
  std::set<Phase> reached{Phase::kServing};
  for (int round = 0; round <= kLastPhase; ++round)
    for (const Row& row : transition_table())
      if (reached.contains(row.phase)) reached.insert(row.next);
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kLastPhase) + 1);
  for (const Row& row : transition_table()) EXPECT_GT(row.why.size(), 10U);
}

// Where a phase ends by itself, the last effect has to say what happened.
TEST(Transitions, OnlyServingMayEndWithoutAnEvent) {
  const std::set<Effect> tells{Effect::kAwaitQuiet,      Effect::kAwaitDrain,    Effect::kSumAgain,
                               Effect::kFence,           Effect::kAwaitPosition, Effect::kRecheck,
                               Effect::kPromote,         Effect::kUnfence,       Effect::kFinish,
                               Effect::kRehearseCatchUp, Effect::kProve,         Effect::kLastLook,
                               Effect::kTellFenced};
  for (const Row& row : transition_table())
    if (row.next != Phase::kServing) {
      EXPECT_TRUE(row.effects.size() > 0 && tells.contains(*std::prev(row.effects.end())))
          << name(row.phase) << " / " << name(row.event);
    }
}

}  // namespace
}  // namespace cutover
