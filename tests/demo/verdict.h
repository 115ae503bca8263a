// SPDX-License-Identifier: Apache-2.0
// What the demo found out, and how it says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/wire/json.h"
#include "tests/demo/equality.h"
#include "tests/demo/moves.h"
#include "tests/harness/ledger.h"
#include "tests/harness/site_access.h"

namespace cutover::demo {

struct Verdict {
  harness::Experience experience;
  harness::Reckoning reckoning;
  std::string side;               // who serves at the end
  std::vector<Move> moves;        // that were carried out
  std::optional<double> overlap;  // of the worst move; nothing where a side never served
  Equality databases;
  nlohmann::json last;         // the last run, as status.json has it
  double longest_hold_ms = 0;  // by the access log

  bool counts_are_zero() const;
  // Everything that the demo promises, of so many moves.
  bool good(std::size_t moves_wanted) const;
};

// The visitors must have been stopped.
Verdict judge(const harness::SiteAccess& site, const harness::Experience& experience,
              std::vector<Move> moves);

void print_report(const Verdict& verdict);
// `demo: failed=0 ...`
std::string last_line(const Verdict& verdict);

}  // namespace cutover::demo
