// SPDX-License-Identifier: Apache-2.0
// What a run would do, in order: the run itself, walked with ports that write down what they are
// asked for and do nothing. So there is no second text of it; the statements come from the same
// builders as those that are sent (Replication::would_send). What undoes a phase is what it does
// where that phase fails: it is walked once more for each.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {

struct PlannedAct {
  Phase phase = Phase::kServing;  // serving: before anybody is held, or when all is done
  std::string kind;               // phase, record, word, database, ask, page, hook
  std::string what;               // "hold, at the deadline 503", "made the writer, and read back"
  std::string server{};           // old or new, where it is a database's
  std::vector<std::string> statements{};
  Nanos limit{0};                    // 0: none of its own
  std::string file{};                // that is written
  bool forward = false;              // nothing leads back from here
  std::vector<PlannedAct> undo{};    // of a phase: what undoes it
  std::optional<std::size_t> act{};  // of those whose statements are told
};

struct Plan {
  std::vector<PlannedAct> acts;
  std::string outcome{};  // done, else why nothing can be foretold
};

// Of a site at rest.
Plan plan_of(const SiteSettings& settings, Direction direction, const Ports& ports,
             const JournalRecord& record);

nlohmann::json to_json(const std::vector<PlannedAct>& acts);

}  // namespace cutover
