// SPDX-License-Identifier: Apache-2.0
// Between the runs: each database is kept in its role, and a doubt has a way out.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/site.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

JournalRecord rest(Side side, const std::string& position) {
  return {0, JournalPhase::kRest, side, position, false, "", ""};
}

Outcome resolve(Site& site, Side side, bool other_is_down = false) {
  const auto ticket = std::make_shared<Ticket>("a test", side, other_is_down);
  site.submit(ticket);
  while (ticket->next()) {
  }
  return ticket->outcome();
}

Outcome command(Site& site, const std::string& verb, bool accept_loss = false) {
  const auto ticket = std::make_shared<Ticket>(verb, "a test", accept_loss);
  site.submit(ticket);
  while (ticket->next()) {
  }
  return ticket->outcome();
}

// The servers are the site's thread's: a test changes them through the trace, between two steps.
template <typename Seen>
bool soon(Seen seen) {
  for (int i = 0; i < 2000; ++i) {
    if (seen()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

class Keeper : public testing::Test {
 protected:
  // Does `change` once, in the site's thread, right after one of its steps.
  void meanwhile(const std::function<void()>& change) {
    change_ = change;
    asked_ = true;
    EXPECT_TRUE(soon([this] { return !asked_; }));
  }
  std::optional<Snapshot> start(const std::function<void(Site&)>& then) {
    scene_.after_step = [this] {
      if (asked_.load()) {
        change_();
        asked_ = false;
      }
      two_writers_ |= !at(Side::kOld).read_only && !at(Side::kNew).read_only;
    };
    return scene_.recover(then);
  }
  FakeServer& at(Side side) { return scene_.pair.of(side); }

  Scene scene_;
  std::function<void()> change_;
  std::atomic<bool> asked_{false};
  bool two_writers_ = false;  // the site's thread's, until it has ended
};

TEST_F(Keeper, AFencedDatabaseThatComesBackWritableIsFencedAgain) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] { at(Side::kOld).read_only = false; });
    ASSERT_TRUE(soon([&] { return scene_.fences > 0 && site.snapshot().gate.open; }));
    EXPECT_EQ(site.snapshot().doubt, "");
  });
  EXPECT_TRUE(at(Side::kOld).read_only);
  EXPECT_FALSE(scene_.journaled().in_doubt);
}

TEST_F(Keeper, AWriteThatSlippedInMeanwhileIsADoubtThatLasts) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] {
      at(Side::kOld).read_only = false;
      scene_.pair.write(Side::kOld);
    });
    ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty() && scene_.fences > 0; }));
    ASSERT_TRUE(soon([&] { return scene_.journaled().in_doubt; }));
    EXPECT_EQ(site.snapshot().side, "new") << "the side that cannot lose writes";
    EXPECT_FALSE(site.snapshot().gate.open);
  });
  EXPECT_TRUE(at(Side::kOld).read_only);
  EXPECT_NE(scene_.recover()->doubt, "");
}

TEST_F(Keeper, AWritePastTheFenceIsSeenThoughTheDatabaseWasNeverSeenWritable) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] { at(Side::kOld).has[0] = 1; });
    EXPECT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
  });
  EXPECT_TRUE(scene_.journaled().in_doubt);
}

TEST_F(Keeper, TheServingDatabaseThatComesBackReadOnlyIsWritableAgain) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] { at(Side::kNew).read_only = true; });
    EXPECT_TRUE(soon([&] { return scene_.unfences > 0 && site.snapshot().gate.open; }));
  });
  EXPECT_FALSE(at(Side::kNew).read_only);
}

TEST_F(Keeper, BothInTheWrongRoleAreNeverTwoWriters) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] {
      at(Side::kOld).read_only = false;
      at(Side::kNew).read_only = true;
    });
    EXPECT_TRUE(soon([&] { return scene_.unfences > 0 && site.snapshot().gate.open; }));
  });
  EXPECT_FALSE(two_writers_) << scene_.trace.text();
}

TEST_F(Keeper, ANewDatabaseThatWasNeverReadOnlyIsLeftAlone) {
  at(Side::kNew).read_only = false;
  const auto end = start([](Site& site) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(site.snapshot().gate.open);
  });
  EXPECT_EQ(end->side, "old");
  EXPECT_EQ(scene_.fences, 0);
  const auto again = scene_.recover();  // nor by the next coordinator
  EXPECT_EQ(again->doubt, "");
  EXPECT_FALSE(at(Side::kNew).read_only);
}

