// SPDX-License-Identifier: Apache-2.0
// Every moment at which a coordinator can die around a run's hooks: whatever a before-hook prepared
// is followed by the hook of what became of the run, and a rehearsal's death by none.
#include <gtest/gtest.h>

#include <sstream>

#include "mod_cutover/cutoverd/site/site.h"
#include "tests/unit/fakes/ordered.h"

namespace cutover {
namespace {

struct TwoLives : Ordered {
  explicit TwoLives(bool databases) : Ordered(databases) {
    settings.check_interval = Millis{1};
    for (const char* event :
         {"before-switch", "after-switch", "before-rollback", "after-rollback", "aborted"})
      hook(event);
  }

  // Whether the first one lived on to the end of it.
  bool first(const std::string& verb) {
    try {
      order(verb);
    } catch (const Crash&) {
      return false;
    }
    return true;
  }

  // Another coordinator, until it has decided; and the side that serves then.
  Side second() {
    trace.no_crash();
    SiteParts parts;
    parts.settings = settings;
    parts.journal = std::make_unique<JournalFile>(folder / "shop.journal");
    parts.store = std::make_unique<WordStore>(*control, CounterArea{slots.get(), 2}, 0);
    if (databases) parts.replication = std::make_unique<FakeReplication>(pair, trace, clock);
    parts.hooks = hooks_of(settings, audit);
    Site site(std::move(parts), clock, audit);
    std::thread thread([&site] { site.run(); });
    while (!site.snapshot().gate.open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    site.leave(true);
    thread.join();
    return journaled().side;
  }

  // Each hook that ran, in order.
  std::vector<std::string> ran() const {
    std::vector<std::string> events;
    std::istringstream lines(hooks());
    for (std::string line; std::getline(lines, line);)
      events.push_back(line.substr(0, line.find(' ')));
    return events;
  }
};

// The last one may come once more, where the note that it is owed could not be taken back.
void expect_paired(const std::vector<std::string>& ran, Side serves, const std::string& what) {
  const std::string end = serves == Side::kNew ? "after-switch" : "aborted";
  std::size_t ends = 0;
  for (const std::string& event : ran) {
    if (event == "before-switch") continue;
    EXPECT_EQ(event, end) << what;
    ++ends;
  }
  if (ran.empty()) return;  // the first one died before anything
  EXPECT_GE(ends, 1U) << what << ": a before-hook was followed by neither";
  EXPECT_LE(ends, 2U) << what;
}

void explore(const std::string& verb, bool databases, bool before) {
  for (std::size_t k = 1; k < 100; ++k) {
    TwoLives site(databases);
    if (before) site.trace.crash_before(k);
    if (!before) site.trace.crash_after(k);
    const bool lived = site.first(verb);
    const Side serves = site.second();
    const std::string what = verb + ", step " + std::to_string(k) + "\n" + site.trace.text();
    if (verb == "rehearse")
      EXPECT_EQ(site.hooks(), "") << what;
    else
      expect_paired(site.ran(), serves, what);
    EXPECT_EQ(site.journaled().prepared, std::nullopt) << what;
    if (testing::Test::HasFailure() || lived) return;
  }
  FAIL() << "it never ended";
}

TEST(HooksOfACrash, WhatABeforeHookPreparedIsEndedWhereverTheCoordinatorDies) {
  for (const bool databases : {true, false})
    for (const bool before : {true, false}) explore("switch", databases, before);
}

TEST(HooksOfACrash, ARehearsalRunsNoneWhereverTheCoordinatorDies) {
  for (const bool databases : {true, false})
    for (const bool before : {true, false}) explore("rehearse", databases, before);
}

TEST(HooksOfACrash, ThePowerCutWithTheNoteOnTheDiskAndNothingElseRunsTheAbortedHook) {
  TwoLives site(true);
  site.footing.record.prepared = Direction::kSwitch;  // and killed in the middle of the hook
  site.footing.write();
  EXPECT_EQ(site.second(), Side::kOld);
  EXPECT_EQ(site.hooks(), "aborted old interrupted, then recovered: old serves\n");
  EXPECT_EQ(site.events(),
            (std::vector<std::string>{"recovery", "switch aborted", "hook aborted"}));
}

// A person's word ends a doubt in the middle of a run; the run's hooks end with it.
TEST(HooksOfACrash, AResolveEndsWhatWasPreparedByTheSideThatItNames) {
  for (const Side side : {Side::kOld, Side::kNew}) {
    TwoLives site(true);
    site.footing.record = {0,     JournalPhase::kFence, Side::kOld, "0.0", false, "", "",
                           false, Direction::kSwitch};
    site.footing.write();
    site.pair.of(Side::kNew).read_only = false;
    site.pair.of(Side::kNew).has[1] = 1;
    SiteParts parts;
    parts.settings = site.settings;
    parts.journal = std::make_unique<JournalFile>(site.folder / "shop.journal");
    parts.store = std::make_unique<WordStore>(*site.control, CounterArea{site.slots.get(), 2}, 0);
    parts.replication = std::make_unique<FakeReplication>(site.pair, site.trace, site.clock);
    parts.hooks = hooks_of(site.settings, site.audit);
    Site next(std::move(parts), site.clock, site.audit);
    std::thread thread([&next] { next.run(); });
    while (next.snapshot().doubt.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(site.hooks(), "") << "in doubt nothing has ended";
    const auto ticket = std::make_shared<Ticket>("a test", side, false);
    next.submit(ticket);
    while (ticket->next()) {
    }
    EXPECT_EQ(ticket->outcome().exit, 0) << ticket->outcome().message;
    next.leave(true);
    thread.join();
    ASSERT_EQ(site.ran().size(), 1U);
    EXPECT_EQ(site.ran().front(), side == Side::kNew ? "after-switch" : "aborted");
  }
}

}  // namespace
}  // namespace cutover
