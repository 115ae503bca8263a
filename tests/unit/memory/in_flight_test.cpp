// SPDX-License-Identifier: Apache-2.0
// Notes of requests in flight, and what is made of them: slow paths, the odds of a drain, a
// forecast.
#include "shared/memory/in_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "shared/figures/forecast.h"
#include "shared/figures/slow_paths.h"
#include "shared/memory/layout.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

struct Notes {
  std::unique_ptr<InFlightNotes> memory = std::make_unique<InFlightNotes>();
  InFlightNotes& all = *memory;

  std::vector<InFlight> of(std::size_t site, std::int64_t now = 2'000'000'000) const {
    std::vector<InFlight> found;
    add_in_flight(all, site, now, found);
    return found;
  }
};

TEST(InFlight, ARequestIsNotedUntilItIsForgotten) {
  Notes notes;
  InFlightNote* note =
      note_in_flight(notes.all, 7, {3, Side::kOld}, {"GET", "/reports"}, 1'500'000'000);
  ASSERT_EQ(notes.of(3).size(), 1U);
  EXPECT_EQ(notes.of(3)[0].what, "GET /reports");
  EXPECT_EQ(notes.of(3)[0].age, 500ms);
  EXPECT_TRUE(notes.of(2).empty()) << "another site's";
  forget(*note);
  EXPECT_TRUE(notes.of(3).empty());
}

TEST(InFlight, ALongPathIsCutAndAHarmfulOneIsMadeVisible) {
  Notes notes;
  note_in_flight(notes.all, 0, {0, Side::kOld}, {"POST", "/list/" + std::string(4000, 'x')}, 1);
  note_in_flight(notes.all, 1, {0, Side::kOld}, {"GET", "/\x1b[2J\n"}, 1);
  note_in_flight(notes.all, 2, {0, Side::kOld}, {"GET", "/\xff"}, 1);
  const auto found = notes.of(0);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].what, "POST /list/...");
  EXPECT_EQ(found[1].what, "GET /...");
  EXPECT_EQ(found[2].what, "GET /\\xff");
}

TEST(InFlight, SecretsAreNotToldAndTheMarkSaysWhichItWas) {
  const auto told = [](const RequestLine& line) {
    Notes notes;
    note_in_flight(notes.all, 0, {0, Side::kOld}, line, 1);
    return notes.of(0).at(0).what;
  };
  EXPECT_EQ(told({"GET", "/reset/a1b2c3d4", true, " ~0123abcd"}), "GET /reset/...?... ~0123abcd");
  EXPECT_EQ(told({"GET", "/reset/alice%40example.com", false, " ~0123abcd"}),
            "GET /reset/... ~0123abcd");
  EXPECT_EQ(told({"GET", "/reports", false, " ~0123abcd"}), "GET /reports");
  EXPECT_EQ(told({"GET", "/reset/a1b2c3d4"}), "GET /reset/...") << "no key";
  EXPECT_EQ(told({"s3cr3t", "/"}), "... /");
  // Cut in the middle of a secret, or right behind something that looks like a word.
  const std::string long_path = "/a/" + std::string(300, 'b');
  EXPECT_EQ(told({"GET", long_path, true, " ~0123abcd"}), "GET /a/... ~0123abcd");
  for (std::size_t length = 60; length < 130; ++length) {
    const std::string path = std::string(length, '/') + "alice@example.com";
    EXPECT_EQ(told({"GET", path}).find("alice"), std::string::npos) << length;
  }
}

TEST(InFlight, WhoStillSendsItsBodyIsSaidToUntilItHasCome) {
  Notes notes;
  const RequestLine line{"POST", "/form", true, " ~0123abcd", true};
  InFlightNote* note = note_in_flight(notes.all, 0, {0, Side::kOld}, line, 1);
  EXPECT_EQ(notes.of(0).at(0).what, "POST /form?... ~0123abcd, still sending its body");
  body_has_come(*note);
  EXPECT_EQ(notes.of(0).at(0).what, "POST /form?... ~0123abcd");
}

