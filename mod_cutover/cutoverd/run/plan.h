// SPDX-License-Identifier: Apache-2.0
// What a run would do, in order: the run itself, walked with ports that write down what they are
// asked for and do nothing. So there is no second text of it; the statements come from the same
// builders as those that are sent (Replication::would_send).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {

struct PlannedAct {
  Phase phase = Phase::kServing;  // serving: before anybody is held
  std::string kind;               // phase, record, word, database, ask, page, hook
  std::string what;               // "fence old", "hold, at the deadline 503", "promote old"
  std::string server{};           // old or new, where it is a database's
  std::vector<std::string> statements{};
  Nanos limit{0};      // 0: none of its own
  std::string undo{};  // what undoes it
};

struct Plan {
  std::vector<PlannedAct> acts;
  std::string outcome;  // done, else why nothing can be foretold
};

Plan plan_of(const SiteSettings& settings, Direction direction, const Ports& ports,
             const JournalRecord& record);

nlohmann::json to_json(const Plan& plan);

}  // namespace cutover
