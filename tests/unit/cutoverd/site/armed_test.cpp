// SPDX-License-Identifier: Apache-2.0
// What is armed becomes the same run as one that is asked for; turned back, it stays armed.
#include <gtest/gtest.h>

#include "tests/unit/fakes/ordered.h"
#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

struct Armable : Ordered {
  explicit Armable(bool databases = false) : Ordered(databases) { mailbox.set_decided(true); }

  Outcome arm(const std::string& verb, const Wait& wait = {}) {
    Ticket ticket(verb, "alice", wait);
    return orders.carry_out(ticket);
  }
  // A tick; true where something was due.
  bool tick() {
    const auto due = diary.due({clock.wall_ms(), clock.now(), footing.serving(), {true, {}}, calm});
    if (due) orders.keep(*due, [this] { return calm.awaits(); });
    return due.has_value();
  }

  Calm calm;
};

TEST(ArmedSite, AnswersAtOnceAndGoesAtTheNextTick) {
  Armable site;
  const Outcome armed = site.arm("switch");
  EXPECT_EQ(armed.exit, 0);
  EXPECT_NE(armed.message.find("`cutoverctl abort shop` disarms it"), std::string::npos);
  EXPECT_EQ(site.word().mode, Mode::kOld);
  EXPECT_TRUE(site.tick());
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_FALSE(site.tick());
  EXPECT_EQ(site.seen().last->outcome, "done");
  EXPECT_EQ(site.events(), (std::vector<std::string>{"armed", "asked", "switch done"}));
  EXPECT_EQ(site.trail()[1].at("by"), "armed by alice");
  EXPECT_EQ(site.arm("rollback").exit, 0);
  EXPECT_TRUE(site.tick());
  EXPECT_EQ(site.word().mode, Mode::kOld);
}

TEST(ArmedSite, IsRefusedWhereThereIsNothingToGoTo) {
  Armable site;
  EXPECT_EQ(site.arm("rollback").message, "not armed: old serves already");
  EXPECT_EQ(site.arm("switch", {0, {}, false}).exit, 1);
  site.footing.record.in_doubt = true;
  site.footing.record.doubt = "both wrote";
  EXPECT_EQ(site.arm("switch").message, "not armed: in doubt: both wrote");
  EXPECT_FALSE(site.tick());
  EXPECT_TRUE(site.events().empty());
}

TEST(ArmedSite, WhatThePreflightBlocksIsSaidAtOnceAndWaitedOut) {
  Armable site(true);
  site.trouble = "the option file is not to be had";
  const Outcome armed = site.arm("switch");
  EXPECT_EQ(armed.exit, 0);
  EXPECT_NE(armed.message.find("now it would be refused: "), std::string::npos) << armed.message;
  EXPECT_TRUE(site.tick());
  EXPECT_FALSE(site.touched());
  EXPECT_FALSE(site.seen().last) << "it is no run yet";
  EXPECT_NE(site.diary.armed()->waits_for.find("the option file"), std::string::npos);
  EXPECT_FALSE(site.tick()) << "not before a minute is over";
  site.clock.sleep(std::chrono::minutes(1));
  EXPECT_TRUE(site.tick());
  EXPECT_TRUE(site.diary.armed());
  EXPECT_EQ(site.events(), std::vector<std::string>{"armed"});
}

TEST(ArmedSite, AHookThatRefusesIsWaitedOut) {
  Armable site;
  site.hook("before-switch", 1);
  EXPECT_EQ(site.arm("switch").exit, 0);
  EXPECT_TRUE(site.tick());
  EXPECT_EQ(site.word().mode, Mode::kOld);
  ASSERT_TRUE(site.diary.armed());
  EXPECT_NE(site.diary.armed()->waits_for.find("hook before-switch"), std::string::npos);
  site.settings.hooks.clear();
  site.clock.sleep(std::chrono::minutes(1));
  EXPECT_TRUE(site.tick());
  EXPECT_EQ(site.word().mode, Mode::kNew);
}

TEST(ArmedSite, ARunThatHasBegunIsNotRepeated) {
  Armable site;
  site.store.in_flight_next = {1};
  EXPECT_EQ(site.arm("switch").exit, 0);
  EXPECT_TRUE(site.tick());
  EXPECT_EQ(site.seen().last->outcome, "aborted");
  EXPECT_FALSE(site.diary.armed());
}

TEST(ArmedSite, ACommandDoesItAtOnceAndDisarms) {
  Armable site;
  EXPECT_EQ(site.arm("switch", {site.clock.wall_ms() + 1000, {}, false}).exit, 0);
  EXPECT_EQ(site.order("rehearse").exit, 0);
  EXPECT_TRUE(site.diary.armed()) << "a rehearsal moves nothing";
  EXPECT_EQ(site.order("switch").exit, 0);
  EXPECT_FALSE(site.diary.armed());
  EXPECT_FALSE(site.diary.disarmed()) << "the run is the newer news";
  const auto events = site.events();
  EXPECT_NE(std::find(events.begin(), events.end(), "disarmed"), events.end());
}

