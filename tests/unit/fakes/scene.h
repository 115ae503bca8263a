// SPDX-License-Identifier: Apache-2.0
// A site on fakes: a real block and a real journal file, two servers in memory, and visitors that
// write after every step wherever the word lets them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "mod_cutover/cutoverd/run/run.h"
#include "mod_cutover/cutoverd/site/site.h"
#include "tests/unit/fakes/fake_hooks.h"
#include "tests/unit/fakes/fake_proofs.h"
#include "tests/unit/fakes/fake_replication.h"
#include "tests/unit/fakes/fake_store.h"
#include "tests/unit/temp_folder.h"

namespace cutover {

class Scene {
 public:
  explicit Scene(bool databases = true) : databases_(databases) {
    settings.name = "shop";
    settings.new_host = "balancer://new";
    settings.check_interval = Millis{1};
    if (databases) settings.old_database = settings.new_database = OptionFile{"file", "cutover"};
    for (const Side side : {Side::kOld, Side::kNew})
      record.note(side).server = std::string(name(side)) + "'s server";
    adopt_site(control_, settings.name, encode(serving(Side::kOld, 1)));
  }

  SiteSettings settings;
  FakePair pair;
  Trace trace;
  FakeClock clock;
  RunFlags flags;
  JournalRecord record;
  std::deque<std::int64_t> in_flight;
  std::string journal_fails_at;
  bool withdrawn = false;
  Purpose purpose = Purpose::kMove;
  std::vector<InFlight> requests;         // who is in flight, by name
  SlowPaths* slow = nullptr;              // of them; none: no run quietens
  std::vector<std::uint64_t> slow_kinds;  // as the workers were told last
  std::int64_t noted = 0;                 // how many of them can be left behind
  std::int64_t endless = 0;               // how many there are that never end
  std::int64_t endless_closing = 0;       // how many of them end when they are told to
  std::deque<Answer> proofs;              // of the pages of CutoverProof
  Nanos proof_takes{0};                   // each of them
  std::optional<HookScript> hooks;        // none: those of the settings, as real programs
  bool visitors = false;
  std::function<void(Phase)> on_phase;
  std::function<void()> after_step;  // in the site's thread
  std::function<void()> after_look;  // after each step of run()
  std::atomic<int> fences{0};
  std::atomic<int> unfences{0};

  Word word() const { return decode(control_.sites[0].word.load()); }
  std::string way_back;
  std::string not_remembered;

  // A request that has come in and does not end.
  void visitor_who_stays() { slots_[0].sites[0].in_flight = 1; }

  // Brings the site to rest on the new side.
  void start_on_new() {
    record.side = Side::kNew;
    pair.of(Side::kOld) = {{0, 0}, true, true, true};
    pair.of(Side::kNew) = {{0, 0}, false, false, true};
    control_.sites[0].word.store(encode(serving(Side::kNew, 1)));
  }

  // One run by a coordinator of its own; nothing when it died.
  std::optional<LastRun> run(Direction direction) {
    JournalFile file(folder_ / "shop.journal");
    if (file.found().kind == JournalReading::Kind::kMissing) file.write(record);
    WordStore words(control_, counters(), 0);
    FakeJournal journal(trace, file);
    journal.fails_at = journal_fails_at;
    FakeStore store(trace, words);
    store.in_flight_next = in_flight;
    store.withdrawn_now = withdrawn;
    store.requests = requests;
    store.noted = noted;
    store.endless_open = endless;
    store.endless_closing = endless_closing;
    FakeReplication replication(pair, trace, clock);
    trace.after_each([this, &store] {
      visit();
      slow_kinds = store.slow_kinds;
      if (after_look) after_look();
      store.requests = requests;
    });
    FakeProofs asked(trace, clock, proofs, proof_takes);
    std::optional<FakeHooks> programs;
    if (hooks) programs.emplace(pair, *hooks, trace, clock);
    const Ports ports{databases_ ? &replication : nullptr,
                      nullptr,
                      clock,
                      journal,
                      store,
                      slow,
                      proofs.empty() ? nullptr : &asked,
                      programs ? &*programs : nullptr};
    const auto told = [this](Phase phase, std::uint16_t, std::string_view) {
      if (on_phase) on_phase(phase);
    };
    Run run(settings, direction, ports, record, flags, told, purpose);
    try {
      const LastRun last = run.go();
      way_back = run.way_back();
      not_remembered = run.not_remembered();
      return last;
    } catch (const Crash&) {
      return std::nullopt;
    }
  }

  // Another coordinator starts, until it has decided. Nothing when it never does.
  std::optional<Snapshot> recover(const std::function<void(Site&)>& meanwhile = {}) {
    trace.no_crash();
    pair.lose_reply_of = 0;
    trace.after_each([this] {
      visit();
      count_acts();
      if (after_step) after_step();
    });
    SiteParts parts;
    parts.settings = settings;
    parts.journal = std::make_unique<JournalFile>(folder_ / "shop.journal");
    parts.store = std::make_unique<WordStore>(control_, counters(), 0);
    if (databases_) parts.replication = std::make_unique<FakeReplication>(pair, trace, clock);
    Audit audit(folder_ / "events.jsonl");
    if (hooks) parts.hooks = std::make_unique<FakeHooks>(pair, *hooks, trace, clock);
    if (!hooks) parts.hooks = hooks_of(settings, audit);
    Site site(std::move(parts), clock, audit);
    std::thread thread([&site] { site.run(); });
    bool decided = false;
    for (int i = 0; i < 500 && !decided; ++i) {
      const GateState gate = site.snapshot().gate;
      const auto says = [&gate](const char* words) {
        return gate.reasons.front().find(words) != std::string::npos;
      };
      decided = gate.open || !(says("just started") || says("not been looked at"));
      if (!decided) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (meanwhile && (decided || !site.snapshot().doubt.empty())) meanwhile(site);
    const Snapshot snapshot = site.snapshot();
    site.leave(true);
    thread.join();
    return decided ? std::optional(snapshot) : std::nullopt;
  }

  JournalRecord journaled() const { return read_journal(folder_ / "shop.journal").record; }
  void write_journal(const JournalRecord& r) { JournalFile(folder_ / "shop.journal").write(r); }
  std::string folder(const std::string& file) const { return folder_ / file; }

 private:
  void count_acts() {
    fences += trace.last().rfind("fence ", 0) == 0;
    unfences += trace.last().rfind("un-fence ", 0) == 0;
  }

  CounterArea counters() { return {slots_.get(), 2}; }

  // A visitor writes where the word sends him, and jobs that know no httpd write on either host.
  void visit() {
    if (!databases_ || !visitors) return;
    const Word now = word();
    if (now.mode != Mode::kHold) {
      const Side side = now.mode == Mode::kOld ? Side::kOld : Side::kNew;
      EXPECT_TRUE(pair.write(side)) << "a request was sent to a read-only database, after\n"
                                    << trace.text();
    }
    pair.write(Side::kOld);
    pair.write(Side::kNew);
  }

  TempFolder folder_;
  bool databases_;
  std::unique_ptr<ControlArea> control_memory_ = std::make_unique<ControlArea>();
  ControlArea& control_ = *control_memory_;
  std::unique_ptr<ChildSlot[]> slots_{new ChildSlot[2]()};
};

}  // namespace cutover
