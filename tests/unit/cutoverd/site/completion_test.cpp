// SPDX-License-Identifier: Apache-2.0
// `complete`: what it refuses, that it is recorded before anything is taken away, and what is tried
// again until it is.
#include "mod_cutover/cutoverd/site/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fakes/recovering.h"

namespace cutover {
namespace {

using std::chrono_literals::operator""h;
using testing::HasSubstr;
using testing::Not;

struct Completing : Recovering {
  explicit Completing(bool databases = true) : Recovering(databases) {
    clock.sleep(1000h);
    start_on_new();
  }
  // New served all that time, and so many came in each hour.
  void hours(std::int64_t count, std::uint64_t requests = 0) {
    for (std::int64_t ago = count - 1; ago >= 0; --ago) {
      const auto strays = std::unique_ptr<SiteStrays>(new SiteStrays());
      for (std::uint64_t i = 0; i < requests; ++i)
        count_stray(*strays, hour() - ago, "shop.example.com", 1);
      book.learn(*strays, true, hour() - ago);
    }
  }
  std::int64_t hour() { return clock.wall_ms() / 3'600'000; }
  Outcome complete(bool other_is_down = false) {
    return completion.carry_out(*Ticket::to_complete("a test", other_is_down));
  }
  void expect_refused(const std::string& why, bool other_is_down = false) {
    const Outcome outcome = complete(other_is_down);
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_THAT(outcome.message, HasSubstr("not completed: "));
    EXPECT_THAT(outcome.message, HasSubstr(why));
    EXPECT_FALSE(footing.record.completed());
    EXPECT_FALSE(did("clear new") || did("clear old"));
    EXPECT_TRUE(trail().empty());
  }

