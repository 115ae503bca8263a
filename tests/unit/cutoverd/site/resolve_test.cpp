// SPDX-License-Identifier: Apache-2.0
// A person has looked and says which side serves: the way out of a doubt, and from a dead server.
#include <gtest/gtest.h>

#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

using Resolve = SiteAtRest;

TEST_F(Resolve, ADatabaseThatServedAndIsGoneIsGivenUpByAPersonAlone) {
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

TEST_F(Resolve, NothingInDoubtIsNothingToResolve) {
  start([](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    EXPECT_EQ(resolve(site, Side::kNew).exit, 1);
    EXPECT_EQ(site.snapshot().side, "old");
  });
}

TEST_F(Resolve, ADoubtAtRestIsResolvedForEitherSide) {
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

TEST_F(Resolve, ASiteOnWhichNothingIsDecidedIsResolvedToo) {
  at(Side::kOld).read_only = true;  // no journal, and both are read-only
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return !site.snapshot().doubt.empty(); }));
    EXPECT_EQ(resolve(site, Side::kOld).exit, 0);
    EXPECT_TRUE(soon([&] { return site.snapshot().gate.open; }));
  });
  EXPECT_EQ(scene_.word().mode, Mode::kOld);
  EXPECT_FALSE(at(Side::kOld).read_only);
}

TEST_F(Resolve, APromotionThatCannotBeProvedIsGivenUpForAPersonsWordAlone) {
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

TEST_F(Resolve, ADatabaseThatIsDownIsNoHindranceWhereThatIsSaid) {
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
