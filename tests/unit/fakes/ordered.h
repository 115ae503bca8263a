// SPDX-License-Identifier: Apache-2.0
// Orders on fakes, with a hand on what happens between two of their steps.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/site/orders.h"
#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {

struct Ordered : DeskOnFakes {
  explicit Ordered(bool databases = true) : DeskOnFakes(databases) {
    trace.after_each([this] {
      if (const auto then = after.extract(trace.last())) then.mapped()();
    });
  }

  GateWatch watch{settings};
  Rehearsal rehearsal{settings, store, clock};
  UrlProbe new_host{settings};
  std::vector<PageProbe> probes;
  std::string trouble;
  DirectVisitors direct_visitors{
      {settings, databases ? &replication : nullptr, nullptr, store, clock}};
  Preflight preflight{{settings, databases ? &replication : nullptr, footing.record.position,
                       probes, nullptr, 0, trouble, new_host, rehearsal, clock, direct_visitors}};
  Runs runs{desk(), mailbox, rehearsal, watch};
  Ownership ownership{desk(), Nanos{0}};
  Quiet quiet{settings, store, nullptr, clock};
  Diary diary{settings.name, nullptr, audit, clock};
  Orders orders{desk(), mailbox, watch, runs, ownership, preflight, quiet, diary};

  Outcome order(const std::string& verb, bool accept_loss = false, bool despite_direct = false) {
    Ticket ticket(verb, "a test", accept_loss, despite_direct);
    return orders.carry_out(ticket);
  }
  std::map<std::string, std::function<void()>> after;  // what happens once, right after a step
  bool touched() const { return did("take command") || word() != serving(Side::kOld, 1); }
};

}  // namespace cutover