TEST_F(Keeper, OnceSeenInItsRoleItIsKeptThereAlsoByTheNextCoordinator) {
  ASSERT_TRUE(
      start([](Site& site) { ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; })); }));
  EXPECT_EQ(scene_.journaled().position, "0.0");
  at(Side::kNew).read_only = false;
  ASSERT_TRUE(scene_.recover());
  EXPECT_TRUE(at(Side::kNew).read_only);
}

TEST_F(Keeper, WhatSomebodyElseDoesIsLeftToHim) {
  scene_.settings.fence = scene_.settings.promote = false;
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] {
      at(Side::kOld).read_only = false;
      at(Side::kNew).read_only = true;
    });
    ASSERT_TRUE(soon([&] { return !site.snapshot().gate.open; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  });
  EXPECT_EQ(scene_.fences + scene_.unfences, 0);
  EXPECT_EQ(scene_.recover()->side, "new") << "a site that is read-only is served all the same";
}

TEST_F(Keeper, AFenceThatFailsForAMomentIsTriedAgainAndIsNoDoubtThatLasts) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  at(Side::kOld).read_only = false;
  scene_.pair.script["fence old"] = {{Answer::unknown("no reply"), false},
                                     {Answer::no("a long UPDATE"), false}};
  start([&](Site& site) { EXPECT_TRUE(soon([&] { return site.snapshot().gate.open; })); });
  EXPECT_TRUE(at(Side::kOld).read_only);
  EXPECT_FALSE(scene_.journaled().in_doubt);
}

// A link that could not be built at the flip: no person comes back to look.
TEST_F(Keeper, AWayBackThatIsOwedIsTriedUntilItIsArmed) {
  scene_.start_on_new();
  JournalRecord record = rest(Side::kNew, "0.0");
  record.owed = true;
  scene_.write_journal(record);
  at(Side::kOld).linked = false;
  scene_.pair.write(Side::kNew);
  scene_.pair.script["arm way back old 0.0"] = {{Answer::no("no account"), false},
                                                {Answer::unknown("no reply"), false}};
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] {
      const auto way_back = site.snapshot().way_back;
      return way_back && !way_back->possible &&
             way_back->reasons.front().find("no account") != std::string::npos;
    }));
    EXPECT_TRUE(soon([&] {
      meanwhile([&] {
        scene_.clock.sleep(std::chrono::seconds(60));
        scene_.pair.replicate();
      });
      return site.snapshot().way_back && site.snapshot().way_back->possible;
    }));
  });
  EXPECT_TRUE(at(Side::kOld).linked);
  EXPECT_FALSE(scene_.journaled().owed);
}

TEST_F(Keeper, WithoutALinkOnlyWhatNewHasNotWrittenYetLeadsBack) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  at(Side::kOld).linked = false;
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; })) << "nothing is missing on old";
    meanwhile([&] { scene_.pair.write(Side::kNew); });
    ASSERT_TRUE(soon([&] { return !site.snapshot().gate.open; }));
    const Outcome refused = command(site, "rollback");
    EXPECT_EQ(refused.exit, 1);
    EXPECT_NE(refused.message.find("old lacks 1 of new"), std::string::npos) << refused.message;
    const Outcome accepted = command(site, "rollback", true);
    EXPECT_EQ(accepted.exit, 0) << accepted.message;
    EXPECT_NE(accepted.message.find("1 of new"), std::string::npos) << accepted.message;
  });
  EXPECT_EQ(scene_.journaled().side, Side::kOld);
  const auto events = Audit(scene_.folder("events.jsonl")).newest(100, "shop");
  EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](const nlohmann::json& e) {
    return e.value("event", "") == "data loss accepted" && e.value("gtids", "") == "1 of new";
  }));
}