TEST(InFlight, WhoFindsNoFreeNoteGoesWithoutAndTheNextFindsTheFreedOne) {
  Notes notes;
  std::vector<InFlightNote*> taken;
  while (InFlightNote* note = note_in_flight(notes.all, 5, {0, Side::kOld}, {"GET", "/"}, 1))
    taken.push_back(note);
  EXPECT_GE(taken.size(), 4U);
  EXPECT_EQ(notes.of(0).size(), taken.size());
  forget(*taken[2]);
  EXPECT_EQ(note_in_flight(notes.all, 5, {0, Side::kOld}, {"GET", "/"}, 1), taken[2]);
}

TEST(InFlight, WhatADeadChildNotedIsForgotten) {
  std::unique_ptr<ChildSlot[]> slots{new ChildSlot[2]()};
  const CounterArea area{slots.get(), 2};
  ChildSlot& slot = claim_slot(area, 11);
  note_in_flight(slot.notes, 0, {0, Side::kOld}, {"GET", "/"}, 1);
  EXPECT_EQ(in_flight(area, 0, 1).size(), 1U);
  retire_slot(area, 11);
  claim_slot(area, 12);
  EXPECT_TRUE(in_flight(area, 0, 1).empty());
}

// "/aaa/aaa": longer and shorter ones.
std::string path_of(char letter, std::int64_t round) {
  std::string path;
  for (std::int64_t segments = 1 + round % 6; segments > 0; --segments)
    path += "/" + std::string(static_cast<std::size_t>(1 + round % 5), letter);
  return path;
}

// Each writer's path is one letter, and tells of its own beginning: a reader never sees two mixed.
TEST(InFlight, AReaderSeesNoMixtureOfTwoRequests) {
  Notes notes;
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&, w] {
      for (std::int64_t round = 0; !stop; ++round) {
        const auto letter = static_cast<char>('a' + (w * 7 + round) % 26);
        InFlightNote* note =
            note_in_flight(notes.all, 0, {0, Side::kOld}, {"GET", path_of(letter, round)},
                           1 + round * 26 + (w * 7 + round) % 26);
        if (note != nullptr) forget(*note);
      }
    });
  int seen = 0;
  const auto limit = std::chrono::steady_clock::now() + 20s;
  while (seen < 20'000 && std::chrono::steady_clock::now() < limit)
    for (const InFlight& request : notes.of(0, std::int64_t{1} << 60)) {
      ++seen;
      const std::int64_t began = (std::int64_t{1} << 60) - request.age.count() - 1;
      const auto letter = static_cast<char>('a' + began % 26);
      EXPECT_EQ(request.what.find_first_not_of({letter, '/'}, 4), std::string::npos)
          << request.what;
    }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(seen, 0);
}

TEST(SlowPaths, NumbersAreAlikeTheSlowestComesFirstAndTenMinutesAreRemembered) {
  SlowPaths paths(3s);
  paths.sample(0s, {{"GET /orders/17", 300ms}, {"GET /", 20ms}});
  paths.sample(1s, {{"GET /orders/18", 200ms}, {"GET /reports", 900ms}});
  EXPECT_EQ(described(paths.slowest(1s, 5)), "GET /reports (900 ms), GET /orders/# (300 ms)");
  EXPECT_EQ(described(paths.slowest(10min + 500ms, 5)), "GET /reports (900 ms)");
  EXPECT_TRUE(paths.slowest(11min, 5).empty());
}

TEST(SlowPaths, OfManyPathsTheFastestAreForgotten) {
  SlowPaths paths(3s);
  for (int i = 0; i < 500; ++i)
    paths.sample(1s, {{"GET /" + std::string(static_cast<std::size_t>(i), 'x'), 60ms + i * 1ms}});
  EXPECT_GE(paths.slowest(1s, 1000).size(), 10U);
  EXPECT_LE(paths.slowest(1s, 1000).size(), 64U);
  EXPECT_EQ(paths.slowest(1s, 1)[0].ms, 559);
}

