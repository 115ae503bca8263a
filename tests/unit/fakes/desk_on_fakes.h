// SPDX-License-Identifier: Apache-2.0
// What a part of a site has at hand, on fakes, and no site around it: a real block and a real
// journal file, two servers in memory, and a test that is the site's own thread.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/site/desk.h"
#include "mod_cutover/cutoverd/site/mailbox.h"
#include "mod_cutover/cutoverd/site/runs.h"
#include "tests/unit/fakes/fake_replication.h"
#include "tests/unit/fakes/fake_store.h"
#include "tests/unit/temp_folder.h"

namespace cutover {

struct DeskOnFakes {
  explicit DeskOnFakes(bool databases = true) : databases(databases) {
    settings.name = "shop";
    settings.new_host = "balancer://new";
    if (databases) settings.old_database = settings.new_database = OptionFile{"file", "cutover"};
    adopt_site(*control, settings.name, encode(serving(Side::kOld, 1)));
    footing.known = true;
  }

  // At rest on the new side, with both databases in their roles.
  void start_on_new() {
    footing.record.side = Side::kNew;
    footing.record.position = "0.0";
    pair.of(Side::kOld) = {{0, 0}, true, true, true};
    pair.of(Side::kNew) = {{0, 0}, false, false, true};
    control->sites[0].word.store(encode(serving(Side::kNew, 1)));
  }

  Desk desk() {
    return {settings,
            {databases ? &replication : nullptr, nullptr, clock, journal, store, nullptr, nullptr,
             &programs},
            audit,
            footing,
            view};
  }

  Word word() const { return words.word(); }
  Snapshot seen() const { return view.snapshot(words); }
  JournalRecord journaled() const { return read_journal(folder / "shop.journal").record; }
  std::size_t times(const std::string& step) const {
    std::istringstream lines(trace.text());
    std::size_t found = 0;
    for (std::string line; std::getline(lines, line);) found += line == step;
    return found;
  }
  bool did(const std::string& step) const { return times(step) > 0; }

  // The audit trail, newest last: all of it, and what each line is about.
  std::vector<nlohmann::json> trail() const { return audit.newest(100, settings.name); }
  std::vector<std::string> events() const {
    std::vector<std::string> all;
    for (const nlohmann::json& event : trail()) all.push_back(event.value("event", ""));
    return all;
  }

  // A program for that event which writes its name and the reason down, and ends so.
  void hook(const std::string& event, int exit = 0) {
    const std::string program = folder / (event + std::to_string(exit));
    write_whole(program, "#!/bin/sh\necho \"" + event + " $CUTOVER_SIDE $CUTOVER_REASON\" >> " +
                             (folder / "hooks") + "\nexit " + std::to_string(exit) + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    settings.hooks.push_back({event, program});
  }
  std::string hooks() const { return read_whole(folder / "hooks"); }

  const bool databases;
  TempFolder folder;
  SiteSettings settings;
  FakePair pair;
  Trace trace;
  FakeClock clock;
  std::unique_ptr<ControlArea> control = std::make_unique<ControlArea>();
  std::unique_ptr<ChildSlot[]> slots{new ChildSlot[2]()};
  WordStore words{*control, {slots.get(), 2}, 0};
  JournalFile file{folder / "shop.journal"};
  FakeStore store{trace, words};
  FakeJournal journal{trace, file};
  FakeReplication replication{pair, trace, clock};
  Audit audit{folder / "events.jsonl"};
  Footing footing{settings, journal, store, clock};
  View view{settings, clock};
  Mailbox mailbox{view};
  struct Programs : Hooks {  // real ones, of the settings as they are then
    explicit Programs(DeskOnFakes& of) : of(of) {}
    Answer run(const HookCall& call) override { return hooks_of(of.settings, of.audit)->run(call); }
    DeskOnFakes& of;
  } programs{*this};
};

}  // namespace cutover