TEST_F(Keeper, ADatabaseThatServedAndIsGoneIsGivenUpByAPersonAlone) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    EXPECT_EQ(resolve(site, Side::kOld, true).exit, 1) << "it answers";
    meanwhile([&] {
      at(Side::kNew).answers = false;
      scene_.pair.never = "fence new";
    });
    EXPECT_EQ(command(site, "rollback", true).exit, 1);
    EXPECT_EQ(resolve(site, Side::kOld).exit, 1) << "not said to be down";
    const Outcome given_up = resolve(site, Side::kOld, true);
    EXPECT_EQ(given_up.exit, 0) << given_up.message;
    EXPECT_EQ(site.snapshot().side, "old");
  });
  EXPECT_FALSE(at(Side::kOld).read_only);
}

TEST_F(Keeper, NothingInDoubtIsNothingToResolve) {
  start([](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    EXPECT_EQ(resolve(site, Side::kNew).exit, 1);
    EXPECT_EQ(site.snapshot().side, "old");
  });
}

TEST_F(Keeper, ADoubtAtRestIsResolvedForEitherSide) {
  for (const Side side : {Side::kOld, Side::kNew}) {
    Scene scene;
    scene.start_on_new();
    JournalRecord record = rest(Side::kNew, "0.0");
    record.in_doubt = true;
    record.doubt = "both wrote";
    scene.write_journal(record);
    scene.pair.of(Side::kOld).has = {2, 0};
    scene.pair.of(Side::kNew).has = {0, 5};
    scene.recover([&](Site& site) {
      ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
      const Outcome outcome = resolve(site, side);
      EXPECT_EQ(outcome.exit, 0) << outcome.message;
      EXPECT_EQ(site.snapshot().side, name(side));
      EXPECT_EQ(site.snapshot().doubt, "");
    });
    EXPECT_FALSE(scene.pair.of(side).read_only);
    EXPECT_TRUE(scene.pair.of(other(side)).read_only);
    EXPECT_FALSE(scene.journaled().in_doubt);
    EXPECT_EQ(scene.journaled().side, side);
    EXPECT_EQ(scene.recover()->doubt, "") << "what was accepted is not found again";
    const auto events = Audit(scene.folder("events.jsonl")).newest(100, "shop");
    EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](const nlohmann::json& e) {
      return e.value("event", "") == "resolve" && e.contains("at_old") && e.contains("at_new");
    }));
  }
}

TEST_F(Keeper, ASiteOnWhichNothingIsDecidedIsResolvedToo) {
  at(Side::kOld).read_only = true;  // no journal, and both are read-only
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
    EXPECT_EQ(resolve(site, Side::kOld).exit, 0);
    EXPECT_TRUE(soon([&] { return site.snapshot().gate.open; }));
  });
  EXPECT_EQ(scene_.word().mode, Mode::kOld);
  EXPECT_FALSE(at(Side::kOld).read_only);
}

TEST_F(Keeper, APromotionThatCannotBeProvedIsGivenUpForAPersonsWordAlone) {
  scene_.pair.never = "promote new";
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    Outcome switched;
    std::thread asker([&] {
      const auto ticket = std::make_shared<Ticket>("switch", "a test");
      site.submit(ticket);
      while (ticket->next()) {
      }
      switched = ticket->outcome();
    });
    ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
    const Outcome resolved = resolve(site, Side::kOld);
    asker.join();
    EXPECT_EQ(switched.exit, 4);
    EXPECT_EQ(resolved.exit, 0) << resolved.message;
    EXPECT_EQ(site.snapshot().side, "old");
  });
  EXPECT_FALSE(at(Side::kOld).read_only);
  EXPECT_TRUE(at(Side::kNew).read_only);
}

TEST_F(Keeper, ADatabaseThatIsDownIsNoHindranceWhereThatIsSaid) {
  scene_.write_journal({0, JournalPhase::kPromote, Side::kOld, "0.0", false, "", ""});
  at(Side::kOld).read_only = true;
  at(Side::kNew).answers = false;
  scene_.pair.script["fence new"] = {{Answer::unknown("no reply"), false},
                                     {Answer::unknown("no reply"), false}};
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
    EXPECT_EQ(resolve(site, Side::kOld).exit, 4);
    EXPECT_EQ(scene_.word().mode, Mode::kHold);
    ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
    EXPECT_EQ(resolve(site, Side::kOld, true).exit, 0);
  });
  EXPECT_EQ(scene_.word().mode, Mode::kOld);
  EXPECT_FALSE(at(Side::kOld).read_only);
}

}  // namespace
}  // namespace cutover
