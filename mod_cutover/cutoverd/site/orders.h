// SPDX-License-Identifier: Apache-2.0
// The operator's words: CutoverServe, switch, rollback, rehearse, preflight. Whether they can be
// carried out now, and then a run. The site's own thread's.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/cutoverd/appointment/diary.h"
#include "mod_cutover/cutoverd/looks/preflight.h"
#include "mod_cutover/cutoverd/looks/quiet.h"
#include "mod_cutover/cutoverd/site/ownership.h"
#include "mod_cutover/cutoverd/site/runs.h"

namespace cutover {

class Orders {
 public:
  Orders(const Desk& desk, Mailbox& mailbox, GateWatch& watch, Runs& runs,
         const Ownership& ownership, Preflight& preflight, Quiet& quiet, Diary& diary)
      : desk_(desk),
        mailbox_(mailbox),
        watch_(watch),
        runs_(runs),
        ownership_(ownership),
        preflight_(preflight),
        quiet_(quiet),
        diary_(diary) {}

  // CutoverServe is a word spoken once: written down as heard before it is acted on, so that
  // neither a restart nor a later `graceful` repeats it against what the command has done since.
  // One look; it may wait until the side that serves has come to rest.
  void answer_serve();
  // What it waits for, in words; empty: for nothing.
  const std::string& serve_awaits() const { return serve_awaits_; }
  Outcome carry_out(Ticket& ticket);
  // What was armed, and is due. Turned back before anybody was held, it stays armed.
  // The preflight takes its time: `quiet` says whether it is a quiet moment still.
  void keep(const Appointment& due, const std::function<std::string()>& quiet);

 private:
  std::vector<Check> checks(Direction direction, Purpose purpose, bool ask,
                            bool despite_direct = false);
  std::string word_of_serve() const;
  bool hear_serve();
  bool awaits_quiet();
  Outcome preflight(Direction direction);
  Outcome arm(const Ticket& ticket);
  Outcome change_side(const Order& order);
  void write_down(const Order& order);
  std::string refusal(Direction direction) const;
  std::string not_yet(const Order& order);
  std::string not_now(const Order& order);
  void tell_what_is_left(Outcome& outcome);

  const Desk desk_;
  Mailbox& mailbox_;
  GateWatch& watch_;
  Runs& runs_;
  const Ownership& ownership_;
  Preflight& preflight_;
  Quiet& quiet_;
  Diary& diary_;
  std::string serve_awaits_;
  std::string left_to_do_;  // after the run that is under way, by its preflight
};

}  // namespace cutover
