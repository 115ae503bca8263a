// SPDX-License-Identifier: Apache-2.0
// Between the runs: each database is kept in its role, and the way back is kept open.
#include <gtest/gtest.h>

#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

using Keeper = SiteAtRest;

TEST_F(Keeper, AFencedDatabaseThatComesBackWritableIsFencedAgain) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    meanwhile([&] { scene_.pair.restart(Side::kOld, false); });
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
      scene_.pair.restart(Side::kOld, false);
      scene_.pair.write(Side::kOld);
    });
    Snapshot seen;
    ASSERT_TRUE(soon([&] { return !(seen = site.snapshot()).doubt.empty(); }));
    EXPECT_FALSE(seen.gate.open) << "in the very snapshot that first tells of the doubt";
    EXPECT_FALSE(seen.way_back && seen.way_back->possible);
    EXPECT_EQ(seen.side, "new") << "the side that cannot lose writes";
    ASSERT_TRUE(soon([&] { return scene_.journaled().in_doubt; }));
  });
  EXPECT_TRUE(at(Side::kOld).read_only);
  EXPECT_NE(scene_.recover()->doubt, "");
}

TEST_F(Keeper, WhatWasSeenBeforeARunIsNotToldOfTheSiteAfterIt) {
  scene_.settings.max_lag = Millis{60000};
  Site* asked = nullptr;
  std::optional<Snapshot> seen;
  scene_.pair.during = {"promote new", [&] { seen = asked->snapshot(); }};
  start([&](Site& site) {
    asked = &site;
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    EXPECT_EQ(command(site, "switch").exit, 0);
  });
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->gate.open);
  EXPECT_FALSE(seen->lag_ms);
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
    meanwhile([&] { scene_.pair.restart(Side::kNew, true); });
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
      scene_.pair.restart(Side::kOld, false);
      scene_.pair.restart(Side::kNew, true);
    });
    EXPECT_TRUE(soon([&] { return scene_.unfences > 0 && site.snapshot().gate.open; }));
  });
  EXPECT_FALSE(two_writers_) << scene_.trace.text();
}

TEST_F(Keeper, ANewDatabaseThatWasNeverReadOnlyIsLeftAlone) {
  at(Side::kNew).read_only = false;
  const auto end = start([&](Site& site) {
    go_on_for(200);
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
  scene_.pair.restart(Side::kNew, false);
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
    go_on_for(200);
  });
  EXPECT_EQ(scene_.fences + scene_.unfences, 0);
  EXPECT_EQ(scene_.recover()->side, "new") << "a site that is read-only is served all the same";
}

TEST_F(Keeper, AFenceThatFailsForAMomentIsTriedAgainAndIsNoDoubtThatLasts) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  ASSERT_TRUE(start([](Site& site) { soon([&] { return site.snapshot().gate.open; }); }));
  scene_.pair.restart(Side::kOld, false);
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

}  // namespace
}  // namespace cutover
