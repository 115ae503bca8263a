// SPDX-License-Identifier: Apache-2.0
// What the demo found out, and how it says so.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/harness/ledger.h"
#include "tests/harness/site.h"

namespace cutover::demo {

struct Verdict {
  harness::Experience experience;
  harness::Reckoning reckoning;
  std::string side;               // who serves at the end
  std::optional<double> overlap;  // nothing where only one side ever served
  nlohmann::json last;            // the last run, as status.json has it
  double longest_hold_ms = 0;     // by the access log

  bool counts_are_zero() const;
  // Everything that the demo promises.
  bool good() const;
};

// The visitors must have been stopped.
Verdict judge(harness::Site& site, const harness::Experience& experience);

void print_report(const Verdict& verdict);
// `demo: failed=0 ...`
std::string last_line(const Verdict& verdict);

}  // namespace cutover::demo
