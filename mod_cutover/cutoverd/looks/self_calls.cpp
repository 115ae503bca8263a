// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/self_calls.h"

#include <algorithm>
#include <string>

#include "shared/figures/silent_front.h"

namespace cutover {
namespace {

// Of many requests the workers look at a sample (count_own), so there may be more of these than of
// all.
std::string seen_so_far(const Counts& counts) {
  const std::uint64_t all = counts.served[0] + counts.served[1];
  return "about " + std::to_string(std::min(counts.own, all)) + " of " + std::to_string(all) +
         " requests since httpd's start came from the host itself that served them, and no header "
         "says for whom";
}

}  // namespace

std::optional<Check> self_calls(const SiteSettings& site, const Counts& counts) {
  const char* name = "self-calls";
  const std::string seen = seen_so_far(counts);
  if (site.self_calls == SelfCalls::kOff) return std::nullopt;
  if (site.self_calls == SelfCalls::kOn)
    return Check{name, CheckVerdict::kPass, seen + ": such are let through in a drain", ""};
  switch (own_traffic(counts)) {
    case OwnTraffic::kSelfCalls:
      return Check{name, CheckVerdict::kPass, seen + ": such are let through in a drain", ""};
    case OwnTraffic::kTooFewToTell:
      return Check{name, CheckVerdict::kPass,
                   seen + ": until there are " + std::to_string(kTooFewToTell) +
                       " to judge by, such are held like all others",
                   ""};
    case OwnTraffic::kSilentFront:
      break;
  }
  return Check{name, CheckVerdict::kWarn,
               seen +
                   ": so these are a front proxy's, or a monitor's, and a page that calls its "
                   "own site would be held up by the drain",
               "let the proxy add X-Forwarded-For, and name the monitor's path in CutoverLocal; or "
               "say which it is: CutoverSelfCalls On, the site calls itself; Off, it does not"};
}

}  // namespace cutover
