// SPDX-License-Identifier: Apache-2.0
// What others see of a run while it goes on: its phases so far, and its seconds in the history.
#include <gtest/gtest.h>

#include <algorithm>

#include "mod_cutover/cutoverd/control/recorder.h"
#include "mod_cutover/cutoverd/run/real_clock.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

std::vector<std::string> names(const std::vector<PhaseTime>& phases) {
  std::vector<std::string> all;
  for (const PhaseTime& phase : phases) all.push_back(phase.name);
  return all;
}

Outcome switched(Site& site) {
  const auto ticket = std::make_shared<Ticket>("switch", "a test");
  site.submit(ticket);
  while (ticket->next()) {
  }
  return ticket->outcome();
}

TEST(Progress, ARunTellsThePhasesThatItHasBeenThroughAndWhetherItCanStillBeAborted) {
  Scene scene;
  std::atomic<Site*> watched{nullptr};
  std::vector<Snapshot> seen;
  scene.after_step = [&] {
    if (Site* site = watched) seen.push_back(site->snapshot());
  };
  scene.recover([&](Site& site) {
    EXPECT_FALSE(site.snapshot().progress);
    watched = &site;
    EXPECT_EQ(switched(site).exit, 0);
    watched = nullptr;
    EXPECT_FALSE(site.snapshot().progress);
  });
  std::erase_if(seen, [](const Snapshot& s) { return !s.progress; });
  ASSERT_FALSE(seen.empty());
  EXPECT_TRUE(seen.front().progress->phases.empty()) << "the checks come before any phase";
  EXPECT_EQ(names(seen.back().progress->phases),
            (std::vector<std::string>{"quieting", "draining", "fencing", "catching-up", "promoting",
                                      "releasing"}));
  for (const Snapshot& s : seen) {
    const auto& phases = s.progress->phases;
    if (phases.empty() || s.phase == "serving") continue;  // not yet begun, just over
    EXPECT_EQ(phases.back().name, s.phase) << "the one it is in comes last";
    const bool early = s.phase == "draining" || s.phase == "fencing" || s.phase == "catching-up";
    EXPECT_EQ(s.progress->abortable, early) << s.phase;
    double sum = 0;
    for (const PhaseTime& phase : phases) sum += phase.ms;
    EXPECT_LE(sum, s.progress->ms);
  }
}

TEST(Progress, EachPhaseOfARunThatIsOverSaysHowManyItHeldAtMost) {
  Scene scene;
  scene.recover([&](Site& site) { switched(site); });
  scene.recover([&](Site& site) {
    const auto last = site.snapshot().last;  // as the next coordinator reads it from the trail
    ASSERT_TRUE(last);
    ASSERT_EQ(last->phases.size(), 6U);
    for (const PhaseTime& phase : last->phases) EXPECT_EQ(phase.held, 0) << phase.name;
  });
}

// By a clock that runs: the recorder's pace is real time.
TEST(Recorder, WhatARunHeldIsSeenThoughTheSitesOwnThreadIsBusyWithIt) {
  SharedMemoryFds fds = create_shared_memory(2);
  const Mapping control = map_control(fds.control.get(), true);
  const Mapping counters = map_counters(fds.counters.get());
  adopt_site(control_in(control), "shop", encode(serving(Side::kOld, 1)));
  TempFolder folder;
  Audit audit(folder / "events.jsonl");
  RealClock clock;
  SiteParts parts;
  parts.settings.name = "shop";
  parts.settings.new_host = "balancer://new";
  parts.settings.check_interval = Millis{1};
  parts.settings.drain_timeout = Millis{300};
  parts.journal = std::make_unique<JournalFile>(folder / "shop.journal");
  parts.store = std::make_unique<WordStore>(control_in(control), counters_in(counters), 0U);
  std::vector<std::unique_ptr<Site>> sites;
  sites.push_back(std::make_unique<Site>(std::move(parts), clock, audit));
  Site& site = *sites.front();
  SiteCounters& counts = counters_in(counters).shared_slot().sites[0];
  counts.in_flight = 1;  // and never less: the drain does not end
  counts.held_now = 4;
  std::thread thread([&site] { site.run(); });
  while (!site.snapshot().gate.open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  {
    const Recorder recorder(sites, clock);
    EXPECT_EQ(switched(site).exit, 1);
    counts.held_now = 0;
    std::vector<HistorySample> samples;
    for (int i = 0; i < 300 && samples.size() < 2; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      samples = recorder.since(site, 0);
    }
    ASSERT_GE(samples.size(), 2U);
    EXPECT_EQ(samples[0].held, 4);
    EXPECT_EQ(samples[1].held, 0);
  }
  site.leave(true);
  thread.join();
}

}  // namespace
}  // namespace cutover