  StrayBook book{folder / "shop.strays", "shop"};
  Diary diary{"shop", nullptr, audit, clock};
  DirectVisitors visitors{{settings, nullptr, nullptr, store, clock}};
  Completion completion{desk(), ownership, lives, diary, visitors, &book, trouble};
};

TEST(Completion, IsRecordedBeforeAnythingIsTakenAway) {
  Completing site;
  site.hours(25);
  site.pair.during = {"clear old", [&] {
                        EXPECT_TRUE(site.journaled().completed());
                        EXPECT_TRUE(site.journaled().clearing_owed);
                        EXPECT_EQ(site.events(), std::vector<std::string>{"completed"});
                      }};
  const Outcome outcome = site.complete();
  EXPECT_EQ(outcome.exit, 0) << outcome.message;
  EXPECT_THAT(outcome.message, HasSubstr("new serves for good"));
  EXPECT_TRUE(site.did("clear old") && site.did("clear new"));
  EXPECT_FALSE(site.at(Side::kOld).linked || site.at(Side::kNew).linked);
  EXPECT_TRUE(site.journaled().completed());
  EXPECT_FALSE(site.journaled().clearing_owed);
  EXPECT_EQ(site.events(), (std::vector<std::string>{"completed", "cleared"}));
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_THAT(outcome.result.at("may_be_turned_off").dump(), HasSubstr("the old database server"));
  EXPECT_THAT(outcome.result.at("not_yet").dump(), HasSubstr("httpd on this host"));
}

TEST(Completion, IsRefusedWhileAnybodyCameOrThatIsNotKnown) {
  Completing came;
  came.hours(25, 2);
  came.expect_refused("50 requests came by this host in the last 24 hours");
  Completing unknown;
  unknown.hours(24);
  unknown.expect_refused("is known of 24 of the last 25 hours");
  Completing gap;
  gap.hours(3);
  gap.clock.sleep(30h);
  gap.hours(20);
  gap.expect_refused("is known of 20 of the last 25 hours");
  Completing in_flight;
  in_flight.hours(25);
  in_flight.slots[0].sites[0].in_flight = 1;
  in_flight.expect_refused("1 requests are under way by this host");
}

TEST(Completion, IsRefusedWhereNewIsNotProvedTheWriter) {
  Completing old_serves;
  old_serves.hours(25);
  old_serves.footing.record.side = Side::kOld;
  old_serves.expect_refused("old serves: there is no move that could be over");
  Completing read_only;
  read_only.hours(25);
  read_only.at(Side::kNew).read_only = true;
  read_only.expect_refused("the new database is read-only");
  Completing two;
  two.hours(25);
  two.at(Side::kOld).read_only = false;
  two.expect_refused("the old database is writable");
  Completing silent;
  silent.hours(25);
  silent.at(Side::kNew).answers = false;
  silent.expect_refused("the new database is not proved the writer", true);
  Completing doubtful;
  doubtful.hours(25);
  doubtful.footing.record.in_doubt = true;
  doubtful.footing.record.doubt = "both wrote";
  doubtful.expect_refused("in doubt: both wrote");
  Completing unwritten;
  unwritten.hours(25);
  unwritten.journal.fails_at = "rest";
  unwritten.expect_refused("the journal cannot be written: disk full");
}

TEST(Completion, AnOldServerThatIsOffIsGivenUpByName) {
  Completing site;
  site.hours(25);
  site.at(Side::kOld).answers = false;
  site.expect_refused("say --other-is-down");
  site.pair.script["clear old"] = {{Answer::unknown("old does not answer"), false}};
  EXPECT_EQ(site.complete(true).exit, 0);
  EXPECT_FALSE(site.journaled().clearing_owed);
  EXPECT_EQ(site.trail().back().value("reason", ""), "old does not answer");
}

TEST(Completion, WhatCannotBeTakenAwayIsTriedAgainUntilItIs) {
  Completing site;
  site.hours(25);
  site.pair.script["clear new"] = {{Answer::no("locked"), false}, {Answer::no("locked"), false}};
  const Outcome outcome = site.complete();
  EXPECT_EQ(outcome.exit, 0) << "it is decided";
  EXPECT_THAT(outcome.message, HasSubstr("not yet taken away: locked"));
  EXPECT_THAT(outcome.result.at("not_yet").dump(), HasSubstr("the old database server"));
  EXPECT_TRUE(site.journaled().clearing_owed);
  for (int i = 0; i < 100 && site.journaled().clearing_owed; ++i) {
    site.completion.look();
    site.clock.sleep(std::chrono::milliseconds(500));
  }
  EXPECT_FALSE(site.journaled().clearing_owed);
  EXPECT_EQ(site.times("clear new"), 3U);
  const std::size_t steps = site.times("clear old");
  site.clock.sleep(1h);
  site.completion.look();
  EXPECT_EQ(site.times("clear old"), steps) << "nothing is owed any more";
}

TEST(Completion, AskedAgainItSaysTheSameAndDoesNothing) {
  Completing site;
  site.hours(25);
  EXPECT_EQ(site.complete().exit, 0);
  const std::int64_t since = site.journaled().completed_ms;
  site.clock.sleep(100h);  // of which nobody knows who came
  const Outcome again = site.complete();
  EXPECT_EQ(again.exit, 0) << again.message;
  EXPECT_EQ(site.journaled().completed_ms, since);
  EXPECT_EQ(site.times("clear old"), 1U);
}

TEST(Completion, ASiteWithoutDatabasesHasOnlyItsWordToKeep) {
  Completing site(false);
  site.hours(25);
  const Outcome outcome = site.complete();
  EXPECT_EQ(outcome.exit, 0) << outcome.message;
  EXPECT_TRUE(site.journaled().completed());
  EXPECT_FALSE(site.journaled().clearing_owed);
  EXPECT_THAT(outcome.result.dump(), Not(HasSubstr("database server")));
}

// Whatever the databases are by now.
TEST(Completion, ASuccessorServesNewAtOnceAndAsksNobody) {
  Completing site;
  site.hours(25);
  EXPECT_EQ(site.complete().exit, 0);
  Recovering next;
  next.found = {JournalReading::Kind::kRecord, site.journaled(), ""};
  next.footing.known = false;
  next.at(Side::kOld).answers = next.at(Side::kNew).answers = false;
  EXPECT_TRUE(next.recovery.try_once());
  EXPECT_EQ(next.word().mode, Mode::kNew);
  EXPECT_TRUE(next.footing.record.completed());
  EXPECT_FALSE(next.did("read_only new") || next.did("take command new"));
}

TEST(Completion, OfASiteThatDoesNotRestOnNewIsNoRecord) {
  JournalRecord record;
  record.side = Side::kNew;
  record.completed_ms = 1'764'400'000'000;
  record.clearing_owed = true;
  EXPECT_EQ(parse_record(render(record)), record);
  JournalRecord old = record;
  old.side = Side::kOld;
  EXPECT_FALSE(parse_record(render(old)));
  JournalRecord running = record;
  running.phase = JournalPhase::kPromote;
  EXPECT_FALSE(parse_record(render(running)));
  JournalRecord never = record;
  never.completed_ms = 0;
  EXPECT_FALSE(parse_record(render(never)));
}

}  // namespace
}  // namespace cutover
