// SPDX-License-Identifier: Apache-2.0
// The preflight of a site: all that is looked at before anything is changed.
#include <algorithm>

#include "mod_cutover/cutoverd/site.h"
#include "mod_cutover/cutoverd/without_link.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kProbeLimit = 2s;

// One that does not answer has one row instead of all, named after it.
Check* silent_database(std::vector<Check>& checks) {
  const auto found = std::find_if(checks.begin(), checks.end(), [](const Check& c) {
    return c.name == "database-old" || c.name == "database-new" || c.name == "databases";
  });
  return found == checks.end() ? nullptr : &*found;
}

}  // namespace

Check Site::look_at_new_host() {
  if (!new_host_.can_ask())
    return {"new-host", CheckVerdict::kWarn, "only http and https URLs can be asked",
            "see for yourself that the new host serves the site"};
  const Reading<int> status = new_host_.status(kProbeLimit);
  if (!status)
    return {"new-host", CheckVerdict::kBlock, status.error,
            "start httpd there, or mend CutoverNewHost or the firewall"};
  const std::string seen = "answers with status " + std::to_string(*status);
  // An error is no block: the application may need its database to be writable.
  if (*status >= 500)
    return {"new-host", CheckVerdict::kWarn, seen,
            "an application that cannot write yet may answer so; look at its log"};
  return {"new-host", CheckVerdict::kPass, seen, ""};
}

std::vector<Check> Site::checks(Direction direction, bool accept_loss) {
  std::vector<Check> all;
  if (arriving(direction) == Side::kNew) all.push_back(look_at_new_host());
  if (!parts_.trouble.empty())
    all.push_back({"option-files", CheckVerdict::kBlock, parts_.trouble,
                   "mend the option file, then `apachectl graceful`"});
  if (!parts_.settings.has_databases())
    all.push_back({"databases", CheckVerdict::kPass, "none: nothing to wait for", ""});
  if (parts_.replication) {
    const std::vector<Check> databases = parts_.replication->preflight(direction);
    all.insert(all.end(), databases.begin(), databases.end());
    if (databases.empty())
      all.push_back({"databases", CheckVerdict::kBlock, "could not be looked at", ""});
  }
  if (!parts_.replication || direction != Direction::kRollback) return all;
  if (Check* silent = silent_database(all)) {
    if (accept_loss && silent->name == "database-new")
      silent->remedy += "; if it is gone for good: `cutoverctl resolve " + parts_.settings.name +
                        " old --other-is-down`";
  } else {
    all = without_link(std::move(all), parts_.replication->missing(Side::kOld), accept_loss);
  }
  return all;
}

Outcome Site::preflight(Direction direction) {
  const std::vector<Check> all = checks(direction, false);
  const bool blocked = blocks(all) || record_.in_doubt;
  return {blocked ? 1 : 0,
          blocked ? "a " + std::string(name(direction)) + " would be refused"
                  : "a " + std::string(name(direction)) + " would be accepted",
          {{"direction", name(direction)}, {"checks", to_json(all)}}};
}

}  // namespace cutover
