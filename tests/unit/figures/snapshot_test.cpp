// SPDX-License-Identifier: Apache-2.0
// Snapshots: the sum that must come out even, and JSON both ways.
#include "shared/figures/snapshot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <set>

#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

Snapshot sample() {
  Snapshot s;
  s.site = "shop";
  s.side = "none";
  s.phase = "draining";
  s.direction = Direction::kRollback;
  s.progress = Progress{"2026-01-01T00:00:01.000Z", 40, true, true, {{"draining", 39.5}}};
  s.epoch = 12;
  s.lag_ms = 1.5;
  s.gate = {false, {"one", "two"}};
  s.last = LastRun{Direction::kSwitch,
                   "aborted",
                   "why",
                   "2026-01-01T00:00:00.000Z",
                   12.5,
                   3.25,
                   {{"draining", 4, 6}, {"undoing", 1}},
                   "0-2-7",
                   false,
                   {{"GET /reports", 412.5}},
                   7,
                   {"app@host (connection 3, idle)"},
                   8,
                   9};
  s.rehearsal = LastRun{};
  s.rehearsal->rehearsal = true;
  s.forecast = Forecast{400, 3.5, 50, "rehearsed", true};
  s.slow = {{"GET /orders/#", 99.5}};
  s.counts.served = {100, 200};
  s.counts.in_flight = 3;
  s.counts.held_now = 1;
  s.counts.held = 10;
  s.counts.released = 4;
  s.counts.timed_out = 3;
  s.counts.shed_held = 1;
  s.counts.client_gone = 1;
  s.counts.shed = 99;
  s.counts.releasing = 5;
  s.counts.release_window = 44;
  s.doubt = "look";
  s.databases = true;
  s.way_back = WayBack{false, {"no link"}};
  return s;
}

TEST(Snapshot, HeldRequestsBalanceWhenEachHasExactlyOneEnd) {
  Counts counts = sample().counts;
  EXPECT_TRUE(balanced(counts));
  ++counts.released;
  EXPECT_FALSE(balanced(counts));
}

TEST(Snapshot, ItsJsonReadBackIsTheSame) {
  const Snapshot s = sample();
  EXPECT_EQ(to_json(snapshot_from(to_json(s))), to_json(s));
  const Snapshot empty = snapshot_from(to_json(Snapshot{}));
  EXPECT_FALSE(empty.lag_ms);
  EXPECT_FALSE(empty.last);
  EXPECT_FALSE(empty.direction);
}

TEST(Snapshot, AMissingFieldIsAnErrorAndNotADefault) {
  const nlohmann::json whole = to_json(sample());
  for (const auto& [key, value] : whole.items()) {
    if (key == "balanced" || key == "questions") continue;  // worked out anew
    nlohmann::json cut = whole;
    cut.erase(key);
    EXPECT_THROW(snapshot_from(cut), nlohmann::json::exception) << key;
  }
}

TEST(Snapshot, AnUnknownLagIsNotZero) {
  Snapshot s = sample();
  s.lag_ms.reset();
  for (const Figure& figure : figures())
    if (std::string(figure.key) == "lag_ms") {
      EXPECT_TRUE(std::isnan(figure.get(s)));
    }
  EXPECT_NE(render_text(s).find("lag       unknown"), std::string::npos);
}

TEST(Snapshot, NoTwoFiguresShareAName) {
  std::set<std::string> names;
  for (const Figure& figure : figures()) {
    EXPECT_TRUE(names.insert(figure.key).second) << figure.key;
    EXPECT_TRUE(names.insert(std::string("metric ") + figure.metric).second) << figure.metric;
    EXPECT_EQ(figure.counter, std::string(figure.metric).ends_with("_total")) << figure.metric;
  }
}

TEST(Snapshot, MemoryAloneNeverShowsAnOpenGate) {
  const auto control = std::make_unique<SiteControl>();
  control->word.store(encode(serving(Side::kNew, 5)));
  const Snapshot s = from_memory(*control, {});
  EXPECT_EQ(s.side, "new");
  EXPECT_FALSE(s.gate.open);
  control->word.store(encode(sealed(6)));
  EXPECT_EQ(from_memory(*control, {}).side, "none");
}

TEST(Snapshot, ADoubtComesWithTheQuestionsToAnswerAndTheCommandsForThem) {
  Snapshot s = sample();
  const std::string text = render_text(s);
  EXPECT_NE(text.find("IN DOUBT  look"), std::string::npos) << text;
  EXPECT_NE(text.find("3. Which side is to serve? cutoverctl resolve shop old"), std::string::npos)
      << text;
  EXPECT_NE(text.find("way back  NOT now\n            no link"), std::string::npos) << text;
  s.databases = false;
  EXPECT_EQ(questions(s).size(), 1U);
  s.doubt.clear();
  EXPECT_TRUE(questions(s).empty());
}

}  // namespace
}  // namespace cutover
