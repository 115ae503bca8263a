// SPDX-License-Identifier: Apache-2.0
// The audit trail as the page tells it: who did what and how it ended, the newest first.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/wire/json.h"

namespace cutover {

struct TrailLine {
  std::string at;  // UTC, RFC 3339
  std::string site;
  std::string what;
  std::string by;
  std::string more;  // how it ended, or why
};

// From the control socket's events.
std::vector<TrailLine> trail_of(const nlohmann::json& events);

nlohmann::json to_json(const std::vector<TrailLine>& trail);

}  // namespace cutover
