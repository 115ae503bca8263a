// SPDX-License-Identifier: Apache-2.0
// One event of the audit trail in the parts that people are shown; the command and the page lay
// them out. What an event holds depends on its kind, so no field is sure to be there, or of its
// kind.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mod_cutover/wire/json.h"

namespace cutover {

// All empty where the event has no such field.
struct EventLine {
  std::string at;  // UTC, RFC 3339
  std::string site;
  std::string what;  // "asked: switch"
  std::string by;
  std::string ending;  // of a run or a rehearsal: why it was not done, or how long it took
  std::vector<std::pair<std::string, nlohmann::json>> more;  // whatever else it has
};

// `milliseconds` words a duration.
EventLine event_line(const nlohmann::json& event, std::string (*milliseconds)(double));

// A text as it is, anything else as JSON.
std::string text_of(const nlohmann::json& value);

}  // namespace cutover
