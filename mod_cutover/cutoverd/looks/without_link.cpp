// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/without_link.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

using Names = std::array<std::string_view, 8>;
// In the order of the preflight; the first two say that there is no link, the others are in vain
// then.
constexpr Names kOfTheLink = {"replicates-from-other",
                              "replication-threads",
                              "channels",
                              "gtid",
                              "log-replica-updates",
                              "lag",
                              "catch-up",
                              "delay"};
constexpr auto kNoLink = std::array{kOfTheLink[0], kOfTheLink[1]};
// A table or a routine that new has got since is among what is given up.
constexpr std::array<std::string_view, 7> kMadeSince = {
    "schema", "indexes", "foreign-keys", "constraints", "routines", "triggers", "views"};

template <typename List>
bool blocked(const Check& check, const List& names) {
  return check.verdict == CheckVerdict::kBlock &&
         std::find(names.begin(), names.end(), check.name) != names.end();
}

}  // namespace

std::vector<Check> without_link(std::vector<Check> checks, const Reading<Missing>& missing,
                                bool accept_loss) {
  const auto no_link = std::find_if(checks.begin(), checks.end(),
                                    [](const Check& c) { return blocked(c, kNoLink); });
  if (no_link == checks.end() && !accept_loss) return checks;
  Check lacks{"missing-on-old", CheckVerdict::kBlock,
              "what old lacks cannot be told: " + missing.error,
              "mend what it says, then look again"};
  const bool nothing = missing && missing->gtids.empty();
  if (nothing) {
    lacks = {lacks.name, CheckVerdict::kPass, "old has all that new has", ""};
  } else if (missing && accept_loss) {
    lacks = {lacks.name, CheckVerdict::kWarn,
             "old lacks " + missing->gtids + ": what it does not get in time is given up",
             "they stay " + missing->where};
  } else if (missing) {
    lacks = {lacks.name, CheckVerdict::kBlock,
             "old lacks " + missing->gtids + ", and " + no_link->seen,
             "make old a replica of new and wait until it has them; or give them up with "
             "`cutoverctl rollback SITE --accept-data-loss`: they stay " +
                 missing->where};
  }
  for (Check& check : checks) {
    const bool of_what_is_lost = accept_loss && blocked(check, kMadeSince);
    if (missing && (blocked(check, kOfTheLink) || of_what_is_lost))
      check.verdict = std::min(check.verdict, CheckVerdict::kWarn);
  }
  checks.push_back(lacks);
  return checks;
}

void proof_needs_way_back(std::vector<Check>& all) {
  const auto named = [&](const char* name) {
    return std::ranges::find(all, std::string_view(name), &Check::name);
  };
  const auto proof = named("proof");
  const auto way_back = named("way-back");
  if (proof == all.end() || way_back == all.end() || proof->verdict != CheckVerdict::kPass ||
      way_back->verdict == CheckVerdict::kPass)
    return;
  proof->verdict = CheckVerdict::kWarn;
  proof->seen += ", where it can; see way-back";
  proof->remedy = "what way-back says: else a failure is only told";
}

}  // namespace cutover
