// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/without_link.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

constexpr std::array<std::string_view, 7> kOfTheLink = {
    "replicates-from-other", "replication-threads", "channels", "lag", "catch-up", "gtid",
    "log-replica-updates"};

}  // namespace

bool asks_for_a_link(const Check& check) {
  return std::find(kOfTheLink.begin(), kOfTheLink.end(), check.name) != kOfTheLink.end();
}

std::vector<Check> without_link(std::vector<Check> checks, const Reading<Missing>& missing,
                                bool accept_loss) {
  const auto in_vain = [](const Check& c) {
    return c.verdict == CheckVerdict::kBlock && asks_for_a_link(c);
  };
  if (std::none_of(checks.begin(), checks.end(), in_vain)) return checks;
  Check lacks{"missing-on-old", CheckVerdict::kBlock,
              "what old lacks cannot be told: " + missing.error,
              "mend what it says, then look again"};
  const bool nothing = missing && missing->gtids.empty();
  if (nothing) {
    lacks = {lacks.name, CheckVerdict::kPass, "old has all that new has: no link is needed", ""};
  } else if (missing && accept_loss) {
    lacks = {lacks.name, CheckVerdict::kWarn, "old lacks " + missing->gtids + ", which is accepted",
             "they stay " + missing->where};
  } else if (missing) {
    lacks = {lacks.name, CheckVerdict::kBlock, "old lacks " + missing->gtids,
             "make old a replica of new and wait until it has them; or give them up with "
             "`cutoverctl rollback --accept-data-loss`: they stay " +
                 missing->where};
  }
  for (Check& check : checks)
    if (in_vain(check) && (nothing || (missing && accept_loss)))
      check.verdict = CheckVerdict::kWarn;
  checks.push_back(lacks);
  return checks;
}

}  // namespace cutover