TEST(SlowPaths, WhoIsExpectedToTakeLongIsWaitedForAndWhoseEndCannotBeForeseenIsNot) {
  SlowPaths paths(5s);
  const std::vector<InFlight> report = {{"GET /reports", 2ms, 7}};
  EXPECT_TRUE(paths.is_quiet(0s, report)) << "nothing is known of it";
  paths.sample(0s, {{"GET /reports", 90ms, 7}, {"GET /a", 300ms, 8}, {"GET /", 5ms, 9}});
  EXPECT_EQ(paths.kinds(1s), (std::vector<std::uint64_t>{8, 7})) << "the slowest first";
  EXPECT_FALSE(paths.is_quiet(1s, report));
  EXPECT_TRUE(paths.is_quiet(1s, {{"GET /", 24ms, 9}}));
  EXPECT_FALSE(paths.is_quiet(1s, {{"GET /", 25ms, 9}})) << "it takes long already";
  EXPECT_TRUE(paths.is_quiet(1s, {{"GET /cable", 6s, 10}, {"GET /reports", 6s, 7}}));
  EXPECT_TRUE(paths.is_quiet(11min, report)) << "forgotten";
}

TEST(SlowPaths, TheOddsOfALateDrainAreThePartOfTheLooksThatMetALateRequest) {
  SlowPaths paths(3s);
  for (auto now = 0s; now < 60s; ++now) paths.sample(now, {{"GET /", 4s}});
  EXPECT_FALSE(paths.odds_of_a_late_drain(59s)) << "not for a minute yet";
  for (auto now = 60s; now < 240s; ++now) paths.sample(now, {{"GET /", 2s}});
  EXPECT_NEAR(paths.odds_of_a_late_drain(239s).value_or(-1), 0.25, 0.001);
  for (auto now = 240s; now < 800s; ++now) paths.sample(now, {});
  EXPECT_EQ(paths.odds_of_a_late_drain(799s).value_or(-1), 0);
}

LastRun rehearsal(double drain, double catch_up) {
  LastRun run;
  run.outcome = "done";
  run.phases = {{"draining", drain}, {"rehearsing", catch_up}};
  run.slowest = {{"GET /reports", drain}};
  return run;
}

TEST(Forecast, ARehearsalCountsMoreThanWhatWasSeen) {
  Known known;
  known.slow = {{"GET /slow", 5000}};
  known.rehearsal = rehearsal(400, 3);
  known.lag_ms = 20;
  known.databases = true;
  EXPECT_EQ(
      described(forecast_of(known)),
      "about 470 ms: drain 400 (rehearsed, the last was GET /reports), catch-up 20, fence and "
      "promotion 50 (assumed)");
  known.rehearsal.reset();
  EXPECT_EQ(forecast_of(known).drain_ms, 5000);
  EXPECT_EQ(forecast_of(known).drain_from, "GET /slow");
}

TEST(Forecast, WhatTakesLongIsWaitedForBeforehandByThoseAloneWhoAskForIt) {
  Known known;
  known.slow = {{"GET /reports", 900}};
  known.quiet_ms = 2000;
  EXPECT_EQ(described(forecast_of(known)),
            "about 25 ms: drain 25 (what is quick); who asks for GET /reports up to 900 more");
  known.slow = {{"GET /reports", 2600}};
  EXPECT_EQ(described(forecast_of(known)),
            "about 600 ms: drain 600 (GET /reports); who asks for GET /reports up to 2000 more");
  known.slow = {{"GET /", 12}};
  EXPECT_EQ(forecast_of(known).drain_ms, 12);
  known.rehearsal = rehearsal(8, 0);
  known.rehearsal->phases.push_back({"quieting", 380});
  EXPECT_EQ(described(forecast_of(known)),
            "about 8 ms: drain 8 (rehearsed, the last was GET /reports); who asks for what takes "
            "long up to 380 more");
}

TEST(Forecast, FenceAndPromotionAreTakenFromTheLastRunAndNotAskedOfASiteWithoutDatabases) {
  Known known;
  known.last = LastRun{};
  known.last->outcome = "done";
  known.last->phases = {{"draining", 700}, {"fencing", 4}, {"promoting", 2}};
  EXPECT_EQ(described(forecast_of(known)), "about 0 ms: drain 0 (nothing slow was seen)");
  known.databases = true;
  EXPECT_EQ(forecast_of(known).rest_ms, 6);
  known.last->outcome = "aborted";
  EXPECT_EQ(forecast_of(known).rest_ms, 50);
}

}  // namespace
}  // namespace cutover
