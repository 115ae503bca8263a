// SPDX-License-Identifier: Apache-2.0
// Carries a run out, and tells of it: the phases while it goes, how it ended, the hooks. The site's
// own thread's.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "mod_cutover/cutoverd/looks/rehearsal.h"
#include "mod_cutover/cutoverd/looks/watch.h"
#include "mod_cutover/cutoverd/site/desk.h"
#include "mod_cutover/cutoverd/site/mailbox.h"

namespace cutover {

// What is wanted, and by whom.
struct Order {
  Direction direction;
  std::string by;
  Ticket* ticket = nullptr;  // of whoever waits for it
  Purpose purpose = Purpose::kMove;
  bool despite_direct = false;  // a rollback leaves direct visitors behind
  bool by_itself = false;       // it was armed
  // Asked when everything was looked at and nobody is held yet: why it waits all the same, or
  // nothing.
  std::function<std::string()> last_look{};
  bool accepts_loss() const { return purpose == Purpose::kMoveWithLoss; }
  bool rehearses() const { return purpose == Purpose::kRehearse; }
};

// The site's programs of CutoverHook; what becomes of each is in the trail, and in the log where
// one of the pause fails: its run goes on in one way or another.
std::unique_ptr<Hooks> hooks_of(const SiteSettings& settings, Audit& audit);

class Runs {
 public:
  Runs(const Desk& desk, Mailbox& mailbox, Rehearsal& rehearsal, GateWatch& watch)
      : desk_(desk), mailbox_(mailbox), rehearsal_(rehearsal), watch_(watch) {}

  // The reason of a run that an operator took back in time; any other means that it was refused.
  static constexpr const char* kAbortedEarly = "before anything was changed";

  // With the command of the databases, which it gives back.
  Outcome carry_out(const Order& order);
  // What one would do that all goes well with. `why`: it would be refused anyway.
  Outcome plan(Direction direction, const std::string& why);
  // One that never began.
  Outcome refused(const Order& order, const std::string& why);
  // One that a predecessor began, from `phase` on; `event` is what recovery found out.
  // Whether the site is at rest then.
  bool resume(Phase phase, Event event, const std::string& why);
  // The before-hook, and first the note that the hook which ends it is owed: whoever finds the note
  // runs that one, this coordinator or the next. False, with `why`, when a program fails.
  bool prepare(Direction direction, std::string& why);
  // That hook, where it is owed and the site is at rest. The note goes with it: a power cut between
  // the two lets it run once more, and never not at all.
  void run_last_hook(const std::string& reason);
  // Of a run that ended, or never began, as its coordinator died.
  void end_what_was_prepared();
  // One that a predecessor left before anything was sent to a database.
  void ended_before_anything_was_sent();

 private:
  void enter(Phase phase, std::uint16_t id, std::string_view why);
  nlohmann::json news(Phase phase, std::string_view why, Nanos since_start) const;
  void tell_what_is_owed(const Run& run);
  void write_down_the_loss(const Run& run, const std::string& by);
  std::string said_when_done(const LastRun& last) const;
  Outcome ended(const LastRun& last, const std::string& by);
  bool trail_tells_the_end() const;
  bool run_hook(const std::string& event, const std::string& reason, std::string& why);

  const Desk desk_;
  Mailbox& mailbox_;
  Rehearsal& rehearsal_;
  GateWatch& watch_;
};

}  // namespace cutover