TEST(ArmedSite, DisarmedWhileItIsLookedAtItDoesNotBegin) {
  Armable site(true);
  EXPECT_EQ(site.arm("switch").exit, 0);
  const auto due =
      site.diary.due({site.clock.wall_ms(), site.clock.now(), Side::kOld, {true, {}}, site.calm});
  ASSERT_TRUE(due);
  EXPECT_TRUE(site.diary.disarm("it was aborted", "bob"));
  site.orders.keep(*due, [] { return ""; });
  EXPECT_FALSE(site.touched());
  EXPECT_FALSE(site.diary.armed());
}

TEST(ArmedSite, AQuietMomentThatIsOverAfterThePreflightIsLetGoByAndTheNextOneIsTaken) {
  Armable site(true);
  for (int i = 1; i <= 125; ++i) site.calm.look(i * Calm::kEach, 50, 0);
  EXPECT_EQ(site.arm("switch", {{}, {}, true}).exit, 0);
  const auto due =
      site.diary.due({site.clock.wall_ms(), site.clock.now(), Side::kOld, {true, {}}, site.calm});
  ASSERT_TRUE(due);
  site.orders.keep(*due, [] { return "a quiet moment: many come"; });
  EXPECT_FALSE(site.touched());
  EXPECT_TRUE(site.diary.armed());
  EXPECT_TRUE(site.tick()) << "it is no minute until then";
  EXPECT_EQ(site.word().mode, Mode::kNew);
}

class ArmedAtRest : public SiteAtRest {
 protected:
  ArmedAtRest() { scene_.settings.max_lag = Millis{60000}; }
  static Outcome arm(Site& site, const Wait& wait, const std::string& verb = "switch") {
    const auto ticket = std::make_shared<Ticket>(verb, "alice", wait);
    site.submit(ticket);
    while (ticket->next()) {
    }
    return ticket->outcome();
  }
};

TEST_F(ArmedAtRest, GoesByItselfInTheSitesOwnThread) {
  ASSERT_TRUE(start([&](Site& site) {
    EXPECT_EQ(arm(site, {}).exit, 0);
    EXPECT_TRUE(soon([&] { return site.snapshot().side == "new" && !site.snapshot().direction; }));
    EXPECT_FALSE(site.snapshot().armed);
  }));
  EXPECT_FALSE(two_writers_);
}

TEST_F(ArmedAtRest, AnAbortDisarmsItAndSaysSo) {
  ASSERT_TRUE(start([&](Site& site) {
    EXPECT_EQ(site.abort("bob").message, "nothing is under way that could be aborted");
    EXPECT_EQ(arm(site, {scene_.clock.wall_ms() + 100'000'000, {}, false}).exit, 0);
    EXPECT_TRUE(site.snapshot().armed);
    const Outcome aborted = site.abort("bob");
    EXPECT_EQ(aborted.exit, 0);
    EXPECT_EQ(aborted.message, "disarmed: nothing goes by itself");
    EXPECT_FALSE(site.snapshot().armed);
    EXPECT_EQ(site.snapshot().disarmed->why, "it was aborted, by bob");
  }));
}

TEST_F(ArmedAtRest, APersonsWordOnADoubtDisarmsIt) {
  scene_.start_on_new();
  scene_.write_journal(rest(Side::kNew, "0.0"));
  start([&](Site& site) {
    ASSERT_TRUE(soon([&] { return site.snapshot().gate.open; }));
    EXPECT_EQ(arm(site, {scene_.clock.wall_ms() + 100'000'000, {}, false}, "rollback").exit, 0);
    EXPECT_EQ(resolve(site, Side::kOld, true).exit, 1);
    EXPECT_TRUE(site.snapshot().armed) << "nothing was in doubt";
    meanwhile([&] {
      at(Side::kNew).answers = false;
      scene_.pair.never = "fence new";
    });
    EXPECT_EQ(resolve(site, Side::kOld, true).exit, 0);
    EXPECT_FALSE(site.snapshot().armed);
    EXPECT_EQ(site.snapshot().disarmed->why, "a doubt was resolved, by a test");
  });
}

TEST_F(ArmedAtRest, NoQuietMomentIsToldBeforeTenMinutesWereSeen) {
  ASSERT_TRUE(start([&](Site& site) {
    EXPECT_EQ(arm(site, {{}, {}, true}).exit, 0);
    go_on_for(20);
    EXPECT_NE(site.snapshot().armed->waits_for.find("10 min"), std::string::npos);
    scene_.clock.sleep(std::chrono::minutes(1));
    EXPECT_EQ(site.snapshot().side, "old");
  }));
}

}  // namespace
}  // namespace cutover
