// SPDX-License-Identifier: Apache-2.0
// The recovery of a site on fakes, with a journal in which a test says what was found.
#pragma once

#include "mod_cutover/cutoverd/site/recovery.h"
#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {

struct Recovering : DeskOnFakes {
  explicit Recovering(bool databases = true) : DeskOnFakes(databases) {}

  GateWatch watch{settings};
  Rehearsal rehearsal{settings, store, clock};
  Runs runs{desk(), mailbox, rehearsal, watch};
  JournalReading found;
  std::string trouble;
  Lives lives{desk()};
  Ownership ownership{desk(), Nanos{0}};
  SiteRecovery recovery{desk(), mailbox, runs, lives, ownership, found, trouble};

  FakeServer& at(Side side) { return pair.of(side); }
  // Whether the first of these steps was done before the other.
  bool in_order(const std::string& first, const std::string& then) const {
    const std::string steps = "\n" + trace.text();
    const auto at = steps.find("\n" + first + "\n");
    return at != std::string::npos && steps.find("\n" + then + "\n", at) != std::string::npos &&
           steps.find("\n" + then + "\n") > at;
  }
};

}  // namespace cutover
